//! Rules about over-specification.

pub(crate) mod exact_body_values;
