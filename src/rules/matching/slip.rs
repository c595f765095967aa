//! Why a rule picks no node of its example, and what may have been meant.

use std::borrow::Cow;

use crate::model::{
    Body, BodyResolution, BodyShape, Category, Format, GroupShape, MatcherKind, PathExpr, RuleGroup, Step,
    Target, Version,
};
use crate::rules::InteractionCx;
use crate::rules::matching::variants::each_item;
use crate::rules::matching::visit::is_known_category;
use crate::rules::matching::walk::{BUDGET, Steps, first_hit, furthest};
use crate::syntax::Cursor;
use crate::text::Span;

/// So many rules of one body may have the whole of it searched for what they meant.
const SEARCHES: u32 = 16;
/// Rules times nodes of one interaction that are looked at; what is beyond is not a pact.
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
    StarOnObject {
        /// The step.
        step: usize,
        /// A rule on the object itself lets it have other keys.
        free: bool,
    },
    /// An array without items.
    EmptyArray(Cursor<'a>),
    /// There is no such node.
    Lost { step: usize, at: Cursor<'a> },
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
pub(super) fn each_dead<'a>(cx: &InteractionCx<'a>, f: &mut dyn FnMut(Dead<'a>, &mut Finder<'_, 'a>)) {
    if !cx.is_read() || is_of_newer_form(cx) {
        return;
    }
    let mut work = 0;
    for (index, part) in cx.it.parts.iter().enumerate() {
        let Some(rules) = part.rules.as_ref().filter(|rules| rules.groups.iter().any(is_body_path)) else {
            continue;
        };
        let Some(root) = part
            .body
            .as_ref()
            .filter(|b| b.format == Format::Json && !is_misnamed(cx, b))
            .and_then(|b| b.json())
        else {
            continue;
        };
        let Some(resolution) = cx.body(index) else { continue };
        let root = cx.node(root);
        if root.is_string() {
            continue;
        }
        let known = |group: &RuleGroup| {
            group.shape == GroupShape::V2Rule || is_known_category(&cx.node(group.category_key).name())
        };
        let mut finder = Finder { root, resolution, groups: &rules.groups, searches: SEARCHES };
        if !dead_in(cx, &mut finder, &resolution.hits, &mut work, &known, f) {
            return;
        }
        each_item(root, &rules.groups, resolution, &mut |items| {
            // A path of a variant picks something if it does so in one of the arrays.
            let Some(first) = items.first() else { return };
            let mut hits = first.resolution.hits.clone();
            for other in &items[1..] {
                hits.iter_mut().zip(&other.resolution.hits).for_each(|(sum, more)| *sum += more);
            }
            let (root, groups) = (first.item, first.groups);
            let mut finder = Finder { root, resolution: &first.resolution, groups, searches: SEARCHES };
            dead_in(cx, &mut finder, &hits, &mut work, &|_| true, f);
        });
    }
}

/// Calls `f` with each rule that `finder` knows and that hits nothing. `false` once a plugin
/// may have a say.
fn dead_in<'a>(
    cx: &InteractionCx<'a>,
    finder: &mut Finder<'_, 'a>,
    hits: &[u32],
    work: &mut usize,
    known: &dyn Fn(&RuleGroup) -> bool,
    f: &mut dyn FnMut(Dead<'a>, &mut Finder<'_, 'a>),
) -> bool {
    for (hits, group) in hits.iter().zip(finder.groups) {
        let Target::Path(path) = &group.target else { continue };
        if *hits > 0 || !is_body_path(group) || *work > WORK {
            continue;
        }
        if *work == 0 && cx.has_plugins() {
            return false;
        }
        *work += finder.resolution.nodes.len().max(1);
        if !known(group) {
            continue;
        }
        let text = cx.node(group.key).name();
        let slip = finder.slip(path, &text, group.shape == GroupShape::V2Rule);
        f(Dead { group, text, slip }, finder);
    }
    true
}

/// Whether the interaction has the form of V4 in an older file: its paths are about the
/// `content` of bodies, and only the version is wrong.
pub(crate) fn is_of_newer_form(cx: &InteractionCx<'_>) -> bool {
    let kind = cx.it.type_node.map(|id| cx.text(id));
    cx.version() != Version::V4
        && kind.is_some_and(|kind| kind.starts_with("Synchronous/") || kind.starts_with("Asynchronous/"))
}

/// Whether a body of V4 has its content under another key: the paths are about that one.
pub(crate) fn is_misnamed(cx: &InteractionCx<'_>, body: &Body) -> bool {
    let node = cx.node(body.node);
    body.shape == BodyShape::Unwrapped && ["contentType", "encoded"].iter().any(|key| node.get(key).is_some())
}

fn is_body_path(group: &RuleGroup) -> bool {
    group.category == Category::Body && group.is_live() && matches!(group.target, Target::Path(_))
}

/// A body and its rules, for finding out why one of them picks nothing.
pub(super) struct Finder<'c, 'a> {
    /// The root of the body.
    pub(super) root: Cursor<'a>,
    /// Which rule holds for which node.
    pub(super) resolution: &'c BodyResolution,
    /// The rules of the part.
    pub(super) groups: &'a [RuleGroup],
    /// How often the whole body may still be searched.
    pub(super) searches: u32,
}

impl<'a> Finder<'_, 'a> {
    fn slip(&mut self, path: &PathExpr, text: &str, flat: bool) -> Slip<'a> {
        let steps = &path.steps[..];
        let mut stop = (self.root, 0);
        furthest(self.root, steps, text, 0, &mut BUDGET.clone(), &mut stop);
        let (node, depth) = stop;
        let route = self.route(node);
        let Some(&(step, ..)) = steps.get(depth) else { return Slip::Legal };
        if let Some(free) = route.iter().position(|node| self.takes_more(*node)) {
            // Whatever keys the object has, `[*]` is none of them.
            let keyed = free + 1 == route.len() && node.is_object() && !node.is_empty_container();
            let star = step == Step::StarIndex && keyed;
            return if star { Slip::StarOnObject { step: depth, free: true } } else { Slip::Legal };
        }
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
            Step::StarIndex if node.is_object() => return Slip::StarOnObject { step: depth, free: false },
            // Libraries write `[*].*` below every array, whatever its items are.
            Step::Star if last && !node.is_container() => return Slip::Legal,
            // A rule lets the array have more items than the example.
            Step::Index(_) if node.is_array() && self.is_ruled(node) => return Slip::Legal,
            _ => {}
        }
        Slip::Lost { step: depth, at: node }
    }

    /// The nodes from the root of the body to `node`.
    pub(super) fn route(&self, node: Cursor<'a>) -> Vec<Cursor<'a>> {
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
