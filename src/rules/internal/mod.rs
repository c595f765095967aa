//! What pactlens says about itself, and about the library that wrote a file.

pub(crate) mod library_notes;
pub(crate) mod rule_panicked;
