use crate::diagnostic::Severity;
use crate::model::BodyShape;
use crate::rules::structure::grammar::slip;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A body of a V4 file has a type or an encoding, but no `content`.
    ///
    /// The official core takes it for no body at all: whatever the other side sends passes. A
    /// body that is meant to be empty is written as `"content": ""`.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"contentType": "text/plain"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"contentType": "text/plain", "content": "hello"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `body_from_json` in pact_models, v4/http_parts.rs; pact-python issue 1103.
    "v4-body-missing-content", "structure", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for body in cx.it.parts.iter().filter_map(|part| part.body.as_ref()) {
        if body.shape != BodyShape::AttributesOnly {
            continue;
        }
        let value = cx.node(body.node);
        let Some(key) = value.key() else { continue };
        let name = key.name();
        let near = if slip(value, "content").is_some() { "; did you mean 'content'?" } else { "" };
        let message =
            format!("This '{name}' has no 'content', so nothing of it is checked and anything passes{near}");
        let report = out
            .report(key.span(), message)
            .help(format!("add \"content\" (\"\" for an empty {name}), or remove '{name}' if any will do"));
        // An empty object states nothing that could get lost.
        if value.is_empty_container() {
            report.at_most(Severity::Warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn bodies() {
        let with = |line: &str, marks: &str| {
            let open = "{\"type\": \"Synchronous/HTTP\", \"description\": \"d\", \"response\": {";
            check("v4-body-missing-content", &format!("@v4\n{open}\n{line}\n{marks}\n}}}}"));
        };
        with(r#""body": {"contentType": "text/plain"}"#, "^^^^^^ error has no 'content'");
        with(r#""body": {}"#, "^^^^^^ warning has no 'content'");
        with(r#""body": {"content": null, "contentType": "text/plain"}"#, "");
        with(r#""body": {"id": 1}"#, "");
    }
}
