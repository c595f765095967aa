//! Rules about provider states.

pub(crate) mod legacy_provider_state;
pub(crate) mod provider_state_shape;
