use crate::model::{Category, MatcherKind, Step, Target};
use crate::rules::matching::ruled::{each_ruled, head};
use crate::rules::matching::walk::first_hit;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A rule for all members of an object frees their values, but not their keys.
    ///
    /// The keys of the example are still required. If they are data, such as ids, a `values`,
    /// `eachKey` or `eachValue` rule on the object itself says so; if they are fields, all is well.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"prices": {"eur": 1.5}},
    ///   "matchingRules": {"body": {"$.prices.*": {"matchers": [{"match": "number"}]}}}}}
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
    /// `CoreMatchingContext::match_keys` in pact_matching, lib.rs.
    "star-without-values", "matching", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let ends_in_star = |group: &crate::model::RuleGroup| match &group.target {
        Target::Path(path) => match &path.steps[..] {
            // `[*].*` is how some libraries write the fields of the items of an array.
            [.., (Step::StarIndex, ..), (Step::Star, ..)] => false,
            [.., (Step::Star, ..)] => group.category == Category::Body,
            _ => false,
        },
        _ => false,
    };
    each_ruled(cx, &ends_in_star, &mut |ruled| {
        let Target::Path(path) = &ruled.group.target else { return };
        let Some(resolution) = cx.body(ruled.part) else { return };
        let root = cx.it.parts[ruled.part].body.as_ref().and_then(|body| body.json());
        let text = cx.node(ruled.group.key).name();
        let (Some(root), Some((last, steps))) = (root, path.steps.split_last()) else { return };
        let Some(object) = first_hit(cx.node(root), steps, &text).filter(|node| node.is_object()) else {
            return;
        };
        let own = resolution.rule_for(object.id()).filter(|rule| !rule.cascaded);
        let matchers = own.and_then(|rule| rule.best).map(|best| &ruled.groups[best as usize].matchers);
        let frees = |kind: &MatcherKind| {
            matches!(kind, MatcherKind::Values | MatcherKind::EachKey(_) | MatcherKind::EachValue(_))
        };
        if matchers.is_some_and(|matchers| matchers.iter().any(|m| frees(&m.kind))) {
            return;
        }
        let span = cx.node(ruled.group.key).span_within(last.1 as usize..last.2 as usize);
        out.report(span, "This frees the values of the object's members, but its keys stay required")
            .label(head(object), "the object")
            .help("if the keys are data, set a 'values' rule on the object as well");
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn objects_only() {
        check(
            "star-without-values",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": {"k": 1}, "b": [1], "c": [{"k": 1}], "d": {"k": {"v": 1}}},
              "matchingRules": {"body": {
                "$.a.*": {"matchers": [{"match": "type"}]},
                    ^^ info keys stay required
                "$.b.*": {"matchers": [{"match": "type"}]},
                "$.c[*].*": {"matchers": [{"match": "type"}]},
                "$.d.*.v": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }
}
