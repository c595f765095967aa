use rustc_hash::FxHashSet;

use crate::diagnostic::Applicability;
use crate::model::MatcherKind;
use crate::rules::over_specification::ruled_bodies;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A rule accepts an empty array where the example has items.
    ///
    /// With `"min": 0` a provider that never sends an item passes, and what the example says about
    /// items is never compared. Where the array may really be empty, that is another interaction
    /// with another provider state.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": [{"id": 1}]},
    ///   "matchingRules": {"body": {"$.items": {"matchers": [{"match": "type", "min": 0}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": [{"id": 1}]},
    ///   "matchingRules": {"body": {"$.items": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation, FAQ: why there is no support for optional attributes.
    "array-min-zero", "over-specification", Info, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    for (index, _, groups) in ruled_bodies(cx) {
        let zero = |group: &crate::model::RuleGroup| {
            group.matchers.iter().any(|m| matches!(m.kind, MatcherKind::Type { min: Some(0), .. }))
        };
        if !groups.iter().any(zero) {
            continue;
        }
        let Some(resolution) = cx.body(index) else { continue };
        let mut told: FxHashSet<u32> = FxHashSet::default();
        for rule in resolution.nodes.iter().filter(|rule| !rule.cascaded) {
            let Some((best, group)) = rule.best.and_then(|b| Some((b, groups.get(b as usize)?))) else {
                continue;
            };
            let node = cx.node(rule.node);
            if !zero(group) || !node.is_array() || node.is_empty_container() || !told.insert(best) {
                continue;
            }
            let min = group.matchers.iter().find_map(|matcher| cx.node(matcher.node).get("min"));
            let Some(min) = min else { continue };
            let report = out
                .report(
                    min.span(),
                    "An empty array is accepted too, so a provider that never sends an item passes and no item is compared",
                )
                .label(node.key().unwrap_or(node).span(), "the example has items")
                .help("ask for at least 1, and let another interaction say when there is none");
            let title = "Ask for at least one item: stricter";
            report.fix(Applicability::Unsafe, title, vec![cx.editor().set(min, "1")]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn only_zero_and_only_with_items() {
        check(
            "array-min-zero",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": [[1], [2]], "b": [], "c": [1], "d": {"e": 1}},
              "matchingRules": {
                "$.body.a[*]": {"match": "type", "min": 0},
                                                        ^ info An empty array
                "$.body.b": {"match": "type", "min": 0},
                "$.body.c": {"match": "type", "max": 2},
                "$.body.d": {"match": "type", "min": 0}}}}"#,
        );
    }
}
