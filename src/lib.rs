//! pactlens: static analysis of Pact contract files.

pub mod diagnostic;
#[cfg(feature = "cli")]
pub mod report;
pub mod rules;
pub mod syntax;
pub mod text;
