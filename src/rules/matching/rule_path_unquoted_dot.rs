use crate::diagnostic::Applicability;
use crate::model::field_step;
use crate::rules::matching::slip::{Slip, each_dead};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::TextEdit;

rule! {
    /// A key with a dot or bracket in it is not quoted in a path.
    ///
    /// `$.a.b` is the field `b` of the field `a`. For one key `a.b` the path is `$['a.b']`;
    /// without the quotes the rule picks nothing and the value is compared by equality.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"app.name": "x"},
    ///   "matchingRules": {"body": {"$.app.name": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"app.name": "x"},
    ///   "matchingRules": {"body": {"$['app.name']": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `parse_path_exp` in pact_models, path_exp.rs.
    "rule-path-unquoted-dot", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_dead(cx, &mut |dead, _| {
        let Slip::UnquotedDot { first, last, key } = dead.slip else { return };
        let name = key.name();
        let span = dead.span(cx, first, last);
        let report = out
            .report(
                span,
                format!("'{name}' is one key of the example, but this path looks for several: the rule does nothing"),
            )
            .label(key.span(), "the key");
        let (Some(step), Some(from), Some(to)) =
            (field_step(&name), dead.steps().get(first), dead.steps().get(last))
        else {
            return;
        };
        let path = format!("{}{step}{}", &dead.text[..from.1 as usize], &dead.text[to.2 as usize..]);
        report.help(format!("put the key in quotes: {path}")).fix(
            Applicability::Unsafe,
            format!("Write \"{path}\", so that the rule holds instead of equality"),
            vec![TextEdit::replace(cx.node(dead.group.key).span(), quote(&path))],
        );
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn dots_and_brackets_in_keys() {
        check(
            "rule-path-unquoted-dot",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a": {}, "a.b": 1, "list": [{"x.y.z": {"q": 1}}], "e[0]": 2, "u": {"v": 1}, "u.v": 2},
              "matchingRules": {"body": {
                "$.a.b": {"matchers": [{"match": "type"}]},
                  ^^^^ error 'a.b' is one key
                "$.list[*].x.y.z.q": {"matchers": [{"match": "type"}]},
                          ^^^^^^ error 'x.y.z' is one key
                "$.e[0]": {"matchers": [{"match": "type"}]},
                  ^^^^^ error 'e[0]' is one key
                "$['a.b']": {"matchers": [{"match": "type"}]},
                "$.u.v": {"matchers": [{"match": "type"}]}
              }}}}"#,
        );
    }

    #[test]
    fn version_2() {
        check(
            "rule-path-unquoted-dot",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"a.b": 1},
              "matchingRules": {
                "$.body.a.b": {"match": "type"}}}}
                       ^^^^ error 'a.b' is one key"#,
        );
    }
}
