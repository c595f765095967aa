//! Regular expression literals of JavaScript: `/.../flags`.

use crate::model::Regexes;
use crate::model::regex::Verdict;

/// A pattern that is written like a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsLiteral<'p> {
    /// What stands between the slashes.
    pub(crate) inner: &'p str,
    /// The letters after them.
    pub(crate) flags: &'p str,
}

impl<'p> JsLiteral<'p> {
    /// Reads a pattern; `None` when it is not written like a literal.
    pub(crate) fn parse(pattern: &'p str) -> Option<JsLiteral<'p>> {
        let (inner, flags) = pattern.strip_prefix('/')?.rsplit_once('/')?;
        let known = flags.bytes().all(|b| b"dgimsuvy".contains(&b));
        (known && !inner.is_empty() && !inner.ends_with('\\')).then_some(JsLiteral { inner, flags })
    }

    /// Whether the pattern, slashes included, can match no text of one line: it demands a
    /// slash before the start or after the end.
    pub(crate) fn never_matches(self) -> bool {
        let end = self.inner.strip_suffix('$').is_some_and(|rest| !rest.ends_with('\\'));
        (self.inner.starts_with('^') || end) && !self.inner.contains('|')
    }

    /// Whether the example would match without the slashes.
    pub(crate) fn would_match(self, regexes: &mut Regexes, example: &str) -> bool {
        let pattern = self.pattern().unwrap_or_else(|| self.inner.to_owned());
        regexes.matches_whole(&pattern, example) == Verdict::Match
            // `/users/\d+/` may well be a pattern for paths.
            || !example.starts_with('/') && regexes.finds(&pattern, example) == Verdict::Match
    }

    /// The same without slashes and flags; `None` when a flag has no equal.
    pub(crate) fn pattern(self) -> Option<String> {
        let inner = self.inner.replace("\\/", "/");
        if self.flags.contains(['m', 's', 'v', 'y']) {
            return None;
        }
        Some(if self.flags.contains('i') { format!("(?i:{inner})") } else { inner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_literals_from_paths() {
        let literal = |text| JsLiteral::parse(text);
        assert_eq!(literal("/^a$/i"), Some(JsLiteral { inner: "^a$", flags: "i" }));
        assert_eq!(literal("/a/").map(|l| l.never_matches()), Some(false));
        assert_eq!(literal("/^a/").map(|l| l.never_matches()), Some(true));
        assert_eq!(literal("/^a|b/").map(|l| l.never_matches()), Some(false));
        assert_eq!(literal("/a\\$/").map(|l| l.never_matches()), Some(false));
        assert_eq!(literal("/users/abc"), None);
        assert_eq!(literal("//"), None);
        assert_eq!(literal("/"), None);
        assert_eq!(literal("a/b/"), None);
        assert_eq!(literal("/a\\/b/i").and_then(|l| l.pattern()).as_deref(), Some("(?i:a/b)"));
    }
}
