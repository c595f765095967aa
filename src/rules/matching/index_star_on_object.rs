use crate::diagnostic::Applicability;
use crate::rules::matching::slip::{Slip, each_dead};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::TextEdit;

rule! {
    /// A path has `[*]` where the example has an object.
    ///
    /// `[*]` picks items of an array and never members of an object, so the rule picks nothing
    /// and the members are compared by equality. `.*` picks members.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"prices": {"eur": 1.5}},
    ///   "matchingRules": {"body": {"$.prices[*]": {"matchers": [{"match": "number"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"prices": {"eur": 1.5}},
    ///   "matchingRules": {"body": {"$.prices.*": {"matchers": [{"match": "number"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `matches_token` in pact_models, path_exp.rs.
    "index-star-on-object", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_dead(cx, &mut |dead, _| {
        let Slip::StarOnObject { step, free } = dead.slip else { return };
        let Some(&(_, start, end)) = dead.steps().get(step) else { return };
        let path = format!("{}.*{}", &dead.text[..start as usize], &dead.text[end as usize..]);
        let report = out.report(
            dead.span(cx, step, step),
            "'[*]' picks items of an array, but the example has an object here: the rule does nothing",
        );
        if free {
            report.help(format!(
                "write '.*' for the members of an object: '{path}' (below 'eachValue' only its own rules count)"
            ));
            return;
        }
        report.help(format!("write '.*' for the members of an object: '{path}'")).fix(
            Applicability::Unsafe,
            format!("Write '{path}', so that the rule holds instead of equality"),
            vec![TextEdit::replace(cx.node(dead.group.key).span(), quote(&path))],
        );
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn members_are_no_items() {
        check(
            "index-star-on-object",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"m": {"k": {"v": 1}}, "n": {"1": 2}, "a": [1], "e": {}},
              "matchingRules": {"body": {
                "$.m[*].v": {"matchers": [{"match": "type"}]},
                    ^^^ error '[*]' picks items of an array
                "$.m.*.v": {"matchers": [{"match": "type"}]},
                "$.n[*]": {"matchers": [{"match": "type"}]},
                "$.a[*]": {"matchers": [{"match": "type"}]},
                "$.e[*]": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }

    #[test]
    fn where_other_keys_are_let_in() {
        check(
            "index-star-on-object",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"contentType": "application/json", "encoded": false, "content": {"m": {"k": {"v": 1}}, "n": {"k": [1]}}},
              "matchingRules": {"body": {
                "$.m": {"matchers": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]"}]}]},
                "$.m[*].v": {"matchers": [{"match": "type"}]},
                    ^^^ error '[*]' picks items of an array
                "$.n": {"matchers": [{"match": "values"}]},
                "$.n.*[*]": {"matchers": [{"match": "type"}]},
                "$.n.z[*]": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }
}
