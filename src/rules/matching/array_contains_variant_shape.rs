use crate::diagnostic::Severity;
use crate::model::example::Problem;
use crate::model::{Matcher, MatcherKind, RuleGroup, Variant};
use crate::rules::matching::dsl_marker_in_example::holds_marker;
use crate::rules::matching::ruled::{each_ruled, head};
use crate::rules::matching::visit::in_matchers;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

rule! {
    /// An `arrayContains` matcher does not fit its example, or its variants say nothing.
    ///
    /// Each variant points by `index` at the item of the example that it is about. If there is no
    /// such item, comparing always fails. On an object or a plain value the matcher checks nothing,
    /// so any object passes there, or any value. Without variants, each item of the example must be there
    /// exactly as it is.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "d",
    ///  "contents": {"contentType": "application/json", "encoded": false, "content": {"tags": ["a"]}},
    ///  "matchingRules": {"body": {"$.tags": {"matchers": [{"match": "arrayContains", "variants": [
    ///    {"index": 1, "rules": {"$": {"matchers": [{"match": "type"}]}}}]}]}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "d",
    ///  "contents": {"contentType": "application/json", "encoded": false, "content": {"tags": ["a"]}},
    ///  "matchingRules": {"body": {"$.tags": {"matchers": [{"match": "arrayContains", "variants": [
    ///    {"index": 0, "rules": {"$": {"matchers": [{"match": "type"}]}}}]}]}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_lists_with_matchingrule` in pact_matching, matchingrules.rs.
    "array-contains-variant-shape", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut found = false;
    for (_, _, group) in cx.groups() {
        if group.matchers.iter().any(|m| variants(m).is_some()) && cx.is_read() {
            found = true;
            in_matchers(&group.matchers, &mut |matcher| {
                if let Some(variants) = variants(matcher) {
                    of_variants(cx, matcher, variants, out);
                }
            });
        }
    }
    if !found {
        return;
    }
    missing_items(cx, out);
    each_ruled(cx, &|group| matcher_of(group).is_some(), &mut |ruled| {
        let Some(matcher) = matcher_of(ruled.group) else { return };
        let mut other = None;
        for node in ruled.own(cx) {
            if node.is_array() || node.is_null() || node.is_object() && holds_marker(node) {
                return;
            }
            other.get_or_insert(node);
        }
        let Some(example) = other else { return };
        let message = if example.is_object() {
            "'arrayContains' checks nothing here, as the example has no array but an object: any object passes"
        } else {
            "'arrayContains' checks nothing here, as the example has no array but a plain value: anything passes"
        };
        out.report(name_span(cx, matcher), message)
            .label(head(example), "the example")
            .help("set the rule on the array, or use a matcher for this value");
    });
}

/// What variants lack, whatever the example.
fn of_variants(cx: &InteractionCx<'_>, matcher: &Matcher, variants: &[Variant], out: &mut Sink<'_>) {
    if variants.is_empty() {
        out.report(
            name_span(cx, matcher),
            "'arrayContains' has no variants, so every item of the example must be there exactly as it is",
        )
        .at_most(Severity::Warning)
        .help("add a variant for each item that is looked for");
    }
    for variant in variants {
        let node = cx.node(variant.node);
        let index = node.get("index");
        // The core takes item 0 where it cannot read an index.
        let unread = match index {
            None => variants.len() > 1 && node.is_object(),
            Some(index) => variant.index == 0 && !is_zero(index),
        };
        if unread {
            let span =
                index.map_or_else(|| Span::new(node.span().start, node.span().start + 1), Cursor::span);
            out.report(
                span,
                "This variant does not say by number which item it is about, so the first is taken",
            )
            .at_most(Severity::Warning)
            .help("set \"index\" to the number of the item, counted from 0");
        }
    }
}

fn is_zero(index: Cursor<'_>) -> bool {
    index.to_text().parse::<f64>().is_ok_and(|number| (0.0..1.0).contains(&number))
}

/// Variants about items that the example has not.
fn missing_items(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut told: Vec<NodeId> = Vec::new();
    for part in 0..cx.it.parts.len() {
        for mismatch in cx.mismatches(part) {
            let Problem::NoItem { variant, count } = mismatch.problem else { continue };
            if told.contains(&variant) {
                continue;
            }
            told.push(variant);
            let node = cx.node(variant);
            let items = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
            let index = node.get("index").unwrap_or(node);
            out.report(
                index.span(),
                format!(
                    "The example has {items}, counted from 0, so no item has this number: comparing always fails"
                ),
            )
            .label(head(cx.node(mismatch.node)), "the array")
            .help("correct the index, or add the item to the example");
        }
    }
}

fn variants(matcher: &Matcher) -> Option<&[Variant]> {
    match &matcher.kind {
        MatcherKind::ArrayContains(variants) => Some(variants),
        _ => None,
    }
}

fn matcher_of(group: &RuleGroup) -> Option<&Matcher> {
    group.matchers.iter().find(|matcher| variants(matcher).is_some())
}

fn name_span(cx: &InteractionCx<'_>, matcher: &Matcher) -> Span {
    cx.node(matcher.name.unwrap_or(matcher.node)).span()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn examples_and_variants() {
        check(
            "array-contains-variant-shape",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"contentType": "application/json", "encoded": false, "content": {
                "a": [1, 2], "b": {"x": 1}, "c": ["x"], "d": "x", "e": [[1]], "f": []
              }},
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "arrayContains", "variants": [
                  {"index": 1, "rules": {"$": {"matchers": [{"match": "type"}]}}},
                  {"index": 2},
                            ^ error The example has 2 items
                  {"rules": {"$": {"matchers": [{"match": "type"}]}}},
                  ^ warning so the first is taken
                  {"index": "last"}
                            ^^^^^^ warning so the first is taken
                ]}]},
                "$.b": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0}]}]},
                                               ^^^^^^^^^^^^^^^ error any object passes
                "$.c": {"matchers": [{"match": "arrayContains", "variants": []}]},
                                               ^^^^^^^^^^^^^^^ warning has no variants
                "$.d": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0}]}]},
                                               ^^^^^^^^^^^^^^^ error anything passes
                "$.e": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {
                  "$": {"matchers": [{"match": "arrayContains", "variants": [{"index": 5}]}]}
                                                                                       ^ error The example has 1 item,
                }}]}]},
                "$.f": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0}]}]}
              }}}}"#,
        );
    }

    #[test]
    fn said_once() {
        let text = r#"{"type": "Asynchronous/Messages", "description": "d",
            "contents": {"contentType": "application/json", "encoded": false, "content": {"tags": ["a"]}},
            "matchingRules": {"body": {"$.tags": {"matchers": [{"match": "arrayContains", "variants": [
            {"index": 1, "rules": {"$": {"matchers": [{"match": "type"}]}}}]}]}}}}"#;
        let rules: Vec<_> = findings("matching", &pact(text, "v4")).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["array-contains-variant-shape"]);
    }
}
