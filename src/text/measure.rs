//! What has to be known of a part of a text to place the part behind it in lines.

use crate::text::{Encoding, width};

/// A number of columns in each encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Width {
    utf8: u32,
    utf16: u32,
    utf32: u32,
}

impl Width {
    fn of(text: &str) -> Width {
        if text.is_ascii() {
            let all = text.len() as u32;
            return Width { utf8: all, utf16: all, utf32: all };
        }
        let of = |encoding| width(text, encoding);
        Width { utf8: of(Encoding::Utf8), utf16: of(Encoding::Utf16), utf32: of(Encoding::Utf32) }
    }

    /// The number in one encoding.
    pub(crate) fn get(self, encoding: Encoding) -> u32 {
        match encoding {
            Encoding::Utf8 => self.utf8,
            Encoding::Utf16 => self.utf16,
            Encoding::Utf32 => self.utf32,
        }
    }

    /// Both, one behind the other.
    pub(crate) fn plus(self, other: Width) -> Width {
        Width {
            utf8: self.utf8 + other.utf8,
            utf16: self.utf16 + other.utf16,
            utf32: self.utf32 + other.utf32,
        }
    }
}

/// The measures of a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Measure {
    /// Bytes.
    pub(crate) len: u32,
    /// Line breaks. A `\r` at the very end is none yet: it depends on what follows.
    pub(crate) breaks: u32,
    /// What stands behind the last break.
    pub(crate) tail: Width,
    /// Whether it starts with `\n`, which ends a `\r` before it.
    pub(crate) starts_with_lf: bool,
    /// Whether it ends with `\r`.
    pub(crate) ends_with_cr: bool,
}

impl Measure {
    /// Measures `text`.
    pub(crate) fn of(text: &str) -> Measure {
        let bytes = text.as_bytes();
        if memchr::memchr(b'\r', bytes).is_none() {
            // To count is much quicker than to look at each.
            return Measure {
                len: bytes.len() as u32,
                breaks: memchr::memchr_iter(b'\n', bytes).count() as u32,
                tail: Width::of(&text[memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1)..]),
                starts_with_lf: bytes.first() == Some(&b'\n'),
                ends_with_cr: false,
            };
        }
        let (mut breaks, mut last) = (0, 0);
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let open = bytes[at] == b'\r' && matches!(bytes.get(at + 1), Some(b'\n') | None);
            if !open {
                breaks += 1;
                last = at + 1;
            }
        }
        Measure {
            len: bytes.len() as u32,
            breaks,
            tail: Width::of(&text[last..]),
            starts_with_lf: bytes.first() == Some(&b'\n'),
            ends_with_cr: bytes.last() == Some(&b'\r'),
        }
    }
}
