use crate::diagnostic::{Applicability, Severity};
use crate::model::{MatcherKind, RuleStyle, Version, lower_matcher, parse_path};
use crate::rules::matching::convert::{as_categories, as_full_paths};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// Matching rules of both styles stand in one object.
    ///
    /// If one key starts with `$`, the official core reads all of them as full paths with one
    /// matcher each. A category is no matcher, so it refuses the whole file.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1, "name": "Ann"}, "matchingRules": {"$.body.id": {"match": "type"},
    ///     "body": {"$.name": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1, "name": "Ann"}, "matchingRules": {"body": {
    ///     "$.id": {"matchers": [{"match": "type"}]}, "$.name": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `matchers_from_json` in pact_models, matchingrules/mod.rs.
    "mixed-rule-styles", "matching", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for rules in cx.it.parts.iter().filter_map(|part| part.rules.as_ref()) {
        if rules.style != RuleStyle::Mixed {
            continue;
        }
        let flat = cx.version() < Version::V3;
        let text = if flat { as_full_paths(cx, rules) } else { as_categories(cx.root, rules) };
        for key in rules.categories.iter().map(|id| cx.node(*id)) {
            if is_read_as_path(key) {
                out.report(
                    key.span(),
                    "This key does not start with '$': it is read as a path only because others do",
                )
                .at_most(Severity::Warning)
                .help("start it with $.body, $.headers, $.query or $.path");
                continue;
            }
            let mut report = out
                .report(
                    key.span(),
                    "Categories and full paths are mixed: the official core takes this category for a matcher and refuses the whole file",
                )
                .help("write all rules here in one style");
            if let Some(first) = rules.groups.iter().find(|group| group.key == group.category_key) {
                report = report.label(cx.node(first.key).span(), "a rule by full path");
            }
            if let Some(text) = &text {
                let edit = vec![cx.editor().set(cx.node(rules.node), text)];
                let title =
                    if flat { "Write all rules as full paths" } else { "Write all rules by category" };
                report.fix(Applicability::Safe, title, edit);
            }
        }
    }
}

/// Whether the core, which takes the key for a path, finds a path and a matcher.
fn is_read_as_path(key: Cursor<'_>) -> bool {
    let is_matcher = |value| !matches!(lower_matcher(value).kind, MatcherKind::Invalid(_));
    parse_path(&key.name()).is_ok() && key.value().is_some_and(is_matcher)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn the_category_is_marked() {
        check(
            "mixed-rule-styles",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {
                "$.body.id": {"match": "type"},
                "header": {"A": {"matchers": [{"match": "type"}]}},
                ^^^^^^^^ error refuses the whole file
                "body.b": {"match": "type"}
                ^^^^^^^^ warning does not start with '$'
              }}}"#,
        );
    }

    #[test]
    fn the_fix_is_one_style() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules":
            {"$.body.id": {"match": "type"}, "body": {"$.name": {"matchers": [{"match": "type"}]}}}}}"#;
        let text = pact(text, "v3");
        let found = findings("mixed-rule-styles", &text);
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        let expected = r#"{"body": {"$.id": {"matchers": [{"match": "type"}]}, "$.name": {"matchers": [{"match": "type"}]}}}"#;
        assert!(fixed.contains(expected), "{fixed}");
    }
}
