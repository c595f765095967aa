use crate::diagnostic::Applicability;
use crate::model::{Combine, GroupShape, Matcher, MatcherKind, RuleGroup, content_hash};
use crate::rules::matching::kinds::{Kinds, accepted};
use crate::rules::matching::ruled::{each_ruled, matcher_name};
use crate::rules::matching::visit::each_group;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A matcher repeats another of the same list, or asks for less than that one does.
    ///
    /// It changes no verdict, but doubles the work and the mismatches that are reported.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {
    ///     "$.id": {"matchers": [{"match": "integer"}, {"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_values` in pact_matching, matchingrules.rs.
    "redundant-rules", "matching", Info, Strict, Library, Check::Interaction(check)
}

/// So many matchers of one list are compared with each other.
const MAX_MATCHERS: usize = 32;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_group(cx, &mut |group, _| {
        if group.matchers.len() < 2 || group.shape != GroupShape::List || !cx.is_read() {
            return;
        }
        let mut seen: Vec<(u64, &Matcher)> = Vec::new();
        for matcher in group.matchers.iter().take(MAX_MATCHERS) {
            let hash = content_hash(cx.node(matcher.node), false);
            match seen.iter().find(|(known, _)| *known == hash) {
                Some((_, first)) => report(cx, first, matcher, out),
                None => seen.push((hash, matcher)),
            }
        }
    });
    each_ruled(cx, &|group| group.combine == Combine::And && group.matchers.len() > 1, &mut |ruled| {
        let number = |id| Kinds::of_type(cx.node(id)) == Kinds::NUMBER;
        if !ruled.nodes.iter().all(|(id, _)| number(*id)) {
            return;
        }
        if let Some((strong, weak)) = implied(cx, ruled.group) {
            report(cx, strong, weak, out);
        }
    });
}

/// A matcher of numbers, and one that asks for less of them.
fn implied<'a>(cx: &InteractionCx<'_>, group: &'a RuleGroup) -> Option<(&'a Matcher, &'a Matcher)> {
    let matchers = || group.matchers.iter().take(MAX_MATCHERS);
    let all = matchers().fold(Kinds::ALL, |all, m| all.and(accepted(cx, &m.kind)));
    if all.is_empty() {
        return None;
    }
    let strength = |kind: &MatcherKind| match kind {
        MatcherKind::Type { min: None, max: None } => Some(0),
        MatcherKind::Number => Some(1),
        MatcherKind::Integer | MatcherKind::Decimal => Some(2),
        _ => None,
    };
    let rated = || matchers().filter_map(|m| Some((strength(&m.kind)?, m)));
    let (weak, strong) = (rated().min_by_key(|(s, _)| *s)?, rated().max_by_key(|(s, _)| *s)?);
    (weak.0 < strong.0).then_some((strong.1, weak.1))
}

fn report(cx: &InteractionCx<'_>, first: &Matcher, second: &Matcher, out: &mut Sink<'_>) {
    let (first, second) = (cx.node(first.node), cx.node(second.node));
    let (strong, weak) = (matcher_name(first), matcher_name(second));
    let message = if strong == weak {
        format!("This '{weak}' matcher stands in the list twice")
    } else {
        format!("'{weak}' asks for nothing here that '{strong}' does not")
    };
    let report = out.report(second.span(), message).label(first.span(), "the other matcher");
    report.help("remove it").fix(
        Applicability::Safe,
        format!("Remove '{weak}', which changes nothing"),
        vec![cx.editor().remove(second)],
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn repeated_and_implied() {
        check(
            "redundant-rules",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": 1, "b": 1, "c": "x", "d": 1, "e": 1}, "matchingRules": {
              "header": {"X": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}, {"match":"type"}]}},
                                                                                                   ^^^^^^^^^^^^^^^^ info in the list twice
              "body": {
                "$.a": {"matchers": [{"match": "number"}, {"match": "integer"}]},
                                     ^^^^^^^^^^^^^^^^^^^ info nothing here that 'integer' does not
                "$.b": {"combine": "OR", "matchers": [{"match": "number"}, {"match": "integer"}]},
                "$.c": {"matchers": [{"match": "type"}, {"match": "regex", "regex": "x"}]},
                "$.d": {"matchers": [{"match": "decimal"}, {"match": "integer"}, {"match": "type"}]},
                "$.e": {"matchers": [{"match": "type", "min": 1}, {"match": "integer"}]}
              }}}}"#,
        );
    }
}
