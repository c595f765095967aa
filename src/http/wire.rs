//! Requests and responses as they are on the wire.

use bytes::Bytes;

/// Names and values of headers, in order; a name may come twice. Values are text, because
/// the official core leaves out those that are not.
pub type Headers = Vec<(String, String)>;

/// An HTTP request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, as written.
    pub method: String,
    /// The path, as in the request line: percent-encoded, without the query.
    pub path: String,
    /// What follows the `?`, as written; `None` without one.
    pub query: Option<String>,
    /// The headers.
    pub headers: Headers,
    /// The body; empty where there is none.
    pub body: Bytes,
}

/// An HTTP response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body; empty where there is none.
    pub body: Bytes,
}

/// The first value of a header, by a name in any case.
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
