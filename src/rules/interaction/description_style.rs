use crate::diagnostic::Applicability;
use crate::rules::{Check, InteractionCx, OptionKind, RuleOption, Sink, rule};
use crate::syntax::{Cursor, quote};

rule! {
    /// A description or a provider state is hard to read or to refer to.
    ///
    /// Both are names: they stand in reports, filters and state handlers, where blanks at either
    /// end and line breaks are not seen but count, and where a text of more than 120 characters
    /// is cut.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "a request for a user ", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "a request for a user", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `provider_states` and `description` in pact_verifier are compared as they are.
    "description-style", "interaction", Info, Strict, Test, Check::Interaction(check), [MAX_LENGTH]
}

static MAX_LENGTH: RuleOption = RuleOption {
    rule: "description-style",
    name: "max-length",
    kind: OptionKind::Number { default: 120, least: 1 },
    doc: "the most characters of a description or a provider state",
};

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    if let Some(node) = cx.it.description.map(|id| cx.node(id)) {
        name(cx, node, "description", out);
    }
    for node in cx.it.states.iter().filter_map(|state| state.name) {
        name(cx, cx.node(node), "provider state", out);
    }
}

fn name(cx: &InteractionCx<'_>, node: Cursor<'_>, what: &str, out: &mut Sink<'_>) {
    let Some(text) = node.as_str() else { return };
    let longest = cx.options.number(&MAX_LENGTH);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return;
    }
    if trimmed.len() != text.len() {
        out.report(
            node.span(),
            format!("This {what} begins or ends with a blank, which is not seen but counts when names are compared"),
        )
        .help("remove the blank")
        .fix(
            Applicability::Unsafe,
            "Remove the blanks: filters and state handlers must use the new name",
            vec![cx.editor().set(node, &quote(trimmed))],
        );
    } else if let Some(at) = text.find(['\n', '\r']) {
        out.report(
            node.span_within(at..at + 1),
            format!("A line break in a {what} is lost or in the way wherever it is shown"),
        )
        .help("write it on one line");
    } else if text.len() > longest && text.chars().count() > longest {
        out.report(
            node.span(),
            format!("This {what} has {} characters, more than reports show", text.chars().count()),
        )
        .help(format!("use at most {longest} characters; details belong into 'comments' or params"));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn states_too() {
        let long = "x".repeat(121);
        check(
            "description-style",
            &format!(
                r#"
{{"description": "a\nb", "providerStates": [{{"name": " s"}}, {{"name": "s"}}, {{"name":
                  ^^ info A line break
                                                    ^^^^ info This provider state begins
"{long}"
{} info 121 characters
}}], "request": {{}}, "response": {{}}}}
"#,
                "^".repeat(123)
            ),
        );
    }
}
