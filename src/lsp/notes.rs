//! From findings to what an editor is told.

use std::sync::Arc;

use crate::analysis::{Analysis, Document};
use crate::diagnostic::{Finding, Severity};
use crate::lsp::convert::place;
use crate::lsp::event::{ClientFacts, Note, Range, Related};
use crate::lsp::file::MAX_SIZE;
use crate::text::{Encoding, LineIndex};

/// How many findings of one file are shown. Nobody reads more, and each change would send
/// them all again.
pub(super) const MOST: usize = 500;

/// Name under which the reader is told that something is left out.
pub(super) const LEFT_OUT: &str = "left-out";

/// The rule that editors with a JSON server of their own have as well.
const SYNTAX: &str = "json-syntax";

/// Where a finding stands, in lines and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    range: Range,
    labels: Vec<Range>,
}

impl Placed {
    /// The places of a finding of `doc`.
    pub(super) fn of(doc: &Document, finding: &Finding, encoding: Encoding) -> Placed {
        let range = |span| place::range_of(doc, span, encoding);
        let labels = finding.labels.iter().map(|label| range(label.span)).collect();
        Placed { range: range(finding.span), labels }
    }
}

/// The findings as notes, and a notice first if there are more.
pub(super) fn notes(doc: &Document, analysis: &Analysis, client: &ClientFacts) -> Vec<Note> {
    let places: Vec<Placed> =
        analysis.findings.iter().map(|finding| Placed::of(doc, finding, client.encoding)).collect();
    of_places(&analysis.findings, &places, analysis.total, client)
}

/// The same for findings whose places are known, of which there were `total`.
pub(super) fn of_places(
    findings: &[Finding],
    places: &[Placed],
    total: usize,
    client: &ClientFacts,
) -> Vec<Note> {
    let shown = findings.len();
    let left_out = (total > shown).then(|| Note {
        range: Range::default(),
        severity: Severity::Info,
        code: LEFT_OUT,
        page: None,
        message: format!(
            "{shown} of the {} findings in this file are shown, errors first; `pactlens lint` prints all",
            total
        ),
        related: Vec::new(),
    });
    // Invalid JSON is left to an editor that tells of it itself.
    let told = findings.iter().zip(places).filter(|(f, _)| client.syntax_errors || f.rule != SYNTAX);
    left_out.into_iter().chain(told.map(|(finding, places)| placed(finding, places, client))).collect()
}

/// A finding as a note.
pub(super) fn note(doc: &Document, finding: &Finding, client: &ClientFacts) -> Note {
    placed(finding, &Placed::of(doc, finding, client.encoding), client)
}

fn placed(finding: &Finding, at: &Placed, client: &ClientFacts) -> Note {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let places = finding.labels.iter().zip(&at.labels).map(|(label, range)| Related {
        path: None,
        range: *range,
        text: label.text.to_string(),
    });
    let elsewhere = finding.test.iter().chain(&finding.elsewhere).map(|place| Related {
        path: Some(Arc::clone(&place.file)),
        range: Range { start: place.start, end: place.end },
        text: place.text.clone(),
    });
    let mut related: Vec<Related> = places.chain(elsewhere).collect();
    if !client.related {
        for place in related.drain(..) {
            let file = place.path.map_or_else(String::new, |path| format!("{path}, "));
            message.push_str(&format!("\n{file}line {}: {}", place.range.start.line + 1, place.text));
        }
    }
    Note { range: at.range, severity: finding.severity, code: finding.rule, page: None, message, related }
}

/// Findings in a text that is no pact as notes.
pub(super) fn plain(text: &str, findings: &[Finding], client: &ClientFacts) -> Vec<Note> {
    let lines = LineIndex::new(text);
    let at = |offset| lines.position(text, offset, client.encoding);
    let note = |finding: &Finding| {
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
        Note {
            range: Range { start: at(finding.span.start), end: at(finding.span.end) },
            severity: finding.severity,
            code: finding.rule,
            page: None,
            message: format!("{}{help}", finding.message),
            related: Vec::new(),
        }
    };
    findings.iter().map(note).collect()
}

/// What is said of a pact that is too large.
pub(super) fn too_large() -> Note {
    Note {
        range: Range::default(),
        severity: Severity::Info,
        code: LEFT_OUT,
        page: None,
        message: format!("this file is larger than {} MB and was not checked", MAX_SIZE >> 20),
        related: Vec::new(),
    }
}
