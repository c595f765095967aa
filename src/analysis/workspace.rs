//! Rules over many files.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::document::Document;
use crate::analysis::finish::{Finisher, sort};
use crate::analysis::run::interaction_detail;
use crate::config::Levels;
use crate::diagnostic::{Diagnostic, Elsewhere, Finding, Place, Severity};
use crate::model::FileSummary;
use crate::rules::{ALL, CrossDiagnostic, CrossSink, PANICKED, WorkspaceCx};
use crate::text::Encoding;

/// Bytes of text that may be held at a time for a closer look.
const HELD: usize = 64 << 20;

/// One of the files that are looked at together.
#[derive(Debug, Clone)]
pub struct Member {
    /// What the file is called in findings of other files. Names decide about the order,
    /// so they are paths of one kind.
    pub name: Arc<str>,
    /// What is known of it.
    pub summary: Arc<FileSummary>,
}

/// What rules over many files find, for each of `members`, in their order. `document` reads
/// a member again, by index, and is asked only where something is to be told or files look
/// alike; `encoding` is how columns of places in other files are counted.
pub fn across(
    members: &[Member],
    levels: &Levels,
    encoding: Encoding,
    document: &dyn Fn(usize) -> Option<Document>,
) -> Vec<Vec<Finding>> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| members[*a].name.cmp(&members[*b].name));
    let files: Vec<&FileSummary> = order.iter().map(|&member| &*members[member].summary).collect();
    let shelf = Shelf { document, order: &order, held: RefCell::default() };
    let detail = |file: usize, index: u32| shelf.with(file, |doc| interaction_detail(doc, index));
    let cx = WorkspaceCx { files: &files, detail: &detail };

    let mut found = Vec::new();
    for (index, rule) in ALL.iter().enumerate() {
        let (Some(check), Some(severity)) = (rule.check.on_workspace(), levels.of(index)) else { continue };
        let from = found.len();
        let mut sink = CrossSink::new(&rule.meta, severity, &mut found);
        if catch_unwind(AssertUnwindSafe(|| check(&cx, &mut sink))).is_err() {
            found.truncate(from);
            found.extend(panicked(rule.meta.name, &files));
        }
    }
    let mut out = vec![Vec::new(); members.len()];
    found.sort_by_key(|diagnostic| diagnostic.file);
    for diagnostics in found.chunk_by(|a, b| a.file == b.file) {
        let file = diagnostics[0].file;
        let findings = place(diagnostics, members, &shelf, encoding);
        out[order[file]] = findings;
    }
    out
}

/// Findings of one file, with the places in other files that they name.
fn place(
    diagnostics: &[CrossDiagnostic],
    members: &[Member],
    shelf: &Shelf<'_>,
    encoding: Encoding,
) -> Vec<Finding> {
    let file = diagnostics[0].file;
    let name = |file: usize| Arc::clone(&members[shelf.order[file]].name);
    let elsewhere = |&(other, place, ref text): &(usize, Place, String)| {
        shelf.with(other, |doc| {
            let span = Finisher::new(doc, &|_| None).absolute(place);
            let [start, end] = [span.start, span.end].map(|at| doc.line_col(at, encoding));
            Elsewhere { file: name(other), start, end, text: text.clone() }
        })
    };
    let others: Vec<Vec<Elsewhere>> = diagnostics
        .iter()
        .map(|d| d.related.iter().filter(|r| r.0 != file).filter_map(elsewhere).collect())
        .collect();
    let summary = &members[shelf.order[file]].summary;
    let placed = shelf.with(file, |doc| {
        let summaries = |index: u32| Some(&**summary.interactions.get(index as usize)?);
        let mut finisher = Finisher::new(doc, &summaries);
        let one = |(diagnostic, elsewhere): (&CrossDiagnostic, Vec<Elsewhere>)| {
            let mut finding = finisher.finding(local(diagnostic))?;
            finding.elsewhere = elsewhere;
            Some(finding)
        };
        let mut findings: Vec<Finding> = diagnostics.iter().zip(others).filter_map(one).collect();
        sort(&mut findings);
        findings
    });
    placed.unwrap_or_default()
}

/// What a diagnostic says about its own file.
fn local(diagnostic: &CrossDiagnostic) -> Diagnostic {
    let labels = diagnostic.related.iter().filter(|related| related.0 == diagnostic.file);
    Diagnostic {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        place: diagnostic.place,
        labels: labels
            .map(|(_, place, text)| crate::diagnostic::Label { place: *place, text: text.clone() })
            .collect(),
        fixes: Vec::new(),
        by_library: false,
    }
}

/// A finding about a rule that failed, at the first file there is.
fn panicked(rule: &'static str, files: &[&FileSummary]) -> Option<CrossDiagnostic> {
    let span = files.first()?.consumer.as_ref().map_or(crate::text::Span::at(0), |party| party.span);
    Some(CrossDiagnostic {
        rule: PANICKED,
        severity: Severity::Error,
        message: format!("The rule '{rule}' failed, so it says nothing about these files"),
        help: Some("this is a defect of pactlens, not of the pacts: please report it".to_owned()),
        file: 0,
        place: Place { anchor: crate::diagnostic::Anchor::Spine, span },
        related: Vec::new(),
    })
}

/// The files, read again when something of their text is needed.
struct Shelf<'a> {
    document: &'a dyn Fn(usize) -> Option<Document>,
    /// Index among the members, for each file.
    order: &'a [usize],
    held: RefCell<FxHashMap<usize, Option<Arc<Document>>>>,
}

impl Shelf<'_> {
    /// Does something with a file, if it is still there.
    fn with<T>(&self, file: usize, work: impl FnOnce(&Document) -> T) -> Option<T> {
        let mut held = self.held.borrow_mut();
        let bytes: usize = held.values().flatten().map(|doc| doc.len() as usize).sum();
        if bytes > HELD {
            held.clear();
        }
        let doc = held.entry(file).or_insert_with(|| (self.document)(self.order[file]).map(Arc::new)).clone();
        drop(held);
        doc.map(|doc| work(&doc))
    }
}
