//! Rules about interactions beside each other.

pub(crate) mod ambiguous_request;
pub(crate) mod duplicate_interaction_identity;
pub(crate) mod exact_duplicate_interaction;
mod twins;
