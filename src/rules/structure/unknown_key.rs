use crate::rules::{Check, Scope, rule};

rule! {
    /// A key that the specification does not know stands where it does nothing.
    ///
    /// Readers look keys up by name and ignore the rest, so a misspelt `matchingRules` is a
    /// contract without rules, and nobody is told.
    ///
    /// ## References
    ///
    /// Specification V4, "File format": attributes that do not conform should be ignored, and
    /// ideally a warning be shown.
    "unknown-key", "structure", Warning, Recommended, Test, Check::Elsewhere(Scope::Interaction)
}
