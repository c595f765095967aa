//! What a project knows of already, an editor does not tell.

#![allow(clippy::disallowed_methods, reason = "the baseline lies on disk")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::client::TestClient;
use crate::config::{BASELINE_NAME, Baseline, Entry};
use crate::lsp::convert::place::uri_of;

const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
  {"type": "Synchronous/HTTP", "description": "one", "request": {"method": "GET", "path": "/"}, "response": {"status": 204, "boddy": 1}},
  {"type": "Synchronous/HTTP", "description": "two", "request": {"method": "GET", "path": "/2"}, "response": {"status": 204, "boddy": 1}}
], "metadata": {"pactSpecification": {"version": "4.0"}}}"#;

/// Names of the rules of diagnostics.
fn codes(diagnostics: &Value) -> Vec<&str> {
    diagnostics.as_array().expect("a list").iter().map(|it| it["code"].as_str().expect("a code")).collect()
}

/// A baseline that knows the misspelt body of these interactions.
fn baseline(descriptions: &[&str]) -> String {
    let entry = |description: &&str| Entry {
        rule: "unknown-key".to_owned(),
        consumer: Some("web".to_owned()),
        provider: Some("api".to_owned()),
        description: Some((*description).to_owned()),
        states: Vec::new(),
        path: "/response/boddy".to_owned(),
        value: "number".to_owned(),
        count: 1,
    };
    Baseline::new(descriptions.iter().map(entry)).to_text()
}

fn start(folder: &Path) -> TestClient {
    let capabilities = json!({ "textDocument": { "publishDiagnostics": {} } });
    let uri = uri_of(&folder.to_string_lossy());
    TestClient::start_in(capabilities, json!([{ "uri": uri, "name": "w" }]))
}

fn changed_on_disk(client: &mut TestClient, path: &Path) {
    let uri = uri_of(&path.to_string_lossy());
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 2 }] }));
    client.settle_disk();
}

#[test]
fn what_is_known_is_not_told_and_the_file_is_watched() {
    let folder = tempfile::tempdir().expect("a folder");
    let known = folder.path().join(BASELINE_NAME);
    fs::write(&known, baseline(&["one"])).expect("a file");
    let uri = uri_of(&folder.path().join("pacts/web-api.json").to_string_lossy());
    let mut client = start(folder.path());
    client.settle_disk();
    client.open(&uri, PACT);
    client.settle();
    let told = client.last_pushed(&uri);
    assert_eq!(codes(&told["diagnostics"]), ["unknown-key"]);
    assert_eq!(told["diagnostics"][0]["range"]["start"]["line"], 2);
    // All of it is known now, then what stands there is no baseline, then it is gone.
    fs::write(&known, baseline(&["one", "two"])).expect("a file");
    changed_on_disk(&mut client, &known);
    assert_eq!(codes(&client.last_pushed(&uri)["diagnostics"]), [""; 0]);
    fs::write(&known, "{}").expect("a file");
    changed_on_disk(&mut client, &known);
    assert_eq!(codes(&client.last_pushed(&uri)["diagnostics"]), ["unknown-key"; 2]);
    fs::write(&known, baseline(&["two"])).expect("a file");
    changed_on_disk(&mut client, &known);
    assert_eq!(codes(&client.last_pushed(&uri)["diagnostics"]), ["unknown-key"]);
    fs::remove_file(&known).expect("it is there");
    changed_on_disk(&mut client, &known);
    assert_eq!(codes(&client.last_pushed(&uri)["diagnostics"]), ["unknown-key"; 2]);
    client.finish();
}

#[test]
fn a_finding_can_be_suppressed_where_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let uri = uri_of(&folder.path().join("web-api.json").to_string_lossy());
    let capabilities = json!({ "textDocument": {
        "publishDiagnostics": {},
        "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } }
    } });
    let mut client = TestClient::start_in(capabilities, json!([]));
    client.open(&uri, PACT);
    client.settle();
    let told = client.last_pushed(&uri);
    let actions = client.call(
        "textDocument/codeAction",
        json!({ "textDocument": { "uri": uri }, "range": told["diagnostics"][0]["range"],
            "context": { "diagnostics": [] } }),
    );
    let title = |action: &&Value| action["title"] == "Ignore 'unknown-key' in this interaction";
    let actions = actions.as_array().expect("a list").clone();
    let action = actions.iter().find(title).expect("it is offered");
    let edit = &action["edit"]["changes"][&uri][0];
    assert_eq!(edit["newText"], r#", "comments": {"pactlens": {"ignore": ["unknown-key"]}}"#);
    assert_eq!(edit["range"]["start"]["line"], 1);
    client.finish();
}
