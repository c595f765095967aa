use serde::de::IgnoredAny;

use crate::diagnostic::Applicability;
use crate::model::{Body, BodyShape, Content, ContentType, Format};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;

rule! {
    /// A JSON body is stored as bytes, so that its rules do nothing.
    ///
    /// The header says JSON, but the body itself is of type `*/*` or `application/octet-stream`
    /// and in base64. The official core then compares bytes: every blank counts, and rules below
    /// `$` are ignored. Its own conversion of older files to V4 writes responses like this.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "headers": {"Content-Type": ["application/json"]},
    ///   "body": {"content": "eyJhIjoxfQ==", "contentType": "*/*", "encoded": "base64"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "headers": {"Content-Type": ["application/json"]},
    ///   "body": {"content": {"a": 1}, "contentType": "application/json", "encoded": false}}}
    /// ```
    ///
    /// ## References
    ///
    /// `HttpResponse::to_json` in pact_models, v4/http_parts.rs, which lacks what the one of
    /// requests has; `compare_bodies_core` in pact_matching, lib.rs.
    "opaque-json-body", "http", Warning, Recommended, Library, Check::Interaction(check)
}

/// Whether a body is JSON by its header and content, but stored as bytes.
pub(crate) fn is_opaque_json(cx: &InteractionCx<'_>, body: &Body) -> bool {
    let (Some(header), Some(_), BodyShape::Wrapped, Format::Binary) =
        (body.header, body.declared, body.shape, body.format)
    else {
        return false;
    };
    ContentType::parse(&cx.text(header)).is_some_and(|header| header.format() == Format::Json)
        && body.bytes(cx.root).is_some_and(|(bytes, in_place)| {
            !in_place && serde_json::from_slice::<IgnoredAny>(&bytes).is_ok()
        })
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let Some(body) = part.body.as_ref().filter(|body| is_opaque_json(cx, body)) else { continue };
        if cx.has_plugins() {
            return;
        }
        let (Some(declared), Some(header), Some(encoded), Content::Opaque(content)) =
            (body.declared, body.header, body.encoded, body.content)
        else {
            continue;
        };
        let report = out
            .report(
                cx.node(declared).span(),
                "This JSON is stored as bytes, so every byte of it has to match and rules for what is in it do nothing",
            )
            .help("write the JSON itself as the content, of type application/json, not encoded");
        let Some(text) =
            body.bytes(cx.root).and_then(|(bytes, _)| String::from_utf8(bytes.into_owned()).ok())
        else {
            continue;
        };
        let editor = cx.editor();
        report.fix(
            Applicability::Unsafe,
            "Write the JSON itself, so that its rules hold and layout does not matter",
            vec![
                editor.set(cx.node(content), text.trim()),
                editor.set(cx.node(declared), &quote(&cx.text(header))),
                editor.set(cx.node(encoded), "false"),
            ],
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, fixed, pact};

    #[test]
    fn json_in_base64() {
        let rule = "opaque-json-body";
        let of = |header: &str, body: &str| {
            pact(
                &format!(
                    r#"{{"type": "Synchronous/HTTP", "description": "d", "response": {{"status": 200, "headers": {{"content-type": ["{header}"]}}, "body": {{{body}}}}}}}"#
                ),
                "v4",
            )
        };
        let bytes = r#""content": "eyJhIjoxfQ==", "contentType": "*/*", "encoded": "base64""#;
        let json = r#""content": {"a":1}, "contentType": "application/hal+json", "encoded": false"#;
        assert_eq!(fixed(rule, &of("application/hal+json", bytes)), of("application/hal+json", json));
        check(rule, &of("image/png", bytes));
        check(rule, &of("application/json", &bytes.replace("*/*", "application/json")));
        check(rule, &of("application/json", &bytes.replace("eyJhIjoxfQ==", "AAAA")));
    }
}
