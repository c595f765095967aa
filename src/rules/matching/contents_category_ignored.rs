use crate::diagnostic::{Applicability, Severity};
use crate::model::RuleStyle;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// Rules stand under `contents`, which is never applied.
    ///
    /// The official core reads a category `contents` and then asks only for `body`, for messages
    /// too, so each value is compared by equality. `content` is no category either; the core takes
    /// it for `body`, as it does every name it does not know.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "d",
    ///   "contents": {"content": {"id": 1}, "contentType": "application/json", "encoded": false},
    ///   "matchingRules": {"contents": {"$.id": {"matchers": [{"match": "type"}]}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "d",
    ///   "contents": {"content": {"id": 1}, "contentType": "application/json", "encoded": false},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_message` in pact_matching, lib.rs: rules are taken from the category of `content`,
    /// which is read as `body`.
    "contents-category-ignored", "matching", Error, Recommended, Library, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let blocks = cx.it.parts.iter().filter_map(|part| part.rules.as_ref());
    for rules in blocks.filter(|rules| rules.style == RuleStyle::V3) {
        for key in rules.categories.iter().map(|id| cx.node(*id)) {
            let name = key.name();
            let ignored = name.len() == 8 && name.eq_ignore_ascii_case("contents");
            if !ignored && name != "content" || key.value().is_none_or(Cursor::is_empty_container) {
                continue;
            }
            let report = if ignored {
                out.report(
                    key.span(),
                    "Rules under 'contents' are never applied: the message is compared by equality",
                )
            } else {
                out.report(
                    key.span(),
                    "'content' is no category: the official core takes it for 'body', other tools may find no rules for the body",
                )
                .at_most(Severity::Warning)
            };
            let report = report.help("write 'body', which is also for the contents of messages");
            if cx.node(rules.node).get("body").is_some() {
                continue;
            }
            let edit = vec![cx.editor().rename(key, "body")];
            if ignored {
                report.fix(
                    Applicability::Unsafe,
                    "Write 'body', so that the rules hold instead of equality",
                    edit,
                );
            } else {
                report.fix(Applicability::Safe, "Write 'body'", edit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn two_spellings() {
        check(
            "contents-category-ignored",
            r#"@v4
            {"type": "Synchronous/Messages", "description": "d",
              "request": {"contents": {"content": {"id": 1}}, "matchingRules": {
                "contents": {"$.id": {"matchers": [{"match": "type"}]}}}},
                ^^^^^^^^^^ error never applied
              "response": [{"contents": {"content": {"id": 1}}, "matchingRules": {
                "content": {"$.id": {"matchers": [{"match": "type"}]}}}},
                ^^^^^^^^^ warning 'content' is no category
                {"contents": {"content": {"id": 1}}, "matchingRules": {"contents": {}}}]}"#,
        );
    }
}
