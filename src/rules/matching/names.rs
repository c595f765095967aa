//! The headers, query parameters and metadata entries of a part, by name.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Category, Part, parse_path};
use crate::rules::InteractionCx;

/// The names that rules of one category can be about.
pub(super) struct Names<'a> {
    all: Vec<Cow<'a, str>>,
    /// Headers in lower case.
    known: FxHashSet<Cow<'a, str>>,
    ignore_case: bool,
}

impl<'a> Names<'a> {
    fn of(cx: &InteractionCx<'a>, part: &Part, category: Category) -> Names<'a> {
        let node = match category {
            Category::Header => part.headers,
            Category::Query => part.query,
            Category::Metadata => part.metadata,
            _ => None,
        };
        let all: Vec<Cow<'a, str>> = match node.map(|id| cx.node(id)) {
            Some(node) if node.is_object() => node.members().map(|m| m.key.name()).collect(),
            Some(node) => node.as_str().map_or_else(Vec::new, |query| in_query(&query)),
            None => Vec::new(),
        };
        let ignore_case = category == Category::Header;
        let known = all.iter().map(|name| if ignore_case { lower(name) } else { name.clone() }).collect();
        Names { all, known, ignore_case }
    }

    /// All names, in the order of the file.
    pub(super) fn all(&self) -> &[Cow<'a, str>] {
        &self.all
    }

    /// Whether one of them is `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        if self.ignore_case { self.known.contains(&*lower(name)) } else { self.known.contains(name) }
    }
}

fn lower<'a>(name: &str) -> Cow<'a, str> {
    Cow::Owned(name.to_ascii_lowercase())
}

/// The names of parts, read once for all rules that are about them.
#[derive(Default)]
pub(super) struct NamesOf<'a> {
    of: FxHashMap<(usize, Category), Names<'a>>,
}

impl<'a> NamesOf<'a> {
    /// The names of the part with this index, for rules of `category`.
    pub(super) fn part(&mut self, cx: &InteractionCx<'a>, index: usize, category: Category) -> &Names<'a> {
        let names = self.of.entry((index, category));
        names.or_insert_with(|| Names::of(cx, &cx.it.parts[index], category))
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
