//! Answers to questions.

mod actions;
mod completion;
mod configure;
mod hints;
mod hover;
mod lenses;
mod pull;
mod related;
mod rename;
mod rewrite;
mod symbols;

pub(super) use actions::actions;
pub(super) use completion::{completion, completion_docs};
#[cfg(feature = "runner")]
pub(super) use configure::provider;
pub(super) use hover::hover;
pub(super) use lenses::{lenses, links};
pub(super) use pull::pull;
pub(super) use related::{Wish, related};
pub(super) use rename::{rename, renamed};
pub(super) use rewrite::upgraded;
pub(super) use symbols::workspace_symbols;
