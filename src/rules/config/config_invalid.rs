use crate::rules::{Check, Scope, rule};

rule! {
    /// `pactlens.toml` says something that means nothing.
    ///
    /// An unknown key, a value of another type, a rule that does not exist, a glob that is none, a
    /// file to extend that cannot be read: what was meant does not hold, so pactlens checks
    /// nothing and ends with exit code 2. All mistakes are told, each at its place.
    ///
    /// This rule is always on.
    "config-invalid", "config", Error, Minimal, Hand, Check::Elsewhere(Scope::File)
}
