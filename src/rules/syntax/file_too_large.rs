use crate::rules::{Check, Scope, rule};

rule! {
    /// The file is too large to be checked.
    ///
    /// Files over 64 MB are not read, so that one stray file cannot eat the memory of a build
    /// agent or an editor. Pacts of that size are nearly always a merge that never stopped.
    "file-too-large", "syntax", Warning, Minimal, Test, Check::Elsewhere(Scope::File)
}
