use crate::diagnostic::Applicability;
use crate::model::BodyShape;
use crate::rules::structure::grammar::{head, shown};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::nearest;

rule! {
    /// The `contentTypeHint` of a V4 body is none that exists.
    ///
    /// The hint says whether a body of an unusual type is text or bytes. The official core knows
    /// `BINARY`, `TEXT` and `DEFAULT`, in upper case, and ignores anything else.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "d",
    ///  "contents": {"content": "a", "contentType": "application/x-odd", "contentTypeHint": "text"}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "d",
    ///  "contents": {"content": "a", "contentType": "application/x-odd", "contentTypeHint": "TEXT"}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Body"; `ContentTypeHint::try_from` in pact_models, content_types.rs.
    "content-type-hint-invalid", "structure", Warning, Recommended, Hand, Check::Interaction(check)
}

const HINTS: [&str; 3] = ["BINARY", "TEXT", "DEFAULT"];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for body in cx.it.parts.iter().filter_map(|part| part.body.as_ref()) {
        let hint = cx.node(body.node).get("contentTypeHint").filter(|_| body.shape == BodyShape::Wrapped);
        let Some(hint) = hint else { continue };
        let text = hint.as_str();
        if text.as_deref().is_some_and(|text| HINTS.contains(&text)) {
            continue;
        }
        let meant = text.as_deref().and_then(|text| nearest(text, HINTS));
        let near = meant.map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
        let report = out
            .report(head(hint), format!("The content type hint {} is ignored{near}", shown(hint)))
            .help("write \"TEXT\" or \"BINARY\", or remove it");
        if let Some(name) = meant {
            report.fix(
                Applicability::Unsafe,
                format!("Set {name}, which then takes effect"),
                vec![cx.editor().set(hint, &format!("\"{name}\""))],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn hints() {
        let with = |line: &str, marks: &str| {
            let open = "{\"type\": \"Synchronous/HTTP\", \"description\": \"d\", \"response\": {\"body\": {";
            check("content-type-hint-invalid", &format!("@v4\n{open}\n{line}\n{marks}\n}}}}}}"));
        };
        with(
            r#""content": 1, "contentTypeHint": "text""#,
            r#"                                 ^^^^^^ warning did you mean 'TEXT'?"#,
        );
        with(
            r#""content": 1, "contentTypeHint": null"#,
            r#"                                 ^^^^ warning hint null is ignored"#,
        );
        with(r#""content": 1, "contentTypeHint": "DEFAULT""#, "");
        with(r#""contentTypeHint": "x""#, "");
    }
}
