use rustc_hash::FxHashSet;

use crate::model::MatcherKind;
use crate::rules::over_specification::exact_body_values::{is_constant, name};
use crate::rules::over_specification::{MOST_LABELS, is_type, ruled_bodies};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, NodeId};

rule! {
    /// A value that reads like a constant is compared by type only, because of a rule further up.
    ///
    /// A `type` rule holds for everything below it. A constant such as `"ACTIVE"`, or a value beside
    /// one that has an `equality` rule, is then accepted with any other text.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"status": "ACTIVE"}, "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"status": "ACTIVE"}, "matchingRules": {"body": {
    ///     "$": {"matchers": [{"match": "type"}]},
    ///     "$.status": {"matchers": [{"match": "equality"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRuleCategory::max_by_path` in pact_models, matchingrules/mod.rs.
    "cascade-overrides-literal", "over-specification", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    for (index, _, groups) in ruled_bodies(cx) {
        let Some(resolution) = cx.body(index).filter(|_| groups.iter().any(is_type)) else { continue };
        let best = |rule: &crate::model::NodeRule| rule.best.and_then(|best| groups.get(best as usize));
        let is_equal = |group: &crate::model::RuleGroup| {
            group.is_live() && group.matchers.iter().all(|m| matches!(m.kind, MatcherKind::Equality))
        };
        // Objects in which the author has said of some value that it counts.
        let mut strict: FxHashSet<NodeId> = FxHashSet::default();
        if groups.iter().any(is_equal) {
            for rule in resolution.nodes.iter().filter(|rule| cx.node(rule.node).is_object()) {
                let values = cx.node(rule.node).members().filter_map(|member| member.value);
                let rules = values.filter_map(|value| resolution.rule_for(value.id()));
                if rules.filter(|rule| !rule.cascaded).filter_map(|rule| best(&rule)).any(is_equal) {
                    strict.extend(cx.node(rule.node).members().filter_map(|m| m.value).map(Cursor::id));
                }
            }
        }
        let loose = resolution.nodes.iter().filter(|rule| rule.cascaded).filter_map(|rule| {
            let group = best(rule).filter(|group| is_type(group))?;
            let node = cx.node(rule.node);
            let counts = is_constant(node) || !node.is_container() && strict.contains(&node.id());
            counts.then_some((node, group))
        });
        let mut loose = loose.take(MOST_LABELS + 1);
        let Some((first, group)) = loose.next() else { continue };
        let mut report = out
            .report(
                first.span(),
                format!(
                    "'{}' reads like a constant, but the 'type' rule for '{}' accepts any value of its type",
                    name(first),
                    cx.node(group.key).name()
                ),
            )
            .label(cx.node(group.key).span(), "the rule")
            .help("give it an 'equality' rule, or a regex with the values the consumer knows, if it matters");
        for (node, _) in loose {
            report = report.label(node.span(), "this one too");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn constants_and_the_neighbours_of_constants() {
        check(
            "cascade-overrides-literal",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": {"b": "x y", "c": 1}, "d": "some text", "e": 2},
                                  ^^^^^ info 'b' reads like a constant
              "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}, "$.a.c": {"matchers": [{"match": "equality"}]}}}}}"#,
        );
    }
}
