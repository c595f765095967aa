//! Interactions of all pacts, by name.

use std::sync::Arc;

use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::Found;
use crate::lsp::session::Session;

/// So many are told; who wants fewer types more.
const MOST: usize = 200;

/// The interactions of the workspace whose name, description or pact holds all letters of
/// `query` in their order, ignoring case.
pub(crate) fn workspace_symbols(session: &Session, query: &str, wanted: &dyn Fn() -> bool) -> Vec<Found> {
    let mut paths: Vec<Arc<str>> = session.summaries().map(|(path, _)| Arc::clone(path)).collect();
    paths.sort_unstable();
    let mut found = Vec::new();
    for path in paths {
        // Each is read from the disk, and who types on has no use for it.
        if found.len() >= MOST || !wanted() {
            break;
        }
        let Some(doc) = session.document(&path) else { continue };
        let facts = doc.facts();
        let parties = [&facts.consumer, &facts.provider].map(|name| name.as_deref().unwrap_or("?"));
        let container = parties.join(" -> ");
        for symbol in ide::symbols(&doc) {
            if found.len() < MOST && is_like(&[&symbol.name, &symbol.detail, &container], query) {
                let range = place::range_of(&doc, symbol.selection, session.client.encoding);
                let (name, detail) = (symbol.name, symbol.detail);
                found.push(Found {
                    path: Arc::clone(&path),
                    range,
                    name,
                    detail,
                    container: container.clone(),
                });
            }
        }
    }
    found
}

/// Whether the letters of `query` occur in one of the texts, in their order.
fn is_like(texts: &[&str], query: &str) -> bool {
    texts.iter().any(|text| {
        let mut letters = text.chars().flat_map(char::to_lowercase);
        query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_a_rough_one() {
        assert!(is_like(&["GET /orders/1 -> 200"], "getord"));
        assert!(is_like(&["x", "Given an Order"], "ORDER"));
        assert!(is_like(&["x"], ""));
        assert!(!is_like(&["order"], "redro"));
    }
}
