//! Positions in a text: byte spans, lines and columns, edits.

mod compose;
mod counted;
mod edit;
mod escape;
mod letters;
mod lines;
mod measure;
mod nearest;
mod shorten;

pub use compose::Composed;
pub use counted::counted;
pub use edit::{TextEdit, apply_edits};
pub use escape::{clip, columns, escape, is_hidden, push};
pub use letters::whole_letters;
pub use lines::{Encoding, LineCol, LineIndex};
pub use nearest::{distance, nearest, slips_allowed};
pub use shorten::shorten;

pub(crate) use lines::width;
pub(crate) use measure::{Measure, Width};

/// A half-open range of byte offsets into one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, in bytes.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// The empty span at `offset`.
    pub const fn at(offset: u32) -> Span {
        Span { start: offset, end: offset }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span covers no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies inside or at either edge of the span.
    pub const fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether `other` lies within this span.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same span moved right by `base` bytes.
    pub const fn shifted(self, base: u32) -> Span {
        Span { start: self.start + base, end: self.end + base }
    }

    /// The part of `text` that the span covers; empty when it does not fit.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}
