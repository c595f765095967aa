//! pactlens: static analysis of Pact contract files.

pub mod diagnostic;
pub mod model;
pub mod rules;
pub mod syntax;
pub mod text;
