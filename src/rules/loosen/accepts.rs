//! What a value may be instead of its example, and the matcher that says so.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::datetime::{Format, Kind as DateKind};
use crate::model::{UUID_PATTERN, is_uuid};
use crate::rules::loosen::Aim;
use crate::rules::over_specification::localhost_url::after_address;
use crate::syntax::{Cursor, Kind, quote};

/// What is accepted in the place of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepts {
    /// Any number without a fraction.
    Integer,
    /// Any number. Not `decimal` for 9.5, which refuses the 10 that many languages write for 10.0.
    Number,
    /// Any text.
    Text,
    /// True and false.
    Boolean,
    /// Any UUID.
    Uuid,
    /// Any email address.
    Email,
    /// Any http or https URL.
    Url,
    /// A URL of any host, with this after it.
    Host(String),
    /// Any date, time, or date and time of a format.
    Moment(Moment),
    /// One item or more, each like the example's.
    Items,
    /// Anything: the example is an empty array, in which nothing is compared.
    Anything,
    /// Only the example: it is held against a rule further up.
    Example,
    /// Only these texts, which the examples have: likewise.
    OneOf(Vec<String>),
}

/// A format of dates and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    kind: DateKind,
    /// In the letters of the official core.
    format: String,
    /// A regular expression for the same.
    regex: String,
}

/// Which matchers there are, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// `"$.body.id": {...}` in the place of categories.
    pub flat: bool,
    /// Only `type` and `regex`, as in version 2.
    pub basic: bool,
    /// Whether `combine` is written, and before `matchers` or after.
    pub combine: Option<Place>,
    /// `{"match": "timestamp", "timestamp": "..."}`, as pact-jvm writes version 3.
    pub dates_by_name: bool,
    /// The keys of objects are in order.
    pub sorted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Last,
}

const EMAIL: &str = r"^[^@\s]+@[^@\s]+\.[^@\s]+$";
const URL: &str = r"^https?://\S+$";

/// Most texts of which one is to be accepted.
const MOST_TEXTS: usize = 8;

impl Accepts {
    /// What scalars that stand for each other have in common. There is at least one, and all
    /// that are not null are of one kind.
    pub(super) fn all(nodes: &[Cursor<'_>], aim: Aim) -> Accepts {
        let every = |is: &dyn Fn(&str) -> bool| nodes.iter().all(|node| is(&node.to_text()));
        // Only the type matcher lets a null be.
        let nulls = nodes.iter().any(|node| node.is_null());
        match nodes.iter().find(|node| !node.is_null()).map(|node| node.kind()) {
            Some(Kind::Number) if !nulls && every(&|text| is_integer(text)) => Accepts::Integer,
            Some(Kind::Number) => Accepts::Number,
            Some(Kind::True | Kind::False) => Accepts::Boolean,
            Some(Kind::String) if nulls => Accepts::Text,
            Some(Kind::String) if every(&is_uuid) => Accepts::Uuid,
            Some(Kind::String) if every(&|text| matches(&IS_EMAIL, text)) => Accepts::Email,
            Some(Kind::String) if every(&|text| matches(&IS_URL, text)) => {
                let first = nodes.first().map(|node| node.to_text());
                let after = first.as_deref().filter(|_| aim == Aim::Addresses).and_then(after_address);
                let same = after.filter(|after| every(&|text| after_address(text) == Some(after)));
                same.map_or(Accepts::Url, |after| Accepts::Host(after.to_owned()))
            }
            Some(Kind::String) => moment(nodes).map_or(Accepts::Text, Accepts::Moment),
            _ => Accepts::Text,
        }
    }

    /// What keeps these values as they are under a rule for an array around them, if they can be
    /// kept by one rule.
    pub(super) fn only(nodes: &[Cursor<'_>], dialect: Dialect) -> Option<Accepts> {
        let first = nodes.first()?;
        if !dialect.basic && nodes.iter().all(|node| node.to_text() == first.to_text()) {
            return Some(Accepts::Example);
        }
        let mut texts: Vec<String> = Vec::new();
        for node in nodes {
            let text = node.as_str().filter(|text| text.len() <= 60 && !text.is_empty())?;
            if !texts.iter().any(|known| *known == text) {
                texts.push(text.into_owned());
            }
            if texts.len() > MOST_TEXTS {
                return None;
            }
        }
        Some(Accepts::OneOf(texts))
    }

    /// The matcher, as names and JSON texts. `nulls`: an example is null, which nothing but
    /// `type` accepts.
    pub(super) fn matcher(&self, dialect: Dialect, nulls: bool) -> Vec<(&'static str, String)> {
        let named = |name: &str| vec![("match", quote(name))];
        let regex = |pattern: &str| vec![("match", quote("regex")), ("regex", quote(pattern))];
        if nulls {
            return named("type");
        }
        match self {
            Accepts::Integer if !dialect.basic => named("integer"),
            Accepts::Number if !dialect.basic => named("number"),
            Accepts::Boolean if !dialect.basic => named("boolean"),
            Accepts::Integer | Accepts::Number | Accepts::Boolean | Accepts::Text | Accepts::Anything => {
                named("type")
            }
            Accepts::Uuid => regex(UUID_PATTERN),
            Accepts::Email => regex(EMAIL),
            Accepts::Url => regex(URL),
            Accepts::Host(after) => regex(&format!("^https?://[^/]+{}$", escaped(after))),
            Accepts::Moment(moment) if dialect.basic => regex(&moment.regex),
            Accepts::Moment(moment) => {
                let name = match moment.kind {
                    DateKind::Date => "date",
                    DateKind::Time => "time",
                    DateKind::DateTime if dialect.dates_by_name => "timestamp",
                    DateKind::DateTime => "datetime",
                };
                let field = if dialect.dates_by_name { name } else { "format" };
                let mut fields = vec![("match", quote(name)), (field, quote(&moment.format))];
                if dialect.sorted {
                    fields.sort();
                }
                fields
            }
            Accepts::Items => vec![("match", quote("type")), ("min", "1".to_owned())],
            Accepts::Example => named("equality"),
            Accepts::OneOf(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| escaped(text)).collect();
                regex(&match &texts[..] {
                    [one] => format!("^{one}$"),
                    more => format!("^({})$", more.join("|")),
                })
            }
        }
    }

    /// What is accepted, to be read before the names of the values; `None` for what stays.
    pub(super) fn phrase(&self) -> Option<String> {
        let text = match self {
            Accepts::Integer => "any integer for",
            Accepts::Number => "any number for",
            Accepts::Text => "any text for",
            Accepts::Boolean => "true and false for",
            Accepts::Uuid => "any UUID for",
            Accepts::Email => "any email address for",
            Accepts::Url => "any URL for",
            Accepts::Host(_) => "any host in",
            Accepts::Moment(moment) => {
                let what = match moment.kind {
                    DateKind::Date => "date",
                    DateKind::Time => "time",
                    DateKind::DateTime => "date and time",
                };
                return Some(format!("any {what} as {} for", moment.format));
            }
            Accepts::Items => "one or more items in",
            Accepts::Anything => "any items in",
            Accepts::Example | Accepts::OneOf(_) => return None,
        };
        Some(text.to_owned())
    }
}

static IS_EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(EMAIL).ok());
static IS_URL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(URL).ok());

fn matches(regex: &LazyLock<Option<Regex>>, text: &str) -> bool {
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Whether a number is an integer to the official core: without fraction or exponent, and within
/// 64 bits.
fn is_integer(raw: &str) -> bool {
    raw != "-0" && (raw.parse::<i64>().is_ok() || raw.parse::<u64>().is_ok())
}

/// A text as a pattern that every engine reads alike.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// The format that all these texts have, if the core reads them by it.
fn moment(nodes: &[Cursor<'_>]) -> Option<Moment> {
    let found = of_text(&nodes.first()?.to_text())?;
    let format = Format::parse(&found.format).ok()?;
    nodes.iter().all(|node| format.validate(&node.to_text()).is_ok()).then_some(())?;
    // The core takes fewer digits for a fraction than there are letters; others do not.
    let alike = |node: &Cursor<'_>| of_text(&node.to_text()).as_ref() == Some(&found);
    nodes.iter().skip(1).all(alike).then_some(found)
}

/// The format that a text looks like: `2024-07-20`, `14:30`, or both with `T` or a blank between
/// them, with seconds, a fraction and an offset if they are there.
fn of_text(text: &str) -> Option<Moment> {
    let mut reader = Reader { rest: text, format: String::new(), regex: "^".to_owned() };
    let date = reader.digits(&[("yyyy", ""), ("MM", "-"), ("dd", "-")]);
    let mut kind = DateKind::Date;
    let time = match (date, reader.rest.as_bytes().first()) {
        (true, Some(b'T')) => reader.literal('T', "'T'"),
        (true, Some(b' ')) => reader.literal(' ', " "),
        (true, None) => false,
        (true, _) => return None,
        (false, _) => true,
    };
    if time {
        kind = if date { DateKind::DateTime } else { DateKind::Time };
        if !reader.digits(&[("HH", ""), ("mm", ":")]) {
            return None;
        }
        if reader.digits(&[("ss", ":")]) {
            reader.fraction();
        }
        if date {
            reader.zone();
        }
    }
    if !reader.rest.is_empty() {
        return None;
    }
    Some(Moment { kind, format: reader.format, regex: reader.regex + "$" })
}

/// A text being read, and the format and pattern of what was read.
struct Reader<'t> {
    rest: &'t str,
    format: String,
    regex: String,
}

impl Reader<'_> {
    /// Fields of as many digits as letters, each after its separator: all or none.
    fn digits(&mut self, fields: &[(&str, &str)]) -> bool {
        let mut rest = self.rest;
        for (letters, separator) in fields {
            let Some(after) = rest.strip_prefix(separator) else { return false };
            let Some((digits, after)) = after.split_at_checked(letters.len()) else { return false };
            if !digits.bytes().all(|b| b.is_ascii_digit()) {
                return false;
            }
            rest = after;
        }
        for (letters, separator) in fields {
            self.format += separator;
            self.format += letters;
            self.regex += &format!("{separator}\\d{{{}}}", letters.len());
        }
        self.rest = rest;
        true
    }

    fn literal(&mut self, letter: char, format: &str) -> bool {
        self.rest = self.rest.strip_prefix(letter).unwrap_or(self.rest);
        self.format += format;
        self.regex.push(letter);
        true
    }

    fn fraction(&mut self) {
        let Some(after) = self.rest.strip_prefix('.') else { return };
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=9).contains(&count) {
            self.format += &format!(".{}", "S".repeat(count));
            self.regex += &format!("\\.\\d{{{count}}}");
            self.rest = &after[count..];
        }
    }

    /// `Z` and `+01:00` are both `XXX`.
    fn zone(&mut self) {
        let digit = |ch: char| if ch.is_ascii_digit() { '0' } else { ch };
        let shape: String = self.rest.chars().map(digit).collect();
        let (format, regex) = match &*shape {
            "Z" | "+00:00" | "-00:00" => ("XXX", r"(Z|[+-]\d{2}:\d{2})"),
            "+0000" | "-0000" => ("Z", r"[+-]\d{4}"),
            "+00" | "-00" => ("X", r"(Z|[+-]\d{2})"),
            _ => return,
        };
        self.format += format;
        self.regex += regex;
        self.rest = "";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::datetime::suspicions;

    #[test]
    fn formats_of_dates_and_times() {
        for (text, format) in [
            ("2024-07-20", "yyyy-MM-dd"),
            ("14:30", "HH:mm"),
            ("14:30:59", "HH:mm:ss"),
            ("2024-07-20T14:30:00Z", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            ("2024-07-20T14:30:00.123+01:00", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
            ("2024-07-20T14:30:00.123456", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"),
            ("2024-07-20 14:30:00+0100", "yyyy-MM-dd HH:mm:ssZ"),
            ("2024-07-20T14:30Z", "yyyy-MM-dd'T'HH:mmXXX"),
            ("2024-07-20T14:30:00+01", "yyyy-MM-dd'T'HH:mm:ssX"),
        ] {
            let found = of_text(text).expect(text);
            assert_eq!(found.format, format);
            let parsed = Format::parse(format).expect("the core reads it");
            assert_eq!(parsed.validate(text), Ok(()), "{text}");
            assert!(Regex::new(&found.regex).expect("it compiles").is_match(text), "{text}: {}", found.regex);
            assert!(suspicions(format, found.kind).is_empty(), "{format}");
        }
        for text in [
            "2024",
            "20.07.2024",
            "2024-07-20t14:30:00",
            "2024-07-20T",
            "2024-07-20T14",
            "12:3",
            "",
            "2024-07-20T14:30:00é",
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn texts_become_patterns() {
        assert_eq!(escaped("a.b/c{}"), r"a\.b/c\{\}");
    }
}
