//! Proposed rules as edits, in the style of the file.

use crate::model::{Category, GroupShape, Part, RuleStyle, Section, Source, Version};
use crate::rules::InteractionCx;
use crate::rules::loosen::Rule;
use crate::rules::loosen::accepts::{Dialect, Place};
use crate::syntax::{Cursor, Json, Layout, quote};
use crate::text::TextEdit;

/// How rules of this part are written; `None` if its version has none.
pub(super) fn dialect(cx: &InteractionCx<'_>, part: &Part) -> Option<Dialect> {
    let version = cx.version();
    if version < Version::V2 {
        return None;
    }
    let blocks = || cx.it.parts.iter().filter_map(|part| part.rules.as_ref());
    let own = part.rules.as_ref().map(|rules| rules.style).filter(|style| *style != RuleStyle::Empty);
    let other = blocks().map(|rules| rules.style).find(|style| *style != RuleStyle::Empty);
    // Who does not find a version takes version 2; the official core reads its style everywhere.
    let stated = cx.facts.detected.source == Source::Declared || cx.it.section == Section::Messages;
    let flat = match own.or(other) {
        Some(RuleStyle::V2) => true,
        Some(RuleStyle::V3) => false,
        Some(_) => return None,
        None => version == Version::V2 || !stated,
    };
    let library = cx.facts.library.as_ref().map(|library| &*library.name);
    let jvm = library == Some("pact-jvm");
    let mut groups = blocks().flat_map(|rules| &rules.groups);
    let sibling = groups.find(|group| matches!(group.shape, GroupShape::List | GroupShape::EmptyList));
    let combine = match sibling.map(|group| cx.node(group.node)) {
        Some(group) => {
            let place = |name| group.members().position(|member| member.key.is_named(name));
            let before = place("combine") < place("matchers");
            place("combine").map(|_| if before { Place::First } else { Place::Last })
        }
        // The core and what is built on it write it always, pact-jvm from version 4 on.
        None => {
            let core = library.is_some_and(|name| !matches!(name, "pact-jvm" | "pact-ruby" | "scala-pact"));
            (core || version == Version::V4).then_some(Place::First)
        }
    };
    Some(Dialect {
        flat,
        basic: flat || version == Version::V2,
        combine,
        dates_by_name: jvm && version == Version::V3,
        sorted: is_sorted(cx.node(part.node)),
    })
}

/// Edits that write `rules`; `None` if there is no place for them.
pub(super) fn edits(
    cx: &InteractionCx<'_>,
    part: &Part,
    rules: &[Rule<'_>],
    dialect: Dialect,
) -> Option<Vec<TextEdit>> {
    let layout = cx.layout();
    let lines = Lines::of(cx, part, &layout);
    let entries = rules.iter().map(|rule| (rule.path.clone(), entry(rule, dialect, lines))).collect();
    let node = cx.node(part.node);
    let body = Category::Body.name().to_owned();
    let by_category =
        |entries| if dialect.flat { entries } else { vec![(body.clone(), Json::Object(true, entries))] };
    let Some(block) = &part.rules else {
        if node.members().any(|member| member.key.is_named("matchingRules")) {
            return None;
        }
        let mut entries: Vec<(String, Json)> = entries;
        if dialect.sorted {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        let rules = vec![("matchingRules".to_owned(), Json::Object(true, by_category(entries)))];
        return Some(cx.editor().insert_all(node, rules, dialect.sorted));
    };
    let rules = cx.node(block.node);
    let mut bodies = block.categories.iter().map(|id| cx.node(*id)).filter(|key| key.is_named(&body));
    let (target, entries) = match (block.style, bodies.next()) {
        (RuleStyle::V3, Some(key)) => {
            let category = key.value().filter(|category| category.is_object())?;
            // One list of matchers for the whole body, or another category of that name.
            if category.get("matchers").is_some() || bodies.next().is_some() {
                return None;
            }
            (category, entries)
        }
        (RuleStyle::V2 | RuleStyle::V3 | RuleStyle::Empty, _) => (rules, by_category(entries)),
        _ => return None,
    };
    let sorted = if target.members().nth(1).is_some() { is_sorted(target) } else { dialect.sorted };
    Some(cx.editor().insert_all(target, entries, sorted))
}

/// Whether the keys of an object, at least two, are in order.
fn is_sorted(object: Cursor<'_>) -> bool {
    let names: Vec<_> = object.members().map(|member| member.key.name()).collect();
    names.len() > 1 && names.windows(2).all(|pair| pair[0] < pair[1])
}

/// What of a rule is written over several lines.
#[derive(Clone, Copy)]
struct Lines {
    group: bool,
    list: bool,
    matcher: bool,
}

impl Lines {
    /// As the last rule of the part has it, or one of another part, or else the file as a whole.
    fn of(cx: &InteractionCx<'_>, part: &Part, layout: &Layout) -> Lines {
        let wide = layout.is_expanded();
        let rules = |part: &Part| part.rules.as_ref().and_then(|rules| rules.groups.last().map(|it| it.node));
        let own = rules(part).or_else(|| cx.it.parts.iter().find_map(rules)).map(|id| cx.node(id));
        let Some(group) = own.filter(|group| group.is_object()) else {
            return Lines { group: wide, list: wide, matcher: wide };
        };
        let broken = |node: Cursor<'_>| node.raw().contains('\n');
        let Some(list) = group.get("matchers").filter(|list| list.is_array()) else {
            return Lines { group: broken(group), list: wide, matcher: broken(group) };
        };
        let matcher = list.elements().next().map_or(wide, broken);
        Lines { group: broken(group), list: broken(list), matcher }
    }
}

fn entry(rule: &Rule<'_>, dialect: Dialect, lines: Lines) -> Json {
    let fields = rule.accepts.matcher(dialect, rule.nulls).into_iter();
    let fields = fields.map(|(name, text)| (name.to_owned(), Json::Raw(text))).collect();
    let matcher = Json::Object(lines.matcher, fields);
    if dialect.flat {
        return matcher;
    }
    let mut group = vec![("matchers".to_owned(), Json::Array(lines.list, vec![matcher]))];
    if let Some(place) = dialect.combine {
        let at = usize::from(place == Place::Last);
        group.insert(at, ("combine".to_owned(), Json::Raw(quote("AND"))));
    }
    Json::Object(lines.group, group)
}
