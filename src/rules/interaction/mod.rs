//! Rules about interactions beside each other.

pub(crate) mod ambiguous_request;
pub(crate) mod description_style;
pub(crate) mod duplicate_interaction_identity;
pub(crate) mod duplicate_interaction_key;
pub(crate) mod exact_duplicate_interaction;
pub(crate) mod interactions_not_sorted;
pub(crate) mod many_error_variants;
pub(crate) mod message_metadata_without_rule;
pub(crate) mod null_body;
pub(crate) mod pending_interaction;
pub(crate) mod too_many_interactions;
mod twins;
