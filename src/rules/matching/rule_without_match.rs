use crate::diagnostic::Applicability;
use crate::model::MatcherKind;
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;

rule! {
    /// A matcher has no `match`; what it is must be guessed from its other fields.
    ///
    /// Old libraries wrote it like this. The official core guesses from `regex`, `min`, `max`,
    /// `timestamp`, `time` and `date`, and of several takes the first only.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]}, "matchingRules": {"body": {"$.ids": {"matchers": [{"min": 1}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::from_json` in pact_models, matchingrules/mod.rs.
    "rule-without-match", "matching", Info, Strict, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_matcher(cx, &mut |matcher| {
        if matcher.name.is_some() || !cx.is_read() {
            return;
        }
        let node = cx.node(matcher.node);
        let name = match matcher.kind {
            MatcherKind::Regex(_) => "regex",
            MatcherKind::Type { .. } => "type",
            MatcherKind::Date(_) => "date",
            MatcherKind::Time(_) => "time",
            MatcherKind::DateTime(_) => "timestamp",
            _ => return,
        };
        let report = out
            .report(
                node.span(),
                format!("This matcher has no 'match', so tools must guess that it is '{name}'"),
            )
            .help(format!("add \"match\": \"{name}\""));
        // With both bounds only the lower is guessed, but `type` would take both.
        if !(name == "type" && node.get("min").is_some() && node.get("max").is_some()) {
            let title = format!("Add \"match\": \"{name}\", as the official core guesses");
            let edit = cx.editor().insert(node, "match", &quote(name));
            report.fix(Applicability::Safe, title, vec![edit]);
        }
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn guessed_matchers() {
        check(
            "rule-without-match",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {
                "$.body.a": {"regex": "a"},
                            ^^^^^^^^^^^^^^ info guess that it is 'regex'
                "$.body.b": {"timestamp": "yyyy"},
                            ^^^^^^^^^^^^^^^^^^^^^ info 'timestamp'
                "$.body.c": {"what": "a"},
                "$.body.d": {"match": "type", "min": 1}
              }}}"#,
        );
    }
}
