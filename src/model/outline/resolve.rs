//! Which rule holds for which node of an outline.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::outline::Outline;
use crate::model::{Category, MatcherKind, RuleGroup, Step, Target};
use crate::syntax::Cursor;

/// The rule that holds for one node of an outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutlineRule {
    /// The winning group, as an index into the part's groups.
    pub best: Option<u32>,
    /// The rule was set further up.
    pub cascaded: bool,
    /// Another group has equal weight: which of the two wins is left to chance.
    pub tie: bool,
    /// Some rule that holds here, not only the winner, asks for the type only.
    pub typed: bool,
}

/// For every node of an outline the rule that holds, and for every rule whether it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineResolution {
    /// One entry a node.
    pub rules: Vec<OutlineRule>,
    /// For each group of the part: the number of nodes that its path picks.
    pub hits: Vec<u32>,
}

/// Most pairs of a rule and a node that are tried. Only a file made to be slow has more.
const MAX_WORK: usize = 10_000_000;

/// Resolves an outline against `groups`, by the weights of `path_weight` in pact_models.
/// `root` is any cursor of the tree that the groups come from.
pub(super) fn resolve_outline(
    outline: &Outline,
    groups: &[RuleGroup],
    root: Cursor<'_>,
) -> OutlineResolution {
    let count = outline.nodes.len();
    let mut out =
        OutlineResolution { rules: vec![OutlineRule::default(); count], hits: vec![0; groups.len()] };
    if groups.is_empty() {
        return out;
    }
    if groups.len().saturating_mul(count) > MAX_WORK {
        // Claims nothing: no node has a rule, and no rule is said to hit nothing.
        out.hits = vec![1; groups.len()];
        return out;
    }
    let mut resolver = Resolver {
        outline,
        paths: groups.iter().map(|group| path_of(group, root)).collect(),
        active: Vec::new(),
        out,
    };
    let mut best = None;
    for (index, path) in resolver.paths.iter().enumerate() {
        let Some(path) = path else { continue };
        if path.empty {
            best = Some(Best { score: 0, group: index as u32, exact_at: usize::MAX, tie: false });
            resolver.out.hits[index] += 1;
        } else {
            resolver.active.push((index as u32, 2u128));
        }
    }
    let typed = resolver.paths.iter().flatten().any(|path| path.empty && path.typed);
    let all = 0..resolver.active.len();
    resolver.walk(0, 0, all, best, typed);
    resolver.out
}

struct Path<'a> {
    steps: &'a [(Step, u32, u32)],
    text: Cow<'a, str>,
    empty: bool,
    typed: bool,
}

fn path_of<'a>(group: &'a RuleGroup, root: Cursor<'a>) -> Option<Path<'a>> {
    match &group.target {
        Target::Path(path) if group.category == Category::Body && group.is_live() => Some(Path {
            steps: &path.steps,
            text: root.at(group.key).name(),
            empty: path.empty,
            typed: group.matchers.iter().any(|matcher| matches!(matcher.kind, MatcherKind::Type { .. })),
        }),
        _ => None,
    }
}

/// How much a step weighs for a name; nothing if it does not pick it (`matches_token` in
/// pact_models).
pub(super) fn weight(step: Step, text: &str, name: &str) -> u128 {
    match step {
        Step::Field(..) => 2 * u128::from(step.name(text) == Some(name)),
        Step::Index(wanted) => 2 * u128::from(name.parse() == Ok(wanted)),
        Step::Star => 1,
        Step::StarIndex => u128::from(name.parse::<usize>().is_ok()),
    }
}

#[derive(Clone, Copy)]
struct Best {
    score: u128,
    group: u32,
    /// The depth at which the group's path ends.
    exact_at: usize,
    tie: bool,
}

struct Resolver<'a> {
    outline: &'a Outline,
    paths: Vec<Option<Path<'a>>>,
    /// The groups that still match, with their weight so far: for each level of the walk a
    /// stretch at the end.
    active: Vec<(u32, u128)>,
    out: OutlineResolution,
}

impl Resolver<'_> {
    /// `level` is the stretch of `active` with the groups whose first `depth` steps match
    /// the way to `node`. The depth of an outline is bounded.
    fn walk(
        &mut self,
        node: u32,
        depth: usize,
        level: Range<usize>,
        mut best: Option<Best>,
        mut typed: bool,
    ) {
        for &(group, weight) in &self.active[level.clone()] {
            let Some(path) = self.paths[group as usize].as_ref().filter(|path| path.steps.len() == depth)
            else {
                continue;
            };
            self.out.hits[group as usize] += 1;
            typed |= path.typed;
            let score = weight.saturating_mul(depth as u128 + 1);
            best = match best {
                Some(b) if b.score > score => Some(b),
                Some(b) if b.score == score => Some(Best { tie: true, ..b }),
                _ => Some(Best { score, group, exact_at: depth, tie: false }),
            };
        }
        self.out.rules[node as usize] = OutlineRule {
            best: best.map(|b| b.group),
            cascaded: best.is_some_and(|b| b.exact_at != depth),
            tie: best.is_some_and(|b| b.tie),
            typed,
        };
        let outline = self.outline;
        for child in outline.children(node) {
            let start = self.active.len();
            for at in level.clone() {
                let (group, so_far) = self.active[at];
                let Some(path) = &self.paths[group as usize] else { continue };
                let Some(&(step, ..)) = path.steps.get(depth) else { continue };
                let weight = weight(step, &path.text, &outline.nodes[child as usize].name);
                if weight > 0 {
                    self.active.push((group, so_far.saturating_mul(weight)));
                }
            }
            let end = self.active.len();
            self.walk(child, depth + 1, start..end, best, typed);
            self.active.truncate(start);
        }
    }
}
