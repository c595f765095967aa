//! Pacts that nobody opened are told of where the client wants it.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::TestClient;
use crate::lsp::convert::place::uri_of;

/// A pact with a method that is none, if `wrong`.
pub(super) fn pact(consumer: &str, wrong: bool) -> String {
    let method = if wrong { "7" } else { "\"GET\"" };
    format!(
        r#"{{"consumer": {{"name": "{consumer}"}}, "provider": {{"name": "api"}}, "interactions": [
  {{"description": "é", "request": {{"method": {method}, "path": "/"}}, "response": {{"status": 204}}}}
], "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
    )
}

pub(super) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it has one")).expect("folders");
    fs::write(path, text).expect("a file");
}

pub(super) fn uri(folder: &Path, name: &str) -> String {
    uri_of(&folder.join(name).to_string_lossy())
}

pub(super) fn start(folder: &Path, pulls: bool) -> TestClient {
    let mut text = json!({ "publishDiagnostics": { "relatedInformation": true } });
    if pulls {
        text["diagnostic"] = json!({});
    }
    let mut client = TestClient::connect();
    let answer = client.call(
        "initialize",
        json!({ "processId": null, "capabilities": { "textDocument": text },
            "initializationOptions": { "diagnosticMode": "workspace" },
            "workspaceFolders": [{ "uri": uri_of(&folder.to_string_lossy()), "name": "w" }] }),
    );
    if pulls {
        assert_eq!(answer["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"], json!(true));
    }
    client.notify("initialized", json!({}));
    settle(&mut client);
    client
}

/// Waits until files are read, and then tests, which are asked for when there is a pact.
pub(super) fn settle(client: &mut TestClient) {
    client.settle_disk();
    client.settle_disk();
}

pub(super) fn changed(client: &mut TestClient, uri: &str) {
    let changes = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changes);
    settle(client);
}

fn codes(params: &Value) -> Vec<&str> {
    let list = params["diagnostics"].as_array().or(params["items"].as_array()).expect("a list");
    list.iter().map(|it| it["code"].as_str().expect("a code")).collect()
}

fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(folder.path(), name, text));
    folder
}

#[test]
fn they_are_told_of_as_long_as_they_are_there() {
    let folder = folder(&[
        ("pacts/a é.json", pact("a", true)),
        ("pacts/b.json", pact("b", false)),
        ("lib/c.json", pact("c", true)),
        (".gitignore", "lib\n".to_owned()),
    ]);
    let here = folder.path();
    let a = uri(here, "pacts/a é.json");
    let mut client = start(here, false);
    let told = client.pushed(&a);
    assert_eq!((codes(&told), told.get("version")), (vec!["wrong-value-type"], None));

    // Opened and closed as it is, nothing is told twice, and nothing vanishes meanwhile.
    client.open(&a, &pact("a", true));
    settle(&mut client);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": a } }));
    settle(&mut client);
    // The editor's text wins until it is closed.
    client.open(&a, &pact("a", false));
    settle(&mut client);
    assert_eq!(codes(&client.pushed(&a)), [""; 0]);
    changed(&mut client, &a);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": a } }));
    settle(&mut client);
    assert_eq!(codes(&client.pushed(&a)), ["wrong-value-type"]);

    // Written anew with the same findings, nothing is told; a test that writes it is.
    write(here, "pacts/a é.json", &format!("{} ", pact("a", true)));
    changed(&mut client, &a);
    write(here, "t.py", "pact.upon_receiving('é')");
    changed(&mut client, &uri(here, "t.py"));
    let told = client.pushed(&a);
    assert_eq!(told["diagnostics"][0]["relatedInformation"][0]["location"]["uri"], json!(uri(here, "t.py")));

    // Configuration, and the file's end.
    write(here, "pactlens.toml", "rules.wrong-value-type = 'off'");
    changed(&mut client, &uri(here, "pactlens.toml"));
    assert_eq!(codes(&client.pushed(&a)), [""; 0]);
    fs::remove_file(here.join("pactlens.toml")).expect("it is there");
    changed(&mut client, &uri(here, "pactlens.toml"));
    assert_eq!(codes(&client.pushed(&a)), ["wrong-value-type"]);
    fs::remove_file(here.join("pacts/a é.json")).expect("it is there");
    changed(&mut client, &a);
    assert_eq!(codes(&client.pushed(&a)), [""; 0]);
    // What git ignores is not part of it, whoever tells of it.
    changed(&mut client, &uri(here, "lib/c.json"));
    client.finish();
}

#[test]
fn a_folder_that_leaves_takes_them_along() {
    let folder = folder(&[("a.json", pact("a", true))]);
    let mut client = start(folder.path(), false);
    let a = uri(folder.path(), "a.json");
    assert_eq!(codes(&client.pushed(&a)), ["wrong-value-type"]);
    let here = json!({ "uri": uri_of(&folder.path().to_string_lossy()), "name": "w" });
    let event = json!({ "event": { "added": [], "removed": [here] } });
    client.notify("workspace/didChangeWorkspaceFolders", event);
    settle(&mut client);
    assert_eq!(codes(&client.pushed(&a)), [""; 0]);
    client.finish();
}

/// The report of each document, by URI.
fn pull(client: &mut TestClient, previous: &[(&str, &str)]) -> Vec<Value> {
    let previous: Vec<Value> =
        previous.iter().map(|(uri, value)| json!({ "uri": uri, "value": value })).collect();
    let id = client.ask("workspace/diagnostic", json!({ "previousResultIds": previous }));
    settle(client);
    let mut answer = client.answer(id);
    answer["result"]["items"].as_array_mut().map(std::mem::take).expect("a list")
}

#[test]
fn a_client_that_asks_is_answered_when_there_is_news() {
    let folder = folder(&[("a.json", pact("a", true)), ("b.json", pact("b", false))]);
    let here = folder.path();
    let (a, b) = (uri(here, "a.json"), uri(here, "b.json"));
    let mut client = start(here, true);
    let found = pull(&mut client, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["uri"], &found[0]["kind"], codes(&found[0])),
        (&json!(a), &json!("full"), vec!["wrong-value-type"])
    );
    let id = found[0]["resultId"].as_str().expect("an id").to_owned();

    // Nothing is new: the answer comes when something is.
    let known = json!({ "previousResultIds": [{ "uri": a, "value": id }] });
    let waiting = client.ask("workspace/diagnostic", known);
    settle(&mut client);
    write(here, "b.json", &pact("b", true));
    changed(&mut client, &b);
    let answer = client.answer(waiting);
    let items = answer["result"]["items"].as_array().expect("a list");
    assert_eq!((&items[0]["kind"], &items[0]["resultId"]), (&json!("unchanged"), &json!(id)));
    assert_eq!((&items[1]["kind"], &items[1]["uri"]), (&json!("full"), &json!(b)));

    // One that is gone has nothing any more.
    fs::remove_file(here.join("a.json")).expect("it is there");
    changed(&mut client, &a);
    let other = items[1]["resultId"].as_str().expect("an id");
    let found = pull(&mut client, &[(&a, &id), (&b, other)]);
    assert_eq!(
        found.iter().map(|it| it["kind"].as_str().expect("a kind")).collect::<Vec<_>>(),
        ["unchanged", "full"]
    );
    assert_eq!(found[1], json!({ "kind": "full", "uri": a, "version": null, "items": [] }));
    client.finish();
}

#[test]
fn reading_shows_progress() {
    let folder = folder(&[("a.json", pact("a", false))]);
    let mut client = TestClient::connect();
    let here = json!([{ "uri": uri_of(&folder.path().to_string_lossy()), "name": "w" }]);
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    client.call(
        "initialize",
        json!({ "processId": null, "capabilities": capabilities, "workspaceFolders": here }),
    );
    client.notify("initialized", json!({}));
    let token = client.requested("window/workDoneProgress/create", Value::Null)["token"].clone();
    for kind in ["begin", "end"] {
        let shown = client.notified("$/progress");
        assert_eq!((&shown["token"], &shown["value"]["kind"]), (&token, &json!(kind)));
    }
    client.finish();
}
