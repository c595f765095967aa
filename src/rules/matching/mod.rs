//! Rules about matching.
