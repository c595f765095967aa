use crate::rules::{Check, Scope, rule};

rule! {
    /// A rule failed.
    ///
    /// It is reported instead of being lost, and the command ends with exit code 2. The
    /// other rules have run.
    "rule-panicked", "internal", Error, Minimal, Hand, Check::Elsewhere(Scope::Interaction)
}
