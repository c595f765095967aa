//! What an editor is told is what the analysis finds.

#![allow(clippy::disallowed_methods, reason = "the fixtures are read as they lie on disk")]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::TestClient;
use super::{URI, pact};
use crate::analysis::{AcrossOptions, Document, Member, RunOptions, across, analyse, summary_of};
use crate::config::Settings;
use crate::text::{Encoding, LineCol, LineIndex};

/// Texts that stand for what the fixtures may not have.
pub(super) const TEXTS: [&str; 5] = [
    super::TWICE,
    "{\r\n\"consumer\": {\"name\": \"a\"},\r\n\"provider\": {\"name\": \"😀\" \"x\": 1},\r\n\"interactions\": [{\"description\": \"é\", \"pending\": tru}]\r\n}",
    "{\"consumer\":{\"name\":\"a\"},\"provider\":{\"name\":\"b\"},\"interactions\":[{\"description\":\"😀\",\"requst\":{}},{\"description\":\"é\",\"request\":{},\"response\":{},\"zzz\":1}]}",
    "\u{feff}{\"consumer\": {\"name\": \"a\"},\r\"provider\": {\"name\": \"b\"},\r\"messages\": [{\"description\": \"x\", \"contents\": {\"a\": 1, \"a\": 2}}]}",
    "{\"consumer\": {\"name\": \"a\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": [{\"description\": \"never closed",
];

/// Every JSON file of the fixtures, and of a folder that may be named from outside.
pub(super) fn fixtures() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
    folders.extend(std::env::var_os("PACTLENS_MORE_FIXTURES").map(PathBuf::from));
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn editor_and_analysis_agree_on_every_fixture() {
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.push(pact(3));
    // More than an editor shows, of several severities.
    texts.push(pact(400).replace("\"path\"", "\"pth\"").replacen("\"GET\"", "7, \"x\": tru", 90));
    // What is not UTF-8 never reaches a server.
    texts.extend(fixtures().into_iter().filter_map(|path| std::fs::read_to_string(path).ok()));
    for (name, encoding) in
        [("utf-8", Encoding::Utf8), ("utf-16", Encoding::Utf16), ("utf-32", Encoding::Utf32)]
    {
        let mut client = TestClient::start(json!({
            "general": { "positionEncodings": [name] },
            "textDocument": { "diagnostic": {}, "publishDiagnostics": { "relatedInformation": true } },
        }));
        let mut findings = 0;
        for text in &texts {
            findings += compare(&mut client, text, encoding);
        }
        assert!(findings > 5, "{findings}");
        client.finish();
    }
}

fn compare(client: &mut TestClient, text: &str, encoding: Encoding) -> usize {
    client.open(URI, text);
    let report = client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": URI } }));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    let lines = LineIndex::new(text);
    let offset = |at: &Value| {
        let number = |name: &str| at[name].as_u64().expect("a number") as u32;
        lines.offset(text, LineCol { line: number("line"), col: number("character") }, encoding)
    };
    let span = |range: &Value| (offset(&range["start"]), offset(&range["end"]));
    let mut told: Vec<_> = report["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|item| item["code"] != "left-out")
        .map(|item| {
            let related = item["relatedInformation"].as_array().cloned().unwrap_or_default();
            let related: Vec<_> = related
                .iter()
                .map(|place| {
                    (span(&place["location"]["range"]), place["message"].as_str().map(str::to_owned))
                })
                .collect();
            let text = |name: &str| item[name].as_str().expect("a text").to_owned();
            (span(&item["range"]), item["severity"].as_u64(), text("code"), text("message"), related)
        })
        .collect();

    let doc = Document::new(text);
    let levels = Settings::default().resolve().expect("the defaults are valid");
    let mut found = analyse(&doc, &levels, RunOptions::default()).findings;
    let member = Member { name: "a.json".into(), summary: summary_of(&doc).into() };
    let alone = |_| Some(Document::new(text));
    found.extend(
        across(&[member], &levels, AcrossOptions { encoding, ..AcrossOptions::default() }, &alone)
            .into_iter()
            .flat_map(|found| found.findings),
    );
    let mut expected: Vec<_> = found
        .iter()
        .map(|finding| {
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
            let related: Vec<_> = finding
                .labels
                .iter()
                .map(|l| ((l.span.start, l.span.end), Some(l.text.to_string())))
                .collect();
            (
                (finding.span.start, finding.span.end),
                Some(3 - finding.severity as u64),
                finding.rule.to_owned(),
                format!("{}{help}", finding.message),
                related,
            )
        })
        .collect();
    if doc.pact_keys() == 0 {
        expected.clear();
    }
    if expected.len() > super::super::notes::MOST {
        assert_eq!(told.len(), super::super::notes::MOST);
        assert!(told.iter().all(|one| expected.contains(one)));
        // Nothing mild is shown while something worse is left out.
        let mut severities: Vec<_> = expected.iter().map(|one| one.1).collect();
        severities.sort();
        severities.truncate(told.len());
        let mut shown: Vec<_> = told.iter().map(|one| one.1).collect();
        shown.sort();
        assert_eq!(shown, severities);
        return told.len();
    }
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    told.len()
}
