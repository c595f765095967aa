//! What can be wrong with a file before it is text.

use crate::analysis::files::{Loaded, MAX_FILE_SIZE};
use crate::config::Levels;
use crate::diagnostic::Finding;
use crate::rules::{ALL, find};
use crate::text::Span;

/// A file that is no text, or too much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFault {
    /// It is not UTF-8; where from.
    NotText(Span),
    /// It is too large and was not read; its size in bytes.
    TooLarge(u64),
}

/// What is wrong with a file before it is text.
pub fn input_fault(loaded: &Loaded) -> Option<InputFault> {
    match loaded {
        Loaded::Text(_, at) => at.map(InputFault::NotText),
        Loaded::TooLarge(size) => Some(InputFault::TooLarge(*size)),
    }
}

impl InputFault {
    /// The finding about it, if its rule is on.
    pub fn finding(self, levels: &Levels) -> Option<Finding> {
        let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
        let (rule, span, message, help) = match self {
            InputFault::NotText(at) => (
                "json-not-utf8",
                at,
                "The file is not UTF-8 from here on, so the official core refuses it".to_owned(),
                "save the file as UTF-8".to_owned(),
            ),
            InputFault::TooLarge(size) => (
                "file-too-large",
                Span::at(0),
                format!("The file has {} MB and was not read", megabytes(size)),
                format!("split it; up to {} MB are read", megabytes(MAX_FILE_SIZE)),
            ),
        };
        let index = find(rule)?;
        let severity = levels.of(index)?;
        let meta = &ALL[index].meta;
        Some(Finding {
            help: Some(help.into()),
            ..Finding::plain((meta.group, meta.name), severity, span, message)
        })
    }
}
