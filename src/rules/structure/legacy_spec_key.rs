use crate::diagnostic::{Applicability, Severity};
use crate::model::parse_version;
use crate::rules::structure::grammar::{as_jvm, shown};
use crate::rules::structure::missing_spec_version::difference;
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Cursor, Editor};

rule! {
    /// The version stands under `pactSpecificationVersion`, which only pact-jvm reads.
    ///
    /// Old libraries wrote the version as one flat text. pact-jvm still prefers it; the official
    /// core does not know it, so the two read one file as two versions.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecificationVersion": "2.0.0"}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecification": {"version": "2.0.0"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `determine_spec_version` in pact_models, pact.rs; `determineSpecVersion` in pact-jvm,
    /// PactReader.kt.
    "legacy-spec-key", "structure", Warning, Recommended, Library, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let (Some(root), detected) = (cx.spine, &cx.facts.detected) else { return };
    let Some(flat) = detected.flat.map(|id| root.at(id)) else { return };
    let Some(key) = flat.key().filter(|_| as_jvm(detected.version) != detected.jvm) else { return };
    let differs = difference(cx, root);
    let matters =
        differs.as_ref().map_or_else(String::new, |(what, _)| format!(", which takes {what} differently"));
    let message = format!(
        "Only pact-jvm reads 'pactSpecificationVersion', as {}; the official core ignores it and reads the file as {}{matters}",
        detected.jvm.name(),
        detected.version.name()
    );
    let report = out.report(key.span(), message);
    let report = match differs {
        Some((_, place)) => report.label_at(place, "read differently"),
        // Nothing in the file depends on the version.
        None => report.at_most(Severity::Info),
    };
    if let Some(nested) = detected.node {
        report
            .label(root.at(nested).span(), "the version that the official core reads")
            .help("remove one of the two, or make them equal");
        return;
    }
    let report =
        report.help(format!("write \"pactSpecification\": {{\"version\": {}}} in its place", shown(flat)));
    let known = flat.as_str().as_deref().and_then(parse_version);
    let free = flat.key().is_some() && root.get("metadata").is_some_and(|m| vacant(m));
    if let Some(version) = known.filter(|_| free) {
        let editor = Editor::new(root);
        report.fix(
            Applicability::Unsafe,
            format!(
                "Write it as 'pactSpecification'; the official core then reads the file as {}",
                version.name()
            ),
            vec![editor.rename(key, "pactSpecification"), editor.wrap(flat, "version", &[])],
        );
    }
}

/// Whether the nested key is not there in any form.
fn vacant(metadata: Cursor<'_>) -> bool {
    metadata.get("pactSpecification").is_none() && metadata.get("pact-specification").is_none()
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::check;

    #[test]
    fn only_where_the_tools_differ() {
        let with = |line: &str, marks: &str| {
            check("legacy-spec-key", &format!("{{\"interactions\": [], \"metadata\":\n{line}\n{marks}\n}}"));
        };
        let marks = r#" ^^^^^^^^^^^^^^^^^^^^^^^^^^ info as V2; the official core ignores it and reads the file as V3"#;
        with(r#"{"pactSpecificationVersion": "1.0.0"}"#, marks);
        with(r#"{"pactSpecificationVersion": "2.0.0", "pactSpecification": {"version": "3.0.0"}}"#, marks);
        with(r#"{"pactSpecificationVersion": "3.0.0"}"#, "");
        with(r#"{"pactSpecificationVersion": "2.0.0", "pactSpecification": {"version": "2.0.0"}}"#, "");
        with(r#"{"pactSpecificationVersion": "1.0.0", "pactSpecification": {"version": "1.0.0"}}"#, "");
        with(r#"{"pact-specification": {"version": "2.0.0"}}"#, "");
        assert_eq!(
            fixed(
                "legacy-spec-key",
                r#"{"interactions": [], "metadata": {"pactSpecificationVersion": "2.0.0"}}"#
            ),
            r#"{"interactions": [], "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#
        );
    }
}
