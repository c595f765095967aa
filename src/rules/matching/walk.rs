//! Following the steps of a path through an example, with an end to the effort.

use crate::model::Step;
use crate::syntax::Cursor;

/// So many nodes are looked at on behalf of one rule.
pub(super) const BUDGET: u32 = 2_000;

/// The steps of a path, each with its bytes in the text.
pub(super) type Steps<'s> = &'s [(Step, u32, u32)];

/// The children of `node` that `step` picks.
fn children<'a, 't>(
    node: Cursor<'a>,
    step: Step,
    text: &'t str,
) -> impl Iterator<Item = Cursor<'a>> + use<'a, 't> {
    let name = step.name(text);
    let members = node.members().filter(move |member| match step {
        Step::Star => true,
        Step::Field(..) => name.is_some_and(|name| member.key.is_named(name)),
        Step::Index(wanted) => member.key.name().parse() == Ok(wanted),
        Step::StarIndex => member.key.name().parse::<usize>().is_ok(),
    });
    let items = node.elements().enumerate().filter(move |(index, _)| match step {
        Step::Star | Step::StarIndex => true,
        Step::Field(..) => name.is_some_and(|name| name.parse() == Ok(*index)),
        Step::Index(wanted) => wanted as usize == *index,
    });
    members.filter_map(|member| member.value).chain(items.map(|(_, item)| item))
}

/// The first node that `steps` pick, starting at `node`.
pub(super) fn first_hit<'a>(node: Cursor<'a>, steps: Steps<'_>, text: &str) -> Option<Cursor<'a>> {
    let mut stop = (node, 0);
    furthest(node, steps, text, 0, &mut BUDGET.clone(), &mut stop);
    (stop.1 == steps.len()).then_some(stop.0)
}

/// Follows `steps[depth..]` and leaves in `stop` the first node of those that it gets
/// furthest to, and how many steps that took.
pub(super) fn furthest<'a>(
    node: Cursor<'a>,
    steps: Steps<'_>,
    text: &str,
    depth: usize,
    budget: &mut u32,
    stop: &mut (Cursor<'a>, usize),
) {
    if depth > stop.1 {
        *stop = (node, depth);
    }
    let Some(&(step, ..)) = steps.get(depth) else { return };
    for child in children(node, step, text) {
        if *budget == 0 || stop.1 == steps.len() {
            return;
        }
        *budget -= 1;
        furthest(child, steps, text, depth + 1, budget, stop);
    }
}
