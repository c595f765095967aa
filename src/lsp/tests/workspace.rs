//! Pacts that nobody opened, and what they have to do with those that are open.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::client::TestClient;
use crate::analysis::{AcrossOptions, Document, Member, across, summary_of};
use crate::config::Settings;
use crate::lsp::convert::place::uri_of;

fn pact(description: &str, path: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [
  {{"description": "{description}", "request": {{"method": "GET", "path": "{path}"}}, "response": {{"status": 200}}}}
], "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
    )
}

fn start(folder: &Path, capabilities: Value) -> TestClient {
    let uri = uri_of(&folder.to_string_lossy());
    TestClient::start_in(capabilities, json!([{ "uri": uri, "name": "w" }]))
}

fn pushing() -> Value {
    json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } })
}

/// Code, first related place, and message of each diagnostic.
fn told(params: &Value) -> Vec<(String, String, String)> {
    let list = params["diagnostics"].as_array().or(params["items"].as_array()).expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |d: &Value| {
        let related = &d["relatedInformation"][0]["location"]["uri"];
        (text(&d["code"]), text(related), text(&d["message"]))
    };
    list.iter().map(one).collect()
}

#[test]
fn rivals_on_disk_and_in_editors() {
    let folder = tempfile::tempdir().expect("a folder");
    let pacts = folder.path().join("build é/pacts");
    fs::create_dir_all(&pacts).expect("folders");
    fs::write(folder.path().join(".gitignore"), "build é/\n").expect("a file");
    fs::write(pacts.join("a.json"), pact("one", "/1")).expect("a file");
    fs::write(pacts.join("package.json"), "{\"consumer\": 1}").expect("a file");
    let uri = |name: &str| uri_of(&pacts.join(name).to_string_lossy());

    let mut client = start(folder.path(), pushing());
    client.settle_disk();
    client.open(&uri("b.json"), &pact("one", "/2"));
    client.settle();
    let mut last = client.last_pushed(&uri("b.json"));
    let found = told(&last);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "same-pair-conflicting-files");
    assert_eq!(found[0].1, uri("a.json"));

    // What the analysis of both files says, the editor shows.
    let texts = [pact("one", "/1"), pact("one", "/2")];
    let member = |(name, text): (&str, &String)| Member {
        name: pacts.join(name).to_string_lossy().into(),
        summary: summary_of(&Document::new(text.as_str())).into(),
    };
    let members: Vec<Member> = ["a.json", "b.json"].into_iter().zip(&texts).map(member).collect();
    let levels = Settings::default().resolve().expect("the defaults are valid");
    let expected =
        across(&members, &levels, AcrossOptions::default(), &|at| Some(Document::new(texts[at].as_str())));
    assert_eq!(expected.iter().map(|found| found.findings.len()).collect::<Vec<_>>(), [0, 1]);
    let finding = &expected[1].findings[0];
    assert_eq!(found[0].2, format!("{}\nhelp: {}", finding.message, finding.help.as_deref().unwrap_or("")));

    // The rival is opened and mended in its editor, which is what counts.
    client.open(&uri("a.json"), &pact("one", "/2"));
    client.settle();
    last = client.last_pushed(&uri("b.json"));
    assert_eq!(told(&last), []);
    assert_eq!(told(&client.last_pushed(&uri("a.json"))), []);
    // Closed unsaved, it is what it was.
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri("a.json") } }));
    client.settle_disk();
    last = client.last_pushed(&uri("b.json"));
    assert_eq!(told(&last).len(), 1);
    assert_eq!(told(&client.last_pushed(&uri("a.json"))), []);

    // A test run writes it anew.
    fs::write(pacts.join("a.json"), pact("another", "/1")).expect("a file");
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri("a.json"), "type": 2 }] }),
    );
    client.settle_disk();
    last = client.last_pushed(&uri("b.json"));
    assert_eq!(told(&last), []);
    client.finish();
}

#[test]
fn what_is_not_kept_of_a_file_is_read_again_for_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let with_body = |consumer: &str, value: u32| {
        pact("one", "/1")
            .replace("\"web\"", &format!("\"{consumer}\""))
            .replace("{\"status\": 200}", &format!("{{\"status\": 200, \"body\": {{\"a\": {value}}}}}"))
    };
    let path = |name: &str| folder.path().join(name);
    let uri = |name: &str| uri_of(&path(name).to_string_lossy());
    let rivals = |params: &Value| {
        told(params)
            .into_iter()
            .filter(|it| it.0 == "conflicting-expectations")
            .map(|it| it.1)
            .collect::<Vec<_>>()
    };
    fs::write(path("a.json"), with_body("app", 1)).expect("a file");
    let mut client = start(folder.path(), pushing());
    client.open(&uri("b.json"), &with_body("web", 1));
    client.settle_disk();
    assert_eq!(rivals(&client.last_pushed(&uri("b.json"))), [""; 0]);
    // All that is kept of the other file is as before, and so it is again.
    for (value, expected) in [(2, vec![uri("a.json")]), (1, vec![])] {
        fs::write(path("a.json"), with_body("app", value)).expect("a file");
        let changes = json!({ "changes": [{ "uri": uri("a.json"), "type": 2 }] });
        client.notify("workspace/didChangeWatchedFiles", changes);
        client.settle_disk();
        assert_eq!(rivals(&client.last_pushed(&uri("b.json"))), expected);
    }
    // A document that was opened and closed with other contents leaves nothing behind.
    client.open(&uri("a.json"), &with_body("app", 2));
    client.settle();
    assert_eq!(rivals(&client.last_pushed(&uri("b.json"))), [uri("a.json")]);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri("a.json") } }));
    client.settle_disk();
    assert_eq!(rivals(&client.last_pushed(&uri("b.json"))), [""; 0]);
    client.all_notified("textDocument/publishDiagnostics");
    client.finish();
}

#[test]
fn a_folder_that_leaves_takes_its_files_along() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.json"), pact("one", "/1")).expect("a file");
    let here = uri_of(&folder.path().to_string_lossy());
    let open = "file:///zzz/b.json";
    let capabilities = json!({
        "textDocument": { "diagnostic": {}, "publishDiagnostics": { "relatedInformation": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = start(folder.path(), capabilities);
    client.settle_disk();
    client.open(open, &pact("one", "/2"));
    let pull = |client: &mut TestClient| {
        told(&client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": open } })))
    };
    assert_eq!(pull(&mut client).len(), 1);
    client.accept("workspace/diagnostic/refresh");
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [], "removed": [{ "uri": here, "name": "w" }] } }),
    );
    assert_eq!(pull(&mut client), []);
    client.accept("workspace/diagnostic/refresh");
    client.finish();
}

#[test]
fn states_without_a_handler() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("pactlens.toml"), "[states]\nsources = [\"*.py\"]\n").expect("a file");
    let source = "STATE_HANDLERS = {\"a user exists\": make_user}\n";
    fs::write(folder.path().join("provider_states.py"), source).expect("a file");
    let uri = uri_of(&folder.path().join("a.json").to_string_lossy());
    let text = pact("one", "/1")
        .replace("\"request\"", "\"providerStates\": [{\"name\": \"a user exsts\"}], \"request\"");
    let mut client = start(folder.path(), pushing());
    client.settle_disk();
    client.open(&uri, &text);
    client.settle();
    let found = told(&client.last_pushed(&uri));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "provider-state-unhandled");
    assert!(found[0].2.contains("did you mean 'a user exists'"), "{}", found[0].2);

    fs::write(folder.path().join("pactlens.toml"), "[states]\nhandlers = [\"a user exsts\"]\n")
        .expect("a file");
    let changed = uri_of(&folder.path().join("pactlens.toml").to_string_lossy());
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": changed, "type": 2 }] }));
    client.settle_disk();
    assert_eq!(told(&client.last_pushed(&uri)), []);
    client.finish();
}
