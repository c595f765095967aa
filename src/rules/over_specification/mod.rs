//! Rules about contracts that ask for more, or for less, than the consumer needs.

pub(crate) mod array_min_zero;
pub(crate) mod cascade_overrides_literal;
pub(crate) mod empty_object_body;
pub(crate) mod exact_body_values;
pub(crate) mod hard_coded_date;
pub(crate) mod hard_coded_uuid;
pub(crate) mod index_rule_on_array;
pub(crate) mod localhost_url;
mod requests;
pub(crate) mod type_at_root_hides_arrays;

use crate::model::{Category, Format, MatcherKind, Part, RuleGroup, Target};
use crate::rules::InteractionCx;

/// So many further places of one finding are shown.
const MOST_LABELS: usize = 8;

/// The parts with a JSON body and rules for it, as far as the core reads them.
fn ruled_bodies<'a>(cx: &'a InteractionCx<'_>) -> impl Iterator<Item = (usize, &'a Part, &'a [RuleGroup])> {
    let read = cx.is_read() && !cx.has_plugins();
    let parts = cx.it.parts.iter().enumerate().filter(move |_| read);
    parts.filter_map(|(index, part)| {
        let rules = part.rules.as_ref()?;
        let any = rules.groups.iter().any(|group| body_path(group).is_some());
        let json = part.body.as_ref().is_some_and(|body| body.format == Format::Json);
        (any && json).then_some((index, part, rules.groups.as_slice()))
    })
}

/// The path of a group that takes part in comparing a body.
fn body_path(group: &RuleGroup) -> Option<&crate::model::PathExpr> {
    match &group.target {
        Target::Path(path) if group.category == Category::Body && group.is_live() => Some(path),
        _ => None,
    }
}

/// Whether a group asks for nothing but the type.
fn is_type(group: &RuleGroup) -> bool {
    group.is_live() && group.matchers.iter().all(|matcher| matches!(matcher.kind, MatcherKind::Type { .. }))
}
