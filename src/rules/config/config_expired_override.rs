use crate::rules::{Check, Scope, rule};

rule! {
    /// An override in `pactlens.toml` has expired.
    ///
    /// `until` names the last day on which an override holds. After that day it does nothing, and
    /// what it hid is reported again: mend that and remove the override, or decide anew and move
    /// the day.
    ///
    /// ## References
    ///
    /// Days are those of UTC.
    "config-expired-override", "config", Warning, Minimal, Hand, Check::Elsewhere(Scope::File)
}
