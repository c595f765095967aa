//! Bodies that are no JSON, as the tree of names that the paths of rules go through.

mod form;
mod resolve;
mod xml;

use std::ops::Range;

pub use resolve::OutlineResolution;
use resolve::resolve_outline;
#[cfg(feature = "runner")]
pub(crate) use xml::is_modest_xml;

use crate::model::{Body, Content, Format, RuleGroup, Step};
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// What a node of an outline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutlineKind {
    /// What `$` stands for.
    Root,
    /// An XML element.
    Element,
    /// An attribute of the element above.
    Attribute,
    /// All the text right inside of the element above, of which each has one.
    Text,
    /// All values of one form parameter.
    Parameter,
    /// One value of the parameter above.
    Value,
}

/// A node that a path can pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineNode {
    /// What it is.
    pub kind: OutlineKind,
    /// Its name as a step of a path: `urn:x:item`, `@id`, `#text`, a parameter, an index.
    pub name: String,
    /// An element or attribute that is in a namespace: how many bytes at the end of `name`
    /// are its local name.
    pub local: Option<u32>,
    /// The value of an attribute, a text or a parameter.
    pub value: String,
    /// An element: how many nodes of any sort are right inside of it.
    pub inside: u32,
    /// What to point at: bytes of the decoded body.
    pub range: Range<u32>,
    /// The node above; of the root itself.
    pub parent: u32,
    /// The node after all that are below this one.
    pub next: u32,
}

/// The nodes of a body in document order, the root first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// The nodes.
    pub nodes: Vec<OutlineNode>,
}

impl Outline {
    /// The children of a node.
    pub fn children(&self, of: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.nodes[of as usize].next;
        let mut next = of + 1;
        std::iter::from_fn(move || {
            let here = next;
            (here < end).then(|| {
                next = self.nodes[here as usize].next;
                here
            })
        })
    }

    /// Whether a step of the path `text` picks this node.
    pub fn picks(&self, step: Step, text: &str, node: u32) -> bool {
        resolve::weight(step, text, &self.nodes[node as usize].name) > 0
    }

    /// Whether `node` is, or is below, what a path picks if its indices are left out.
    pub fn is_below(&self, steps: &[(Step, u32, u32)], text: &str, node: u32) -> bool {
        let mut names = Vec::new();
        let mut here = node;
        while here != 0 {
            names.push(here);
            here = self.nodes[here as usize].parent;
        }
        let mut steps = steps
            .iter()
            .map(|(step, ..)| *step)
            .filter(|step| !matches!(step, Step::Index(_) | Step::StarIndex));
        for node in names.iter().rev() {
            match steps.next() {
                Some(step) if self.picks(step, text, *node) => {}
                Some(_) => return false,
                None => return true,
            }
        }
        steps.next().is_none()
    }

    /// Appends a node whose subtree is still empty.
    fn push(
        &mut self,
        kind: OutlineKind,
        name: String,
        value: String,
        range: Range<usize>,
        parent: u32,
    ) -> u32 {
        let id = self.nodes.len() as u32;
        self.nodes.push(OutlineNode {
            kind,
            name,
            local: None,
            value,
            inside: 0,
            range: range.start as u32..range.end as u32,
            parent,
            next: id + 1,
        });
        id
    }

    /// Ends the subtree of `node` with the last node there is.
    fn close(&mut self, node: u32) {
        self.nodes[node as usize].next = self.nodes.len() as u32;
    }
}

/// Where a document stops being well-formed, and what is wrong there, as a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Offset into the decoded body.
    pub at: u32,
    /// What is wrong.
    pub why: String,
}

/// The outline of a body and the rules that hold in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyOutline {
    /// The string in the file that holds the body.
    pub node: NodeId,
    /// The body is that string as it stands, not something encoded in it.
    pub in_place: bool,
    /// The outline and its rules.
    pub parsed: Result<(Outline, OutlineResolution), Malformed>,
}

impl BodyOutline {
    /// Reads the body; `None` when it is no XML and no form, or too large or too unusual to
    /// be judged.
    pub fn read(root: Cursor<'_>, body: &Body, groups: &[RuleGroup]) -> Option<BodyOutline> {
        if !matches!(body.format, Format::Xml | Format::Form) {
            return None;
        }
        let Content::Opaque(node) = body.content else { return None };
        let (bytes, in_place) = body.bytes(root)?;
        if bytes.len() > MAX_BYTES {
            return None;
        }
        let text = std::str::from_utf8(&bytes).ok()?;
        let outline = match body.format {
            Format::Xml => xml::outline(text)?,
            _ => Ok(form::outline(text)?),
        };
        let parsed = outline.map(|outline| {
            let resolution = resolve_outline(&outline, groups, root);
            (outline, resolution)
        });
        Some(BodyOutline { node, in_place, parsed })
    }

    /// Where a range of the decoded body stands in the file: there, or all of the string if
    /// the body is encoded.
    pub fn span(&self, root: Cursor<'_>, range: &Range<u32>) -> Span {
        let node = root.at(self.node);
        if self.in_place { node.span_within(range.start as usize..range.end as usize) } else { node.span() }
    }
}

/// A body beyond this is not looked at.
const MAX_BYTES: usize = 1 << 20;
/// Most nodes of an outline.
const MAX_NODES: usize = 100_000;
