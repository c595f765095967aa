//! JSON pointers of many places in one tree.

use rustc_hash::FxHashMap;

use crate::syntax::{Cursor, Kind, NodeId};

/// Finds the pointer of the innermost node at an offset. It remembers the children of the
/// nodes it passes: a wide object with a finding on each member would otherwise be read
/// from its start for each of them.
#[derive(Debug, Default)]
pub(super) struct Pointers {
    children: FxHashMap<NodeId, Vec<NodeId>>,
}

impl Pointers {
    /// The pointer of what stands at `offset`, for a key that of its value. Always to be
    /// asked about the same tree.
    pub(super) fn at(&mut self, root: Cursor<'_>, offset: u32) -> String {
        let mut out = String::new();
        let mut here = root;
        while let Some((index, child)) = self.child_at(here, offset) {
            if child.kind() != Kind::Key {
                out.push_str(&format!("/{index}"));
                here = child;
                continue;
            }
            let Some(value) = child.value() else { break };
            out.push('/');
            out.push_str(&child.name().replace('~', "~0").replace('/', "~1"));
            if child.span().touches(offset) {
                break;
            }
            here = value;
        }
        out
    }

    /// The first child that touches `offset`, itself or with its value, and its number.
    fn child_at<'a>(&mut self, parent: Cursor<'a>, offset: u32) -> Option<(usize, Cursor<'a>)> {
        let list = || {
            let keys = parent.members().map(|member| member.key.id());
            keys.chain(parent.elements().map(Cursor::id)).collect()
        };
        let children = self.children.entry(parent.id()).or_insert_with(list);
        let end = |child: Cursor<'_>| child.value().unwrap_or(child).span().end;
        let index = children.partition_point(|child| end(parent.at(*child)) < offset);
        let child = parent.at(*children.get(index)?);
        let touches = |node: Cursor<'_>| node.span().touches(offset);
        (touches(child) || child.value().is_some_and(touches)).then_some((index, child))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn pointers_are_those_of_the_innermost_node() {
        let texts = [
            r#"{"a" : [1, {"b/~": [[], "x"]} , 2], "c": {}, "a": null, "d"}"#,
            r#"[{}{}[1 2,,3], {"a" 1 "b": } "x]"#,
            "\"only\"",
        ];
        for text in texts {
            let tree = parse(text);
            let root = tree.root(text).expect("there is a root");
            let mut pointers = Pointers::default();
            for offset in 0..=text.len() as u32 {
                let node = root.node_at(offset);
                let node = if node.kind() == Kind::Key { node.value().unwrap_or(node) } else { node };
                assert_eq!(pointers.at(root, offset), node.pointer(), "{text} at {offset}");
            }
        }
    }
}
