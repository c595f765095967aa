//! A text as a pact: interactions that stand alone, and the spine around them.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock};

use crate::analysis::alike;
use crate::analysis::draft::Draft;
use crate::analysis::lines::LineTable;
use crate::analysis::run::{ChunkResult, FEW};
use crate::diagnostic::{Anchor, Place};
use crate::model::secrets::{Secret, secrets};
use crate::model::{FileFacts, Section, Source, Suppressions, Version, facts};
use crate::syntax::{
    Cursor, Kind, NodeId, PartTree, Split, SplitPart, SyntaxError, SyntaxErrorKind, Tree, parse_split,
    parse_typed,
};
use crate::text::{Encoding, LineCol, LineIndex, Span};

/// The arrays whose items are chunks, in the order of [`Section`].
pub const SECTIONS: [&str; 2] = ["interactions", "messages"];

/// How deep in the file an interaction stands: in an object and an array.
pub(super) const CHUNK_DEPTH: usize = 2;

/// One element of `interactions` or `messages`, with its own text and tree. Immutable,
/// and shared between versions of a document that agree on it.
#[derive(Debug)]
pub struct Chunk {
    source: Arc<String>,
    range: Span,
    /// The tree, in offsets relative to the chunk.
    pub(super) tree: PartTree,
    hash: OnceLock<u64>,
    /// What was found last, under the key of everything it depends on.
    pub(super) memo: Mutex<Option<(u64, Arc<ChunkResult>)>>,
    /// Where its lines start, once asked for.
    lines: OnceLock<LineIndex>,
    /// What is not to be shown of it, once asked for.
    secrets: OnceLock<Box<[Secret]>>,
    /// What it does not want to be told, once asked for.
    suppressions: OnceLock<Suppressions>,
}

impl Chunk {
    pub(super) fn new(source: Arc<String>, range: Span, tree: PartTree) -> Chunk {
        let (memo, hash) = (Mutex::new(None), OnceLock::new());
        let (lines, secrets, suppressions) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Chunk { source, range, tree, hash, memo, lines, secrets, suppressions }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.range.of(&self.source)
    }

    /// A hash of the text, made when it is first asked for: one look at a file needs none.
    pub(crate) fn hash(&self) -> u64 {
        *self.hash.get_or_init(|| {
            let mut hasher = rustc_hash::FxHasher::default();
            self.text().hash(&mut hasher);
            hasher.finish()
        })
    }

    /// Where its lines start, relative to it.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text()))
    }

    /// What is not to be shown of it, by place. Depends on its text alone.
    pub fn secrets(&self) -> &[Secret] {
        self.secrets.get_or_init(|| secrets(self.text(), self.root()).into())
    }

    /// The same, with the root of its tree at hand.
    pub(super) fn secrets_by(&self, root: Cursor<'_>) -> &[Secret] {
        self.secrets.get_or_init(|| secrets(root.text(), Some(root)).into())
    }

    /// Notes that there is nothing, where that is known.
    pub(super) fn has_no_secrets(&self) {
        self.secrets.get_or_init(Box::default);
    }

    /// What its comments do not want to be told. Depends on its text alone.
    pub(super) fn suppressions(&self) -> &Suppressions {
        let read = || self.root().map(Suppressions::of_interaction).unwrap_or_default();
        self.suppressions.get_or_init(read)
    }

    /// The same, with the root of its tree at hand.
    pub(super) fn suppressions_by(&self, root: Cursor<'_>) -> &Suppressions {
        self.suppressions.get_or_init(|| Suppressions::of_interaction(root))
    }

    /// The root of the tree.
    pub fn root(&self) -> Option<Cursor<'_>> {
        self.tree.get().root(self.text())
    }
}

/// Whether it is clear what a text with these errors means.
pub(super) fn is_clear(errors: &[SyntaxError]) -> bool {
    errors.iter().all(|error| error.kind.is_local())
}

/// A chunk and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) chunk: Arc<Chunk>,
    pub(super) section: Section,
    /// Whether its array is the one that the key's value is.
    pub(super) live: bool,
    /// Its position in its array.
    pub(super) index: u32,
    /// Where in the spine it was taken out.
    pub(super) spine_at: u32,
    /// Where in the file it starts.
    pub(super) base: u32,
}

/// The file without its chunks.
#[derive(Debug)]
pub(super) struct Spine {
    pub(super) text: String,
    pub(super) tree: Tree,
    pub(super) facts: FileFacts,
    secrets: OnceLock<Box<[Secret]>>,
    suppressions: OnceLock<Suppressions>,
}

impl Spine {
    /// What is not to be shown of it, by place.
    pub(super) fn secrets(&self) -> &[Secret] {
        self.secrets.get_or_init(|| secrets(&self.text, self.tree.root(&self.text)).into())
    }

    /// What its metadata does not want to be told.
    pub(super) fn suppressions(&self) -> &Suppressions {
        let read = || self.tree.root(&self.text).map(Suppressions::of_file).unwrap_or_default();
        self.suppressions.get_or_init(read)
    }
}

/// An immutable parsed file.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) spine: Arc<Spine>,
    pub(super) chunks: Vec<Placed>,
    len: u32,
    /// Whether the text is JSON.
    sound: bool,
    /// Where its pieces start, once asked for.
    lines: OnceLock<Arc<LineTable>>,
}

/// A replacement of the bytes of `span` by `text`, as an editor sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Bytes of the document before this change.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Document {
    /// Parses `text`. Never fails; a text over 4 GiB must not come here.
    pub fn new(text: impl Into<String>) -> Document {
        Document::of_source(Arc::new(text.into()))
    }

    fn of_source(source: Arc<String>) -> Document {
        let split = alike::with_templates(|templates| parse_split(&source, 0, &SECTIONS, Some(templates)));
        Document::of_split(source, split)
    }

    fn of_split(source: Arc<String>, split: Split) -> Document {
        let chunk = |part: SplitPart| {
            let section = if part.name == 0 { Section::Interactions } else { Section::Messages };
            let chunk = Chunk::new(source.clone(), part.span, part.tree);
            (part.array, section, Arc::new(chunk))
        };
        let spans: Vec<Span> = split.parts.iter().map(|part| part.span).collect();
        let parts: Vec<_> = split.parts.into_iter().map(chunk).collect();
        let sound =
            split.spine.errors.is_empty() && parts.iter().all(|(.., chunk)| chunk.tree.errors().is_empty());
        let (text, tree, places) = cut_out(&source, split.spine, &spans);
        let root = tree.root(&text);
        let live: Vec<Option<NodeId>> =
            SECTIONS.iter().map(|name| root.and_then(|r| r.get(name)).map(Cursor::id)).collect();
        let mut facts = facts(root);
        if !sound && facts.detected.source == Source::Assumed {
            // The metadata may be what is broken: take the version from the shape.
            let typed = |(_, _, chunk): &(_, _, Arc<Chunk>)| chunk.root().is_some_and(is_typed);
            match parts.iter().take(8).any(typed) {
                true => facts.detected.version = Version::V4,
                false => facts.is_guessed = true,
            }
        }
        let mut last: Option<(NodeId, u32)> = None;
        let placed = parts.into_iter().zip(places).map(|((array, section, chunk), spine_at)| {
            let index = last.filter(|l| l.0 == array).map_or(0, |l| l.1 + 1);
            last = Some((array, index));
            let live = live[section as usize] == Some(array);
            Placed { chunk, section, live, index, spine_at, base: 0 }
        });
        let (secrets, suppressions) = (OnceLock::new(), OnceLock::new());
        let spine = Arc::new(Spine { text, tree, facts, secrets, suppressions });
        let mut doc = Document { chunks: placed.collect(), spine, len: 0, sound, lines: OnceLock::new() };
        doc.place();
        doc
    }

    /// The document after `change`. An edit inside one interaction costs that interaction;
    /// anything else parses the file again, and keeps the chunks whose text is the same.
    pub fn edit(&self, change: &Change) -> Document {
        let mut draft = Draft::new(self.clone());
        draft.apply(change);
        draft.finish()
    }

    /// A document of `text` that shares the chunks this one has in common with it.
    pub fn replaced(&self, text: impl Into<String>) -> Document {
        let source = Arc::new(text.into());
        let doc = Document::of_source(Arc::clone(&source));
        self.share_with(doc, &source)
    }

    /// The same for a text that somebody is typing, of whose forms the templates learn nothing.
    pub(super) fn retyped(&self, text: String) -> Document {
        let source = Arc::new(text);
        let split = alike::with_templates(|templates| parse_typed(&source, 0, &SECTIONS, templates));
        let mut doc = self.share_with(Document::of_split(Arc::clone(&source), split), &source);
        doc.learn_many();
        doc
    }

    /// Has the templates learn what is new in it if that is more than somebody types.
    fn learn_many(&mut self) {
        let is_new = |chunk: &Arc<Chunk>| chunk.tree.template().is_none() && Arc::strong_count(chunk) == 1;
        if !self.sound || self.chunks.iter().filter(|placed| is_new(&placed.chunk)).count() <= FEW {
            return;
        }
        alike::with_templates(|templates| {
            for chunk in self.chunks.iter_mut().filter_map(|placed| Arc::get_mut(&mut placed.chunk)) {
                if chunk.tree.template().is_none()
                    && let Some(template) = templates.learn(chunk.text(), chunk.tree.get())
                {
                    chunk.tree.learnt(template);
                }
            }
        });
    }

    /// `doc`, whose text is `source`, with the chunks that this one has in common with it.
    fn share_with(&self, mut doc: Document, source: &Arc<String>) -> Document {
        let mut shared = false;
        let mut known: rustc_hash::FxHashMap<u64, &Arc<Chunk>> = rustc_hash::FxHashMap::default();
        known.extend(self.chunks.iter().map(|placed| (placed.chunk.hash(), &placed.chunk)));
        for placed in &mut doc.chunks {
            let same = known.get(&placed.chunk.hash()).filter(|old| {
                // Errors depend on the text around, so the tree is compared too.
                old.text() == placed.chunk.text() && old.tree.is_same(&placed.chunk.tree)
            });
            if let Some(same) = same {
                placed.chunk = Arc::clone(same);
                shared = true;
            }
        }
        if shared {
            // What is new must not keep a whole file alive for the sake of one interaction.
            for placed in &mut doc.chunks {
                let chunk = &placed.chunk;
                if Arc::ptr_eq(&chunk.source, source) {
                    let text = Arc::new(chunk.text().to_owned());
                    let whole = Span::new(0, text.len() as u32);
                    placed.chunk = Arc::new(Chunk::new(text, whole, chunk.tree.clone()));
                }
            }
        }
        doc
    }

    /// Computes where each chunk stands in the file.
    fn place(&mut self) {
        let mut inserted = 0;
        for placed in &mut self.chunks {
            placed.base = placed.spine_at + inserted;
            inserted += placed.chunk.range.len();
        }
        self.len = self.spine.text.len() as u32 + inserted;
    }

    /// Whether the text is JSON without a syntax error.
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// Whether it is clear what all of the text means in spite of its errors.
    pub(super) fn is_clear(&self) -> bool {
        is_clear(&self.spine.tree.errors) && self.chunks.iter().all(|it| is_clear(it.chunk.tree.errors()))
    }

    /// The syntax errors, with the number of the chunk that each is in, `None` for the spine.
    pub fn syntax_problems(&self) -> impl Iterator<Item = (Option<usize>, Span, &SyntaxErrorKind)> {
        let spine = self.spine.tree.errors.iter().map(|it| (None, self.spine_span(it.span), &it.kind));
        let chunks = self.chunks.iter().enumerate().flat_map(|(index, placed)| {
            let errors = placed.chunk.tree.errors().iter();
            errors.map(move |it| (Some(index), it.span.shifted(placed.base), &it.kind))
        });
        spine.chain(chunks)
    }

    /// How many syntax errors the text has.
    pub fn syntax_errors(&self) -> usize {
        let in_chunks = self.chunks.iter().map(|placed| placed.chunk.tree.errors().len());
        self.spine.tree.errors.len() + in_chunks.sum::<usize>()
    }

    /// Puts whole new chunks in place of the pieces with these numbers; `lines` are those
    /// of the document afterwards.
    pub(super) fn put_chunks(&mut self, chunks: Vec<(usize, Arc<Chunk>)>, lines: LineTable) {
        for (piece, chunk) in chunks {
            self.chunks[piece / 2].chunk = chunk;
        }
        for (index, placed) in self.chunks.iter_mut().enumerate() {
            placed.base = lines.span(2 * index + 1).start;
        }
        self.len = lines.len();
        self.lines = OnceLock::from(Arc::new(lines));
    }

    /// The text in pieces: what is before the first chunk, the first chunk, what is
    /// between it and the next, and so on.
    pub(super) fn piece(&self, index: usize) -> &str {
        if Document::is_chunk_piece(index) {
            return self.chunks[index / 2].chunk.text();
        }
        let from = (index / 2).checked_sub(1).map_or(0, |before| self.chunks[before].spine_at);
        let to = self.chunks.get(index / 2).map_or(self.spine.text.len() as u32, |next| next.spine_at);
        Span::new(from, to).of(&self.spine.text)
    }

    /// Number of pieces.
    pub(super) fn piece_count(&self) -> usize {
        2 * self.chunks.len() + 1
    }

    /// Whether the piece with this number is a chunk.
    pub(super) const fn is_chunk_piece(index: usize) -> bool {
        index % 2 == 1
    }

    fn line_table(&self) -> &Arc<LineTable> {
        self.lines
            .get_or_init(|| Arc::new(LineTable::new((0..self.piece_count()).map(|index| self.piece(index)))))
    }

    /// The table of lines, to be changed.
    pub(super) fn take_lines(&mut self) -> LineTable {
        self.line_table();
        self.lines.take().map_or_else(|| LineTable::new(std::iter::empty()), Arc::unwrap_or_clone)
    }

    /// The offset of a position in a piece, by a table that has this piece as it is here.
    pub(super) fn offset_in(&self, table: &LineTable, piece: usize, at: LineCol, encoding: Encoding) -> u32 {
        let text = self.piece(piece);
        if Document::is_chunk_piece(piece) {
            let lines = self.chunks[piece / 2].chunk.lines();
            return table.offset(piece, text, lines, at, encoding);
        }
        table.offset(piece, text, &LineIndex::new(text), at, encoding)
    }

    /// The byte offset of a position; a column past the end of its line means the end of
    /// that line, a line past the last one the end of the text. Costs one interaction,
    /// once the document was asked for a line before.
    pub fn offset_at(&self, at: LineCol, encoding: Encoding) -> u32 {
        let table = self.line_table();
        let piece = table.piece_at_position(at, encoding);
        piece.map_or(table.len(), |piece| self.offset_in(table, piece, at, encoding))
    }

    /// Line and column of a byte offset, at the cost of [`Document::offset_at`].
    pub fn line_col(&self, offset: u32, encoding: Encoding) -> LineCol {
        let table = self.line_table();
        let piece = table.piece_at(offset);
        let text = self.piece(piece);
        if Document::is_chunk_piece(piece) {
            let lines = self.chunks[piece / 2].chunk.lines();
            return table.position(piece, text, lines, offset, encoding);
        }
        table.position(piece, text, &LineIndex::new(text), offset, encoding)
    }

    /// Line and column, in bytes, of a node of a chunk, whose text before it this costs: for who
    /// asks once and for something near its beginning.
    pub fn line_col_in(&self, chunk: usize, node: Cursor<'_>) -> LineCol {
        let (piece, start) = (chunk * 2 + 1, node.span().start);
        let text = self.piece(piece);
        let before = text.get(..start as usize).unwrap_or(text);
        let offset = self.chunks[chunk].base + start;
        self.line_table().position(piece, text, &LineIndex::new(before), offset, Encoding::Utf8)
    }

    /// The whole text.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.len as usize);
        let mut at = 0;
        for placed in &self.chunks {
            out.push_str(&self.spine.text[at..placed.spine_at as usize]);
            out.push_str(placed.chunk.text());
            at = placed.spine_at as usize;
        }
        out.push_str(&self.spine.text[at..]);
        out
    }

    /// Length of the text in bytes.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of interactions and messages.
    pub fn chunk_count(&self) -> usize {
        self.chunks.len()
    }

    /// The chunk with this number, and its first byte in the file.
    pub fn chunk(&self, index: usize) -> Option<(&Chunk, u32)> {
        self.chunks.get(index).map(|placed| (&*placed.chunk, placed.base))
    }

    /// A chunk, to be kept beyond the document.
    #[cfg(feature = "runner")]
    pub(crate) fn kept_chunk(&self, index: usize) -> Option<Arc<Chunk>> {
        self.chunks.get(index).map(|placed| Arc::clone(&placed.chunk))
    }

    /// The number of the chunk that `offset` lies in or at the edge of.
    pub fn chunk_at(&self, offset: u32) -> Option<usize> {
        let index = self.chunks.partition_point(|placed| placed.base <= offset).checked_sub(1)?;
        let placed = &self.chunks[index];
        (offset <= placed.base + placed.chunk.range.len()).then_some(index)
    }

    /// The number of the first chunk that ends at `offset` or behind it.
    pub fn chunk_from(&self, offset: u32) -> usize {
        self.chunks.partition_point(|placed| placed.base + placed.chunk.range.len() < offset)
    }

    /// Where in the spine a place of the file is; `None` inside of a chunk.
    pub fn offset_in_spine(&self, offset: u32) -> Option<u32> {
        let before = self.chunks.partition_point(|placed| placed.base < offset);
        let Some(last) = before.checked_sub(1).map(|last| &self.chunks[last]) else { return Some(offset) };
        let past = offset.checked_sub(last.base + last.chunk.range.len())?;
        Some(last.spine_at + past)
    }

    /// The array and the position in it of a chunk.
    pub fn position(&self, index: usize) -> (Section, u32) {
        (self.chunks[index].section, self.chunks[index].index)
    }

    /// Whether a chunk stands in the array that is read: of a key given twice the last counts.
    pub fn is_live(&self, index: usize) -> bool {
        self.chunks[index].live
    }

    /// The root of the spine.
    pub fn spine_root(&self) -> Option<Cursor<'_>> {
        self.spine.tree.root(&self.spine.text)
    }

    /// Facts of the file.
    pub fn facts(&self) -> &FileFacts {
        &self.spine.facts
    }

    /// A place in bytes of the file.
    pub(super) fn absolute(&self, place: Place) -> Span {
        match place.anchor {
            Anchor::Spine => self.spine_span(place.span),
            Anchor::Chunk(index) => {
                let base = self.chunks.get(index as usize).map_or(self.len, |chunk| chunk.base);
                place.span.shifted(base)
            }
        }
    }

    /// A span of the spine in bytes of the file.
    pub fn spine_span(&self, span: Span) -> Span {
        let shift = |at: u32, inclusive: bool| {
            let before = self.chunks.partition_point(|p| p.spine_at < at || (inclusive && p.spine_at == at));
            let inserted = before.checked_sub(1).map_or(0, |last| {
                let last = &self.chunks[last];
                last.base + last.chunk.range.len() - last.spine_at
            });
            at + inserted
        };
        // A span that starts where a chunk was cut out starts after it only if it ends
        // there too, as an empty span between two tokens does.
        let start = shift(span.start, !span.is_empty());
        Span::new(start, shift(span.end, false).max(start))
    }

    /// How many of the keys that make a pact stand at the top level: `consumer`,
    /// `provider`, and `interactions` or `messages`. Two are a pact, one may be half of
    /// one, none is something else.
    pub fn pact_keys(&self) -> usize {
        let Some(root) = self.spine_root() else { return 0 };
        let has = |name: &str| root.members().any(|m| m.key.is_named(name));
        [has("consumer"), has("provider"), has(SECTIONS[0]) || has(SECTIONS[1])]
            .iter()
            .filter(|k| **k)
            .count()
    }

    /// Where the file's lines start, for who asks for many. Linear in the file's size.
    pub fn lines(&self) -> LineIndex {
        LineIndex::new(&self.text())
    }
}

/// Whether an interaction carries a V4 type.
fn is_typed(root: Cursor<'_>) -> bool {
    root.get("type").and_then(|t| t.as_str()).is_some_and(|t| t.contains('/'))
}

/// Takes the chunks out of the text and moves the spine's spans to what is left.
fn cut_out(source: &str, mut tree: Tree, spans: &[Span]) -> (String, Tree, Vec<u32>) {
    let mut text = String::new();
    let mut places = Vec::with_capacity(spans.len());
    // Sum of the lengths of all chunks up to and including the i-th.
    let mut removed = Vec::with_capacity(spans.len());
    let (mut at, mut sum) = (0, 0);
    for span in spans {
        text.push_str(&source[at as usize..span.start as usize]);
        places.push(text.len() as u32);
        at = span.end;
        sum += span.len();
        removed.push(sum);
    }
    text.push_str(&source[at as usize..]);
    let shift = |offset: u32| {
        let before = spans.partition_point(|span| span.end <= offset);
        offset - before.checked_sub(1).map_or(0, |last| removed[last])
    };
    for node in &mut tree.nodes {
        node.start = shift(node.start);
        // A chunk's own node becomes empty: its end is its start.
        node.end = if node.kind == Kind::Chunk { node.start } else { shift(node.end) };
    }
    for error in &mut tree.errors {
        error.span = Span::new(shift(error.span.start), shift(error.span.end));
    }
    (text, tree, places)
}
