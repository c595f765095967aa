use crate::diagnostic::Remedy;
use crate::model::{Source, Version};
use crate::rules::structure::grammar::{reading, slip};
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// Interactions have keys of V4, but the file is read as an older version.
    ///
    /// `type`, `key`, `pending`, `comments`, `pluginConfiguration`, `transport` and
    /// `interactionMarkup` came with V4. In an older file they are ignored: a pending
    /// interaction fails the build, and a plugin is never asked.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "pending": true, "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "pending": true, "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Interactions"; `RequestResponseInteraction::from_json` in
    /// pact_models, sync_interaction.rs.
    "v4-fields-in-older-file", "structure", Warning, Recommended, Hand, Check::File(check)
}

// A rule of the file: with the version wrong, every interaction would say the same.
fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if cx.version() == Version::V4 || cx.interactions.iter().any(|it| it.misplaced_version.is_some()) {
        return;
    }
    // Where the version's own key is misspelt, that is what is said.
    if let Some(root) = cx.spine.filter(|_| cx.facts.detected.source == Source::Assumed) {
        let metadata = root.get("metadata");
        if slip(root, "metadata").or(metadata.and_then(|m| slip(m, "pactSpecification"))).is_some() {
            return;
        }
    }
    let mut found = cx.read().filter_map(|(index, it)| Some((index, it.v4_key?)));
    let Some((index, (key, span))) = found.next() else { return };
    let others = match found.count() {
        0 => String::new(),
        1 => "; one more interaction has such keys".to_owned(),
        n => format!("; {n} more interactions have such keys"),
    };
    let message = format!(
        "'{key}' needs specification 4.0, but the file is read as {}, so it is ignored{others}",
        reading(cx.facts)
    );
    let report = out.report_at(cx.in_interaction(index, span), message).remedy(Remedy::MakeV4);
    let spine = cx.spine.filter(|_| cx.facts.detected.source == Source::Declared);
    match spine.and_then(|root| Some(root.at(cx.facts.detected.node?))) {
        Some(version) => report
            .label_at(cx.in_spine(version.span()), "the version of the file")
            .help("set the version to 4.0 and give each interaction a 'type', or remove the key"),
        None => report.help(
            "if this is a V4 file, add \"metadata\": {\"pactSpecification\": {\"version\": \"4.0\"}}; else remove the key",
        ),
    };
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings};

    #[test]
    fn once_a_file() {
        let rule = "v4-fields-in-older-file";
        check(
            rule,
            "{\"description\": \"d\", \"request\": {}, \"transport\": \"http\"}\n                                    ^^^^^^^^^^^ warning 'transport' needs specification 4.0, but the file is read as V3, so",
        );
        check(rule, "{\"description\": \"d\", \"request\": {}, \"type\": null}");
        check(rule, "@v4\n{\"description\": \"d\", \"type\": \"Synchronous/HTTP\"}");
        let found =
            findings(rule, r#"{"interactions": [{"key": "a"}, {}, {"key": "b"}, {"pending": false}]}"#);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].message.contains("V3 (pact-jvm: V2), so it is ignored; 2 more interactions"),
            "{found:?}"
        );
        assert_eq!(
            findings(rule, r#"{"interactions": [{"key": "a", "pactSpecification": {"version": "4.0"}}]}"#),
            []
        );
    }
}
