//! A whole file brought to a newer version of the specification, by text edits, so that the
//! official core accepts what it accepted before; what it reads otherwise is told.

mod body;
mod interaction;
mod query;
mod remedy;
mod spine;

#[cfg(test)]
mod tests;

pub(super) use remedy::Remedies;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::analysis::document::Document;
use crate::model::{Source, Version};
use crate::rules::structure::grammar::is_void;
use crate::syntax::{Cursor, Editor, Layout, NodeId};
use crate::text::{Span, TextEdit, apply_edits};

/// The edits that bring a file to another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// What the file was read as.
    pub from: Version,
    /// What it is read as afterwards.
    pub to: Version,
    /// In bytes of the file; they go together. Empty when there is nothing to change.
    pub edits: Vec<TextEdit>,
    /// What is read otherwise afterwards, by place.
    pub notes: Vec<Note>,
}

/// A change in meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where, in bytes of the file as it was.
    pub span: Span,
    /// What was read, and what is read now.
    pub text: String,
}

/// Why a file cannot be brought to another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where the reason is, in bytes of the file.
    pub span: Span,
    /// The reason, and what to do first.
    pub reason: String,
}

/// What is done to one piece of the file, in bytes of that piece.
#[derive(Debug, Default)]
struct Changes {
    edits: Vec<TextEdit>,
    notes: Vec<Note>,
    /// Objects, and the keys of their members that go.
    removed: BTreeMap<NodeId, Vec<NodeId>>,
}

impl Changes {
    /// Removes a member of `object`.
    fn remove(&mut self, object: Cursor<'_>, key: Cursor<'_>) {
        self.removed.entry(object.id()).or_default().push(key.id());
    }

    /// All edits of the piece with this root.
    fn edits(&self, root: Cursor<'_>, editor: Editor<'_>) -> Vec<TextEdit> {
        let removed =
            self.removed.iter().flat_map(|(object, keys)| editor.remove_members(root.at(*object), keys));
        self.edits.iter().cloned().chain(removed).collect()
    }

    fn note(&mut self, at: Cursor<'_>, text: impl Into<String>) {
        let span = at.key().map_or(at.span(), Cursor::span);
        self.notes.push(Note { span, text: text.into() });
    }
}

/// How one piece is changed.
#[derive(Clone, Copy)]
struct Way<'a> {
    from: Version,
    to: Version,
    /// Whether the parts are brought to the form of `to`, or only the version is declared.
    rewrites: bool,
    editor: Editor<'a>,
    /// The position of the piece in its list.
    position: u32,
}

/// Brings `doc` to the version `to`. To the version it is read as already, that means to say so
/// in the metadata and nowhere else. A file that is of this version or a newer one has no edits.
///
/// The official core's readers are what is followed: pact.rs, request.rs, response.rs,
/// message.rs, query_strings.rs and v4/ in pact_models.
pub fn upgrade(doc: &Document, to: Version) -> Result<Upgrade, Refusal> {
    let facts = doc.facts();
    let from = facts.version();
    let refuse = |span: Span, reason: &str| Err(Refusal { span, reason: reason.to_owned() });
    let Some(root) = doc.spine_root().filter(|_| doc.is_sound() && doc.pact_keys() > 0) else {
        return refuse(Span::at(0), "it is not the JSON of a pact: `pactlens lint` says what is wrong");
    };
    if let (Source::Unknown(version), Some(node)) = (&facts.detected.source, facts.detected.node) {
        let reason = format!("nobody knows version '{version}': correct it first");
        return refuse(doc.spine_span(root.at(node).span()), &reason);
    }
    if let Some(metadata) = root.get("metadata").filter(|it| !it.is_object() && !is_void(Some(*it))) {
        return refuse(doc.spine_span(metadata.span()), "'metadata' is no object: make it one first");
    }
    let mut upgrade = Upgrade { from, to, edits: Vec::new(), notes: Vec::new() };
    if from > to {
        return Ok(upgrade);
    }
    if let Some(index) = (0..doc.chunk_count()).find(|&index| !doc.is_live(index)) {
        let reason = "one list of interactions is there twice, and only the last is read: remove the other";
        return refuse(chunk_span(doc, index), reason);
    }
    let layout = OnceCell::from(Layout::of(root));
    let declared = facts.detected.source == Source::Declared;
    let rewrites = to >= Version::V3 && (to > from || !declared);
    let mut pieces = Vec::with_capacity(doc.chunk_count());
    for (index, placed) in doc.chunks.iter().enumerate() {
        let root = placed.chunk.root().filter(|root| root.is_object() || to < Version::V4);
        let Some(root) = root else {
            return refuse(chunk_span(doc, index), "this is no interaction: V4 refuses a file with it");
        };
        let way = Way { from, to, rewrites, editor: Editor::laid_out(root, &layout), position: placed.index };
        let mut changes = Changes::default();
        interaction::change(root, placed.section, way, &mut changes)
            .map_err(|refusal| Refusal { span: refusal.span.shifted(placed.base), ..refusal })?;
        pieces.push(changes.edits(root, way.editor));
        let shifted = |note: Note| Note { span: note.span.shifted(placed.base), ..note };
        upgrade.notes.extend(changes.notes.into_iter().map(shifted));
    }
    let way = Way { from, to, rewrites, editor: Editor::laid_out(root, &layout), position: 0 };
    spine::change(doc, root, way, pieces, &mut upgrade);
    upgrade.notes.sort_by_key(|note| note.span);
    if !upgrade.edits.is_empty() && !is_sound_after(doc, &upgrade.edits) {
        return refuse(Span::at(0), "it would be nested too deeply afterwards");
    }
    Ok(upgrade)
}

fn chunk_span(doc: &Document, index: usize) -> Span {
    let placed = &doc.chunks[index];
    Span::new(placed.base, placed.base + 1)
}

fn is_sound_after(doc: &Document, edits: &[TextEdit]) -> bool {
    apply_edits(&doc.text(), edits).is_some_and(|text| Document::new(text).is_sound())
}
