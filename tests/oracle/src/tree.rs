//! JSON that keeps the order of members, and a key that stands twice.
//!
//! Not `serde_json::Value` with its feature for that: features are shared by all crates of a
//! build, and the official core behaves differently when objects keep their order.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Members in the order of the text.
    Object(Vec<(String, Node)>),
    /// Items.
    Array(Vec<Node>),
    /// A string, number, boolean or null, as JSON text.
    Scalar(String),
}

/// Child numbers from the root down.
pub type Path = Vec<usize>;

impl Node {
    /// Parses JSON text.
    pub fn parse(text: &str) -> Option<Node> {
        serde_json::from_str(text).ok()
    }

    /// A string.
    pub fn string(text: &str) -> Node {
        Node::Scalar(serde_json::Value::from(text).to_string())
    }

    /// The null.
    pub fn null() -> Node {
        Node::Scalar("null".to_owned())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<String> {
        match self {
            Node::Scalar(text) if text.starts_with('"') => serde_json::from_str(text).ok(),
            _ => None,
        }
    }

    /// How many children there are.
    pub fn len(&self) -> usize {
        match self {
            Node::Object(members) => members.len(),
            Node::Array(items) => items.len(),
            Node::Scalar(_) => 0,
        }
    }

    /// Whether this is null, `[]` or `{}`.
    pub fn is_empty(&self) -> bool {
        match self {
            Node::Scalar(text) => text == "null",
            _ => self.len() == 0,
        }
    }

    /// The child with this number.
    pub fn child(&self, at: usize) -> Option<&Node> {
        match self {
            Node::Object(members) => members.get(at).map(|(_, value)| value),
            Node::Array(items) => items.get(at),
            Node::Scalar(_) => None,
        }
    }

    fn child_mut(&mut self, at: usize) -> Option<&mut Node> {
        match self {
            Node::Object(members) => members.get_mut(at).map(|(_, value)| value),
            Node::Array(items) => items.get_mut(at),
            Node::Scalar(_) => None,
        }
    }

    /// The member with this key; the last one, as for whoever reads the file.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Object(members) => members.iter().rev().find(|(name, _)| name == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The node at the end of a path.
    pub fn at(&self, path: &[usize]) -> Option<&Node> {
        path.iter().try_fold(self, |node, &step| node.child(step))
    }

    /// The node at the end of a path.
    pub fn at_mut(&mut self, path: &[usize]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, &step| node.child_mut(step))
    }

    /// Takes a node out.
    pub fn remove(&mut self, path: &[usize]) -> Option<Node> {
        let (&last, parent) = path.split_last()?;
        match self.at_mut(parent)? {
            Node::Object(members) => (last < members.len()).then(|| members.remove(last).1),
            Node::Array(items) => (last < items.len()).then(|| items.remove(last)),
            Node::Scalar(_) => None,
        }
    }

    /// Keys and positions along a path.
    pub fn names(&self, path: &[usize]) -> Vec<String> {
        let mut node = self;
        let mut names = Vec::new();
        for &step in path {
            names.push(match node {
                Node::Object(members) => members.get(step).map_or_else(String::new, |m| m.0.clone()),
                _ => step.to_string(),
            });
            let Some(child) = node.child(step) else { break };
            node = child;
        }
        names
    }

    /// The path of every node below this one.
    pub fn paths(&self) -> Vec<Path> {
        let mut out = Vec::new();
        self.collect(&mut Vec::new(), &mut out);
        out
    }

    fn collect(&self, path: &mut Path, out: &mut Vec<Path>) {
        for at in 0..self.len() {
            path.push(at);
            out.push(path.clone());
            if let Some(child) = self.child(at) {
                child.collect(path, out);
            }
            path.pop();
        }
    }

    fn write(&self, depth: usize, out: &mut String) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        let (open, close) = match self {
            Node::Scalar(text) => return out.push_str(text),
            Node::Object(_) => ('{', '}'),
            Node::Array(_) => ('[', ']'),
        };
        out.push(open);
        for at in 0..self.len() {
            if at > 0 {
                out.push(',');
            }
            line(out, depth + 1);
            if let Node::Object(members) = self {
                out.push_str(&serde_json::Value::from(members[at].0.as_str()).to_string());
                out.push_str(": ");
            }
            if let Some(child) = self.child(at) {
                child.write(depth + 1, out);
            }
        }
        if !self.is_empty() {
            line(out, depth);
        }
        out.push(close);
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(0, &mut text);
        f.write_str(&text)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Node, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::null())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // Unlike `to_string`, this keeps the fraction of 10.0.
        Ok(Node::Scalar(serde_json::Value::from(value).to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::string(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = from.next_entry()? {
            members.push(member);
        }
        Ok(Node::Object(members))
    }
}
