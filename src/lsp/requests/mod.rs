//! Answers to questions.

mod actions;
mod completion;
mod hover;
mod pull;
mod related;
mod rename;
mod symbols;

pub(super) use actions::actions;
pub(super) use completion::completion;
pub(super) use hover::hover;
pub(super) use pull::pull;
pub(super) use related::{Wish, related};
pub(super) use rename::{rename, renamed};
pub(super) use symbols::workspace_symbols;
