//! The rules: one file each, in folders by group.

mod meta;

pub use meta::{Cause, Meta, Preset, Scope};
