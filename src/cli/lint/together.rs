//! The files of a run, looked at together.

use std::collections::HashSet;
use std::sync::Arc;

use crate::analysis::{AcrossOptions, Analysis, Document, Member, across};
use crate::cli::inputs::Source;
use crate::cli::lint::check::Checked;
use crate::cli::origin::Origins;
use crate::config::Levels;
use crate::model::FileSummary;
use crate::text::Encoding;

/// A file of the run, for rules over many files.
struct Together<'a> {
    /// How reports call it.
    shown: Arc<str>,
    /// What is known of it.
    summary: Arc<FileSummary>,
    /// Where to read it again.
    source: &'a Source,
    /// The levels that hold for it.
    levels: Arc<Levels>,
}

/// What rules over many files find in each of `files`.
fn findings(files: &[Together<'_>], options: AcrossOptions<'_>) -> Vec<Analysis> {
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

/// Adds what rules over many files find; in a file that did not change, only what points to
/// one that did.
pub(super) fn look(checked: &mut [Checked], origins: &mut Origins, options: AcrossOptions<'_>) {
    let files: Vec<Together<'_>> = checked
        .iter()
        .filter_map(|file| {
            let summary = file.analysis.summary.clone()?;
            let levels = Arc::clone(file.levels.as_ref()?);
            Some(Together { shown: file.shown.as_str().into(), summary, source: &file.source, levels })
        })
        .collect();
    let pacts = files.iter().map(|file| (&*file.summary, file.source.path()));
    let tests = origins.of_pacts(pacts, files.iter().map(|file| &*file.levels));
    let found = findings(&files, AcrossOptions { tests: &tests, ..options });
    let news: HashSet<String> =
        checked.iter().filter(|file| !file.beside).map(|file| file.shown.clone()).collect();
    for (file, mut found) in checked.iter_mut().filter(|file| file.analysis.summary.is_some()).zip(found) {
        if file.beside {
            found.findings.retain(|it| it.elsewhere.iter().any(|place| news.contains(&*place.file)));
        }
        if file.text.is_empty() && !(found.findings.is_empty() && found.suppressed.is_empty()) {
            let doc = Document::new(file.source.text().unwrap_or_default());
            file.text = doc.shown(options.secrets, true).text;
        }
        file.analysis.add(found);
    }
}

/// Tells findings the tests that they come from.
pub(super) fn look_for_tests(checked: &mut [Checked], origins: &mut Origins) {
    for file in checked {
        let Some(summary) = file.analysis.summary.clone() else { continue };
        origins.attach(&mut file.analysis.findings, &summary, file.source.path(), &file.shown);
    }
}
