//! Diagnostics on request.

use crate::lsp::event::{Reply, Report, Uri};
use crate::lsp::file::{Extent, hash};
use crate::lsp::notes;
use crate::lsp::session::{For, Found, Session};

/// Answers what is wrong with a document, or that it is what was answered `previous`ly.
pub(crate) fn pull(session: &mut Session, uri: &Uri, previous: Option<&str>, reply: Reply<Report>) {
    let found = match session.findings(uri, Extent::Shown, For::Question(&|| !reply.is_unwanted())) {
        Ok(found) => found,
        Err(stopped) => return reply.send(Err(stopped.refusal())),
    };
    let is_open = session.files.contains_key(uri);
    let file = session.files.get(uri);
    let doc = file.and_then(|file| file.document());
    let mut notes = match (found, file.zip(doc)) {
        (Found::Pact(found), Some((file, doc))) => session.notes_of(file, doc, &found),
        (Found::TooLarge, _) => vec![notes::too_large()],
        _ if !is_open => session.notes_on_disk(uri),
        _ => Vec::new(),
    };
    notes.iter_mut().for_each(|note| session.put_page(note));
    let id = format!("{:016x}", hash(&notes));
    let notes = (previous != Some(id.as_str())).then_some(notes);
    reply.send(Ok(Report { id, notes }));
}
