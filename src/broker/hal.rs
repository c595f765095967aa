//! Links as HAL has them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// The member `_links` of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links(Map<String, Value>);

impl Links {
    /// Those of a resource; none where it has none.
    pub fn of(resource: &Value) -> Links {
        Links::from(resource.get("_links").cloned())
    }

    /// Where a relation leads, its variables filled in. `None` without the relation, or where it
    /// has a variable that `values` does not know.
    pub fn get(&self, relation: &str, values: &[(&str, &str)]) -> Option<String> {
        self.all(relation).first().and_then(|link| filled(href(link)?, values))
    }

    /// The links of a relation that has many, as they are.
    pub fn all(&self, relation: &str) -> &[Value] {
        match self.0.get(relation) {
            Some(Value::Array(list)) => list,
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Option<Value>> for Links {
    fn from(links: Option<Value>) -> Links {
        match links {
            Some(Value::Object(map)) => Links(map),
            _ => Links::default(),
        }
    }
}

/// Where a link leads.
pub(super) fn href(link: &Value) -> Option<&str> {
    link.get("href")?.as_str().filter(|it| !it.is_empty())
}

/// A text member of a resource or a link.
pub(super) fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// `{name}` becomes the value of it. The Broker has no other kind of template (RFC 6570, level
/// one).
fn filled(href: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = href;
    while let Some(at) = rest.find('{') {
        let end = at + rest[at..].find('}')?;
        let name = &rest[at + 1..end];
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        out.push_str(&rest[..at]);
        out.extend(utf8_percent_encode(value, &IN_SEGMENT));
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// What is encoded of a value that is a segment of a path: all but unreserved characters, the
/// slash too.
const IN_SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_are_filled_in() {
        let links = Links::of(&json!({"_links": {
            "one": {"href": "http://b/p/{provider}/b/{branch}", "templated": true},
            "many": [{"href": "/1"}, {"href": "/2"}],
            "odd": "text", "none": {"href": ""}, "open": {"href": "/{a"}
        }}));
        let values = [("provider", "a b/ä"), ("branch", "feat/x?#%")];
        assert_eq!(links.get("one", &values).unwrap(), "http://b/p/a%20b%2F%C3%A4/b/feat%2Fx%3F%23%25");
        assert_eq!(links.get("one", &values[..1]), None);
        assert_eq!(links.get("many", &[]).unwrap(), "/1");
        assert_eq!(links.all("many").len(), 2);
        for name in ["odd", "none", "open", "missing"] {
            assert_eq!(links.get(name, &values), None, "{name}");
        }
        assert!(Links::of(&json!([1])).is_empty() && Links::of(&json!({"_links": 1})).is_empty());
    }
}
