use crate::rules::{Check, Scope, rule};

rule! {
    /// A provider state has no handler.
    ///
    /// Verification then sets nothing up, and fails or passes for reasons that have nothing to do
    /// with the contract. Most often the state was renamed on one side, or differs by a letter.
    ///
    /// It is looked for where `[states]` in `pactlens.toml` says that handlers are: names in
    /// `handlers`, source files in `sources`. Without that section nothing is said; `pactlens
    /// states` searches the whole folder and writes stubs for what is missing.
    ///
    /// ## References
    ///
    /// `execute_state_change` in pact_verifier, provider_client.rs: the state is passed to the
    /// provider by its name.
    "provider-state-unhandled", "workspace", Warning, Recommended, Test, Check::Elsewhere(Scope::Workspace)
}
