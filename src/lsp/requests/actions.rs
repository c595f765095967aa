//! What can be done about findings.

use crate::analysis::RunOptions;
use crate::diagnostic::Applicability;
use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::{Action, Actions, Kinds, Range, Reply, Uri};
use crate::lsp::file::Extent;
use crate::lsp::notes;
use crate::lsp::session::{For, Found, Session};
use crate::text::TextEdit;

/// The fixes for a part of a document. They come from our own findings, because clients
/// send back theirs in many shapes.
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

    let place = |edit: &TextEdit| (place::range_of(doc, edit.span, client.encoding), edit.text.clone());
    let mut items = Vec::new();
    if kinds.quick {
        let span = place::span_of(doc, range, client.encoding);
        items.extend(ide::quick_fixes(&found.findings, span).map(|(finding, fix)| Action {
            title: fix.title.clone(),
            safe: fix.applicability == Applicability::Safe,
            note: Some(notes::note(doc, finding, &client)),
            edits: fix.edits.iter().map(place).collect(),
        }));
    }
    if kinds.quick {
        let span = place::span_of(doc, range, client.encoding);
        let again = if doc.facts().library.is_some() { ", until the test writes it anew" } else { "" };
        items.extend(ide::touching(&found.findings, span).filter_map(|finding| {
            let edits = ide::suppress(doc, finding)?;
            Some(Action {
                title: format!("Ignore '{}' in this interaction{again}", finding.rule),
                safe: false,
                note: Some(notes::note(doc, finding, &client)),
                edits: edits.iter().map(place).collect(),
            })
        }));
    }
    if kinds.all {
        let cancelled = || reply.is_unwanted();
        let baseline = session.baseline(file.path());
        let options = RunOptions { cancelled: Some(&cancelled), baseline, ..RunOptions::default() };
        let levels = session.levels(file);
        let edits = levels.map_or_else(Vec::new, |levels| ide::all_safe_fixes(doc, &levels, options));
        let edits: Vec<_> = edits.iter().map(place).collect();
        if !edits.is_empty() {
            let title = "Make all safe fixes of pactlens".to_owned();
            items.push(Action { title, safe: true, note: None, edits });
        }
    }
    let version = client.versioned_edits.then_some(file.version);
    for note in items.iter_mut().filter_map(|item| item.note.as_mut()) {
        session.put_page(note);
    }
    reply.send(Ok(Actions { version, items }));
}
