//! What belongs together.

use std::sync::Arc;

use crate::analysis::Document;
use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::{Range, Related, Uri};
use crate::lsp::session::Session;
use crate::model::FileSummary;
use crate::text::{Encoding, LineCol, Span};

/// What is asked of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Where it leads, from a description to its test.
    Definition,
    /// Where it is used, in all pacts; the place itself as well if `declared`.
    References { declared: bool },
    /// What to mark in the same document.
    Highlight,
}

/// The places that have to do with one, in order of document, then those of other documents.
pub(crate) fn related(session: &mut Session, uri: &Uri, at: LineCol, wish: Wish) -> Vec<Related> {
    let encoding = session.client.encoding;
    let Some(doc) = session.pact(uri) else { return Vec::new() };
    let offset = doc.offset_at(at, encoding);
    let Some(found) = ide::relations(doc, offset) else {
        let index = ide::described(doc, offset).filter(|_| wish != Wish::Highlight);
        return index.and_then(|index| test(session, uri, index)).into_iter().collect();
    };
    let mut spans = found.there;
    if let Some(state) = &found.state {
        spans = ide::state_uses(doc, state);
    }
    spans.retain(|span| *span != found.here);
    if matches!(wish, Wish::Highlight | Wish::References { declared: true }) {
        spans.push(found.here);
    }
    spans.sort_unstable();
    spans.dedup();
    let mut places = on(doc, None, spans, encoding);
    if let (Some(state), Wish::References { .. } | Wish::Definition) = (&found.state, wish) {
        places.extend(elsewhere(session, uri, state));
    }
    places
}

/// The test that wrote an interaction.
fn test(session: &Session, uri: &Uri, index: usize) -> Option<Related> {
    let path = place::path_of(uri);
    let test = session.workspace.test_of(&path, session.workspace.summary(&path)?.as_ref(), index)?;
    let range = Range { start: test.start, end: test.end };
    Some(Related { path: Some(test.file), range, text: String::new() })
}

/// Uses of a provider state in other pacts of the workspace.
fn elsewhere(session: &Session, uri: &Uri, state: &str) -> Vec<Related> {
    let here = place::path_of(uri);
    let uses = |summary: &FileSummary| {
        let mut states = summary.interactions.iter().flat_map(|interaction| &interaction.states);
        states.any(|it| it.name == state)
    };
    let mut paths: Vec<Arc<str>> = session
        .summaries()
        .filter(|(path, summary)| ***path != *here && uses(summary))
        .map(|(path, _)| Arc::clone(path))
        .collect();
    paths.sort_unstable();
    let mut places = Vec::new();
    for path in paths {
        if let Some(doc) = session.document(&path) {
            places.extend(on(&doc, Some(&path), ide::state_uses(&doc, state), session.client.encoding));
        }
    }
    places
}

fn on(doc: &Document, path: Option<&Arc<str>>, spans: Vec<Span>, encoding: Encoding) -> Vec<Related> {
    let one = |span: Span| Related {
        path: path.cloned(),
        range: place::range_of(doc, span, encoding),
        text: String::new(),
    };
    spans.into_iter().map(one).collect()
}
