use crate::rules::{Check, Scope, rule};

rule! {
    /// Something does not have the form that the specification gives it.
    ///
    /// This speaks for constraints of the schema that no other rule speaks for.
    ///
    /// ## References
    ///
    /// `schemas/pact/` of this project.
    "schema", "structure", Warning, Recommended, Test, Check::Elsewhere(Scope::Interaction)
}
