use crate::diagnostic::Applicability;
use crate::rules::matching::slip::{Slip, each_dead};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::TextEdit;

rule! {
    /// A body path starts with `$.body`, as in version 2.
    ///
    /// Since version 3 the paths under `body` start at the body itself, so `$.body.id` is the
    /// field `id` of a field `body`. Where the example has no such field, the rule does nothing
    /// and the value is compared by equality.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json"}, "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.body.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json"}, "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 3, "Matching Rules"; `MatchingRules::load_from_v3_map` in pact_models.
    "v2-path-in-v3-body", "matching", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_dead(cx, &mut |dead, _| {
        let Slip::V2Prefix(target) = &dead.slip else { return };
        let rest = dead.steps().get(1).map_or("", |step| &dead.text[step.1 as usize..]);
        let report = out
            .report(
                dead.span(cx, 0, 0),
                "'.body' is read as a field called 'body', which is not there: the rule does nothing, and equality decides",
            )
            .help(format!("paths under 'body' start at the body: write '${rest}'"));
        if target.is_some() {
            report.fix(
                Applicability::Unsafe,
                format!("Write '${rest}', so that the rule holds instead of equality"),
                vec![TextEdit::replace(cx.node(dead.group.key).span(), quote(&format!("${rest}")))],
            );
        }
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_prefix_is_marked() {
        check(
            "v2-path-in-v3-body",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
              "matchingRules": {"body": {
                "$.body.id": {"matchers": [{"match": "type"}]},
                  ^^^^^ error read as a field called 'body'
                "$.id": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }

    #[test]
    fn a_field_called_body_is_fine() {
        check(
            "v2-path-in-v3-body",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"body": {"id": 1}},
              "matchingRules": {"body": {"$.body.id": {"matchers": [{"match": "type"}]}}}}}"#,
        );
        check(
            "v2-path-in-v3-body",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
              "matchingRules": {"$.body.id": {"match": "type"}}}}"#,
        );
    }
}
