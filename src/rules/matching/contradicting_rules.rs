use crate::diagnostic::Applicability;
use crate::model::{Category, Combine, GroupShape, Matcher, MatcherKind, RuleGroup, StatusClass};
use crate::rules::matching::kinds::{Kinds, accepted};
use crate::rules::matching::ruled::{Ruled, each_ruled, matcher_name};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};

rule! {
    /// The matchers of one value cannot all hold, so nothing the provider sends can pass.
    ///
    /// Unless `combine` says `OR`, a value must satisfy every matcher of its list. No number is
    /// both an integer and a decimal, and nothing but null satisfies `null`.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"age": 7}, "matchingRules": {"body": {
    ///     "$.age": {"combine": "AND", "matchers": [{"match": "integer"}, {"match": "null"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"age": 7}, "matchingRules": {"body": {
    ///     "$.age": {"combine": "OR", "matchers": [{"match": "integer"}, {"match": "null"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_values` in pact_matching, matchingrules.rs; `DoMatch<&Value>`, json.rs.
    "contradicting-rules", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_ruled(cx, &is_list, &mut |ruled| {
        if let Some((first, second)) = contradiction(cx, &ruled) {
            report(cx, ruled.group, first, second, out);
        }
    });
    let statuses = cx.groups().filter(|(_, _, g)| g.category == Category::Status && is_list(g));
    for (_, _, group) in statuses {
        if !cx.is_read() {
            return;
        }
        if let Some((first, second)) = no_status(group) {
            report(cx, group, first, second, out);
        }
    }
}

/// Whether all matchers of a group must hold, and there are several.
fn is_list(group: &RuleGroup) -> bool {
    group.matchers.len() > 1 && group.combine == Combine::And && group.shape == GroupShape::List
}

/// The groups of a part whose matchers contradict each other, in order.
pub(super) fn contradicted(cx: &InteractionCx<'_>, part: usize) -> Vec<u32> {
    let mut out = Vec::new();
    each_ruled(cx, &is_list, &mut |ruled| {
        if ruled.part == part && contradiction(cx, &ruled).is_some() {
            out.push(ruled.index);
        }
    });
    let groups = cx.it.parts[part].rules.iter().flat_map(|rules| &rules.groups).enumerate();
    let statuses = groups.filter(|(_, g)| g.category == Category::Status && is_list(g));
    out.extend(statuses.filter(|(_, g)| no_status(g).is_some()).map(|(index, _)| index as u32));
    out.sort_unstable();
    out
}

/// Two matchers of a group that no value satisfies both.
fn contradiction<'a>(cx: &InteractionCx<'a>, ruled: &Ruled<'_, 'a>) -> Option<(&'a Matcher, &'a Matcher)> {
    let group: &'a RuleGroup = ruled.group;
    if group.matchers.iter().any(|m| matches!(m.kind, MatcherKind::Plugin | MatcherKind::Invalid(_))) {
        return None;
    }
    let sets: Vec<Kinds> = group.matchers.iter().map(|m| accepted(cx, &m.kind)).collect();
    let has_null = group.matchers.iter().any(|m| m.kind == MatcherKind::Null);
    let all = sets.iter().fold(Kinds::ALL, |all, set| all.and(*set));
    if !all.is_empty() && !has_null {
        return None;
    }
    // Of an object or array the core asks other things.
    let plain = ruled.nodes.iter().map(|(id, _)| cx.node(*id)).find(|node| !node.is_container())?;
    let held = |at: usize| match group.matchers[at].kind {
        // A `type` that fits no other matcher is the example's fault, but null fits nothing.
        MatcherKind::Type { .. } | MatcherKind::Equality if has_null => Kinds::of_type(plain),
        _ => sets[at],
    };
    let pairs = (0..sets.len().min(16)).flat_map(|second| (0..second).map(move |first| (first, second)));
    let (first, second) = pairs.into_iter().find(|(a, b)| held(*a).and(held(*b)).is_empty())?;
    Some((&group.matchers[first], &group.matchers[second]))
}

/// Two classes that share no status code.
fn no_status(group: &RuleGroup) -> Option<(&Matcher, &Matcher)> {
    let class = |m: &'_ Matcher| match &m.kind {
        MatcherKind::StatusCode(class) => Some(class.clone()),
        _ => None,
    };
    let apart = |a: &StatusClass, b: &StatusClass| match (a, b) {
        (StatusClass::Codes(codes), other) | (other, StatusClass::Codes(codes)) => {
            !codes.iter().any(|code| other.contains(*code))
        }
        _ => !(100..600).step_by(100).any(|code| a.contains(code) && b.contains(code)),
    };
    let pairs = group.matchers.windows(2);
    pairs
        .into_iter()
        .find_map(|pair| apart(&class(&pair[0])?, &class(&pair[1])?).then_some((&pair[0], &pair[1])))
}

fn report(cx: &InteractionCx<'_>, group: &RuleGroup, first: &Matcher, second: &Matcher, out: &mut Sink<'_>) {
    let (first, second) = (cx.node(first.node), cx.node(second.node));
    let (one, other) = (matcher_name(first), matcher_name(second));
    let message = if one == other {
        format!("No value satisfies both of these '{one}' rules, so no provider can pass")
    } else {
        format!("No value satisfies both '{one}' and '{other}', so no provider can pass")
    };
    let report = out
        .report(second.span(), message)
        .label(first.span(), "both must hold")
        .help("set \"combine\" to \"OR\" if either will do, or remove one");
    let either = quote("OR");
    let edit = match group.combine_node {
        Some(node) => cx.editor().set(cx.node(node), &either),
        None => cx.editor().insert(cx.node(group.node), "combine", &either),
    };
    if cx.node(group.node).is_object() && !is_same(first, second) {
        let title = "Combine them with OR: a value that satisfies one of them then passes";
        report.fix(Applicability::Unsafe, title, vec![edit]);
    }
}

fn is_same(a: Cursor<'_>, b: Cursor<'_>) -> bool {
    a.raw() == b.raw()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn lists_that_nothing_satisfies() {
        check(
            "contradicting-rules",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": 1, "b": "x", "c": "2024-01-01", "d": 1, "e": null, "f": [], "g": true, "h": "20240101"},
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "integer"}, {"match": "decimal"}]},
                                                           ^^^^^^^^^^^^^^^^^^^^ error both 'integer' and 'decimal'
                "$.b": {"matchers": [{"match": "type"}, {"match": "null"}]},
                                                        ^^^^^^^^^^^^^^^^^ error both 'type' and 'null'
                "$.c": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}, {"match": "integer"}]},
                                                                                ^^^^^^^^^^^^^^^^^^^^ error 'date' and 'integer'
                "$.d": {"matchers": [{"match": "number"}, {"match": "integer"}]},
                "$.e": {"matchers": [{"match": "type"}, {"match": "null"}]},
                "$.f": {"matchers": [{"match": "integer"}, {"match": "null"}]},
                "$.g": {"combine": "OR", "matchers": [{"match": "boolean"}, {"match": "null"}]},
                "$.h": {"matchers": [{"match": "date", "format": "yyyyMMdd"}, {"match": "integer"}]},
                "$.zz": {"matchers": [{"match": "integer"}, {"match": "null"}]}
              }}}}"#,
        );
    }

    #[test]
    fn classes_of_status_codes() {
        check(
            "contradicting-rules",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "success"}, {"match": "statusCode", "status": [400, 404]}]}}}}
                                                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^  error both of these 'statusCode'"#,
        );
    }

    #[test]
    fn the_example_is_not_blamed_as_well() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"a": 1}, "matchingRules": {"body": {
            "$.a": {"matchers": [{"match": "integer"}, {"match": "null"}]}}}}}"#;
        let rules: Vec<_> = findings("matching", &pact(text, "v3")).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["contradicting-rules"]);
    }
}
