//! Rules about matching.

pub(crate) mod example_violates_rule;
