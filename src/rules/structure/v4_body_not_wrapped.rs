use crate::diagnostic::Applicability;
use crate::model::{BodyShape, ContentType};
use crate::rules::structure::grammar::{head, kind_name};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};

rule! {
    /// A body of a V4 file stands alone, not under `content`.
    ///
    /// V4 writes a body as `{"content": ..., "contentType": ..., "encoded": ...}`. Without it the
    /// official core takes the whole value as bytes of unknown type, and releases before
    /// pact_models 1.3.14 took no body at all, so that they check nothing.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"id": 1}}}
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
    /// Specification V4, "Body"; `body_from_json` in pact_models, v4/http_parts.rs.
    "v4-body-not-wrapped", "structure", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for body in cx.it.parts.iter().filter_map(|part| part.body.as_ref()) {
        if body.shape != BodyShape::Unwrapped {
            continue;
        }
        let value = cx.node(body.node);
        let Some(key) = value.key() else { continue };
        let name = key.name();
        let what = if value.is_object() {
            "stands alone".to_owned()
        } else {
            format!("is {}", kind_name(value.kind()))
        };
        if let Some(contents) = misnamed(value) {
            let written = contents.name();
            out.report(
                contents.span(),
                format!("V4 wants the value under 'content', not '{written}': older releases of the core check nothing of this {name}"),
            )
            .help("rename it to 'content'")
            .fix(
                Applicability::Unsafe,
                "Rename it to 'content', so that its value is the body, and every release checks it",
                vec![cx.editor().rename(contents, "content")],
            );
            continue;
        }
        let message = format!(
            "This '{name}' {what}, but V4 wants {{\"content\": ...}}: older releases of the core check nothing of it"
        );
        let content_type = content_type(cx, value, body.header);
        out.report(if value.is_container() { key.span() } else { head(value) }, message)
            .help(format!("write {{\"content\": <the value>, \"contentType\": \"{content_type}\"}}"))
            .fix(
                Applicability::Unsafe,
                format!("Put it under 'content' as {content_type}, so that every release checks it"),
                vec![cx.editor().wrap(
                    value,
                    "content",
                    &[("contentType", &quote(&content_type)), ("encoded", "false")],
                )],
            );
    }
}

/// The key of a body object that was meant to be `content`: it stands alone, or beside
/// attributes of a body only.
fn misnamed<'a>(value: Cursor<'a>) -> Option<Cursor<'a>> {
    let mut found = None;
    for member in value.members() {
        if ["contents", "Content", "Contents"].iter().any(|name| member.key.is_named(name)) && found.is_none()
        {
            found = member.value.map(|_| member.key);
        } else if !["contentType", "contentTypeHint", "encoded"].iter().any(|name| member.key.is_named(name))
        {
            return None;
        }
    }
    found
}

/// The type the header names, or the plainest one that fits.
fn content_type(cx: &InteractionCx<'_>, value: Cursor<'_>, header: Option<crate::syntax::NodeId>) -> String {
    let header = header.map(|id| cx.text(id).into_owned());
    header
        .filter(|text| ContentType::parse(text).is_some())
        .unwrap_or_else(|| if value.is_string() { "text/plain" } else { "application/json" }.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    #[test]
    fn bodies() {
        let rule = "v4-body-not-wrapped";
        let with = |line: &str, marks: &str| {
            check(
                rule,
                &format!(
                    "@v4\n{{\"type\": \"Synchronous/HTTP\", \"description\": \"d\", \"response\": {{\n{line}\n{marks}\n}}}}"
                ),
            );
        };
        with(r#""body": {"id": 1}"#, "^^^^^^ error This 'body' stands alone");
        with(r#""body": [1]"#, "^^^^^^ error This 'body' is a list");
        with(r#""body": "x""#, "        ^^^ error This 'body' is a text");
        for fine in
            ["null", "{}", r#"{"content": 1}"#, r#"{"content": 1, "extra": 2}"#, r#"{"encoded": false}"#]
        {
            with(&format!("\"body\": {fine}"), "");
        }
        check(rule, "{\"description\": \"d\", \"response\": {\"body\": {\"id\": 1}}}");
        with(
            r#""body": {"contents": {"id": 1}, "encoded": false}"#,
            r#"         ^^^^^^^^^^ error V4 wants the value under 'content', not 'contents'"#,
        );
        let one = |body: &str| {
            pact(
                &format!(r#"{{"type": "Asynchronous/Messages", "description": "d", "contents": {body}}}"#),
                "v4",
            )
        };
        assert_eq!(fixed(rule, &one(r#"{"contents": {"id": 1}}"#)), one(r#"{"content": {"id": 1}}"#));
        assert_eq!(
            fixed(rule, &one(r#"{"id": 1}"#)),
            one(r#"{"content": {"id": 1}, "contentType": "application/json", "encoded": false}"#)
        );
    }
}
