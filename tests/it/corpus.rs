//! Real pacts, with what the official core makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pactlens::analysis::{Document, RunOptions, analyse};
use pactlens::config::Settings;
use pactlens::diagnostic::{Finding, Severity};
use pactlens::model::{Schemas, Version, lower, schema_violations};
use serde_json::Value;

use crate::common::{json_files, root, say, shared};

/// The reviewed table: file, the core's verdict on it, an error of ours as
/// `rule@pointer`, and why it is right where the core is content.
const TABLE: &str = "tests/it/corpus.tsv";

/// Mismatches that are no error of ours: how the file's name begins, and why.
const NOT_OURS: &[(&str, &str)] = &[
    ("pact-foundation__pact-php__generatorsConsumer-", GENERATED),
    ("pact-foundation__pact-php__formUrlEncodedConsumer-", GENERATED),
    ("pact-foundation__pact-php__messageConsumer-messageProvider~", GENERATED),
    ("pact-foundation__pact-jvm__Matching_Service_V3-Animal_Profile_Service_V3.json", GENERATED),
    ("pact-foundation__pact-php__xmlConsumer-xmlProvider", GENERATED),
];
const GENERATED: &str = "a generator replaces the value before anybody compares it";

/// Errors of ours on what a library wrote for a script: file, part of the pointer. The
/// script gave an example that its own rule refuses, or a key that is empty or holds a quote,
/// which no path can name; the official core reports the former and refuses the file for the latter.
const SCRIPTED: &[(&str, &str)] = &[
    ("py-v3-matchers-thing-service.json", "/interactions/25/"),
    ("py-v3-matchers-thing-service.json", "/interactions/32/"),
    ("py-v4-matchers-thing-service.json", "/interactions/6/"),
    ("py-v4-matchers-thing-service.json", "/interactions/12/"),
    ("js-v3-thing-service.json", "/interactions/6/"),
    ("js-v4-thing-service.json", "/interactions/10/"),
    ("py-v3-http-thing-service.json", "/matchingRules/body/$['"),
    ("py-v4-http-thing-service.json", "/matchingRules/body/$['"),
];

pub fn findings(text: &str) -> Vec<Finding> {
    let levels = Settings::default().resolve().unwrap();
    analyse(&Document::new(text), &levels, RunOptions::default()).findings
}

fn errors(path: &Path) -> Vec<Finding> {
    let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    findings(&text).into_iter().filter(|f| f.severity == Severity::Error).collect()
}

/// What the core says of each file of the corpus.
pub fn verdicts() -> Option<BTreeMap<String, Value>> {
    let lines = fs::read_to_string(shared("corpus/core-verdicts.jsonl")?).unwrap();
    let parse = |line: &str| {
        let verdict: Value = serde_json::from_str(line).unwrap();
        (verdict["file"].as_str().unwrap().to_owned(), verdict)
    };
    Some(lines.lines().map(parse).collect())
}

pub fn kind(verdict: &Value) -> &'static str {
    if verdict["load"] != "ok" {
        "load-error"
    } else if verdict["self_mismatches"].as_array().is_some_and(|m| !m.is_empty()) {
        "mismatch"
    } else {
        "clean"
    }
}

#[test]
fn errors_are_the_reviewed_ones() {
    let Some(verdicts) = verdicts() else { return };
    let folder = shared("corpus/pacts").unwrap();
    let mut rows = BTreeSet::new();
    for (file, verdict) in &verdicts {
        for error in errors(&folder.join(file)) {
            rows.insert(format!("{file}\t{}\t{}@{}", kind(verdict), error.rule, error.pointer));
        }
    }
    let table = fs::read_to_string(root().join(TABLE)).unwrap_or_default();
    let known: BTreeMap<&str, &str> =
        table.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.rsplit_once('\t')).collect();
    if std::env::var_os("UPDATE").is_some() {
        let mut text = String::from("# file\tverdict of the core\trule@pointer\twhy it is right\n");
        for row in &rows {
            let note = known.get(row.as_str()).copied().unwrap_or("");
            text.push_str(&format!("{row}\t{note}\n"));
        }
        fs::write(root().join(TABLE), text).unwrap();
        return;
    }
    let expected: BTreeSet<String> = known.keys().map(|row| (*row).to_owned()).collect();
    let new: Vec<_> = rows.difference(&expected).collect();
    let gone: Vec<_> = expected.difference(&rows).collect();
    assert!(new.is_empty() && gone.is_empty(), "UPDATE=1 rewrites {TABLE}\nnew {new:#?}\ngone {gone:#?}");
    for (row, note) in &known {
        assert!(
            !row.contains("\tclean\t") || !note.is_empty(),
            "{row}: an error on a clean file has a reason"
        );
    }
}

#[test]
fn every_mismatch_of_the_core_is_found_in_its_part() {
    let Some(verdicts) = verdicts() else { return };
    let folder = shared("corpus/pacts").unwrap();
    let (mut missed, mut used) = (Vec::new(), BTreeSet::new());
    for (file, verdict) in verdicts.iter().filter(|(_, v)| kind(v) == "mismatch") {
        let errors = errors(&folder.join(file));
        for mismatch in verdict["self_mismatches"].as_array().unwrap() {
            let index = mismatch["interaction"].as_u64().unwrap();
            let part = mismatch["part"].as_str().unwrap();
            let excused = NOT_OURS.iter().position(|(name, _)| file.starts_with(name));
            let inside = |pointer: &str| {
                let here = [format!("/interactions/{index}"), format!("/messages/{index}")];
                here.iter().any(|prefix| {
                    let Some(rest) = pointer.strip_prefix(prefix.as_str()) else { return false };
                    part == "message" || rest.starts_with(&format!("/{part}"))
                })
            };
            if errors.iter().any(|e| inside(&e.pointer)) {
                continue;
            }
            if let Some(excuse) = excused {
                used.insert(excuse);
            } else {
                missed.push(format!("{file} {index} {part}: {}", mismatch["why"]));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
    assert_eq!(used.len(), NOT_OURS.len(), "every exception is needed");
}

#[test]
fn every_load_error_of_the_core_is_found() {
    let Some(verdicts) = verdicts() else { return };
    let folder = shared("corpus/pacts").unwrap();
    for (file, verdict) in verdicts.iter().filter(|(_, v)| kind(v) == "load-error") {
        let detail = verdict["detail"].as_str().unwrap();
        let errors = errors(&folder.join(file));
        let on_cause = |e: &Finding| {
            if detail.contains("Messages require") {
                e.pointer == "/messages"
            } else {
                e.rule == "rule-path-invalid" && e.pointer.contains("/matchingRules/$.header.")
            }
        };
        assert!(errors.iter().any(on_cause), "{file}: {detail}: {errors:#?}");
    }
}

#[test]
fn broken_files_have_a_located_error_and_are_read_on() {
    let Some(folder) = shared("corpus/broken") else { return };
    for path in json_files(&folder) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let found = findings(&text);
        let located =
            found.iter().any(|f| f.severity == Severity::Error && (f.span.start as usize) < text.len());
        assert!(located, "{}: {found:#?}", path.display());
        let doc = Document::new(text.clone());
        assert!(doc.pact_keys() >= 2, "{}: it is still known as a pact", path.display());
        // What is after the error is read: as many interactions as descriptions.
        let requests = text.matches("\"request\"").count();
        assert!(doc.chunk_count() >= requests, "{}: {} of {requests}", path.display(), doc.chunk_count());
    }
}

#[test]
fn what_the_libraries_write_has_no_error() {
    let made = shared("pacts-made").map(|folder| json_files(&folder)).unwrap_or_default();
    let ok = shared("ux-inputs").map(|folder| json_files(&folder)).unwrap_or_default();
    let ok = ok.into_iter().filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("ok")));
    for path in made.into_iter().chain(ok) {
        let name = path.file_name().unwrap().to_string_lossy();
        let mut errors = errors(&path);
        errors.retain(|e| !SCRIPTED.iter().any(|(file, place)| *file == name && e.pointer.contains(place)));
        assert_eq!(errors, [], "{}", path.display());
    }
}

#[test]
fn the_published_examples_agree_with_our_schemas() {
    let Some(folder) = shared("corpus/conformance/pact-schemas/examples") else { return };
    let exceptions = fs::read_to_string(root().join("tests/it/schema_fail_exceptions.tsv")).unwrap();
    let exceptions: BTreeMap<&str, &str> = exceptions.lines().filter_map(|l| l.split_once('\t')).collect();
    let versions = [("v1", Version::V1), ("v2", Version::V2), ("v3", Version::V3), ("v4", Version::V4)];
    let (mut passed, mut rejected, mut excused) = (0, 0, 0);
    for (name, version) in versions {
        for case in ["pass", "fail"] {
            for path in json_files(&folder.join(name).join(case)) {
                let text = fs::read_to_string(&path).unwrap();
                let violations = violations(&text, version);
                let file = format!("{name}/{case}/{}", path.file_name().unwrap().to_string_lossy());
                match (case, violations.is_empty()) {
                    ("pass", true) => passed += 1,
                    ("pass", false) => panic!("{file}: {violations:#?}"),
                    (_, false) => rejected += 1,
                    (_, true) => {
                        assert!(exceptions.contains_key(file.as_str()), "{file} is not rejected");
                        excused += 1;
                    }
                }
            }
        }
    }
    say(&format!("published examples: {passed} pass, {rejected} rejected, {excused} excused"));
    assert!(passed > 100 && rejected > 80);
}

fn violations(text: &str, version: Version) -> Vec<String> {
    let doc = Document::new(text);
    let schemas = Schemas::of(version);
    let mut out: Vec<String> = Vec::new();
    if let Some(root) = doc.spine_root() {
        out.extend(schemas.spine_violations(root).into_iter().map(|v| v.message));
    }
    for index in 0..doc.chunk_count() {
        let (chunk, _) = doc.chunk(index).unwrap();
        let root = chunk.root().unwrap();
        let it = lower(root, doc.position(index).0, version);
        out.extend(schema_violations(schemas, root, &it).into_iter().map(|v| v.message));
    }
    out
}
