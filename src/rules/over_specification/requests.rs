//! What a request asks for by exact values.

use crate::model::{Category, Part, Role, RuledNames, StatesStyle};
use crate::rules::over_specification::MOST_LABELS;
use crate::rules::{InteractionCx, Sink};
use crate::syntax::{Cursor, Kind, NodeId};

/// So many values are looked for in the states: one finding shows a few.
const MOST: usize = 100;

/// Reports the first of the texts that [`each_exact_text`] finds, and points at the others.
pub(super) fn tell_exact_texts(
    cx: &InteractionCx<'_>,
    is_meant: fn(&str) -> bool,
    message: &str,
    help: &'static str,
    out: &mut Sink<'_>,
) {
    let (mut first, mut others) = (None, Vec::new());
    each_exact_text(cx, is_meant, &mut |node| {
        if first.is_none() {
            first = Some(node.span());
        } else if others.len() < MOST_LABELS {
            others.push(node.span());
        }
    });
    let Some(first) = first else { return };
    let mut report = out.report(first, message).help(help);
    for other in others {
        report = report.label(other, "this one too");
    }
}

/// Calls `found` with the texts in query, and body of requests that no rule holds for, that no
/// generator makes anew, and that the provider is not told by a state.
fn each_exact_text<'a>(
    cx: &InteractionCx<'a>,
    is_meant: fn(&str) -> bool,
    found: &mut dyn FnMut(Cursor<'a>),
) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for (index, part) in cx.it.parts.iter().enumerate().filter(|(_, part)| part.role == Role::Request) {
        let made = part.generators.as_ref().is_some_and(|block| !block.generators.is_empty());
        if made {
            continue;
        }
        let mut looked = 0;
        let mut told = |node: Cursor<'a>| {
            if looked == MOST || !is_meant(&node.to_text()) {
                return;
            }
            looked += 1;
            if !is_told(cx, &node.to_text()) {
                found(node);
            }
        };
        in_query(cx, part, &mut told);
        let Some(resolution) = cx.body(index) else { continue };
        for rule in resolution.nodes.iter().filter(|rule| rule.best.is_none()) {
            let node = cx.node(rule.node);
            if node.is_string() {
                told(node);
            }
        }
    }
}

fn in_query<'a>(cx: &InteractionCx<'a>, part: &Part, found: &mut dyn FnMut(Cursor<'a>)) {
    let Some(query) = part.query.map(|query| cx.node(query)) else { return };
    let ruled = RuledNames::of(part, Category::Query);
    for member in query.members() {
        let name = member.key.name();
        if ruled.has(&name) {
            continue;
        }
        let values = member.value.into_iter().flat_map(|v| v.subtree().map(move |id| v.at(NodeId(id))));
        values.filter(|value| value.kind() == Kind::String).for_each(&mut *found);
    }
}

/// Whether a provider state carries the value, in its name or its parameters.
fn is_told(cx: &InteractionCx<'_>, text: &str) -> bool {
    cx.it.states.iter().any(|state| {
        let name = state.name.map(|name| cx.text(name));
        let single = cx.it.states_node.is_some_and(|(_, style)| style != StatesStyle::List);
        let params = state.params.filter(|_| !single).map(|params| cx.node(params).raw());
        name.is_some_and(|name| name.contains(text)) || params.is_some_and(|params| params.contains(text))
    })
}
