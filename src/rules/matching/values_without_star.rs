use crate::diagnostic::Applicability;
use crate::model::{GroupShape, MatcherKind, RuleGroup};
use crate::rules::matching::ruled::{Ruled, each_ruled, head};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

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
        let Some(object) = unreached(cx, &ruled) else { return };
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

/// The rules of a part below whose objects every value is exact, as this rule tells.
pub(crate) fn told(cx: &InteractionCx<'_>, part: usize) -> Vec<u32> {
    let mut out = Vec::new();
    // The other parts are looked at only if this one has such a rule: there may be many.
    let rules = cx.it.parts.get(part).and_then(|part| part.rules.as_ref());
    if !rules.is_some_and(|rules| rules.groups.iter().any(is_values)) {
        return out;
    }
    each_ruled(cx, &is_values, &mut |ruled| {
        if ruled.part == part && unreached(cx, &ruled).is_some() {
            out.push(ruled.index);
        }
    });
    out
}

/// The first object of a `values` rule, if no other rule holds for anything below it.
fn unreached<'a>(cx: &InteractionCx<'a>, ruled: &Ruled<'_, 'a>) -> Option<Cursor<'a>> {
    let resolution = cx.body(ruled.part)?;
    // Objects of one rule have rules below them alike.
    let object = ruled.own(cx).find(|node| node.is_object() && !node.is_empty_container())?;
    let end = object.subtree().end;
    let from = resolution.nodes.partition_point(|rule| rule.node <= object.id());
    let mut below = resolution.nodes[from..].iter().take_while(|rule| rule.node.0 < end);
    below.all(|rule| rule.best.is_none_or(|best| best == ruled.index)).then_some(object)
}

fn is_values(group: &RuleGroup) -> bool {
    group.matchers.iter().all(|m| m.kind == MatcherKind::Values)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

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

    #[test]
    fn its_values_are_not_told_twice() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "headers": {"Content-Type": "application/json"},
            "body": {"prices": {"eur": 1.5}},
            "matchingRules": {"body": {"$.prices": {"matchers": [{"match": "values"}]}}}}}"#;
        let rules: Vec<_> = findings("all", &pact(text, "v3")).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["values-without-star"]);
    }
}
