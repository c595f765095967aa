use crate::rules::{Check, Scope, rule};

rule! {
    /// A pattern in `pactlens.toml` can never match.
    ///
    /// A path out of the folder that the file counts for, a JSON pointer that does not begin with
    /// `/`, a version of the specification or a library that does not exist: what was meant to be
    /// left out or set does not hold.
    "config-dead-pattern", "config", Warning, Minimal, Hand, Check::Elsewhere(Scope::File)
}
