//! Showing characters that a terminal would obey instead of print.

pub(super) use crate::text::{clip, columns, push};
pub use crate::text::{escape, is_hidden};
