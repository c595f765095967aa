use crate::diagnostic::Applicability;
use crate::model::Version;
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::Editor;

rule! {
    /// A V4 file keeps its messages under `messages`, where nobody reads them.
    ///
    /// V4 has one list, `interactions`, for HTTP and messages alike. The official core ignores
    /// `messages` there, so none of them is ever verified.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [{"description": "b"}],
    ///  "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Asynchronous/Messages", "description": "b", "contents": {"content": "x", "contentType": "text/plain"}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Interactions"; `interactions_from_json` in pact_models,
    /// v4/interaction.rs.
    "messages-in-v4", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(root) = cx.spine.filter(|_| cx.version() == Version::V4) else { return };
    let messages = root.get("messages").filter(|m| !m.is_null() && !m.is_empty_container());
    let Some(key) = messages.and_then(|m| m.key()) else { return };
    let report = out
        .report(key.span(), "V4 ignores 'messages': none of them is read, and verification passes without them")
        .help("move each into 'interactions' with \"type\": \"Asynchronous/Messages\" and its contents under \"content\"");
    // The other way to mend it is open only where nothing needs V4.
    let version = cx.facts.detected.node.map(|id| root.at(id)).filter(|_| !cx.facts.has_interactions);
    if let Some(version) = version {
        report.fix(
            Applicability::Unsafe,
            "Declare the file as 3.0.0, so that its messages are checked",
            vec![Editor::new(root).set(version, "\"3.0.0\"")],
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::check;

    #[test]
    fn only_in_v4() {
        let rule = "messages-in-v4";
        let v4 = r#"{"messages": [{}], "metadata": {"pactSpecification": {"version": "4.0"}}}"#;
        check(rule, &format!("{v4}\n ^^^^^^^^^^ error V4 ignores 'messages'"));
        check(
            rule,
            r#"{"messages": [], "interactions": [], "metadata": {"pactSpecification": {"version": "4.0"}}}"#,
        );
        check(rule, r#"{"messages": [{}], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#);
        assert_eq!(fixed(rule, v4), v4.replace("4.0", "3.0.0"));
    }
}
