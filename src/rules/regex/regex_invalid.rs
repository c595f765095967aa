use crate::diagnostic::Severity;
use crate::model::MatcherKind;
use crate::model::regex::{CompileError, error_span};
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// A pattern is no regular expression that the official core can compile.
    ///
    /// The core compiles patterns with Oniguruma, and only when it compares a value. A pattern
    /// that does not compile loads without a word; then every value is refused, the example
    /// included. Patterns over 4 kB are reported as not checked, because compiling has no limit
    /// of its own.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "ab"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "(ab"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "ab"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "(ab)"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::Regex` in pact_matching, matchingrules.rs and json.rs.
    "regex-invalid", "regex", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        // A pattern without special characters always compiles.
        if !node.is_string() || !node.raw().contains(['\\', '(', '[', '{', '*', '+', '?', ')']) {
            return;
        }
        let pattern = node.to_text();
        let compiled = cx.regexes.borrow_mut().compile(&pattern);
        match &*compiled {
            Ok(_) => {}
            Err(CompileError::Invalid { message, .. }) => {
                let span = error_span(&pattern).filter(|range| !range.is_empty());
                let span = span.map_or(node.span(), |range| node.span_within(range));
                out.report(
                    span,
                    format!(
                        "'{}' is no valid pattern ({message}), so the official core refuses every value here",
                        shorten(&pattern)
                    ),
                )
                .help(hint(&pattern));
            }
            Err(CompileError::TooLong { len }) => {
                out.report(
                    node.span(),
                    format!("A pattern of {len} bytes is not checked: over 4 kB none is compiled"),
                )
                .help("split the value into parts, or match its type only")
                .at_most(Severity::Info);
            }
            // Not invalid, only not looked at.
            Err(_) => {}
        }
    });
}

/// What to do, where the cause is a dialect that is often copied from.
fn hint(pattern: &str) -> &'static str {
    if pattern.contains("(?P<") {
        "Oniguruma names groups '(?<name>...)', without the P"
    } else if pattern.contains("(?s)") {
        "Oniguruma spells 'dot matches new lines' as (?m)"
    } else if pattern.contains("[^]") {
        "write '[\\s\\S]' for any character"
    } else {
        "correct the pattern; the core reads it with Oniguruma, in Ruby's syntax"
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn points_into_the_pattern() {
        check(
            "regex-invalid",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": "ab"},
  "matchingRules": {"body": {"$.id": {"matchers": [
    {"match": "regex", "regex": "\\d(ab"},
                                    ^ error end pattern with unmatched parenthesis
    {"match": "regex", "regex": "\\d+"}]}}}}}
"#,
        );
    }

    #[test]
    fn looks_into_variants_and_values() {
        check(
            "regex-invalid",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
 "response": {"status": 200, "body": {"content": {"a": ["x"]}, "contentType": "application/json"},
  "matchingRules": {"body": {"$.a": {"matchers": [
    {"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": {"matchers": [
      {"match": "eachValue", "rules": [{"match": "regex", "regex": "a**("}]}]}}}]}]}}}}}
                                                                       ^ error
"#,
        );
    }

    #[test]
    fn long_patterns_are_a_note() {
        let long = format!(
            r#"{{"description": "d", "request": {{"path": "/a", "matchingRules": {{"path": {{"matchers": [{{"match": "regex", "regex": "({})"}}]}}}}}}, "response": {{}}}}"#,
            "a".repeat(5000)
        );
        let found = findings("regex-invalid", &pact(&long, "v3"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity.name(), "info");
    }
}
