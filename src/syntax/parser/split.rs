//! Splitting the items of top-level arrays off into trees of their own.

use crate::syntax::parser::{Frame, Parser};
use crate::syntax::{Kind, Node, NodeId, PartTree, SyntaxError, Templates, Tree};
use crate::text::Span;

/// A parsed text whose items of certain top-level arrays are trees of their own.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// The text without those items: each is one [`Kind::Chunk`] node.
    pub spine: Tree,
    /// The items in document order.
    pub parts: Vec<SplitPart>,
}

/// One item that was split off.
#[derive(Debug, Clone)]
pub struct SplitPart {
    /// Which of the names given to [`parse_split`] the array stands under.
    pub name: usize,
    /// The array, in the spine.
    pub array: NodeId,
    /// The item's bytes in the whole text.
    pub span: Span,
    /// Its tree, in offsets relative to its own start.
    pub tree: PartTree,
}

/// Parses like `parse`, but each item of an array that stands at the top level
/// under one of `names` becomes a tree of its own. The spine's spans are those of the
/// whole text. Items known from `templates` are not read again; the others are learnt.
pub fn parse_split(text: &str, depth: usize, names: &[&str], templates: Option<&mut Templates>) -> Split {
    split(text, depth, names, templates, true)
}

/// The same for a text that somebody is typing: its items come in forms that do not come back,
/// so nothing is learnt from it.
pub fn parse_typed(text: &str, depth: usize, names: &[&str], templates: &mut Templates) -> Split {
    split(text, depth, names, Some(templates), false)
}

fn split(text: &str, depth: usize, names: &[&str], templates: Option<&mut Templates>, learns: bool) -> Split {
    let mut parser = Parser::new(text, depth, names, false);
    parser.templates = templates;
    parser.learns = learns;
    let plain = parser.run();
    if plain.spine.errors.is_empty() {
        return plain;
    }
    let hinted = Parser::new(text, depth, names, true).run();
    let better = if hinted.spine.errors.len() <= plain.spine.errors.len() { hinted } else { plain };
    share_errors(better)
}

/// Gives each part the errors that lie within it.
fn share_errors(mut split: Split) -> Split {
    let mut errors = std::mem::take(&mut split.spine.errors);
    errors.retain(|error| {
        let after = split.parts.partition_point(|part| part.span.start <= error.span.start);
        let Some(part) = after.checked_sub(1).map(|i| &mut split.parts[i]) else { return true };
        if !part.span.contains(error.span) {
            return true;
        }
        let base = part.span.start;
        let span = Span::new(error.span.start - base, error.span.end - base);
        part.tree.add_error(SyntaxError { span, kind: error.kind.clone() });
        false
    });
    split.spine.errors = errors;
    split
}

/// Most items that become trees of their own; further ones stay in the spine. A tree of its
/// own costs some hundred bytes however short its text is.
pub const MAX_PARTS: usize = 50_000;

impl Parser<'_> {
    /// Moves the item that was just read into a tree of its own, if it is to be split off.
    pub(super) fn split_item(&mut self) {
        let Some((name, array)) = self.splits() else { return };
        // The last item begins where the previous sibling, or the array itself, ends.
        let first = match self.parts.last() {
            Some(part) if part.array.0 == array.node => self.last_chunk + 1,
            _ => array.node as usize + 1,
        };
        let Some(root) = self.nodes.get(first).copied() else { return };
        let (base, shift) = (root.start, first as u32);
        let move_node = |node: Node| Node {
            start: node.start - base,
            end: node.end - base,
            next: node.next - shift,
            ..node
        };
        let nodes: Vec<Node> = self.nodes.drain(first..).map(move_node).collect();
        self.last_chunk = first;
        self.push(Kind::Chunk, root.start as usize, root.end as usize, false);
        let tree = Tree { nodes, errors: Vec::new() };
        let span = Span::new(root.start, root.end);
        let sound = self.errors.last().is_none_or(|error| error.span.end <= root.start);
        let templates = self.templates.as_mut().filter(|_| sound && self.learns);
        let template = templates.and_then(|templates| templates.learn(span.of(self.text), &tree));
        let mut tree = PartTree::from(tree);
        if let Some(template) = template {
            tree.learnt(template);
        }
        self.parts.push(SplitPart { name, array: NodeId(array.node), span, tree });
    }

    /// The name and the array whose items are split off, if the cursor is directly in one.
    fn splits(&self) -> Option<(usize, Frame)> {
        let [top, array] = self.stack[..] else { return None };
        if self.names.is_empty() || !top.object || array.object || self.parts.len() >= MAX_PARTS {
            return None;
        }
        let key = self.nodes[top.key? as usize];
        let name = crate::syntax::decode(&self.text[key.start as usize..key.end as usize]);
        Some((self.names.iter().position(|n| *n == name)?, array))
    }

    /// Takes the item at the cursor as a whole, if it is to be split off and known.
    pub(super) fn known_item(&mut self) -> bool {
        if self.templates.is_none() {
            return false;
        }
        let Some((name, array)) = self.splits() else { return false };
        let rest = &self.bytes[self.at..];
        let Some((tree, len)) = self.templates.as_mut().and_then(|known| known.find(rest)) else {
            return false;
        };
        let span = Span::new(self.at as u32, (self.at + len) as u32);
        self.last_chunk = self.nodes.len();
        self.push(Kind::Chunk, self.at, self.at + len, false);
        self.at += len;
        self.parts.push(SplitPart { name, array: NodeId(array.node), span, tree });
        self.comma = None;
        self.muted = false;
        true
    }
}
