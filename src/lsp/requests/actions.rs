//! What can be done about findings.

use std::path::Path;

use crate::analysis::{Document, RunOptions};
use crate::diagnostic::{Applicability, Finding, FindingFix, Hint};
use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::{Action, ActionKind, Actions, COPY_HINT, Does, EXPLAIN, Kinds, Range, Reply, Uri};
use crate::lsp::file::{Extent, File};
use crate::lsp::notes;
use crate::lsp::requests::hints::hints;
use crate::lsp::requests::{configure, rewrite};
use crate::lsp::session::{For, Found, Session};
use crate::text::{Span, TextEdit};

/// More findings of one place are not explained or ignored one by one.
const MOST: usize = 20;

/// The fixes for a part of a document, and what else can be done there. They come from our own
/// findings, because clients send back theirs in many shapes.
pub(crate) fn actions(session: &mut Session, uri: &Uri, range: Range, kinds: Kinds, reply: Reply<Actions>) {
    let found = match session.findings(uri, Extent::All, For::Question(&|| !reply.is_unwanted())) {
        Ok(found) => found,
        Err(stopped) => return reply.send(Err(stopped.refusal())),
    };
    let client = session.client;
    let file = session.files.get(uri);
    let (Found::Pact(found), Some(file)) = (found, file) else {
        return reply.send(Ok(Actions::default()));
    };
    let Some(doc) = file.document() else { return reply.send(Ok(Actions::default())) };

    let again = until(session, file, doc);
    let place = |edit: &TextEdit| (place::range_of(doc, edit.span, client.encoding), edit.text.clone());
    let edits = |edits: &[TextEdit]| Does::Edits(edits.iter().map(place).collect());
    let span = place::span_of(doc, range, client.encoding);
    let fixed = |(finding, fix): (&Finding, &FindingFix)| Action {
        title: format!("{}{again}", fix.title),
        kind: ActionKind::Quick,
        safe: fix.applicability == Applicability::Safe,
        note: Some(notes::note(doc, finding, &client)),
        does: edits(&fix.edits),
    };
    let mut items = Vec::new();
    // Kate asks like this to have the findings at the caret fixed, and does all that it gets.
    let blindly = !kinds.named.is_empty() && span == Span::new(0, doc.len());
    if blindly {
        let first = |named: &Range| {
            let named = place::span_of(doc, *named, client.encoding);
            ide::quick_fixes(&found.findings, named).find(|(finding, _)| finding.span == named)
        };
        items.extend(kinds.named.iter().filter_map(first).map(fixed));
    } else if kinds.quick {
        items.extend(ide::quick_fixes(&found.findings, span).map(fixed));
        let here: Vec<&Finding> = ide::touching(&found.findings, span).take(MOST).collect();
        items.extend(here.iter().filter_map(|finding| {
            let does = edits(&ide::suppress(doc, finding)?);
            Some(about(
                session,
                doc,
                finding,
                format!("Ignore '{}' in this interaction{again}", finding.rule),
                does,
            ))
        }));
        let hints = hints(session, file.path(), doc);
        let mut rules: Vec<&str> = Vec::new();
        for finding in here {
            if client.copies_hints {
                items.extend(hint(session, doc, finding, &hints(finding)));
            }
            if rules.contains(&finding.rule) {
                continue;
            }
            rules.push(finding.rule);
            items.extend(
                configure::ignored(session, file, finding)
                    .map(|(title, does)| about(session, doc, finding, title, does)),
            );
            if client.shows_documents && session.has_pages() {
                let does = Does::Command(EXPLAIN, finding.rule.to_owned());
                items.push(about(session, doc, finding, format!("Explain '{}'", finding.rule), does));
            }
        }
    }
    if kinds.all {
        let cancelled = || reply.is_unwanted();
        let baseline = session.baseline(file.path());
        let options =
            RunOptions { typed: true, cancelled: Some(&cancelled), baseline, ..RunOptions::default() };
        let levels = session.levels(file);
        let all = levels.map_or_else(Vec::new, |levels| ide::all_safe_fixes(doc, &levels, options));
        if !all.is_empty() {
            let title = format!("Make all safe fixes of pactlens{again}");
            items.push(Action { title, kind: ActionKind::All, safe: true, note: None, does: edits(&all) });
        }
    }
    if kinds.rewrite && !blindly {
        let offered = ide::quick_fixes(&found.findings, span).map(|(_, fix)| &*fix.edits);
        items.extend(rewrite::rewrites(doc, &client, span, again, offered, &edits));
    }
    let version = client.versioned_edits.then_some(file.version);
    for note in items.iter_mut().filter_map(|item| item.note.as_mut()) {
        session.put_page(note);
    }
    reply.send(Ok(Actions { version, items }));
}

fn about(session: &Session, doc: &Document, finding: &Finding, title: String, does: Does) -> Action {
    let note = Some(notes::note(doc, finding, &session.client));
    Action { title, kind: ActionKind::Quick, safe: false, note, does }
}

/// What is said of each change of a pact that a test writes anew.
fn until(session: &Session, file: &File, doc: &Document) -> &'static str {
    let project = session.configs.index().project(Path::new(&**file.path()));
    if project.counts_as_generated().counts(doc.facts().library.is_some()) {
        ", until the test writes it anew"
    } else {
        ""
    }
}

/// What to write in the test, for the clipboard.
fn hint(session: &Session, doc: &Document, finding: &Finding, hints: &[Hint]) -> Option<Action> {
    let first = hints.first()?;
    let code: Vec<&str> = hints.iter().map(|hint| &*hint.code).collect();
    let more = if code.len() > 1 { " …" } else { "" };
    let short: String = first.code.chars().take(60).collect();
    let cut = if short.len() < first.code.len() { "…" } else { more };
    let title = format!("Copy for the test, with {}: {short}{cut}", first.library);
    Some(about(session, doc, finding, title, Does::Command(COPY_HINT, code.join("\n"))))
}
