//! Lines and columns of many findings in one file.

use rustc_hash::FxHashMap;

use crate::text::{LineCol, LineIndex, Span};

/// Distance in bytes between two remembered columns of a long line.
const STEP: usize = 64 * 1024;

/// A place as a person writes it: both numbers start at one, columns count Unicode
/// code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// Line, from one.
    pub line: u32,
    /// Column in code points, from one.
    pub column: u32,
}

impl From<LineCol> for Position {
    /// From a place that counts from zero, columns in code points.
    fn from(at: LineCol) -> Position {
        Position { line: at.line + 1, column: at.col + 1 }
    }
}

/// Turns offsets into positions. Counting the characters before an offset costs the
/// length of its line; in a minified pact that is the whole file, once a finding.
/// Columns are therefore remembered every 64 KiB of a long line, so that a file is
/// read at most once however many findings it has.
#[derive(Debug)]
pub(super) struct Positions<'a> {
    text: &'a str,
    lines: &'a LineIndex,
    /// For a line, by number: the column, from zero, at each multiple of [`STEP`]
    /// bytes from its start.
    marks: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Positions<'a> {
    pub(super) fn new(text: &'a str, lines: &'a LineIndex) -> Positions<'a> {
        Positions { text, lines, marks: FxHashMap::default() }
    }

    /// Where `offset` is; an offset inside a character counts as its start, one past
    /// the end as the end.
    pub(super) fn at(&mut self, offset: u32) -> Position {
        let offset = floor(self.text, offset as usize);
        let line = self.lines.line_of(offset as u32);
        let start = self.lines.line_span(self.text, line).start as usize;
        let steps = offset.saturating_sub(start) / STEP;
        let (mut from, mut column) = (start, 0);
        if steps > 0 {
            let marks = self.marks.entry(line).or_insert_with(|| vec![0]);
            while marks.len() <= steps {
                let known = marks.len() - 1;
                let (from, to) = (start + known * STEP, start + (known + 1) * STEP);
                let passed = count(self.text, floor(self.text, from), floor(self.text, to));
                marks.push(marks[known] + passed);
            }
            from = floor(self.text, start + steps * STEP);
            column = marks[steps];
        }
        Position { line: line + 1, column: column + count(self.text, from, offset) + 1 }
    }

    /// Where `span` starts and ends.
    pub(super) fn of(&mut self, span: Span) -> (Position, Position) {
        (self.at(span.start), self.at(span.end))
    }
}

/// The start of the character that holds the byte `offset`.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn count(text: &str, from: usize, to: usize) -> u32 {
    text.get(from..to).map_or(0, |part| part.chars().count() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Encoding;

    #[test]
    fn positions_are_those_of_the_line_index() {
        let long = "é日a😀".repeat(40_000);
        let text = format!("{{\r\n  \"a\": 1,\r{long}\n\n{long}x");
        let lines = LineIndex::new(&text);
        let mut positions = Positions::new(&text, &lines);
        let len = text.len() as u32;
        // Forwards, backwards, inside characters and past the end.
        for offset in (0..len + 9).step_by(9_973).chain((0..len).rev().step_by(19_997)).chain(0..20) {
            let expected = lines.position(&text, offset, Encoding::Utf32);
            let expected = Position { line: expected.line + 1, column: expected.col + 1 };
            assert_eq!(positions.at(offset), expected, "offset {offset}");
        }
    }

    #[test]
    fn an_empty_file_has_one_position() {
        let lines = LineIndex::new("");
        assert_eq!(Positions::new("", &lines).at(0), Position { line: 1, column: 1 });
    }
}
