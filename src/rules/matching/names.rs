//! The headers, query parameters and metadata entries of a part, by name.

use std::borrow::Cow;

use crate::model::{Category, Part, header_name_eq, parse_path};
use crate::rules::InteractionCx;
use crate::syntax::Cursor;

/// The names that rules of one category can be about.
pub(super) struct Names<'a> {
    node: Option<Cursor<'a>>,
    ignore_case: bool,
}

impl<'a> Names<'a> {
    /// The names of `part` for rules of `category`.
    pub(super) fn of(cx: &InteractionCx<'a>, part: &Part, category: Category) -> Names<'a> {
        let node = match category {
            Category::Header => part.headers,
            Category::Query => part.query,
            Category::Metadata => part.metadata,
            _ => None,
        };
        Names { node: node.map(|id| cx.node(id)), ignore_case: category == Category::Header }
    }

    /// All names, in the order of the file.
    pub(super) fn all(&self) -> Vec<Cow<'a, str>> {
        match self.node {
            Some(node) if node.is_object() => node.members().map(|m| m.key.name()).collect(),
            Some(node) => node.as_str().map_or_else(Vec::new, |query| in_query(&query)),
            None => Vec::new(),
        }
    }

    /// Whether one of them is `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        match self.node {
            Some(node) if node.is_object() && !self.ignore_case => {
                node.members().any(|m| m.key.is_named(name))
            }
            Some(node) if node.is_object() => node.members().any(|m| header_name_eq(&m.key.name(), name)),
            Some(_) => self.all().iter().any(|known| known == name),
            None => false,
        }
    }
}

/// The names in a query as V1 and V2 write it: `a=1&b=2`.
fn in_query<'a>(query: &str) -> Vec<Cow<'a, str>> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| Cow::Owned(decoded(pair.split('=').next().unwrap_or("")))).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        let code = hex.filter(|_| byte == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        at += if code.is_some() { 3 } else { 1 };
        out.push(code.unwrap_or(if byte == b'+' { b' ' } else { byte }));
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The name in a key that is written as a path: `$.X-Id`, `$['X-Id'][0]`, `X-Id[0]`.
pub(crate) fn bare_name(key: &str) -> Option<&str> {
    if !key.starts_with('$') {
        let (name, index) = key.strip_suffix(']')?.rsplit_once('[')?;
        let counted = index == "*" || !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit());
        return Some(name).filter(|name| counted && !name.is_empty());
    }
    let path = parse_path(key).ok()?;
    path.steps.iter().filter_map(|(step, ..)| step.name(key)).next_back()
}

#[cfg(test)]
mod tests {
    use super::{bare_name, in_query};

    #[test]
    fn names_in_queries() {
        assert_eq!(in_query("a=1&b%5B%5D=2&c+d&&e="), ["a", "b[]", "c d", "e"]);
        assert_eq!(in_query("a%zz=%"), ["a%zz"]);
    }

    #[test]
    fn names_in_paths() {
        assert_eq!(bare_name("$.X-Id"), Some("X-Id"));
        assert_eq!(bare_name("$['X-Id'][0]"), Some("X-Id"));
        assert_eq!(bare_name("$.header.X"), Some("X"));
        assert_eq!(bare_name("X-Id[0]"), Some("X-Id"));
        assert_eq!(bare_name("ids[]"), None);
        assert_eq!(bare_name("$"), None);
        assert_eq!(bare_name("plain"), None);
    }
}
