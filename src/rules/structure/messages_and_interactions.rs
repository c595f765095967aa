use crate::diagnostic::Applicability;
use crate::model::{FileFacts, Source, Version};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Cursor, Editor};

rule! {
    /// A file before V4 has `messages` that it cannot have.
    ///
    /// A V3 file holds interactions over HTTP or messages. Where it has both keys, the official
    /// core reads the messages and drops the interactions without a word. V1 and V2 know no
    /// messages at all: the core refuses such a file.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"},
    ///  "interactions": [{"description": "a"}], "messages": [{"description": "b"}]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "messages": [{"description": "b"}]}
    /// ```
    ///
    /// ## References
    ///
    /// `load_pact_from_json` in pact_models, pact.rs; `Message::from_json`, message.rs.
    "messages-and-interactions", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some((root, messages)) = cx.spine.and_then(|root| Some((root, root.get("messages")?))) else {
        return;
    };
    let Some(key) = messages.key().filter(|_| messages.is_array() && cx.version() != Version::V4) else {
        return;
    };
    let filled = |list: &Cursor<'_>| list.is_array() && !list.is_empty_container();
    let interactions = root.get("interactions").filter(filled);
    let refused = !takes_messages(cx.facts) && filled(&messages);
    if refused {
        let message = format!(
            "Messages need specification 3.0.0, but this file is read as {}: the official core refuses it",
            version_name(cx.facts)
        );
        let report = out.report(key.span(), message);
        let version = cx.facts.detected.node.map(|id| root.at(id));
        let (Some(version), None) = (version, interactions) else {
            report.help("put the messages into a file of their own, of version 3.0.0");
            return;
        };
        report
            .label(version.span(), "this is the version")
            .help("set the version to 3.0.0; the core's own words are \"Messages require Pact Specification version 3\"")
            .fix(
                Applicability::Safe,
                "Set the specification version to 3.0.0",
                vec![Editor::new(root).set(version, "\"3.0.0\"")],
            );
    } else if let Some(lost) = interactions.and_then(Cursor::key) {
        out.report(
            lost.span(),
            "'interactions' is dropped without a word, because there is also a 'messages' key",
        )
        .label(key.span(), "this makes it a pact of messages")
        .help(if filled(&messages) {
            "split the file in two, one for each; or convert it to V4, where both are interactions"
        } else {
            "remove the empty 'messages'"
        });
    }
}

/// Only a file whose version is 3, stated or assumed, may have messages.
fn takes_messages(facts: &FileFacts) -> bool {
    facts.version() == Version::V3 && !matches!(facts.detected.source, Source::Unknown(_))
}

fn version_name(facts: &FileFacts) -> String {
    match &facts.detected.source {
        Source::Unknown(text) => {
            format!("version '{}', which is unknown", text.chars().take(20).collect::<String>())
        }
        _ => facts.version().name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::check;

    #[test]
    fn both_keys_or_too_old() {
        let rule = "messages-and-interactions";
        check(
            rule,
            r#"{"interactions": [{"description": "a"}], "messages": []}
 ^^^^^^^^^^^^^^ error 'interactions' is dropped"#,
        );
        check(rule, r#"{"interactions": [], "messages": [{"description": "a"}]}"#);
        check(
            rule,
            r#"{"messages": [{"description": "a"}], "metadata": {"pactSpecification": {"version": "2.0.0"}}}
 ^^^^^^^^^^ error this file is read as V2"#,
        );
        check(
            rule,
            r#"{"messages": [{"description": "a"}], "metadata": {"pactSpecification": {"version": "7"}}}
 ^^^^^^^^^^ error read as version '7', which is unknown"#,
        );
        check(
            rule,
            r#"{"messages": [{"description": "a"}], "metadata": {"pactSpecification": {"version": "4"}}}"#,
        );
        assert_eq!(
            fixed(rule, r#"{"messages": [{}], "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#),
            r#"{"messages": [{}], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#
        );
    }
}
