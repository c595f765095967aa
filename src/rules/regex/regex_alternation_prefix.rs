use crate::diagnostic::Applicability;
use crate::model::MatcherKind;
use crate::model::regex::hidden_alternative;
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::shorten;

rule! {
    /// An alternative of a pattern is the start of a longer one behind it.
    ///
    /// In `Greater|GreaterOrEqual` older versions of the official core take the first word, see
    /// that the value goes on, and refuse it. Today's core tries both. The longest word first, or
    /// anchors around the alternatives, work everywhere.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"op": "Less"},
    ///   "matchingRules": {"body": {"$.op": {"matchers": [{"match": "regex", "regex": "Less|LessOrEqual"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"op": "Less"},
    ///   "matchingRules": {"body": {"$.op": {"matchers": [{"match": "regex", "regex": "LessOrEqual|Less"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// pact-reference issue 214; rust-onig pull request 172.
    "regex-alternation-prefix", "regex", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        if !node.is_string() || !node.raw().contains('|') {
            return;
        }
        let pattern = node.to_text();
        let Some(hidden) = hidden_alternative(&pattern) else { return };
        let (long, short) = (&pattern[hidden.range.clone()], &pattern[hidden.by.clone()]);
        out.report(
            node.span_within(hidden.range.clone()),
            format!(
                "'{}' starts with '{}' before it, so older versions of the official core refuse it",
                shorten(long),
                shorten(short)
            ),
        )
        .label(node.span_within(hidden.by.clone()), "taken first")
        .help("put the longest alternatives first")
        .fix(
            Applicability::Unsafe,
            "Put the longest alternatives first: older cores accept all of them then",
            vec![cx.editor().set(node, &quote(&hidden.reordered))],
        );
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn longest_first() {
        check(
            "regex-alternation-prefix",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"a": "A", "b": "A"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "(A|AB)"}]},
                                                         ^^ info 'AB' starts with 'A'
    "$.b": {"matchers": [{"match": "regex", "regex": "^(A|AB)$"}]}}}}}
"#,
        );
    }
}
