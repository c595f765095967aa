//! From one style of writing rules to the other.

use std::borrow::Cow;
use std::fmt::Write;

use crate::model::{Category, GroupShape, MatcherKind, RuleBlock, RuleGroup, Target};
use crate::rules::InteractionCx;
use crate::rules::matching::visit::flat;
use crate::syntax::{Cursor, quote};

/// A rule inside its category: the key, unless it is for the category as a whole, and
/// its JSON text.
type Entry = (Option<String>, String);

/// The rules of `block` by category, as V3 and V4 write them. `None` when a rule has no
/// place there, or two rules would get the same one.
pub(crate) fn as_categories(root: Cursor<'_>, block: &RuleBlock) -> Option<String> {
    let mut categories: Vec<(Category, Vec<Entry>)> = Vec::new();
    for group in &block.groups {
        let key = category_entry(root, group)?;
        let value = match group.shape {
            GroupShape::V2Rule => format!("{{\"matchers\": [{}]}}", flat(root.at(group.node))),
            _ => flat(root.at(group.node)),
        };
        let at = categories.iter().position(|(category, _)| *category == group.category);
        let at = at.unwrap_or_else(|| {
            categories.push((group.category, Vec::new()));
            categories.len() - 1
        });
        let entries = &mut categories[at].1;
        // A category holds either one rule for the whole or rules by name.
        if entries.iter().any(|(known, _)| *known == key || known.is_none() || key.is_none()) {
            return None;
        }
        entries.push((key, value));
    }
    let mut out = Members::new(root, block);
    for (category, entries) in categories {
        match &entries[..] {
            [(None, value)] => out.add(category.name(), value),
            _ => {
                let mut inner = Members { out: String::new(), ..out };
                inner.depth += 1;
                for (key, value) in &entries {
                    inner.add(key.as_deref()?, value);
                }
                let inner = inner.finish();
                out.add(category.name(), &inner);
            }
        }
    }
    Some(out.finish())
}

/// The key of a group inside its category: `None` for the category as a whole.
fn category_entry(root: Cursor<'_>, group: &RuleGroup) -> Option<Option<String>> {
    if !convertible(group) {
        return None;
    }
    let text = root.at(group.key).name();
    match (&group.target, group.shape) {
        (Target::Whole, _) if is_single(group.category) => Some(None),
        (Target::Path(_), GroupShape::V2Rule) => Some(Some(format!("${}", text.strip_prefix("$.body")?))),
        (Target::Path(_), _) => Some(Some(text.into_owned())),
        // In V2, and in metadata everywhere, the core reads a name as a path again.
        (Target::Name(name), shape) => {
            let is_path = shape == GroupShape::V2Rule || group.category == Category::Metadata;
            Some(Some(name.clone())).filter(|_| !is_path || is_plain(name))
        }
        _ => None,
    }
}

/// The rules of `block` by full path, as V2 writes them. `None` when one of them needs
/// what V2 has not: several matchers, or a name that V2 cannot spell.
pub(super) fn as_full_paths(cx: &InteractionCx<'_>, block: &RuleBlock) -> Option<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut out = Members::new(cx.root, block);
    for group in &block.groups {
        let [matcher] = &group.matchers[..] else { return None };
        if !convertible(group) {
            return None;
        }
        let text = cx.node(group.key).name();
        let key = match (&group.target, group.category) {
            _ if group.shape == GroupShape::V2Rule => text.into_owned(),
            (Target::Path(_), Category::Body) => format!("$.body{}", text.strip_prefix('$')?),
            (Target::Name(name), Category::Header) if is_plain(name) => format!("$.headers.{name}"),
            (Target::Name(name), Category::Query) if is_plain(name) => format!("$.query.{name}"),
            (Target::Whole, Category::Path) => "$.path".to_owned(),
            _ => return None,
        };
        if seen.contains(&key) {
            return None;
        }
        out.add(&key, &flat(cx.node(matcher.node)));
        seen.push(key);
    }
    Some(out.finish())
}

/// Whether the core keeps all of the group, so that nothing is lost or gained.
fn convertible(group: &RuleGroup) -> bool {
    group.is_live()
        && group.category != Category::Contents
        && !group.matchers.iter().any(|m| matches!(m.kind, MatcherKind::Invalid(_)))
}

fn is_single(category: Category) -> bool {
    matches!(category, Category::Path | Category::Status | Category::Method)
}

/// Whether a name is the same as a name and as a path of one step.
fn is_plain(name: &str) -> bool {
    name.starts_with(|ch: char| ch.is_ascii_alphabetic())
        && name.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_'))
}

/// An object being written, over several lines if the block was.
struct Members {
    out: String,
    lines: bool,
    depth: usize,
}

impl Members {
    fn new(root: Cursor<'_>, block: &RuleBlock) -> Members {
        Members { out: String::new(), lines: root.at(block.node).raw().contains('\n'), depth: 0 }
    }

    fn gap(&self, depth: usize) -> Cow<'static, str> {
        if self.lines { Cow::Owned(format!("\n{}", "  ".repeat(depth))) } else { Cow::Borrowed("") }
    }

    fn add(&mut self, key: &str, value: &str) {
        let comma = match (self.out.is_empty(), self.lines) {
            (true, _) => "",
            (false, true) => ",",
            (false, false) => ", ",
        };
        let gap = self.gap(self.depth + 1);
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{comma}{gap}{}: {value}", quote(key));
    }

    fn finish(self) -> String {
        let gap = self.gap(self.depth);
        format!("{{{}{gap}}}", self.out)
    }
}
