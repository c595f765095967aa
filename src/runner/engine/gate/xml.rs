//! How deep XML is, told without reading it.

use memchr::{memchr, memchr3, memmem};

/// The greatest number of elements that are open at once, if the bytes are XML; never less
/// than that. For other bytes the number means nothing.
pub(super) fn depth(bytes: &[u8]) -> usize {
    let (mut at, mut open, mut deepest) = (0, 0usize, 0);
    while let Some(next) = memchr(b'<', &bytes[at..]) {
        at += next + 1;
        let rest = &bytes[at..];
        // What is left out here may hold closing tags that close nothing.
        let skipped = if rest.starts_with(b"!--") {
            past(rest, b"-->")
        } else if rest.starts_with(b"![CDATA[") {
            past(rest, b"]]>")
        } else if rest.starts_with(b"?") {
            past(rest, b"?>")
        } else if rest.starts_with(b"!") {
            // A document type stands before the first element, where nothing is open yet.
            1
        } else if rest.starts_with(b"/") {
            open = open.saturating_sub(1);
            1
        } else {
            let (length, empty) = tag(rest);
            deepest = deepest.max(open + 1);
            open += usize::from(!empty);
            length
        };
        at += skipped.min(rest.len());
    }
    deepest
}

/// How many bytes end with `end`; all where it does not come.
fn past(rest: &[u8], end: &[u8]) -> usize {
    memmem::find(rest, end).map_or(rest.len(), |at| at + end.len())
}

/// The length of a tag, and whether it closes itself. Attributes may hold brackets.
fn tag(rest: &[u8]) -> (usize, bool) {
    let mut at = 0;
    while let Some(next) = memchr3(b'>', b'"', b'\'', &rest[at..]) {
        at += next + 1;
        let sign = rest[at - 1];
        if sign == b'>' {
            return (at, at > 1 && rest[at - 2] == b'/');
        }
        match memchr(sign, &rest[at..]) {
            Some(end) => at += end + 1,
            None => break,
        }
    }
    (rest.len(), false)
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn open_elements_are_counted() {
        for (text, deep) in [
            ("", 0),
            ("<a/>", 1),
            ("<a><b/><b></b><c><d x='/>'/></c></a>", 3),
            ("<?xml version='1.0'?><!DOCTYPE a><a>x</a>", 1),
            ("<a x='/>'><b>", 2),
            ("<a><!-- </a> --><b><![CDATA[</b></a>]]><c>", 3),
            ("<a", 1),
            ("a < b <", 1),
        ] {
            assert_eq!(depth(text.as_bytes()), deep, "{text}");
        }
    }
}
