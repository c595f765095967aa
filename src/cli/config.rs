//! What is wrong with configuration files, in the reports of a command.

use crate::analysis::Analysis;
use crate::analysis::configs::is_unusable;
use crate::analysis::handlers::{FoundHandlers, find_handlers_in};
use crate::analysis::hints::Changes;
use crate::cli::inputs::{Source, shown};
use crate::cli::lint::Checked;
use crate::cli::output::{self, Stream};
use crate::cli::selection::Selection;
use crate::report::escape;
use crate::text::{Encoding, LineIndex};
use std::path::PathBuf;

/// The configuration files that something is wrong with, as files that were checked.
pub(super) fn checked(selection: &Selection) -> Vec<Checked> {
    let reports = selection.index.reports().into_iter().filter(|report| !report.findings.is_empty());
    let one = |report: crate::analysis::configs::ConfigReport| Checked {
        shown: shown(&selection.relative(&report.path)),
        path: report.path.clone(),
        text: report.text,
        source: Source::File(report.path),
        analysis: Analysis { total: report.findings.len(), findings: report.findings, ..Analysis::default() },
        levels: None,
        changes: Changes::default(),
        generated: false,
        pact: [None, None],
        specification: None,
        digest: None,
        beside: false,
        seen: None,
    };
    reports.map(one).collect()
}

/// Whether one of them cannot be used.
pub(super) fn unusable(checked: &[Checked]) -> bool {
    checked.iter().any(|file| file.analysis.findings.iter().any(is_unusable))
}

/// Tells on standard error what is wrong with configuration files; whether they can be used.
pub(super) fn tell(selection: &Selection) -> bool {
    let checked = checked(selection);
    // Where standard error is gone there is nobody to tell.
    let _ = output::write_to(Stream::Error, |out| {
        for file in &checked {
            let lines = LineIndex::new(&file.text);
            for finding in &file.analysis.findings {
                let at = lines.position(&file.text, finding.span.start, Encoding::Utf32);
                let (path, line, column) = (escape(&file.shown), at.line + 1, at.col + 1);
                let (severity, message) = (finding.severity.name(), escape(&finding.message));
                write!(out, "{path}:{line}:{column}: {severity}[{}] {message}", finding.rule)?;
                match &finding.help {
                    Some(help) => writeln!(out, "; {}", escape(help))?,
                    None => writeln!(out)?,
                }
            }
        }
        Ok(())
    });
    !unusable(&checked)
}

/// The handlers of provider states that configuration tells of, and those in `paths`.
pub(super) fn handlers(selection: &Selection, paths: Option<&[PathBuf]>) -> Result<FoundHandlers, String> {
    let projects = selection.index.projects();
    let states: Vec<_> = projects.iter().flat_map(|project| project.states()).collect();
    let show = |path: &std::path::Path| shown(&selection.relative(path));
    find_handlers_in(&states, paths, &show).map_err(|error| escape(&error).into_owned())
}
