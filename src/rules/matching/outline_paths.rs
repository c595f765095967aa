//! Rules of XML and form bodies that pick nothing, and what they were meant for.

use std::borrow::Cow;

use crate::model::{
    BodyOutline, Category, Format, GroupShape, Outline, OutlineKind, OutlineResolution, RuleGroup, Step,
    Target, field_step,
};
use crate::rules::InteractionCx;
use crate::rules::matching::visit::is_known_category;
use crate::rules::matching::walk::{BUDGET, Steps};
use crate::text::{Span, nearest};

/// A rule of an XML or form body that picks none of its nodes.
pub(super) struct DeadPath<'c, 'a> {
    /// The rule.
    pub(super) group: &'a RuleGroup,
    /// Its path as text.
    pub(super) text: Cow<'a, str>,
    /// The steps of the path.
    pub(super) steps: Steps<'a>,
    /// The step that leads nowhere.
    pub(super) step: usize,
    /// The node that the steps before it pick.
    pub(super) at: u32,
    /// The body.
    pub(super) outline: &'c Outline,
    resolution: &'c OutlineResolution,
    /// How many rules of the body were dead before this one.
    pub(super) before: usize,
}

/// So many dead rules of one body are looked at for what they were meant for.
pub(super) const SEARCHES: usize = 100;
/// So many nodes are looked at on behalf of one of them.
const REPAIRS: u32 = 10_000;

/// Why a path picks no node of XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Misstep {
    /// It has an index.
    Index,
    /// It has a prefix, or no namespace at all.
    Namespace,
    /// It lacks the root element.
    Root,
    /// It names an attribute without `@`.
    Attribute,
    /// A name is spelt otherwise, or it starts with `$.body`.
    Name,
}

/// A node that a dead rule was probably meant for.
pub(super) struct MeantNode {
    /// A path that picks it.
    pub(super) path: String,
    /// What the path does not do, first.
    pub(super) misstep: Misstep,
    /// The node where it would have to.
    pub(super) turn: u32,
    /// The node.
    pub(super) node: u32,
    /// It is compared by equality, for want of the rule.
    pub(super) exact: bool,
}

/// Calls `f` with each rule of a body of `format` that picks nothing. Where a plugin may have
/// a say, nothing is said.
pub(super) fn each_dead_path<'c, 'a>(
    cx: &'c InteractionCx<'a>,
    format: Format,
    f: &mut dyn FnMut(&'c BodyOutline, DeadPath<'c, 'a>),
) {
    if !cx.is_read() {
        return;
    }
    for (index, part) in cx.it.parts.iter().enumerate() {
        let Some(rules) = part.rules.as_ref().filter(|rules| !rules.groups.is_empty()) else { continue };
        if part.body.as_ref().is_none_or(|body| body.format != format) {
            continue;
        }
        let Some(body) = cx.outline(index) else { continue };
        let Ok((outline, resolution)) = &body.parsed else { continue };
        let mut before = 0;
        for (hits, group) in resolution.hits.iter().zip(&rules.groups) {
            let Target::Path(path) = &group.target else { continue };
            if *hits > 0 || group.category != Category::Body || !group.is_live() {
                continue;
            }
            if cx.has_plugins() {
                return;
            }
            let flat = group.shape == GroupShape::V2Rule;
            if !flat && !is_known_category(&cx.node(group.category_key).name()) {
                continue;
            }
            let text = cx.node(group.key).name();
            let mut stop = (0, 0);
            furthest(outline, &path.steps, &text, 0, 0, &mut BUDGET.clone(), &mut stop);
            let (at, step) = stop;
            if step < path.steps.len() {
                f(body, DeadPath { group, text, steps: &path.steps, step, at, outline, resolution, before });
                before += 1;
            }
        }
    }
}

/// Follows `steps[depth..]` and leaves in `stop` the first node of those that it gets
/// furthest to, and how many steps that took.
fn furthest(
    outline: &Outline,
    steps: Steps<'_>,
    text: &str,
    node: u32,
    depth: usize,
    budget: &mut u32,
    stop: &mut (u32, usize),
) {
    if depth > stop.1 {
        *stop = (node, depth);
    }
    let Some(&(step, ..)) = steps.get(depth) else { return };
    for child in outline.children(node) {
        if *budget == 0 {
            return;
        }
        *budget -= 1;
        if outline.picks(step, text, child) {
            furthest(outline, steps, text, child, depth + 1, budget, stop);
        }
    }
}

impl DeadPath<'_, '_> {
    /// The text of the step that leads nowhere, without its dot.
    pub(super) fn step_text(&self) -> &str {
        let (_, start, end) = self.steps[self.step];
        let text = self.text.get(start as usize..end as usize).unwrap_or("");
        text.strip_prefix('.').unwrap_or(text)
    }

    /// Where that step stands in the file.
    pub(super) fn span(&self, cx: &InteractionCx<'_>) -> Span {
        let (_, start, end) = self.steps[self.step];
        cx.node(self.group.key).span_within(start as usize..end as usize)
    }

    /// Whether a rule holds for a node.
    pub(super) fn is_ruled(&self, node: u32) -> bool {
        self.resolution.rules[node as usize].best.is_some()
    }

    /// A path that picks `node`; `None` if no path can.
    pub(super) fn path_to(&self, node: u32) -> Option<String> {
        let mut names = Vec::new();
        let mut here = node;
        while here != 0 {
            let node = &self.outline.nodes[here as usize];
            names.push(field_step(&node.name)?);
            here = node.parent;
        }
        names.push(if self.group.shape == GroupShape::V2Rule { "$.body" } else { "$" }.to_owned());
        names.reverse();
        Some(names.concat())
    }

    /// The node that the path was probably meant for, unless it has a rule of its own.
    pub(super) fn meant(&self) -> Option<MeantNode> {
        if self.before >= SEARCHES {
            return None;
        }
        let (node, (misstep, turn)) = self.repaired(0, 0, None, &mut REPAIRS.clone())?;
        let rule = self.resolution.rules[node as usize];
        if rule.best.is_some() && !rule.cascaded {
            return None;
        }
        Some(MeantNode { path: self.path_to(node)?, misstep, turn, node, exact: rule.best.is_none() })
    }

    /// The parameter of a form that the path was probably meant for: spelt a little otherwise,
    /// and without a rule of its own.
    pub(super) fn meant_parameter(&self) -> Option<(String, u32)> {
        let (step, _, end) = *self.steps.first().filter(|_| self.step == 0 && self.before < SEARCHES)?;
        let nodes = &self.outline.nodes;
        let parameters: Vec<u32> = self.outline.children(0).take(BUDGET as usize).collect();
        let free = |id: &u32| self.resolution.rules[*id as usize].best.is_none();
        let near = nearest(
            step.name(&self.text)?,
            parameters.iter().filter(|id| free(id)).map(|id| &*nodes[*id as usize].name),
        )?;
        let node = parameters.iter().copied().find(|id| nodes[*id as usize].name == near)?;
        Some((format!("{}{}", self.path_to(node)?, self.text.get(end as usize..)?), node))
    }

    /// Follows `steps[depth..]` from `node`, taking a way around what leads nowhere. The node
    /// at the end and the first such step.
    fn repaired(
        &self,
        node: u32,
        depth: usize,
        misstep: Option<(Misstep, u32)>,
        budget: &mut u32,
    ) -> Option<(u32, (Misstep, u32))> {
        let Some(&(step, ..)) = self.steps.get(depth) else { return misstep.map(|misstep| (node, misstep)) };
        let outline = self.outline;
        let after = |why: Misstep, at: u32| Some(misstep.unwrap_or((why, at)));
        let children: Vec<u32> = outline.children(node).take(BUDGET as usize).collect();
        *budget = budget.checked_sub(1 + children.len() as u32)?;
        // All elements of one name have one path: the first that leads on will do.
        for child in children.iter().copied().filter(|child| outline.picks(step, &self.text, *child)) {
            if let Some(found) = self.repaired(child, depth + 1, misstep, budget) {
                return Some(found);
            }
            if *budget == 0 {
                return None;
            }
        }
        let Some(name) = step.name(&self.text).filter(|name| name.parse::<usize>().is_err()) else {
            let index = !matches!(step, Step::Star);
            return if index {
                self.repaired(node, depth + 1, after(Misstep::Index, node), budget)
            } else {
                None
            };
        };
        let kind = |child: u32| &outline.nodes[child as usize];
        let unprefixed = name.rsplit_once(':').map_or(name.trim_start_matches('@'), |(_, local)| local);
        let other = |child: &u32| {
            let node = kind(*child);
            let local =
                &node.name[node.name.len() - node.local.map_or(node.name.len(), |len| len as usize)..];
            if local == unprefixed
                && node.kind != OutlineKind::Text
                && name.starts_with('@') == (node.kind == OutlineKind::Attribute)
            {
                Some((*child, Misstep::Namespace))
            } else if node.kind == OutlineKind::Attribute && node.name.strip_prefix('@') == Some(name) {
                Some((*child, Misstep::Attribute))
            } else {
                None
            }
        };
        if let Some((child, why)) = children.iter().find_map(other) {
            return self.repaired(child, depth + 1, after(why, child), budget);
        }
        let root = (node == 0).then(|| children.first().copied()).flatten();
        if let Some(root) = root {
            if name == "body"
                && let Some(found) = self.repaired(node, depth + 1, after(Misstep::Name, node), budget)
            {
                return Some(found);
            }
            if let Some(found) = self.repaired(root, depth, after(Misstep::Root, root), budget) {
                return Some(found);
            }
        }
        let near = nearest(name, children.iter().map(|child| &*kind(*child).name))?;
        let child = children.iter().copied().find(|child| kind(*child).name == near)?;
        self.repaired(child, depth + 1, after(Misstep::Name, child), budget)
    }
}
