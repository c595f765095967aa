use crate::model::{MatcherKind, NodeRule, RuleGroup};
use crate::rules::matching::slip::{Slip, each_dead};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::NodeId;

rule! {
    /// The example of an array under a rule has no items.
    ///
    /// The official core compares the items it receives with those of the example. Without any,
    /// a `type` rule accepts whatever the array holds, and rules for its items do nothing.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": []},
    ///   "matchingRules": {"body": {"$.items": {"matchers": [{"match": "type"}]}}}}}
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
    /// `compare_lists_with_matchingrule` in pact_matching, matchingrules.rs; pact-specification
    /// issue 108.
    "rule-on-empty-array-example", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut told: Vec<NodeId> = Vec::new();
    for (index, part) in cx.it.parts.iter().enumerate() {
        let Some(rules) = part.rules.as_ref().filter(|rules| rules.groups.iter().any(is_type)) else {
            continue;
        };
        let Some(resolution) = cx.body(index) else { continue };
        for rule in &resolution.nodes {
            let Some(group) = own_rule(rule, &rules.groups) else { continue };
            let node = cx.node(rule.node);
            if !node.is_array() || !node.is_empty_container() || !is_type(group) {
                continue;
            }
            told.push(node.id());
            out.report(
                node.span(),
                "This example is empty, so the official core accepts items of any form under the rule for it",
            )
            .label(cx.node(group.key).span(), "the rule")
            .help("give the example one item");
        }
    }
    each_dead(cx, &mut |dead, _| {
        let Slip::EmptyArray(array) = dead.slip else { return };
        // One finding an array, however many rules there are for its items.
        if told.contains(&array.id()) {
            return;
        }
        told.push(array.id());
        out.report(array.span(), "This example is empty, so the rules for its items do nothing")
            .label(cx.node(dead.group.key).span(), "a rule for its items")
            .help("give the example one item; if it has to be empty, remove the rules for its items");
    });
}

/// The group that holds for a node by a path that ends at it.
fn own_rule<'a>(rule: &NodeRule, groups: &'a [RuleGroup]) -> Option<&'a RuleGroup> {
    if rule.cascaded { None } else { groups.get(rule.best? as usize) }
}

fn is_type(group: &RuleGroup) -> bool {
    // An upper bound of zero says that the array is meant to be empty.
    group.is_live()
        && group.matchers.iter().all(|m| matches!(m.kind, MatcherKind::Type { max, .. } if max != Some(0)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn once_an_array() {
        check(
            "rule-on-empty-array-example",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {
                "a": [],
                     ^^ warning items of any form
                "b": [],
                     ^^ warning the rules for its items do nothing
                "c": [], "d": [1], "e": []
              },
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "min": 0}]},
                "$.a[*].x": {"matchers": [{"match": "type"}]},
                "$.b[*].x": {"matchers": [{"match": "type"}]},
                "$.b[*].y": {"matchers": [{"match": "type"}]},
                "$.d": {"matchers": [{"match": "type"}]},
                "$.e": {"matchers": [{"match": "type", "max": 0}]}
              }}}}"#,
        );
    }
}
