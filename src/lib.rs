//! pactlens: static analysis of Pact contract files.
//!
//! `text`, `syntax` and `model` read a pact; `rules` judge it; `analysis` is what the
//! command line and the language server call.

//!
//! No promise is made of this library's interface; the command line, its formats and the
//! names of rules are what is stable.

pub mod analysis;
#[cfg(feature = "broker")]
pub mod broker;
#[cfg(feature = "cli")]
pub mod cli;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod diagnostic;
#[cfg(feature = "http")]
pub mod http;
pub mod ide;
#[cfg(feature = "lsp")]
pub mod lsp;
#[doc(hidden)]
pub mod model;
#[cfg(feature = "cli")]
pub mod report;
#[doc(hidden)]
pub mod rules;
#[cfg(feature = "runner")]
pub mod runner;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod text;
