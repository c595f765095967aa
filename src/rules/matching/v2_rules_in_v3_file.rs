use crate::diagnostic::Applicability;
use crate::model::{RuleStyle, Source, Version};
use crate::rules::matching::convert::as_categories;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A file of version 3 or 4 has matching rules in the style of version 2.
    ///
    /// Since version 3 rules stand under a category (`body`, `header`, ...) with a list of
    /// matchers. The official core and pact-jvm also read the older style; the specification has
    /// no place for it, so other tools may find no rules at all.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"$.body.id": {"match": "type"}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 3, "Matching Rules"; `matchers_from_json` in pact_models.
    "v2-rules-in-v3-file", "matching", Warning, Recommended, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    // Without a stated version the file may well be one of version 2.
    let stated = cx.facts.detected.source == Source::Declared;
    if !cx.is_read() || cx.version() < Version::V3 || !stated {
        return;
    }
    for rules in cx.it.parts.iter().filter_map(|part| part.rules.as_ref()) {
        let (RuleStyle::V2, Some(first)) = (rules.style, rules.groups.first()) else { continue };
        let report = out
            .report(
                cx.node(first.key).span(),
                format!(
                    "Rules in the style of version 2 in a file of {}: not every tool reads them",
                    cx.version().name()
                ),
            )
            .help("group them by category, each with a list of 'matchers'");
        if let Some(text) = as_categories(cx.root, rules) {
            let edit = vec![cx.editor().set(cx.node(rules.node), &text)];
            report.fix(Applicability::Safe, "Write these rules by category", edit);
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
            "v2-rules-in-v3-file",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
              "matchingRules": {
                "$.body.id": {"match": "type"},
                ^^^^^^^^^^^ warning Rules in the style of version 2
                "$.body": {"match": "type"}
              }}}"#,
        );
    }

    #[test]
    fn the_fix_keeps_every_rule() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"id": 1},
            "matchingRules": {
                "$.body": {"match": "type"},
                "$.body['id']": {"match":
                    "integer"},
                "$.headers['X-A']": {"match": "type"},
                "$.path": {"match": "regex", "regex": "/"}
            }}}"#;
        let text = pact(text, "v3");
        let found = findings("v2-rules-in-v3-file", &text);
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        let json: serde_json::Value = serde_json::from_str(&fixed).expect("it is JSON");
        assert_eq!(
            json["interactions"][0]["response"]["matchingRules"],
            serde_json::json!({
                "body": {"$": {"matchers": [{"match": "type"}]}, "$['id']": {"matchers": [{"match": "integer"}]}},
                "header": {"X-A": {"matchers": [{"match": "type"}]}},
                "path": {"matchers": [{"match": "regex", "regex": "/"}]}
            })
        );
    }
}
