use serde_json::{Value, json};

use super::uri;
use crate::diagnostic::{Applicability, Finding, FindingFix, Hint, Severity};
use crate::report::fixture::{ORDERS, Owned, finding, header_finding, order_finding, rendered};
use crate::report::{Format, Options, VERSION};
use crate::text::Span;

fn log(findings: Vec<Finding>) -> Value {
    let file = Owned::new(ORDERS, findings);
    let text = rendered(Format::Sarif, &[file.report()], &Options::default());
    serde_json::from_str(&text).expect("the log is JSON")
}

#[test]
fn a_result_has_its_rule_places_fixes_and_fingerprint() {
    let place = |start_line: u32, start_column: u32, end_column: u32| {
        json!({
            "artifactLocation": { "uri": "pacts/web-orders.json" },
            "region": {
                "startLine": start_line, "startColumn": start_column,
                "endLine": start_line, "endColumn": end_column,
            },
        })
    };
    let expected = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pactlens",
                "version": VERSION,
                "semanticVersion": VERSION,
                "rules": [{
                    "id": "exact-timestamp",
                    "name": "ExactTimestamp",
                    "shortDescription": { "text": "A time that no rule covers." },
                    "fullDescription": { "text": "The provider's clock moves on, the example does not." },
                    "help": {
                        "text": "A time that no rule covers.\n\nThe provider's clock moves on,\nthe example does not.\n\n## Invalid\n\n```json\n{}\n```",
                        "markdown": "A time that no rule covers.\n\nThe provider's clock moves on,\nthe example does not.\n\n## Invalid\n\n```json\n{}\n```",
                    },
                    "defaultConfiguration": { "level": "error" },
                    "properties": { "tags": ["over-specification"] },
                }],
            } },
            "columnKind": "unicodeCodePoints",
            "results": [{
                "ruleId": "exact-timestamp",
                "ruleIndex": 0,
                "level": "error",
                "message": {
                    "text": "The response body can never match twice. Cover `$.createdAt` by a type or datetime rule",
                },
                "locations": [{
                    "physicalLocation": place(6, 20, 42),
                    "logicalLocations": [
                        { "fullyQualifiedName": "/interactions/3/response/body/createdAt" },
                        { "fullyQualifiedName": "/interactions/3", "name": "a request to create an order" },
                    ],
                }],
                "relatedLocations": [
                    { "id": 1, "message": { "text": "compared by equality" }, "physicalLocation": place(6, 20, 42) },
                    { "id": 2, "message": { "text": "no rule here covers it" }, "physicalLocation": place(12, 15, 23) },
                ],
                "fixes": [{
                    "description": { "text": "Add a type rule for `$.createdAt`" },
                    "artifactChanges": [{
                        "artifactLocation": { "uri": "pacts/web-orders.json" },
                        "replacements": [{
                            "deletedRegion": { "startLine": 12, "startColumn": 16, "endLine": 12, "endColumn": 16 },
                            "insertedContent": { "text": " \"$.createdAt\": {}," },
                        }],
                    }],
                    "properties": { "applicability": "unsafe" },
                }],
                "partialFingerprints": { "pactlens/v1": "690ffc7d681196a2" },
            }],
        }],
    });
    assert_eq!(log(vec![order_finding()]), expected);
}

#[test]
fn a_finding_of_an_unknown_rule_has_no_rule_index() {
    let log = log(vec![header_finding(), order_finding()]);
    let results = &log["runs"][0]["results"];
    assert_eq!(results[0]["ruleIndex"], json!(0));
    assert_eq!(results[1]["ruleIndex"], Value::Null);
    assert_eq!(results[1]["ruleId"], json!("header-text"));
    // Wide characters are one column each.
    let region = json!({"startLine": 9, "startColumn": 14, "endLine": 9, "endColumn": 18});
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["region"], region);
}

#[test]
fn only_fixes_that_may_be_applied_are_written() {
    let fix = |applicability| FindingFix { title: "Do it".into(), applicability, edits: Vec::new() };
    let mut finding = header_finding();
    let display = FindingFix { applicability: Applicability::DisplayOnly, ..finding.fixes[0].clone() };
    finding.fixes = vec![finding.fixes[0].clone(), fix(Applicability::Safe), display].into();
    let log = log(vec![finding]);
    let fixes = log["runs"][0]["results"][0]["fixes"].as_array().expect("there are fixes");
    assert_eq!(fixes.len(), 1);
    assert_eq!(fixes[0]["properties"], json!({"applicability": "safe"}));
    // A deletion inserts nothing.
    assert_eq!(fixes[0]["artifactChanges"][0]["replacements"][0].as_object().map(|it| it.len()), Some(1));
}

#[test]
fn paths_become_uris() {
    for (path, expected) in [
        ("pacts/web-orders.json", "pacts/web-orders.json"),
        ("./a b/ü#1%.json", "a%20b/%C3%BC%231%25.json"),
        ("../c:d?.json", "../c%3Ad%3F.json"),
        ("/srv/pacts/a.json", "file:///srv/pacts/a.json"),
        ("C:/pacts/a.json", "file:///C:/pacts/a.json"),
        ("a\u{1}b\n.json", "a%01b%0A.json"),
        ("https://broker.example/p?a=b%20c#\u{1} é", "https://broker.example/p?a=b%20c#%01%20%C3%A9"),
        ("//host/share/a.json", "file://host/share/a.json"),
    ] {
        assert_eq!(uri(path), expected);
    }
}

/// The part of the official schema that concerns what is written here: names, types,
/// what is required, ranges, enumerations and unique items of log, run, tool
/// component, reporting descriptor, result, location, region, fix and message.
/// Unlike the official one it allows no further keys, so that a new key has to be
/// looked up before it is written. Not covered: formats (URI, URI reference).
pub(in crate::report) fn schema() -> Value {
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let text = json!({ "type": "string" });
    let one_up = json!({ "type": "integer", "minimum": 1 });
    let level = json!({ "enum": ["none", "note", "warning", "error"] });
    let message = object(&["text"], json!({ "text": text }));
    let unique = |items: &Value| json!({ "type": "array", "uniqueItems": true, "items": items });
    let artifact = object(&[], json!({ "uri": text }));
    let region = object(
        &[],
        json!({ "startLine": one_up, "startColumn": one_up, "endLine": one_up, "endColumn": one_up }),
    );
    let place = object(&["artifactLocation"], json!({ "artifactLocation": artifact, "region": region }));
    let logical = object(&[], json!({ "name": text, "fullyQualifiedName": text }));
    let location = object(
        &[],
        json!({
            "id": { "type": "integer", "minimum": -1 }, "message": message,
            "physicalLocation": place, "logicalLocations": unique(&logical),
        }),
    );
    let replacement = object(
        &["deletedRegion"],
        json!({ "deletedRegion": region, "insertedContent": object(&[], json!({ "text": text })) }),
    );
    let change = object(
        &["artifactLocation", "replacements"],
        json!({
            "artifactLocation": artifact,
            "replacements": { "type": "array", "minItems": 1, "items": replacement },
        }),
    );
    let changes = json!({ "type": "array", "minItems": 1, "uniqueItems": true, "items": change });
    let fix = object(
        &["artifactChanges"],
        json!({ "description": message, "artifactChanges": changes, "properties": { "type": "object" } }),
    );
    let result = object(
        &["message"],
        json!({
            "ruleId": text, "ruleIndex": { "type": "integer", "minimum": -1 }, "level": level,
            "message": message, "locations": { "type": "array", "items": location },
            "relatedLocations": unique(&location), "fixes": unique(&fix),
            "partialFingerprints": { "type": "object", "additionalProperties": text },
            "properties": { "type": "object" },
        }),
    );
    let rule = object(
        &["id"],
        json!({
            "id": text, "name": text, "shortDescription": message, "fullDescription": message,
            "help": object(&["text"], json!({ "text": text, "markdown": text })),
            "defaultConfiguration": object(&[], json!({ "level": level })),
            "properties": object(&[], json!({ "tags": unique(&text) })),
        }),
    );
    let semver = json!({ "type": "string", "pattern": r"^\d+\.\d+\.\d+" });
    let driver = object(
        &["name"],
        json!({ "name": text, "version": text, "semanticVersion": semver, "rules": unique(&rule) }),
    );
    let run = object(
        &["tool"],
        json!({
            "tool": object(&["driver"], json!({ "driver": driver })),
            "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
            "results": { "type": "array", "items": result },
        }),
    );
    object(
        &["version", "runs"],
        json!({ "$schema": text, "version": { "enum": ["2.1.0"] }, "runs": { "type": "array", "items": run } }),
    )
}

/// A finding with code for the test.
fn hinted() -> Finding {
    let hint = |code: &str| Hint { library: "pact-js", code: code.to_owned() };
    Finding { hints: vec![hint("a: like(1)"), hint("b: like(2)")], ..finding("Bare") }
}

#[test]
fn code_for_the_test_is_in_the_message_and_apart() {
    let result = &log(vec![hinted()])["runs"][0]["results"][0];
    assert_eq!(result["message"]["text"], "Bare. In the test, with pact-js: a: like(1)");
    let hints =
        json!([{"library": "pact-js", "code": "a: like(1)"}, {"library": "pact-js", "code": "b: like(2)"}]);
    assert_eq!(result["properties"], json!({ "hints": hints }));
}

#[test]
fn the_log_keeps_to_the_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    let of_interaction = Finding { pointer: "/interactions/3".into(), help: None, ..order_finding() };
    let bare = Finding { severity: Severity::Info, rule: "exact-id", ..finding("Bare") };
    let at_end = Finding { span: Span::at(ORDERS.len() as u32), ..finding("At the end") };
    let past_end = Finding { span: Span::new(9_000, 9_001), ..finding("Past the end") };
    for findings in [
        vec![],
        vec![hinted(), header_finding(), order_finding()],
        vec![of_interaction, bare, at_end, past_end],
    ] {
        let log = log(findings);
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}
