//! Between the client's world and ours: the only place that knows lines and columns, and
//! the only one besides the handlers that knows the protocol's types.

pub(super) mod actions;
pub(super) mod features;
pub(super) mod incoming;
pub(super) mod outgoing;
pub(super) mod place;
