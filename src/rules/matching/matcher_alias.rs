use crate::diagnostic::Applicability;
use crate::model::matcher_info;
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::TextEdit;

rule! {
    /// A matcher goes by an old or second name.
    ///
    /// The official core reads it, and writes the first name. Other tools may know that one only.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"price": 1.5}, "matchingRules": {"body": {"$.price": {"matchers": [{"match": "real"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"price": 1.5}, "matchingRules": {"body": {"$.price": {"matchers": [{"match": "decimal"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::create_rule` in pact_models, matchingrules/mod.rs.
    "matcher-alias", "matching", Info, Strict, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_matcher(cx, &mut |matcher| {
        let Some(name) = matcher.name.map(|id| cx.node(id)) else { return };
        let text = name.to_text();
        let Some(first) = first_name(&text).filter(|_| cx.is_read()) else { return };
        let report = out
            .report(name.span(), format!("'{text}' is a second name of the matcher '{first}'"))
            .help(format!("write '{first}'"));
        if let Some(edits) = rename(cx, cx.node(matcher.node), name, first) {
            report.fix(Applicability::Safe, format!("Write '{first}'"), edits);
        }
    });
}

/// The name that the core writes, if `name` is another one for it.
fn first_name(name: &str) -> Option<&'static str> {
    match name {
        // Kept apart from `type` in the table only for what they need.
        "min" | "max" | "min-type" | "max-type" => Some("type"),
        _ => matcher_info(name).map(|info| info.name).filter(|first| *first != name),
    }
}

/// The edits that rename a matcher and keep its meaning; `None` where the new name would read
/// a field that the old one does not.
fn rename(cx: &InteractionCx<'_>, node: Cursor<'_>, name: Cursor<'_>, first: &str) -> Option<Vec<TextEdit>> {
    let editor = cx.editor();
    let mut edits = vec![editor.set(name, &quote(first))];
    name.key().filter(|key| key.is_named("match"))?;
    if first == "type" && node.get("min").is_some() && node.get("max").is_some() {
        return None;
    }
    // `timestamp` may have its format under its own name.
    if name.to_text() == "timestamp"
        && let Some(format) = node.get("timestamp")
    {
        if node.get("format").is_some() {
            return Some(edits);
        }
        edits.push(editor.rename(format.key()?, "format"));
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};
    use crate::text::apply_edits;

    #[test]
    fn second_names() {
        check(
            "matcher-alias",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "each-value", "rules": [{"match": "min-type", "min": 1}]}]},
                                               ^^^^^^^^^^^^ info name of the matcher 'eachValue'
                                                                                 ^^^^^^^^^^ info the matcher 'type'
                "$.b": {"matchers": [{"match": "eachValue", "rules": [{"match": "type", "min": 1}]}]}
              }}}}"#,
        );
    }

    #[test]
    fn the_format_moves_along() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
            "$.a": {"matchers": [{"match": "timestamp", "timestamp": "yyyy"}]}}}}}"#;
        let text = pact(text, "v3");
        let found = findings("matcher-alias", &text);
        let fixed = apply_edits(&text, &found[0].fixes[0].edits).expect("the edits fit");
        assert!(fixed.contains(r#"{"match": "datetime", "format": "yyyy"}"#), "{fixed}");
    }
}
