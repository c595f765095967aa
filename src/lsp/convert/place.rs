//! Between bytes and lines with columns.

use crate::analysis::Document;
use crate::lsp::event::Range;
use crate::text::{Encoding, Span};

/// The bytes of a range.
pub(crate) fn span_of(doc: &Document, range: Range, encoding: Encoding) -> Span {
    let start = doc.offset_at(range.start, encoding);
    Span::new(start, doc.offset_at(range.end, encoding).max(start))
}

/// The lines and columns of a span.
pub(crate) fn range_of(doc: &Document, span: Span, encoding: Encoding) -> Range {
    let start = doc.line_col(span.start, encoding);
    let end = if span.is_empty() { start } else { doc.line_col(span.end, encoding) };
    Range { start, end }
}

/// The path of a URI, its percent escapes undone.
pub(crate) fn path_of(uri: &str) -> String {
    let path = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match after {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The URI of a path: what a URI does not allow is percent-encoded.
pub(crate) fn uri_of(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte as char)
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded() {
        assert_eq!(path_of("file:///a%20b/%C3%A9.json?x"), "/a b/é.json");
        assert_eq!(path_of("file:///100%"), "/100%");
        assert_eq!(path_of("file:///%zz%"), "/%zz%");
        assert_eq!(uri_of("/a b/é.json"), "file:///a%20b/%C3%A9.json");
    }
}
