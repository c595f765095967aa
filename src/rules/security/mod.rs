//! Rules about what should not be published.

pub(crate) mod contact_data_in_example;
pub(crate) mod internal_host;
pub(crate) mod pii_in_example;
pub(crate) mod secret_in_example;

use crate::model::secrets::Secret;
use crate::rules::InteractionCx;
use crate::syntax::{Kind, NodeId};
use crate::text::Span;

/// More of one kind in one interaction say nothing new.
const MOST: usize = 10;

/// The secrets of the interaction that rules may speak of. So many of them are looked at that
/// only a file made to be slow has more.
fn examples<'a>(
    cx: &'a InteractionCx<'_>,
    picks: fn(&Secret) -> bool,
) -> impl Iterator<Item = &'a Secret> + use<'a> {
    let told = cx.secrets.iter().filter(move |secret| secret.told && picks(secret));
    told.take(20 * MOST).filter(move |secret| is_example(cx, secret.span)).take(MOST)
}

/// Whether the place is something that is sent or handed to the provider, and no pattern.
fn is_example(cx: &InteractionCx<'_>, span: Span) -> bool {
    let node = cx.root.node_at(span.start);
    if !matches!(node.kind(), Kind::String | Kind::Number) {
        return false;
    }
    let inside = |id: NodeId| cx.node(id).span().contains(span);
    let rules = cx.it.parts.iter().filter_map(|part| part.rules.as_ref().map(|r| r.node));
    let generators = cx.it.parts.iter().filter_map(|part| part.generators.as_ref().map(|g| g.node));
    !rules.chain(generators).any(inside)
}
