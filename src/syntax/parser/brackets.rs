//! Brackets that do not pair up, and what to make of them.

use crate::syntax::SyntaxErrorKind as Problem;
use crate::syntax::parser::{Expect, Frame, Parser};
use crate::syntax::scan::{indent_if_first, line_indent};

impl Parser<'_> {
    /// A closing bracket, matching or not.
    pub(super) fn closer(&mut self, byte: u8) -> Expect {
        let closes_object = byte == b'}';
        let Some(frame) = self.stack.last().copied() else {
            return self.skip_closer(byte);
        };
        let depth = if self.hints { self.hinted_frame(closes_object) } else { None };
        if depth == Some(usize::MAX) {
            return self.skip_closer(byte);
        }
        let implicit = match depth {
            Some(depth) => self.stack.len() - 1 - depth,
            None if frame.object == closes_object => 0,
            None => {
                let open = if closes_object { self.open_objects } else { self.open_arrays };
                if open == 0 {
                    return self.skip_closer(byte);
                }
                self.stack.iter().rev().take_while(|f| f.object != closes_object).count()
            }
        };
        if implicit > 0 {
            let node = self.nodes[frame.node as usize];
            let open = if frame.object { '{' } else { '[' };
            self.error(node.start as usize, node.start as usize + 1, Problem::Unclosed(open));
            for _ in 0..implicit {
                let (end, _) = self.gap();
                self.close(end);
            }
        } else if frame.object != closes_object {
            self.error(self.at, self.at + 1, Problem::UnexpectedCloser(byte as char));
        } else if let Some(comma) = self.comma {
            self.error(comma, comma + 1, Problem::TrailingComma(byte as char));
        }
        self.comma = None;
        self.at += 1;
        self.close(self.at);
        self.muted = false;
        if self.stack.is_empty() { Expect::End } else { Expect::Comma }
    }

    pub(super) fn skip_closer(&mut self, byte: u8) -> Expect {
        self.error(self.at, self.at + 1, Problem::UnexpectedCloser(byte as char));
        self.at += 1;
        Expect::Comma
    }

    /// By layout, the frame that a closing bracket which is first on its line belongs to;
    /// `usize::MAX` when it belongs to none and should be skipped. Only in files that have
    /// an error anyway, and only if the layout speaks clearly.
    pub(super) fn hinted_frame(&self, closes_object: bool) -> Option<usize> {
        let indent = indent_if_first(self.bytes, self.at)?;
        let opening = |f: &Frame| line_indent(self.bytes, self.nodes[f.node as usize].start as usize);
        let top = self.stack.last()?;
        if opening(top) == indent {
            // The place is right; the kind of bracket may be wrong.
            return (top.object != closes_object).then_some(self.stack.len() - 1);
        }
        let near = self.stack.len().saturating_sub(16);
        let found = (near..self.stack.len())
            .rev()
            .find(|&i| self.stack[i].object == closes_object && opening(&self.stack[i]) == indent);
        match found {
            Some(depth) => Some(depth),
            // Deeper than the container it would close: an extra bracket.
            None if indent > opening(top) && self.stack.len() < 16 => Some(usize::MAX),
            None => None,
        }
    }

    /// By layout, a key that stands no deeper than the line that opened its object belongs
    /// to an object further out: a closing bracket went missing.
    pub(super) fn close_dedented(&mut self) {
        let Some(indent) = indent_if_first(self.bytes, self.at) else { return };
        let Some(top) = self.stack.last().copied() else { return };
        let opening = |f: &Frame| line_indent(self.bytes, self.nodes[f.node as usize].start as usize);
        if opening(&top) < indent || self.stack.len() < 2 {
            return;
        }
        let near = self.stack.len().saturating_sub(16);
        let owner = (near..self.stack.len())
            .rev()
            .find(|&i| self.stack[i].object && opening(&self.stack[i]) < indent);
        let Some(owner) = owner else { return };
        let start = self.nodes[top.node as usize].start as usize;
        self.error(start, start + 1, Problem::Unclosed('{'));
        let end = self.comma.unwrap_or(self.at);
        while self.stack.len() > owner + 1 {
            self.close(end);
        }
    }

    /// Closes the innermost container at byte `end`.
    pub(super) fn close(&mut self, end: usize) {
        let Some(frame) = self.stack.pop() else { return };
        *(if frame.object { &mut self.open_objects } else { &mut self.open_arrays }) -= 1;
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[frame.node as usize];
        node.end = end as u32;
        node.next = next;
        self.member_end();
        self.split_item();
    }

    pub(super) fn after_end(&mut self, byte: u8) -> Option<Expect> {
        let start = self.at;
        // A stray closer at the end of the document does not make the rest unreadable.
        if matches!(byte, b'}' | b']' | b',') && self.at + 1 < self.bytes.len() {
            self.error(start, start + 1, Problem::TrailingText);
            self.at += 1;
            return Some(Expect::End);
        }
        self.error(start, self.bytes.len(), Problem::TrailingText);
        None
    }
}
