//! The files of a run, looked at together.

use std::sync::Arc;

use crate::analysis::{AcrossOptions, Analysis, Document, Member, across};
use crate::cli::inputs::Source;
use crate::config::Levels;
use crate::model::FileSummary;
use crate::text::Encoding;

/// A file of the run, for rules over many files.
pub(super) struct Together<'a> {
    /// How reports call it.
    pub(super) shown: Arc<str>,
    /// What is known of it.
    pub(super) summary: Arc<FileSummary>,
    /// Where to read it again.
    pub(super) source: &'a Source,
}

/// What rules over many files find in each of `files`.
pub(super) fn findings(files: &[Together<'_>], levels: &Levels, options: AcrossOptions<'_>) -> Vec<Analysis> {
    let member =
        |file: &Together<'_>| Member { name: Arc::clone(&file.shown), summary: Arc::clone(&file.summary) };
    let members: Vec<Member> = files.iter().map(member).collect();
    let document = |index: usize| files[index].source.text().map(Document::new);
    // Reports count columns in code points.
    across(&members, levels, AcrossOptions { encoding: Encoding::Utf32, ..options }, &document)
}
