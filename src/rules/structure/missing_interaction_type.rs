use crate::diagnostic::Applicability;
use crate::model::{Section, Version};
use crate::rules::structure::grammar::head;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// An interaction of a V4 file has no `type`.
    ///
    /// V4 holds requests and messages in one list and tells them apart by `type`. One interaction
    /// without it, and the official core refuses the whole file, though its message says that the
    /// interaction "will be ignored".
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Interactions"; `interaction_from_json` in pact_models,
    /// v4/interaction.rs.
    "missing-interaction-type", "structure", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let v4 = cx.version() == Version::V4 && cx.it.section == Section::Interactions;
    if !v4 || !cx.root.is_object() || cx.it.type_node.is_some() {
        return;
    }
    let report = out.report(
        head(cx.root),
        "This interaction has no 'type': the official core refuses the whole file because of it",
    );
    match type_by_shape(cx.root) {
        Some(name) => {
            report.help(format!("add \"type\": \"{name}\", which is what it looks like")).fix(
                Applicability::Safe,
                format!("Add the type {name}"),
                vec![cx.editor().insert(cx.root, "type", &format!("\"{name}\""))],
            );
        }
        None => {
            report.help(
                "add \"type\": \"Synchronous/HTTP\", \"Asynchronous/Messages\" or \"Synchronous/Messages\"",
            );
        }
    }
}

/// The type that an interaction of this shape must have.
pub(crate) fn type_by_shape(root: Cursor<'_>) -> Option<&'static str> {
    let (request, response) = (root.get("request"), root.get("response"));
    if response.is_some_and(|r| r.is_array()) || request.is_some_and(|r| r.get("contents").is_some()) {
        return Some("Synchronous/Messages");
    }
    match (request.or(response), root.get("contents")) {
        (Some(part), None) if part.is_object() => Some("Synchronous/HTTP"),
        (None, Some(_)) => Some("Asynchronous/Messages"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    #[test]
    fn infers_the_type() {
        let rule = "missing-interaction-type";
        check(rule, "@v4\n{\"description\": \"d\", \"request\": {}}\n^ error has no 'type'");
        check(rule, "{\"description\": \"d\", \"request\": {}}");
        check(rule, "@v4\n{\"description\": \"d\", \"type\": null}");
        for (shape, name) in [
            (r#""request": {}"#, "Synchronous/HTTP"),
            (r#""contents": {"content": 1}"#, "Asynchronous/Messages"),
            (r#""request": {}, "response": [{}]"#, "Synchronous/Messages"),
        ] {
            let text = pact(&format!(r#"{{"description": "d", {shape}}}"#), "v4");
            assert!(fixed(rule, &text).contains(&format!(r#"{shape}, "type": "{name}"}}"#)), "{shape}");
        }
    }
}
