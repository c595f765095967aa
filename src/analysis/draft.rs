//! A document that is being edited: its text is right at once, its tree when asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::alike;
use crate::analysis::document::{CHUNK_DEPTH, Change, Chunk, Document};
use crate::analysis::lines::LineTable;
use crate::syntax::{Kind, parse_at_depth};
use crate::text::{Encoding, LineCol, LineIndex, Span};

/// A document with changes that are not parsed yet, so that many changes in a row cost
/// one parse. A change costs the interaction it is in.
#[derive(Debug)]
pub struct Draft {
    doc: Document,
    table: LineTable,
    /// The pieces whose text is no longer the document's.
    touched: BTreeMap<usize, String>,
    /// Whether a change reached beyond the inside of an interaction.
    reshaped: bool,
}

impl Draft {
    /// Starts from `doc`.
    pub fn new(mut doc: Document) -> Draft {
        let table = doc.take_lines();
        Draft { doc, table, touched: BTreeMap::new(), reshaped: false }
    }

    fn piece(&self, index: usize) -> &str {
        self.touched.get(&index).map_or_else(|| self.doc.piece(index), String::as_str)
    }

    /// Length of the text in bytes.
    pub fn len(&self) -> u32 {
        self.table.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The byte offset of a position; a column past the end of its line means the end of
    /// that line, a line past the last one the end of the text.
    pub fn offset_at(&self, at: LineCol, encoding: Encoding) -> u32 {
        let Some(piece) = self.table.piece_at_position(at, encoding) else { return self.len() };
        match self.touched.get(&piece) {
            Some(text) => self.table.offset(piece, text, &LineIndex::new(text), at, encoding),
            None => self.doc.offset_in(&self.table, piece, at, encoding),
        }
    }

    /// Applies a change, given in bytes of the text as it is now. A change that does not
    /// fit the text does nothing.
    pub fn apply(&mut self, change: &Change) {
        let Span { start, end } = change.span;
        if start > end || end > self.len() {
            return;
        }
        let first = self.table.piece_at(start);
        let last = if end > self.table.span(first).end { self.table.piece_at(end - 1) } else { first };
        let (from, to) = (self.table.span(first), self.table.span(last));
        let before = self.piece(first).get(..(start - from.start) as usize);
        let after = self.piece(last).get((end - to.start) as usize..);
        let (Some(before), Some(after)) = (before, after) else { return };
        let text = [before, &change.text, after].concat();
        let inside = first == last && Document::is_chunk_piece(first) && from.start < start && end < from.end;
        self.reshaped |= !inside;
        // A change over many pieces leaves its text in the first and the others empty.
        self.table.set(first, last, &text);
        self.touched.extend((first + 1..=last).map(|piece| (piece, String::new())));
        self.touched.insert(first, text);
    }

    /// The whole text.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.len() as usize);
        for piece in 0..self.doc.piece_count() {
            out.push_str(self.piece(piece));
        }
        out
    }

    /// Parses what changed.
    pub fn finish(mut self) -> Document {
        match self.fresh_chunks() {
            Some(chunks) => {
                self.doc.put_chunks(chunks, self.table);
                self.doc
            }
            None => self.doc.retyped(self.text()),
        }
    }

    /// The fast way, taken only where it cannot differ from a fresh parse of the file:
    /// it had no syntax errors, every change was strictly inside an interaction, and each
    /// of these is again one object without errors.
    fn fresh_chunks(&self) -> Option<Vec<(usize, Arc<Chunk>)>> {
        if self.reshaped || !self.doc.is_sound() {
            return None;
        }
        let parse = |(piece, text): (&usize, &String)| {
            let text = Arc::new(text.clone());
            let whole = Span::new(0, text.len() as u32);
            let known = alike::with_templates(|templates| templates.find(text.as_bytes()));
            if let Some((tree, _)) = known.filter(|known| known.1 == text.len()) {
                let chunk = Chunk::new(text, whole, tree);
                return Some((*piece, Arc::new(chunk)));
            }
            let tree = parse_at_depth(&text, CHUNK_DEPTH);
            let root = tree.root(&text)?;
            let sound = tree.errors.is_empty() && root.kind() == Kind::Object && root.span() == whole;
            sound.then(|| (*piece, Arc::new(Chunk::new(text, whole, tree.into()))))
        };
        self.touched.iter().map(parse).collect()
    }
}
