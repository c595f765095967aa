//! Values of a body that stand for each other, put on top of each other.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::field_step;
use crate::syntax::{Cursor, Kind, NodeId};

/// The nodes at one place of a body, where the items of an array count as one place.
pub(super) struct Sketch<'a> {
    /// The nodes, at least one.
    pub nodes: Vec<Cursor<'a>>,
    /// What they are.
    pub form: Form<'a>,
    /// Each could stand in the place of each other: they have the same keys, and values of the
    /// same kinds. Paths can name all of them.
    pub alike: bool,
    /// One path can speak for all: no two below are of different kinds.
    pub joint: bool,
    /// One of those that rules are wanted for is here or below.
    pub wanted: bool,
}

pub(super) enum Form<'a> {
    /// Objects: each key with the step that leads there, if one does.
    Object(Vec<(Option<String>, Sketch<'a>)>),
    /// Arrays, with all of their items; `None` where all are empty.
    Array(Option<Box<Sketch<'a>>>),
    /// Scalars.
    Leaf,
    /// Different things, or nothing that can be judged.
    Mixed,
}

impl<'a> Sketch<'a> {
    /// Of `nodes`, at least one, with rules wanted for `wanted`. The depth of a tree is bounded.
    pub(super) fn of(nodes: Vec<Cursor<'a>>, wanted: &FxHashSet<NodeId>) -> Sketch<'a> {
        let some: Vec<Cursor<'a>> = nodes.iter().copied().filter(|node| !node.is_null()).collect();
        let every = |is: fn(Kind) -> bool| some.iter().all(|node| is(node.kind()));
        let mut sketch = if some.is_empty() {
            Sketch::leaf(&nodes, wanted)
        } else if every(|kind| kind == Kind::Object) {
            Sketch::objects(&some, wanted)
        } else if every(|kind| kind == Kind::Array) {
            Sketch::arrays(&some, wanted)
        } else if every(|kind| kind == Kind::String)
            || every(|kind| kind == Kind::Number)
            || every(|kind| matches!(kind, Kind::True | Kind::False))
        {
            Sketch::leaf(&nodes, wanted)
        } else {
            let below = nodes.iter().flat_map(|node| node.subtree());
            let wanted = below.map(NodeId).any(|id| wanted.contains(&id));
            Sketch { nodes: Vec::new(), form: Form::Mixed, alike: false, joint: false, wanted }
        };
        sketch.alike &= some.len() == nodes.len() || some.is_empty();
        sketch.nodes = nodes;
        sketch
    }

    fn leaf(nodes: &[Cursor<'a>], wanted: &FxHashSet<NodeId>) -> Sketch<'a> {
        let wanted = nodes.iter().any(|node| wanted.contains(&node.id()));
        Sketch { nodes: Vec::new(), form: Form::Leaf, alike: true, joint: true, wanted }
    }

    fn objects(nodes: &[Cursor<'a>], wanted: &FxHashSet<NodeId>) -> Sketch<'a> {
        let mut names: Vec<(Cow<'a, str>, Vec<Cursor<'a>>)> = Vec::new();
        let mut places: FxHashMap<Cow<'a, str>, usize> = FxHashMap::default();
        for node in nodes {
            for member in node.members() {
                let Some(value) = member.value else { continue };
                let name = member.key.name();
                let at = *places.entry(name.clone()).or_insert_with(|| {
                    names.push((name, Vec::new()));
                    names.len() - 1
                });
                // Of a key that is there twice the last counts.
                let values = &mut names[at].1;
                if values.last().is_some_and(|last| node.subtree().contains(&last.id().0)) {
                    values.pop();
                }
                values.push(value);
            }
        }
        let mut out =
            Sketch { nodes: Vec::new(), form: Form::Mixed, alike: true, joint: true, wanted: false };
        let mut fields = Vec::with_capacity(names.len());
        for (name, values) in names {
            let complete = values.len() == nodes.len();
            let step = field_step(&name);
            let field = Sketch::of(values, wanted);
            out.alike &= complete && field.alike && step.is_some();
            out.joint &= field.joint;
            out.wanted |= field.wanted;
            fields.push((step, field));
        }
        out.form = Form::Object(fields);
        out
    }

    fn arrays(nodes: &[Cursor<'a>], wanted: &FxHashSet<NodeId>) -> Sketch<'a> {
        let items: Vec<Cursor<'a>> = nodes.iter().flat_map(|node| node.elements()).collect();
        let some_empty = nodes.iter().any(|node| node.is_empty_container());
        let items = (!items.is_empty()).then(|| Box::new(Sketch::of(items, wanted)));
        let inside = items.as_deref();
        Sketch {
            nodes: Vec::new(),
            alike: inside.is_none_or(|items| items.alike && !some_empty),
            joint: inside.is_none_or(|items| items.joint),
            wanted: inside.is_some_and(|items| items.wanted),
            form: Form::Array(items),
        }
    }

    /// Calls `found` with each leaf here and below, and whether it is an item of an array.
    pub(super) fn each_leaf(&self, is_item: bool, found: &mut dyn FnMut(&Sketch<'a>, bool)) {
        match &self.form {
            Form::Leaf => found(self, is_item),
            Form::Object(fields) => fields.iter().for_each(|(_, field)| field.each_leaf(false, found)),
            Form::Array(Some(items)) => items.each_leaf(true, found),
            Form::Array(None) | Form::Mixed => {}
        }
    }
}
