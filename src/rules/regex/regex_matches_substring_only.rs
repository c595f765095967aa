use rustc_hash::FxHashSet;

use crate::rules::regex::misfit::{Misfit, misfit, pattern_of};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::NodeId;
use crate::text::shorten;

rule! {
    /// A pattern matches only a part of its example.
    ///
    /// The official core and pact-jvm want the whole value to match, from its first to its last
    /// character. Older tools, and most languages, search within the value, so the pattern works
    /// in the consumer test and fails in the verification: a provider that answers with the very
    /// example is refused.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "abc1"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "[a-z]"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "abc1"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "[a-z0-9]+"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::Regex` in pact_matching, matchingrules.rs, where `Regex::is_match` of the
    /// onig crate matches the whole text; `MatcherExecutor.kt` in pact-jvm.
    "regex-matches-substring-only", "regex", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    // One pattern may hold for many items of an array.
    let mut told: FxHashSet<NodeId> = FxHashSet::default();
    for mismatch in (0..cx.it.parts.len()).flat_map(|index| cx.mismatches(index)) {
        if misfit(cx, mismatch) != Some(Misfit::PartOnly) || !told.insert(mismatch.matcher) {
            continue;
        }
        let Some(regex) = pattern_of(cx, mismatch) else { continue };
        let pattern = regex.to_text();
        out.report(
            regex.span(),
            format!(
                "'{}' matches only a part of its example; the official core wants the whole value to match, so it refuses it",
                shorten(&pattern)
            ),
        )
        .label(mismatch.span(cx.root), "the example, matched in part")
        .help("describe the whole value, or add '.*' where anything may stand");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn body_headers_query_and_path() {
        check(
            "regex-matches-substring-only",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/users/1", "query": {"q": ["abc"]},
  "headers": {"X-A": "abc", "Accept": "text/html, application/json"},
  "matchingRules": {
    "path": {"matchers": [{"match": "regex", "regex": "\\d"}]},
                                                      ^^^^^ error '\d' matches only a part
    "query": {"q": {"matchers": [{"match": "regex", "regex": "b"}]}},
                                                             ^^^ error
    "header": {"x-a": {"matchers": [{"match": "regex", "regex": "c"}]},
                                                                ^^^ error
               "Accept": {"matchers": [{"match": "regex", "regex": "[a-z]+/[a-z]+"}]}}}},
 "response": {"status": 200, "body": {"items": [{"id": "a1"}, {"id": "a2"}], "n": 12, "o": "xyz"},
  "matchingRules": {"body": {
    "$.items[*].id": {"matchers": [{"match": "regex", "regex": "[a-z]"}]},
                                                               ^^^^^^^ error
    "$.n": {"matchers": [{"match": "regex", "regex": "^\\d+$"}]},
    "$.o": {"combine": "OR", "matchers": [{"match": "regex", "regex": "x"}, {"match": "type"}]}}}}}
"#,
        );
    }

    #[test]
    fn a_generator_supplies_the_value() {
        check(
            "regex-matches-substring-only",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"},
 "response": {"status": 200, "body": {"id": "a1"},
  "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "[a-z]"}]}}},
  "generators": {"body": {"$.id": {"type": "Regex", "regex": "[a-z]"}}}}}
"#,
        );
    }

    #[test]
    fn v2_paths_and_query_texts() {
        check(
            "regex-matches-substring-only",
            r#"@v2
{"description": "d", "request": {"method": "GET", "path": "/", "query": "a=x%20y&b=2",
  "matchingRules": {"$.query.a": {"match": "regex", "regex": "x y"},
                    "$.query.b[0]": {"match": "regex", "regex": "\\d*?$|3"}}},
 "response": {"status": 200, "body": {"id": "a1"},
  "matchingRules": {"$.body.id": {"regex": "a"}}}}
                                           ^^^ error
"#,
        );
    }
}
