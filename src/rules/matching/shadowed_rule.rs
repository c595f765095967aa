use rustc_hash::FxHashMap;

use crate::diagnostic::Applicability;
use crate::model::{BodyResolution, MatcherKind, RuleGroup, Step, Target};
use crate::rules::matching::ruled::{Ruled, each_ruled, head};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A `type` rule on an object decides nothing: everything below has rules of its own.
    ///
    /// On an object itself `type` asks for nothing that is not asked anyway. It is meant for what
    /// is below, and there more exact paths win.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"user": {"id": 1}}, "matchingRules": {"body": {
    ///     "$.user": {"matchers": [{"match": "type"}]},
    ///     "$.user.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"user": {"id": 1, "name": "Ann"}}, "matchingRules": {"body": {
    ///     "$.user": {"matchers": [{"match": "type"}]},
    ///     "$.user.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_maps` in pact_matching, json.rs; `MatchingRuleCategory::max_by_path` in
    /// pact_models, matchingrules/mod.rs.
    "shadowed-rule", "matching", Info, Strict, Test, Check::Interaction(check)
}

/// So many nodes are looked at in one interaction; beyond, nothing is claimed.
const MAX_WORK: usize = 200_000;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut left = MAX_WORK;
    each_ruled(cx, &is_plain_type, &mut |ruled| {
        let only_objects = |(id, _): &(_, bool)| {
            let node = cx.node(*id);
            node.is_object() && !node.is_empty_container()
        };
        if !ruled.nodes.iter().all(only_objects) {
            return;
        }
        let Some(resolution) = cx.body(ruled.part) else { return };
        let Some(winner) = winner(cx, &ruled, resolution, &mut left) else { return };
        let Some(object) = ruled.own(cx).next() else { return };
        let key = cx.node(ruled.group.key);
        let report = out
            .report(
                key.span(),
                "This 'type' rule decides nothing: all that is below the object has rules of its own",
            )
            .label(head(object), "the object")
            .label(cx.node(winner.key).span(), "one of the rules that win below it")
            .help("remove the rule");
        // Without it, a rule from further up would hold for the object.
        let others = ruled.groups.iter().enumerate().filter(|(index, _)| *index as u32 != ruled.index);
        if others.into_iter().all(|(_, group)| begins_with(cx, group, ruled.group)) {
            let edit = vec![cx.editor().remove(key)];
            report.fix(Applicability::Safe, "Remove the rule, which changes nothing", edit);
        }
    });
}

fn is_plain_type(group: &RuleGroup) -> bool {
    matches!(&group.matchers[..], [one] if one.kind == MatcherKind::Type { min: None, max: None })
}

/// One of the rules that hold below the objects of `ruled`, if they hold there whatever the
/// provider sends.
fn winner<'a>(
    cx: &InteractionCx<'a>,
    ruled: &Ruled<'_, 'a>,
    resolution: &BodyResolution,
    left: &mut usize,
) -> Option<&'a RuleGroup> {
    let mut last = None;
    let mut below: FxHashMap<u32, bool> = FxHashMap::default();
    for object in ruled.own(cx) {
        let from = resolution.nodes.partition_point(|rule| rule.node <= object.id());
        let end = object.subtree().end;
        for rule in resolution.nodes[from..].iter().take_while(|rule| rule.node.0 < end) {
            *left = left.checked_sub(1)?;
            let best = rule.best?;
            if best == ruled.index {
                continue;
            }
            let group = ruled.groups.get(best as usize)?;
            let extends = || begins_with(cx, group, ruled.group);
            if rule.tie.is_some() || !*below.entry(best).or_insert_with(extends) {
                return None;
            }
            last = Some(group);
        }
    }
    last
}

/// Whether the path of `group` goes on from that of `start`, and picks no single item of an
/// array on the way.
fn begins_with(cx: &InteractionCx<'_>, group: &RuleGroup, start: &RuleGroup) -> bool {
    let (Target::Path(path), Target::Path(first)) = (&group.target, &start.target) else { return false };
    if path.steps.len() <= first.steps.len() {
        return false;
    }
    let (text, first_text) = (cx.node(group.key).name(), cx.node(start.key).name());
    let same = |(a, b): (&(Step, u32, u32), &(Step, u32, u32))| match (a.0, b.0) {
        (Step::Field(..), Step::Field(..)) => a.0.name(&text) == b.0.name(&first_text),
        (a, b) => a == b,
    };
    path.steps.iter().zip(&first.steps).all(same)
        && !path.steps[first.steps.len()..].iter().any(|(step, ..)| matches!(step, Step::Index(_)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn every_leaf_needs_its_own() {
        check(
            "shadowed-rule",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": {"x": 1, "l": [1]}, "b": {"x": 1, "y": 2}, "c": {}, "d": [{"x": 1}], "e": {"l": [1]}},
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type"}]},
                ^^^^^ info decides nothing
                "$.a.x": {"matchers": [{"match": "integer"}]},
                "$.a.l": {"matchers": [{"match": "type"}]},
                "$.b": {"matchers": [{"match": "type"}]},
                "$.b.x": {"matchers": [{"match": "integer"}]},
                "$.c": {"matchers": [{"match": "type"}]},
                "$.d[*]": {"matchers": [{"match": "type"}]},
                ^^^^^^^^ info decides nothing
                "$.d[*].x": {"matchers": [{"match": "integer"}]},
                "$.e": {"matchers": [{"match": "type"}]},
                "$.e.l[0]": {"matchers": [{"match": "integer"}]}
              }}}}"#,
        );
    }

    #[test]
    fn only_what_changes_nothing_is_removed() {
        let fixes = |more: &str| {
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "GET", "path": "/"}}, "response": {{"status": 200,
                "body": {{"a": {{"x": 1}}}}, "matchingRules": {{"body": {{{more}
                "$.a": {{"matchers": [{{"match": "type"}}]}},
                "$.a.x": {{"matchers": [{{"match": "integer"}}]}}}}}}}}}}"#
            );
            let found = findings("shadowed-rule", &pact(&text, "v3"));
            found.iter().map(|f| f.fixes.len()).sum::<usize>()
        };
        assert_eq!(fixes(""), 1);
        assert_eq!(fixes(r#""$": {"matchers": [{"match": "notEmpty"}]},"#), 0);
    }
}
