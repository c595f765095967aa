use crate::model::BodyShape;
use crate::rules::http::expected_body;
use crate::rules::http::json_taken_for_text::{has_type, misleading_key};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A body has no content type.
    ///
    /// Without one each tool guesses from the content how to compare it, and they guess
    /// differently. A provider may then also answer with any type.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"id": 1}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}}
    /// ```
    ///
    /// ## References
    ///
    /// `detect_content_type_from_string` in pact_models, content_types.rs.
    "missing-content-type", "http", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in &cx.it.parts {
        let Some(body) = &part.body else { continue };
        let Some(node) = expected_body(cx, part) else { continue };
        let misread = !matches!(body.shape, BodyShape::Inline | BodyShape::Wrapped);
        // Where the guess is known to be wrong, `json-taken-for-text` says more.
        if misread || has_type(cx, body) || misleading_key(cx, part).is_some() {
            continue;
        }
        let help = match (body.shape, part.metadata.is_some()) {
            (BodyShape::Wrapped, _) => "add \"contentType\" to the body",
            (_, true) => "add \"contentType\" to the metadata",
            _ => "add a Content-Type header",
        };
        out.report(
            node.key().unwrap_or(node).span(),
            "This body has no content type, so each tool guesses how to compare it",
        )
        .help(help);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn any_place_will_do() {
        check(
            "missing-content-type",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/", "body": {"content": "x"}},
                                                                          ^^^^^^ info no content type
 "response": {"status": 200, "body": {"content": {"a": 1}, "contentType": "application/json"}}}
"#,
        );
        check(
            "missing-content-type",
            r#"{"description": "d", "contents": {"a": 1}, "metaData": {"contentType": "application/json"}}"#,
        );
    }
}
