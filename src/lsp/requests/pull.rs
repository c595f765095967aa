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
    let doc = session.files.get(uri).and_then(|file| file.document());
    let mut notes = match (found, doc) {
        (Found::Pact(found), Some(doc)) => {
            #[allow(unused_mut, reason = "without the runner nothing is added")]
            let mut notes = notes::notes(doc, &found, &session.client);
            #[cfg(feature = "runner")]
            if let Some(file) = session.files.get(uri) {
                notes.extend(session.runs.notes(file.path(), doc, &session.client));
            }
            notes
        }
        (Found::TooLarge, _) => vec![notes::too_large()],
        _ if !is_open => session.notes_on_disk(uri),
        _ => Vec::new(),
    };
    notes.iter_mut().for_each(|note| session.put_page(note));
    let id = format!("{:016x}", hash(&notes));
    let notes = (previous != Some(id.as_str())).then_some(notes);
    reply.send(Ok(Report { id, notes }));
}
