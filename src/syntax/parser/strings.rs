//! Strings and their escapes.

use crate::syntax::SyntaxErrorKind as Problem;
use crate::syntax::parser::Parser;
use crate::syntax::scan::skip_plain;

/// At most so many errors of one string are told. A file of bytes that were never text would
/// have millions, and each would quote the same string.
const MAX_IN_STRING: usize = 20;

impl Parser<'_> {
    /// Scans the string at the cursor; returns its end and whether it holds a backslash.
    pub(super) fn string(&mut self) -> (usize, bool) {
        let start = self.at;
        let mut at = start + 1;
        let mut escaped = false;
        self.told_in_string = 0;
        loop {
            at = skip_plain(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => return (at + 1, escaped),
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at);
                }
                Some(b'\n' | b'\r') | None => {
                    self.error(start, at, Problem::UnterminatedString);
                    return (at, escaped);
                }
                Some(&control) => {
                    self.error_in_string(at, at + 1, Problem::ControlCharacter(control));
                    at += 1;
                }
            }
        }
    }

    /// Checks the escape at `at`; returns where it ends.
    pub(super) fn escape(&mut self, at: usize) -> usize {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at + 2,
            Some(b'u') => match hex4(self.bytes, at + 2) {
                None => self.bad_escape(at, 2),
                Some(0xD800..=0xDBFF)
                    if self.bytes.get(at + 6..at + 8) == Some(b"\\u")
                        && matches!(hex4(self.bytes, at + 8), Some(0xDC00..=0xDFFF)) =>
                {
                    at + 12
                }
                Some(0xD800..=0xDFFF) => {
                    let shown = self.shown(at, at + 6);
                    self.error_in_string(at, at + 6, Problem::LoneSurrogate(shown));
                    at + 6
                }
                Some(_) => at + 6,
            },
            Some(b'\n' | b'\r') | None => at + 1,
            Some(_) => {
                let width = self.text[at + 1..].chars().next().map_or(1, char::len_utf8);
                self.bad_escape(at, 1 + width)
            }
        }
    }

    pub(super) fn bad_escape(&mut self, at: usize, width: usize) -> usize {
        let end = at + width;
        let shown = self.shown(at, end);
        self.error_in_string(at, end, Problem::BadEscape(shown));
        end
    }

    /// An error that leaves no doubt about what follows.
    fn error_in_string(&mut self, start: usize, end: usize, kind: Problem) {
        if self.told_in_string < MAX_IN_STRING {
            self.told_in_string += 1;
            self.error(start, end, kind);
            self.muted = false;
        }
    }
}

/// The four hex digits at `at` as a number.
pub(in crate::syntax) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |value, &d| Some(value * 16 + (d as char).to_digit(16)?))
}
