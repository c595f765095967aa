//! Fast scanning of bytes.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The classic zero-byte test: the high bit of every byte of `x` that is zero. It may also
/// flag a byte above a true zero, which is harmless as the first flag is always right.
fn zero(x: u64) -> u64 {
    x.wrapping_sub(ONES) & !x & HIGH
}

/// How many of these bytes stand before a backslash.
#[inline]
pub(super) fn before_escape(bytes: [u8; 8]) -> usize {
    zero(u64::from_le_bytes(bytes) ^ (ONES * b'\\' as u64)).trailing_zeros() as usize / 8
}

/// Advances over JSON white space.
#[inline]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
        // Indentation comes in runs: eight at a time.
        while bytes.get(at..at + 8) == Some(b"        ") {
            at += 8;
        }
    }
    at
}

/// Advances over string contents to the first byte that needs a look: a quote, a
/// backslash, or a control character; or to the end.
#[inline]
pub(super) fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes([
            chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7],
        ]);
        let quote = zero(word ^ (ONES * b'"' as u64));
        let slash = zero(word ^ (ONES * b'\\' as u64));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let hit = quote | slash | control;
        if hit != 0 {
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Whether a byte ends a bare word.
pub(super) fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"' | b' ' | b'\n' | b'\r' | b'\t')
}

/// The number of spaces or tabs before `at` if nothing else stands before it on its
/// line, else `None`.
pub(super) fn indent_if_first(bytes: &[u8], at: usize) -> Option<usize> {
    // Backwards from `at`: a line may be as long as the file.
    let indent = bytes[..at].iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    (at == indent || bytes[at - indent - 1] == b'\n').then_some(indent)
}

/// The number of spaces or tabs that the line holding `at` starts with.
pub(super) fn line_indent(bytes: &[u8], at: usize) -> usize {
    let line = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |nl| nl + 1);
    bytes[line..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// Whether a merge conflict marker stands at `at`, which must start a line.
pub(super) fn is_merge_marker(bytes: &[u8], at: usize) -> bool {
    (at == 0 || bytes[at - 1] == b'\n')
        && [b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||"].iter().any(|m| bytes[at..].starts_with(*m))
}

/// End of the line holding `at`, before its line break.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |n| at + n)
}

/// Checks a number against the RFC 8259 grammar.
pub(super) fn number_problem(text: &[u8]) -> Option<&'static str> {
    let digits = |at: usize| text[at.min(text.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = 0;
    if text.first() == Some(&b'+') {
        return Some("no plus sign");
    }
    if text.first() == Some(&b'-') {
        at += 1;
    }
    let int = digits(at);
    if int == 0 {
        return Some("a digit is missing before the fraction");
    }
    if int > 1 && text[at] == b'0' {
        return Some("no leading zeros");
    }
    at += int;
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return Some("a digit is missing after the point");
        }
        at += 1 + fraction;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = text.get(at) {
            at += 1;
        }
        let exponent = digits(at);
        if exponent == 0 {
            return Some("a digit is missing in the exponent");
        }
        at += exponent;
    }
    (at != text.len()).then_some("unexpected characters")
}
