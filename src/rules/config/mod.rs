//! What pactlens says about `pactlens.toml`.

pub(crate) mod config_dead_pattern;
pub(crate) mod config_expired_override;
pub(crate) mod config_invalid;
