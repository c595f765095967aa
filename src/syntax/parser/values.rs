//! Values, and what may stand where one should.

use crate::syntax::parser::{Expect, Frame, Parser};
use crate::syntax::scan::{number_problem, skip_plain};
use crate::syntax::{Kind, MAX_DEPTH, SyntaxErrorKind as Problem};

impl Parser<'_> {
    pub(super) fn colon(&mut self, byte: u8) -> Expect {
        let (start, end) = self.last_span();
        match byte {
            b':' => {
                self.at += 1;
                Expect::Value
            }
            b',' | b'}' | b']' => {
                self.error(start, end, Problem::MissingValue);
                self.member_end();
                Expect::Comma
            }
            _ if self.at_key_of_new_line() => {
                self.error(start, end, Problem::MissingValue);
                self.member_end();
                Expect::Comma
            }
            _ => {
                self.error(start, end, Problem::MissingColon);
                Expect::Value
            }
        }
    }

    pub(super) fn value_or_close(&mut self, byte: u8) -> Expect {
        let in_object = self.stack.last().is_some_and(|frame| frame.object);
        match byte {
            b'"' if in_object && self.at_key_of_new_line() => {
                self.error_at_last_key();
                self.member_end();
                return Expect::Comma;
            }
            b'"' => {
                let (end, escaped) = self.string();
                self.push(Kind::String, self.at, end, escaped);
                self.at = end;
            }
            b'{' if self.stack.len() == 2 && self.known_item() => return Expect::Comma,
            b'{' | b'[' => return self.open(byte),
            b'}' | b']' if in_object => {
                self.error_at_last_key();
                self.member_end();
                return self.closer(byte);
            }
            b'}' | b']' if self.stack.is_empty() => {
                self.error(self.at, self.at + 1, Problem::UnexpectedCloser(byte as char));
                self.at += 1;
                return Expect::Value;
            }
            b'}' | b']' => return self.closer(byte),
            b',' => {
                if in_object {
                    self.error_at_last_key();
                    self.member_end();
                    return Expect::Comma;
                }
                self.error(self.at, self.at + 1, Problem::ExtraComma);
                self.at += 1;
                return Expect::Value;
            }
            b':' => {
                self.error(self.at, self.at + 1, Problem::ExpectedValue);
                self.at += 1;
                return Expect::Value;
            }
            _ => self.scalar(),
        }
        self.value_end()
    }

    /// A literal, a number, or a word that is neither.
    pub(super) fn scalar(&mut self) {
        let start = self.at;
        let end = self.word_end();
        let word = &self.bytes[start..end];
        let kind = match word {
            b"true" => Kind::True,
            b"false" => Kind::False,
            b"null" => Kind::Null,
            [b'-' | b'+' | b'.' | b'0'..=b'9', ..] => match number_problem(word) {
                None => {
                    self.check_range(start, end);
                    Kind::Number
                }
                Some(why) => {
                    let shown = self.shown(start, end);
                    self.error(start, end, Problem::BadNumber(shown, why));
                    Kind::Error
                }
            },
            _ => {
                let hint = match word {
                    b"True" | b"TRUE" => "; write true",
                    b"False" | b"FALSE" => "; write false",
                    b"None" | b"nil" | b"NULL" | b"Null" | b"undefined" => "; write null",
                    [b'\'', ..] => "; strings take double quotes",
                    _ => "",
                };
                let shown = self.shown(start, end);
                self.error(start, end, Problem::BadWord(shown, hint));
                Kind::Error
            }
        };
        self.push(kind, start, end, false);
        self.at = end;
    }

    pub(super) fn check_range(&mut self, start: usize, end: usize) {
        // Only an exponent or hundreds of digits can leave the range of f64.
        let word = &self.text[start..end];
        let suspicious = end - start > 300 || memchr::memchr2(b'e', b'E', word.as_bytes()).is_some();
        if suspicious && word.parse::<f64>().is_ok_and(f64::is_infinite) {
            self.error(start, end, Problem::NumberOutOfRange);
        }
    }

    pub(super) fn shown(&self, start: usize, end: usize) -> String {
        let word = &self.text[start..end];
        match word.char_indices().nth(24) {
            Some((cut, _)) => format!("{}...", &word[..cut]),
            None => word.to_owned(),
        }
    }

    pub(super) fn open(&mut self, byte: u8) -> Expect {
        if self.depth + self.stack.len() >= MAX_DEPTH {
            let end = balanced_end(self.bytes, self.at);
            self.error(self.at, self.at + 1, Problem::TooDeep);
            self.push(Kind::Opaque, self.at, end, false);
            self.at = end;
            return self.value_end();
        }
        let object = byte == b'{';
        let kind = if object { Kind::Object } else { Kind::Array };
        let node = self.push(kind, self.at, self.at + 1, false);
        self.stack.push(Frame { node, object, key: None });
        *(if object { &mut self.open_objects } else { &mut self.open_arrays }) += 1;
        self.at += 1;
        self.comma = None;
        self.muted = false;
        if object { Expect::Key } else { Expect::Value }
    }

    /// After a whole value.
    pub(super) fn value_end(&mut self) -> Expect {
        self.comma = None;
        if !matches!(self.nodes.last(), Some(node) if node.kind == Kind::Error || node.kind == Kind::Opaque) {
            self.muted = false;
        }
        self.member_end();
        self.split_item();
        if self.stack.is_empty() { Expect::End } else { Expect::Comma }
    }
}

/// Where the container at `start` ends, brackets in strings left out; the end of the
/// text when it does not.
fn balanced_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            b'"' => loop {
                at = skip_plain(bytes, at);
                match bytes.get(at) {
                    Some(b'\\') => at += 2,
                    Some(b'"' | b'\n') => {
                        at += 1;
                        break;
                    }
                    Some(_) => at += 1,
                    None => return bytes.len(),
                }
            },
            _ => {}
        }
    }
    bytes.len()
}
