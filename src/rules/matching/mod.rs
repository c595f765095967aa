//! Rules about matching.

pub(crate) mod dsl_marker_in_example;
