use crate::diagnostic::Severity;
use crate::model::{InvalidMatcher, Matcher, MatcherKind, lower_matcher};
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// A matcher lacks a field that it cannot do without.
    ///
    /// For most matchers the official core then refuses the whole file. `eachKey` without `rules`
    /// checks nothing, and `eachValue` without `rules` never matches.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "1"}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "1"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "\\d+"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::create_rule` in pact_models, matchingrules/mod.rs.
    "matcher-missing-field", "matching", Error, Minimal, Test, Check::Interaction(check)
}

const REFUSES: &str = "the official core refuses the whole file";

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_matcher(cx, &mut |matcher| match &matcher.kind {
        MatcherKind::Invalid(InvalidMatcher::InnerPath) => {}
        MatcherKind::Invalid(_) => invalid(cx, matcher, out),
        MatcherKind::EachKey(rules) if rules.is_empty() => {
            report(
                cx.node(matcher.node),
                "'eachKey' has no rules, so keys are not checked at all",
                out,
                "rules",
                true,
            );
        }
        MatcherKind::EachValue(rules) if rules.is_empty() => {
            report(
                cx.node(matcher.node),
                "'eachValue' has no rules, so comparing always fails",
                out,
                "rules",
                false,
            );
        }
        _ => {}
    });
}

fn invalid(cx: &InteractionCx<'_>, matcher: &Matcher, out: &mut Sink<'_>) {
    let node = cx.node(matcher.node);
    // What is broken may be a matcher inside of this one.
    if let Some(inner) = innermost(node) {
        return invalid(cx, &inner, out);
    }
    let MatcherKind::Invalid(reason) = matcher.kind else { return };
    let name = matcher.name.map(|id| cx.text(id)).unwrap_or_default();
    match reason {
        InvalidMatcher::NotAnObject => {
            out.report(node.span(), format!("A matcher must be an object: {REFUSES}"))
                .help("write {\"match\": \"type\"} or another matcher");
        }
        InvalidMatcher::NoMatch if has_bound(node) => {}
        InvalidMatcher::NoMatch => {
            report(node, &format!("Nothing here says how to match: {REFUSES}"), out, "match", false);
        }
        InvalidMatcher::EmptyName => {
            let span = matcher.name.map_or(node.span(), |id| cx.node(id).span());
            out.report(span, format!("The name of the matcher is empty: {REFUSES}"))
                .help("write \"type\", or the matcher that is meant");
        }
        InvalidMatcher::Field("min" | "max") if has_bound(node) => {}
        InvalidMatcher::Field(field) => match node.get(field) {
            Some(value) => {
                out.report(value.span(), format!("'{field}' of '{name}' must be a list: {REFUSES}"))
                    .help(format!("write a list for '{field}'"));
            }
            None => report(node, &format!("'{name}' needs a field '{field}': {REFUSES}"), out, field, false),
        },
        InvalidMatcher::StatusClass => {
            let span = node.get("status").map_or(node.span(), Cursor::span);
            out.report(span, format!("This is no class of status codes: {REFUSES}")).help(
                "write info, success, redirect, clientError, serverError, nonError, error, or a list of codes",
            );
        }
        InvalidMatcher::InnerPath => {}
    }
}

/// Whether there is a `min` or `max`, of which another rule says that it is no number.
fn has_bound(node: Cursor<'_>) -> bool {
    node.get("min").is_some() || node.get("max").is_some()
}

/// A matcher inside of `node` that the core refuses.
fn innermost(node: Cursor<'_>) -> Option<Matcher> {
    let broken = |node: Cursor<'_>| {
        let matcher = lower_matcher(node);
        let path = MatcherKind::Invalid(InvalidMatcher::InnerPath);
        (matches!(matcher.kind, MatcherKind::Invalid(_)) && matcher.kind != path).then_some(matcher)
    };
    let rules = node.get("rules").into_iter().flat_map(Cursor::elements);
    let variants = node.get("variants").into_iter().flat_map(Cursor::elements);
    let groups = variants.filter_map(|v| v.get("rules")).flat_map(|rules| {
        let direct = rules.get("matchers");
        let inner = rules.members().filter_map(|m| m.value?.get("matchers"));
        direct.into_iter().chain(inner.take(if direct.is_some() { 0 } else { usize::MAX }))
    });
    rules.chain(groups.flat_map(Cursor::elements)).find_map(broken)
}

/// Reports what a matcher lacks, at its name or its bracket.
fn report(node: Cursor<'_>, message: &str, out: &mut Sink<'_>, field: &str, idle: bool) {
    let name = node.get("match").map(Cursor::span);
    let start = node.span().start;
    let report = out.report(name.unwrap_or(crate::text::Span::new(start, start + 1)), message);
    let report = if idle { report.at_most(Severity::Warning) } else { report };
    report.help(format!("add '{field}'"));
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn every_way_to_be_refused() {
        check(
            "matcher-missing-field",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {
              "status": {"matchers": [{"match": "statusCode", "status": "fine"}]},
                                                                        ^^^^^^ error no class of status codes
              "body": {
                "$.a": {"matchers": [{"match": "regex", "pattern": "a"}]},
                                               ^^^^^^^ error 'regex' needs a field 'regex'
                "$.b": {"matchers": ["type"]},
                                     ^^^^^^ error must be an object
                "$.c": {"matchers": [{"value": 1}]},
                                     ^ error Nothing here says how to match
                "$.d": {"matchers": [{"match": ""}]},
                                               ^^ error name of the matcher is empty
                "$.e": {"matchers": [{"match": "arrayContains", "variants": {}}]},
                                                                            ^^ error 'variants' of 'arrayContains' must be a list
                "$.f": {"matchers": [{"match": "eachKey"}]},
                                               ^^^^^^^^^ warning keys are not checked
                "$.g": {"matchers": [{"match": "eachValue", "rules": []}]},
                                               ^^^^^^^^^^^ error comparing always fails
                "$.h": {"matchers": [{"match": "eachValue", "rules": [{"match": "include"}]}]},
                                                                                ^^^^^^^^^ error 'include' needs a field 'value'
                "$.i": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": {"matchers": [{"match": "regex"}]}}}]}]},
                                                                                                                                 ^^^^^^^ error 'regex' needs
                "$.j": {"matchers": [{"pact:matcher:type": "type"}]}, "$.k": {"matchers": [{"match": "min", "min": -1}]}
              }}}}"#,
        );
    }
}
