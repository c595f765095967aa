//! The rules of JSON bodies, each with the nodes of the example that it holds for.

use crate::model::{Body, Category, Format, Part, RuleGroup, RuleStyle};
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// A rule of a JSON body that holds for at least one node of the example.
pub(super) struct Ruled<'c, 'a> {
    /// Index of the part.
    pub(super) part: usize,
    /// Index of the group among those of the part.
    pub(super) index: u32,
    /// The rule.
    pub(super) group: &'a RuleGroup,
    /// All rules of the part.
    pub(super) groups: &'a [RuleGroup],
    /// The nodes that it holds for, in the order of the file; the flag tells those that it
    /// holds for only because they are below a node that it picks.
    pub(super) nodes: &'c [(NodeId, bool)],
}

impl<'a> Ruled<'_, 'a> {
    /// The nodes that the rule picks itself.
    pub(super) fn own(&self, cx: &InteractionCx<'a>) -> impl Iterator<Item = Cursor<'a>> {
        self.nodes.iter().filter(|(_, cascaded)| !cascaded).map(|(id, _)| cx.node(*id))
    }
}

/// Calls `f` with each of the `wanted` rules that holds for some node. Where a plugin may
/// have a say, and where the rules are refused as a whole, nothing is said.
pub(super) fn each_ruled<'a>(
    cx: &InteractionCx<'a>,
    wanted: &dyn Fn(&RuleGroup) -> bool,
    f: &mut dyn FnMut(Ruled<'_, 'a>),
) {
    let is_wanted = |group: &RuleGroup| group.category == Category::Body && group.is_live() && wanted(group);
    for (part_index, part) in cx.it.parts.iter().enumerate() {
        let Some(groups) = groups(part).filter(|groups| groups.iter().any(is_wanted)) else { continue };
        if !cx.is_read() || cx.has_plugins() {
            return;
        }
        let Some(resolution) = cx.body(part_index).filter(|_| part.body.as_ref().is_some_and(is_json)) else {
            continue;
        };
        let marks: Vec<bool> = groups.iter().map(is_wanted).collect();
        let held = resolution.nodes.iter().filter_map(|rule| {
            let best = rule.best.filter(|best| marks[*best as usize])?;
            Some((best, (rule.node, rule.cascaded)))
        });
        let mut held: Vec<(u32, (NodeId, bool))> = held.collect();
        // Stable, so that the nodes of each rule stay in document order.
        held.sort_by_key(|(best, _)| *best);
        let (order, nodes): (Vec<u32>, Vec<(NodeId, bool)>) = held.into_iter().unzip();
        let mut from = 0;
        for same in order.chunk_by(|a, b| a == b) {
            let index = same[0];
            let nodes = &nodes[from..from + same.len()];
            from += same.len();
            f(Ruled { part: part_index, index, group: &groups[index as usize], groups, nodes });
        }
    }
}

fn groups(part: &Part) -> Option<&[RuleGroup]> {
    part.rules.as_ref().filter(|rules| rules.style != RuleStyle::Mixed).map(|rules| &rules.groups[..])
}

fn is_json(body: &Body) -> bool {
    body.format == Format::Json
}

/// What to mark of a node: its key, or its first byte if it is large.
pub(super) fn head(node: Cursor<'_>) -> Span {
    match node.key() {
        Some(key) => key.span(),
        None if node.is_container() => Span::new(node.span().start, node.span().start + 1),
        None => node.span(),
    }
}

/// The name of a matcher as it is written; V2 may leave it to be told from the fields.
pub(super) fn matcher_name(matcher: Cursor<'_>) -> std::borrow::Cow<'_, str> {
    let guessed = || {
        let fields = ["regex", "min", "max", "timestamp", "time", "date"];
        fields.into_iter().find(|field| matcher.get(field).is_some()).unwrap_or("matching")
    };
    matcher.get("match").map_or_else(|| std::borrow::Cow::Borrowed(guessed()), |m| m.to_text())
}
