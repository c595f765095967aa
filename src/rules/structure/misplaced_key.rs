use std::borrow::Cow;

use crate::diagnostic::{Applicability, Remedy, Severity};
use crate::model::{Version, looks_wrapped, parse_version};
use crate::rules::structure::grammar::{
    MAX_FINDINGS, Object, VERSION_KEYS, home, is_of_v4, is_void, objects, reading, stray_version,
};
use crate::rules::structure::missing_interaction_type::type_by_shape;
use crate::rules::structure::stray::{file_strays, strays};
use crate::rules::{Check, FileCx, InteractionCx, Report, Sink, rule};
use crate::syntax::{Cursor, Editor};
use crate::text::shorten;

rule! {
    /// A key stands in an object where nobody looks for it.
    ///
    /// Readers look for each key in one place. A specification version inside of an interaction,
    /// or `matchingRules` beside the response instead of in it, is ignored without a word.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200},
    ///  "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `determine_spec_version` in pact_models, pact.rs; `from_json` in request.rs, response.rs
    /// and v4/http_parts.rs.
    "misplaced-key", "structure", Error, Minimal, Hand, Check::Both(check, check_file)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    strayed(cx, out);
    let (mut told, mut version) = (0, false);
    for (object, node) in objects(cx) {
        for member in node.members() {
            let name = member.key.name();
            let Some(place) = home(cx, object, &name).filter(|_| !is_void(member.value)) else { continue };
            if VERSION_KEYS.contains(&&*name) {
                // The others are copies: one finding, and one move, is enough.
                if !std::mem::replace(&mut version, true) {
                    version_inside(cx, member.key, out);
                }
                continue;
            }
            if is_of_v4(cx) {
                continue;
            }
            let message = format!("'{name}' belongs in {place}; here it is ignored");
            let report = out.report(member.key.span(), message).help(format!("move it into {place}"));
            relocate(cx, object, member.key, place, report);
            told += 1;
            if told == MAX_FINDINGS {
                return;
            }
        }
    }
}

/// Parts of a pact in places where any key may stand.
fn strayed(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let mut last = 0..0;
    for (key, place) in strays(cx).take(MAX_FINDINGS) {
        // What an object that strayed holds has strayed with it.
        if !last.contains(&key.span().start) {
            last = key.span().start..key.value().map_or(key.span(), Cursor::span).end;
            tell(out.report(key.span(), stray_message(key, place)));
        }
    }
}

fn stray_message(key: Cursor<'_>, place: &str) -> String {
    format!(
        "'{}' looks like a part of the pact, but in {place} it is read as any other value",
        shorten(&key.name())
    )
}

fn tell(report: Report<'_>) {
    report
        .at_most(Severity::Warning)
        .help("move it to the request, response, message or interaction that it was meant for");
}

/// Moves the key where there is one place for it, and that place is there and has none.
fn relocate(cx: &InteractionCx<'_>, object: Object, key: Cursor<'_>, place: &str, report: Report<'_>) {
    let name = key.name();
    let target = match place {
        "'request'" => cx.root.get("request"),
        "'response'" => cx.root.get("response"),
        "the interaction around it" if object != Object::Contents => Some(cx.root),
        _ => None,
    };
    if let Some(target) = target.filter(|t| t.is_object() && t.get(&name).is_none()) {
        let title = format!("Move '{name}' into {place}, where it takes effect");
        report.fix(Applicability::Unsafe, title, cx.editor().relocate(key, target, &name));
    }
}

/// The version of the specification, inside of an interaction.
fn version_inside(cx: &InteractionCx<'_>, key: Cursor<'_>, out: &mut Sink<'_>) {
    let name = key.name();
    let wanted = key.value().and_then(wanted);
    let text = wanted.as_ref().map(|(text, _)| &**text);
    let wanted = wanted.as_ref().and_then(|(text, _)| parse_version(text));
    let read = reading(cx.facts);
    if wanted == Some(cx.version()) && !read.contains(' ') {
        out.report(
            key.span(),
            format!("'{name}' is ignored inside of an interaction; the metadata says the same"),
        )
        .help("remove it")
        .at_most(Severity::Warning)
        .fix(Applicability::Safe, format!("Remove '{name}'"), vec![cx.editor().remove(key)]);
        return;
    }
    let message = format!(
        "'{name}' belongs in the metadata of the file: here it is ignored, and the file is read as {read}"
    );
    let version = text.unwrap_or("4.0").chars().take(20).collect::<String>();
    let mut report = out.report(key.span(), message);
    if wanted == Some(Version::V4) && cx.version() != Version::V4 {
        report = needs_of_v4(cx, report).remedy(Remedy::MakeV4);
    }
    report = report.remedy(Remedy::Declare { meant: wanted == Some(cx.version()) });
    let more = if wanted == Some(Version::V4) { "; the marked places must change with it" } else { "" };
    report.help(format!(
        "move it to the top level as \"metadata\": {{\"pactSpecification\": {{\"version\": \"{version}\"}}}}{more}"
    ));
}

/// The version that the value under a version key names, and its node.
fn wanted(value: Cursor<'_>) -> Option<(Cow<'_, str>, Cursor<'_>)> {
    let node = if value.is_object() { value.get("version")? } else { value };
    (!node.is_container()).then(|| (node.to_text(), node))
}

/// Labels what the file would lack if it were read as V4, as its author meant it to be.
fn needs_of_v4<'r>(cx: &InteractionCx<'_>, mut report: Report<'r>) -> Report<'r> {
    if cx.it.type_node.is_none() {
        let start = cx.root.span().start;
        let at = cx.it.description.map_or(crate::text::Span::new(start, start + 1), |d| cx.node(d).span());
        let name = type_by_shape(cx.root).unwrap_or("Synchronous/HTTP");
        report = report.label(at, format!("version 4.0 wants \"type\": \"{name}\" in this interaction"));
    }
    for part in &cx.it.parts {
        let Some(value) = part.body.as_ref().map(|body| cx.node(body.node)) else { continue };
        let wrapped = value.is_null() || looks_wrapped(value);
        if let Some(key) = value.key().filter(|_| !wrapped) {
            report = report.label(key.span(), "version 4.0 wants this value under \"content\"");
        }
    }
    report
}

/// The same keys at the top level, beside the metadata.
fn check_file(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    for (key, place) in cx.spine.into_iter().flat_map(file_strays) {
        // A version is at home in the metadata, and told below at the top level.
        let version = VERSION_KEYS.contains(&&*key.name());
        if !version || matches!(place, "the consumer" | "the provider") {
            tell(out.report_at(cx.in_spine(key.span()), stray_message(key, place)));
        }
    }
    let Some((root, key)) = cx.spine.and_then(|root| Some((root, stray_version(root)?))) else { return };
    let Some(value) = key.value().filter(|value| !is_void(Some(*value))) else { return };
    let name = key.name();
    let message = format!(
        "'{name}' belongs in 'metadata': at the top level it is ignored, and the file is read as {}",
        reading(cx.facts)
    );
    let report = out.report(key.span(), message).help("move it into \"metadata\": {...}");
    let version = wanted(value).and_then(|(text, _)| parse_version(&text));
    if let (Some(version), true, None) = (version, value.is_object(), root.get("metadata")) {
        let editor = Editor::new(root);
        report.fix(
            Applicability::Unsafe,
            format!("Move it into 'metadata'; the file is then read as {}", version.name()),
            vec![editor.rename(key, "metadata"), editor.wrap(value, "pactSpecification", &[])],
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Document, RunOptions, analyse};
    use crate::config::Settings;
    use crate::rules::Preset;
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    /// A version inside of the interaction, rules by category, an inline body, a list of
    /// states: the shape that tutorials print as what a library generates.
    const MISPLACED: &str = r#"{
  "consumer": {"name": "shop-web"},
  "provider": {"name": "shop-service"},
  "interactions": [
    {
      "description": "a request for a known article",
      "providerStates": [{"name": "article 7 exists"}],
      "request": {"method": "GET", "path": "/articles/7"},
      "response": {
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "body": {"id": 7, "title": "Teapot", "contact": "ann@example.com", "sold": true},
        "matchingRules": {
          "body": {
            "$.id": {"matchers": [{"match": "integer"}]},
            "$.title": {"matchers": [{"match": "type"}]},
            "$.contact": {"matchers": [{"match": "regex", "regex": "^[^@]+@[^@]+\\.[^@]+$"}]},
            "$.sold": {"matchers": [{"match": "type"}]}
          }
        }
      },
      "pactSpecification": {"version": "4.0"}
    }
  ]
}
"#;

    #[test]
    fn a_version_in_the_interaction_is_one_error_and_nothing_else() {
        let levels = |preset| {
            Settings { preset: Some(preset), ..Settings::default() }.resolve().expect("presets resolve")
        };
        let analysis =
            analyse(&Document::new(MISPLACED), &levels(Preset::Recommended), RunOptions::default());
        let [found] = &analysis.findings[..] else { panic!("{:#?}", analysis.findings) };
        assert_eq!((found.rule, found.severity.name()), ("misplaced-key", "error"));
        assert_eq!(found.span.of(MISPLACED), "\"pactSpecification\"");
        assert!(found.message.ends_with("the file is read as V3 (pact-jvm: V2)"), "{}", found.message);
        let labels: Vec<_> = found.labels.iter().map(|l| (l.span.of(MISPLACED), &*l.text)).collect();
        assert_eq!(
            labels,
            [
                (
                    "\"a request for a known article\"",
                    "version 4.0 wants \"type\": \"Synchronous/HTTP\" in this interaction"
                ),
                ("\"body\"", "version 4.0 wants this value under \"content\""),
            ]
        );
    }

    #[test]
    fn a_version_that_says_what_the_metadata_says() {
        let rule = "misplaced-key";
        check(
            rule,
            "{\"description\": \"d\", \"pactSpecification\": {\"version\": \"3.0.0\"}}\n                     ^^^^^^^^^^^^^^^^^^^ warning the metadata says the same",
        );
        check(
            rule,
            "@v2\n{\"description\": \"d\", \"pactSpecification\": {\"version\": \"3.0.0\"}}\n                     ^^^^^^^^^^^^^^^^^^^ error the file is read as V2",
        );
        let text = pact(r#"{"description": "d", "pactSpecification": {"version": "3.0.0"}}"#, "v3");
        assert_eq!(fixed(rule, &text), pact(r#"{"description": "d"}"#, "v3"));
    }

    #[test]
    fn keys_in_the_wrong_object() {
        let rule = "misplaced-key";
        let with = |version: &str, line: &str, marks: &str| {
            check(rule, &format!("@{version}\n{{\"description\": \"d\",\n{line}\n{marks}\n}}"));
        };
        let v3 = |line: &str, marks: &str| with("v3", line, marks);
        v3(r#""request": {"status": 200}"#, r#"            ^^^^^^^^ error 'status' belongs in 'response'"#);
        v3(r#""response": {"query": "a=b"}"#, r#"             ^^^^^^^ error 'query' belongs in 'request'"#);
        v3(
            r#""response": {"description": "x"}"#,
            r#"             ^^^^^^^^^^^^^ error the interaction around it"#,
        );
        v3(
            r#""request": {}, "metadata": {"a": 1}"#,
            r#"               ^^^^^^^^^^ error the top level of the file"#,
        );
        v3(r#""request": {}, "metadata": null, "matchingRules": {}"#, "");
        v3(r#""contents": 1, "metadata": {"a": 1}, "matchingRules": {"body": {"$": {}}}"#, "");
        let v4 = |line: &str, marks: &str| with("v4", line, marks);
        v4(
            r#""type": "Synchronous/HTTP", "body": {"content": 1}"#,
            r#"                            ^^^^^^ error 'request' or 'response'"#,
        );
        v4(
            r#""type": "Asynchronous/Messages", "metadata": {"a": 1}, "matchingRules": {"body": {"$": {}}}"#,
            "",
        );
        let text =
            pact(r#"{"description": "d", "request": {"path": "/", "status": 201}, "response": {}}"#, "v3");
        let moved =
            pact(r#"{"description": "d", "request": {"path": "/"}, "response": {"status": 201}}"#, "v3");
        assert_eq!(fixed(rule, &text), moved);
    }

    #[test]
    fn parts_of_a_pact_in_places_of_free_keys() {
        let rule = "misplaced-key";
        check(
            rule,
            r#"
{"description": "d", "providerStates": [{"name": "s", "params": {"matchers": [{"match": "type"}]}}],
                                                                 ^^^^^^^^^^ warning the parameters of a state
 "request": {"path": "/", "headers": {"$.a": {"matchers": [{"match": "type"}]}}},
                                      ^^^^^ warning the headers
 "response": {"status": 200, "body": {"matchers": [1], "$ref": {"a": 1}, "generators": {"big": {}}, "x": [
   {"matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}]}}}
    ^^^^^^^^^^^^^^^ warning an example
"#,
        );
        check(
            rule,
            r#"
{"consumer": {"name": "a", "pactSpecification": {"version": "2.0.0"}}, "provider": {"name": "b", "providerState": "x"},
                           ^^^^^^^^^^^^^^^^^^^ warning the consumer
                                                                                                 ^^^^^^^^^^^^^^^ warning the provider
 "interactions": [], "metadata": {"pactSpecification": {"version": "3.0.0"}, "$.a": {"match": "type"}}}
                                                                             ^^^^^ warning the metadata
"#,
        );
    }

    #[test]
    fn a_version_at_the_top_level() {
        let rule = "misplaced-key";
        let text = r#"{"pactSpecification": {"version": "4.0"}, "interactions": []}"#;
        check(rule, &format!("{text}\n ^^^^^^^^^^^^^^^^^^^ error the file is read as V3 (pact-jvm: V2)"));
        assert_eq!(
            fixed(rule, text),
            r#"{"metadata": {"pactSpecification": {"version": "4.0"}}, "interactions": []}"#
        );
    }
}
