//! Why a rule picks no node of its example, and what may have been meant.

use std::borrow::Cow;

use crate::model::{
    BodyResolution, Category, Format, GroupShape, MatcherKind, PathExpr, RuleGroup, Step, Target, field_step,
};
use crate::rules::InteractionCx;
use crate::rules::matching::visit::is_known_category;
use crate::syntax::Cursor;
use crate::text::{Span, nearest};

/// So many nodes are looked at on behalf of one rule.
const BUDGET: u32 = 2_000;
/// So many rules of one body may have the whole of it searched for what they meant.
const SEARCHES: u32 = 16;
/// Rules times nodes of one body that are looked at; what is beyond is not a pact.
const WORK: usize = 5_000_000;

/// A rule of a JSON body that picks none of its nodes.
pub(super) struct Dead<'a> {
    /// The rule.
    pub(super) group: &'a RuleGroup,
    /// Its path as text.
    pub(super) text: Cow<'a, str>,
    /// Why it picks nothing.
    pub(super) slip: Slip<'a>,
}

/// Why a path leads nowhere. At most one rule speaks for each.
pub(super) enum Slip<'a> {
    /// It need not lead anywhere: another rule lets values in that the example has not.
    Legal,
    /// `$.body` in front, as in V2; what the path without it picks.
    V2Prefix(Option<Cursor<'a>>),
    /// Several steps are the name of this one key.
    UnquotedDot { first: usize, last: usize, key: Cursor<'a> },
    /// `[*]` on an object that has members.
    StarOnObject { step: usize },
    /// An array without items.
    EmptyArray(Cursor<'a>),
    /// There is no such node.
    Lost { step: usize, at: Cursor<'a>, meant: Option<Meant<'a>> },
}

/// A node that the rule was probably meant for.
pub(super) struct Meant<'a> {
    /// A path that picks it.
    pub(super) path: String,
    /// The node.
    pub(super) target: Cursor<'a>,
    /// Whether it is compared by equality, for want of the rule.
    pub(super) exact: bool,
}

impl<'a> Dead<'a> {
    /// The steps of the path.
    pub(super) fn steps(&self) -> &'a [(Step, u32, u32)] {
        match &self.group.target {
            Target::Path(path) => &path.steps,
            _ => &[],
        }
    }

    /// The text of one step.
    pub(super) fn step_text(&self, step: usize) -> &str {
        self.steps().get(step).map_or("", |s| &self.text[s.1 as usize..s.2 as usize])
    }

    /// Where the steps from `first` to `last` stand in the file.
    pub(super) fn span(&self, cx: &InteractionCx<'a>, first: usize, last: usize) -> Span {
        let key = cx.node(self.group.key);
        match (self.steps().get(first), self.steps().get(last)) {
            (Some(first), Some(last)) => key.span_within(first.1 as usize..last.2 as usize),
            _ => key.span(),
        }
    }
}

/// Calls `f` with each rule of a JSON body that picks nothing, and why. Where a plugin
/// may have a say, nothing is said.
pub(super) fn each_dead<'a>(cx: &InteractionCx<'a>, f: &mut dyn FnMut(Dead<'a>)) {
    if !cx.is_read() {
        return;
    }
    for (index, part) in cx.it.parts.iter().enumerate() {
        let Some(rules) = part.rules.as_ref().filter(|rules| rules.groups.iter().any(is_body_path)) else {
            continue;
        };
        let Some(root) = part.body.as_ref().filter(|b| b.format == Format::Json).and_then(|b| b.json())
        else {
            continue;
        };
        let Some(resolution) = cx.body(index) else { continue };
        let root = cx.node(root);
        if root.is_string() {
            continue;
        }
        let mut finder = Finder { root, resolution, groups: &rules.groups, searches: SEARCHES };
        let mut work = 0;
        for (hits, group) in resolution.hits.iter().zip(&rules.groups) {
            let Target::Path(path) = &group.target else { continue };
            if *hits > 0 || !is_body_path(group) || work > WORK {
                continue;
            }
            work += resolution.nodes.len();
            if cx.has_plugins() {
                return;
            }
            let flat = group.shape == GroupShape::V2Rule;
            if !flat && !is_known_category(&cx.node(group.category_key).name()) {
                continue;
            }
            let text = cx.node(group.key).name();
            let slip = finder.slip(path, &text, flat);
            f(Dead { group, text, slip });
        }
    }
}

fn is_body_path(group: &RuleGroup) -> bool {
    group.category == Category::Body && group.is_live() && matches!(group.target, Target::Path(_))
}

type Steps<'s> = &'s [(Step, u32, u32)];

struct Finder<'c, 'a> {
    root: Cursor<'a>,
    resolution: &'c BodyResolution,
    groups: &'a [RuleGroup],
    searches: u32,
}

impl<'a> Finder<'_, 'a> {
    fn slip(&mut self, path: &PathExpr, text: &str, flat: bool) -> Slip<'a> {
        let steps = &path.steps[..];
        let mut stop = (self.root, 0);
        furthest(self.root, steps, text, 0, &mut BUDGET.clone(), &mut stop);
        let (node, depth) = stop;
        let route = self.route(node);
        if route.iter().any(|node| self.takes_more(*node)) {
            return Slip::Legal;
        }
        let Some(&(step, ..)) = steps.get(depth) else { return Slip::Legal };
        if depth == 0 && !flat && step.name(text) == Some("body") && text.starts_with('$') {
            return Slip::V2Prefix(first_hit(self.root, &steps[1..], text));
        }
        if let Some(slip) = unquoted(&route, steps, text) {
            return slip;
        }
        let last = depth + 1 == steps.len();
        match step {
            _ if node.is_array() && node.is_empty_container() => return Slip::EmptyArray(node),
            Step::Star | Step::StarIndex if node.is_empty_container() => return Slip::Legal,
            Step::StarIndex if node.is_object() => return Slip::StarOnObject { step: depth },
            // Libraries write `[*].*` below every array, whatever its items are.
            Step::Star if last && !node.is_container() => return Slip::Legal,
            // A rule lets the array have more items than the example.
            Step::Index(_) if node.is_array() && self.is_ruled(node) => return Slip::Legal,
            _ => {}
        }
        let meant = self.meant(node, depth, steps, text, flat);
        Slip::Lost { step: depth, at: node, meant }
    }

    /// The nodes from the root of the body to `node`.
    fn route(&self, node: Cursor<'a>) -> Vec<Cursor<'a>> {
        let mut route = node.path_from_root();
        route.retain(|step| step.id() >= self.root.id());
        route
    }

    /// Whether a rule on this very node lets values in that the example has not.
    fn takes_more(&self, node: Cursor<'a>) -> bool {
        let rule = self.resolution.rule_for(node.id()).filter(|rule| !rule.cascaded);
        let matchers =
            rule.and_then(|rule| rule.best).map_or(&[][..], |best| &self.groups[best as usize].matchers);
        matchers.iter().any(|m| {
            matches!(
                m.kind,
                MatcherKind::Values
                    | MatcherKind::ArrayContains(_)
                    | MatcherKind::EachKey(_)
                    | MatcherKind::EachValue(_)
            )
        })
    }

    fn is_ruled(&self, node: Cursor<'a>) -> bool {
        self.resolution.rule_for(node.id()).is_some_and(|rule| rule.best.is_some())
    }

    /// The node at `target`, unless a rule of its own holds for it already.
    fn free(&self, target: Cursor<'a>, path: String) -> Option<Meant<'a>> {
        let rule = self.resolution.rule_for(target.id())?;
        if rule.best.is_some() && !rule.cascaded {
            return None;
        }
        Some(Meant { path, target, exact: self.resolution.is_exact(rule, self.groups) })
    }

    /// A node one slip away from where the path fails, at `steps[depth]` in `node`.
    fn meant(
        &mut self,
        node: Cursor<'a>,
        depth: usize,
        steps: Steps<'_>,
        text: &str,
        flat: bool,
    ) -> Option<Meant<'a>> {
        let (step, start, end) = *steps.get(depth)?;
        let (before, this, after) = (text.get(..start as usize)?, start as usize, text.get(end as usize..)?);
        if !before.starts_with('$') {
            return None;
        }
        let rest = &steps[depth + 1..];
        if node.is_object() {
            if let Some(name) = step.name(text) {
                let keys: Vec<Cow<'_, str>> =
                    node.members().take(BUDGET as usize).map(|m| m.key.name()).collect();
                if let Some(near) = nearest(name, keys.iter().map(|k| &**k)) {
                    let target = node.get(near).and_then(|value| first_hit(value, rest, text));
                    if let Some(target) = target {
                        return self.free(target, format!("{before}{}{after}", field_step(near)?));
                    }
                }
            } else if let Some(target) = first_hit(node, rest, text) {
                return self.free(target, format!("{before}{after}"));
            }
        } else if node.is_array() && matches!(step, Step::Field(..)) {
            let target = node.elements().find_map(|item| first_hit(item, &steps[depth..], text));
            if let Some(target) = target {
                return self.free(target, format!("{before}[*]{}", &text[this..]));
            }
        }
        self.elsewhere(steps, text, flat)
    }

    /// The one node that the path would pick if it had a step more or less, compared by
    /// equality for want of the rule.
    fn elsewhere(&mut self, steps: Steps<'_>, text: &str, flat: bool) -> Option<Meant<'a>> {
        let wanted: Vec<&str> = steps.iter().filter_map(|(step, ..)| step.name(text)).collect();
        let last = *wanted.last()?;
        if self.searches == 0 || self.resolution.nodes.len() > 10 * BUDGET as usize {
            return None;
        }
        self.searches -= 1;
        let mut found: Option<Meant<'a>> = None;
        for rule in &self.resolution.nodes {
            let node = self.root.at(rule.node);
            let named = node.id() != self.root.id() && node.key().is_some_and(|key| key.is_named(last));
            if !named || !self.resolution.is_exact(*rule, self.groups) || rule.best.is_some() {
                continue;
            }
            let (path, names) = self.path_to(node, flat)?;
            let names: Vec<&str> = names.iter().map(|n| &**n).collect();
            if names == wanted || !(is_within(&wanted, &names) || is_within(&names, &wanted)) {
                continue;
            }
            match &found {
                Some(known) if known.path != path => return None,
                Some(_) => {}
                None => found = Some(Meant { path, target: node, exact: true }),
            }
        }
        found
    }

    /// A path to `node` that takes all items of each array, and the names on it.
    fn path_to(&self, node: Cursor<'a>, flat: bool) -> Option<(String, Vec<Cow<'a, str>>)> {
        let mut path = if flat { "$.body".to_owned() } else { "$".to_owned() };
        let mut names = Vec::new();
        for step in self.route(node).iter().skip(1) {
            match step.key() {
                Some(key) => {
                    path.push_str(&field_step(&key.name())?);
                    names.push(key.name());
                }
                None => path.push_str("[*]"),
            }
        }
        Some((path, names))
    }
}

/// Whether all of `few` are in `many`, in the same order.
fn is_within(few: &[&str], many: &[&str]) -> bool {
    let mut many = many.iter();
    few.iter().all(|name| many.any(|other| other == name))
}

/// Keys that hold a dot or a bracket and are spelt out without quotes.
fn unquoted<'a>(route: &[Cursor<'a>], steps: Steps<'_>, text: &str) -> Option<Slip<'a>> {
    for (first, object) in route.iter().enumerate().rev() {
        let Some((Step::Field(start, end), _, after)) = steps.get(first) else { continue };
        if !object.is_object() || end != after {
            continue;
        }
        for last in first + 1..steps.len() {
            let Some(name) = text.get(*start as usize..steps[last].2 as usize) else { continue };
            let Some(value) = object.get(name) else { continue };
            if let (Some(key), Some(_)) = (value.key(), first_hit(value, &steps[last + 1..], text)) {
                return Some(Slip::UnquotedDot { first, last, key });
            }
        }
    }
    None
}

/// The children of `node` that `step` picks.
fn children<'a, 't>(
    node: Cursor<'a>,
    step: Step,
    text: &'t str,
) -> impl Iterator<Item = Cursor<'a>> + use<'a, 't> {
    let name = step.name(text);
    let members = node.members().filter(move |member| match step {
        Step::Star => true,
        Step::Field(..) => name.is_some_and(|name| member.key.is_named(name)),
        Step::Index(wanted) => member.key.name().parse() == Ok(wanted),
        Step::StarIndex => member.key.name().parse::<usize>().is_ok(),
    });
    let items = node.elements().enumerate().filter(move |(index, _)| match step {
        Step::Star | Step::StarIndex => true,
        Step::Field(..) => name.is_some_and(|name| name.parse() == Ok(*index)),
        Step::Index(wanted) => wanted as usize == *index,
    });
    members.filter_map(|member| member.value).chain(items.map(|(_, item)| item))
}

/// The first node that `steps` pick, starting at `node`.
fn first_hit<'a>(node: Cursor<'a>, steps: Steps<'_>, text: &str) -> Option<Cursor<'a>> {
    let mut stop = (node, 0);
    furthest(node, steps, text, 0, &mut BUDGET.clone(), &mut stop);
    (stop.1 == steps.len()).then_some(stop.0)
}

/// Follows `steps[depth..]` and leaves in `stop` the first node of those that it gets
/// furthest to, and how many steps that took.
fn furthest<'a>(
    node: Cursor<'a>,
    steps: Steps<'_>,
    text: &str,
    depth: usize,
    budget: &mut u32,
    stop: &mut (Cursor<'a>, usize),
) {
    if depth > stop.1 {
        *stop = (node, depth);
    }
    let Some(&(step, ..)) = steps.get(depth) else { return };
    for child in children(node, step, text) {
        if *budget == 0 || stop.1 == steps.len() {
            return;
        }
        *budget -= 1;
        furthest(child, steps, text, depth + 1, budget, stop);
    }
}
