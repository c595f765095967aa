//! Loosening a body: matching rules for its values that are compared exactly, as one change.
//!
//! For each place of a JSON body that holds such values one rule is proposed, by what the examples
//! there have in common: any integer, any text, any date of the same format. An array whose items
//! are alike gets a rule for one item or more, and `[*]` in the paths of what is in it. Constants,
//! `null`, and what the request or the provider state names stay as they are; where the rule for an
//! array would reach them, a rule of their own keeps them. No rule of the file loses a value that
//! it holds for.

mod accepts;
mod sketch;
mod write;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

pub use accepts::Accepts;

use crate::model::{BodyResolution, Part, PathExpr, Role, RuleGroup, parse_path, resolve_paths};
use crate::rules::InteractionCx;
use crate::rules::over_specification::exact_body_values::{
    exact, is_constant, is_governed, is_of_markers, known_values, name,
};
use accepts::Dialect;
use sketch::{Form, Sketch};

use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::TextEdit;

/// More rules than this are not proposed: nobody would read them.
pub const MOST_RULES: usize = 100;

/// A body with more nodes than this is left alone.
const MOST_NODES: usize = 20_000;

/// So often is tried anew without a rule that gets in the way of another.
const MOST_TRIES: usize = 16;

/// What is loosened, beyond what a rule would report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// Also true and false.
    pub booleans: bool,
    /// Also the body of a request, which the consumer chooses as it likes.
    pub requests: bool,
}

/// Why nothing is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing to loosen, or no place for rules.
    Nothing,
    /// It would take more than [`MOST_RULES`] rules.
    TooMany,
}

/// One proposed rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Its path, as it is written.
    pub path: String,
    /// What it accepts.
    pub accepts: Accepts,
    /// What people call the value: its key, `key[]` for items of an array.
    pub name: String,
}

/// What the rule for an array reaches, with no rule of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// What is accepted.
    pub accepts: Accepts,
    /// What people call the value.
    pub name: String,
    /// The values: scalars, or arrays that are empty.
    pub nodes: Vec<NodeId>,
}

/// Rules for a body, and the edits that write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The rules, in the order of the body.
    pub rules: Vec<Proposed>,
    /// What else is accepted because the rule for an array reaches it.
    pub reached: Vec<Reached>,
    /// Names of what stays exact because no rule can be written for it.
    pub left: Vec<String>,
    /// The values that are loosened.
    pub values: Vec<NodeId>,
    /// The arrays that may have another number of items.
    pub arrays: Vec<NodeId>,
    /// Edits of the interaction's text.
    pub edits: Vec<TextEdit>,
}

/// Rules for everything of the body of a part that is compared exactly, though nothing suggests
/// that it must be. `index` counts the parts of the interaction. `None` if there is nothing to
/// propose.
pub fn propose(cx: &InteractionCx<'_>, index: usize, wish: Wish) -> Option<Proposal> {
    let part = cx.it.parts.get(index)?;
    if part.role == Role::Request && !wish.requests {
        return None;
    }
    let mut leaves = exact(cx, index, &mut None).map_or_else(Vec::new, |exact| exact.leaves);
    if wish.booleans {
        let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
        let free = cx.body(index)?.nodes.iter().filter(|rule| !is_governed(**rule, groups));
        leaves.extend(free.map(|rule| cx.node(rule.node)).filter(|node| node.as_bool().is_some()));
    }
    of(cx, index, &leaves, Aim::Body).ok()
}

/// What is to be loosened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// The values, and the length of arrays whose items are alike.
    Body,
    /// Of URLs their address.
    Addresses,
}

/// Rules for these leaves of the body of a part.
pub(crate) fn of(
    cx: &InteractionCx<'_>,
    index: usize,
    leaves: &[Cursor<'_>],
    aim: Aim,
) -> Result<Proposal, Refusal> {
    let json = |part: &Part| Some(cx.node(part.body.as_ref()?.json()?));
    let (Some(part), Some(before)) = (cx.it.parts.get(index), cx.body(index)) else {
        return Err(Refusal::Nothing);
    };
    let (Some(json), Some(dialect)) = (json(part), write::dialect(cx, part)) else {
        return Err(Refusal::Nothing);
    };
    if before.nodes.len() > MOST_NODES {
        return Err(Refusal::TooMany);
    }
    // Where the example is an object of the test library, there are no values yet.
    if leaves.is_empty() || before.nodes.is_empty() || is_of_markers(cx, part) {
        return Err(Refusal::Nothing);
    }
    let mut plan = Plan {
        wanted: leaves.iter().map(|node| node.id()).collect(),
        groups: part.rules.as_ref().map_or(&[][..], |rules| &rules.groups),
        index,
        known: OnceCell::new(),
        dialect,
        aim,
        avoided: FxHashSet::default(),
        before,
        cx,
        out: Out::default(),
    };
    let sketch = Sketch::of(vec![json], &plan.wanted);
    for _ in 0..MOST_TRIES {
        plan.out = Out::default();
        plan.visit(&sketch, if plan.dialect.flat { "$.body" } else { "$" }, false);
        if plan.out.rules.len() > MOST_RULES {
            return Err(Refusal::TooMany);
        }
        if !plan.out.rules.iter().any(|rule| rule.loosens()) {
            break;
        }
        let avoided = plan.avoided.len();
        plan.avoided.extend(plan.in_the_way(json).ok_or(Refusal::Nothing)?);
        if plan.avoided.len() == avoided {
            return plan.proposal(part).ok_or(Refusal::Nothing);
        }
    }
    Err(Refusal::Nothing)
}

/// A rule being proposed.
struct Rule<'a> {
    path: String,
    accepts: Accepts,
    /// What it is for.
    nodes: Vec<Cursor<'a>>,
    /// One of the examples is null.
    nulls: bool,
}

impl Rule<'_> {
    fn loosens(&self) -> bool {
        self.accepts.phrase().is_some()
    }
}

#[derive(Default)]
struct Out<'a> {
    rules: Vec<Rule<'a>>,
    reached: Vec<(Accepts, Vec<Cursor<'a>>)>,
    left: Vec<Cursor<'a>>,
}

struct Plan<'p, 'a> {
    cx: &'p InteractionCx<'a>,
    groups: &'p [RuleGroup],
    before: &'p BodyResolution,
    wanted: FxHashSet<NodeId>,
    /// Counts the parts.
    index: usize,
    /// Values that are known from elsewhere, once they are asked for.
    known: OnceCell<FxHashSet<Cow<'a, str>>>,
    dialect: Dialect,
    aim: Aim,
    /// Nodes that no rule is made for, because it would get in the way of another.
    avoided: FxHashSet<NodeId>,
    out: Out<'a>,
}

impl<'a> Plan<'_, 'a> {
    fn is_governed(&self, node: Cursor<'_>) -> bool {
        self.before.rule_for(node.id()).is_some_and(|rule| is_governed(rule, self.groups))
    }

    /// `path` leads to the nodes of the sketch; `under` tells that a proposed rule for an array
    /// reaches them.
    fn visit(&mut self, sketch: &Sketch<'a>, path: &str, under: bool) {
        if self.out.rules.len() > MOST_RULES || !sketch.wanted && !under {
            return;
        }
        match &sketch.form {
            Form::Leaf => self.leaf(sketch, path, under),
            Form::Object(fields) => {
                for (step, field) in fields {
                    match step {
                        _ if !field.wanted && !under => {}
                        Some(step) => self.visit(field, &format!("{path}{step}"), under),
                        None => self.leave(field),
                    }
                }
            }
            Form::Array(Some(items)) => self.array(sketch, items, path, under),
            Form::Array(None) if under => {
                self.out.reached.push((Accepts::Anything, sketch.nodes.clone()));
            }
            Form::Array(None) | Form::Mixed => self.leave(sketch),
        }
    }

    /// Notes that what is wanted here and below gets no rule.
    fn leave(&mut self, sketch: &Sketch<'a>) {
        let below = sketch.nodes.iter().flat_map(|node| node.subtree().map(|id| node.at(NodeId(id))));
        self.out.left.extend(below.filter(|node| self.wanted.contains(&node.id())));
    }

    fn array(&mut self, sketch: &Sketch<'a>, items: &Sketch<'a>, path: &str, under: bool) {
        let free = |node: &Cursor<'a>| !self.is_governed(*node) && !self.avoided.contains(&node.id());
        let elastic = self.aim == Aim::Body
            && items.alike
            && !sketch.nodes.iter().any(|array| array.is_empty_container())
            && sketch.nodes.iter().all(free)
            && (under || !has_places(items) && self.pays(items));
        let deeper = format!("{path}[*]");
        if elastic {
            let nodes = sketch.nodes.clone();
            self.out.rules.push(Rule { path: path.to_owned(), accepts: Accepts::Items, nodes, nulls: false });
            self.visit(items, &deeper, true);
        } else if items.joint {
            self.visit(items, &deeper, under);
        } else if let [array] = sketch.nodes[..] {
            for (index, item) in array.elements().enumerate() {
                let item = Sketch::of(vec![item], &self.wanted);
                self.visit(&item, &format!("{path}[{index}]"), under);
            }
        } else {
            self.leave(sketch);
        }
    }

    fn leaf(&mut self, sketch: &Sketch<'a>, path: &str, under: bool) {
        let nodes: Vec<Cursor<'a>> =
            sketch.nodes.iter().copied().filter(|node| !self.is_governed(*node)).collect();
        let Some(first) = nodes.first().copied() else { return };
        if nodes.iter().any(|node| self.avoided.contains(&node.id())) {
            return self.leave(sketch);
        }
        let nulls = sketch.nodes.iter().any(|node| node.is_null());
        let accepts = if sketch.wanted {
            Some(match Accepts::all(&sketch.nodes, self.aim) {
                // `type` knows one kind of numbers.
                Accepts::Integer if self.dialect.basic => Accepts::Number,
                accepts => accepts,
            })
        } else if self.stays(sketch) {
            Accepts::only(&sketch.nodes, self.dialect)
        } else {
            None
        };
        if let Some(accepts) = accepts {
            self.out.rules.push(Rule { path: path.to_owned(), accepts, nodes, nulls });
        } else if under && !first.is_null() {
            // The rule for the array reaches it: any value of its type.
            let accepts = match first.kind() {
                Kind::Number => Accepts::Number,
                Kind::String => Accepts::Text,
                _ => Accepts::Boolean,
            };
            self.out.reached.push((accepts, nodes));
        }
    }

    /// Whether the leaves of a sketch are to stay as they are.
    fn stays(&self, leaf: &Sketch<'a>) -> bool {
        let one = |node: &Cursor<'a>| {
            let counts = matches!(node.kind(), Kind::String | Kind::Number);
            // A rule would repeat it.
            let secret = || {
                let from = self.cx.secrets.partition_point(|secret| secret.span.start < node.span().start);
                self.cx.secrets.get(from).is_some_and(|secret| node.span().contains(secret.span))
            };
            let known = || self.known.get_or_init(|| known_values(self.cx, self.index));
            counts && (is_constant(*node) || known().contains(&node.to_text())) && !secret()
        };
        !leaf.wanted && leaf.nodes.iter().all(one)
    }

    /// Whether more is loosened in an array than has to be kept by a rule of its own.
    fn pays(&self, items: &Sketch<'a>) -> bool {
        let (mut wanted, mut kept) = (0, 0);
        items.each_leaf(true, &mut |leaf, _| {
            wanted += usize::from(leaf.wanted);
            kept += usize::from(self.stays(leaf));
        });
        wanted >= kept
    }

    /// Nodes of rules that would take a value from a rule that holds for it now, or that another
    /// rule takes theirs from. `None` if that cannot be told.
    fn in_the_way(&self, json: Cursor<'_>) -> Option<Vec<NodeId>> {
        let rules = &self.out.rules;
        let mut further: Vec<(PathExpr, String)> = Vec::with_capacity(rules.len());
        let mut targets: FxHashMap<NodeId, usize> = FxHashMap::default();
        let mut bad: FxHashSet<usize> = FxHashSet::default();
        let written: FxHashSet<Cow<'_, str>> =
            self.groups.iter().map(|group| self.cx.node(group.key).name()).collect();
        for (index, rule) in rules.iter().enumerate() {
            let path = match self.dialect.flat {
                true => format!("${}", rule.path.strip_prefix("$.body")?),
                false => rule.path.clone(),
            };
            further.push((parse_path(&path).ok()?, path));
            targets.extend(rule.nodes.iter().map(|node| (node.id(), index)));
            if written.contains(&*rule.path) {
                bad.insert(index);
            }
        }
        let after = resolve_paths(json, self.groups, &further);
        if after.nodes.len() != self.before.nodes.len() {
            return None;
        }
        for (before, after) in self.before.nodes.iter().zip(&after.nodes) {
            let winner = after.best.and_then(|best| (best as usize).checked_sub(self.groups.len()));
            if is_governed(*before, self.groups) {
                bad.extend(winner.filter(|_| after.best != before.best));
                continue;
            }
            let Some(target) = targets.get(&before.node) else { continue };
            if winner != Some(*target) || after.cascaded || after.tie.is_some() {
                bad.insert(*target);
            }
        }
        Some(bad.into_iter().filter_map(|index| rules[index].nodes.first().map(|node| node.id())).collect())
    }

    fn proposal(self, part: &Part) -> Option<Proposal> {
        let edits = write::edits(self.cx, part, &self.out.rules, self.dialect)?;
        let loosened = self.out.rules.iter().filter(|rule| rule.loosens());
        let values =
            loosened.flat_map(|rule| &rule.nodes).filter(|node| !node.is_container() && !node.is_null());
        let values = values.map(|node| node.id()).collect();
        let arrays = self.out.rules.iter().filter(|rule| rule.accepts == Accepts::Items);
        let arrays = arrays.flat_map(|rule| &rule.nodes).map(|node| node.id()).collect();
        let proposed = |rule: Rule<'a>| {
            let first = rule.nodes.first();
            Proposed {
                path: rule.path,
                accepts: rule.accepts,
                name: first.map_or_else(String::new, |node| name(*node).into_owned()),
            }
        };
        let reached = |(accepts, nodes): (Accepts, Vec<Cursor<'_>>)| Reached {
            accepts,
            name: nodes.first().map_or_else(String::new, |node| name(*node).into_owned()),
            nodes: nodes.into_iter().map(Cursor::id).collect(),
        };
        Some(Proposal {
            rules: self.out.rules.into_iter().map(proposed).collect(),
            reached: self.out.reached.into_iter().map(reached).collect(),
            left: self.out.left.into_iter().map(|node| name(node).into_owned()).collect(),
            values,
            arrays,
            edits,
        })
    }
}

/// Whether items differ in a constant, such as the `rel` of links: each has its place then, and
/// one is not as good as another.
fn has_places(items: &Sketch<'_>) -> bool {
    let mut found = false;
    items.each_leaf(true, &mut |leaf, is_item| {
        let constant = !leaf.wanted && !is_item && leaf.nodes.iter().all(|node| is_constant(*node));
        found |= constant && leaf.nodes.windows(2).any(|pair| pair[0].to_text() != pair[1].to_text());
    });
    found
}

/// So many names are told of what is accepted alike.
const MOST_NAMES: usize = 3;

impl Proposal {
    /// What applying it means, such as "Accept any integer for 'id'; any text for 'name'".
    pub fn title(&self) -> String {
        let mut kinds: Vec<(String, Vec<&str>)> = Vec::new();
        let ruled = self.rules.iter().map(|rule| (&rule.accepts, &*rule.name));
        let reached = self.reached.iter().map(|reached| (&reached.accepts, &*reached.name));
        for (accepts, name) in ruled.chain(reached) {
            let Some(phrase) = accepts.phrase() else { continue };
            let at = kinds.iter().position(|(known, _)| *known == phrase).unwrap_or_else(|| {
                kinds.push((phrase, Vec::new()));
                kinds.len() - 1
            });
            if !kinds[at].1.contains(&name) {
                kinds[at].1.push(name);
            }
        }
        let one = |(phrase, names): &(String, Vec<&str>)| format!("{phrase} {}", listed(names));
        let mut title = format!("Accept {}", kinds.iter().map(one).collect::<Vec<_>>().join("; "));
        if !self.left.is_empty() {
            let names: Vec<&str> = self.left.iter().map(|name| &**name).collect();
            title += &format!("; no rule can be written for {}", listed(&names));
        }
        title
    }
}

/// `'a' and 'b'`, `'a', 'b', 'c' and 2 more`.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("'{name}'")).collect();
    match (quoted.split_last(), names.len().saturating_sub(MOST_NAMES)) {
        (_, more @ 1..) => format!("{} and {more} more", quoted.join(", ")),
        (Some((last, all @ [_, ..])), _) => format!("{} and {last}", all.join(", ")),
        _ => quoted.concat(),
    }
}
