use crate::rules::over_specification::exact_body_values::name;
use crate::rules::over_specification::{MOST_LABELS, is_type, ruled_bodies};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// A `type` rule further up lets an array be empty.
    ///
    /// The rule holds for everything below, but asks no array for items: the provider may send an
    /// empty one, and what the example says about items is never compared.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": [{"id": 1}]}, "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": [{"id": 1}]}, "matchingRules": {"body": {
    ///     "$": {"matchers": [{"match": "type"}]},
    ///     "$.items": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// pact-specification issue 112; `compare_lists_with_matchingrule` in pact_matching.
    "type-at-root-hides-arrays", "over-specification", Warning, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    for (index, _, groups) in ruled_bodies(cx) {
        let Some(resolution) = cx.body(index).filter(|_| groups.iter().any(is_type)) else { continue };
        let hidden = resolution.nodes.iter().filter(|rule| rule.cascaded).filter_map(|rule| {
            let group =
                rule.best.and_then(|best| groups.get(best as usize)).filter(|group| is_type(group))?;
            let node = cx.node(rule.node);
            (node.is_array() && !node.is_empty_container()).then_some((node, group))
        });
        let mut hidden = hidden.take(MOST_LABELS + 1);
        let Some((first, group)) = hidden.next() else { continue };
        let place = |node: Cursor<'_>| node.key().unwrap_or(node).span();
        let mut report = out
            .report(
                place(first),
                format!(
                    "'{}' may be empty: the 'type' rule for '{}' does not ask the arrays below it for an item",
                    name(first),
                    cx.node(group.key).name()
                ),
            )
            .label(cx.node(group.key).span(), "the rule")
            .help("give the array a rule of its own with min 1");
        for (node, _) in hidden {
            report = report.label(place(node), "may be empty too");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn arrays_without_a_rule_of_their_own() {
        check(
            "type-at-root-hides-arrays",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": [1], "b": [1], "c": [], "d": {"e": [1]}},
                       ^^^ warning 'a' may be empty
              "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}, "$.b": {"matchers": [{"match": "type", "min": 1}]}}}}}"#,
        );
    }
}
