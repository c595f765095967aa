//! The contracts of two public tutorials, and what a reader of them is told.

use pactlens::analysis::{Document, RunOptions, Wanted, fix};
use pactlens::config::Settings;
use pactlens::diagnostic::{Applicability, Severity};
use pactlens::text::apply_edits;

use crate::common::shared;
use crate::corpus::findings;

/// The contract of the tutorial on pact-python and Flask, retyped with its keys and values
/// in its order: `pactSpecification` stands inside the interaction and there is no metadata.
const MISPLACED: &str = include_str!("../fixtures/tutorials/misplaced-version.json");

/// What the library of the other tutorial writes for its test: V2, one value under a rule.
const FORGOTTEN: &str = include_str!("../fixtures/tutorials/forgotten-value.json");

#[test]
fn the_misplaced_version_is_the_only_error() {
    let found = findings(MISPLACED);
    assert_eq!(found.len(), 1, "{found:#?}");
    let error = &found[0];
    assert_eq!((error.rule, error.severity), ("misplaced-key", Severity::Error));
    assert_eq!(error.span.of(MISPLACED), "\"pactSpecification\"");
    assert!(error.message.contains("V3") && error.message.contains("pact-jvm: V2"), "{}", error.message);
    assert!(error.labels.len() >= 2, "what 4.0 would need is shown: {:#?}", error.labels);
}

/// Either of the two causes can be mended alone, in the whole file at once.
#[test]
fn each_fix_of_the_misplaced_version_leaves_nothing_to_complain_of() {
    let found = findings(MISPLACED);
    let titles: Vec<&str> = found[0].fixes.iter().map(|fix| &*fix.title).collect();
    let [make, declare] = &found[0].fixes[..] else { panic!("{titles:?}") };
    assert_eq!(make.title, "Make the whole file V4");
    assert!(declare.title.starts_with("Declare the file as V3"), "{}", declare.title);
    for (fix, version) in [(make, "4.0"), (declare, "3.0.0")] {
        // Which of the two was meant only the author knows.
        assert_eq!(fix.applicability, Applicability::Unsafe);
        let after = apply_edits(MISPLACED, &fix.edits).unwrap();
        let left: Vec<_> = findings(&after).into_iter().map(|f| (f.rule, f.message)).collect();
        assert_eq!(left, [], "{after}");
        let json: serde_json::Value = serde_json::from_str(&after).unwrap();
        assert_eq!(json["metadata"]["pactSpecification"]["version"], version);
        assert!(json["interactions"][0].get("pactSpecification").is_none());
    }
}

/// One version in each of many interactions is mended once, and not once an interaction.
#[test]
fn the_whole_file_is_mended_once() {
    let mut json: serde_json::Value = serde_json::from_str(MISPLACED).unwrap();
    let one = json["interactions"][0].clone();
    for number in 1..40 {
        let mut other = one.clone();
        other["description"] = format!("request {number}").into();
        other["request"]["path"] = format!("/users/{number}").into();
        json["interactions"].as_array_mut().unwrap().push(other);
    }
    let text = serde_json::to_string_pretty(&json).unwrap();
    assert_eq!(findings(&text).iter().filter(|f| f.rule == "misplaced-key").count(), 40);
    let levels = Settings::default().resolve().unwrap();
    let fixed = fix(&Document::new(text), &levels, Wanted::All, RunOptions::default());
    let applied: Vec<_> = fixed.applied.iter().map(|it| (it.rule, it.count)).collect();
    assert_eq!((applied, fixed.settled), (vec![("misplaced-key", 1)], true));
    assert!(findings(&fixed.doc.text()).iter().all(|f| f.severity < Severity::Error));
}

/// Where the author wrote what the file is read as, saying so changes nothing.
#[test]
fn the_version_that_is_meant_is_declared_safely() {
    let text = MISPLACED.replace("\"4.0\"", "\"3.0.0\"");
    let found = findings(&text);
    let [fix] = &found[0].fixes[..] else { panic!("{found:#?}") };
    assert_eq!(fix.applicability, Applicability::Safe);
    assert!(findings(&apply_edits(&text, &fix.edits).unwrap()).is_empty());
}

#[test]
fn the_printed_contract_is_our_fixture() {
    let Some(folder) = shared("tutorials") else { return };
    let page = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        .find(|text| text.contains("The Generated Contract JSON"))
        .expect("the tutorial is there");
    let after = &page[page.find("The Generated Contract JSON").unwrap()..];
    let start = after.find("\n{\n").unwrap() + 1;
    let mut values = serde_json::Deserializer::from_str(&after[start..]).into_iter::<serde_json::Value>();
    let printed = values.next().unwrap().unwrap();
    let end = start + values.byte_offset();
    let ours: serde_json::Value = serde_json::from_str(MISPLACED).unwrap();
    assert_eq!(printed, ours);
    let found = findings(&after[start..end]);
    assert_eq!(found.iter().map(|f| f.rule).collect::<Vec<_>>(), ["misplaced-key"], "{found:#?}");
}

#[test]
fn the_forgotten_value_is_the_only_finding() {
    let found = findings(FORGOTTEN);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].pointer, "/interactions/0/response/body/name");
}
