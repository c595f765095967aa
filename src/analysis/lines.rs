//! The lines of a text that is kept in pieces.

use crate::text::{Encoding, LineCol, LineIndex, Measure, Span, Width, width};

/// Where a piece starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Start {
    offset: u32,
    line: u32,
    /// The column, in each encoding.
    col: Width,
}

/// Where each piece of a text starts, in bytes, lines and columns. It knows no text, so
/// that replacing one piece costs no more than that piece and one step for each after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineTable {
    measures: Vec<Measure>,
    /// One for each piece, and one for the end of the text.
    starts: Vec<Start>,
}

impl LineTable {
    /// Measures every piece.
    pub(super) fn new<'a>(pieces: impl Iterator<Item = &'a str>) -> LineTable {
        let measures: Vec<Measure> = pieces.map(Measure::of).collect();
        let starts = vec![Start::default(); measures.len() + 1];
        let mut table = LineTable { measures, starts };
        table.recount(0);
        table
    }

    /// Puts `text` in place of the pieces from `first` to `last`: it becomes the first of
    /// them, the others become empty.
    pub(super) fn set(&mut self, first: usize, last: usize, text: &str) {
        self.measures[first..=last].fill(Measure::default());
        self.measures[first] = Measure::of(text);
        // What the piece starts with decides about a `\r` at the end of the one before.
        let before = self.measures[..first].iter().rposition(|m| m.len > 0).unwrap_or(0);
        self.recount(before);
    }

    fn recount(&mut self, from: usize) {
        for at in from..self.measures.len() {
            let (start, piece) = (self.starts[at], self.measures[at]);
            let mut next = Start {
                offset: start.offset + piece.len,
                line: start.line + piece.breaks,
                col: if piece.breaks == 0 { start.col.plus(piece.tail) } else { piece.tail },
            };
            let goes_on =
                || self.measures[at + 1..].iter().find(|m| m.len > 0).is_some_and(|m| m.starts_with_lf);
            if piece.ends_with_cr && !goes_on() {
                next = Start { offset: next.offset, line: next.line + 1, col: Width::default() };
            }
            self.starts[at + 1] = next;
        }
    }

    fn end(&self) -> Start {
        self.starts[self.measures.len()]
    }

    /// Length of the text in bytes.
    pub(super) fn len(&self) -> u32 {
        self.end().offset
    }

    /// The bytes of the text that a piece covers.
    pub(super) fn span(&self, piece: usize) -> Span {
        Span::new(self.starts[piece].offset, self.starts[piece + 1].offset)
    }

    /// The last piece that starts at or before `offset`.
    pub(super) fn piece_at(&self, offset: u32) -> usize {
        let pieces = &self.starts[..self.measures.len()];
        pieces.partition_point(|start| start.offset <= offset).saturating_sub(1)
    }

    /// The piece that the position is in, if there is such a line.
    pub(super) fn piece_at_position(&self, at: LineCol, encoding: Encoding) -> Option<usize> {
        if at.line > self.end().line {
            return None;
        }
        let pieces = &self.starts[..self.measures.len()];
        let after = pieces.partition_point(|s| (s.line, s.col.get(encoding)) <= (at.line, at.col));
        after.checked_sub(1)
    }

    /// Line and column of `offset`, which lies in `piece`, whose text and lines these are.
    pub(super) fn position(
        &self,
        piece: usize,
        text: &str,
        lines: &LineIndex,
        offset: u32,
        encoding: Encoding,
    ) -> LineCol {
        let start = self.starts[piece];
        let mut within = offset.saturating_sub(start.offset).min(text.len() as u32) as usize;
        while !text.is_char_boundary(within) {
            within -= 1;
        }
        let line = lines.line_of(within as u32);
        let begin = if line == 0 { 0 } else { lines.line_span(text, line).start as usize };
        let col = width(&text[begin..within], encoding);
        let col = if line == 0 { start.col.get(encoding) + col } else { col };
        LineCol { line: start.line + line, col }
    }

    /// The byte offset of a position in `piece`, whose text and lines these are.
    pub(super) fn offset(
        &self,
        piece: usize,
        text: &str,
        lines: &LineIndex,
        at: LineCol,
        encoding: Encoding,
    ) -> u32 {
        let start = self.starts[piece];
        let line = at.line - start.line;
        let col = if line == 0 { at.col - start.col.get(encoding) } else { at.col };
        let within = lines.offset(text, LineCol { line, col }, encoding);
        // The end of a line is before its break, even if the break is in two pieces.
        let split = within == 0 && self.measures[piece].starts_with_lf && {
            let before = self.measures[..piece].iter().rfind(|m| m.len > 0);
            before.is_some_and(|m| m.ends_with_cr)
        };
        start.offset + within - u32::from(split)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn same_as_whole(pieces: &[String], table: &LineTable) {
        let whole = pieces.concat();
        let lines = LineIndex::new(&whole);
        let index = |piece: usize| LineIndex::new(&pieces[piece]);
        for encoding in ALL {
            for offset in 0..=whole.len() as u32 {
                let piece = table.piece_at(offset);
                let found = table.position(piece, &pieces[piece], &index(piece), offset, encoding);
                assert_eq!(
                    found,
                    lines.position(&whole, offset, encoding),
                    "{pieces:?} {offset} {encoding:?}"
                );
            }
            for line in 0..lines.line_count() + 2 {
                for col in 0..whole.len() as u32 + 2 {
                    let at = LineCol { line, col };
                    let found = match table.piece_at_position(at, encoding) {
                        Some(piece) => table.offset(piece, &pieces[piece], &index(piece), at, encoding),
                        None => table.len(),
                    };
                    assert_eq!(found, lines.offset(&whole, at, encoding), "{pieces:?} {at:?} {encoding:?}");
                }
            }
        }
    }

    proptest! {
        /// Wherever a text is cut, also within `\r\n`, it has the lines of the whole.
        #[test]
        fn pieces_have_the_lines_of_the_whole(
            mut pieces in proptest::collection::vec("[ab\r\né😀]{0,5}", 1..6),
            changes in proptest::collection::vec((0usize..6, 0usize..3, "[ab\r\né😀]{0,5}"), 0..4),
        ) {
            let mut table = LineTable::new(pieces.iter().map(String::as_str));
            same_as_whole(&pieces, &table);
            for (at, more, text) in changes {
                let at = at % pieces.len();
                let last = (at + more).min(pieces.len() - 1);
                table.set(at, last, &text);
                pieces[at..=last].fill(String::new());
                pieces[at] = text;
                prop_assert_eq!(&table, &LineTable::new(pieces.iter().map(String::as_str)));
            }
            same_as_whole(&pieces, &table);
        }
    }
}
