//! Which patterns a path may match, before the engine is asked.
//!
//! Only what is surely the same in Oniguruma's dialect and in ours is read of a pattern; what
//! is not leaves it without a condition, so that it is always tried.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use rustc_hash::FxHashMap;

use crate::runner::engine::PathShape;

/// What a path that a pattern matches begins and ends with: one of these, or anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ends {
    prefixes: Option<Vec<Vec<u8>>>,
    suffixes: Option<Vec<Vec<u8>>>,
}

/// Constructs that the two dialects read differently, or that one of them does not have:
/// options, look-around and other groups but the plain ones, classes in classes, quantifiers
/// on quantifiers, and escapes but those of punctuation and the usual classes.
fn is_plain(pattern: &str) -> bool {
    if !pattern.is_ascii() || pattern.len() > 4_096 {
        return false;
    }
    let bytes = pattern.as_bytes();
    let mut at = 0;
    let mut in_class = false;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'\\' => {
                let known = match next {
                    Some(b'd' | b'D' | b'w' | b'W' | b's' | b'S') => true,
                    Some(b'b' | b'A' | b'z') => !in_class,
                    Some(b'<' | b'>') | None => false,
                    Some(other) => other.is_ascii_punctuation(),
                };
                if !known {
                    return false;
                }
                at += 1;
            }
            b'[' if in_class => return false,
            b'[' => {
                in_class = true;
                let first = if next == Some(b'^') { at + 2 } else { at + 1 };
                if bytes.get(first) == Some(&b']') {
                    return false;
                }
            }
            b']' => in_class = false,
            b'&' | b'-' | b'~' if in_class && next == Some(byte) => return false,
            b'(' if !in_class && next == Some(b'?') && bytes.get(at + 2) != Some(&b':') => return false,
            // `a{2}?` is optional there and lazy here; the others are possessive or lazy.
            b'*' | b'+' | b'?' | b'}' if !in_class && matches!(next, Some(b'*' | b'+' | b'?')) => {
                return false;
            }
            _ => {}
        }
        at += 1;
    }
    true
}

impl Ends {
    /// What the pattern asks of the ends of the text, which it has to match as a whole.
    fn of(pattern: &str) -> Ends {
        let parsed = if is_plain(pattern) { regex_syntax::parse(pattern).ok() } else { None };
        let Some(hir) = parsed else { return Ends::default() };
        let literals = |kind: ExtractKind| {
            let seq: Seq = Extractor::new().kind(kind).extract(&hir);
            let list: Vec<Vec<u8>> = seq.literals()?.iter().map(|it| it.as_bytes().to_vec()).collect();
            // An empty literal is anything; no literal at all would be a pattern that matches
            // nothing, which is for the engine to say.
            (!list.is_empty() && list.iter().all(|it| !it.is_empty())).then_some(list)
        };
        Ends { prefixes: literals(ExtractKind::Prefix), suffixes: literals(ExtractKind::Suffix) }
    }

    /// The ends that satisfy one of two.
    fn or(self, other: Ends) -> Ends {
        let both = |a: Option<Vec<_>>, b: Option<Vec<_>>| Some([a?, b?].concat());
        Ends { prefixes: both(self.prefixes, other.prefixes), suffixes: both(self.suffixes, other.suffixes) }
    }

    fn of_shape(shape: &PathShape) -> Ends {
        let PathShape::Patterns { patterns, any } = shape else { return Ends::default() };
        let each = patterns.iter().map(|pattern| Ends::of(pattern));
        if *any {
            return each.reduce(Ends::or).unwrap_or_default();
        }
        // Each is necessary; the first of each kind is enough.
        each.fold(Ends::default(), |all, one| Ends {
            prefixes: all.prefixes.or(one.prefixes),
            suffixes: all.suffixes.or(one.suffixes),
        })
    }

    fn may_end(&self, path: &[u8]) -> bool {
        self.suffixes.as_ref().is_none_or(|list| list.iter().any(|it| path.ends_with(it)))
    }
}

/// Paths with rules, by what they begin with.
#[derive(Debug, Default)]
pub(super) struct RuledPaths {
    ends: Vec<Ends>,
    by_prefix: FxHashMap<Vec<u8>, Vec<u32>>,
    /// The lengths of the prefixes, ascending.
    lengths: Vec<usize>,
    /// Those that may begin with anything.
    free: Vec<u32>,
}

impl RuledPaths {
    /// Of these shapes, known by their position.
    pub(super) fn new<'a>(shapes: impl Iterator<Item = &'a PathShape>) -> RuledPaths {
        let mut made = RuledPaths::default();
        for (number, shape) in (0u32..).zip(shapes) {
            let ends = Ends::of_shape(shape);
            match &ends.prefixes {
                None => made.free.push(number),
                Some(prefixes) => {
                    for prefix in prefixes {
                        let list = made.by_prefix.entry(prefix.clone()).or_default();
                        if list.last() != Some(&number) {
                            list.push(number);
                        }
                    }
                }
            }
            made.ends.push(ends);
        }
        made.lengths = made.by_prefix.keys().map(Vec::len).collect();
        made.lengths.sort_unstable();
        made.lengths.dedup();
        made
    }

    /// The positions of those that `path` may be one of, in order, each once.
    pub(super) fn candidates(&self, path: &str) -> Vec<u32> {
        let path = path.as_bytes();
        let mut found = self.free.clone();
        for &length in self.lengths.iter().take_while(|length| **length <= path.len()) {
            found.extend(self.by_prefix.get(&path[..length]).into_iter().flatten());
        }
        found.retain(|number| self.ends.get(*number as usize).is_some_and(|ends| ends.may_end(path)));
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(pattern: &str) -> PathShape {
        PathShape::Patterns { patterns: vec![pattern.to_owned()], any: false }
    }

    fn texts(list: &Option<Vec<Vec<u8>>>) -> Option<Vec<&str>> {
        Some(list.as_ref()?.iter().map(|it| std::str::from_utf8(it).unwrap()).collect())
    }

    #[test]
    fn ends_are_read_of_plain_patterns_only() {
        let ends = Ends::of(r"^/orders/\d+/items$");
        assert_eq!(texts(&ends.prefixes), Some(vec!["/orders/"]));
        assert_eq!(texts(&ends.suffixes), Some(vec!["/items"]));
        let ends = Ends::of(r"\/a\/[0-9a-f]+|\/b");
        assert_eq!(texts(&ends.prefixes), Some(vec!["/a/", "/b"]));
        for odd in [
            r"(?i)/a",
            r"/a{2}?",
            r"(?<n>/a)",
            r"/\h",
            r"[]a]/b",
            r"/[[:alpha:]&&b]x",
            r"/ä",
            r"/a++",
            r"(?=/a)/a",
        ] {
            assert_eq!(Ends::of(odd), Ends::default(), "{odd}");
        }
    }

    #[test]
    fn candidates_are_those_that_begin_and_end_so() {
        let shapes = [
            pattern(r"^/a/\d+$"),
            pattern(r".*"),
            pattern(r"^/b/\d+/x$"),
            pattern(r"^/b/\d+/y$"),
            PathShape::Patterns { patterns: vec!["^/c.*".into(), "^/d.*".into()], any: true },
            PathShape::Patterns { patterns: Vec::new(), any: false },
        ];
        let paths = RuledPaths::new(shapes.iter());
        assert_eq!(paths.candidates("/a/7"), [0, 1, 5]);
        assert_eq!(paths.candidates("/b/7/y"), [1, 3, 5]);
        assert_eq!(paths.candidates("/d"), [1, 4, 5]);
        assert_eq!(paths.candidates(""), [1, 5]);
    }
}
