use crate::diagnostic::{Applicability, Severity};
use crate::model::Source;
use crate::rules::structure::grammar::as_jvm;
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Editor, Kind, quote};

rule! {
    /// The specification version is a number, which not every tool reads.
    ///
    /// The official core turns it into text. pact-jvm looks for a text, finds none, and reads the
    /// file as V2.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecification": {"version": 4}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `determine_spec_version` in pact_models, pact.rs; `determineSpecVersion` in pact-jvm,
    /// PactReader.kt.
    "spec-version-not-string", "structure", Warning, Recommended, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let detected = &cx.facts.detected;
    let (Some(root), Some(node), Source::Declared) = (cx.spine, detected.node, &detected.source) else {
        return;
    };
    let version = root.at(node);
    // Under the flat spelling pact-jvm finds another one, which is another rule's matter.
    if version.kind() != Kind::Number || detected.flat.is_some() {
        return;
    }
    let same = as_jvm(detected.version) == detected.jvm;
    let message = if same {
        "The version is a number, where tools look for a text".to_owned()
    } else {
        format!(
            "The version is a number: the official core reads the file as {}, but pact-jvm finds no text and reads {}",
            detected.version.name(),
            detected.jvm.name()
        )
    };
    let text = quote(detected.version.full());
    out.report(version.span(), message)
        .at_most(if same { Severity::Info } else { Severity::Warning })
        .help(format!("write {text}"))
        .fix(
            Applicability::Safe,
            format!("Write {text}, as which the official core reads it"),
            vec![Editor::new(root).set(version, &text)],
        );
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::check;

    #[test]
    fn numbers() {
        let with = |line: &str, marks: &str| {
            check(
                "spec-version-not-string",
                &format!("{{\"interactions\": [], \"metadata\":\n{line}\n{marks}\n}}"),
            );
        };
        with(
            r#"{"pactSpecification": {"version": 4}}"#,
            r#"                                  ^ warning as V4, but pact-jvm finds no text and reads V2"#,
        );
        with(
            r#"{"pactSpecification": {"version": 3.0}}"#,
            r#"                                  ^^^ warning as V3, but"#,
        );
        with(
            r#"{"pactSpecification": {"version": 2}}"#,
            r#"                                  ^ info is a number"#,
        );
        with(r#"{"pactSpecification": {"version": 7}}"#, "");
        with(r#"{"pactSpecification": {"version": "4"}}"#, "");
        with(r#"{"pactSpecification": {"version": 4}, "pactSpecificationVersion": "4.0"}"#, "");
        assert_eq!(
            fixed(
                "spec-version-not-string",
                r#"{"interactions": [], "metadata": {"pactSpecification": {"version": 3}}}"#
            ),
            r#"{"interactions": [], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#
        );
    }
}
