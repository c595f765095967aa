//! What is shown under the pointer.

use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::{Card, Reply, Uri};
use crate::lsp::file::Extent;
use crate::lsp::requests::hints::hints;
use crate::lsp::session::{For, Found, Session};
use crate::text::LineCol;

/// Explains what was found at a place.
pub(crate) fn hover(session: &mut Session, uri: &Uri, at: LineCol, reply: Reply<Option<Card>>) {
    let found = match session.findings(uri, Extent::All, For::Question(&|| !reply.is_unwanted())) {
        Ok(found) => found,
        Err(stopped) => return reply.send(Err(stopped.refusal())),
    };
    let client = session.client;
    let doc = session.files.get(uri).and_then(|file| file.document());
    let card = match (found, doc) {
        (Found::Pact(found), Some(doc)) => {
            let offset = doc.offset_at(at, client.encoding);
            let hints = hints(session, &place::path_of(uri), doc);
            let found = ide::hover(&found.findings, offset, &hints);
            ide::joined(found, ide::about(doc, offset)).map(|hover| Card {
                range: place::range_of(doc, hover.span, client.encoding),
                text: hover.markdown,
                markdown: client.markdown,
            })
        }
        _ => None,
    };
    reply.send(Ok(card));
}
