use crate::diagnostic::Applicability;
use crate::model::{Source, Version, parse_version};
use crate::rules::structure::grammar::{head, kind_name, shown};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Cursor, Editor};

rule! {
    /// The specification version is none that exists.
    ///
    /// The versions are 1.0.0, 1.1.0, 2.0.0, 3.0.0 and 4.0. On any other the official core logs a
    /// warning and reads on as something else than was meant; pact-jvm falls back to V2.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],
    ///  "metadata": {"pactSpecification": {"version": "5.0"}}}
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
    /// `determine_spec_version` in pact_models, pact.rs.
    "spec-version-invalid", "structure", Error, Minimal, Hand, Check::File(check)
}

const KNOWN: &str = "write 4.0, 3.0.0, 2.0.0, 1.1.0 or 1.0.0";

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(metadata) = cx.spine.and_then(|root| root.get("metadata")) else { return };
    let spec = ["pactSpecification", "pact-specification"].into_iter().find_map(|name| metadata.get(name));
    let Some(spec) = spec.filter(|spec| !spec.is_null()) else { return };
    if !spec.is_object() {
        // Under the other spelling there may be one that is read.
        if cx.facts.detected.source != Source::Declared {
            not_an_object(cx, spec, out);
        }
        return;
    }
    let Some(version) = spec.get("version") else { return };
    let text = version.to_text();
    match parse_version(&text) {
        None => {
            let falls = if cx.facts.has_messages {
                "the official core refuses its messages"
            } else {
                "the official core reads the file much like V3, pact-jvm as V2"
            };
            let message = format!("{} is no version of the specification: {falls}", shown(version));
            out.report(head(version), message).help(KNOWN);
        }
        Some(Version::V1) if !is_one(&text) => {
            let message =
                format!("{} is no version of the specification: it is read as 1.0.0", shown(version));
            out.report(head(version), message).help(KNOWN);
        }
        Some(_) => {}
    }
}

fn not_an_object(cx: &FileCx<'_>, spec: Cursor<'_>, out: &mut Sink<'_>) {
    let name = spec.key().map_or_else(String::new, |key| key.name().into_owned());
    let message = format!(
        "'{name}' is {}, not an object with a 'version': the official core finds none and reads the file as V3",
        kind_name(spec.kind())
    );
    let report = out.report(head(spec), message).help("write {\"version\": \"4.0\"}, with your version");
    let version = spec.as_str().as_deref().and_then(parse_version);
    if let (Some(version), Some(root)) = (version, cx.spine) {
        let as_core = version == cx.version();
        report.fix(
            if as_core { Applicability::Safe } else { Applicability::Unsafe },
            format!("Write the version where it is read; the file is then read as {}", version.name()),
            vec![Editor::new(root).set(spec, &format!("{{\"version\": {}}}", spec.raw()))],
        );
    }
}

/// Whether a version of major 1 is 1.0 in some spelling.
fn is_one(text: &str) -> bool {
    let mut parts = text.trim().trim_start_matches(['v', 'V']).split(['.', '-', '+']).skip(1);
    parts.next().is_none_or(|minor| minor.parse() == Ok(0))
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::check;

    #[test]
    fn versions() {
        let with = |line: &str, marks: &str| {
            check(
                "spec-version-invalid",
                &format!("{{\"interactions\": [], \"metadata\":\n{line}\n{marks}\n}}"),
            );
        };
        with(
            r#"{"pactSpecification": {"version": "5.0"}}"#,
            r#"                                  ^^^^^ error is no version"#,
        );
        with(
            r#"{"pactSpecification": {"version": "1.2"}}"#,
            r#"                                  ^^^^^ error read as 1.0.0"#,
        );
        with(
            r#"{"pactSpecification": {"version": null}}"#,
            r#"                                  ^^^^ error null is no version"#,
        );
        with(
            r#"{"pactSpecification": "3.0.0"}"#,
            r#"                      ^^^^^^^ error is a text, not an object"#,
        );
        for version in ["\"4.0\"", "\"v3\"", "4", "\"1.1\"", "\"1\"", "\"2.5\""] {
            with(&format!(r#"{{"pactSpecification": {{"version": {version}}}}}"#), "");
        }
        assert_eq!(
            fixed(
                "spec-version-invalid",
                r#"{"interactions": [], "metadata": {"pactSpecification": "4.0"}}"#
            ),
            r#"{"interactions": [], "metadata": {"pactSpecification": {"version": "4.0"}}}"#
        );
    }
}
