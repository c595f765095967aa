use crate::diagnostic::Applicability;
use crate::model::{Combine, MatcherKind, RuleGroup};
use crate::rules::matching::visit::{each_group, in_matchers};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// The least number of items is above the greatest.
    ///
    /// No array has both, so no provider can pass.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": 5, "max": 2}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1, 2]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": 2, "max": 5}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_list` for `MatchingRule::MinMaxType` in pact_matching, matchingrules.rs.
    "min-greater-than-max", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_group(cx, &mut |group, _| {
        let mut found = false;
        // Not the groups in `arrayContains`, which come by themselves.
        for matcher in &group.matchers {
            let own = matches!(matcher.kind, MatcherKind::EachKey(_) | MatcherKind::EachValue(_));
            let mut one = |inner: &crate::model::Matcher| found |= in_one(cx, inner, out);
            if own { in_matchers(std::slice::from_ref(matcher), &mut one) } else { one(matcher) }
        }
        if !found && group.combine == Combine::And && group.matchers.len() > 1 {
            in_list(cx, group, out);
        }
    });
}

fn in_one(cx: &InteractionCx<'_>, matcher: &crate::model::Matcher, out: &mut Sink<'_>) -> bool {
    let MatcherKind::Type { min: Some(min), max: Some(max) } = matcher.kind else { return false };
    let node = cx.node(matcher.node);
    let (Some(low), Some(high)) = (node.get("min"), node.get("max")) else { return false };
    if min > max {
        report(cx, (min, low), (max, high), out);
    }
    min > max
}

/// Bounds in several matchers that must all hold.
fn in_list(cx: &InteractionCx<'_>, group: &RuleGroup, out: &mut Sink<'_>) {
    let bounds = |field: &'static str| {
        group.matchers.iter().filter_map(move |m| {
            let MatcherKind::Type { min, max } = m.kind else { return None };
            Some((if field == "min" { min? } else { max? }, cx.node(m.node).get(field)?))
        })
    };
    let low = bounds("min").max_by_key(|(bound, _)| *bound);
    let high = bounds("max").min_by_key(|(bound, _)| *bound);
    if let (Some(low), Some(high)) = (low, high)
        && low.0 > high.0
    {
        report(cx, low, high, out);
    }
}

fn report(cx: &InteractionCx<'_>, low: (usize, Cursor<'_>), high: (usize, Cursor<'_>), out: &mut Sink<'_>) {
    let editor = cx.editor();
    out.report(
        low.1.span(),
        format!("No array has at least {} and at most {} items, so no provider can pass", low.0, high.0),
    )
    .label(high.1.span(), "the greatest number of items")
    .help("swap the two, or correct one of them")
    .fix(
        Applicability::Unsafe,
        format!("Swap them: {} to {} items match", high.0, low.0),
        vec![editor.set(low.1, &high.0.to_string()), editor.set(high.1, &low.0.to_string())],
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn in_one_matcher_or_a_list() {
        check(
            "min-greater-than-max",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "min": 5, "max": 2}]},
                                                              ^ error at least 5 and at most 2
                "$.b": {"combine": "AND", "matchers": [{"min": 3}, {"max": 2}]},
                                                               ^ error at least 3 and at most 2
                "$.c": {"combine": "OR", "matchers": [{"min": 3}, {"max": 2}]},
                "$.d": {"matchers": [{"match": "type", "min": 2, "max": 2}]}
              }}}}"#,
        );
    }
}
