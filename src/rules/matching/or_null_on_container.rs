use crate::diagnostic::Severity;
use crate::model::{Combine, GroupShape, MatcherKind, RuleGroup};
use crate::rules::matching::ruled::{each_ruled, head};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A rule wants to allow null in the place of an object or array, which is never accepted.
    ///
    /// The official core compares an object with objects only, and an array with arrays only,
    /// before it looks at any rule, so null fails. Of an object it demands every matcher of the
    /// list, whatever `combine` says, so with `null` among them the object fails as well.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"tags": ["a"]}, "matchingRules": {"body": {
    ///     "$.tags": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"tag": "a"}, "matchingRules": {"body": {
    ///     "$.tag": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_json` and `compare_maps` in pact_matching, json.rs.
    "or-null-on-container", "matching", Error, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_ruled(cx, &allows_null, &mut |ruled| {
        let Some(own) = ruled.own(cx).find(|node| node.is_container()) else { return };
        let null = ruled.group.matchers.iter().find(|m| m.kind == MatcherKind::Null);
        let span = null.map_or(cx.node(ruled.group.node).span(), |null| cx.node(null.node).span());
        let object = ruled.nodes.iter().map(|(id, _)| cx.node(*id)).find(|node| node.is_object());
        let (message, severity) = match object {
            Some(_) => (
                "An object must satisfy every matcher, 'null' too, so neither this object nor null can pass",
                Severity::Error,
            ),
            None => (
                "Null never passes here: the official core compares an array with arrays only",
                Severity::Warning,
            ),
        };
        out.report(span, message)
            .at_most(severity)
            .label(head(object.unwrap_or(own)), if object.is_some() { "the object" } else { "the array" })
            .help("write two interactions, one with the value and one with null, told apart by a provider state");
    });
}

/// Whether a group offers null as one of several alternatives.
pub(super) fn allows_null(group: &RuleGroup) -> bool {
    group.combine == Combine::Or
        && group.shape == GroupShape::List
        && group.matchers.len() > 1
        && group.matchers.iter().any(|m| m.kind == MatcherKind::Null)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn objects_and_arrays() {
        check(
            "or-null-on-container",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"o": {"a": 1}, "l": ["a"], "lo": [{"a": 1}], "s": "x", "n": null},
              "matchingRules": {"body": {
                "$.o": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]},
                                                                         ^^^^^^^^^^^^^^^^^ error neither this object nor null
                "$.l": {"combine": "OR", "matchers": [{"match": "type", "min": 1}, {"match": "null"}]},
                                                                                   ^^^^^^^^^^^^^^^^^ warning arrays only
                "$.lo": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]},
                                                                          ^^^^^^^^^^^^^^^^^ error neither
                "$.s": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]},
                "$.n": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}
              }}}}"#,
        );
    }

    #[test]
    fn the_example_is_not_blamed_as_well() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"o": {"a": 1}}, "matchingRules": {"body": {
            "$.o": {"combine": "OR", "matchers": [{"match": "integer"}, {"match": "null"}]}}}}}"#;
        let rules: Vec<_> = findings("matching", &pact(text, "v3")).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["or-null-on-container"]);
    }
}
