//! What may be typed.

use std::collections::BTreeSet;

use tower_lsp::ls_types as ls;

use crate::ide::{self, Known};
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
    let (mut states, mut parties) = (BTreeSet::new(), BTreeSet::new());
    for (_, summary) in session.summaries() {
        parties.extend([&summary.consumer, &summary.provider].into_iter().flatten().map(|it| &*it.name));
        let named = summary.interactions.iter().flat_map(|interaction| &interaction.states);
        states.extend(named.map(|state| &*state.name).filter(|name| !name.is_empty()));
    }
    let states: Vec<&str> = states.into_iter().take(MOST).collect();
    let pacticipants: Vec<&str> = parties.into_iter().take(MOST).collect();
    let offset = doc.offset_at(at, client.encoding);
    let items = ide::completions(doc, offset, Known { states: &states, pacticipants: &pacticipants });
    items.into_iter().enumerate().map(|(rank, item)| features::completion(doc, &client, rank, item)).collect()
}
