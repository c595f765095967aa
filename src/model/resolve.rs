//! Which rule holds for which node of an example: `select`, weights, cascading.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::FxHasher;

use crate::model::example::JudgedByText;
use crate::model::{Category, Combine, MatcherKind, Part, PathExpr, RuleGroup, Step, Target};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::Span;

/// The rule that holds for one node of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRule {
    /// The node.
    pub node: NodeId,
    /// The winning group, as an index into the part's groups.
    pub best: Option<u32>,
    /// The rule was set on an ancestor.
    pub cascaded: bool,
    /// Another group that picks exactly this node with equal weight: which of the two
    /// wins is left to chance in the official core.
    pub tie: Option<u32>,
}

/// For every node of a body the rule that holds, and for every rule whether it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyResolution {
    /// Every node of the body in document order, keys left out.
    pub nodes: Vec<NodeRule>,
    /// For each group of the part: the number of nodes that its path picks.
    pub hits: Vec<u32>,
    /// Which scalars [`check_body`](crate::model::example::check_body) looks at, once asked.
    pub(super) judged: OnceCell<Option<Box<[JudgedByText]>>>,
}

/// Whether a group takes part in matching a body: it is about the body, its path
/// parses, and the core keeps at least one matcher of it.
fn body_path(group: &RuleGroup) -> Option<&PathExpr> {
    match &group.target {
        Target::Path(path) if group.category == Category::Body && group.is_live() => Some(path),
        _ => None,
    }
}

/// Resolves the body below `root` against `groups` (`max_by_path` and `path_weight` in
/// pact_models: a root or exact token weighs 2, a wildcard 1; weights multiply, and the
/// product times the number of tokens decides).
pub fn resolve_body(root: Cursor<'_>, groups: &[RuleGroup]) -> BodyResolution {
    resolve_paths(root, groups, &[])
}

/// Like [`resolve_body`], with further rules that are not written yet: each a path and its
/// text, counted on after the groups.
pub fn resolve_paths(
    root: Cursor<'_>,
    groups: &[RuleGroup],
    further: &[(PathExpr, String)],
) -> BodyResolution {
    let count = groups.len() + further.len();
    let work = count.saturating_mul(root.subtree().len());
    if work > MAX_WORK {
        // Claims nothing: no node has a rule, and no rule is said to hit nothing.
        return BodyResolution { nodes: Vec::new(), hits: vec![1; count], judged: OnceCell::new() };
    }
    let mut paths: Vec<Path<'_>> = Vec::with_capacity(count);
    // The field steps of each group point into the text of its key.
    paths.extend(groups.iter().map(|group| Path::new(body_path(group), root.at(group.key).name())));
    paths.extend(further.iter().map(|(path, text)| Path::new(Some(path), Cow::Borrowed(text))));
    // A key for each value but for items, so that this is seldom too little.
    let nodes = Vec::with_capacity(root.subtree().len() / 2 + 4);
    let mut resolver = Resolver {
        paths,
        active: Vec::with_capacity(2 * count),
        out: BodyResolution { nodes, hits: vec![0; count], judged: OnceCell::new() },
    };
    let mut best = None;
    for index in 0..count {
        let Some(path) = resolver.paths[index].path else { continue };
        if path.empty {
            // Matches everything with no weight at all.
            best = Some(Best { score: 0, group: index as u32, exact_at: usize::MAX, tie: None });
            resolver.out.hits[index] += 1;
        } else {
            resolver.active.push((index as u32, 1));
        }
    }
    let all = 0..resolver.active.len();
    resolver.walk(root, 0, all, best);
    resolver.out
}

/// Most pairs of a rule and a node that are tried. Only a file made to be slow has more.
const MAX_WORK: usize = 50_000_000;

#[derive(Clone, Copy)]
struct Best {
    score: u128,
    group: u32,
    /// The depth at which the group's path ends.
    exact_at: usize,
    tie: Option<u32>,
}

/// The path of a group.
struct Path<'a> {
    /// `None` where the group takes no part.
    path: Option<&'a PathExpr>,
    /// Its steps.
    steps: &'a [(Step, u32, u32)],
    text: Cow<'a, str>,
}

impl<'a> Path<'a> {
    fn new(path: Option<&'a PathExpr>, text: Cow<'a, str>) -> Path<'a> {
        Path { path, steps: path.map_or(&[][..], |path| &path.steps), text }
    }
}

struct Resolver<'a> {
    paths: Vec<Path<'a>>,
    /// The groups that still match, with their weight so far as a power of two: for each level
    /// of the walk a stretch at the end.
    active: Vec<(u32, u32)>,
    out: BodyResolution,
}

impl Resolver<'_> {
    /// `level` is the stretch of `active` with the groups whose first `depth` steps match
    /// the way to `node`.
    fn walk(&mut self, node: Cursor<'_>, depth: usize, level: Range<usize>, inherited: Option<Best>) {
        let mut best = inherited;
        for &(group, weight) in &self.active[level.clone()] {
            if self.paths[group as usize].steps.len() != depth {
                continue;
            }
            self.out.hits[group as usize] += 1;
            let weight = 1u128.checked_shl(weight).unwrap_or(u128::MAX);
            let score = weight.saturating_mul(depth as u128 + 1);
            best = match best {
                Some(b) if b.score > score => Some(b),
                Some(b) if b.score == score && b.exact_at == depth => Some(Best { tie: Some(group), ..b }),
                _ => Some(Best { score, group, exact_at: depth, tie: None }),
            };
        }
        self.out.nodes.push(NodeRule {
            node: node.id(),
            best: best.map(|b| b.group),
            cascaded: best.is_some_and(|b| b.exact_at != depth),
            tie: best.filter(|b| b.exact_at == depth).and_then(|b| b.tie),
        });
        for member in node.members() {
            if let Some(value) = member.value {
                self.step(value, Fragment::Key(&member.key.name()), depth, level.clone(), best);
            }
        }
        for (index, item) in node.elements().enumerate() {
            self.step(item, Fragment::Index(index as u32), depth, level.clone(), best);
        }
    }

    /// Walks on to a child, with those of the groups that match the step there.
    fn step(
        &mut self,
        child: Cursor<'_>,
        to: Fragment<'_>,
        depth: usize,
        level: Range<usize>,
        best: Option<Best>,
    ) {
        let start = self.active.len();
        for at in level {
            let (group, weight) = self.active[at];
            let path = &self.paths[group as usize];
            let Some((step, ..)) = path.steps.get(depth) else { continue };
            if let Some(exact) = to.meets(*step, &path.text) {
                self.active.push((group, weight + u32::from(exact)));
            }
        }
        let end = self.active.len();
        self.walk(child, depth + 1, start..end, best);
        self.active.truncate(start);
    }
}

/// A step taken in an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fragment<'a> {
    /// To the value of this key.
    Key(&'a str),
    /// To this item.
    Index(u32),
}

impl Fragment<'_> {
    /// Whether a step of a path leads here, and if so whether it is exact, which weighs two
    /// (`matches_token` of pact_models, path_exp.rs). Fragments are text there, so a name of
    /// digits meets an index and the other way round.
    pub(crate) fn meets(self, step: Step, text: &str) -> Option<bool> {
        let (met, exact) = match (step, self) {
            (Step::Star, _) => (true, false),
            // Most names differ in their length.
            (Step::Field(start, end), Fragment::Key(key)) => {
                ((end - start) as usize == key.len() && step.name(text) == Some(key), true)
            }
            (Step::Field(..), Fragment::Index(index)) => {
                (step.name(text).is_some_and(|name| name.parse() == Ok(index)), true)
            }
            (Step::Index(wanted), Fragment::Index(index)) => (wanted == index, true),
            (Step::Index(wanted), Fragment::Key(key)) => (key.parse() == Ok(wanted), true),
            (Step::StarIndex, Fragment::Index(_)) => (true, false),
            (Step::StarIndex, Fragment::Key(key)) => (key.parse::<usize>().is_ok(), false),
        };
        met.then_some(exact)
    }
}

impl BodyResolution {
    /// The rule for a node of the body.
    pub fn rule_for(&self, node: NodeId) -> Option<NodeRule> {
        let at = self.nodes.binary_search_by_key(&node, |rule| rule.node).ok()?;
        Some(self.nodes[at])
    }

    /// The same for who goes through the nodes in order; `next` is where the one after the last is.
    pub(super) fn next_rule_for(&self, node: NodeId, next: &mut usize) -> Option<NodeRule> {
        let at = match self.nodes.get(*next) {
            Some(rule) if rule.node == node => *next,
            _ => self.nodes.binary_search_by_key(&node, |rule| rule.node).ok()?,
        };
        *next = at + 1;
        self.nodes.get(at).copied()
    }

    /// Whether the node is compared by equality: no rule holds for it, or `equality` does.
    pub fn is_exact(&self, rule: NodeRule, groups: &[RuleGroup]) -> bool {
        let Some(best) = rule.best else { return true };
        let matchers = &groups[best as usize].matchers;
        matchers
            .iter()
            .all(|m| matches!(m.kind, MatcherKind::Equality) || (rule.cascaded && !m.kind.cascades()))
    }

    /// What the body asks of each of its nodes, ordered by path. A node below an array
    /// counts only if every step there is fixed, that is if no rule holds for the array.
    pub(super) fn wanted(&self, root: Cursor<'_>, part: &Part) -> Vec<Wanted> {
        let Some(json) = part.body.as_ref().and_then(|b| b.json()) else { return Vec::new() };
        // A generator puts another value in the place of an example.
        if part.generators.as_ref().is_some_and(|g| !g.generators.is_empty()) {
            return Vec::new();
        }
        let groups = part.rules.as_ref().map_or(&[][..], |r| &r.groups);
        let mut out = Vec::new();
        self.collect_wanted(root.at(json), 0, groups, &mut out);
        out.sort_unstable_by_key(|wanted| wanted.path);
        out
    }

    fn collect_wanted(&self, node: Cursor<'_>, path: u64, groups: &[RuleGroup], out: &mut Vec<Wanted>) {
        let Some(rule) = self.rule_for(node.id()) else { return };
        let span = node.span();
        let scalar = !node.is_object() && !node.is_array();
        let value = (scalar && self.is_exact(rule, groups)).then(|| crate::model::content_hash(node, false));
        out.push(Wanted { path, value, kinds: accepted_kinds(node, rule, groups), span });
        let step = |key: &dyn Fn(&mut FxHasher)| {
            let mut hasher = FxHasher::default();
            path.hash(&mut hasher);
            key(&mut hasher);
            hasher.finish()
        };
        if node.is_object() {
            // `values`, `eachKey` and their like stand in for the keys of this object.
            let own = rule.best.filter(|_| !rule.cascaded).map(|best| &groups[best as usize].matchers);
            if own.is_some_and(|matchers| matchers.iter().any(|m| !m.kind.cascades())) {
                return;
            }
            for member in node.members() {
                let Some(value) = member.value else { continue };
                let name = member.key.name();
                self.collect_wanted(value, step(&|h| name.hash(h)), groups, out);
            }
        } else if node.is_array() {
            if rule.best.is_some() {
                return;
            }
            for (index, item) in node.elements().enumerate() {
                self.collect_wanted(item, step(&|h| index.hash(h)), groups, out);
            }
        }
    }
}

/// What a body asks of one of its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// A hash of the way to it.
    pub path: u64,
    /// A hash of the value, if that very value is wanted.
    pub value: Option<u64>,
    /// The kinds of JSON value that can satisfy it, one bit each; every bit where that is
    /// not known.
    pub kinds: u8,
    /// The example.
    pub span: Span,
}

const NULL: u8 = 1;
const BOOLEAN: u8 = 2;
const NUMBER: u8 = 4;
const STRING: u8 = 8;
const ARRAY: u8 = 16;
const OBJECT: u8 = 32;
const ANY: u8 = 63;

/// The kinds of value that the rule for `node` can accept (matchers of pact_matching on
/// JSON values, json.rs).
fn accepted_kinds(node: Cursor<'_>, rule: NodeRule, groups: &[RuleGroup]) -> u8 {
    let own = match node.kind() {
        Kind::Null => NULL,
        Kind::True | Kind::False => BOOLEAN,
        Kind::Number => NUMBER,
        Kind::String => STRING,
        Kind::Array => ARRAY,
        Kind::Object => OBJECT,
        _ => ANY,
    };
    // The core compares the kinds of containers before it looks at any rule.
    let Some(best) = rule.best.filter(|_| own & (ARRAY | OBJECT) == 0) else { return own };
    let group = &groups[best as usize];
    let accepted = |kind: &MatcherKind| match kind {
        MatcherKind::Type { .. } | MatcherKind::Equality => own,
        MatcherKind::Integer | MatcherKind::Decimal | MatcherKind::Number => NUMBER,
        MatcherKind::Boolean => BOOLEAN | STRING,
        MatcherKind::Null => NULL,
        MatcherKind::Semver => STRING,
        MatcherKind::Regex(_) | MatcherKind::Date(_) | MatcherKind::Time(_) | MatcherKind::DateTime(_) => {
            STRING | NUMBER | BOOLEAN
        }
        _ => ANY,
    };
    let kinds = group.matchers.iter().map(|m| accepted(&m.kind));
    if group.combine == Combine::Or {
        kinds.fold(0, |all, one| all | one)
    } else {
        kinds.fold(ANY, |all, one| all & one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lower_rules;
    use crate::syntax::parse;

    /// `"pointer -> winning path"` for every node that a rule holds for.
    fn resolved(body: &str, rules: &str) -> Vec<String> {
        let text = format!(r#"{{"body": {body}, "rules": {{"body": {rules}}}}}"#);
        let tree = parse(&text);
        assert_eq!(tree.errors, []);
        let root = tree.root(&text).expect("there is a root");
        let block = lower_rules(root.get("rules").expect("rules"));
        let body = root.get("body").expect("body");
        let out = resolve_body(body, &block.groups);
        let line = |rule: &NodeRule| {
            let path = root.at(block.groups[rule.best? as usize].key).name();
            let mark = if rule.cascaded { " (cascaded)" } else { "" };
            let tie = if rule.tie.is_some() { " (tie)" } else { "" };
            Some(format!("{} -> {path}{mark}{tie}", &root.at(rule.node).pointer()["/body".len()..]))
        };
        out.nodes.iter().filter_map(line).collect()
    }

    fn rules(paths: &[&str]) -> String {
        let one = |p: &&str| format!(r#""{p}": {{"matchers": [{{"match": "type"}}]}}"#);
        format!("{{{}}}", paths.iter().map(one).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn weights_and_cascades() {
        assert_eq!(
            resolved(r#"{"a": {"b": 1, "c": 2}}"#, &rules(&["$.a", "$.a.b"])),
            ["/a -> $.a", "/a/b -> $.a.b", "/a/c -> $.a (cascaded)"]
        );
        assert_eq!(
            resolved(r#"{"a": [1, {"x": 2}]}"#, &rules(&["$.a[*]", "$.a[1].x"])),
            ["/a/0 -> $.a[*]", "/a/1 -> $.a[*]", "/a/1/x -> $.a[1].x"]
        );
        assert_eq!(resolved(r#"{"m": {"k": 1}}"#, &rules(&["$.m[*]"])), [""; 0]);
        assert_eq!(resolved(r#"{"a": {"b": 1}}"#, &rules(&["$.a.*", "$.*.b"])), ["/a/b -> $.a.* (tie)"]);
        assert_eq!(resolved(r#"{"a b": 1}"#, &rules(&["$['a b']"])), ["/a b -> $['a b']"]);
        assert_eq!(resolved("[1]", &rules(&["$"])), [" -> $", "/0 -> $ (cascaded)"]);
    }

    #[test]
    fn a_longer_wildcard_can_lose_to_an_exact_ancestor() {
        // $.a.b.c weighs 2*2*2*2*4 = 64, $.*.*.*.d 2*1*1*1*2*5 = 20.
        assert_eq!(
            resolved(r#"{"a": {"b": {"c": {"d": 1}}}}"#, &rules(&["$.a.b.c", "$.*.*.*.d"])),
            ["/a/b/c -> $.a.b.c", "/a/b/c/d -> $.a.b.c (cascaded)"]
        );
    }
}
