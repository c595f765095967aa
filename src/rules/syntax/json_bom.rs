use crate::rules::{Check, Scope, rule};

rule! {
    /// The file starts with a byte order mark.
    ///
    /// The official core refuses such a file with "expected value at line 1 column 1", which
    /// points at a character that no editor shows.
    ///
    /// ## References
    ///
    /// RFC 8259 section 8.1: implementations must not add a byte order mark.
    "json-bom", "syntax", Error, Minimal, Hand, Check::Elsewhere(Scope::File)
}
