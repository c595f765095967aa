use crate::diagnostic::Applicability;
use crate::model::{Combine, GroupShape, Matcher, MatcherKind, RuleGroup};
use crate::rules::matching::ruled::each_ruled;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// The least and the greatest number of items stand in two matchers instead of one.
    ///
    /// The official core then compares the whole array twice and reports each mismatch below it
    /// twice. One `type` matcher takes both bounds.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]}, "matchingRules": {"body": {
    ///     "$.ids": {"matchers": [{"match": "type", "min": 1}, {"match": "type", "max": 5}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]}, "matchingRules": {"body": {
    ///     "$.ids": {"matchers": [{"match": "type", "min": 1, "max": 5}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_lists_with_matchingrules` in pact_matching, matchingrules.rs.
    "split-min-max", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_ruled(cx, &|group| bounds(group).is_some(), &mut |ruled| {
        let Some((low, high)) = bounds(ruled.group) else { return };
        if low.1 > high.1 || !ruled.own(cx).any(|node| node.is_array()) {
            return;
        }
        let (first, second) = if low.0.node < high.0.node { (low.0, high.0) } else { (high.0, low.0) };
        let (first, second) = (cx.node(first.node), cx.node(second.node));
        let whole = format!("{{\"match\": \"type\", \"min\": {}, \"max\": {}}}", low.1, high.1);
        out.report(
            second.span(),
            "'min' and 'max' stand in two matchers, so the array is compared twice and each mismatch told twice",
        )
        .label(first.span(), "the other bound")
        .help(format!("write one matcher: {whole}"))
        .fix(
            Applicability::Safe,
            "Write both bounds in one matcher",
            vec![cx.editor().set(first, &whole), cx.editor().remove(second)],
        );
    });
}

/// A matcher with one bound.
type Bound<'m> = (&'m Matcher, usize);

/// The one matcher with only `min` and the one with only `max`, each with its bound.
fn bounds(group: &RuleGroup) -> Option<(Bound<'_>, Bound<'_>)> {
    if group.combine != Combine::And || group.shape != GroupShape::List || group.matchers.len() < 2 {
        return None;
    }
    let (mut low, mut high) = (None, None);
    for matcher in &group.matchers {
        let slot = match matcher.kind {
            MatcherKind::Type { min: Some(min), max: None } => (&mut low, min),
            MatcherKind::Type { min: None, max: Some(max) } => (&mut high, max),
            MatcherKind::Type { min: Some(_), max: Some(_) } => return None,
            _ => continue,
        };
        if slot.0.replace((matcher, slot.1)).is_some() {
            return None;
        }
    }
    Some((low?, high?))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn only_where_both_must_hold() {
        check(
            "split-min-max",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": [1], "b": [1], "c": "x", "d": [1]}, "matchingRules": {"body": {
                "$.a": {"combine": "AND", "matchers": [{"max": 5}, {"match": "type", "min": 1}]},
                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning in two matchers
                "$.b": {"combine": "OR", "matchers": [{"min": 1}, {"max": 5}]},
                "$.c": {"matchers": [{"min": 1}, {"max": 5}]},
                "$.d": {"matchers": [{"min": 6}, {"max": 5}]}
              }}}}"#,
        );
    }

    #[test]
    fn one_matcher_takes_both() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"a": [1]}, "matchingRules": {"body": {"$.a": {"matchers": [{"max": 5}, {"match": "number"}, {"min": 1}]}}}}}"#;
        let text = pact(text, "v3");
        let found = findings("split-min-max", &text);
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        assert!(fixed.contains(r#"[{"match": "type", "min": 1, "max": 5}, {"match": "number"}]"#), "{fixed}");
    }
}
