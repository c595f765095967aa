use rustc_hash::FxHashSet;

use crate::model::MatcherKind;
use crate::model::regex::runaway;
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// A pattern takes exponential time on some values that do not match.
    ///
    /// In `(a+)+` a value can be shared out between the two repeats in ever more ways, and an
    /// engine that backtracks tries them all before it says no: each further character doubles the
    /// time. Oniguruma breaks off after ten million tries, and the official core panics then;
    /// pact-jvm goes on. One wrong answer of the provider is enough.
    ///
    /// Reported only where the form of the pattern shows it and the engine confirms it on a short
    /// value.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "aab"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "(a+)+b"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "aab"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "a+b"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `Regex::match_with_options` of the onig crate, lib.rs; `ONIG_DEFAULT_RETRY_LIMIT_IN_MATCH`.
    "regex-backtracking", "regex", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut told: FxHashSet<&str> = FxHashSet::default();
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        // Without a repeat after a group there is none inside of another.
        let nested = [")*", ")+", "){"].iter().any(|sign| node.raw().contains(sign));
        if !nested || !node.is_string() || told.len() >= MOST || !told.insert(node.raw()) {
            return;
        }
        let pattern = node.to_text();
        let compiled = cx.regexes.borrow_mut().compile(&pattern);
        let Ok(compiled) = &*compiled else { return };
        let Some(found) = runaway(&pattern, compiled) else { return };
        let part = shorten(&pattern[found.range.clone()]).into_owned();
        out.report(
            node.span_within(found.range),
            format!(
                "'{part}' takes exponential time on values like '{}...' that do not match: the official core panics on a long one",
                shorten(&found.value)
            ),
        )
        .help("repeat once only, or let each turn start with a character that nothing else in it can be");
    });
}

/// So many patterns of one interaction are tried.
const MOST: usize = 32;

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_outer_repeat_is_marked() {
        check(
            "regex-backtracking",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"a": "x-a", "b": "1.2"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "x-(\\w+\\s?)*$"}]},
                                                        ^^^^^^^^^^^ warning on values like 'x-aaaaaaaaaaaa...'
    "$.b": {"matchers": [{"match": "regex", "regex": "(\\d+\\.)*\\d+"}]}}}}}
"#,
        );
    }
}
