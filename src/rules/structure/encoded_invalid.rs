use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::diagnostic::Applicability;
use crate::model::{Body, BodyShape, Format};
use crate::rules::structure::grammar::{head, shown};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// A body of a V4 file is not encoded as `encoded` says.
    ///
    /// `encoded` is `false`, `"base64"` or `"json"`. On anything else, and on content that is no
    /// base64, the official core logs a warning and compares the raw text, so a provider that
    /// sends the right bytes fails.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"content": "a", "contentType": "text/plain", "encoded": "gzip"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"content": "YQ==", "contentType": "text/plain", "encoded": "base64"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `body_from_json` in pact_models, v4/http_parts.rs.
    "encoded-invalid", "structure", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for body in cx.it.parts.iter().filter_map(|part| part.body.as_ref()) {
        // Without content there is nothing to decode, and another rule says so.
        let content = cx.node(body.node).get("content").filter(|c| !c.is_null());
        let encoded = body.encoded.map(|id| cx.node(id)).filter(|e| e.as_bool() != Some(false));
        if let (BodyShape::Wrapped, Some(content), Some(encoded)) = (body.shape, content, encoded) {
            report(cx, body, content, encoded, out);
        }
    }
}

fn report(cx: &InteractionCx<'_>, body: &Body, content: Cursor<'_>, encoded: Cursor<'_>, out: &mut Sink<'_>) {
    let scheme = encoded.as_str().map(|text| text.to_lowercase());
    let decodes = || content.as_str().is_some_and(|text| STANDARD.decode(text.as_bytes()).is_ok());
    let problem = match scheme.as_deref() {
        Some("json") => return,
        Some("base64") if decodes() => return,
        Some("base64") if !content.is_string() => {
            "The content is not a text, so it cannot be base64".to_owned()
        }
        Some("base64") => "The content is not base64".to_owned(),
        _ => format!("{} is no encoding", shown(encoded)),
    };
    let base64 = scheme.as_deref() == Some("base64");
    let report = out
        .report(head(encoded), format!("{problem}: the official core compares the text as it stands here"))
        .help(if base64 {
            "encode the content with the standard alphabet and padding, or set false"
        } else {
            "write false, \"base64\" or \"json\""
        });
    if !base64 && content.as_str().is_some_and(|text| text.len() >= 8) && decodes() {
        report.fix(
            Applicability::Unsafe,
            "Set \"base64\", so that the decoded bytes are compared",
            vec![cx.editor().set(encoded, "\"base64\"")],
        );
        return;
    }
    // Raw text is what `false` means too, but for a text in a JSON body, which then is quoted.
    let same = !content.is_string() || body.format != Format::Json;
    let (applicability, title) = if same {
        (Applicability::Safe, "Set false, which is how the official core reads it")
    } else {
        (Applicability::Unsafe, "Set false, so that the text is compared as a JSON string")
    };
    report.fix(applicability, title, vec![cx.editor().set(encoded, "false")]);
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Applicability;
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn encodings() {
        let rule = "encoded-invalid";
        let with = |line: &str, marks: &str| {
            let open = "{\"type\": \"Synchronous/HTTP\", \"description\": \"d\", \"response\": {\"body\": {";
            check(rule, &format!("@v4\n{open}\n{line}\n{marks}\n}}}}}}"));
        };
        with(
            r#""content": "a", "encoded": "gzip""#,
            r#"                           ^^^^^^ error "gzip" is no encoding"#,
        );
        with(
            r#""content": "a", "encoded": true"#,
            r#"                           ^^^^ error true is no encoding"#,
        );
        with(
            r#""content": "a", "encoded": "base64""#,
            r#"                           ^^^^^^^^ error is not base64"#,
        );
        with(
            r#""content": {}, "encoded": "base64""#,
            r#"                          ^^^^^^^^ error not a text"#,
        );
        with(
            r#""content": "a", "encoded": null"#,
            r#"                           ^^^^ error null is no encoding"#,
        );
        with(r#""content": "YQ==", "encoded": "BASE64""#, "");
        with(r#""content": "a", "encoded": "JSON""#, "");
        with(r#""content": "a", "encoded": false"#, "");
        with(r#""content": null, "encoded": true"#, "");
    }

    #[test]
    fn fixes() {
        let fix = |content: &str, content_type: &str| {
            let text = pact(
                &format!(
                    r#"{{"type": "Asynchronous/Messages", "description": "d", "contents":
                    {{"content": "{content}", "contentType": "{content_type}", "encoded": true}}}}"#
                ),
                "v4",
            );
            let fix = findings("encoded-invalid", &text)[0].fixes[0].clone();
            (fix.edits[0].text.clone(), fix.applicability)
        };
        assert_eq!(fix("aGVsbG8gdGhlcmU=", "image/png"), ("\"base64\"".to_owned(), Applicability::Unsafe));
        assert_eq!(fix("hello there", "text/plain"), ("false".to_owned(), Applicability::Safe));
        assert_eq!(fix("{ }", "application/json"), ("false".to_owned(), Applicability::Unsafe));
    }
}
