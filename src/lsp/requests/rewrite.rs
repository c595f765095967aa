//! What can be done with a document that is about no finding.

use crate::analysis::{Document, Upgrade, loosen, upgrade};
use crate::lsp::convert::place;
use crate::lsp::event::{Action, ActionKind, Changed, ClientFacts, Does, Uri};
use crate::lsp::session::Session;
use crate::model::Version;
use crate::rules::loosen::Wish;
use crate::text::{Span, TextEdit};

/// The edits that upgrade a file of this size are there before one can look up. In bytes.
const SMALL: u32 = 1 << 20;

/// So many lines are named in a title.
const MOST_LINES: usize = 3;

/// Loosening the body at a place, and upgrading the file at places that are in no interaction.
/// `offered` are the edits of the fixes that are offered already.
pub(super) fn rewrites<'o>(
    doc: &Document,
    client: &ClientFacts,
    span: Span,
    again: &str,
    mut offered: impl Iterator<Item = &'o [TextEdit]>,
    edits: &dyn Fn(&[TextEdit]) -> Does,
) -> Vec<Action> {
    let rewrite = |title: String, does: Does| Action {
        title: format!("{title}{again}"),
        kind: ActionKind::Rewrite,
        safe: false,
        note: None,
        does,
    };
    let mut out = Vec::new();
    if doc.offset_in_spine(span.start).is_some() {
        let from = doc.facts().version();
        for to in [Version::V4, Version::V3].into_iter().filter(|to| *to > from) {
            let title = format!("Upgrade this file from {} to {}", from.name(), to.name());
            if client.resolves && doc.len() > SMALL {
                out.push(rewrite(title, Does::Upgrade(to)));
            } else if let Ok(upgrade) = upgrade(doc, to) {
                let title = format!("{title}{}", read_otherwise(doc, client, &upgrade));
                out.push(rewrite(title, edits(&upgrade.edits)));
            }
        }
        return out;
    }
    // What a rule would report comes first; without that, all that can be.
    let wishes = [Wish { booleans: false, requests: true }, Wish { booleans: true, requests: true }];
    let Some(found) = wishes.into_iter().find_map(|wish| loosen(doc, span.start, wish)) else { return out };
    if !offered.any(|fix| fix == found.edits) {
        let mut title = found.title;
        if let Some(first) = title.get(..1) {
            title = format!("Loosen this body: {}{}", first.to_lowercase(), &title[1..]);
        }
        out.push(rewrite(title, edits(&found.edits)));
    }
    out
}

/// What becomes of the meaning of a file: on which lines.
fn read_otherwise(doc: &Document, client: &ClientFacts, upgrade: &Upgrade) -> String {
    let mut lines: Vec<u32> = upgrade
        .notes
        .iter()
        .map(|note| place::range_of(doc, note.span, client.encoding).start.line + 1)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let named: Vec<String> = lines.iter().take(MOST_LINES).map(u32::to_string).collect();
    match (lines.len(), lines.len() - named.len()) {
        (0, _) => String::new(),
        (1, _) => format!("; line {} is read otherwise afterwards", named[0]),
        (_, 0) => format!("; lines {} are read otherwise afterwards", named.join(", ")),
        (_, more) => format!("; lines {} and {more} more are read otherwise afterwards", named.join(", ")),
    }
}

/// The edits of an upgrade that was offered without them. An error says why it cannot be.
pub(crate) fn upgraded(session: &mut Session, uri: &Uri, to: Version) -> Result<Changed, String> {
    let encoding = session.client.encoding;
    let version = session.files.get(uri).map(|file| file.version);
    let doc = session.pact(uri).ok_or("this is no pact")?;
    let upgrade = upgrade(doc, to).map_err(|refusal| refusal.reason)?;
    let edit = |edit: &TextEdit| (place::range_of(doc, edit.span, encoding), edit.text.clone());
    Ok(Changed { uri: Uri::clone(uri), version, edits: upgrade.edits.iter().map(edit).collect() })
}
