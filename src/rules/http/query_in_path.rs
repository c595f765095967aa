use std::fmt::Write;

use crate::diagnostic::Applicability;
use crate::model::{Part, Version};
use crate::rules::http::{path_is_ruled, requests};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};

rule! {
    /// The path of a request has a query string or a fragment in it.
    ///
    /// The official core compares the path of the actual request, which ends before the `?`, with
    /// the whole of `path`. A path with `?` or `#` in it equals none, so the mock server refuses
    /// every request.
    ///
    /// Silent where a rule decides about the path.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users?page=1"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users", "query": {"page": ["1"]}},
    ///   "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_path` in pact_matching, lib.rs.
    "query-in-path", "http", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in requests(cx.it) {
        let Some(node) = part.path.map(|id| cx.node(id)).filter(|node| node.is_string()) else { continue };
        let path = node.to_text();
        let Some(at) = path.find(['?', '#']).filter(|_| !path_is_ruled(part)) else { continue };
        let (what, help) = match path.as_bytes()[at] {
            b'?' => ("a query string", "move it to 'query'"),
            _ => ("a fragment, which is never sent", "leave the fragment out"),
        };
        let message = format!(
            "The path contains {what}; the official core compares paths without it, so no request matches"
        );
        let report = out.report(node.span_within(at..path.len()), message).help(help);
        let query = &path[at + 1..];
        let plain = path.as_bytes()[at] == b'?' && !query.contains(['#', '%', '+', '?']) && !query.is_empty();
        if let Some(query) = Some(query).filter(|_| plain && part.query.is_none()) {
            let value = if cx.version() >= Version::V3 { as_map(query) } else { quote(query) };
            report.fix(
                Applicability::Unsafe,
                "Move the query string to 'query': requests can match from then on",
                edits(cx, part, node, &path[..at], &value),
            );
        }
    }
}

fn edits(
    cx: &InteractionCx<'_>,
    part: &Part,
    node: Cursor<'_>,
    path: &str,
    query: &str,
) -> Vec<crate::text::TextEdit> {
    let path = if path.is_empty() { "/" } else { path };
    vec![cx.editor().set(node, &quote(path)), cx.editor().insert(cx.node(part.node), "query", query)]
}

/// `a=1&a=2` as V3 writes it.
fn as_map(query: &str) -> String {
    let mut pairs: Vec<(&str, Vec<&str>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()).take(100) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => pairs.push((name, vec![value])),
        }
    }
    let mut out = String::from("{");
    for (index, (name, values)) in pairs.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
        let _ = write!(out, "{comma}{}: [{}]", quote(name), values.join(", "));
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn marks_the_query_string() {
        check(
            "query-in-path",
            r#"
{"description": "d", "request": {"path": "/a?b=1"}, "response": {"status": 200}}
                                            ^^^^ error contains a query string
"#,
        );
        check(
            "query-in-path",
            r#"
{"description": "d", "request": {"path": "/a?b=1", "matchingRules": {"path": {"matchers": [{"match": "type"}]}}},
 "response": {"status": 200}}
"#,
        );
        check(
            "query-in-path",
            r#"
{"description": "d", "request": {"path": "/a#b"}, "response": {"status": 200}}
                                            ^^ error a fragment
"#,
        );
    }

    #[test]
    fn the_fix_moves_it() {
        let fixed = |version: &str| {
            let text = pact(
                r#"{"description": "d", "request": {"path": "/a?b=1&c=2&b=3"}, "response": {}}"#,
                version,
            );
            let found = findings("query-in-path", &text);
            apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit")
        };
        assert!(fixed("v3").contains(r#"{"path": "/a", "query": {"b": ["1", "3"], "c": ["2"]}}"#));
        assert!(fixed("v2").contains(r#"{"path": "/a", "query": "b=1&c=2&b=3"}"#));
    }
}
