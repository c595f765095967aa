use crate::diagnostic::Applicability;
use crate::model::{GroupShape, MatcherKind, RuleGroup};
use crate::rules::matching::ruled::{each_ruled, head};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A `values` rule lets the keys of an object vary, but no rule frees their values.
    ///
    /// Every value is then compared by equality: one under a key of the example with the value
    /// there, one under a new key with the first value of the example. A rule for `.*` below the
    /// object is what is missing.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"prices": {"eur": 1.5}}, "matchingRules": {"body": {
    ///     "$.prices": {"matchers": [{"match": "values"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"prices": {"eur": 1.5}}, "matchingRules": {"body": {
    ///     "$.prices": {"matchers": [{"match": "values"}]},
    ///     "$.prices.*": {"matchers": [{"match": "number"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_maps_with_matchingrule` in pact_matching, matchingrules.rs; pact-reference issue 337.
    "values-without-star", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_ruled(cx, &is_values, &mut |ruled| {
        let Some(resolution) = cx.body(ruled.part) else { return };
        let mut objects = ruled.own(cx).filter(|node| node.is_object() && !node.is_empty_container());
        let Some(object) = objects.next() else { return };
        // Objects of one rule have rules below them alike.
        let below = object.members().filter_map(|m| m.value).flat_map(|value| {
            let from = resolution.nodes.partition_point(|rule| rule.node < value.id());
            let end = value.subtree().end;
            resolution.nodes[from..].iter().take_while(move |rule| rule.node.0 < end)
        });
        if below.into_iter().any(|rule| rule.best.is_some_and(|best| best != ruled.index)) {
            return;
        }
        let key = cx.node(ruled.group.key);
        let path = format!("{}.*", key.name());
        let matcher = ruled.group.matchers.first().map_or(key, |m| cx.node(m.node));
        let report = out
            .report(
                matcher.span(),
                "'values' lets the keys vary, but without a rule below each value must equal the example's",
            )
            .label(head(object), "the object")
            .help(format!("add a rule for '{path}'"));
        let category = cx.node(ruled.group.category_key).value().filter(|value| value.get(&path).is_none());
        if let (Some(category), GroupShape::List) = (category, ruled.group.shape) {
            report.fix(
                Applicability::Unsafe,
                format!("Add '{path}' with 'type', so that any values of the example's type match"),
                vec![cx.editor().insert(category, &path, r#"{"matchers": [{"match": "type"}]}"#)],
            );
        }
    });
}

fn is_values(group: &RuleGroup) -> bool {
    group.matchers.iter().all(|m| m.kind == MatcherKind::Values)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn a_rule_below_is_needed() {
        check(
            "values-without-star",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": {"x": {"n": 1}}, "b": {"x": {"n": 1}}, "c": {}, "d": 1, "e": [{"m": {"k": 1}}]},
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "values"}]},
                                     ^^^^^^^^^^^^^^^^^^^ warning each value must equal
                "$.b": {"matchers": [{"match": "values"}]},
                "$.b.*.n": {"matchers": [{"match": "type"}]},
                "$.c": {"matchers": [{"match": "values"}]},
                "$.d": {"matchers": [{"match": "values"}]},
                "$.e[*].m": {"matchers": [{"match": "values"}, {"match": "type"}]}
              }}}}"#,
        );
    }
}
