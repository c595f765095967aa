//! The files of a run, looked at together.

use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::files::{self, Loaded};
use crate::analysis::{Document, Member, across};
use crate::config::Levels;
use crate::diagnostic::Finding;
use crate::model::FileSummary;
use crate::text::Encoding;

/// A file of the run, for rules over many files.
pub(super) struct Together {
    /// How reports call it.
    pub(super) shown: Arc<str>,
    /// What is known of it.
    pub(super) summary: Arc<FileSummary>,
    /// Where to read it again.
    pub(super) source: Source,
}

/// Where a file's text comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// The disk.
    File(PathBuf),
    /// Standard input, which cannot be read twice.
    Text(String),
}

impl Source {
    /// The text, if it is still there.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Source::Text(text) => Some(text.clone()),
            Source::File(path) => match files::load(path) {
                Ok(Loaded::Text(text, _)) => Some(text),
                _ => None,
            },
        }
    }
}

/// What rules over many files find in each of `files`.
pub(super) fn findings(files: &[Together], levels: &Levels) -> Vec<Vec<Finding>> {
    let member =
        |file: &Together| Member { name: Arc::clone(&file.shown), summary: Arc::clone(&file.summary) };
    let members: Vec<Member> = files.iter().map(member).collect();
    let document = |index: usize| files[index].source.text().map(Document::new);
    // Reports count columns in code points.
    across(&members, levels, Encoding::Utf32, &document)
}
