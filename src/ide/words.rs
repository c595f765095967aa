//! Matchers in words.

use crate::model::{Combine, Matcher, MatcherInfo, MatcherKind, RuleGroup, StatusClass, matcher_info};
use crate::syntax::Cursor;

/// What the matchers of a group are called, short enough to stand beside a value:
/// `type, min 1`. What bounds an array says nothing of the values below it, where the group is
/// `cascaded`.
pub(super) fn brief(root: Cursor<'_>, group: &RuleGroup, cascaded: bool) -> String {
    let one = |matcher: &Matcher| match matcher.kind {
        MatcherKind::Type { .. } if cascaded => "type".to_owned(),
        _ => one(root, matcher),
    };
    let names: Vec<String> = group.matchers.iter().map(one).collect();
    names.join(if group.combine == Combine::Or { " or " } else { " and " })
}

fn one(root: Cursor<'_>, matcher: &Matcher) -> String {
    let format = |node: &Option<_>| match node.map(|node| root.at(node).to_text()) {
        Some(format) => format!(" {format}"),
        None => String::new(),
    };
    match &matcher.kind {
        MatcherKind::Type { min, max } => {
            let bounds = [("min", min), ("max", max)];
            let bounds = bounds.iter().filter_map(|(name, bound)| Some(format!(", {name} {}", (**bound)?)));
            std::iter::once("type".to_owned()).chain(bounds).collect()
        }
        MatcherKind::Date(node) => format!("date{}", format(node)),
        MatcherKind::Time(node) => format!("time{}", format(node)),
        MatcherKind::DateTime(node) => format!("datetime{}", format(node)),
        MatcherKind::StatusCode(class) => status(class),
        MatcherKind::Invalid(_) => "invalid matcher".to_owned(),
        _ => {
            let name = matcher.name.map(|name| root.at(name).to_text());
            let name = name.as_deref().unwrap_or("?");
            matcher_info(name).map_or(name, |info| info.name).to_owned()
        }
    }
}

fn status(class: &StatusClass) -> String {
    let ranges = class.ranges();
    let range = |(from, to): &(u64, u64)| match (from, to) {
        (from, to) if from == to => from.to_string(),
        (from, &u64::MAX) => format!("{from} and above"),
        (from, to) => format!("{from} to {to}"),
    };
    format!("status {}", ranges.iter().map(range).collect::<Vec<_>>().join(", "))
}

/// What the matcher that is spelt `name` accepts and refuses.
pub(super) fn sentence(name: &str, info: &MatcherInfo) -> String {
    format!("`{name}` accepts {}. It refuses {}", info.accepts, info.refuses)
}

/// What each matcher of a group accepts and refuses, a sentence each.
pub(super) fn accepts(root: Cursor<'_>, group: &RuleGroup) -> Vec<String> {
    let one = |matcher: &Matcher| {
        let name = matcher.name.map(|name| root.at(name).to_text())?;
        Some(sentence(&name, matcher_info(&name)?))
    };
    group.matchers.iter().filter_map(one).collect()
}

/// Since when there is a matcher, and what it cannot do without.
pub(super) fn terms(info: &MatcherInfo) -> String {
    let since = format!("Since {} of the specification", info.since.name());
    info.required.map_or_else(|| since.clone(), |field| format!("{since}; needs the field `{field}`"))
}
