//! Does an example satisfy its own rules? What the official core would say if it
//! compared the example with itself.

mod body;
mod value;

pub use body::check_body;
pub use value::{Problem, Subject, check_value};

use crate::model::query::decoded;
use crate::model::{
    Body, Category, Combine, Content, Format, Part, Regexes, RuleGroup, Target, header_name_eq,
};
use crate::syntax::{Cursor, NodeId};

/// A value of the example that one of its rules refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The value; for a key of an object that a rule on keys refuses, that key.
    pub node: NodeId,
    /// The group that the matcher belongs to, as an index into the part's groups.
    pub group: u32,
    /// The matcher.
    pub matcher: NodeId,
    /// What is wrong.
    pub problem: Problem,
}

/// Checks everything of a part but its body: path, query, headers, status, metadata.
pub fn check_fields(root: Cursor<'_>, part: &Part, regexes: &mut Regexes) -> Vec<Mismatch> {
    let mut out = Vec::new();
    let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
    for (index, group) in groups.iter().enumerate().filter(|(_, group)| group.is_live()) {
        let at = |id: NodeId| root.at(id);
        let values: Vec<Subject<'_>> = match (group.category, &group.target) {
            (Category::Path, _) => part.path.map(|p| Subject::text(at(p))).into_iter().collect(),
            (Category::Status, _) => part.status.map(|s| Subject::Status(at(s))).into_iter().collect(),
            (Category::Header, Target::Name(name)) => {
                part.headers.map_or_else(Vec::new, |h| header_values(at(h), name))
            }
            (Category::Query, Target::Name(name)) => {
                part.query.map_or_else(Vec::new, |q| query_values(at(q), name))
            }
            // A plain text knows only the rule at its root (`match_text` in pact_matching).
            (Category::Body, Target::Path(path)) if path.steps.is_empty() => {
                let text = part.body.as_ref().and_then(|body| plain_text(root, body)).map(at);
                text.map(|node| Subject::Text(node, node.to_text().into_owned())).into_iter().collect()
            }
            (Category::Metadata, Target::Name(name)) => {
                let value = part.metadata.and_then(|m| at(m).get(name));
                value.map(Subject::Json).into_iter().collect()
            }
            _ => continue,
        };
        // V2 may name one of several values, as in `$.query.q[0]`; which one is not kept, so
        // only what fails for every value is certain.
        for subject in values {
            report_group(root, index as u32, group, &subject, false, regexes, &mut out);
        }
    }
    out
}

/// The node of a body that is plain text and stands in the file as it is sent.
fn plain_text(root: Cursor<'_>, body: &Body) -> Option<NodeId> {
    let encoded = body.encoded.is_some_and(|id| root.at(id).as_bool() != Some(false));
    match body.content {
        Content::Opaque(node) if body.format == Format::Text && !encoded => Some(node),
        _ => None,
    }
}

/// Applies a whole group to one value.
fn report_group(
    root: Cursor<'_>,
    index: u32,
    group: &RuleGroup,
    subject: &Subject<'_>,
    cascaded: bool,
    regexes: &mut Regexes,
    out: &mut Vec<Mismatch>,
) {
    let from = out.len();
    for matcher in &group.matchers {
        match check_value(root, &matcher.kind, subject, cascaded, regexes) {
            None if group.combine == Combine::Or => {
                out.truncate(from);
                return;
            }
            None => {}
            Some(problem) => {
                let node = subject.node();
                out.push(Mismatch { node, group: index, matcher: matcher.node, problem });
            }
        }
    }
}

/// Headers whose values the core splits at commas (`MULTI_VALUE_HEADERS` in pact_models,
/// headers.rs).
const MULTI_VALUE_HEADERS: [&str; 12] = [
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

fn header_values<'a>(headers: Cursor<'a>, name: &str) -> Vec<Subject<'a>> {
    let Some(value) =
        headers.members().filter(|m| header_name_eq(&m.key.name(), name)).last().and_then(|m| m.value)
    else {
        return Vec::new();
    };
    if value.is_array() {
        return value.elements().map(Subject::text).collect();
    }
    let text = value.to_text();
    if MULTI_VALUE_HEADERS.iter().any(|multi| header_name_eq(multi, name)) && text.contains(',') {
        return text.split(',').map(|part| Subject::Text(value, part.trim().to_owned())).collect();
    }
    vec![Subject::text(value)]
}

fn query_values<'a>(query: Cursor<'a>, name: &str) -> Vec<Subject<'a>> {
    if query.is_object() {
        return match query.get(name) {
            Some(list) if list.is_array() => list.elements().map(Subject::text).collect(),
            Some(one) => vec![Subject::text(one)],
            None => Vec::new(),
        };
    }
    let Some(text) = query.as_str() else { return Vec::new() };
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let named = pairs.filter(|(key, _)| decoded(key) == name);
    named.map(|(_, value)| Subject::Text(query, decoded(value).into_owned())).collect()
}
