use serde::de::IgnoredAny;

use crate::diagnostic::Severity;
use crate::model::{Body, BodyShape, Content, ContentType, Format, Part};
use crate::rules::http::multipart::{boundary, broken_at};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::{Span, shorten};

rule! {
    /// The content of a body is not what its content type says.
    ///
    /// The content type decides how a body is compared. An example that does not parse as that
    /// type cannot be compared at all: every actual body fails, the right one included. A
    /// `contentType` that is no media type is not used; the core guesses from the content.
    ///
    /// XML has to be well-formed, and a multipart body has to have the boundary that its header
    /// names. XML with a document type is not judged. Base64 content is looked at decoded.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/xml"}, "body": {"id": 1}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/xml"}, "body": "<id>1</id>"}}
    /// ```
    ///
    /// ## References
    ///
    /// `body_from_json` in pact_models, json_utils.rs and v4/http_parts.rs; `match_json` and
    /// `match_xml` in pact_matching.
    "content-not-of-declared-type", "http", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for (index, part) in cx.it.parts.iter().enumerate() {
        let Some(body) = &part.body else { continue };
        if !media_type(cx, body, out) {
            continue;
        }
        match body.format {
            Format::Json => json(cx, body, out),
            Format::Xml => xml(cx, index, body, out),
            Format::Form => form(cx, part, body, out),
            Format::Multipart => multipart(cx, part, body, out),
            _ => {}
        }
    }
}

/// Whether `contentType` is one, or absent.
fn media_type(cx: &InteractionCx<'_>, body: &Body, out: &mut Sink<'_>) -> bool {
    let Some(node) = body.declared.map(|id| cx.node(id)).filter(|node| node.is_string()) else { return true };
    let text = node.to_text();
    if text.is_empty() || ContentType::parse(&text).is_some() {
        return true;
    }
    out.report(
        node.span(),
        format!(
            "'{}' is no media type, so the official core guesses how to compare the body",
            shorten(&text)
        ),
    )
    .help("write type and subtype, as in application/json");
    false
}

fn json(cx: &InteractionCx<'_>, body: &Body, out: &mut Sink<'_>) {
    match body.content {
        // Before V4, text that is no JSON object is put between quotes as it is.
        Content::Json(node) if body.shape == BodyShape::Inline && cx.node(node).is_string() => {
            let node = cx.node(node);
            if !node.raw().contains('\\') {
                return;
            }
            let quoted = format!("\"{}\"", node.to_text());
            if serde_json::from_str::<IgnoredAny>(&quoted).is_err() {
                out.report(
                    head(node),
                    "The body is text that is no JSON object; the official core puts it in quotes as it is, which gives broken JSON",
                )
                .help("write the JSON itself as the body, not a text of it");
            }
        }
        Content::Opaque(node) => {
            let declared = body.declared.or(body.header).and_then(|id| ContentType::parse(&cx.text(id)));
            // GraphQL is compared as JSON too, but it is none.
            if declared.is_some_and(|ct| !ct.sub.starts_with("json") && ct.suffix.as_deref() != Some("json"))
            {
                return;
            }
            let Some((bytes, _)) = body.bytes(cx.root) else { return };
            if let Err(error) = serde_json::from_slice::<IgnoredAny>(&bytes) {
                out.report(
                    head(cx.node(node)),
                    format!("The content is not valid JSON, so every body is refused: {error}"),
                )
                .help("correct the content or the content type");
            }
        }
        _ => {}
    }
}

fn xml(cx: &InteractionCx<'_>, index: usize, body: &Body, out: &mut Sink<'_>) {
    let wrong = match body.content {
        Content::Json(node) => Some(node),
        Content::Opaque(node) => body.bytes(cx.root).filter(|(bytes, _)| !may_be_xml(bytes)).map(|_| node),
        _ => None,
    };
    if let Some(node) = wrong {
        out.report(
            head(cx.node(node)),
            "The content type says XML, but this is none, so every body is refused",
        )
        .help("write the XML as a text, or correct the content type");
        return;
    }
    let Some(outline) = cx.outline(index) else { return };
    if let Err(error) = &outline.parsed {
        out.report(
            outline.span(cx.root, &(error.at..error.at + 1)),
            format!("The XML is not well-formed, so every body is refused: {}", error.why),
        )
        .help("correct the XML or the content type");
    }
}

fn multipart(cx: &InteractionCx<'_>, part: &Part, body: &Body, out: &mut Sink<'_>) {
    let (Some(header), Some(_), Content::Opaque(node)) = (body.header, part.headers, body.content) else {
        return;
    };
    let Some(content_type) = ContentType::parse(&cx.text(header)) else { return };
    let Some((bytes, _)) = body.bytes(cx.root) else { return };
    let (span, why, help) = match boundary(&content_type) {
        None => (
            cx.node(header).span(),
            "the header names no boundary".to_owned(),
            "name it in the header, as in multipart/form-data; boundary=abc",
        ),
        Some(boundary) => match broken_at(&bytes, &boundary) {
            Some(why) => (
                head(cx.node(node)),
                why,
                "end lines with CR LF, set '--' and the boundary before each part, and '--' behind the last",
            ),
            None => return,
        },
    };
    out.report(span, format!("The multipart body cannot be taken apart, so every body is refused: {why}"))
        .help(help);
}

/// Whether the first character that counts opens a tag, in whatever encoding.
fn may_be_xml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'<' | 0 | 0xFE | 0xFF) | None => true,
        Some(_) => false,
    }
}

fn form(cx: &InteractionCx<'_>, part: &Part, body: &Body, out: &mut Sink<'_>) {
    let Some(node) = body.json().map(|id| cx.node(id)).filter(|node| node.is_container()) else { return };
    // With rules for its fields somebody got this to work.
    if part.rules.as_ref().is_some_and(|rules| !rules.groups.is_empty()) {
        return;
    }
    out.report(head(node), "The content type says form parameters, but this is JSON; the official core takes it for one parameter name")
        .help("write a text such as \"a=1&b=2\", or correct the content type")
        .at_most(Severity::Warning);
}

/// A place to point at that is not the whole body.
fn head(node: Cursor<'_>) -> Span {
    match node.key() {
        Some(key) => key.span(),
        None => node.span(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn encoded_json_and_media_types() {
        check(
            "content-not-of-declared-type",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/",
  "body": {"content": "eyJhIjox", "contentType": "application/json", "encoded": "base64"}},
           ^^^^^^^^^ error not valid JSON
 "response": {"status": 200, "body": {"content": {"a": 1}, "contentType": "json"}}}
                                                                          ^^^^^^ error 'json' is no media type
"#,
        );
        check(
            "content-not-of-declared-type",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/",
  "body": {"content": "eyJhIjoxfQ==", "contentType": "application/json", "encoded": "base64"}},
 "response": {"status": 200, "body": {"content": "hello", "contentType": "application/json"}}}
"#,
        );
    }

    #[test]
    fn text_that_breaks_in_quotes() {
        check(
            "content-not-of-declared-type",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"Content-Type": "application/json"}, "body": "[\"a\"]"},
                                                                                               ^^^^^^ error broken JSON
 "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": "{\"a\": 1}"}}
"#,
        );
    }

    #[test]
    fn xml_and_forms() {
        check(
            "content-not-of-declared-type",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": {"a": 1}},
                                                                                                                ^^^^^^ warning
 "response": {"status": 200, "headers": {"Content-Type": "text/xml"}, "body": "a < b"}}
                                                                      ^^^^^^ error says XML
"#,
        );
    }

    #[test]
    fn xml_that_is_not_well_formed() {
        check(
            "content-not-of-declared-type",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"Content-Type": "application/xml"},
  "body": "<a k=\"1\">x</b>"},
                       ^ error not well-formed, so every body is refused: </b> closes <a>
 "response": {"status": 200, "headers": {"Content-Type": "text/xml"}, "body": "<!DOCTYPE a><a>&b;</a>"}}
"#,
        );
        check(
            "content-not-of-declared-type",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/",
  "body": {"content": "PGE+", "contentType": "application/xml", "encoded": "base64"}},
           ^^^^^^ error ends before
 "response": {"status": 200}}
"#
            .replace("           ^^^^^^", "                      ^^^^^^")
            .as_str(),
        );
    }

    #[test]
    fn multiparts_that_cannot_be_taken_apart() {
        let body = |kind: &str, body: &str| {
            let text = format!(
                r#"{{"description": "d", "request": {{"path": "/", "headers": {{"Content-Type": "multipart/{kind}"}}, "body": "{body}"}}}}"#
            );
            let found = crate::rules::testing::findings(
                "content-not-of-declared-type",
                &crate::rules::testing::pact(&text, "v3"),
            );
            found.first().map(|f| f.message.rsplit(": ").next().unwrap_or("").to_owned())
        };
        let part = r"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        assert_eq!(body("form-data; boundary=x", &format!("{part}--x--")), None);
        assert_eq!(body("form-data; boundary=\\\"x\\\"", &format!("{part}{part}--x--\\r\\n")), None);
        assert_eq!(body("mixed", part).as_deref(), Some("the header names no boundary"));
        assert_eq!(body("mixed; boundary=y", part).as_deref(), Some("'--y' is not in it"));
        assert_eq!(body("mixed; boundary=x", part).as_deref(), Some("it ends before '--x--'"));
        let lines = part.replace("\\r", "");
        assert_eq!(
            body("mixed; boundary=x", &lines).as_deref(),
            Some("a line with '--x' does not end in CR LF")
        );
    }
}
