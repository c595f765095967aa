use crate::rules::{Check, Scope, rule};

rule! {
    /// An interaction is left from a test that is gone.
    ///
    /// Libraries add to the file that a run before has written. When a test is renamed or
    /// removed, its old interaction stays, and the provider goes on verifying what no consumer
    /// asks for.
    ///
    /// It is told from the sources of the project: the description is in no test, while that of
    /// nine in ten interactions of the file is. Files with fewer than ten interactions and tests
    /// that compute descriptions are passed over. Reading the sources takes time, so this is
    /// part of the preset `strict` alone.
    ///
    /// ## References
    ///
    /// <https://docs.pact.io/getting_started/how_pact_works>: the pact is what the consumer's
    /// tests write.
    "interaction-without-test", "workspace", Warning, Strict, Test, Check::Elsewhere(Scope::Workspace)
}
