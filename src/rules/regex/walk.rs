//! All matchers of an interaction, inner ones included.

use crate::model::datetime::Kind;
use crate::model::{GeneratorBlock, Interaction, Matcher, MatcherKind, RuleGroup};
use crate::rules::InteractionCx;
use crate::syntax::Cursor;

/// Calls `visit` with every matcher: those of the groups, and below them those of
/// `arrayContains` variants, `eachKey` and `eachValue`. The flag says whether it is an inner
/// one.
pub(crate) fn each_matcher<'a>(it: &'a Interaction, visit: &mut dyn FnMut(&'a Matcher, bool)) {
    let groups = it.parts.iter().flat_map(|part| &part.rules).flat_map(|rules| &rules.groups);
    for group in groups {
        each_in(&group.matchers, false, visit);
    }
}

fn each_in<'a>(matchers: &'a [Matcher], inner: bool, visit: &mut dyn FnMut(&'a Matcher, bool)) {
    for matcher in matchers {
        visit(matcher, inner);
        match &matcher.kind {
            MatcherKind::EachKey(rules) | MatcherKind::EachValue(rules) => each_in(rules, true, visit),
            MatcherKind::ArrayContains(variants) => {
                let groups = variants.iter().flat_map(|variant| variant.rules.iter().flatten());
                groups.for_each(|group: &RuleGroup| each_in(&group.matchers, true, visit));
            }
            _ => {}
        }
    }
}

/// Whether the core drops generators that stand in this category
/// (`GeneratorCategory::from_str` in pact_models, generators/mod.rs).
pub(crate) fn is_generator_category(name: &str) -> bool {
    const CATEGORIES: [&str; 7] = ["body", "header", "query", "path", "status", "method", "metadata"];
    CATEGORIES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A generator, wherever it stands.
pub(crate) struct FoundGenerator<'a> {
    /// Its value.
    pub(crate) node: Cursor<'a>,
    /// The value of its `type`.
    pub(crate) kind: Option<Cursor<'a>>,
    /// The category's key where the generator stands one level too deep in it.
    pub(crate) too_deep: Option<Cursor<'a>>,
}

/// Calls `visit` with every generator in a category that the core knows, and those inside
/// of matchers.
pub(crate) fn each_generator<'a>(cx: &InteractionCx<'a>, visit: &mut dyn FnMut(FoundGenerator<'a>)) {
    for block in cx.it.parts.iter().filter_map(|part| part.generators.as_ref()) {
        of_block(cx, block, visit);
    }
    if !cx.has_inner_rules {
        return;
    }
    each_matcher(cx.it, &mut |matcher, _| {
        let mut inner = |node: Cursor<'a>| {
            visit(FoundGenerator { node, kind: node.get("type"), too_deep: None });
        };
        match &matcher.kind {
            MatcherKind::EachKey(_) | MatcherKind::EachValue(_) => {
                let generator = cx.node(matcher.node).get("generator");
                generator.into_iter().filter(|g| g.is_object()).for_each(&mut inner);
            }
            MatcherKind::ArrayContains(variants) => {
                for variant in variants {
                    let generators = cx.node(variant.node).get("generators");
                    let members = generators.into_iter().flat_map(Cursor::members);
                    members.filter_map(|m| m.value).filter(|g| g.is_object()).for_each(&mut inner);
                }
            }
            _ => {}
        }
    });
}

fn of_block<'a>(cx: &InteractionCx<'a>, block: &GeneratorBlock, visit: &mut dyn FnMut(FoundGenerator<'a>)) {
    for generator in &block.generators {
        let category = cx.node(generator.category);
        let name = category.name();
        if !is_generator_category(&name) {
            continue;
        }
        let single = ["path", "status", "method"].iter().any(|known| known.eq_ignore_ascii_case(&name));
        visit(FoundGenerator {
            node: cx.node(generator.node),
            kind: generator.kind.map(|kind| cx.node(kind)),
            too_deep: (single && generator.key.is_some()).then_some(category),
        });
    }
}

/// Calls `visit` with every format of a date or time: its node, its text, which of the three
/// it is, and whether it belongs to a generator. Patterns that everybody uses, and that
/// nothing is wrong with, are left out.
pub(crate) fn each_format<'a>(cx: &InteractionCx<'a>, visit: &mut dyn FnMut(Cursor<'a>, &str, Kind, bool)) {
    let mut text = |node: Cursor<'a>, kind: Kind, generates: bool| {
        if !is_ordinary(node.raw()) && node.is_string() {
            visit(node, &node.to_text(), kind, generates);
        }
    };
    each_matcher(cx.it, &mut |matcher, _| match matcher.kind {
        MatcherKind::Date(Some(node)) => text(cx.node(node), Kind::Date, false),
        MatcherKind::Time(Some(node)) => text(cx.node(node), Kind::Time, false),
        MatcherKind::DateTime(Some(node)) => text(cx.node(node), Kind::DateTime, false),
        _ => {}
    });
    each_generator(cx, &mut |generator| {
        let kind = match generator.kind.map(Cursor::raw) {
            Some("\"Date\"") => Kind::Date,
            Some("\"Time\"") => Kind::Time,
            Some("\"DateTime\"") => Kind::DateTime,
            _ => return,
        };
        if let Some(format) = generator.node.get("format") {
            text(format, kind, true);
        }
    });
}

fn is_ordinary(raw: &str) -> bool {
    ORDINARY.contains(&raw.trim_matches('"'))
}

/// An empty format stands for the default one.
const ORDINARY: [&str; 9] = [
    "",
    "yyyy-MM-dd",
    "HH:mm:ss",
    "HH:mm",
    "yyyy-MM-dd'T'HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm:ssXXX",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
    "yyyy-MM-dd HH:mm:ss",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::datetime::{Format, suspicions};

    #[test]
    fn nothing_is_wrong_with_ordinary_formats() {
        for format in ORDINARY.iter().filter(|format| !format.is_empty()) {
            assert!(Format::parse(format).is_ok(), "{format}");
            assert_eq!(suspicions(format, Kind::DateTime), [], "{format}");
        }
    }
}
