//! Edits upon edits, as edits of the first text.

use crate::text::{Span, TextEdit};

/// A text in pieces: what is left of the first one, and what came in.
#[derive(Debug, Clone)]
pub struct Composed {
    len: u32,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    /// Bytes of the first text.
    Old(Span),
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Piece::Old(span) => span.len() as usize,
            Piece::New(text) => text.len(),
        }
    }

    /// The first `at` bytes, and the rest; `at` is the edge of an edit, so a character starts
    /// there.
    fn split(self, at: usize) -> (Piece, Piece) {
        match self {
            Piece::Old(Span { start, end }) => {
                let middle = start + at as u32;
                (Piece::Old(Span::new(start, middle)), Piece::Old(Span::new(middle, end)))
            }
            Piece::New(mut text) => {
                let rest = text.get(at..).map(str::to_owned).unwrap_or_default();
                text.truncate(text.len() - rest.len());
                (Piece::New(text), Piece::New(rest))
            }
        }
    }
}

impl Composed {
    /// A text of `len` bytes that is as it was.
    pub fn new(len: u32) -> Composed {
        Composed { len, pieces: vec![Piece::Old(Span::new(0, len))] }
    }

    /// Makes edits of the text as it is now. They fit, as `apply_edits` wants it.
    pub fn then(&mut self, edits: &[TextEdit]) {
        let mut edits: Vec<&TextEdit> = edits.iter().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut from = std::mem::take(&mut self.pieces).into_iter();
        let mut left: Option<Piece> = None;
        let mut out: Vec<Piece> = Vec::new();
        // Passes by so many bytes, which are kept or not.
        let mut pass = |mut bytes: usize, keep: bool, out: &mut Vec<Piece>| {
            while bytes > 0 {
                let Some(piece) = left.take().or_else(|| from.next()) else { return };
                let piece = if piece.len() > bytes {
                    let (first, rest) = piece.split(bytes);
                    left = Some(rest);
                    first
                } else {
                    piece
                };
                bytes -= piece.len();
                if keep && piece.len() > 0 {
                    out.push(piece);
                }
            }
        };
        let mut at = 0;
        for edit in edits {
            pass((edit.span.start - at) as usize, true, &mut out);
            pass(edit.span.len() as usize, false, &mut out);
            out.push(Piece::New(edit.text.clone()));
            at = edit.span.end;
        }
        pass(usize::MAX, true, &mut out);
        self.pieces = out;
    }

    /// The edits of the first text that give the text as it is now, in order of position.
    pub fn edits(&self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let (mut at, mut new) = (0, String::new());
        let end = Piece::Old(Span::at(self.len));
        for piece in self.pieces.iter().chain([&end]) {
            match piece {
                Piece::New(text) => new.push_str(text),
                Piece::Old(span) => {
                    if span.start > at || !new.is_empty() {
                        edits.push(TextEdit::replace(Span::new(at, span.start), std::mem::take(&mut new)));
                    }
                    at = span.end;
                }
            }
        }
        edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply_edits;

    #[test]
    fn edits_upon_edits_are_edits_of_the_first_text() {
        let rounds = [
            vec![TextEdit::insert(5, " é!"), TextEdit::replace(Span::new(0, 1), "HH")],
            vec![TextEdit::delete(Span::new(1, 3)), TextEdit::replace(Span::new(7, 9), "E")],
            vec![TextEdit::insert(0, "<"), TextEdit::insert(3, "-"), TextEdit::insert(8, ">")],
            vec![TextEdit::delete(Span::new(2, 5))],
        ];
        let first = "hello world";
        let (mut now, mut composed) = (first.to_owned(), Composed::new(first.len() as u32));
        assert_eq!(composed.edits(), []);
        for edits in &rounds {
            now = apply_edits(&now, edits).expect("they fit");
            composed.then(edits);
            assert_eq!(apply_edits(first, &composed.edits()).as_deref(), Some(&*now));
        }
        assert_eq!(now, "<Ho E! >world");
    }
}
