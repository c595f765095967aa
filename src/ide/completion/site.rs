//! Where something is being typed.

use crate::analysis::Document;
use crate::model::Section;
use crate::syntax::{Cursor, Kind};
use crate::text::Span;

/// A place in a tree where something is being typed.
pub(super) struct Site<'a> {
    /// The root of the interaction, or of the file without its interactions.
    pub(super) root: Cursor<'a>,
    /// The array whose element `root` is.
    pub(super) section: Option<Section>,
    /// The containers from `root` to the one at hand, both included.
    pub(super) path: Vec<Cursor<'a>>,
    /// What is being typed there.
    pub(super) slot: Slot<'a>,
    /// What is typed already, in bytes of the file.
    pub(super) replace: Span,
}

/// What is being typed.
#[derive(Clone, Copy)]
pub(super) enum Slot<'a> {
    /// A key of an object, and whether it still needs a value.
    Key { key: Option<Cursor<'a>>, bare: bool },
    /// The value under a key.
    Value { key: Cursor<'a> },
    /// An item of an array.
    Item,
}

/// The place at `offset` of the file.
pub(super) fn site(doc: &Document, offset: u32) -> Option<Site<'_>> {
    if let Some(index) = doc.chunk_at(offset) {
        let (chunk, base) = doc.chunk(index)?;
        // At its edges it is still to be written, or finished.
        if base < offset && offset < base + chunk.text().len() as u32 {
            let found = within(chunk.root()?, Some(doc.position(index).0), offset - base)?;
            return Some(Site { replace: found.replace.shifted(base), ..found });
        }
    }
    let found = within(doc.spine_root()?, None, doc.offset_in_spine(offset)?)?;
    Some(Site {
        replace: if found.replace.is_empty() { Span::at(offset) } else { doc.spine_span(found.replace) },
        ..found
    })
}

fn within(root: Cursor<'_>, section: Option<Section>, offset: u32) -> Option<Site<'_>> {
    let node = root.node_at(offset);
    let span = node.span();
    let text = root.text();
    let site = |container: Cursor<'_>, slot, replace| {
        let path = container.path_from_root().iter().map(|step| root.at(step.id())).collect();
        Some(Site { root, section, path, slot, replace })
    };
    match node.kind() {
        Kind::Key => {
            let bare = node.value().is_none() && next(text, span.end) != Some(b':');
            site(parent(node), Slot::Key { key: Some(root.at(node.id())), bare }, typed(text, span, offset))
        }
        Kind::Object | Kind::Array => {
            let (at, byte) = previous(text, offset)?;
            let empty = Span::at(offset);
            match byte {
                b'{' | b',' if node.is_object() => site(node, Slot::Key { key: None, bare: true }, empty),
                b'[' | b',' if node.is_array() => site(node, Slot::Item, empty),
                b':' => {
                    let key =
                        node.members().map(|member| member.key).filter(|key| key.span().end <= at).last()?;
                    site(node, Slot::Value { key: root.at(key.id()) }, empty)
                }
                _ => None,
            }
        }
        Kind::Opaque | Kind::Chunk => None,
        _ => {
            let replace = typed(text, span, offset);
            match node.key() {
                Some(key) => site(parent(key), Slot::Value { key }, replace),
                None if node.id() == root.id() => None,
                None => site(parent(node), Slot::Item, replace),
            }
        }
    }
}

/// The container that a node stands in; the root stands in itself.
fn parent(node: Cursor<'_>) -> Cursor<'_> {
    let path = node.path_from_root();
    let mut above = path.iter().rev().filter(|step| step.id() != node.id());
    above.next().map_or(node, |step| node.at(step.id()))
}

/// What is typed of a text that may lack its end: then no more than up to the caret counts.
fn typed(text: &str, span: Span, offset: u32) -> Span {
    let raw = span.of(text);
    let open = raw.starts_with('"') && (raw.len() < 2 || !raw.ends_with('"'));
    if open { Span::new(span.start, offset.clamp(span.start, span.end)) } else { span }
}

/// The last byte before `offset` that is no blank, and where it is.
fn previous(text: &str, offset: u32) -> Option<(u32, u8)> {
    let before = text.as_bytes().get(..offset as usize)?;
    let at = before.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    Some((at as u32, before[at]))
}

fn next(text: &str, offset: u32) -> Option<u8> {
    let after = text.as_bytes().get(offset as usize..)?;
    after.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}
