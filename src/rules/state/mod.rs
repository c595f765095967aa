//! Rules about provider states.

pub(crate) mod legacy_provider_state;
pub(crate) mod missing_provider_state;
pub(crate) mod provider_state_shape;
pub(crate) mod state_name_with_id;
