//! Rules about over-specification.
