use crate::diagnostic::Severity;
use crate::rules::{Check, InteractionCx, Sieve, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId};

rule! {
    /// An example holds an object of a test library instead of a value.
    ///
    /// Libraries describe a matcher as an object (`pact:matcher:type`, `json_class`), and take it
    /// apart into example and rule when they write the pact. Where that did not happen, the
    /// object itself is the example: no provider ever answers with it, and there is no rule.
    /// Objects with `json_class` are a format that pact-ruby once wrote and only it reads; they
    /// are a warning.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": {"pact:matcher:type": "type", "value": 1}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `process_object` in pact_ffi, mock_server/bodies.rs; `Pact::SomethingLike` in
    /// pact-support.
    "dsl-marker-in-example", "matching", Error, Minimal, Test, Check::Interaction(check)
}

const KEYS: [&str; 3] = ["pact:matcher:type", "pact:generator:type", "pact:matcher"];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || !cx.may_hold(Sieve::Marker) {
        return;
    }
    let text = cx.root.raw();
    if !["pact:matcher", "pact:generator", "json_class"].iter().any(|sign| text.contains(sign)) {
        return;
    }
    for part in &cx.it.parts {
        let body = part.body.as_ref().map(|body| body.node);
        let nodes = [part.path, part.query, part.headers, part.metadata, body];
        let mut marks = nodes.into_iter().flatten().flat_map(|id| markers(cx.node(id)));
        let Some(first) = marks.next() else { continue };
        let ruby = first.kind() == Kind::Key && first.is_named("json_class");
        let mut report = if ruby {
            out.report(
                first.span(),
                "A matcher in the old format of pact-ruby: the official core compares it as a plain object",
            )
            .help("write the pact anew with a library of today")
            .at_most(Severity::Warning)
        } else {
            let message = "An object of the test library is the example here: no provider answers with it, and no rule came of it";
            out.report(first.span(), message)
                .help("check the matcher's use in the consumer test: it must go where the library looks for matchers")
        };
        for other in marks.take(4) {
            report = report.label(other.span(), "here too");
        }
    }
}

/// Whether an object is one of a test library's, which is then what is wrong with it.
pub(super) fn holds_marker(node: Cursor<'_>) -> bool {
    node.is_object() && node.members().any(|member| KEYS.iter().any(|key| member.key.is_named(key)))
}

/// Whether there can be such an object: its keys may be escaped in the text.
pub(super) fn may_hold_marker(cx: &InteractionCx<'_>) -> bool {
    let text = cx.root.text();
    cx.may_hold(Sieve::Marker) && (text.contains("\\u") || KEYS.iter().any(|key| text.contains(key)))
}

/// Keys and texts that only a test library writes.
pub(crate) fn markers(root: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let nodes = root.subtree().map(move |id| root.at(NodeId(id)));
    nodes.filter(|node| match node.kind() {
        Kind::Key if node.is_named("json_class") => {
            node.value().is_some_and(|value| value.raw().starts_with("\"Pact::"))
        }
        Kind::Key => KEYS.iter().any(|key| node.is_named(key)),
        // An object that was turned into text on its way.
        Kind::String => KEYS[..2].iter().any(|key| node.raw().contains(key)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn bodies_headers_and_texts() {
        check(
            "dsl-marker-in-example",
            r#"
{"description": "json_class pact:matcher:type", "request": {"path": "/",
  "headers": {"X": "{\"pact:matcher:type\":\"regex\",\"value\":\"a\"}"}},
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error
 "response": {"status": 200, "body": {"json_class": "Other", "a": {"json_class": "Pact::SomethingLike"}, "b": {"pact:matcher:type": "x"}}}}
                                                                   ^^^^^^^^^^^^ warning
"#,
        );
    }

    #[test]
    fn rules_are_no_examples() {
        check(
            "dsl-marker-in-example",
            r#"
{"description": "d", "request": {"path": "/"}, "response": {"status": 200, "body": "a",
  "matchingRules": {"body": {"$": {"matchers": [{"match": "type", "pact:matcher:type": "type"}]}}}}}
"#,
        );
    }
}
