use crate::diagnostic::{Applicability, Severity};
use crate::model::RuleGroup;
use crate::rules::matching::visit::each_group;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// `combine` is neither `AND` nor `OR`.
    ///
    /// The official core reads everything but `OR` as `AND` and says nothing.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"combine": "ANY",
    ///     "matchers": [{"match": "integer"}, {"match": "null"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"combine": "OR",
    ///     "matchers": [{"match": "integer"}, {"match": "null"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRuleCategory::add_rule_list` in pact_models, matchingrules/mod.rs.
    "combine-invalid", "matching", Error, Recommended, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if cx.is_read() {
        each_group(cx, &mut |group, _| combine(cx, group, out));
    }
}

fn combine(cx: &InteractionCx<'_>, group: &RuleGroup, out: &mut Sink<'_>) {
    let Some(node) = group.combine_node.map(|id| cx.node(id)) else { return };
    let text = node.to_text();
    if node.is_string() && (text.eq_ignore_ascii_case("AND") || text.eq_ignore_ascii_case("OR")) {
        return;
    }
    let report = out.report(node.span(), format!("'{text}' is read as 'AND': only 'AND' and 'OR' are known"));
    let set = |word: &str| vec![cx.editor().set(node, &format!("\"{word}\""))];
    if group.matchers.len() < 2 {
        // With one matcher both mean the same.
        report.at_most(Severity::Warning).help("write 'AND'").fix(
            Applicability::Safe,
            "Write 'AND'",
            set("AND"),
        );
        return;
    }
    report
        .help("write 'AND' if all of the matchers must hold, 'OR' if one is enough")
        .fix(Applicability::Unsafe, "Write 'OR', which accepts what one of the matchers accepts", set("OR"))
        .fix(Applicability::Unsafe, "Write 'AND', as it is read now", set("AND"));
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn only_two_words() {
        check(
            "combine-invalid",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"combine": "XOR", "matchers": [{"match": "integer"}, {"match": "null"}]},
                                   ^^^^^ error 'XOR' is read as 'AND'
                "$.b": {"combine": null, "matchers": [{"match": "integer"}]},
                                   ^^^^ warning 'null' is read
                "$.c": {"combine": "or", "matchers": [{"match": "integer"}]}
              }}}}"#,
        );
    }
}
