use crate::diagnostic::{Applicability, Place};
use crate::model::{Source, Version};
use crate::rules::structure::grammar::{is_pact, slip, stray_version};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Cursor, Editor, quote};
use crate::text::TextEdit;

rule! {
    /// The file does not name its version, and its content means different things in V2 and V3.
    ///
    /// Without a version the official core reads V3 and pact-jvm reads V2. That is harmless for
    /// plain requests and responses, but rules by category, encoded queries and messages are
    /// read differently, so the two tools verify different contracts.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "request": {"method": "GET", "path": "/", "query": "q=a%20b"},
    ///    "response": {"status": 200}}]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}]}
    /// ```
    ///
    /// ## References
    ///
    /// `determine_spec_version` in pact_models, pact.rs; `determineSpecVersion` in pact-jvm,
    /// PactReader.kt.
    "missing-spec-version", "structure", Warning, Recommended, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(root) = cx.spine.filter(|_| is_pact(cx.spine)) else { return };
    let detected = &cx.facts.detected;
    if detected.source != Source::Assumed || detected.jvm == detected.version || explained(cx, root) {
        return;
    }
    let (what, place) = match difference(cx, root) {
        Some(found) => found,
        None => return,
    };
    let message = format!(
        "The file names no specification version: the official core reads V3 and pact-jvm V2, which take {what} differently"
    );
    let report = out
        .report_at(cx.top(), message)
        .label_at(place, "V2 and V3 read this differently")
        .help("add \"metadata\": {\"pactSpecification\": {\"version\": \"3.0.0\"}}");
    if let Some(edit) = declare(root, Version::V3) {
        report.fix(
            Applicability::Safe,
            "Declare version 3.0.0, as which the official core reads the file",
            vec![edit],
        );
    }
}

/// Whether another finding says why there is no version.
fn explained(cx: &FileCx<'_>, root: Cursor<'_>) -> bool {
    let metadata = root.get("metadata");
    cx.facts.detected.flat.is_some()
        || stray_version(root).is_some()
        || slip(root, "metadata").is_some()
        || cx.interactions.iter().any(|it| it.misplaced_version.is_some() || it.v4_key.is_some())
        || metadata.is_some_and(|m| {
            let spec = m.get("pactSpecification").or_else(|| m.get("pact-specification"));
            // A version that is there, but in the wrong form or under a misspelt key.
            slip(m, "pactSpecification").is_some()
                || !m.is_object() && !m.is_null()
                || spec.is_some_and(|s| !s.is_object() && !s.is_null() || slip(s, "version").is_some())
        })
}

pub(super) fn difference(cx: &FileCx<'_>, root: Cursor<'_>) -> Option<(&'static str, Place)> {
    let messages = root.get("messages").filter(|m| !m.is_empty_container()).and_then(Cursor::key);
    if let Some(key) = messages {
        return Some(("a list of messages", cx.in_spine(key.span())));
    }
    cx.read().find_map(|(index, it)| {
        let (what, span) = it.version_matters?;
        Some((what, cx.in_interaction(index, span)))
    })
}

/// Adds this version where there is none to the top level of a file.
pub(crate) fn declare(root: Cursor<'_>, version: Version) -> Option<TextEdit> {
    let editor = Editor::new(root);
    let text = quote(version.full());
    let version = &format!("{{\"version\": {text}}}");
    let Some(metadata) = root.get("metadata") else {
        return Some(editor.insert(root, "metadata", &format!("{{\"pactSpecification\": {version}}}")));
    };
    if metadata.is_null() {
        return Some(editor.set(metadata, &format!("{{\"pactSpecification\": {version}}}")));
    }
    let spec = ["pactSpecification", "pact-specification"].into_iter().find_map(|name| metadata.get(name));
    match spec {
        None => Some(editor.insert(metadata, "pactSpecification", version)),
        Some(spec) if spec.is_object() => Some(editor.insert(spec, "version", &text)),
        Some(spec) if spec.is_null() => Some(editor.set(spec, version)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, findings};

    #[test]
    fn only_where_it_makes_a_difference() {
        let rule = "missing-spec-version";
        let with = |request: &str, rest: &str| {
            format!(
                r#"{{"interactions": [{{"description": "d", "request": {{"path": "/"{request}}}, "response": {{}}}}]{rest}}}"#
            )
        };
        let rules = r#", "matchingRules": {"path": {"matchers": [{"match": "type"}]}}"#;
        for (request, rest, count) in [
            (rules, "", 1),
            (r#", "matchingRules": {"$.path": {"match": "type"}}"#, "", 0),
            (r#", "query": {"a": ["1"]}"#, "", 1),
            (r#", "query": "a=1""#, "", 0),
            (r#", "query": "a=b+c""#, r#", "metadata": {}"#, 1),
            (rules, r#", "metadata": {"pactSpecification": {"version": "3.0.0"}}"#, 0),
            (rules, r#", "metadata": {"pactSpecificationVersion": "3.0.0"}"#, 0),
            (rules, r#", "metadata": {"pactspecification": {"version": "3.0.0"}}"#, 0),
            (rules, r#", "metadata": {"pactSpecification": "3.0.0"}"#, 0),
            (rules, r#", "pactSpecification": {"version": "3.0.0"}"#, 0),
        ] {
            let text = with(request, rest);
            assert_eq!(findings(rule, &text).len(), count, "{text}");
        }
        check(rule, "{\"messages\": [{}]}\n^ warning which take a list of messages differently");
        assert_eq!(
            fixed(rule, r#"{"messages": [{}], "metadata": {"a": 1}}"#),
            r#"{"messages": [{}], "metadata": {"a": 1, "pactSpecification": {"version": "3.0.0"}}}"#
        );
        assert_eq!(
            fixed(rule, r#"{"messages": [{}]}"#),
            r#"{"messages": [{}], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#
        );
    }
}
