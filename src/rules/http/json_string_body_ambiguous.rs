use serde::de::IgnoredAny;

use crate::diagnostic::Applicability;
use crate::model::{BodyShape, Category, Content, Format};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// The content of a JSON body is a string that holds a JSON document.
    ///
    /// In V4, content that is a string is compared as a JSON string, quotes and all, and not as
    /// the document that is written in it. A provider that sends the document fails. A document
    /// in a string is what few APIs mean; most often it was serialised once too often.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"content": "{\"id\": 1}", "contentType": "application/json"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"content": {"id": 1}, "contentType": "application/json"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `body_from_json` in pact_models, v4/http_parts.rs.
    "json-string-body-ambiguous", "http", Info, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let Some(body) = part.body.as_ref().filter(|body| body.format == Format::Json) else { continue };
        let (BodyShape::Wrapped, Content::Json(node)) = (body.shape, body.content) else { continue };
        let Some(text) = cx.node(node).as_str() else { continue };
        let opens = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['));
        if !opens || serde_json::from_str::<IgnoredAny>(&text).is_err() {
            continue;
        }
        // With rules for what is inside, another rule says that they do nothing.
        let ruled = part.rules.iter().flat_map(|rules| &rules.groups);
        if ruled.filter(|group| group.category == Category::Body).any(|group| group.is_live())
            || cx.has_plugins()
        {
            continue;
        }
        let node = cx.node(node);
        out.report(
            node.key().unwrap_or(node).span(),
            "The content is a JSON string and compared as one, not as the document that is written in it",
        )
        .help("write the document itself as the content, unless the provider sends a string")
        .fix(
            Applicability::Unsafe,
            "Write the document itself, so that the provider has to send it instead of a string",
            vec![cx.editor().set(node, text.trim())],
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, fixed, pact};

    #[test]
    fn documents_in_strings() {
        let rule = "json-string-body-ambiguous";
        let of = |content: &str, more: &str| {
            pact(
                &format!(
                    r#"{{"type": "Asynchronous/Messages", "description": "d", "contents": {{"content": {content}, "contentType": "application/json"{more}}}}}"#
                ),
                "v4",
            )
        };
        assert_eq!(fixed(rule, &of(r#""[1, \"a\"]""#, "")), of(r#"[1, "a"]"#, ""));
        for fine in [r#""{a}""#, r#""1""#, r#""text""#, "[1]"] {
            check(rule, &of(fine, ""));
        }
        check(rule, &of(r#""[1]""#, r#", "encoded": "json""#));
    }
}
