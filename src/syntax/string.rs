//! JSON strings: decoding, quoting, and mapping offsets between the two.

use std::borrow::Cow;
use std::ops::Range;

use crate::syntax::parser::hex4;
use crate::syntax::scan::before_escape;
use crate::text::Span;

/// The value of the string literal `raw` (quotes included, the closing one may be
/// missing). Borrowed when there is no escape; a broken escape stands for itself.
pub fn decode(raw: &str) -> Cow<'_, str> {
    let inner = inner(raw);
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    let bytes = inner.as_bytes();
    let mut out = Vec::with_capacity(inner.len());
    let (mut at, mut buffer) = (0, [0; 4]);
    while at < bytes.len() {
        // A text in JSON in JSON has an escape every few bytes: copy eight, and take back what is
        // behind one.
        let plain = match bytes[at..].first_chunk::<8>() {
            Some(eight) => {
                let plain = before_escape(*eight);
                out.extend_from_slice(eight);
                out.truncate(out.len() - 8 + plain);
                plain
            }
            None => {
                let plain = memchr::memchr(b'\\', &bytes[at..]).unwrap_or(bytes.len() - at);
                out.extend_from_slice(&bytes[at..at + plain]);
                plain
            }
        };
        at += plain;
        if bytes.get(at) == Some(&b'\\') {
            let (ch, width) = unescape(inner, at);
            out.extend_from_slice(ch.encode_utf8(&mut buffer).as_bytes());
            at += width;
        }
    }
    // Escapes are ASCII, so what stands between them are whole characters.
    Cow::Owned(
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into()),
    )
}

/// `text` as a JSON string literal.
pub fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Maps `range`, in bytes of the decoded value of the string literal that `span`
/// covers in `text`, back to the bytes of the text. A range past the end maps to
/// the closing quote.
pub fn span_in_string(text: &str, span: Span, range: Range<usize>) -> Span {
    let raw = span.of(text);
    let inner = inner(raw);
    let open = if raw.starts_with('"') { span.start + 1 } else { span.start };
    let (mut decoded, mut start, mut end) = (0, None, None);
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        let clamp = |n: usize| n.min(inner.len()) as u32;
        return Span::new(open + clamp(range.start), open + clamp(range.end.max(range.start)));
    }
    for (ch, raw_range) in Chars::new(inner) {
        let next = decoded + ch.len_utf8();
        if start.is_none() && range.start < next {
            start = Some(raw_range.start);
        }
        if range.end > decoded {
            end = Some(raw_range.end);
        }
        decoded = next;
    }
    let start = start.unwrap_or(inner.len());
    Span::new(open + start as u32, open + end.unwrap_or(start).max(start) as u32)
}

fn inner(raw: &str) -> &str {
    let Some(body) = raw.strip_prefix('"') else { return raw };
    let Some(cut) = body.strip_suffix('"') else { return body };
    // A quote after an odd number of backslashes does not close the string.
    let slashes = cut.bytes().rev().take_while(|&b| b == b'\\').count();
    if slashes % 2 == 1 { body } else { cut }
}

/// The characters of a string's inside, each with the bytes it was written with.
struct Chars<'a> {
    inner: &'a str,
    at: usize,
}

impl<'a> Chars<'a> {
    fn new(inner: &'a str) -> Chars<'a> {
        Chars { inner, at: 0 }
    }
}

impl Iterator for Chars<'_> {
    type Item = (char, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let ch = self.inner[start..].chars().next()?;
        let (ch, width) = if ch == '\\' { unescape(self.inner, start) } else { (ch, ch.len_utf8()) };
        self.at = start + width;
        Some((ch, start..self.at))
    }
}

/// The character that the backslash at `at` starts, and the width of the escape.
fn unescape(inner: &str, at: usize) -> (char, usize) {
    let bytes = inner.as_bytes();
    let simple = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let Some(high) = hex4(bytes, at + 2) else { return ('\\', 1) };
            if let Some(ch) = char::from_u32(high) {
                return (ch, 6);
            }
            let low = (bytes.get(at + 6..at + 8) == Some(b"\\u")).then(|| hex4(bytes, at + 8)).flatten();
            if let (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) = (high, low) {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
            }
            return (char::REPLACEMENT_CHARACTER, 6);
        }
        _ => return ('\\', 1),
    };
    (simple, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_serde_json_decodes() {
        for raw in [r#""a\"b\\c\/d""#, r#""\u00e9\ud83d\ude00\n""#, r#""plain""#, r#""""#, r#""\\""#] {
            let expected: String = serde_json::from_str(raw).expect("the literal is valid");
            assert_eq!(decode(raw), expected, "{raw}");
        }
    }

    #[test]
    fn broken_literals_decode_to_something() {
        assert_eq!(decode(r#""open"#), "open");
        assert_eq!(decode(r#""\q""#), r"\q");
        assert_eq!(decode(r#""ends in \""#), "ends in \"");
        assert_eq!(decode(r#""\ud800x""#), "\u{FFFD}x");
    }

    #[test]
    fn spans_inside_an_escaped_string_map_back() {
        let text = r#"  "^\\d+\u0041$"  "#;
        let span = Span::new(2, text.trim_end().len() as u32);
        let decoded = decode(span.of(text));
        assert_eq!(decoded, r"^\d+A$");
        let of = |part: &str| {
            let at = decoded.find(part).expect("the part is there");
            span_in_string(text, span, at..at + part.len()).of(text)
        };
        assert_eq!(of(r"\d"), r"\\d");
        assert_eq!(of("A"), r"\u0041");
        assert_eq!(of("$"), "$");
        assert_eq!(span_in_string(text, span, 90..95).start, span.end - 1);
    }
}
