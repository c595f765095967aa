//! What stands beside the values of a pact: the matcher that holds for each, or that only
//! this very value will do.

use crate::analysis::Document;
use crate::ide::view::{View, groups};
use crate::ide::words::{accepts, brief};
use crate::model::{Category, MatcherKind, Part, RuleGroup, Target, header_name_eq, resolve_body};
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// The word for a value that no rule holds for.
const EXACT: &str = "exact";

/// A few words beside a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// The byte before which they stand.
    pub at: u32,
    /// The words: the matcher, or `exact`.
    pub label: String,
    /// What it means; empty where there is nothing to add.
    pub tooltip: String,
}

/// The hints for a part of a file, in order of position within each interaction's parts.
pub fn inlay_hints(doc: &Document, span: Span) -> Vec<InlayHint> {
    let mut out = Vec::new();
    for view in View::within(doc, span) {
        for part in &view.it.parts {
            fields(&view, part, span, &mut out);
            body(&view, part, span, &mut out);
        }
    }
    out
}

/// Path, status, headers, parameters and metadata that have a rule. Where they have none
/// they are compared, as everybody expects.
fn fields(view: &View<'_>, part: &Part, span: Span, out: &mut Vec<InlayHint>) {
    for group in groups(part).iter().filter(|group| group.is_live()) {
        if let Some(value) = field(view.root, part, group) {
            push(view, value, group, false, span, out);
        }
    }
}

/// The value of the example, outside of the body, that a group is about.
pub(super) fn field<'a>(root: Cursor<'a>, part: &Part, group: &RuleGroup) -> Option<Cursor<'a>> {
    let named = |object: Option<NodeId>, ignore_case: bool| {
        let Target::Name(name) = &group.target else { return None };
        let same = |key: &str| if ignore_case { header_name_eq(key, name) } else { key == name };
        root.at(object?).members().filter(|member| same(&member.key.name())).last()?.value
    };
    match group.category {
        Category::Path => part.path.map(|node| root.at(node)),
        Category::Status => part.status.map(|node| root.at(node)),
        Category::Header => named(part.headers, true),
        Category::Query => named(part.query, false),
        Category::Metadata => named(part.metadata, false),
        Category::Body | Category::Method | Category::Contents => None,
    }
}

fn body(view: &View<'_>, part: &Part, span: Span, out: &mut Vec<InlayHint>) {
    each_value(view, part, span, &mut |node, held| match held {
        Held::Ruled { group, cascaded } => push(view, node, group, cascaded, span, out),
        Held::Exact => {
            let at = view.span(node.span()).end;
            if span.touches(at) {
                let tooltip = "no rule holds for this value: only this very one will do".to_owned();
                out.push(InlayHint { at, label: EXACT.to_owned(), tooltip });
            }
        }
    });
}

/// What holds for a value of a body.
pub(super) enum Held<'g> {
    /// A rule, set further up if `cascaded`.
    Ruled { group: &'g RuleGroup, cascaded: bool },
    /// Equality with the example.
    Exact,
}

/// Calls `f` with every scalar of a JSON body, and every container that has a rule of its own,
/// if the body touches `span`; in order of position.
pub(super) fn each_value(view: &View<'_>, part: &Part, span: Span, f: &mut dyn FnMut(Cursor<'_>, Held<'_>)) {
    let Some(json) = part.body.as_ref().and_then(|body| body.json()) else { return };
    let example = view.root.at(json);
    let bytes = view.span(example.span());
    if bytes.end < span.start || span.end < bytes.start {
        return;
    }
    let groups = groups(part);
    let resolution = resolve_body(example, groups);
    // Nodes below one whose matcher stands in for what is below it, as a range of ids.
    let mut judged_above = 0..0;
    for rule in &resolution.nodes {
        let node = view.root.at(rule.node);
        let best = rule.best.map(|best| &groups[best as usize]);
        let own = best.filter(|_| !rule.cascaded);
        if own.is_none() && judged_above.contains(&rule.node.0) {
            continue;
        }
        if own.is_some_and(stands_in) {
            judged_above = node.subtree();
        }
        if node.is_container() {
            if let Some(group) = own {
                f(node, Held::Ruled { group, cascaded: false });
            }
        } else if resolution.is_exact(*rule, groups) {
            f(node, Held::Exact);
        } else if let Some(group) = best {
            f(node, Held::Ruled { group, cascaded: rule.cascaded });
        }
    }
}

/// Whether the matchers of a group say themselves what is wanted below the node.
fn stands_in(group: &RuleGroup) -> bool {
    let kind = |kind: &MatcherKind| kind.holds_others() || matches!(kind, MatcherKind::Plugin);
    group.matchers.iter().any(|matcher| kind(&matcher.kind))
}

fn push(
    view: &View<'_>,
    node: Cursor<'_>,
    group: &RuleGroup,
    cascaded: bool,
    span: Span,
    out: &mut Vec<InlayHint>,
) {
    let bytes = view.span(node.span());
    // Beside the bracket that opens it: the other one may be far away.
    let at = if node.is_container() { bytes.start + 1 } else { bytes.end };
    if !span.touches(at) {
        return;
    }
    let mut tooltip = accepts(view.root, group).join("; ");
    if cascaded {
        let path = view.root.at(group.key).name();
        tooltip = format!("from the rule at `{path}`: {tooltip}");
    }
    out.push(InlayHint { at, label: brief(view.root, group, cascaded), tooltip });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let hints = inlay_hints(&Document::new(text), Span::new(0, text.len() as u32));
        let mut out = text.to_owned();
        let mut sorted: Vec<_> = hints.iter().collect();
        sorted.sort_by_key(|hint| std::cmp::Reverse(hint.at));
        for hint in sorted {
            out.insert_str(hint.at as usize, &format!("«{}»", hint.label));
        }
        out
    }

    fn pact(body: &str, rules: &str) -> String {
        format!(
            r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{{"description": "d",
            "request": {{"method": "GET", "path": "/1"}},
            "response": {{"status": 200, "headers": {{"X-A": "1"}}, "body": {body}, "matchingRules": {rules}}}}}],
            "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
        )
    }

    #[test]
    fn each_value_has_its_matcher() {
        let text = pact(
            r#"{"id": 1, "name": "x", "list": [{"at": "2020-01-01"}], "m": {"k": true}}"#,
            r#"{"header": {"x-a": {"matchers": [{"match": "regex", "regex": "\\d"}]}},
                "body": {"$.id": {"matchers": [{"match": "integer"}]},
                "$.list": {"matchers": [{"match": "type", "min": 1}]},
                "$.list[*].at": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}]},
                "$.m": {"matchers": [{"match": "type"}]}}}"#,
        );
        let shown = shown(&text);
        assert!(shown.contains(
            r#"{"id": 1«integer», "name": "x"«exact», "list": [«type, min 1»{"at": "2020-01-01"«date yyyy-MM-dd»}], "m": {«type»"k": true«type»}}"#
        ), "{shown}");
        assert!(shown.contains(r#""X-A": "1"«regex»"#), "{shown}");
    }

    #[test]
    fn what_variants_judge_is_not_called_exact() {
        let text = pact(
            r#"{"list": [{"a": 1}], "b": 2}"#,
            r#"{"body": {"$.list": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}]}}}"#,
        );
        let shown = shown(&text);
        assert!(shown.contains(r#"{"list": [«arrayContains»{"a": 1}], "b": 2«exact»}"#), "{shown}");
    }

    #[test]
    fn only_what_is_seen_is_told() {
        let text = pact(r#"{"id": 1, "name": "x"}"#, "{}");
        let at = text.find("\"x\"").expect("it is there") as u32;
        let hints = inlay_hints(&Document::new(text.as_str()), Span::new(at, at + 3));
        assert_eq!(hints.len(), 1);
        assert!(inlay_hints(&Document::new("{"), Span::new(0, 1)).is_empty());
    }
}
