//! Rules about generator.
