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

/// The path of a URI, its percent escapes undone. One of Windows has the form that Windows
/// knows: `c:/x` for `file:///C%3A/x`, `//server/share` for `file://server/share`.
pub(crate) fn path_of(uri: &str) -> String {
    let path = match uri.strip_prefix("file://") {
        Some(rest) if !rest.starts_with('/') && !rest.is_empty() => &uri["file:".len()..],
        Some(rest) => rest,
        None => uri.split_once("://").map_or(uri, |(_, rest)| rest),
    };
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
    let path = String::from_utf8_lossy(&bytes).into_owned();
    match path.as_bytes() {
        // Editors write the letter of a drive in either case.
        [b'/', letter, b':', b'/', ..] if letter.is_ascii_alphabetic() => {
            format!("{}{}", letter.to_ascii_lowercase() as char, &path[2..])
        }
        _ => path,
    }
}

/// The URI of a path: what a URI does not allow is percent-encoded.
pub(crate) fn uri_of(path: &str) -> String {
    let server = path.strip_prefix("//").or_else(|| path.strip_prefix("\\\\").filter(|_| cfg!(windows)));
    let mut uri =
        String::from(if path.starts_with('/') || server.is_some() { "file://" } else { "file:///" });
    for byte in server.unwrap_or(path).bytes() {
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
        assert_eq!(path_of("file:///c%3A/Work/a.json"), "c:/Work/a.json");
        assert_eq!(path_of("file:///C:/Work/a.json"), "c:/Work/a.json");
        assert_eq!(uri_of("c:/Work/a.json"), "file:///c%3A/Work/a.json");
        assert_eq!(path_of("file://server/share/a.json"), "//server/share/a.json");
        assert_eq!(uri_of("//server/share/a.json"), "file://server/share/a.json");
        assert_eq!(path_of("file:///100%"), "/100%");
        assert_eq!(path_of("file:///%zz%"), "/%zz%");
        assert_eq!(uri_of("/a b/é.json"), "file:///a%20b/%C3%A9.json");
    }
}
