//! Answers to questions.

mod actions;
mod hover;
mod pull;

pub(super) use actions::actions;
pub(super) use hover::hover;
pub(super) use pull::pull;
