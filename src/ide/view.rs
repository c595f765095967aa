//! An interaction of a document, read for a question about it.

use std::borrow::Cow;

use crate::analysis::Document;
use crate::model::{Interaction, Part, RuleGroup, lower, resolve_body};
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// An interaction, its tree, and where it stands in the file.
pub(super) struct View<'a> {
    pub(super) root: Cursor<'a>,
    pub(super) it: Interaction,
    /// Its first byte in the file.
    base: u32,
}

impl<'a> View<'a> {
    /// The interaction that `offset` of the file lies in.
    pub(super) fn at(doc: &'a Document, offset: u32) -> Option<View<'a>> {
        View::of(doc, doc.chunk_at(offset)?)
    }

    /// The interaction with this number.
    pub(super) fn of(doc: &'a Document, index: usize) -> Option<View<'a>> {
        let (chunk, base) = doc.chunk(index)?;
        let root = chunk.root()?;
        let it = lower(root, doc.position(index).0, doc.facts().version());
        Some(View { root, it, base })
    }

    /// The interactions that a part of the file touches.
    pub(super) fn within(doc: &'a Document, span: Span) -> impl Iterator<Item = View<'a>> {
        let first = doc.chunk_from(span.start);
        let starts_in = move |index: &usize| doc.chunk(*index).is_some_and(|(_, base)| base <= span.end);
        (first..doc.chunk_count()).take_while(starts_in).filter_map(|index| View::of(doc, index))
    }

    /// An offset of the file as one of the interaction.
    pub(super) fn local(&self, offset: u32) -> u32 {
        offset.saturating_sub(self.base)
    }

    /// A span of the interaction as one of the file.
    pub(super) fn span(&self, span: Span) -> Span {
        span.shifted(self.base)
    }

    /// The bytes of a node in the file.
    pub(super) fn span_of(&self, node: NodeId) -> Span {
        self.span(self.root.at(node).span())
    }

    /// The text of a string node, empty for anything else.
    pub(super) fn text(&self, node: Option<NodeId>) -> Cow<'a, str> {
        node.and_then(|node| self.root.at(node).as_str()).unwrap_or_default()
    }
}

/// The rules of a part, in document order.
pub(super) fn groups(part: &Part) -> &[RuleGroup] {
    part.rules.as_ref().map_or(&[], |rules| &rules.groups)
}

/// The nodes of a JSON body that the path of one group picks.
pub(super) fn picked(root: Cursor<'_>, part: &Part, group: &RuleGroup) -> Vec<NodeId> {
    let Some(json) = part.body.as_ref().and_then(|body| body.json()) else { return Vec::new() };
    let resolution = resolve_body(root.at(json), std::slice::from_ref(group));
    resolution
        .nodes
        .iter()
        .filter(|rule| rule.best.is_some() && !rule.cascaded)
        .map(|rule| rule.node)
        .collect()
}
