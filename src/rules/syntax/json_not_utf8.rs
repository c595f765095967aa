use crate::rules::{Check, Scope, rule};

rule! {
    /// The file is not UTF-8.
    ///
    /// JSON that is exchanged between systems is UTF-8, and the official core refuses anything
    /// else. Usually an editor or a script wrote Latin-1 or UTF-16.
    ///
    /// ## References
    ///
    /// RFC 8259 section 8.1.
    "json-not-utf8", "syntax", Error, Minimal, Hand, Check::Elsewhere(Scope::File)
}
