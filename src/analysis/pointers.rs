//! JSON pointers of many places in one tree.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use crate::syntax::{Cursor, Kind, NodeId};

/// Finds the pointer of the innermost node at an offset. Asked more than a few times, it
/// remembers the children of the nodes it passes: a wide object with a finding on each member
/// would otherwise be read from its start for each of them.
#[derive(Debug, Default)]
pub(super) struct Pointers {
    asked: usize,
    children: FxHashMap<NodeId, Vec<NodeId>>,
}

/// So many questions are answered by looking: most trees are asked about once.
const MOST_LOOKS: usize = 4;

impl Pointers {
    /// The pointer of what stands at `offset`, for a key that of its value, and the kind of
    /// that value; a key without one has none. `out` is the pointer of the root. Always to be
    /// asked about the same tree.
    pub(super) fn at(&mut self, root: Cursor<'_>, offset: u32, mut out: String) -> (String, &'static str) {
        self.asked += 1;
        let mut here = root;
        while let Some((index, child)) = self.child_at(here, offset) {
            if child.kind() != Kind::Key {
                let _ = write!(out, "/{index}");
                here = child;
                continue;
            }
            let Some(value) = child.value() else { break };
            out.push('/');
            let name = child.name();
            if name.contains(['~', '/']) {
                out.push_str(&name.replace('~', "~0").replace('/', "~1"));
            } else {
                out.push_str(&name);
            }
            here = value;
            if child.span().touches(offset) {
                break;
            }
        }
        (out, here.json_type().unwrap_or(""))
    }

    /// The first child that touches `offset`, itself or with its value, and its number.
    fn child_at<'a>(&mut self, parent: Cursor<'a>, offset: u32) -> Option<(usize, Cursor<'a>)> {
        let mut all = parent.members().map(|member| member.key).chain(parent.elements());
        let end = |child: Cursor<'_>| child.value().unwrap_or(child).span().end;
        let (index, child) = if self.asked <= MOST_LOOKS {
            all.enumerate().find(|(_, child)| end(*child) >= offset)?
        } else {
            let list = || all.by_ref().map(Cursor::id).collect();
            let children = self.children.entry(parent.id()).or_insert_with(list);
            let index = children.partition_point(|child| end(parent.at(*child)) < offset);
            (index, parent.at(*children.get(index)?))
        };
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
                let looked = Pointers::default().at(root, offset, String::new()).0;
                let node = root.node_at(offset);
                let node = if node.kind() == Kind::Key { node.value().unwrap_or(node) } else { node };
                assert_eq!(looked, node.pointer(), "{text} at {offset}");
                assert_eq!(pointers.at(root, offset, String::new()).0, looked, "{text} at {offset}");
            }
        }
    }
}
