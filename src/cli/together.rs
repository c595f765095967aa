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
    /// The levels that hold for it.
    pub(super) levels: Arc<Levels>,
}

/// What rules over many files find in each of `files`.
pub(super) fn findings(files: &[Together<'_>], options: AcrossOptions<'_>) -> Vec<Analysis> {
    let member =
        |file: &Together<'_>| Member { name: Arc::clone(&file.shown), summary: Arc::clone(&file.summary) };
    let members: Vec<Member> = files.iter().map(member).collect();
    let document = |index: usize| files[index].source.text().map(Document::new);
    let each: Vec<Arc<Levels>> = files.iter().map(|file| Arc::clone(&file.levels)).collect();
    let Some(first) = each.first() else { return Vec::new() };
    // Reports count columns in code points.
    let options = AcrossOptions { encoding: Encoding::Utf32, each: Some(&each), ..options };
    across(&members, first, options, &document)
}
