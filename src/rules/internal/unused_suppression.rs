use crate::rules::{Check, Scope, rule};

rule! {
    /// A suppression in the pact suppresses nothing.
    ///
    /// What it was written for is gone, or stands elsewhere. Left in the test, it would hide the
    /// next finding of that rule without anybody having decided so.
    ///
    /// Nothing is said about rules that are off, about rules over many files, and in files that
    /// are not JSON.
    "unused-suppression", "internal", Warning, Recommended, Test, Check::Elsewhere(Scope::File)
}
