//! What a value of an example most likely stands for.

use crate::analysis::hints::change::{Plain, Value};
use crate::model::datetime::{self, Format};
use crate::model::{UUID_PATTERN, is_uuid};
use crate::syntax::{Cursor, Kind};

/// What kind of number a text of JSON is, as far as languages care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// Whole, and fits into 32 bits.
    Small,
    /// Whole, and fits into 53 bits, as much as every language keeps.
    Large,
    /// Whole, and no language is sure to keep it.
    Huge,
    /// With a fraction.
    Fraction,
    /// Written with one, but a whole number.
    Whole,
}

/// The size of a number; `None` for what is none, or none that a language could read.
pub(super) fn size(number: &str) -> Option<Size> {
    let value: f64 = number.parse().ok().filter(|value: &f64| value.is_finite())?;
    if number.len() > 40 || !number.starts_with(|ch: char| ch == '-' || ch.is_ascii_digit()) {
        return None;
    }
    if number.contains(['.', 'e', 'E']) {
        return Some(if value.fract() == 0.0 { Size::Whole } else { Size::Fraction });
    }
    let whole: i64 = match number.parse() {
        Ok(whole) => whole,
        Err(_) => return Some(Size::Huge),
    };
    Some(match whole.unsigned_abs() {
        _ if i32::try_from(whole).is_ok() => Size::Small,
        0..=9_007_199_254_740_991 => Size::Large,
        _ => Size::Huge,
    })
}

impl Plain {
    /// The scalar at a node; `None` for containers and what is broken.
    pub(super) fn of(node: Cursor<'_>) -> Option<Plain> {
        Some(match node.kind() {
            Kind::String => Plain::Text(node.as_str()?.into_owned()),
            Kind::Number => Plain::Number(node.raw().to_owned()),
            Kind::True => Plain::Bool(true),
            Kind::False => Plain::Bool(false),
            Kind::Null => Plain::Null,
            _ => return None,
        })
    }

    /// The value as text.
    pub(super) fn to_text(&self) -> String {
        match self {
            Plain::Text(text) | Plain::Number(text) => text.clone(),
            Plain::Bool(value) => value.to_string(),
            Plain::Null => "null".to_owned(),
        }
    }
}

impl Value {
    /// What to match a value of a body by: the narrowest kind that its form tells of.
    pub(super) fn of(example: Plain) -> Value {
        match example {
            Plain::Text(text) => Value::of_text(text),
            Plain::Number(number) => match size(&number) {
                Some(Size::Fraction | Size::Whole) => Value::Decimal(number),
                _ => Value::Integer(number),
            },
            Plain::Bool(value) => Value::Boolean(value),
            Plain::Null => Value::Plain(Plain::Null),
        }
    }

    /// The same of a text.
    pub(super) fn of_text(text: String) -> Value {
        if is_uuid(&text) {
            return Value::Uuid(text);
        }
        match date_format(&text) {
            Some((kind, format)) => Value::Temporal { kind, example: text, format },
            None => Value::Like(Plain::Text(text)),
        }
    }
}

/// The format, in letters of Java, of a date or time in one of the common forms: those of ISO
/// 8601, and that of HTTP. Only one that the official core finds the text to have.
pub(super) fn date_format(text: &str) -> Option<(datetime::Kind, String)> {
    if !(5..=64).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    if let Some((_, rest)) = text.split_once(", ") {
        let zone = if rest.ends_with("GMT") { "'GMT'" } else { "Z" };
        return valid(text, datetime::Kind::DateTime, format!("EEE, dd MMM yyyy HH:mm:ss {zone}"));
    }
    let bytes = text.as_bytes();
    let has = |at: usize, with: u8| bytes.get(at) == Some(&with);
    if has(4, b'-') && has(7, b'-') {
        let date = "yyyy-MM-dd";
        return match bytes.get(10) {
            None => valid(text, datetime::Kind::Date, date.to_owned()),
            Some(b'T') => {
                valid(text, datetime::Kind::DateTime, format!("{date}'T'{}", time_format(&text[11..])?))
            }
            Some(b' ') => {
                valid(text, datetime::Kind::DateTime, format!("{date} {}", time_format(&text[11..])?))
            }
            _ => None,
        };
    }
    if has(2, b':') {
        return valid(text, datetime::Kind::Time, time_format(text)?);
    }
    None
}

/// The format of a time of day, with or without fraction and offset.
fn time_format(text: &str) -> Option<String> {
    let mut out = String::from("HH:mm");
    let mut rest = text.get(5..)?;
    if rest.starts_with(':') {
        out.push_str(":ss");
        rest = rest.get(3..)?;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.len() - fraction.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
        out.push('.');
        out.push_str(&"S".repeat(digits));
        rest = &fraction[digits..];
    }
    out.push_str(match rest {
        "" => "",
        // `XXX` takes both the letter and offsets.
        "Z" => "XXX",
        _ if rest.len() == 6 && rest.as_bytes()[3] == b':' => "XXX",
        _ if rest.len() == 5 => "Z",
        _ if rest.len() == 3 => "X",
        _ => return None,
    });
    Some(out)
}

fn valid(text: &str, kind: datetime::Kind, format: String) -> Option<(datetime::Kind, String)> {
    Format::parse(&format).ok()?.validate(text).ok()?;
    Some((kind, format))
}

/// A pattern for all texts of the same form: digits for digits, and the rest as it is.
pub(super) fn shape_pattern(text: &str) -> String {
    let mut out = String::from("^");
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
        match digits {
            0 => {
                out.push_str(&regex_syntax::escape(&rest[..first.len_utf8()]));
                rest = &rest[first.len_utf8()..];
                continue;
            }
            1 => out.push_str("\\d"),
            n => out.push_str(&format!("\\d{{{n}}}")),
        }
        rest = &rest[digits..];
    }
    // A dash needs no backslash outside of brackets.
    out.replace("\\-", "-") + "$"
}

/// A pattern for the path of an address: ids may be any, the rest is as it is.
pub(super) fn path_pattern(path: &str) -> String {
    let segment = |text: &str| {
        if is_uuid(text) {
            return UUID_PATTERN.trim_start_matches('^').trim_end_matches('$').to_owned();
        }
        let number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if number { "\\d+".to_owned() } else { regex_syntax::escape(text).replace("\\-", "-") }
    };
    let segments: Vec<String> = path.split('/').map(segment).collect();
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates() {
        let format = |text: &str| date_format(text).map(|(_, format)| format);
        let known = [
            ("2026-11-21", "yyyy-MM-dd"),
            ("2026-11-21T20:31:18Z", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            ("2026-11-21T20:31:18+01:00", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            ("2026-11-21T20:31:18+0100", "yyyy-MM-dd'T'HH:mm:ssZ"),
            ("2026-11-21T20:31:18.123Z", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
            ("2026-11-21T20:31", "yyyy-MM-dd'T'HH:mm"),
            ("2026-11-21 20:31:18", "yyyy-MM-dd HH:mm:ss"),
            ("20:31:18", "HH:mm:ss"),
            ("Sat, 21 Nov 2026 20:31:18 GMT", "EEE, dd MMM yyyy HH:mm:ss 'GMT'"),
        ];
        for (text, wanted) in known {
            assert_eq!(format(text).as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "2026-13-21", "2026-11-21X", "2026-11-21T", "20:61:00", "é026-11-21", "12:3", "a, b"]
        {
            assert_eq!(format(text), None, "{text}");
        }
    }

    #[test]
    fn patterns_of_forms() {
        assert_eq!(shape_pattern("2026-11-21T20:31:18Z"), r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$");
        assert_eq!(shape_pattern("a.7"), r"^a\.\d$");
        assert_eq!(path_pattern("/a.b/70?c=1"), r"/a\.b/70\?c=1");
        assert_eq!(path_pattern("/orders/70/new-one"), r"/orders/\d+/new-one");
    }

    #[test]
    fn numbers_that_a_language_can_read() {
        let known = [
            ("7", Some(Size::Small)),
            ("-2147483648", Some(Size::Small)),
            ("2147483648", Some(Size::Large)),
            ("9007199254740993", Some(Size::Huge)),
            ("99999999999999999999", Some(Size::Huge)),
            ("1.5", Some(Size::Fraction)),
            ("1.0", Some(Size::Whole)),
            ("1e3", Some(Size::Whole)),
            ("1e999", None),
            ("nan", None),
        ];
        for (number, wanted) in known {
            assert_eq!(size(number), wanted, "{number}");
        }
    }
}
