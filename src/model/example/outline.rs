//! The rules of XML and form bodies on the body's own example: `compare_element` in
//! pact_matching, xml.rs, and `match_query_maps`, query.rs, with the example on both sides.

use rustc_hash::FxHashMap;

use crate::model::example::{Inside, Mismatch, Problem, Subject, check_value};
use crate::model::{
    BodyOutline, Combine, MatcherKind, Outline, OutlineKind, OutlineResolution, Regexes, Role, RuleGroup,
    Target,
};
use crate::syntax::{Cursor, NodeId};

/// Most values and nodes that are compared in one body; beyond, nothing is claimed.
const MAX_CHECKS: usize = 300_000;
/// Most mismatches of one body.
const MAX_MISMATCHES: usize = 200;

/// Checks an XML or form body against the rules that hold in it.
pub fn check_outline(
    root: Cursor<'_>,
    role: Role,
    body: &BodyOutline,
    groups: &[RuleGroup],
    regexes: &mut Regexes,
) -> Vec<Mismatch> {
    let Ok((outline, resolution)) = &body.parsed else { return Vec::new() };
    // Without a rule anywhere there is nothing that the example could fail.
    if resolution.rules.iter().all(|rule| rule.best.is_none()) {
        return Vec::new();
    }
    let mut checker = Checker {
        root,
        node: body.node,
        in_place: body.in_place,
        outline,
        resolution,
        groups,
        regexes,
        open: role != Role::Request,
        left: MAX_CHECKS,
        out: Vec::new(),
    };
    for child in outline.children(0) {
        match outline.nodes[child as usize].kind {
            OutlineKind::Element => checker.element(child, child),
            _ => checker.parameter(child),
        }
    }
    if checker.left == 0 {
        return Vec::new();
    }
    let mut out = checker.out;
    out.sort_by_key(|m| {
        (m.inside.as_ref().and_then(|inside| inside.range.as_ref()).map(|r| r.start), m.matcher)
    });
    out
}

struct Checker<'c, 'a> {
    root: Cursor<'a>,
    /// The string that holds the body.
    node: NodeId,
    in_place: bool,
    outline: &'c Outline,
    resolution: &'c OutlineResolution,
    groups: &'c [RuleGroup],
    regexes: &'c mut Regexes,
    /// The actual body may have more than is expected.
    open: bool,
    /// How many more checks may be made.
    left: usize,
    out: Vec<Mismatch>,
}

/// The children of an element by what they are.
#[derive(Default)]
struct Parts<'c> {
    attributes: FxHashMap<&'c str, u32>,
    /// The elements of each name, in order of the first of each.
    elements: Vec<(&'c str, Vec<u32>)>,
    /// Where a name stands in `elements`.
    places: FxHashMap<&'c str, usize>,
    text: Option<u32>,
}

impl<'c> Checker<'c, '_> {
    /// Counts one check; whether it may be made.
    fn may(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0 && self.out.len() < MAX_MISMATCHES
    }

    /// The winning rule for a node, whether it is set further up, and its index. A winner by
    /// chance is none.
    fn held(&self, id: u32) -> Option<(&'c RuleGroup, bool, u32)> {
        let rule = self.resolution.rules[id as usize];
        let best = rule.best.filter(|_| !rule.tie)?;
        Some((&self.groups[best as usize], rule.cascaded, best))
    }

    fn report(&mut self, at: u32, group: u32, matcher: NodeId, problem: Problem) {
        let node = &self.outline.nodes[at as usize];
        let value = match node.kind {
            OutlineKind::Element => format!("<{}>", node.name),
            _ => node.value.clone(),
        };
        let range = self.in_place.then_some(node.range.start as usize..node.range.end as usize);
        let inside = Some(Inside { node: at, range, value });
        self.out.push(Mismatch { node: self.node, inside, group, matcher, problem });
    }

    /// Applies the matchers of the rule at `id`; whether they let the value pass. Without a
    /// rule that is known, it passes.
    fn matchers(
        &mut self,
        id: u32,
        cascades: bool,
        mut check: impl FnMut(&mut Self, &MatcherKind, bool) -> Option<Problem>,
    ) -> bool {
        let Some((group, cascaded, index)) = self.held(id) else { return true };
        let from = self.out.len();
        for matcher in &group.matchers {
            match check(self, &matcher.kind, cascaded || cascades) {
                None if group.combine == Combine::Or => {
                    self.out.truncate(from);
                    return true;
                }
                None => {}
                Some(problem) => self.report(id, index, matcher.node, problem),
            }
        }
        self.out.len() == from
    }

    /// One text against the expected text, which is another only where a rule for the type
    /// lets elements of one name be compared with the first of them.
    fn text(&mut self, expected: u32, actual: u32, cascades: bool) {
        if !self.may() {
            return;
        }
        let (root, outline) = (self.root, self.outline);
        let same = outline.nodes[expected as usize].value == outline.nodes[actual as usize].value;
        let subject = Subject::Text(root.at(self.node), outline.nodes[actual as usize].value.clone());
        self.matchers(actual, cascades, |checker, kind, cascaded| match kind {
            MatcherKind::Equality | MatcherKind::Values if !same => {
                Some(Problem::Other("differs from the first of its name".to_owned()))
            }
            _ => check_value(root, kind, &subject, cascaded, checker.regexes),
        });
    }

    fn element(&mut self, expected: u32, actual: u32) {
        if !self.may() {
            return;
        }
        let outline = self.outline;
        let node = &outline.nodes[actual as usize];
        let local = &node.name[node.name.len() - node.local.map_or(node.name.len(), |len| len as usize)..];
        let passed = self.matchers(actual, false, |checker, kind, cascaded| {
            element_problem(checker.root, kind, local, node.inside as usize, cascaded, checker.regexes)
        });
        // What is below an element that is refused is not compared.
        if !passed || self.resolution.rules[actual as usize].tie {
            return;
        }
        let (wanted, found) = (self.parts(expected), self.parts(actual));
        for (name, wanted) in &wanted.attributes {
            match found.attributes.get(name) {
                Some(found) => self.text(*wanted, *found, false),
                None => self.differs(actual, &format!("lacks the attribute '{}'", &name[1..])),
            }
        }
        if !self.open && found.attributes.len() > wanted.attributes.len() {
            self.differs(actual, "has more attributes");
        }
        for (name, actual_ones) in &found.elements {
            let Some((_, wanted_ones)) = wanted.places.get(name).map(|at| &wanted.elements[*at]) else {
                let typed = self.resolution.rules[actual_ones[0] as usize].typed;
                if !self.open || typed {
                    self.differs(actual, &format!("has <{name}>"));
                }
                continue;
            };
            if self.resolution.rules[actual_ones[0] as usize].typed {
                for one in actual_ones {
                    self.element(wanted_ones[0], *one);
                }
                continue;
            }
            for (wanted, one) in wanted_ones.iter().zip(actual_ones) {
                self.element(*wanted, *one);
            }
            if actual_ones.len() < wanted_ones.len() || !self.open && actual_ones.len() > wanted_ones.len() {
                self.differs(actual, &format!("has another number of <{name}>"));
            }
        }
        for (name, _) in &wanted.elements {
            if !found.places.contains_key(name) {
                self.differs(actual, &format!("lacks <{name}>"));
            }
        }
        if let (Some(wanted), Some(found)) = (wanted.text, found.text) {
            self.text(wanted, found, false);
        }
    }

    /// Reports that an element is unlike the first of its name.
    fn differs(&mut self, at: u32, how: &str) {
        let Some((group, _, index)) = self.held(at) else { return };
        let Some(matcher) = group.matchers.first() else { return };
        let problem = Problem::Other(format!("{how}, unlike the first element of its name"));
        self.report(at, index, matcher.node, problem);
    }

    fn parts(&mut self, of: u32) -> Parts<'c> {
        let outline = self.outline;
        let mut parts = Parts::default();
        for child in outline.children(of) {
            self.left = self.left.saturating_sub(1);
            let node = &outline.nodes[child as usize];
            match node.kind {
                OutlineKind::Attribute => drop(parts.attributes.insert(&node.name, child)),
                OutlineKind::Text => parts.text = Some(child),
                _ => {
                    let next = parts.elements.len();
                    let index = *parts.places.entry(&node.name).or_insert(next);
                    if index == next {
                        parts.elements.push((&node.name, Vec::new()));
                    }
                    parts.elements[index].1.push(child);
                }
            }
        }
        parts
    }

    /// A form parameter: rules on it are for the list of its values and for each of them.
    fn parameter(&mut self, parameter: u32) {
        // Inside of a ruled list the core gives each value a place of its own below its index.
        let deeper = |group: &RuleGroup| matches!(&group.target, Target::Path(path) if path.steps.len() > 2);
        if self.groups.iter().any(deeper) {
            return;
        }
        let held = self.held(parameter);
        let values: Vec<u32> = self.outline.children(parameter).collect();
        if let Some((group, ..)) = held {
            // These look into lists in ways of their own.
            let special = |kind: &MatcherKind| {
                matches!(
                    kind,
                    MatcherKind::ArrayContains(_) | MatcherKind::EachValue(_) | MatcherKind::EachKey(_)
                )
            };
            if group.matchers.iter().any(|matcher| special(&matcher.kind)) {
                return;
            }
            let count = values.len();
            self.matchers(parameter, false, |_, kind, cascaded| list_problem(kind, count, cascaded));
        }
        for value in values {
            self.text(value, value, held.is_some());
        }
    }
}

/// A matcher on an element itself (`DoMatch<&Element>` in pact_matching, xml.rs).
fn element_problem(
    root: Cursor<'_>,
    kind: &MatcherKind,
    local: &str,
    inside: usize,
    cascaded: bool,
    regexes: &mut Regexes,
) -> Option<Problem> {
    let other = |text: String| Some(Problem::Other(text));
    match kind {
        MatcherKind::Regex(_) => {
            let subject = Subject::Text(root, local.to_owned());
            match check_value(root, kind, &subject, cascaded, regexes)? {
                Problem::Regex { .. } => other(
                    "is an element, of which the name is matched; its text is '#text' in a path".to_owned(),
                ),
                problem => Some(problem),
            }
        }
        MatcherKind::Type { min, max } if !cascaded => match (min, max) {
            (Some(min), _) if inside < *min => {
                other(format!("has {inside} node(s) inside, fewer than the {min} it asks for"))
            }
            (_, Some(max)) if inside > *max => {
                other(format!("has {inside} node(s) inside, more than the {max} it allows"))
            }
            _ => None,
        },
        MatcherKind::NotEmpty if inside == 0 => other("is empty".to_owned()),
        MatcherKind::Plugin => Some(Problem::UnknownMatcher),
        MatcherKind::Type { .. }
        | MatcherKind::Equality
        | MatcherKind::NotEmpty
        | MatcherKind::Invalid(_) => None,
        _ => other("is an XML element, to which this matcher cannot be applied".to_owned()),
    }
}

/// A matcher on all values of a parameter (`DoMatch<&[T]>`).
fn list_problem(kind: &MatcherKind, count: usize, cascaded: bool) -> Option<Problem> {
    let text = match kind {
        MatcherKind::Type { min: Some(min), .. } if !cascaded && count < *min => {
            format!("has {count} value(s), fewer than the {min} it asks for")
        }
        MatcherKind::Type { max: Some(max), .. } if !cascaded && count > *max => {
            format!("has {count} value(s), more than the {max} it allows")
        }
        MatcherKind::Plugin => return Some(Problem::UnknownMatcher),
        MatcherKind::Null | MatcherKind::StatusCode(_) => {
            "is a form parameter, to which this matcher cannot be applied".to_owned()
        }
        _ => return None,
    };
    Some(Problem::Other(text))
}
