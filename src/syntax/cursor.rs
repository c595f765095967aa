//! Reading a tree together with its text.

use std::borrow::Cow;
use std::fmt;

use crate::syntax::{Kind, Node, NodeId, Tree, decode};
use crate::text::Span;

/// A place in a tree: cheap to copy, and knows its text.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree,
    pub(super) id: NodeId,
}

/// A member of an object: a key and, unless the text is broken, a value.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// The key.
    pub key: Cursor<'a>,
    /// The value; `None` when it is missing in the text.
    pub value: Option<Cursor<'a>>,
}

#[cfg(debug_assertions)]
thread_local! {
    static VISITS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// How often this thread has looked at a node, so that a test can hold the work for a text
/// to its length. Counted in debug builds only.
#[cfg(debug_assertions)]
pub fn visits() -> u64 {
    VISITS.get()
}

impl fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.kind(), self.raw())
    }
}

impl PartialEq for Cursor<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl Node {
    /// Whether its text is as long as the name: most comparisons end here. A key in broken text may
    /// lack its quotes.
    #[inline]
    fn may_be_named(&self, name: &str) -> bool {
        let len = (self.end - self.start) as usize;
        self.escaped || len == name.len() + 2 || len == name.len()
    }
}

impl<'a> Cursor<'a> {
    fn node(self) -> Node {
        #[cfg(debug_assertions)]
        VISITS.set(VISITS.get() + 1);
        self.tree.nodes[self.id.0 as usize]
    }

    /// The same tree at another node.
    pub fn at(self, id: NodeId) -> Cursor<'a> {
        Cursor { id, ..self }
    }

    /// The node's id.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What the node is.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// The bytes of the node; for a member its key only.
    pub fn span(self) -> Span {
        let node = self.node();
        Span::new(node.start, node.end)
    }

    /// The text of the node as written.
    pub fn raw(self) -> &'a str {
        self.span().of(self.text)
    }

    /// The whole text that the tree was parsed from.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// The JSON type of a value; `None` for what is none.
    pub fn json_type(self) -> Option<&'static str> {
        Some(match self.kind() {
            Kind::Object => "object",
            Kind::Array => "array",
            Kind::String => "string",
            Kind::Number => "number",
            Kind::True | Kind::False => "boolean",
            Kind::Null => "null",
            Kind::Key | Kind::Error | Kind::Opaque | Kind::Chunk => return None,
        })
    }

    /// Whether this is an object.
    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// Whether this is an array.
    pub fn is_array(self) -> bool {
        self.kind() == Kind::Array
    }

    /// Whether this is a string.
    pub fn is_string(self) -> bool {
        self.kind() == Kind::String
    }

    /// Whether this is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// Whether this is an object or array.
    pub fn is_container(self) -> bool {
        matches!(self.kind(), Kind::Object | Kind::Array | Kind::Opaque)
    }

    /// The value of a string; `None` for anything else.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        self.is_string().then(|| self.decoded())
    }

    /// The name of a member's key.
    pub fn name(self) -> Cow<'a, str> {
        self.decoded()
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// The value of a number that is written as a non-negative integer and fits u64.
    pub fn as_u64(self) -> Option<u64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// The value of a number.
    pub fn as_f64(self) -> Option<f64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// A string's value, a key's name, or the text of anything else, which is how the official core
    /// reads a field that should be a string (`json_to_string` in pact_models).
    pub fn to_text(self) -> Cow<'a, str> {
        if matches!(self.kind(), Kind::String | Kind::Key) {
            self.decoded()
        } else {
            Cow::Borrowed(self.raw())
        }
    }

    #[inline]
    fn decoded(self) -> Cow<'a, str> {
        let node = self.node();
        let (start, end) = (node.start as usize, node.end as usize);
        let quoted = |inner: &&str| {
            let bytes = self.text.as_bytes();
            inner.len() + 2 == end - start && bytes[start] == b'"' && bytes[end - 1] == b'"'
        };
        match self.text.get(start + 1..end.saturating_sub(1)).filter(quoted) {
            Some(inner) if !node.escaped => Cow::Borrowed(inner),
            _ => self.decoded_with_care(),
        }
    }

    /// With an escape in it, or without one of its quotes.
    #[cold]
    fn decoded_with_care(self) -> Cow<'a, str> {
        let raw = self.raw();
        if self.node().escaped {
            return decode(raw);
        }
        let raw = raw.strip_prefix('"').unwrap_or(raw);
        Cow::Borrowed(raw.strip_suffix('"').unwrap_or(raw))
    }

    /// The bytes of the text that a range of the decoded string came from.
    pub fn span_within(self, range: std::ops::Range<usize>) -> Span {
        crate::syntax::span_in_string(self.text, self.span(), range)
    }

    /// Whether there is a backslash in the text of a string or key.
    pub fn is_escaped(self) -> bool {
        self.node().escaped
    }

    /// Whether a key has exactly this name.
    #[inline]
    pub fn is_named(self, name: &str) -> bool {
        let node = self.node();
        node.may_be_named(name) && self.is_spelt(node, name)
    }

    fn is_spelt(self, node: Node, name: &str) -> bool {
        if node.escaped {
            return self.decoded() == name;
        }
        let raw = self.text.as_bytes().get(node.start as usize..node.end as usize).unwrap_or_default();
        match raw {
            [b'"', name_and_quote @ ..] => {
                raw.len() == name.len() + 2 && name_and_quote.get(..name.len()) == Some(name.as_bytes())
            }
            _ => raw == name.as_bytes(),
        }
    }

    fn children(self) -> Children<'a> {
        Children { cursor: self, next: self.id.0 + 1, end: self.node().next }
    }

    /// The members of an object in document order, duplicates included.
    pub fn members(self) -> Members<'a> {
        Members(self.children_if(Kind::Object))
    }

    /// The items of an array.
    pub fn elements(self) -> Elements<'a> {
        Elements(self.children_if(Kind::Array))
    }

    /// The children of a node of this kind, no children of another.
    fn children_if(self, kind: Kind) -> Children<'a> {
        let children = self.children();
        if self.kind() == kind { children } else { Children { end: children.next, ..children } }
    }

    /// The value of a member, given its key.
    pub fn value(self) -> Option<Cursor<'a>> {
        let node = self.node();
        (node.kind == Kind::Key && node.next > self.id.0 + 1).then(|| self.at(NodeId(self.id.0 + 1)))
    }

    /// The key of the member whose value this is; `None` for items and the root.
    pub fn key(self) -> Option<Cursor<'a>> {
        let before = self.at(NodeId(self.id.0.checked_sub(1)?));
        // A key that lacks its value may stand right before something else.
        (before.value()?.id == self.id).then_some(before)
    }

    /// The value under `name`; the last one if the key is there more than once, which
    /// is the one serde_json keeps.
    pub fn get(self, name: &str) -> Option<Cursor<'a>> {
        // Most of what is asked of a tree is this, so that keys are passed without a cursor for each.
        let nodes = &self.tree.nodes;
        let object = nodes.get(self.id.0 as usize).filter(|node| node.kind == Kind::Object)?;
        let (mut at, mut found) = (self.id.0 + 1, None);
        while let Some(key) = nodes.get(at as usize).filter(|_| at < object.next) {
            #[cfg(debug_assertions)]
            VISITS.set(VISITS.get() + 1);
            found = if key.may_be_named(name) && self.at(NodeId(at)).is_spelt(*key, name) {
                Some(at)
            } else {
                found
            };
            at = key.next;
        }
        self.at(NodeId(found?)).value()
    }

    /// Whether a container has no child. False for scalars.
    pub fn is_empty_container(self) -> bool {
        matches!(self.kind(), Kind::Object | Kind::Array) && self.node().next == self.id.0 + 1
    }

    /// Ids of this node and all nodes below it.
    pub fn subtree(self) -> std::ops::Range<u32> {
        self.id.0..self.node().next
    }

    /// The last node of the tree that starts at `offset` or before it, or else the root.
    pub fn last_from(self, offset: u32) -> Cursor<'a> {
        let after = self.tree.nodes.partition_point(|node| node.start <= offset);
        self.at(NodeId(after.saturating_sub(1) as u32))
    }

    /// The node of the tree that starts at `offset`, if one does and the text has no error.
    pub fn starting_at(self, offset: u32) -> Option<NodeId> {
        let nodes = &self.tree.nodes;
        let index = nodes.partition_point(|node| node.start < offset);
        let starts = self.tree.errors.is_empty() && nodes.get(index)?.start == offset;
        starts.then_some(NodeId(index as u32))
    }

    /// All nodes on the way from the root to this one, both included, keys left out.
    pub fn path_from_root(self) -> Vec<Cursor<'a>> {
        let mut path = Vec::new();
        let mut here = self.at(NodeId::ROOT);
        loop {
            if here.kind() != Kind::Key {
                path.push(here);
            }
            if here.id == self.id {
                return path;
            }
            match here.children().take_while(|child| child.id <= self.id).last() {
                Some(child) => here = child,
                None => return path,
            }
        }
    }

    /// The JSON pointer (RFC 6901) of this node from the root of its tree.
    pub fn pointer(self) -> String {
        let path = self.path_from_root();
        let mut out = String::new();
        for pair in path.windows(2) {
            out.push('/');
            match pair[1].key() {
                Some(key) => out.push_str(&key.name().replace('~', "~0").replace('/', "~1")),
                None => {
                    let index = pair[0].elements().position(|item| item == pair[1]).unwrap_or(0);
                    out.push_str(&index.to_string());
                }
            }
        }
        out
    }

    /// The node that a JSON pointer names, as far as it leads: the last node found.
    pub fn follow(self, pointer: &str) -> Cursor<'a> {
        let mut here = self;
        for segment in pointer.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            let next = if here.is_object() {
                here.get(&name)
            } else {
                name.parse().ok().and_then(|index: usize| here.elements().nth(index))
            };
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here
    }

    /// The innermost node that touches `offset`, keys included.
    pub fn node_at(self, offset: u32) -> Cursor<'a> {
        let mut here = self;
        loop {
            let inside = |child: &Cursor<'a>| {
                child.span().touches(offset) || child.value().is_some_and(|v| v.span().touches(offset))
            };
            let Some(child) = here.children().find(inside) else { return here };
            here = match child.value() {
                Some(value) if value.span().touches(offset) && !child.span().touches(offset) => value,
                _ => child,
            };
            if here.kind() == Kind::Key {
                return here;
            }
        }
    }

    /// The value as a serde_json value: `None` where the text below is broken.
    pub fn to_value(self) -> Option<serde_json::Value> {
        serde_json::from_str(self.raw()).ok()
    }
}

/// The members of an object, in document order.
#[derive(Clone)]
pub struct Members<'a>(Children<'a>);

/// The items of an array, in document order.
#[derive(Clone)]
pub struct Elements<'a>(Children<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let Children { cursor, next, end } = self.0;
        if next >= end {
            return None;
        }
        let key = cursor.at(NodeId(next));
        let node = key.node();
        self.0.next = node.next;
        let has_value = node.kind == Kind::Key && node.next > next + 1;
        Some(Member { key, value: has_value.then(|| key.at(NodeId(next + 1))) })
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Cursor<'a>;

    fn next(&mut self) -> Option<Cursor<'a>> {
        self.0.next()
    }
}

#[derive(Clone)]
struct Children<'a> {
    cursor: Cursor<'a>,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Cursor<'a>;

    fn next(&mut self) -> Option<Cursor<'a>> {
        if self.next >= self.end {
            return None;
        }
        let child = self.cursor.at(NodeId(self.next));
        self.next = child.node().next;
        Some(child)
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Kind, parse};

    #[test]
    fn navigates() {
        let text = r#"{"a": [1, {"b/c": null}], "a": 2, "k\u0065y": true}"#;
        let tree = parse(text);
        assert_eq!(tree.errors, []);
        let root = tree.root(text).expect("there is a root");
        assert_eq!(root.get("a").and_then(|a| a.as_u64()), Some(2));
        assert_eq!(root.get("key").and_then(|k| k.as_bool()), Some(true));
        let deep = root.node_at(text.find("null").expect("there is null") as u32 + 1);
        assert_eq!(deep.kind(), Kind::Null);
        assert_eq!(deep.pointer(), "/a/1/b~1c");
        assert_eq!(deep.key().map(|k| k.name().into_owned()).as_deref(), Some("b/c"));
        // `follow` obeys last-wins, so the first `a` is out of its reach.
        assert_eq!(root.follow("/a/1").raw(), "2");
    }
}
