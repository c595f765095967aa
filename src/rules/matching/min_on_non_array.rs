use crate::diagnostic::Applicability;
use crate::model::{MatcherKind, RuleGroup};
use crate::rules::matching::dsl_marker_in_example::holds_marker;
use crate::rules::matching::ruled::{Ruled, each_ruled, head};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// `min` or `max` stands where the example has no array.
    ///
    /// The bounds are for the number of items. On a text or number the official core ignores them
    /// and compares types only, so they bound neither length nor value; on an object it counts
    /// the keys.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"name": "Ann"},
    ///   "matchingRules": {"body": {"$.name": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"names": ["Ann"]},
    ///   "matchingRules": {"body": {"$.names": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::MinType` in pact_matching, json.rs and matchingrules.rs.
    "min-on-non-array", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_ruled(cx, &has_bounds, &mut |ruled| {
        let mut other = None;
        for node in ruled.own(cx) {
            // An array may be what null stands for.
            if node.is_array() || node.is_null() || node.is_object() && holds_marker(node) {
                return;
            }
            other.get_or_insert(node);
        }
        let Some(example) = other.filter(|_| !is_generated(cx, &ruled)) else { return };
        let bounded =
            |kind: &MatcherKind| matches!(kind, MatcherKind::Type { min, max } if min.or(*max).is_some());
        let Some(matcher) = ruled.group.matchers.iter().find(|m| bounded(&m.kind)) else { return };
        // An example that breaks the bounds is an error of its own.
        if cx.mismatches(ruled.part).iter().any(|m| m.matcher == matcher.node) {
            return;
        }
        let matcher = cx.node(matcher.node);
        let bounds = || matcher.members().filter(|m| m.key.is_named("min") || m.key.is_named("max"));
        let Some(first) = bounds().next() else { return };
        let name = first.key.name();
        let message = if example.is_object() {
            format!("The example has an object here, so '{name}' counts its keys, not the items of a list")
        } else {
            format!(
                "'{name}' is about the items of an array, so the official core ignores it on this {}",
                word(example)
            )
        };
        let report = out.report(first.key.span(), message).label(head(example), "the example").help(
            if example.is_object() {
                "put the bound on the array, or remove it"
            } else {
                "remove it, or bound the value with a 'regex' rule"
            },
        );
        let named = matcher.get("match").is_some_and(|m| m.to_text() == "type");
        let all_plain = ruled.own(cx).all(|node| !node.is_object());
        // A single edit: two would meet at the comma between them.
        if let (true, 1) = (named, bounds().count()) {
            let (applicability, title) = if all_plain {
                (Applicability::Safe, format!("Remove '{name}', which does nothing"))
            } else {
                (
                    Applicability::Unsafe,
                    format!("Remove '{name}', so that objects with any number of keys match"),
                )
            };
            report.fix(applicability, title, vec![cx.editor().remove(first.key)]);
        }
    });
}

/// Whether a generator stands at the same path: some libraries leave its bounds in the matcher.
fn is_generated(cx: &InteractionCx<'_>, ruled: &Ruled<'_, '_>) -> bool {
    let path = cx.node(ruled.group.key).name();
    let generators = cx.it.parts[ruled.part].generators.iter().flat_map(|block| &block.generators);
    generators.filter_map(|generator| generator.key).any(|key| cx.node(key).is_named(&path))
}

fn has_bounds(group: &RuleGroup) -> bool {
    group.matchers.iter().any(|m| matches!(m.kind, MatcherKind::Type { min, max } if min.or(max).is_some()))
}

fn word(node: Cursor<'_>) -> &'static str {
    if node.is_string() {
        "text"
    } else if node.as_f64().is_some() {
        "number"
    } else {
        "value"
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn plain_values_and_objects() {
        check(
            "min-on-non-array",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"s": "x", "n": 3, "o": {"a": 1}, "l": [{"a": 1}], "z": null, "few": {"a": 1}, "any": 5},
              "matchingRules": {"body": {
                "$.s": {"matchers": [{"match": "type", "min": 1, "max": 9}]},
                                                       ^^^^^ warning ignores it on this text
                "$.n": {"matchers": [{"match": "type", "max": 10}]},
                                                       ^^^^^ warning ignores it on this number
                "$.l[*]": {"matchers": [{"match": "type", "min": 1}]},
                                                          ^^^^^ warning counts its keys
                "$.l": {"matchers": [{"match": "type", "min": 1}]},
                "$.z": {"matchers": [{"match": "type", "min": 1}]},
                "$.few": {"matchers": [{"match": "type", "min": 2}]},
                "$.any": {"matchers": [{"match": "type", "min": 0, "max": 9}]}
              }},
              "generators": {"body": {"$.any": {"type": "RandomInt", "min": 0, "max": 9}}}}}"#,
        );
    }

    #[test]
    fn version_2() {
        check(
            "min-on-non-array",
            r#"@v2
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
              "body": {"s": "x"}, "matchingRules": {
                "$.body.s": {"min": 1}
                             ^^^^^ warning ignores it
              }}}"#,
        );
    }

    #[test]
    fn what_does_nothing_is_removed() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
            "body": {"s": "x"}, "matchingRules": {"body": {"$.s": {"matchers": [{"match": "type", "min": 1}]}}}}}"#;
        let text = pact(text, "v3");
        let found = findings("min-on-non-array", &text);
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        assert!(fixed.contains(r#"[{"match": "type"}]"#), "{fixed}");
    }
}
