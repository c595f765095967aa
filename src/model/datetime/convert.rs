//! Patterns of strftime, turned into the core's letters.

use std::ops::Range;

use super::Format;
use super::parse::quoted;

/// The place of the first directive and the whole pattern in the core's letters, if `pattern` has any
/// directive of strftime. There is no such pattern where a directive has no counterpart.
pub(super) fn strftime(pattern: &str) -> Option<(Range<usize>, Option<String>)> {
    let mut result = String::new();
    let mut literal = String::new();
    let mut first = None;
    let mut unknown = false;
    let mut at = 0;
    while let Some(c) = pattern[at..].chars().next() {
        // Within quotes of the core's kind, a '%' is text.
        if c == '\''
            && let Some((text, length)) = quoted(&pattern[at..])
        {
            literal.push_str(&text);
            at += length;
            continue;
        }
        let directive = (c == '%').then(|| read(&pattern[at + 1..])).flatten();
        let Some((letters, length)) = directive else {
            literal.push(c);
            at += c.len_utf8();
            continue;
        };
        let span = at..at + 1 + length;
        at = span.end;
        if letters != Some("%") {
            first.get_or_insert(span);
        }
        match letters {
            Some("%") => literal.push('%'),
            Some(letters) => {
                flush(&mut literal, &mut result);
                result.push_str(letters);
            }
            None => unknown = true,
        }
    }
    flush(&mut literal, &mut result);
    let readable = !unknown && Format::parse(&result).is_ok();
    Some((first?, readable.then_some(result)))
}

/// The directive at the start of `text`, after its `%`: its counterpart, and how many bytes it takes.
fn read(text: &str) -> Option<(Option<&'static str>, usize)> {
    let flags =
        text.bytes().take_while(|b| matches!(b, b'-' | b'_' | b'0' | b':' | b'.' | b'3' | b'6' | b'9'));
    let flags = flags.count();
    let letter = text[flags..].chars().next()?;
    let letters = match letter {
        'Y' | 'G' => "yyyy",
        'y' | 'g' => "yy",
        'm' if text.starts_with('-') => "M",
        'm' => "MM",
        'd' | 'e' if text.starts_with('-') => "d",
        'd' | 'e' => "dd",
        'j' => "DDD",
        'H' | 'k' if text.starts_with('-') => "H",
        'H' | 'k' => "HH",
        'I' | 'l' => "hh",
        'M' => "mm",
        'S' => "ss",
        'f' if text[..flags].contains('3') => "SSS",
        'f' => "SSSSSS",
        'L' => "SSS",
        'N' => "SSSSSSSSS",
        'p' | 'P' => "a",
        'a' => "EEE",
        'A' => "EEEE",
        'b' | 'h' => "MMM",
        'B' => "MMMM",
        'z' if text.starts_with(':') => "XXX",
        'z' => "Z",
        'Z' => "z",
        'F' => "yyyy-MM-dd",
        'T' => "HH:mm:ss",
        'R' => "HH:mm",
        'D' => "MM/dd/yy",
        '%' if flags == 0 => "%",
        c if c.is_ascii_alphabetic() => return Some((None, flags + 1)),
        _ => return None,
    };
    Some((Some(letters), flags + 1))
}

/// Moves plain text into the pattern, in quotes where it needs them.
fn flush(literal: &mut String, pattern: &mut String) {
    if literal.contains(|c: char| c.is_ascii_alphanumeric() || "{}[]'".contains(c)) {
        pattern.push('\'');
        pattern.push_str(&literal.replace('\'', "''"));
        pattern.push('\'');
    } else {
        pattern.push_str(literal);
    }
    literal.clear();
}
