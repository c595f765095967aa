//! Walks over rules, those inside of other rules included.

use crate::model::{Category, Matcher, MatcherKind, RuleGroup};
use crate::rules::InteractionCx;
use crate::syntax::Cursor;

/// Calls `f` with each group of matchers; the flag tells those inside of an
/// `arrayContains` matcher, whose paths start at an item.
pub(super) fn each_group<'a>(cx: &InteractionCx<'a>, f: &mut dyn FnMut(&'a RuleGroup, bool)) {
    for (_, _, group) in cx.groups() {
        f(group, false);
        inner_groups(&group.matchers, f);
    }
}

fn inner_groups<'a>(matchers: &'a [Matcher], f: &mut dyn FnMut(&'a RuleGroup, bool)) {
    for matcher in matchers {
        match &matcher.kind {
            MatcherKind::ArrayContains(variants) => {
                for group in variants.iter().filter_map(|v| v.rules.as_deref()).flatten() {
                    f(group, true);
                    inner_groups(&group.matchers, f);
                }
            }
            MatcherKind::EachKey(inner) | MatcherKind::EachValue(inner) => inner_groups(inner, f),
            _ => {}
        }
    }
}

/// Calls `f` with each matcher, those inside of others included.
pub(super) fn each_matcher<'a>(cx: &InteractionCx<'a>, f: &mut dyn FnMut(&'a Matcher)) {
    for (_, _, group) in cx.groups() {
        in_matchers(&group.matchers, f);
    }
}

/// Calls `f` with each of `matchers` and those inside of them.
pub(super) fn in_matchers<'a>(matchers: &'a [Matcher], f: &mut dyn FnMut(&'a Matcher)) {
    for matcher in matchers {
        f(matcher);
        match &matcher.kind {
            MatcherKind::ArrayContains(variants) => {
                for group in variants.iter().filter_map(|v| v.rules.as_deref()).flatten() {
                    in_matchers(&group.matchers, f);
                }
            }
            MatcherKind::EachKey(inner) | MatcherKind::EachValue(inner) => in_matchers(inner, f),
            _ => {}
        }
    }
}

/// Whether the core knows a category by this name, or takes it for the body as
/// `content` is meant to be.
pub(super) fn is_known_category(name: &str) -> bool {
    let plain = matches!(name, "body" | "header" | "query" | "path" | "status" | "metadata");
    plain || name == "content" || Category::parse(name).is_some()
}

/// JSON text of a node on one line, its tokens as written.
pub(super) fn flat(node: Cursor<'_>) -> String {
    let mut out = String::new();
    write_flat(node, &mut out);
    out
}

fn write_flat(node: Cursor<'_>, out: &mut String) {
    if !node.raw().contains('\n') {
        out.push_str(node.raw());
    } else if node.is_object() {
        out.push('{');
        for (index, member) in node.members().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            out.push_str(member.key.raw());
            out.push_str(": ");
            match member.value {
                Some(value) => write_flat(value, out),
                None => out.push_str("null"),
            }
        }
        out.push('}');
    } else if node.is_array() {
        out.push('[');
        for (index, item) in node.elements().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            write_flat(item, out);
        }
        out.push(']');
    } else {
        out.push_str(node.raw());
    }
}
