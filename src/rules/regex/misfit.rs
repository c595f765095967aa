//! Examples that the pattern of their own rule does not match.

use std::borrow::Cow;

use crate::model::regex::Verdict;
use crate::model::{
    Category, Combine, Content, Format, MatcherKind, Part, RuleGroup, Target, each_parameter, header_name_eq,
};
use crate::rules::InteractionCx;
use crate::rules::regex::js_literal::JsLiteral;
use crate::syntax::{Cursor, Kind, NodeId};

/// Why a pattern and its example do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The pattern is a regular expression literal of JavaScript, slashes and all: said by
    /// `regex-js-literal`.
    JsLiteral,
    /// The pattern matches only a part of the example: said by
    /// `regex-matches-substring-only`.
    PartOnly,
    /// Neither, so that the example simply breaks its rule.
    Differs,
}

/// An example that the pattern of its rule does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RegexMisfit {
    /// The pattern, value of `regex`.
    pub(crate) regex: NodeId,
    /// The example; for a query written as one text that text.
    pub(crate) example: NodeId,
    /// Why.
    pub(crate) reason: Reason,
}

/// All misfits of an interaction. Examples whose value a generator supplies, and matchers of
/// which only one of several must hold, are left out; so is what the engine cannot judge.
pub(crate) fn regex_misfits(cx: &InteractionCx<'_>) -> Vec<RegexMisfit> {
    let mut judge = Judge { cx, out: Vec::new() };
    for (index, part) in cx.it.parts.iter().enumerate() {
        let Some(rules) = &part.rules else { continue };
        let wanted = rules.groups.iter().enumerate().flat_map(|(g, group)| patterns(cx, part, g, group));
        let patterns: Vec<Wanted<'_>> = wanted.collect();
        if patterns.is_empty() {
            continue;
        }
        for wanted in patterns.iter().filter(|w| rules.groups[w.group].category != Category::Body) {
            judge.field(part, &rules.groups[wanted.group], wanted);
        }
        judge.body(index, part, &patterns);
    }
    judge.out
}

/// A pattern that some example has to match.
struct Wanted<'a> {
    group: usize,
    regex: NodeId,
    pattern: Cow<'a, str>,
}

fn patterns<'a>(
    cx: &InteractionCx<'a>,
    part: &Part,
    index: usize,
    group: &'a RuleGroup,
) -> impl Iterator<Item = Wanted<'a>> {
    let decides = group.combine == Combine::And || group.matchers.len() == 1;
    let matchers = if decides { &group.matchers[..] } else { &[] };
    let generated =
        matchers.iter().any(|m| matches!(m.kind, MatcherKind::Regex(_))) && is_generated(cx, part, group);
    let matchers = if generated { &[] } else { matchers };
    matchers.iter().filter_map(move |matcher| match matcher.kind {
        MatcherKind::Regex(regex) if cx.node(regex).is_string() => {
            Some(Wanted { group: index, regex, pattern: cx.text(regex) })
        }
        _ => None,
    })
}

/// Whether a generator supplies the value that the group is about.
fn is_generated(cx: &InteractionCx<'_>, part: &Part, group: &RuleGroup) -> bool {
    let Some(block) = &part.generators else { return false };
    block.generators.iter().any(|generator| {
        let category = Category::parse(&cx.node(generator.category).name());
        let same_key = match generator.key {
            None => true,
            Some(key) => cx.node(key).name().eq_ignore_ascii_case(&target_name(cx, group)),
        };
        category == Some(group.category) && same_key
    })
}

/// What the group's target is called by a generator.
fn target_name<'a>(cx: &InteractionCx<'a>, group: &'a RuleGroup) -> Cow<'a, str> {
    match &group.target {
        Target::Name(name) => Cow::Borrowed(name),
        _ => match cx.node(group.key).name() {
            name if name.starts_with("$.body") => Cow::Owned(format!("${}", &name["$.body".len()..])),
            name => name,
        },
    }
}

struct Judge<'c, 'a> {
    cx: &'c InteractionCx<'a>,
    out: Vec<RegexMisfit>,
}

impl<'a> Judge<'_, 'a> {
    fn judge(&mut self, wanted: &Wanted<'_>, example: Cursor<'a>, text: &str) {
        let mut regexes = self.cx.regexes.borrow_mut();
        if regexes.matches_whole(&wanted.pattern, text) != Verdict::NoMatch {
            return;
        }
        let literal = JsLiteral::parse(&wanted.pattern);
        let reason = if literal.is_some_and(|literal| literal.never_matches()) {
            Reason::JsLiteral
        } else if regexes.finds(&wanted.pattern, text) == Verdict::Match {
            Reason::PartOnly
        } else if literal.is_some_and(|literal| literal.would_match(&mut regexes, text)) {
            Reason::JsLiteral
        } else {
            Reason::Differs
        };
        self.out.push(RegexMisfit { regex: wanted.regex, example: example.id(), reason });
    }

    /// Headers, parameters, metadata and the path.
    fn field(&mut self, part: &Part, group: &RuleGroup, wanted: &Wanted<'_>) {
        let node = |id: Option<NodeId>| id.map(|id| self.cx.node(id));
        match (group.category, &group.target) {
            (Category::Path, _) => {
                if let Some(path) = node(part.path).filter(|p| p.is_string()) {
                    self.judge(wanted, path, &path.to_text());
                }
            }
            (Category::Header, Target::Name(name)) => {
                let Some(headers) = node(part.headers) else { return };
                for member in headers.members().filter(|m| header_name_eq(&m.key.name(), name)) {
                    self.header(wanted, name, member.value);
                }
            }
            (Category::Query, Target::Name(name)) => {
                let Some(query) = node(part.query) else { return };
                each_parameter(query, &mut |parameter, value, at| {
                    if parameter == name {
                        self.judge(wanted, at, value);
                    }
                });
            }
            (Category::Metadata, Target::Name(name)) => {
                let value = node(part.metadata).and_then(|m| m.get(name)).filter(|v| !v.is_container());
                if let Some(value) = value {
                    self.judge(wanted, value, &value.to_text());
                }
            }
            _ => {}
        }
    }

    fn header(&mut self, wanted: &Wanted<'_>, name: &str, value: Option<Cursor<'a>>) {
        let Some(value) = value else { return };
        if value.is_array() {
            for item in value.elements().filter(|item| item.is_string()) {
                self.judge(wanted, item, item.to_text().trim());
            }
        } else if let Some(text) = value.as_str() {
            if SPLIT_AT_COMMAS.iter().any(|known| header_name_eq(known, name)) {
                text.split(',').for_each(|one| self.judge(wanted, value, one.trim()));
            } else {
                self.judge(wanted, value, text.trim());
            }
        }
    }

    fn body(&mut self, index: usize, part: &Part, patterns: &[Wanted<'_>]) {
        let Some(body) = &part.body else { return };
        match (body.format, body.content) {
            (Format::Json, Content::Json(_)) => {}
            (Format::Text, Content::Opaque(node))
                if body.encoded.is_none_or(|e| self.cx.node(e).as_bool() == Some(false)) =>
            {
                let groups = part.rules.as_ref().map_or(&[][..], |r| &r.groups);
                let at_root = |w: &&Wanted<'_>| {
                    let group = &groups[w.group];
                    let root = matches!(&group.target, Target::Path(path) if path.steps.is_empty());
                    group.category == Category::Body && root
                };
                for wanted in patterns.iter().filter(at_root) {
                    self.judge(wanted, self.cx.node(node), &self.cx.text(node));
                }
                return;
            }
            _ => return,
        }
        let Some(resolution) = self.cx.body(index) else { return };
        for rule in &resolution.nodes {
            // With a tie it is left to chance which of two rules holds.
            let Some(best) = rule.best.filter(|_| rule.tie.is_none()) else { continue };
            let first = patterns.partition_point(|w| w.group < best as usize);
            let wanted = patterns[first..].iter().take_while(|w| w.group == best as usize);
            let example = self.cx.node(rule.node);
            for wanted in wanted {
                if let Some(text) = scalar(example) {
                    self.judge(wanted, example, &text);
                }
            }
        }
    }
}

/// The text that a scalar is matched as; containers pass and hand the rule down.
fn scalar(node: Cursor<'_>) -> Option<Cow<'_, str>> {
    match node.kind() {
        Kind::String => Some(node.to_text()),
        Kind::Number if node.raw().contains(['.', 'e', 'E']) => {
            Some(Cow::Owned(node.to_value()?.to_string()))
        }
        Kind::Number | Kind::True | Kind::False | Kind::Null => Some(Cow::Borrowed(node.raw())),
        _ => None,
    }
}

/// `MULTI_VALUE_HEADERS` in pact_models, headers.rs.
const SPLIT_AT_COMMAS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "allow",
    "cache-control",
    "if-match",
    "if-none-match",
    "vary",
];
