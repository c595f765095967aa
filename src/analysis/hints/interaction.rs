//! The interaction that a finding is in, and what stands where in it.

use crate::analysis::document::Document;
use crate::analysis::hints::change::{Change, Plain, Value};
use crate::diagnostic::{Finding, FindingFix};
use crate::model::{
    Category, Interaction, InteractionKind, Part, RuleGroup, Section, Target, Version, lower, resolve_body,
};
use crate::syntax::{Cursor, Kind, Tree, parse};
use crate::text::{Span, apply_edits};

/// A value with more parts than this is more than a line of code.
pub(super) const MOST_PARTS: usize = 8;
/// Longer interactions are not parsed once more for the sake of a hint.
const MAX_EDITED: usize = 256 * 1024;

/// One interaction of a document.
pub(super) struct Place<'a> {
    /// Its number among the chunks.
    pub(super) index: usize,
    base: u32,
    section: Section,
    version: Version,
    pub(super) root: Cursor<'a>,
    pub(super) it: Interaction,
}

/// An interaction as it is after a fix.
pub(super) struct Edited {
    text: String,
    tree: Tree,
    section: Section,
    version: Version,
}

impl Edited {
    pub(super) fn place(&self) -> Option<Place<'_>> {
        let root = self.tree.root(&self.text)?;
        let it = lower(root, self.section, self.version);
        Some(Place { index: usize::MAX, base: 0, section: self.section, version: self.version, root, it })
    }
}

impl<'a> Place<'a> {
    pub(super) fn new(doc: &'a Document, index: usize) -> Option<Place<'a>> {
        let placed = doc.chunks.get(index)?;
        let root = placed.chunk.root()?;
        let (section, version) = (placed.section, doc.facts().version());
        Some(Place { index, base: placed.base, section, version, root, it: lower(root, section, version) })
    }

    /// Whether a span of the file is in it.
    pub(super) fn holds(&self, span: Span) -> bool {
        span.start >= self.base && (span.end - self.base) as usize <= self.root.text().len()
    }

    /// The innermost node at a span of the file; for a key its value.
    pub(super) fn node(&self, span: Span) -> Option<Cursor<'a>> {
        let node = self.root.node_at(span.start.checked_sub(self.base)?);
        if node.kind() == Kind::Key { node.value() } else { Some(node) }
    }

    /// Where in the file a node starts, the quote of a string included.
    pub(super) fn start_of(&self, node: Cursor<'_>) -> u32 {
        self.base + node.span().start
    }

    /// The interaction after a fix of it.
    pub(super) fn after(&self, fix: &FindingFix) -> Option<Edited> {
        let text = self.root.text();
        let inside = |span: Span| self.holds(span);
        if text.len() > MAX_EDITED || !fix.edits.iter().all(|edit| inside(edit.span)) {
            return None;
        }
        let mut edits = fix.edits.clone();
        for edit in &mut edits {
            edit.span = Span::new(edit.span.start - self.base, edit.span.end - self.base);
        }
        let text = apply_edits(text, &edits)?;
        let tree = parse(&text);
        Some(Edited { text, tree, section: self.section, version: self.version })
    }

    /// The same after the first fix of a finding.
    pub(super) fn fixed(&self, finding: &Finding) -> Option<Edited> {
        self.after(finding.fixes.first()?)
    }

    /// Whether provider states can have parameters.
    pub(super) fn has_params(&self) -> bool {
        self.version >= Version::V3
    }

    pub(super) fn is_message(&self) -> bool {
        matches!(self.it.kind, InteractionKind::Message | InteractionKind::SyncMessage)
    }

    /// The part that a node is in.
    pub(super) fn part_of(&self, node: Cursor<'_>) -> Option<&Part> {
        self.it.parts.iter().find(|part| contains(self.root.at(part.node), node))
    }

    /// The rule whose text a span of the file is in, and its part: by number, so that they can be
    /// found again after a fix.
    pub(super) fn rule_at(&self, span: Span) -> Option<(usize, usize)> {
        let at = span.start.checked_sub(self.base)?;
        self.it.parts.iter().enumerate().find_map(|(index, part)| {
            let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
            let here = |group: &RuleGroup| {
                self.root.at(group.node).span().touches(at) || self.root.at(group.key).span().touches(at)
            };
            Some((index, groups.iter().position(here)?))
        })
    }

    pub(super) fn group(&self, (part, group): (usize, usize)) -> Option<(&Part, &RuleGroup)> {
        let part = self.it.parts.get(part)?;
        Some((part, part.rules.as_ref()?.groups.get(group)?))
    }

    /// The first value of the example that a rule is about.
    pub(super) fn example(&self, part: &Part, group: &RuleGroup) -> Option<Cursor<'a>> {
        let entry = |object: Option<_>, name: &str| {
            let found =
                self.root.at(object?).members().find(|m| m.key.name().eq_ignore_ascii_case(name))?.value?;
            if found.is_array() { found.elements().next() } else { Some(found) }
        };
        match (group.category, &group.target) {
            (Category::Body, Target::Path(_)) => {
                let body = self.root.at(part.body.as_ref()?.json()?);
                let hit = resolve_body(body, std::slice::from_ref(group));
                let first = hit.nodes.iter().find(|rule| rule.best.is_some() && !rule.cascaded)?;
                Some(self.root.at(first.node))
            }
            (Category::Header, Target::Name(name)) => entry(part.headers, name),
            (Category::Query, Target::Name(name)) => entry(part.query, name),
            (Category::Metadata, Target::Name(name)) => entry(part.metadata, name),
            (Category::Path, _) => Some(self.root.at(part.path?)),
            _ => None,
        }
    }

    /// The change that puts `value` where `node` is. `None` for places without a name in a test.
    pub(super) fn put(&self, node: Cursor<'_>, value: Value) -> Option<Change> {
        let part = self.part_of(node)?;
        let inside =
            |id: Option<crate::syntax::NodeId>| id.is_some_and(|id| contains(self.root.at(id), node));
        let name = || {
            let keyed =
                if node.key().is_some() { node } else { *node.path_from_root().iter().rev().nth(1)? };
            Some(keyed.key()?.name().into_owned())
        };
        if part.body.as_ref().is_some_and(|body| inside(Some(body.node))) {
            let body = part.body.as_ref()?.json();
            let path = node.path_from_root();
            if path.iter().filter_map(|above| above.key()).any(|key| !is_ruleable(&key.name())) {
                return None;
            }
            let key = node.key().filter(|_| body != Some(node.id())).map(|key| key.name().into_owned());
            return Some(Change::Member { key, value });
        }
        if inside(part.headers) {
            return Some(Change::Header { name: name()?, value });
        }
        if inside(part.query) {
            return Some(Change::Query { name: name()?, value });
        }
        if inside(part.metadata) {
            return Some(Change::Metadata { name: name()?, value });
        }
        if part.path == Some(node.id()) {
            return Some(self.request(part, value));
        }
        None
    }

    /// Method and path of a request.
    pub(super) fn request(&self, part: &Part, path: Value) -> Change {
        let method = part.method.map_or("GET".into(), |id| self.root.at(id).to_text());
        Change::Request { method: method.into_owned(), path }
    }

    /// A value of an example and everything below it, matched by the form of each.
    pub(super) fn tree(&self, node: Cursor<'_>) -> Option<Value> {
        self.tree_within(node, &mut MOST_PARTS.clone())
    }

    fn tree_within(&self, node: Cursor<'_>, room: &mut usize) -> Option<Value> {
        *room = room.checked_sub(1)?;
        if node.is_object() {
            let members: Option<Vec<_>> = node
                .members()
                .map(|m| {
                    let key = m.key.name();
                    is_ruleable(&key).then_some(())?;
                    Some((key.into_owned(), self.tree_within(m.value?, room)?))
                })
                .collect();
            return members.filter(|members| !members.is_empty()).map(Value::Object);
        }
        if node.is_array() {
            let item = self.tree_within(node.elements().next()?, room)?;
            return Some(Value::Items { item: Box::new(item), min: 1, max: None });
        }
        Plain::of(node).map(Value::of)
    }
}

/// Whether one node is another or in it.
pub(super) fn contains(outer: Cursor<'_>, inner: Cursor<'_>) -> bool {
    outer.span().contains(inner.span())
}

/// Whether there can be a rule for a member of this name: the official core writes the name into
/// a path between single quotes, and reads neither those nor what it escapes in it back again.
fn is_ruleable(key: &str) -> bool {
    !key.contains(['\'', '\\'])
}
