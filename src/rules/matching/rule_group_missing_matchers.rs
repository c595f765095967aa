use crate::diagnostic::{Applicability, Severity};
use crate::model::{Category, GroupShape, MatcherKind, RuleGroup, RuleStyle, lower_matcher};
use crate::rules::matching::visit::{each_group, flat, is_known_category};
use crate::rules::{Check, InteractionCx, Report, Sink, rule};
use crate::syntax::{Cursor, NodeId};

rule! {
    /// A rule has no list of `matchers`.
    ///
    /// Since version 3 each path or name holds `{"matchers": [...]}`. Anything else there is
    /// dropped by the official core without a word, and the value is compared by equality. A
    /// category that is no object makes it refuse the whole file.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"match": "type"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRuleCategory::add_rule_list` in pact_models, matchingrules/mod.rs; pact-jvm issue 798.
    "rule-group-missing-matchers", "matching", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let blocks = cx.it.parts.iter().filter_map(|part| part.rules.as_ref());
    for block in blocks.filter(|block| block.style == RuleStyle::V3) {
        for key in block.categories.iter().map(|id| cx.node(*id)) {
            if key.value().is_some_and(|value| !value.is_object()) && is_known_category(&key.name()) {
                let message =
                    format!("'{}' is not an object: the official core refuses the whole file", key.name());
                out.report(key.value().unwrap_or(key).span(), message)
                    .help("write {} where there are no rules");
            }
        }
    }
    // A matcher straight under a category reads as one broken rule for each of its keys.
    let mut told: Option<NodeId> = None;
    each_group(cx, &mut |group, inner| {
        if matches!(group.shape, GroupShape::V2Rule | GroupShape::List) {
            return;
        }
        let category = cx.node(group.category_key);
        if !inner && (group.category == Category::Contents || !is_known_category(&category.name())) {
            return;
        }
        if group.shape == GroupShape::EmptyList {
            let list = cx.node(group.node).get("matchers");
            out.report(
                list.map_or(cx.node(group.key).span(), Cursor::span),
                "No matchers in the list: the value is compared by equality",
            )
            .at_most(Severity::Warning)
            .help("add a matcher, or remove the rule");
        } else if !cx.node(group.node).is_object() && !is_bare_matcher(category) {
            out.report(
                cx.node(group.node).span(),
                format!(
                    "No list of 'matchers' for '{}': the official core drops the rule and compares by equality",
                    cx.node(group.key).name()
                ),
            )
            .help("write {\"matchers\": [...]}");
        } else if !cx.node(group.node).is_object() {
            if told.replace(group.category_key) != Some(group.category_key) {
                let message = format!(
                    "A matcher straight under '{}' is dropped: there is no list of 'matchers'",
                    category.name()
                );
                out.report(category.span(), message)
                    .help("name what it is for: {\"$\": {\"matchers\": [...]}}");
            }
        } else {
            let key = cx.node(group.key);
            let wrong = cx.node(group.node).get("matchers").and_then(Cursor::key);
            let report = out
                .report(
                    wrong.unwrap_or(key).span(),
                    format!(
                        "No list of 'matchers' for '{}': the official core drops the rule and compares by equality",
                        key.name()
                    ),
                )
                .help("write {\"matchers\": [...]}");
            repair(cx, group, report);
        }
    });
}

/// Whether what stands under a category is one matcher instead of an object of rules.
fn is_bare_matcher(category: Cursor<'_>) -> bool {
    category.value().is_some_and(|value| !matches!(lower_matcher(value).kind, MatcherKind::Invalid(_)))
}

fn repair(cx: &InteractionCx<'_>, group: &RuleGroup, report: Report<'_>) {
    let node = cx.node(group.node);
    let is_matcher = |node: Cursor<'_>| !matches!(lower_matcher(node).kind, MatcherKind::Invalid(_));
    let list = node.get("match").filter(|m| m.is_array() && m.elements().all(is_matcher));
    let one = node.get("matchers").filter(|m| is_matcher(*m));
    let edit = if let Some(key) = list.and_then(Cursor::key) {
        cx.editor().rename(key, "matchers")
    } else if let Some(one) = one {
        cx.editor().set(one, &format!("[{}]", flat(one)))
    } else if node.get("matchers").is_none() && is_matcher(node) {
        cx.editor().set(node, &format!("{{\"matchers\": [{}]}}", flat(node)))
    } else {
        return;
    };
    report.fix(
        Applicability::Unsafe,
        "Put it into a list of matchers, so that it holds instead of equality",
        vec![edit],
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn every_shape() {
        check(
            "rule-group-missing-matchers",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/", "matchingRules": {
                "path": {"match": "regex", "regex": "/"},
                ^^^^^^ error 'path'
                "header": {"match": "type"},
                ^^^^^^^^ error straight under 'header'
                "query": []
                         ^^ error refuses the whole file
              }}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"match": "type"},
                ^^^^^ error '$.a'
                "$.b": {"matchers": []},
                                    ^^ warning No matchers in the list
                "$.c": {"match": [{"match": "type"}]},
                ^^^^^ error '$.c'
                "$.d": {"matchers": {"match": "type"}},
                        ^^^^^^^^^^ error '$.d'
                "$.e": {"matchers": [{"match": "type"}]}
              }, "header": {}, "bdoy": {"$.a": {"match": "type"}}}}}"#,
        );
    }

    #[test]
    fn fixes_make_lists() {
        for rule in [
            r#"{"match": "type"}"#,
            r#"{"match": [{"match": "type"}]}"#,
            r#"{"matchers": {"match": "type"}}"#,
        ] {
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
                "matchingRules": {{"body": {{"$.a": {rule}}}}}}}}}"#
            );
            let text = pact(&text, "v3");
            let found = findings("rule-group-missing-matchers", &text);
            let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
            assert!(fixed.contains(r#""$.a": {"matchers": [{"match": "type"}]}"#), "{fixed}");
        }
    }

    #[test]
    fn values_that_are_no_objects_are_told_once() {
        check(
            "rule-group-missing-matchers",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": 1, "b": 2}, "matchingRules": {"body": {
                "$.a": null,
                       ^^^^ error No list of 'matchers' for '$.a'
                "$.b": "type"
                       ^^^^^^ error No list of 'matchers' for '$.b'
              }}}}"#,
        );
        check(
            "rule-group-missing-matchers",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": 1}, "matchingRules": {"body": {"match": "type"}}}}
                                                  ^^^^^^ error A matcher straight under 'body'
            "#,
        );
    }
}
