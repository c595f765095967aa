use crate::model::{PathExpr, RuleGroup, Step};
use crate::rules::over_specification::exact_body_values::name;
use crate::rules::over_specification::{body_path, ruled_bodies};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, NodeId};

rule! {
    /// The only item of an array has rules, and the array has none.
    ///
    /// Rules for `[0]` say nothing about how many items there may be, so the provider must send
    /// exactly as many as the example: one.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": [{"id": 1}]},
    ///   "matchingRules": {"body": {"$.items[0].id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"items": [{"id": 1}]}, "matchingRules": {"body": {
    ///     "$.items": {"matchers": [{"match": "type", "min": 1}]},
    ///     "$.items[*].id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_lists` in pact_matching, json.rs.
    "index-rule-on-array", "over-specification", Info, Strict, Test, Check::Interaction(check)
}

/// So many rules are followed: only a file made to be slow has more for item 0.
const MOST: usize = 500;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    for (index, part, groups) in ruled_bodies(cx) {
        if part.role == crate::model::Role::Request
            || !groups.iter().any(|group| first_index(group).is_some())
        {
            continue;
        }
        let (Some(resolution), Some(body)) = (cx.body(index), part.body.as_ref().and_then(|b| b.json()))
        else {
            continue;
        };
        let mut told: Vec<NodeId> = Vec::new();
        let indexed = groups.iter().filter_map(|group| Some((group, first_index(group)?)));
        for (group, (path, at)) in indexed.take(MOST) {
            let text = cx.node(group.key).name();
            let Some(array) = follow(cx.node(body), path, at, &text) else { continue };
            let free = resolution.rule_for(array.id()).is_some_and(|rule| rule.best.is_none());
            // Several items that each have rules are a list with places, as coordinates are.
            if !free || array.elements().count() != 1 || told.contains(&array.id()) {
                continue;
            }
            told.push(array.id());
            out.report(
                cx.node(group.key).span(),
                format!(
                    "'{}' has no rule itself, only its item 0, so the provider must send exactly one item",
                    name(array)
                ),
            )
            .label(array.key().unwrap_or(array).span(), "compared with exactly one item")
            .help("give the array a 'type' rule with min 1, and write [*] in the place of [0]");
        }
    }
}

/// The path of a group and the number of its first step, if that is `[0]` and none before it is
/// a wildcard.
fn first_index(group: &RuleGroup) -> Option<(&PathExpr, usize)> {
    let path = body_path(group)?;
    let at = path.steps.iter().position(|(step, ..)| !matches!(step, Step::Field(..)))?;
    (path.steps[at].0 == Step::Index(0)).then_some((path, at))
}

/// The array that the first `count` steps of a path lead to.
fn follow<'a>(body: Cursor<'a>, path: &PathExpr, count: usize, text: &str) -> Option<Cursor<'a>> {
    let mut steps = path.steps[..count].iter();
    let array = steps.try_fold(body, |node, (step, ..)| node.get(step.name(text)?))?;
    array.is_array().then_some(array)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_item_and_no_rule_for_the_array() {
        check(
            "index-rule-on-array",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": [{"x": 1, "y": 2}], "b": [1], "c": [1, 2], "d": [[1]]},
              "matchingRules": {
                "$.body.a[0].x": {"match": "type"},
                ^^^^^^^^^^^^^^^ info 'a' has no rule itself
                "$.body.a[0].y": {"match": "type"},
                "$.body.b": {"match": "type"}, "$.body.b[0]": {"match": "type"},
                "$.body.c[0]": {"match": "type"}, "$.body.c[1]": {"match": "type"},
                "$.body.d[*]": {"match": "type"}}}}"#,
        );
    }
}
