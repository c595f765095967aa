//! Other names.

use std::sync::Arc;

use crate::analysis::Document;
use crate::ide::{self, Renamed};
use crate::lsp::convert::place;
use crate::lsp::event::{Changed, Range, Uri};
use crate::lsp::session::Session;
use crate::model::FileSummary;
use crate::text::{Encoding, LineCol, TextEdit};

/// What can be renamed at a place: where its name stands, and the name.
pub(crate) fn renamed(session: &mut Session, uri: &Uri, at: LineCol) -> Option<(Range, String)> {
    let encoding = session.client.encoding;
    let doc = session.pact(uri)?;
    let (what, span) = ide::renamed(doc, doc.offset_at(at, encoding))?;
    Some((place::range_of(doc, span, encoding), what.name().to_owned()))
}

/// The edits that rename what stands at a place, by document. An error says why it cannot be.
pub(crate) fn rename(
    session: &mut Session,
    uri: &Uri,
    at: LineCol,
    new: &str,
) -> Result<Vec<Changed>, String> {
    let encoding = session.client.encoding;
    let version = session.files.get(uri).map(|file| file.version);
    let doc = session.pact(uri).ok_or("this is no pact")?;
    let offset = doc.offset_at(at, encoding);
    let (what, _) = ide::renamed(doc, offset).ok_or("nothing here has a name that can be changed")?;
    if new.is_empty() {
        return Err("a name cannot be empty".to_owned());
    }
    let edits = match what {
        Renamed::Key(_) => ide::rename_key(doc, offset, new)?,
        _ => ide::rename_shared(doc, &what, new),
    };
    let mut out = vec![changed(doc, Arc::clone(uri), version, &edits, encoding)];
    if !matches!(what, Renamed::Key(_)) {
        out.extend(elsewhere(session, uri, &what, new));
    }
    Ok(out)
}

/// The edits of the other pacts of the workspace.
fn elsewhere(session: &Session, uri: &Uri, what: &Renamed, new: &str) -> Vec<Changed> {
    let here = place::path_of(uri);
    let mut paths: Vec<Arc<str>> = session
        .summaries()
        .filter(|(path, summary)| ***path != *here && has(summary, what))
        .map(|(path, _)| Arc::clone(path))
        .collect();
    paths.sort_unstable();
    let mut out = Vec::new();
    for path in paths {
        let Some(doc) = session.document(&path) else { continue };
        let edits = ide::rename_shared(&doc, what, new);
        let open = session.files.iter().find(|(_, file)| *file.path() == path);
        let (uri, version) = match open {
            Some((uri, file)) => (Arc::clone(uri), Some(file.version)),
            None => (place::uri_of(&path).into(), None),
        };
        if !edits.is_empty() {
            out.push(changed(&doc, uri, version, &edits, session.client.encoding));
        }
    }
    out
}

fn has(summary: &FileSummary, what: &Renamed) -> bool {
    match what {
        Renamed::State(name) => {
            let mut states = summary.interactions.iter().flat_map(|interaction| &interaction.states);
            states.any(|state| state.name == *name)
        }
        Renamed::Pacticipant(name) => {
            let mut parties = [&summary.consumer, &summary.provider].into_iter().flatten();
            parties.any(|party| party.name == *name)
        }
        Renamed::Key(_) => false,
    }
}

fn changed(
    doc: &Document,
    uri: Uri,
    version: Option<i32>,
    edits: &[TextEdit],
    encoding: Encoding,
) -> Changed {
    let edit = |edit: &TextEdit| (place::range_of(doc, edit.span, encoding), edit.text.clone());
    Changed { uri, version, edits: edits.iter().map(edit).collect() }
}
