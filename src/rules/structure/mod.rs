//! Rules about the form of a pact.

pub(crate) mod schema;
pub(crate) mod unknown_key;
