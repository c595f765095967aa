use crate::diagnostic::Applicability;
use crate::model::{Role, Section};
use crate::rules::structure::grammar::{head, shown, slip};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;

rule! {
    /// An interaction has no description.
    ///
    /// The description is what an interaction is called in test reports, what the Broker and
    /// merges tell interactions apart by, and what a filter picks. Without one the official core
    /// calls it by its position, which changes when another is added.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"request": {"method": "GET", "path": "/users"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "a list of users", "request": {"method": "GET", "path": "/users"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification, "Interactions"; `RequestResponseInteraction::from_json` in pact_models,
    /// sync_interaction.rs.
    "missing-description", "structure", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    // A slip of the key is told by `unknown-key`.
    if !cx.is_read() || !cx.root.is_object() || slip(cx.root, "description").is_some() {
        return;
    }
    let what = if cx.it.section == Section::Messages { "message" } else { "interaction" };
    let node = cx.it.description.map(|id| cx.node(id));
    let (span, message) = match node {
        None => (
            head(cx.root),
            format!(
                "This {what} has no description: reports name it by its position, which changes when others come"
            ),
        ),
        Some(node) => match node.as_str() {
            Some(text) if !text.trim().is_empty() => return,
            Some(_) => (node.span(), format!("The description is blank, so reports cannot name this {what}")),
            None => (
                head(node),
                format!(
                    "The description is not a text: the official core calls this {what} \"{}\"",
                    shown(node)
                ),
            ),
        },
    };
    let report = out.report(span, message).help("say in a few words what the consumer asks for");
    let Some(text) = proposal(cx) else { return };
    let (editor, value) = (cx.editor(), quote(&text));
    let edit = match node {
        None => editor.insert(cx.root, "description", &value),
        Some(node) => editor.set(node, &value),
    };
    report.fix(
        Applicability::Unsafe,
        format!("Describe it as \"{text}\", which gives it a new name"),
        vec![edit],
    );
}

/// Method and path.
fn proposal(cx: &InteractionCx<'_>) -> Option<String> {
    let request = cx.it.parts.iter().find(|part| part.role == Role::Request)?;
    let path = cx.node(request.path?).as_str()?.into_owned();
    let method = request.method.map_or_else(|| "GET".to_owned(), |m| cx.text(m).to_uppercase());
    (path.len() <= 80).then(|| format!("{method} {path}"))
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    #[test]
    fn descriptions() {
        let rule = "missing-description";
        check(rule, "{\"request\": {}}\n^ warning This interaction has no description");
        check(
            rule,
            "{\"request\": {}, \"description\": \" \"}\n                               ^^^ warning is blank",
        );
        check(
            rule,
            "{\"request\": {}, \"description\": 5}\n                               ^ warning is not a text",
        );
        check(rule, "{\"request\": {}, \"Description\": \"d\"}");
        check(rule, "{\"contents\": 1}\n^ warning This message has no description");
        let text = pact(r#"{"request": {"method": "get", "path": "/a"}}"#, "v3");
        assert!(fixed(rule, &text).contains(r#", "description": "GET /a"}"#));
    }
}
