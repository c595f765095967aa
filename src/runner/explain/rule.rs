//! Which rule of the pact governs a value, and what it asks for in words.

use crate::model::{Category, Combine, Matcher, MatcherKind, RuleGroup, StatusClass, Target};
use crate::runner::explain::Ruling;
use crate::runner::explain::path::Seg;
use crate::runner::explain::show::VALUE;
use crate::runner::explain::view::View;
use crate::syntax::{Cursor, NodeId};
use crate::text::counted;

/// The rule that governs a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Governs<'a> {
    pub(super) group: &'a RuleGroup,
    /// It is set on a value above.
    pub(super) cascaded: bool,
}

/// The rule for a value of a body: of those whose path leads there, or above it, the one that
/// weighs most (`select_best_matcher` of pact_models; see [`crate::model::resolve_body`]).
pub(super) fn in_body<'a>(view: &'a View<'_>, steps: &[Seg]) -> Option<Governs<'a>> {
    let mut best: Option<(u128, usize, &RuleGroup)> = None;
    for group in view.groups().iter().filter(|it| it.category == Category::Body && it.is_live()) {
        let Target::Path(path) = &group.target else { continue };
        let Some(key) = view.node(group.key) else { continue };
        let text = key.name();
        if path.steps.len() > steps.len() {
            continue;
        }
        let met = path.steps.iter().zip(steps).try_fold(0u32, |weight, ((step, ..), seg)| {
            Some(weight + u32::from(seg.fragment().meets(*step, &text)?))
        });
        let Some(weight) = met else { continue };
        let depth = path.steps.len();
        let each = group.matchers.iter().any(|it| matches!(it.kind, MatcherKind::EachValue(_)));
        if each && depth < steps.len() {
            // What it asks for stands in the place of all rules below (`clone_with`).
            return Some(Governs { group, cascaded: true });
        }
        let score = if path.empty {
            0
        } else {
            1u128.checked_shl(weight + 1).unwrap_or(u128::MAX).saturating_mul(depth as u128 + 1)
        };
        if best.is_none_or(|(most, at, _)| (score, depth) >= (most, at)) {
            best = Some((score, depth, group));
        }
    }
    let (_, depth, group) = best?;
    let governs = Governs { group, cascaded: depth < steps.len() };
    (!governs.is_idle()).then_some(governs)
}

/// The rule for a header, a parameter or metadata of this name, or for a part of one value.
pub(super) fn of_name<'a>(view: &'a View<'_>, category: Category, name: &str) -> Option<Governs<'a>> {
    let names = |target: &Target| match target {
        Target::Name(known) if category == Category::Header => {
            let known = known.split('[').next().unwrap_or(known);
            known.eq_ignore_ascii_case(name)
        }
        Target::Name(known) => known.split('[').next() == Some(name) || known == name,
        Target::Whole => name.is_empty(),
        _ => false,
    };
    let mut groups = view.groups().iter().filter(|it| it.category == category && it.is_live());
    groups.find(|it| names(&it.target)).map(|group| Governs { group, cascaded: false })
}

impl Governs<'_> {
    /// Whether nothing of it holds for what is below, so that equality does.
    fn is_idle(self) -> bool {
        let below = |it: &Matcher| self.cascaded && !it.kind.cascades();
        self.group.matchers.iter().all(|it| matches!(it.kind, MatcherKind::Equality) || below(it))
    }

    /// What holds for the value itself.
    fn matchers(&self) -> Vec<&Matcher> {
        let all = &self.group.matchers;
        if !self.cascaded {
            return all.iter().collect();
        }
        let inner = all.iter().flat_map(|it| match &it.kind {
            MatcherKind::EachValue(inner) => inner.iter().collect(),
            kind if kind.cascades() => vec![it],
            _ => Vec::new(),
        });
        inner.collect()
    }

    /// The matchers that say something of the value itself; all, where none does.
    fn telling(&self) -> Vec<&Matcher> {
        let all = self.matchers();
        let own = |it: &&&Matcher| it.kind.is_about_itself() || matches!(it.kind, MatcherKind::Plugin);
        let some: Vec<&Matcher> = all.iter().filter(own).copied().collect();
        if some.is_empty() { all } else { some }
    }

    /// What to add where the example came and is refused all the same: else it looks as if
    /// there were no difference.
    pub(super) fn refusing(&self, view: &View<'_>) -> &'static str {
        let made = view.part.as_ref().is_some_and(|part| part.generators.is_some());
        if made || self.has(|kind| matches!(kind, MatcherKind::Plugin)) {
            return "";
        }
        ", as the example has it, which the rule does not accept either"
    }

    /// Whether one of the matchers is of such a kind.
    pub(super) fn has(&self, is: impl Fn(&MatcherKind) -> bool) -> bool {
        self.matchers().iter().any(|it| is(&it.kind))
    }

    /// The rule for keys alone, and what it asks for.
    pub(super) fn of_keys(&self, view: &View<'_>) -> Option<(Ruling, String)> {
        let matcher = self.group.matchers.iter().find(|it| matches!(it.kind, MatcherKind::EachKey(_)))?;
        let MatcherKind::EachKey(inner) = &matcher.kind else { return None };
        let words: Vec<String> = inner.iter().take(3).map(|it| wanted(view, it, None, false)).collect();
        let path = view.show.text(&view.node(self.group.key)?.name(), VALUE);
        let place = view.place(view.node(matcher.node)?)?;
        Some((Ruling { text: name(view, matcher), path, place }, words.join(" and ")))
    }

    fn glue(&self) -> &'static str {
        if self.group.combine == Combine::Or { " or " } else { " and " }
    }

    /// How a reader finds it.
    pub(super) fn ruling(&self, view: &View<'_>) -> Option<Ruling> {
        let key = view.node(self.group.key)?;
        let node = view.node(self.group.node)?;
        let telling = self.telling();
        let words: Vec<String> = telling.iter().map(|it| name(view, it)).collect();
        let path = match &self.group.target {
            Target::Path(_) | Target::Name(_) => view.show.text(&key.name(), VALUE),
            _ => String::new(),
        };
        // The matcher, not its path, is what the words are about; they are mostly near.
        let at = telling.first().and_then(|it| view.node(it.node)).unwrap_or(node);
        Some(Ruling { text: words.join(self.glue()), path, place: view.place(at)? })
    }

    /// What it asks for; `example` is what the pact has there.
    pub(super) fn wants(&self, view: &View<'_>, example: Option<Cursor<'_>>) -> String {
        let mut words: Vec<String> = Vec::new();
        for matcher in self.telling() {
            let word = wanted(view, matcher, example, self.cascaded);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(self.glue())
    }
}

fn text(view: &View<'_>, node: NodeId) -> String {
    view.node(node).map_or_else(String::new, |node| view.show.text(&node.to_text(), VALUE))
}

/// The word for a matcher that asks for a type and nothing else.
fn plain(kind: &MatcherKind) -> Option<&'static str> {
    Some(match kind {
        MatcherKind::Number => "number",
        MatcherKind::Integer => "integer",
        MatcherKind::Decimal => "decimal",
        MatcherKind::Boolean => "boolean",
        MatcherKind::Null => "null",
        _ => return None,
    })
}

/// The matcher as it is written.
fn name(view: &View<'_>, matcher: &Matcher) -> String {
    let with = |name: &str, node: &NodeId| format!("{name} {}", text(view, *node));
    let format = |name: &str, node: &Option<NodeId>| {
        node.as_ref().map_or_else(|| name.to_owned(), |node| with(name, node))
    };
    let list = |name: &str, inner: &[Matcher]| {
        let inner: Vec<String> = inner.iter().take(3).map(|it| self::name(view, it)).collect();
        format!("{name}({})", inner.join(", "))
    };
    match &matcher.kind {
        MatcherKind::Equality => "equality".to_owned(),
        MatcherKind::Regex(node) => with("regex", node),
        MatcherKind::Type { min, max } => {
            let bound =
                |name: &str, it: &Option<usize>| it.map(|it| format!(" {name} {it}")).unwrap_or_default();
            format!("type{}{}", bound("min", min), bound("max", max))
        }
        MatcherKind::Include(node) => format!("include \"{}\"", text(view, *node)),
        MatcherKind::Number
        | MatcherKind::Integer
        | MatcherKind::Decimal
        | MatcherKind::Boolean
        | MatcherKind::Null => plain(&matcher.kind).unwrap_or_default().to_owned(),
        MatcherKind::Date(node) => format("date", node),
        MatcherKind::Time(node) => format("time", node),
        MatcherKind::DateTime(node) => format("datetime", node),
        MatcherKind::ContentType(node) => with("contentType", node),
        MatcherKind::Values => "values".to_owned(),
        MatcherKind::ArrayContains(_) => "arrayContains".to_owned(),
        MatcherKind::StatusCode(class) => format!("statusCode {}", status(class)),
        MatcherKind::NotEmpty => "notEmpty".to_owned(),
        MatcherKind::Semver => "semver".to_owned(),
        MatcherKind::EachKey(inner) => list("eachKey", inner),
        MatcherKind::EachValue(inner) => list("eachValue", inner),
        MatcherKind::Plugin | MatcherKind::Invalid(_) => {
            let named = matcher.name.map(|node| text(view, node));
            named.unwrap_or_else(|| "matcher".to_owned())
        }
    }
}

/// What the matcher asks for.
fn wanted(view: &View<'_>, matcher: &Matcher, example: Option<Cursor<'_>>, cascaded: bool) -> String {
    let like = example.and_then(Cursor::json_type);
    let items = |count: usize| items(count, example);
    let format = |what: &str, node: &Option<NodeId>| {
        let written = node.as_ref().map(|node| text(view, *node)).filter(|it| !it.is_empty());
        written.map_or_else(|| what.to_owned(), |format| format!("{what} {format}"))
    };
    if let Some(word) = plain(&matcher.kind) {
        return word.to_owned();
    }
    match &matcher.kind {
        MatcherKind::Equality => {
            example.map_or_else(|| "the same".to_owned(), |node| view.show.value(node, VALUE))
        }
        MatcherKind::Regex(node) => format!("text like {}", text(view, *node)),
        MatcherKind::Type { min, max } => match (min, max) {
            (Some(min), Some(max)) if !cascaded => format!("{min} to {}", items(*max)),
            (Some(min), None) if !cascaded => format!("at least {}", items(*min)),
            (None, Some(max)) if !cascaded => format!("at most {}", items(*max)),
            _ => like.unwrap_or("the same type").to_owned(),
        },
        MatcherKind::Include(node) => format!("text with \"{}\" in it", text(view, *node)),
        MatcherKind::Date(node) => format("date", node),
        MatcherKind::Time(node) => format("time", node),
        MatcherKind::DateTime(node) => format("date and time", node),
        MatcherKind::ContentType(node) => format!("content of type {}", text(view, *node)),
        MatcherKind::StatusCode(class) => status(class),
        MatcherKind::NotEmpty => "something that is not empty".to_owned(),
        MatcherKind::Semver => "semantic version".to_owned(),
        MatcherKind::Plugin => {
            let name = matcher.name.map(|node| text(view, node)).unwrap_or_default();
            format!("what the matcher \"{name}\" wants, which the official core does not know")
        }
        _ => like.unwrap_or("another value").to_owned(),
    }
}

/// So many items, or keys where the example is an object.
pub(super) fn items(count: usize, example: Option<Cursor<'_>>) -> String {
    let what = if example.is_some_and(Cursor::is_object) { "key" } else { "item" };
    counted(count, what)
}

fn status(class: &StatusClass) -> String {
    match class {
        StatusClass::Info => "100 to 199".to_owned(),
        StatusClass::Success => "200 to 299".to_owned(),
        StatusClass::Redirect => "300 to 399".to_owned(),
        StatusClass::ClientError => "400 to 499".to_owned(),
        StatusClass::ServerError => "500 to 599".to_owned(),
        StatusClass::NonError => "below 400".to_owned(),
        StatusClass::Error => "400 or above".to_owned(),
        StatusClass::Codes(codes) => {
            let codes: Vec<String> = codes.iter().take(8).map(u64::to_string).collect();
            codes.join(" or ")
        }
    }
}
