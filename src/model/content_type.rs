//! Media types, as the official core classifies them.

use std::fmt;

/// How the contents of a body are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A JSON document.
    Json,
    /// An XML document.
    Xml,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/*`.
    Multipart,
    /// Bytes.
    Binary,
    /// Plain text: only a rule at `$` is applied.
    Text,
}

/// A media type: `main/sub+suffix; parameters`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentType {
    /// `application` in `application/hal+json`, lower case.
    pub main: String,
    /// `hal` in `application/hal+json`, lower case.
    pub sub: String,
    /// `json` in `application/hal+json`, lower case.
    pub suffix: Option<String>,
    /// What follows the first semicolon, as written.
    pub parameters: Option<String>,
}

impl ContentType {
    /// Parses a media type. `None` when there is no slash or a part is no token.
    pub fn parse(text: &str) -> Option<ContentType> {
        let (essence, parameters) = match text.split_once(';') {
            Some((essence, rest)) => (essence, Some(rest.trim().to_owned())),
            None => (text, None),
        };
        let (main, sub) = essence.trim().split_once('/')?;
        let token = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+*%'`|~".contains(&b))
        };
        if !token(main) || !token(sub) {
            return None;
        }
        let (sub, suffix) = match sub.rsplit_once('+') {
            Some((sub, suffix)) if !sub.is_empty() && !suffix.is_empty() => (sub, Some(suffix)),
            _ => (sub, None),
        };
        Some(ContentType {
            main: main.to_ascii_lowercase(),
            sub: sub.to_ascii_lowercase(),
            suffix: suffix.map(str::to_ascii_lowercase),
            parameters: parameters.filter(|p| !p.is_empty()),
        })
    }

    /// How a body of this type is compared (`BODY_MATCHERS` in pact_matching, lib.rs, and
    /// the predicates of pact_models, content_types.rs).
    pub fn format(&self) -> Format {
        let suffix = self.suffix.as_deref();
        if self.main == "application"
            && (self.sub.starts_with("json") || suffix == Some("json") || self.sub == "graphql")
        {
            Format::Json
        } else if matches!(self.main.as_str(), "application" | "text")
            && (self.sub == "xml" || suffix == Some("xml"))
        {
            Format::Xml
        } else if self.main == "multipart" {
            Format::Multipart
        } else if self.main == "application" && self.sub == "x-www-form-urlencoded" {
            Format::Form
        } else if self.main == "text" {
            Format::Text
        } else {
            Format::Binary
        }
    }

    /// Whether this is `*/*`, which the core reads as "not known".
    pub fn is_unknown(&self) -> bool {
        self.main == "*" || self.sub == "*"
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.main, self.sub)?;
        if let Some(suffix) = &self.suffix {
            write!(f, "+{suffix}")?;
        }
        Ok(())
    }
}

/// Whether text without a declared type is taken for JSON.
pub fn sniffs_as_json(text: &str) -> bool {
    sniff(text) == Format::Json
}

/// The format of text without a declared type.
pub(super) fn sniff(text: &str) -> Format {
    ContentType::parse(detected_type(text)).map_or(Format::Text, |detected| detected.format())
}

/// The type of text that has none declared (`detect_content_type_from_string` in pact_models,
/// content_types.rs).
pub fn detected_type(text: &str) -> &'static str {
    let start = text.trim_start();
    let is_word = |ch: char| ch.is_alphanumeric() || ch == '_';
    let is_html =
        |text: &str, tag: &str| text.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag));
    if start.strip_prefix("<?xml").is_some_and(|rest| rest.trim_start().starts_with("version")) {
        "application/xml"
    } else if is_html(start, "<!doctype") || is_html(text, "<html>") {
        "text/html"
    } else if start.strip_prefix('<').is_some_and(|rest| rest.starts_with(is_word)) {
        "application/xml"
    } else if start.starts_with(|ch: char| matches!(ch, '[' | '"' | '0'..='9'))
        || ["true", "false", "null"].iter().any(|word| start.starts_with(word))
        || start.strip_prefix('{').is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.starts_with('}') || rest.strip_prefix('"').is_some_and(|key| key.starts_with(is_word))
        })
    {
        "application/json"
    } else {
        "text/plain"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_the_core() {
        let format = |text| ContentType::parse(text).map(|ct| ct.format());
        for (text, expected) in [
            ("application/json; charset=utf-8", Some(Format::Json)),
            ("application/problem+json", Some(Format::Json)),
            ("Application/JSON", Some(Format::Json)),
            ("application/graphql", Some(Format::Json)),
            ("text/json", Some(Format::Text)),
            ("application/soap+xml", Some(Format::Xml)),
            ("text/xml", Some(Format::Xml)),
            ("multipart/form-data; boundary=x", Some(Format::Multipart)),
            ("application/x-www-form-urlencoded", Some(Format::Form)),
            ("image/png", Some(Format::Binary)),
            ("application/octet-stream", Some(Format::Binary)),
            ("text/plain", Some(Format::Text)),
            ("json", None),
            ("", None),
        ] {
            assert_eq!(format(text), expected, "{text}");
        }
    }

    #[test]
    fn sniffs_like_the_core() {
        assert_eq!(sniff(" {\"a\":1}"), Format::Json);
        assert_eq!(sniff("{\"$a\":1}"), Format::Text);
        assert_eq!(sniff("<html lang='en'>"), Format::Xml);
        assert_eq!(sniff("<?xml version='1.0'?>"), Format::Xml);
        assert_eq!(sniff("<html>"), Format::Text);
        assert_eq!(sniff("hello"), Format::Text);
    }
}
