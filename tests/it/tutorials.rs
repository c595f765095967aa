//! The contracts of two public tutorials, and what a reader of them is told.

use pactlens::diagnostic::Severity;

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
