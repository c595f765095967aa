//! One matcher on one value.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::datetime::Kind as DateKind;
use crate::model::media::refused_as;
use crate::model::regex::{CompileError, Verdict};
use crate::model::{MatcherKind, Regexes, StatusClass};
use crate::syntax::{Cursor, Kind, NodeId};

/// A value to be matched, with the way the core looks at it.
#[derive(Debug, Clone)]
pub enum Subject<'a> {
    /// A JSON value (bodies, metadata): `DoMatch<&Value>` in pact_matching, json.rs.
    Json(Cursor<'a>),
    /// Text (path, headers, query, keys): `DoMatch<&str>` in matchingrules.rs.
    Text(Cursor<'a>, String),
    /// Bytes (bodies that are no text): `DoMatch<&Bytes>`.
    Bytes(Cursor<'a>, Cow<'a, [u8]>),
    /// A status code: `DoMatch<u64>`.
    Status(Cursor<'a>),
}

impl<'a> Subject<'a> {
    /// The value of `node` as text, without blanks around it, as headers are compared.
    pub(super) fn text(node: Cursor<'a>) -> Subject<'a> {
        Subject::Text(node, node.to_text().trim().to_owned())
    }

    pub(super) fn node(&self) -> NodeId {
        match self {
            Subject::Json(node)
            | Subject::Text(node, _)
            | Subject::Bytes(node, _)
            | Subject::Status(node) => node.id(),
        }
    }

    /// The value as the text that patterns are matched against.
    fn as_text(&self) -> Cow<'_, str> {
        match self {
            Subject::Json(node) | Subject::Status(node) => node.to_text(),
            Subject::Text(_, text) => Cow::Borrowed(text),
            Subject::Bytes(_, bytes) => String::from_utf8_lossy(bytes),
        }
    }

    /// The bytes that a media type is told from; `None` if that is not asked of the value.
    fn as_bytes(&self) -> Option<Cow<'_, [u8]>> {
        Some(match self {
            Subject::Status(_) => return None,
            Subject::Text(_, text) => Cow::Borrowed(text.as_bytes()),
            Subject::Bytes(_, bytes) => Cow::Borrowed(bytes),
            Subject::Json(node) => {
                let text = node.to_text();
                match STANDARD.decode(text.as_bytes()) {
                    Ok(bytes) if node.is_string() => Cow::Owned(bytes),
                    _ => Cow::Owned(text.into_owned().into_bytes()),
                }
            }
        })
    }
}

/// Why a value does not satisfy a matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The pattern does not match the whole value; whether it matches a part of it.
    Regex {
        /// The pattern occurs in the value.
        occurs: bool,
    },
    /// The pattern is one the engine refuses, so nothing can match.
    BadPattern,
    /// The date format is one that cannot be read, so nothing can match.
    BadFormat,
    /// Only a plugin could know the matcher.
    UnknownMatcher,
    /// A variant of `arrayContains` is about an item that the example has not.
    NoItem {
        /// The variant.
        variant: NodeId,
        /// The number of items in the example.
        count: usize,
    },
    /// Anything else: a clause to be read after the value, such as "is not an integer".
    Other(String),
}

fn other(text: impl Into<String>) -> Option<Problem> {
    Some(Problem::Other(text.into()))
}

/// Whether `subject` satisfies a matcher; `cascaded` when the rule was set further up.
/// `None` when it does, or when that cannot be judged here.
pub fn check_value(
    root: Cursor<'_>,
    kind: &MatcherKind,
    subject: &Subject<'_>,
    cascaded: bool,
    regexes: &mut Regexes,
) -> Option<Problem> {
    let text = |id: NodeId| root.at(id).to_text();
    if let Subject::Bytes(_, bytes) = subject {
        return raw(root, kind, subject, bytes, cascaded, regexes);
    }
    match kind {
        MatcherKind::Regex(pattern) => regex(root.at(*pattern), &subject.as_text(), regexes),
        MatcherKind::Include(part) => include(&text(*part), &subject.as_text()),
        MatcherKind::Date(format) => date(format.map(text), DateKind::Date, subject, regexes),
        MatcherKind::Time(format) => date(format.map(text), DateKind::Time, subject, regexes),
        MatcherKind::DateTime(format) => date(format.map(text), DateKind::DateTime, subject, regexes),
        MatcherKind::Plugin => Some(Problem::UnknownMatcher),
        MatcherKind::Equality | MatcherKind::Values => None,
        MatcherKind::ContentType(expected) => {
            subject.as_bytes().and_then(|bytes| media_type(&bytes, &text(*expected)))
        }
        // The file does not load; that is said elsewhere.
        MatcherKind::Invalid(_) => None,
        _ => match subject {
            Subject::Json(node) => json(kind, *node),
            Subject::Text(_, value) => plain(kind, value, cascaded),
            Subject::Status(node) => status(kind, *node, cascaded),
            Subject::Bytes(..) => None,
        },
    }
}

/// Bytes.
fn raw(
    root: Cursor<'_>,
    kind: &MatcherKind,
    subject: &Subject<'_>,
    bytes: &[u8],
    cascaded: bool,
    regexes: &mut Regexes,
) -> Option<Problem> {
    let text = |id: NodeId| root.at(id).to_text();
    match kind {
        MatcherKind::Regex(_) | MatcherKind::Include(_) if std::str::from_utf8(bytes).is_err() => {
            other("is no text, to which this matcher cannot be applied")
        }
        MatcherKind::Regex(pattern) => regex(root.at(*pattern), &subject.as_text(), regexes),
        MatcherKind::Include(part) => include(&text(*part), &subject.as_text()),
        MatcherKind::ContentType(expected) => media_type(bytes, &text(*expected)),
        MatcherKind::Plugin => Some(Problem::UnknownMatcher),
        MatcherKind::Equality
        | MatcherKind::Type { .. }
        | MatcherKind::NotEmpty
        | MatcherKind::Invalid(_) => None,
        _ if cascaded && !kind.cascades() => None,
        _ => other("is compared as bytes, to which this matcher cannot be applied"),
    }
}

fn include(part: &str, value: &str) -> Option<Problem> {
    (!value.contains(part)).then(|| Problem::Other(format!("does not contain '{part}'")))
}

fn media_type(bytes: &[u8], expected: &str) -> Option<Problem> {
    refused_as(bytes, expected)
        .map(|found| Problem::Other(format!("is {found} by its first bytes, not {expected}")))
}

fn regex(pattern: Cursor<'_>, value: &str, regexes: &mut Regexes) -> Option<Problem> {
    let pattern = &*regexes.said(pattern);
    let compiled = regexes.compile(pattern);
    let compiled = match &*compiled {
        Ok(compiled) => compiled,
        Err(CompileError::Invalid { .. }) => return Some(Problem::BadPattern),
        Err(_) => return None,
    };
    match regexes.is_whole(compiled, value) {
        Verdict::NoMatch => {
            let occurs = matches!(regexes.finds(pattern, value), Verdict::Match);
            Some(Problem::Regex { occurs })
        }
        Verdict::Match | Verdict::NotJudged(_) => None,
    }
}

fn date(
    format: Option<Cow<'_, str>>,
    kind: DateKind,
    subject: &Subject<'_>,
    regexes: &mut Regexes,
) -> Option<Problem> {
    let format = format.filter(|f| !f.is_empty()).unwrap_or(Cow::Borrowed(kind.default_format()));
    let parsed = regexes.date_format(&format);
    let Ok(parsed) = &*parsed else { return Some(Problem::BadFormat) };
    let value = match subject {
        Subject::Json(node) if node.is_null() => Cow::Borrowed(""),
        _ => subject.as_text(),
    };
    parsed.validate(&value).err().map(|_| Problem::Other(format!("is not in the format {format}")))
}

/// Whether a JSON number is an integer to serde_json: written without fraction or
/// exponent, and within 64 bits.
fn is_integer(node: Cursor<'_>) -> bool {
    let raw = node.raw();
    raw != "-0" && (raw.parse::<i64>().is_ok() || raw.parse::<u64>().is_ok())
}

/// Scalars of a JSON document.
fn json(kind: &MatcherKind, node: Cursor<'_>) -> Option<Problem> {
    let number = node.kind() == Kind::Number;
    let string = node.as_str();
    match kind {
        MatcherKind::Integer if !(number && is_integer(node)) => other("is not an integer"),
        MatcherKind::Decimal if !number => other("is not a decimal number"),
        MatcherKind::Decimal if is_integer(node) => other("has no fraction, as 10 has not and 10.0 has"),
        MatcherKind::Number if !number => other("is not a number"),
        MatcherKind::Null if !node.is_null() => other("is not null"),
        MatcherKind::Boolean => {
            let spelt = string.is_some_and(|s| s == "true" || s == "false");
            if node.as_bool().is_some() || spelt { None } else { other("is not a boolean") }
        }
        MatcherKind::NotEmpty => {
            let empty = node.is_null() || string.is_some_and(|s| s.is_empty()) || node.is_empty_container();
            if empty { other("is empty") } else { None }
        }
        MatcherKind::Semver => {
            let version = string.is_some_and(|s| semver::Version::parse(&s).is_ok());
            if version { None } else { other("is not a semantic version (three numbers: 1.2.3)") }
        }
        _ => None,
    }
}

/// Text.
fn plain(kind: &MatcherKind, value: &str, cascaded: bool) -> Option<Problem> {
    match kind {
        MatcherKind::Type { .. } => None,
        MatcherKind::Number | MatcherKind::Decimal => {
            value.parse::<f64>().err().and_then(|_| other("is not a number"))
        }
        MatcherKind::Integer => value.parse::<u64>().err().and_then(|_| {
            let signed = value.starts_with(['-', '+']);
            other(if signed {
                "is not an integer (in text the core takes no sign)"
            } else {
                "is not an integer"
            })
        }),
        MatcherKind::Boolean => {
            if value == "true" || value == "false" {
                None
            } else {
                other("is not a boolean")
            }
        }
        MatcherKind::StatusCode(class) => match value.parse() {
            Ok(code) => in_class(class, code),
            Err(_) => other("is not a status code"),
        },
        MatcherKind::NotEmpty => {
            if value.is_empty() {
                other("is empty")
            } else {
                None
            }
        }
        MatcherKind::Semver => semver::Version::parse(value)
            .err()
            .and_then(|_| other("is not a semantic version (three numbers: 1.2.3)")),
        _ if cascaded && !kind.cascades() => None,
        _ => other("is text, to which this matcher cannot be applied"),
    }
}

fn status(kind: &MatcherKind, node: Cursor<'_>, cascaded: bool) -> Option<Problem> {
    let code = node.as_u64()?;
    match kind {
        MatcherKind::StatusCode(class) => in_class(class, code),
        MatcherKind::Type { .. } | MatcherKind::Number | MatcherKind::Integer => None,
        MatcherKind::Decimal => other("is not a decimal number"),
        _ if cascaded && !kind.cascades() => None,
        _ => other("is a status code, to which this matcher cannot be applied"),
    }
}

fn in_class(class: &StatusClass, code: u64) -> Option<Problem> {
    if class.contains(code) { None } else { other("is not in the class of status codes that is asked for") }
}
