//! Warnings that a reader was asked about: whether they are worth acting on.

use std::collections::BTreeMap;
use std::fs;

use pactlens::diagnostic::Severity;

use crate::common::{root, say, shared};
use crate::corpus::findings;

struct Judged {
    file: String,
    rule: String,
    pointer: String,
    yes: bool,
}

fn table() -> Vec<Judged> {
    let text = fs::read_to_string(root().join("tests/blind/verdicts.tsv")).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let [_, file, rule, pointer, verdict, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line:?} has six fields");
        };
        assert!(matches!(verdict, "yes" | "no") && !reason.is_empty(), "{line}");
        Judged { file: file.into(), rule: rule.into(), pointer: pointer.into(), yes: verdict == "yes" }
    })
    .collect()
}

#[test]
fn warnings_are_worth_acting_on() {
    let judged = table();
    assert!(judged.len() >= 100, "{} warnings were judged", judged.len());
    let Some(folder) = shared("corpus/pacts") else { return };
    let mut found: BTreeMap<&str, Vec<(&str, String, bool)>> = BTreeMap::new();
    for file in judged.iter().map(|it| it.file.as_str()) {
        found.entry(file).or_insert_with(|| {
            let text = String::from_utf8_lossy(&fs::read(folder.join(file)).unwrap()).into_owned();
            let found = findings(&text).into_iter();
            found.map(|it| (it.rule, it.pointer, it.severity == Severity::Warning)).collect()
        });
    }
    let is_told = |it: &Judged, as_warning: bool| {
        let mut here = found[it.file.as_str()].iter();
        here.any(|(rule, at, warning)| *rule == it.rule && *at == it.pointer && (*warning || !as_warning))
    };
    let told: Vec<&Judged> = judged.iter().filter(|it| is_told(it, true)).collect();
    let yes = told.iter().filter(|it| it.yes).count();
    say(&format!(
        "of {} warnings that were judged {} are still told, and {yes} of these are worth acting on",
        judged.len(),
        told.len()
    ));
    assert!(10 * yes >= 9 * told.len(), "nine of ten are worth acting on");
    // Nothing that the reader wanted to know goes untold, be it as a note.
    let unseen: Vec<&str> =
        judged.iter().filter(|it| it.yes && !is_told(it, false)).map(|it| it.file.as_str()).collect();
    assert!(unseen.is_empty(), "{unseen:#?}");
}
