//! Differences, as the core names them.

use pact_matching::Mismatch as Core;

/// What of a request, response or message differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The status code.
    Status,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// The content type of the body; the body was not looked at.
    ContentType,
    /// Something in the body.
    Body,
    /// Metadata of a message.
    Metadata,
}

/// A difference (`Mismatch` of pact_matching).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mismatch {
    /// What differs.
    pub part: Part,
    /// Where in it: the path of a body value (`$.items[0].price`), the name of a header,
    /// query parameter or metadata value; empty for the others.
    pub at: String,
    /// What the pact has there, as far as the core says.
    pub expected: Option<String>,
    /// What came.
    pub actual: Option<String>,
    /// What the core says of it.
    pub said: String,
}

impl serde::Serialize for Part {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Part {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Part, D::Error> {
        let name = String::deserialize(from)?;
        let found = Part::ALL.into_iter().find(|part| part.name() == name);
        found.ok_or_else(|| serde::de::Error::custom(format!("no part is called {name:?}")))
    }
}

impl Part {
    /// All of them, in the order in which a reader wants to hear of them.
    pub const ALL: [Part; 8] = [
        Part::Method,
        Part::Path,
        Part::Status,
        Part::Query,
        Part::Header,
        Part::ContentType,
        Part::Body,
        Part::Metadata,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Method => "method",
            Part::Path => "path",
            Part::Status => "status",
            Part::Query => "query",
            Part::Header => "header",
            Part::ContentType => "content type",
            Part::Body => "body",
            Part::Metadata => "metadata",
        }
    }
}

impl From<Core> for Mismatch {
    fn from(core: Core) -> Mismatch {
        let text = |bytes: &Option<bytes::Bytes>| {
            bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let (part, at, expected, actual, said) = match core {
            Core::MethodMismatch { expected, actual, mismatch } => {
                (Part::Method, String::new(), Some(expected), Some(actual), mismatch)
            }
            Core::PathMismatch { expected, actual, mismatch } => {
                (Part::Path, String::new(), Some(expected), Some(actual), mismatch)
            }
            Core::StatusMismatch { expected, actual, mismatch } => {
                (Part::Status, String::new(), Some(expected.to_string()), Some(actual.to_string()), mismatch)
            }
            Core::QueryMismatch { parameter, expected, actual, mismatch } => {
                (Part::Query, parameter, Some(expected), Some(actual), mismatch)
            }
            Core::HeaderMismatch { key, expected, actual, mismatch } => {
                (Part::Header, key, Some(expected), Some(actual), mismatch)
            }
            Core::BodyTypeMismatch { expected, actual, mismatch, .. } => {
                (Part::ContentType, String::new(), Some(expected), Some(actual), mismatch)
            }
            Core::BodyMismatch { path, expected, actual, mismatch } => {
                (Part::Body, path, text(&expected), text(&actual), mismatch)
            }
            Core::MetadataMismatch { key, expected, actual, mismatch } => {
                (Part::Metadata, key, Some(expected), Some(actual), mismatch)
            }
        };
        Mismatch { part, at, expected, actual, said }
    }
}
