use crate::diagnostic::Applicability;
use crate::model::{Category, RuleStyle, Source, Version};
use crate::rules::matching::convert::as_full_paths;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A file of version 1 or 2 has matching rules in the style of version 3.
    ///
    /// In version 2 each rule is a full path with one matcher. The official core reads categories
    /// there too, but verifiers that keep to the version, such as pact-ruby's, ignore them and
    /// compare by equality.
    ///
    /// ## Invalid
    ///
    /// ```json v2
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v2
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"$.body.id": {"match": "type"}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 2, "Matching Rules"; pact-provider-verifier issue 61.
    "v3-rules-in-v2-file", "matching", Warning, Recommended, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.version() >= Version::V3 || cx.facts.detected.source != Source::Declared {
        return;
    }
    for rules in cx.it.parts.iter().filter_map(|part| part.rules.as_ref()) {
        if rules.style != RuleStyle::V3 || !rules.groups.iter().any(|group| group.is_live()) {
            continue;
        }
        let mut keys = rules.categories.iter().map(|id| cx.node(*id));
        let Some(key) = keys.find(|key| Category::parse(&key.name()).is_some()) else { continue };
        let report = out
            .report(
                key.span(),
                format!(
                    "Rules in the style of version 3 in a file of {}: some verifiers ignore them and compare by equality",
                    cx.version().name()
                ),
            )
            .help("write them as full paths, or the file as version 3");
        if let Some(text) = as_full_paths(cx, rules) {
            let edit = vec![cx.editor().set(cx.node(rules.node), &text)];
            report.fix(Applicability::Safe, "Write these rules as full paths", edit);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn once_a_block() {
        check(
            "v3-rules-in-v2-file",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/", "matchingRules": {"body": {}}}, "response": {"status": 200, "body": {"id": 1},
              "matchingRules": {
                "header": {"A": {"matchers": [{"match": "type"}]}},
                ^^^^^^^^ warning Rules in the style of version 3
                "body": {"$.id": {"matchers": [{"match": "type"}]}}
              }}}"#,
        );
    }

    #[test]
    fn the_fix_keeps_every_rule() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
            "matchingRules": {"header": {"X-A": {"matchers": [{"match": "type"}]}}, "body": {"$.id": {"matchers": [{"match": "type"}]}}}}}"#;
        let text = pact(text, "v2");
        let found = findings("v3-rules-in-v2-file", &text);
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        let json: serde_json::Value = serde_json::from_str(&fixed).expect("it is JSON");
        assert_eq!(
            json["interactions"][0]["response"]["matchingRules"],
            serde_json::json!({"$.headers.X-A": {"match": "type"}, "$.body.id": {"match": "type"}})
        );
    }
}
