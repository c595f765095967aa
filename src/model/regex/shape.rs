//! The form of the values that a pattern matches.

use std::cell::RefCell;
use std::ops::Range;

use regex_syntax::ParserBuilder;
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Hir, HirKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::keep::keeps;

use super::MAX_LEN;

thread_local! {
    /// What [`fixed_length`] said of a pattern, which stands in interaction after interaction.
    static LENGTHS: RefCell<FxHashMap<Box<str>, Option<usize>>> = RefCell::default();
}

/// Bounds of that memory: patterns, and bytes of one.
const MAX_KNOWN: usize = 1024;
const MAX_KNOWN_LEN: usize = 256;

/// How many characters every value of a pattern has, if all have the same number, and the pattern is made of
/// classes and fixed characters one after the other; `None` where no class is in it.
pub fn fixed_length(pattern: &str) -> Option<usize> {
    if pattern.len() > MAX_KNOWN_LEN {
        return if pattern.len() > MAX_LEN { None } else { read_length(pattern) };
    }
    LENGTHS.with_borrow_mut(|known| {
        if let Some(length) = known.get(pattern) {
            return *length;
        }
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        let length = read_length(pattern);
        if keeps() {
            known.insert(pattern.into(), length);
        }
        length
    })
}

fn read_length(pattern: &str) -> Option<usize> {
    let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    let properties = hir.properties();
    let length = properties.minimum_len().filter(|least| properties.maximum_len() == Some(*least))?;
    (in_a_row(&hir) && holds_class(&hir)).then_some(length)
}

fn in_a_row(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Alternation(_) => false,
        HirKind::Repetition(repetition) => in_a_row(&repetition.sub),
        HirKind::Capture(capture) => in_a_row(&capture.sub),
        HirKind::Concat(parts) => parts.iter().all(in_a_row),
        _ => true,
    }
}

fn holds_class(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(_) => true,
        HirKind::Repetition(repetition) => holds_class(&repetition.sub),
        HirKind::Capture(capture) => holds_class(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(holds_class),
        _ => false,
    }
}

/// An alternative that hides a longer one behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The longer alternative, in bytes of the pattern.
    pub range: Range<usize>,
    /// The alternative before it that it starts with.
    pub by: Range<usize>,
    /// The pattern with the longest alternatives first.
    pub reordered: String,
}

/// The first alternative at the end of a pattern that starts with one before it: an engine that takes the
/// first alternative that fits, and looks only then whether the value ends there, never comes to it. A
/// pattern that ends with an anchor is safe.
pub fn hidden_alternative(pattern: &str) -> Option<Hidden> {
    if !pattern.contains('|') || pattern.len() > MAX_LEN {
        return None;
    }
    let tree = ast::parse::Parser::new().parse(pattern).ok()?;
    let mut here = &tree;
    let all = loop {
        here = match here {
            Ast::Group(group) => &group.ast,
            Ast::Concat(all) => all.asts.last()?,
            Ast::Alternation(all) => break all,
            _ => return None,
        };
    };
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let place = |branch: &Ast| branch.span().start.offset..branch.span().end.offset;
    for branch in &all.asts {
        let range = place(branch);
        let text = pattern.get(range.clone())?;
        // Only words, whose text is what they match.
        if text.contains(|c: char| !c.is_alphanumeric() && !"-_ /:".contains(c)) || text.len() > 64 {
            continue;
        }
        let shorter = text.char_indices().skip(1).find_map(|(at, _)| seen.get(&text[..at]).copied());
        if let Some(shorter) = shorter {
            let by = place(all.asts.iter().find(|other| pattern.get(place(other)) == Some(shorter))?);
            let mut branches: Vec<&str> = all.asts.iter().filter_map(|b| pattern.get(place(b))).collect();
            branches.sort_by_key(|branch| std::cmp::Reverse(branch.len()));
            let mut reordered = pattern.to_owned();
            reordered.replace_range(all.span.start.offset..all.span.end.offset, &branches.join("|"));
            return Some(Hidden { range, by, reordered });
        }
        seen.insert(text);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_lengths() {
        for (pattern, length) in [
            ("[A-Z]{3}-\\d{3}", Some(7)),
            ("^ab[0-9]c$", Some(4)),
            ("(\\d{2}){2}", Some(4)),
            ("abc", None),
            ("\\d+", None),
            ("ab|cd", None),
            ("([0-9]|[a-f]x)", None),
            ("(", None),
        ] {
            assert_eq!(fixed_length(pattern), length, "{pattern}");
        }
    }

    #[test]
    fn hidden_alternatives() {
        let found = |pattern: &str| hidden_alternative(pattern).map(|hidden| hidden.reordered);
        assert_eq!(found("A|AB|C").as_deref(), Some("AB|A|C"));
        assert_eq!(found("x-(A|AB)").as_deref(), Some("x-(AB|A)"));
        for safe in ["AB|A", "^(A|AB)$", "(A|AB)c", "A|B", "a+|a+b", "A", "A|A", "(A|AB)?"] {
            assert_eq!(found(safe), None, "{safe}");
        }
    }
}
