use crate::diagnostic::Applicability;
use crate::model::{Body, BodyShape};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::nearest;

rule! {
    /// A body of a V4 file has keys beside `content` that are dropped.
    ///
    /// `content` makes an object the wrapper of a body, with `contentType`, `contentTypeHint` and
    /// `encoded`. Any other key is dropped without a word; most often the body was meant whole
    /// and has a field that happens to be called `content`.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"content": "hello", "author": "ann"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"content": {"content": "hello", "author": "ann"}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Body"; `body_from_json` in pact_models, v4/http_parts.rs.
    "v4-body-extra-keys", "structure", Error, Minimal, Hand, Check::Interaction(check)
}

const ATTRIBUTES: [&str; 4] = ["content", "contentType", "contentTypeHint", "encoded"];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for body in cx.it.parts.iter().filter_map(|part| part.body.as_ref()) {
        if body.shape == BodyShape::Wrapped {
            extra(cx, cx.node(body.node), out);
        }
    }
}

/// Whether the wrapper has keys that it cannot have, so that it is not clear what the body is.
pub(crate) fn has_extra(cx: &InteractionCx<'_>, body: &Body) -> bool {
    body.shape == BodyShape::Wrapped && cx.node(body.node).members().any(|member| is_extra(&member.key))
}

fn is_extra(key: &Cursor<'_>) -> bool {
    !ATTRIBUTES.iter().any(|name| key.is_named(name))
}

fn extra(cx: &InteractionCx<'_>, body: Cursor<'_>, out: &mut Sink<'_>) {
    let mut keys = body.members().map(|m| m.key).filter(is_extra);
    let Some(first) = keys.next() else { return };
    let name = first.name();
    let free = ATTRIBUTES.into_iter().filter(|known| body.get(known).is_none());
    let others: Vec<Cursor<'_>> = keys.collect();
    let editor = cx.editor();
    if let Some(meant) = nearest(&name, free).filter(|_| others.is_empty()) {
        out.report(first.span(), format!("'{name}' is dropped from the body; did you mean '{meant}'?"))
            .help(format!("write \"{meant}\""))
            .fix(
                Applicability::Unsafe,
                format!("Rename to '{meant}', which then takes effect"),
                vec![editor.rename(first, meant)],
            );
        return;
    }
    let what = match others.len() {
        0 => format!("'{name}' is dropped"),
        n => format!("'{name}' and {n} more are dropped"),
    };
    let message = format!("{what}: 'content' beside it makes this object the wrapper of the body");
    let mut report = out.report(first.span(), message);
    for other in others.iter().take(5) {
        report = report.label(other.span(), "dropped as well");
    }
    report
        .help("if the whole object is the body, put it under a 'content' of its own; else remove the key")
        .fix(
            Applicability::Unsafe,
            "Make the whole object the content, so that all of it is checked",
            vec![editor.wrap(
                body,
                "content",
                &[("contentType", "\"application/json\""), ("encoded", "false")],
            )],
        );
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    #[test]
    fn keys() {
        let rule = "v4-body-extra-keys";
        let with = |line: &str, marks: &str| {
            let open = "{\"type\": \"Synchronous/HTTP\", \"description\": \"d\", \"response\": {";
            check(rule, &format!("@v4\n{open}\n{line}\n{marks}\n}}}}"));
        };
        with(
            r#""body": {"content": 1, "a": 2, "b": 3}"#,
            r#"                       ^^^ error 'a' and 1 more are dropped"#,
        );
        with(
            r#""body": {"content": 1, "encodedd": 2}"#,
            r#"                       ^^^^^^^^^^ error did you mean 'encoded'?"#,
        );
        with(
            r#""body": {"content": 1, "contentType": "text/plain", "encoded": false, "contentTypeHint": "TEXT"}"#,
            "",
        );
        with(r#""body": {"a": 1}"#, "");
        let one = |body: &str| {
            pact(
                &format!(r#"{{"type": "Asynchronous/Messages", "description": "d", "contents": {body}}}"#),
                "v4",
            )
        };
        assert_eq!(
            fixed(rule, &one(r#"{"content": 1, "a": 2}"#)),
            one(
                r#"{"content": {"content": 1, "a": 2}, "contentType": "application/json", "encoded": false}"#
            )
        );
    }
}
