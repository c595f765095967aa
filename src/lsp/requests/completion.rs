//! What may be typed.

use std::collections::BTreeSet;

use tower_lsp::ls_types as ls;

use crate::ide::{self, Names};
use crate::lsp::convert::features;
use crate::lsp::event::Uri;
use crate::lsp::session::Session;
use crate::text::LineCol;

/// So many names of other pacts are offered.
const MOST: usize = 1_000;

/// What may be typed at a place, with names from all pacts of the workspace.
pub(crate) fn completion(session: &mut Session, uri: &Uri, at: LineCol) -> Vec<ls::CompletionItem> {
    let client = session.client;
    if session.pact(uri).is_none() {
        return Vec::new();
    }
    let session = &*session;
    let Some(doc) = session.files.get(uri).and_then(|file| file.document()) else { return Vec::new() };
    let known = |names: Names| -> Vec<&str> {
        let mut known = BTreeSet::new();
        for (_, summary) in session.summaries() {
            match names {
                Names::States => {
                    let states = summary.interactions.iter().flat_map(|interaction| &interaction.states);
                    known.extend(states.map(|state| &*state.name).filter(|name| !name.is_empty()));
                }
                Names::Pacticipants => {
                    let parties = [&summary.consumer, &summary.provider].into_iter().flatten();
                    known.extend(parties.map(|party| &*party.name));
                }
            }
        }
        known.into_iter().take(MOST).collect()
    };
    let items = ide::completions(doc, doc.offset_at(at, client.encoding), &known);
    let one = |(rank, item)| features::completion(doc, &client, (uri, at), rank, item);
    items.into_iter().enumerate().map(one).collect()
}

/// What documents a completion that was offered at a place; `None` where there is nothing to
/// tell, or the document changed so that it is offered no longer.
pub(crate) fn completion_docs(
    session: &mut Session,
    uri: &Uri,
    at: LineCol,
    label: &str,
) -> Option<ls::Documentation> {
    let client = session.client;
    let doc = session.pact(uri)?;
    let docs = ide::completion_docs(doc, doc.offset_at(at, client.encoding), label)?;
    Some(features::docs(&client, docs))
}
