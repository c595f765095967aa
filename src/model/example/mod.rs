//! Does an example satisfy its own rules? What the official core would say if it
//! compared the example with itself.

mod body;
mod outline;
mod value;

pub use body::{JudgedByText, check_body};
pub use outline::check_outline;
pub use value::{Problem, Subject, check_value};

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::model::query::parameters_of_text;
use crate::model::{
    Category, Combine, Content, Format, MatcherKind, Part, Regexes, RuleGroup, Target, split_header,
};
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// A value of the example that one of its rules refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The value; for a key of an object that a rule on keys refuses, that key.
    pub node: NodeId,
    /// The value is only a part of the string at the node.
    pub inside: Option<Inside>,
    /// The group that the matcher belongs to, as an index into the part's groups.
    pub group: u32,
    /// The matcher.
    pub matcher: NodeId,
    /// What is wrong.
    pub problem: Problem,
}

/// A value inside of a body that is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// The node of the body's outline.
    pub node: u32,
    /// Bytes of the string's value to point at; `None` if the body is encoded in it.
    pub range: Option<Range<usize>>,
    /// The value; of an XML element its tag.
    pub value: String,
}

impl Mismatch {
    /// The place of the value in the text that `root` belongs to.
    pub fn span(&self, root: Cursor<'_>) -> Span {
        let node = root.at(self.node);
        match self.inside.as_ref().and_then(|inside| inside.range.clone()) {
            Some(range) => node.span_within(range),
            None => node.span(),
        }
    }

    /// The value as text.
    pub fn value<'a>(&'a self, root: Cursor<'a>) -> Cow<'a, str> {
        match &self.inside {
            Some(inside) => Cow::Borrowed(&inside.value),
            None => root.at(self.node).to_text(),
        }
    }
}

/// Checks everything of a part but its body: path, query, headers, status, metadata.
pub fn check_fields(root: Cursor<'_>, part: &Part, regexes: &mut Regexes) -> Vec<Mismatch> {
    let mut out = Vec::new();
    let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
    let mut fields = Fields::default();
    for (index, group) in groups.iter().enumerate().filter(|(_, group)| group.is_live()) {
        let at = |id: NodeId| root.at(id);
        let values: Vec<Subject<'_>> = match (group.category, &group.target) {
            (Category::Path, _) => part.path.map(|p| Subject::text(at(p))).into_iter().collect(),
            (Category::Status, _) => part.status.map(|s| Subject::Status(at(s))).into_iter().collect(),
            (Category::Header, Target::Name(name)) => {
                part.headers.map_or_else(Vec::new, |h| fields.header(at(h), name))
            }
            (Category::Query, Target::Name(name)) => {
                part.query.map_or_else(Vec::new, |q| fields.parameter(at(q), name))
            }
            // A plain text knows only the rule at its root (`match_text` and
            // `match_octet_stream` in pact_matching).
            (Category::Body, Target::Path(path)) if path.steps.is_empty() => {
                flat_body(root, part, group).into_iter().collect()
            }
            (Category::Metadata, Target::Name(name)) => {
                let value = part.metadata.and_then(|m| fields.entry(at(m), name));
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

/// A body that is plain text or bytes, as one value.
fn flat_body<'a>(root: Cursor<'a>, part: &Part, group: &RuleGroup) -> Option<Subject<'a>> {
    let body = part.body.as_ref().filter(|body| matches!(body.format, Format::Text | Format::Binary))?;
    let Content::Opaque(node) = body.content else { return None };
    let (bytes, _) = body.bytes(root)?;
    let by_type = |kind: &MatcherKind| matches!(kind, MatcherKind::ContentType(_));
    if body.format == Format::Binary || group.matchers.iter().any(|matcher| by_type(&matcher.kind)) {
        return Some(Subject::Bytes(root.at(node), bytes));
    }
    let text = String::from_utf8(bytes.into_owned()).ok()?;
    Some(Subject::Text(root.at(node), text))
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
                out.push(Mismatch { node, inside: None, group: index, matcher: matcher.node, problem });
            }
        }
    }
}

/// The headers, parameters and metadata of a part by name, sorted out when the first rule
/// asks for one.
#[derive(Default)]
struct Fields<'a> {
    /// By the name in lower case; `None` for a header that stands there twice.
    headers: Option<FxHashMap<String, Option<Cursor<'a>>>>,
    parameters: Option<FxHashMap<String, Vec<Subject<'a>>>>,
    metadata: Option<FxHashMap<Cow<'a, str>, Cursor<'a>>>,
}

impl<'a> Fields<'a> {
    fn header(&mut self, headers: Cursor<'a>, name: &str) -> Vec<Subject<'a>> {
        let by_name = self.headers.get_or_insert_with(|| {
            let mut by_name = FxHashMap::default();
            for member in headers.members() {
                // Of a header that stands there twice the core compares either with the other.
                let name = member.key.name().to_ascii_lowercase();
                by_name.entry(name).and_modify(|value| *value = None).or_insert(member.value);
            }
            by_name
        });
        match by_name.get(&name.to_ascii_lowercase()) {
            Some(Some(value)) => header_values(*value, name),
            _ => Vec::new(),
        }
    }

    fn parameter(&mut self, query: Cursor<'a>, name: &str) -> Vec<Subject<'a>> {
        let by_name = self.parameters.get_or_insert_with(|| parameters(query));
        by_name.get(name).cloned().unwrap_or_default()
    }

    fn entry(&mut self, metadata: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
        let by_name = self.metadata.get_or_insert_with(|| by_name(metadata));
        by_name.get(name).copied()
    }
}

/// The members of an object; of a key that stands there twice, the last.
fn by_name(object: Cursor<'_>) -> FxHashMap<Cow<'_, str>, Cursor<'_>> {
    object.members().filter_map(|member| Some((member.key.name(), member.value?))).collect()
}

fn parameters<'a>(query: Cursor<'a>) -> FxHashMap<String, Vec<Subject<'a>>> {
    let mut out: FxHashMap<String, Vec<Subject<'a>>> = FxHashMap::default();
    if query.is_object() {
        let values = |value: Cursor<'a>| match value.is_array() {
            true => value.elements().map(Subject::text).collect(),
            false => vec![Subject::text(value)],
        };
        return by_name(query).into_iter().map(|(name, value)| (name.into_owned(), values(value))).collect();
    }
    let text = query.as_str().unwrap_or_default();
    for (name, value) in parameters_of_text(&text) {
        let values = out.entry(name.into_owned()).or_default();
        values.push(Subject::Text(query, value.unwrap_or_default().into_owned()));
    }
    out
}

/// The values that the core compares one by one.
fn header_values<'a>(value: Cursor<'a>, name: &str) -> Vec<Subject<'a>> {
    if value.is_array() {
        return value.elements().map(Subject::text).collect();
    }
    match split_header(name, &value.to_text()) {
        parts if parts.len() > 1 => {
            parts.into_iter().map(|part| Subject::Text(value, part.to_owned())).collect()
        }
        _ => vec![Subject::text(value)],
    }
}
