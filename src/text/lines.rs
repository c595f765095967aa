//! Lines and columns, in the three encodings that editors speak.

use crate::text::Span;

/// The unit in which a column is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of the language server protocol.
    #[default]
    Utf16,
    /// Unicode scalar values; what a terminal user calls a column.
    Utf32,
}

/// A position: line and column, both counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LineCol {
    /// Line, from zero.
    pub line: u32,
    /// Column in the unit of an [`Encoding`], from zero.
    pub col: u32,
}

/// Where the lines of a text start. Lines end at `\n`, `\r\n` or a lone `\r`, as in
/// the language server protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(at as u32 + 1);
        }
        LineIndex { starts, len: text.len() as u32 }
    }

    /// Number of lines; at least one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line, from zero, that holds the byte `offset`.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// The bytes of a line, its line break left out. Empty past the last line.
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let Some(&start) = self.starts.get(line as usize) else { return Span::at(self.len) };
        let mut end = self.starts.get(line as usize + 1).copied().unwrap_or(self.len);
        let bytes = text.as_bytes();
        while end > start && matches!(bytes.get(end as usize - 1), Some(b'\n' | b'\r')) {
            end -= 1;
        }
        Span::new(start, end)
    }

    /// Line and column of the byte `offset`; an offset inside a character counts as
    /// its start, one past the end as the end.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> LineCol {
        let mut offset = offset.min(self.len) as usize;
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset as u32);
        let before = text.get(self.starts[line as usize] as usize..offset).unwrap_or("");
        LineCol { line, col: width(before, encoding) }
    }

    /// The byte offset of a position; a column past the end of its line means the
    /// end of that line, a line past the last one the end of the text.
    pub fn offset(&self, text: &str, at: LineCol, encoding: Encoding) -> u32 {
        if at.line >= self.line_count() {
            return self.len;
        }
        let span = self.line_span(text, at.line);
        let within = column_to_byte(span.of(text), at.col, encoding);
        span.start + within
    }
}

/// The byte of `line` that stands in column `col`: the end of the line when the column
/// is past it, the start of a character when the column is inside one.
fn column_to_byte(line: &str, col: u32, encoding: Encoding) -> u32 {
    let byte = match encoding {
        Encoding::Utf8 => {
            let mut byte = (col as usize).min(line.len());
            while !line.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        }
        _ if line.is_ascii() => (col as usize).min(line.len()),
        _ => {
            let mut units = 0;
            line.char_indices()
                .find(|(_, ch)| {
                    units += if encoding == Encoding::Utf16 { ch.len_utf16() as u32 } else { 1 };
                    units > col
                })
                .map_or(line.len(), |(byte, _)| byte)
        }
    };
    byte as u32
}

/// The number of columns that `text`, which holds no line break, takes.
pub(crate) fn width(text: &str, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => text.len() as u32,
        _ if text.is_ascii() => text.len() as u32,
        Encoding::Utf16 => text.chars().map(|ch| ch.len_utf16() as u32).sum(),
        Encoding::Utf32 => text.chars().count() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_break_counts_once() {
        let text = "a\r\nb\rc\nd";
        let lines = LineIndex::new(text);
        assert_eq!(lines.line_count(), 4);
        let of = |line| lines.line_span(text, line).of(text);
        assert_eq!([of(0), of(1), of(2), of(3)], ["a", "b", "c", "d"]);
    }

    #[test]
    fn columns_in_three_encodings_round_trip() {
        let text = "x\n\"é😀b\"";
        let lines = LineIndex::new(text);
        let at_b = text.find('b').expect("there is a b") as u32;
        for (encoding, col) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            let at = lines.position(text, at_b, encoding);
            assert_eq!(at, LineCol { line: 1, col });
            assert_eq!(lines.offset(text, at, encoding), at_b);
        }
    }

    #[test]
    fn positions_out_of_range_are_clamped() {
        let text = "ab\ncd";
        let lines = LineIndex::new(text);
        assert_eq!(lines.offset(text, LineCol { line: 0, col: 99 }, Encoding::Utf16), 2);
        assert_eq!(lines.offset(text, LineCol { line: 9, col: 0 }, Encoding::Utf16), 5);
        assert_eq!(lines.position(text, 99, Encoding::Utf16), LineCol { line: 1, col: 2 });
        // In the middle of a surrogate pair: the start of the character.
        assert_eq!(LineIndex::new("😀").offset("😀", LineCol { line: 0, col: 1 }, Encoding::Utf16), 0);
    }
}
