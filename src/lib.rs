//! pactlens: static analysis of Pact contract files.
//!
//! `text`, `syntax` and `model` read a pact; `rules` judge it; `analysis` is what the
//! command line and the language server call.

pub mod analysis;
pub mod config;
pub mod diagnostic;
pub mod ide;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod model;
#[cfg(feature = "cli")]
pub mod report;
pub mod rules;
pub mod syntax;
pub mod text;
