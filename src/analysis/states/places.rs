//! Lines and columns of many places in one text, in one pass over it.

use crate::analysis::states::Place;

/// Reads a text once from place to place; a place before the last one starts again.
#[derive(Debug)]
pub struct Places<'a> {
    text: &'a str,
    start: Place,
    at: usize,
    place: Place,
}

impl<'a> Places<'a> {
    /// For a text whose first character stands at `start`.
    pub fn new(text: &'a str, start: Place) -> Places<'a> {
        Places { text, start, at: 0, place: start }
    }

    /// Where a byte stands; one inside a character stands where that does.
    pub fn at(&mut self, offset: u32) -> Place {
        let mut offset = self.text.len().min(offset as usize);
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        if offset < self.at {
            (self.at, self.place) = (0, self.start);
        }
        let passed = &self.text[self.at..offset];
        let before = self.text.as_bytes();
        for (index, ch) in passed.char_indices() {
            let next = before.get(self.at + index + 1);
            if ch == '\n' || (ch == '\r' && next != Some(&b'\n')) {
                self.place = Place { line: self.place.line + 1, column: 1 };
            } else {
                self.place.column += 1;
            }
        }
        self.at = offset;
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Encoding, LineIndex};

    #[test]
    fn places_are_those_of_the_line_index() {
        let text = "a\r\nbé日\rc\n\n😀x";
        let lines = LineIndex::new(text);
        let mut places = Places::new(text, Place { line: 1, column: 1 });
        for offset in (0..text.len() as u32 + 3).chain([2, 9, 1]) {
            let at = lines.position(text, offset, Encoding::Utf32);
            assert_eq!(places.at(offset), Place { line: at.line + 1, column: at.col + 1 }, "{offset}");
        }
    }
}
