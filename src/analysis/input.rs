//! What can be wrong with a file before it is text.

use crate::analysis::files::{Loaded, MAX_FILE_SIZE};
use crate::config::Levels;
use crate::diagnostic::Finding;
use crate::rules::{ALL, find};
use crate::text::Span;

/// A finding about bytes that are no text or too many, if its rule is on.
pub fn input_finding(loaded: &Loaded, levels: &Levels) -> Option<Finding> {
    let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
    let (rule, span, message, help) = match loaded {
        Loaded::Text(_, None) => return None,
        Loaded::Text(_, Some(at)) => (
            "json-not-utf8",
            *at,
            "The file is not UTF-8 from here on, so the official core refuses it".to_owned(),
            "save the file as UTF-8".to_owned(),
        ),
        Loaded::TooLarge(size) => (
            "file-too-large",
            Span::at(0),
            format!("The file has {} MB and was not read", megabytes(*size)),
            format!("split it; up to {} MB are read", megabytes(MAX_FILE_SIZE)),
        ),
    };
    let index = find(rule)?;
    let severity = levels.of(index)?;
    let meta = &ALL[index].meta;
    Some(Finding {
        rule: meta.name,
        group: meta.group,
        severity,
        message,
        help: Some(help),
        span,
        labels: Vec::new(),
        fixes: Vec::new(),
        elsewhere: Vec::new(),
        hints: Vec::new(),
        test: None,
        interaction: None,
        pointer: String::new(),
        value: "",
    })
}
