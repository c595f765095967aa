//! pactlens: static analysis of Pact contract files.

pub mod model;
