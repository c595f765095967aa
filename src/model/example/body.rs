//! The rules of a JSON body on the body's own example (`compare_json` in pact_matching,
//! json.rs, and `compare_maps_with_matchingrule` and its kind in matchingrules.rs, with
//! the example on both sides).

use crate::model::example::{Mismatch, Problem, Subject, check_value};
use crate::model::{
    BodyResolution, Combine, Matcher, MatcherKind, Regexes, RuleGroup, Variant, resolve_body,
};
use crate::syntax::{Cursor, Kind, NodeId};

/// Checks the JSON document at `json` against the rules that hold for its nodes.
pub fn check_body(
    json: Cursor<'_>,
    groups: &[RuleGroup],
    resolution: &BodyResolution,
    regexes: &mut Regexes,
) -> Vec<Mismatch> {
    // Without a rule anywhere there is nothing that the example could fail.
    if resolution.hits.iter().all(|hits| *hits == 0) {
        return Vec::new();
    }
    let judged = resolution.judged.get_or_init(|| judged_by_text(json, groups, resolution, regexes));
    let mut checker = Checker::new(regexes);
    match judged {
        Some(judged) => judged.iter().for_each(|it| checker.judge(json, groups, *it)),
        None => checker.node(json, Rules::Resolved(groups, resolution)),
    }
    if checker.left == 0 {
        return Vec::new();
    }
    let mut out = checker.out;
    out.sort_by_key(|m| (m.node, m.matcher));
    out.dedup_by_key(|m| (m.node, m.matcher));
    out
}

/// A matcher that judges a scalar by what it says: whatever else is to be known of a body is the
/// same for all that have the same keys, kinds of values and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedByText {
    node: NodeId,
    /// Counts the part's groups.
    group: u32,
    /// Counts the group's matchers.
    matcher: u32,
    cascaded: bool,
}

/// All there is to judge in bodies such as this one; `None` where that is not all, as some rules
/// hold others, or are held to one by one, or have something against the body's form.
fn judged_by_text(
    json: Cursor<'_>,
    groups: &[RuleGroup],
    resolution: &BodyResolution,
    regexes: &mut Regexes,
) -> Option<Box<[JudgedByText]>> {
    let plain = |group: &RuleGroup| {
        let one_by_one = group.combine == Combine::Or && group.matchers.len() > 1;
        !one_by_one && !group.matchers.iter().any(|matcher| matcher.kind.holds_others())
    };
    if !groups.iter().all(plain) {
        return None;
    }
    let mut checker = Checker { by_text: Some(Vec::new()), ..Checker::new(regexes) };
    checker.node(json, Rules::Resolved(groups, resolution));
    let by_text = checker.by_text.filter(|_| checker.out.is_empty() && checker.left > 0)?;
    Some(by_text.into())
}

/// Whether what a matcher says of a scalar may be another thing for one with another text.
fn is_by_text(kind: &MatcherKind, node: Cursor<'_>) -> bool {
    let fixed = matches!(
        kind,
        MatcherKind::Equality
            | MatcherKind::Type { .. }
            | MatcherKind::Values
            | MatcherKind::Null
            | MatcherKind::Number
            | MatcherKind::Plugin
            | MatcherKind::Invalid(_)
    );
    !fixed && matches!(node.kind(), Kind::String | Kind::Number)
}

/// Most pairs of a variant and an item that are tried; beyond, nothing is claimed.
const MAX_PAIRS: usize = 10_000;

/// Most pairs of a matcher and a value that are tried in one body; beyond, nothing is
/// claimed. Only a file made to be slow has more.
const MAX_CHECKS: usize = 1_000_000;

/// Where the rules for a node come from.
#[derive(Clone, Copy)]
enum Rules<'r> {
    /// The part's own groups, or those of a variant.
    Resolved(&'r [RuleGroup], &'r BodyResolution),
    /// An `eachValue` matcher: its rules hold for the values directly below it, and
    /// cascade from there.
    Each { matchers: &'r [Matcher], group: u32, below: bool },
}

/// The rules that hold for one node.
#[derive(Clone, Copy)]
struct Held<'r> {
    matchers: &'r [Matcher],
    combine: Combine,
    group: u32,
    cascaded: bool,
}

impl<'r> Rules<'r> {
    /// The rules for a node; `next` is where those of the next one probably are.
    fn held(self, node: Cursor<'_>, next: &mut usize) -> Option<Held<'r>> {
        match self {
            Rules::Resolved(groups, resolution) => {
                let rule = resolution.next_rule_for(node.id(), next)?;
                let group = &groups[rule.best? as usize];
                Some(Held {
                    matchers: &group.matchers,
                    combine: group.combine,
                    group: rule.best?,
                    cascaded: rule.cascaded,
                })
            }
            Rules::Each { matchers, group, below } => {
                Some(Held { matchers, combine: Combine::And, group, cascaded: below })
            }
        }
    }

    /// The rules for what is below a node that these rules hold for.
    fn below(self) -> Rules<'r> {
        match self {
            Rules::Each { matchers, group, .. } => Rules::Each { matchers, group, below: true },
            resolved => resolved,
        }
    }
}

struct Checker<'x> {
    regexes: &'x mut Regexes,
    out: Vec<Mismatch>,
    /// Inside a variant: the group of the part that the variant belongs to.
    outer: Option<u32>,
    /// How many more checks may be made.
    left: usize,
    /// Where the rules of the next node probably are.
    next: usize,
    /// Those that judge by text are noted here instead of being asked.
    by_text: Option<Vec<JudgedByText>>,
}

impl<'x> Checker<'x> {
    fn new(regexes: &'x mut Regexes) -> Checker<'x> {
        Checker { regexes, out: Vec::new(), outer: None, left: MAX_CHECKS, next: 0, by_text: None }
    }
}

impl Checker<'_> {
    /// Asks one matcher about one scalar of the document at `json`.
    fn judge(&mut self, json: Cursor<'_>, groups: &[RuleGroup], it: JudgedByText) {
        let (group, node) = (&groups[it.group as usize], json.at(it.node));
        let matcher = &group.matchers[it.matcher as usize];
        let problem = check_value(node, &matcher.kind, &Subject::Json(node), it.cascaded, self.regexes);
        if let Some(problem) = problem {
            let (matcher, group) = (matcher.node, it.group);
            self.out.push(Mismatch { node: it.node, inside: None, group, matcher, problem });
        }
    }

    /// Counts `checks`; whether they may be made.
    fn may(&mut self, checks: usize) -> bool {
        self.left = self.left.saturating_sub(checks);
        self.left > 0
    }

    fn report(&mut self, node: NodeId, held: Held<'_>, matcher: &Matcher, problem: Problem) {
        let group = self.outer.unwrap_or(held.group);
        self.out.push(Mismatch { node, inside: None, group, matcher: matcher.node, problem });
    }

    fn node(&mut self, node: Cursor<'_>, rules: Rules<'_>) {
        let Some(held) = rules.held(node, &mut self.next) else {
            self.children(node, rules.below());
            return;
        };
        if !self.may(1 + held.matchers.len()) {
            return;
        }
        if node.is_object() {
            self.object(node, held, rules);
        } else if node.is_array() {
            self.array(node, held, rules);
        } else {
            self.scalar(node, held);
        }
    }

    fn children(&mut self, node: Cursor<'_>, rules: Rules<'_>) {
        for value in node.members().filter_map(|member| member.value) {
            self.node(value, rules);
        }
        for item in node.elements() {
            self.node(item, rules);
        }
    }

    fn scalar(&mut self, node: Cursor<'_>, held: Held<'_>) {
        let from = self.out.len();
        for (index, matcher) in held.matchers.iter().enumerate() {
            if let Some(by_text) = self.by_text.as_mut().filter(|_| is_by_text(&matcher.kind, node)) {
                let (group, cascaded) = (held.group, held.cascaded);
                by_text.push(JudgedByText { node: node.id(), group, matcher: index as u32, cascaded });
                continue;
            }
            let subject = Subject::Json(node);
            match check_value(node, &matcher.kind, &subject, held.cascaded, self.regexes) {
                None if held.combine == Combine::Or => {
                    self.out.truncate(from);
                    return;
                }
                None => {}
                Some(problem) => self.report(node.id(), held, matcher, problem),
            }
        }
    }

    /// All matchers must hold for an object, whatever `combine` says: so does the core.
    fn object(&mut self, node: Cursor<'_>, held: Held<'_>, rules: Rules<'_>) {
        let mut plain = held.matchers.is_empty();
        for matcher in held.matchers {
            match &matcher.kind {
                MatcherKind::EachValue(each) if !held.cascaded => {
                    self.children(node, Rules::Each { matchers: each, group: held.group, below: false });
                    continue;
                }
                MatcherKind::EachKey(each) if !held.cascaded => self.keys(node, held, each),
                kind => {
                    if let Some(problem) = object_problem(kind, node, held.cascaded) {
                        self.report(node.id(), held, matcher, problem);
                    }
                }
            }
            plain = true;
        }
        if plain {
            self.children(node, rules.below());
        }
    }

    fn keys(&mut self, node: Cursor<'_>, held: Held<'_>, each: &[Matcher]) {
        for key in node.members().map(|member| member.key) {
            if !self.may(each.len()) {
                return;
            }
            let subject = Subject::Text(key, key.name().into_owned());
            for matcher in each {
                if let Some(problem) = check_value(node, &matcher.kind, &subject, false, self.regexes) {
                    self.report(key.id(), held, matcher, problem);
                }
            }
        }
    }

    fn array(&mut self, node: Cursor<'_>, held: Held<'_>, rules: Rules<'_>) {
        if node.is_empty_container() {
            // Nothing of an empty example is compared, not even its size.
            return;
        }
        let from = self.out.len();
        // What is below is the same for every matcher that looks there. Looking once for each
        // would double the work, or worse, at every level of nested arrays.
        let mut refused_below = None;
        for matcher in held.matchers {
            let before = self.out.len();
            let mut refused = false;
            match &matcher.kind {
                MatcherKind::ArrayContains(variants) => self.variants(node, held, matcher, variants),
                MatcherKind::EachValue(each) => {
                    if !held.cascaded {
                        self.children(node, Rules::Each { matchers: each, group: held.group, below: false });
                    }
                }
                kind => {
                    if let Some(problem) = array_problem(kind, node, held.cascaded) {
                        self.report(node.id(), held, matcher, problem);
                    }
                    refused = *refused_below.get_or_insert_with(|| {
                        let before = self.out.len();
                        self.children(node, rules.below());
                        self.out.len() > before
                    });
                }
            }
            if held.combine == Combine::Or && !refused && self.out.len() == before {
                self.out.truncate(from);
                return;
            }
        }
    }

    /// Each variant must be met by some item; an item meets it certainly if the variant's
    /// own example does.
    fn variants(&mut self, node: Cursor<'_>, held: Held<'_>, matcher: &Matcher, variants: &[Variant]) {
        let items: Vec<Cursor<'_>> = node.elements().collect();
        if items.len().saturating_mul(variants.len()) > MAX_PAIRS {
            return;
        }
        for variant in variants {
            let Some(example) = items.get(variant.index).copied() else {
                let missing = Problem::NoItem { variant: variant.node, count: items.len() };
                self.report(node.id(), held, matcher, missing);
                continue;
            };
            let Some(groups) = &variant.rules else { continue };
            let mut fails = |item: Cursor<'_>| {
                let resolution = resolve_body(item, groups);
                let outer = Some(self.outer.unwrap_or(held.group));
                let mut inner = Checker { outer, left: self.left, ..Checker::new(self.regexes) };
                inner.node(item, Rules::Resolved(groups, &resolution));
                self.left = inner.left.saturating_sub(resolution.nodes.len());
                inner.out
            };
            let own = fails(example);
            // Not the example again: within variants of variants that would double at each level.
            let mut others = items.iter().enumerate().filter(|(index, _)| *index != variant.index);
            if !own.is_empty() && others.all(|(_, item)| !fails(*item).is_empty()) {
                self.out.extend(own);
            }
        }
    }
}

/// A matcher on an object itself (`DoMatch<&BTreeMap>`).
fn object_problem(kind: &MatcherKind, node: Cursor<'_>, cascaded: bool) -> Option<Problem> {
    match kind {
        MatcherKind::Type { min, max } if !cascaded => {
            let count = node.members().count();
            size_problem(count, *min, *max, "key(s)")
        }
        MatcherKind::NotEmpty if node.is_empty_container() => Some(Problem::Other("is empty".to_owned())),
        MatcherKind::Plugin => Some(Problem::UnknownMatcher),
        MatcherKind::Type { .. }
        | MatcherKind::Regex(_)
        | MatcherKind::Equality
        | MatcherKind::NotEmpty
        | MatcherKind::ArrayContains(_)
        | MatcherKind::EachKey(_)
        | MatcherKind::EachValue(_)
        | MatcherKind::Values
        | MatcherKind::Invalid(_) => None,
        _ => Some(Problem::Other("is an object, to which this matcher cannot be applied".to_owned())),
    }
}

/// A matcher on an array itself (`DoMatch<&[T]>`).
fn array_problem(kind: &MatcherKind, node: Cursor<'_>, cascaded: bool) -> Option<Problem> {
    match kind {
        MatcherKind::Type { min, max } if !cascaded => {
            size_problem(node.elements().count(), *min, *max, "item(s)")
        }
        MatcherKind::Plugin => Some(Problem::UnknownMatcher),
        MatcherKind::Null | MatcherKind::StatusCode(_) => {
            Some(Problem::Other("is an array, to which this matcher cannot be applied".to_owned()))
        }
        _ => None,
    }
}

fn size_problem(count: usize, min: Option<usize>, max: Option<usize>, what: &str) -> Option<Problem> {
    let text = match (min, max) {
        (Some(min), _) if count < min => format!("has {count} {what}, fewer than the {min} it asks for"),
        (_, Some(max)) if count > max => format!("has {count} {what}, more than the {max} it allows"),
        _ => return None,
    };
    Some(Problem::Other(text))
}
