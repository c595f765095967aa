//! The test that wrote an interaction, beside what is wrong with it.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::TestClient;
use crate::lsp::convert::place::uri_of;

/// The method is none, which is one finding in the interaction.
const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
  {"description": "é request", "request": {"method": 7, "path": "/"}, "response": {"status": 200}}
], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    fn uri(&self, name: &str) -> String {
        uri_of(&self.0.path().join(name).to_string_lossy())
    }

    fn start(&self, capabilities: Value) -> TestClient {
        let folder = uri_of(&self.0.path().to_string_lossy());
        TestClient::start_in(capabilities, json!([{ "uri": folder, "name": "w" }]))
    }
}

/// Waits until tests are read, which are asked for when there is a pact.
fn settle(client: &mut TestClient) {
    client.settle_disk();
    client.settle_disk();
}

fn changed(client: &mut TestClient, uri: &str) {
    let changes = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changes);
    client.settle_disk();
}

fn related(told: &Value) -> &Value {
    let list = told["diagnostics"].as_array().or(told["items"].as_array()).expect("a list");
    assert_eq!(list.len(), 1, "{list:?}");
    &list[0]["relatedInformation"]
}

#[test]
fn diagnostics_lead_to_the_test() {
    let folder = Folder::new(&[
        (".gitignore", "lib/\n"),
        ("test/a.ts", "// 1\n'😀'; pact.uponReceiving('é request');"),
        ("lib/a.js", "pact.uponReceiving('é request');"),
    ]);
    let pact = folder.uri("pacts/p.json");
    let mut client =
        folder.start(json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } }));
    client.open(&pact, PACT);
    settle(&mut client);
    let told = client.last_pushed(&pact);
    let range = json!({ "start": { "line": 1, "character": 25 }, "end": { "line": 1, "character": 36 } });
    let expected = |range: &Value| {
        json!([{
            "location": { "uri": folder.uri("test/a.ts"), "range": range },
            "message": "the test that wrote it",
        }])
    };
    assert_eq!(related(&told), &expected(&range));

    // The test moves, and what was compiled from it does not count.
    folder.write("test/a.ts", "\n\npact.uponReceiving('é request');");
    changed(&mut client, &folder.uri("test/a.ts"));
    changed(&mut client, &folder.uri("lib/a.js"));
    let told = client.last_pushed(&pact);
    let range = json!({ "start": { "line": 2, "character": 19 }, "end": { "line": 2, "character": 30 } });
    assert_eq!(related(&told), &expected(&range));

    // It is gone.
    fs::remove_file(folder.0.path().join("test/a.ts")).expect("it is there");
    changed(&mut client, &folder.uri("test/a.ts"));
    assert_eq!(related(&client.last_pushed(&pact)), &Value::Null);
    client.finish();
}

#[test]
fn a_client_that_asks_is_told_to_ask_again() {
    let folder = Folder::new(&[("pacts/p.json", PACT)]);
    let pact = folder.uri("pacts/p.json");
    let mut client = folder.start(json!({
        "textDocument": { "diagnostic": {}, "publishDiagnostics": { "relatedInformation": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    }));
    settle(&mut client);
    client.open(&pact, PACT);
    client.settle();
    folder.write("a.py", "pact.upon_receiving('é request')");
    changed(&mut client, &folder.uri("a.py"));
    client.accept("workspace/diagnostic/refresh");
    let told = client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": pact } }));
    assert_eq!(related(&told)[0]["location"]["uri"], json!(folder.uri("a.py")));
    client.finish();
}

#[test]
fn lenses_and_links_lead_to_the_test() {
    let folder =
        Folder::new(&[("test/a.py", "# é\npact.upon_receiving('é request')"), ("pacts/p.json", PACT)]);
    let pact = folder.uri("pacts/p.json");
    let text = PACT
        .replace(
            "\"request\": {\"method\": 7",
            "\"type\": \"Synchronous/HTTP\", \"comments\": {\"testname\": \"t\", \
        \"references\": {\"a\": {\"url\": \"https://example.com/a\"}}}, \"request\": {\"method\": \"GET\"",
        )
        .replace("3.0.0", "4.0");
    for (commands, shown) in [(json!(["pactlens.openTest"]), true), (json!([]), false)] {
        let mut client = TestClient::connect();
        let here = uri_of(&folder.0.path().to_string_lossy());
        let introduced = client.call(
            "initialize",
            json!({ "processId": null, "capabilities": { "workspace": { "codeLens": { "refreshSupport": true } } },
                "initializationOptions": { "commands": commands }, "workspaceFolders": [{ "uri": here, "name": "w" }] }),
        );
        assert_eq!(!introduced["capabilities"]["codeLensProvider"].is_null(), shown);
        client.notify("initialized", json!({}));
        settle(&mut client);
        client.open(&pact, &text);
        client.settle();
        let document = json!({ "textDocument": { "uri": pact } });
        let links = client.call("textDocument/documentLink", document.clone());
        let targets: Vec<&str> =
            links.as_array().expect("links").iter().filter_map(|it| it["target"].as_str()).collect();
        assert_eq!(targets, [format!("{}#L2", folder.uri("test/a.py")).as_str(), "https://example.com/a"]);
        if shown {
            let lenses = client.call("textDocument/codeLens", document);
            let range =
                json!({ "start": { "line": 1, "character": 2 }, "end": { "line": 1, "character": 2 } });
            let arguments = json!([folder.uri("test/a.py"), 1, 20]);
            let command = json!({ "title": "Go to test: test/a.py:2", "command": "pactlens.openTest", "arguments": arguments });
            assert_eq!(lenses, json!([{ "range": range, "command": command }]));
            folder.write("test/a.py", "pass");
            changed(&mut client, &folder.uri("test/a.py"));
            client.accept("workspace/codeLens/refresh");
            assert_eq!(
                client.call("textDocument/codeLens", json!({ "textDocument": { "uri": pact } })),
                Value::Null
            );
            folder.write("test/a.py", "# é\npact.upon_receiving('é request')");
        }
        client.last_pushed(&pact);
        client.finish();
    }
}

#[test]
fn a_description_leads_to_its_test() {
    let folder = Folder::new(&[("test/a.ts", "// 1\n'😀'; pact.uponReceiving('é request');")]);
    let pact = folder.uri("pacts/p.json");
    let mut client = folder.start(json!({}));
    client.open(&pact, PACT);
    settle(&mut client);
    client.last_pushed(&pact);
    let mut ask = |method: &str, character: u32| {
        client.call(
            method,
            json!({ "textDocument": { "uri": pact }, "position": { "line": 1, "character": character },
                    "context": { "includeDeclaration": true } }),
        )
    };
    let range = json!({ "start": { "line": 1, "character": 25 }, "end": { "line": 1, "character": 36 } });
    let test = json!([{ "uri": folder.uri("test/a.ts"), "range": range }]);
    // From its key as well.
    assert_eq!(ask("textDocument/definition", 5), test);
    assert_eq!(ask("textDocument/definition", 20), test);
    assert_eq!(ask("textDocument/references", 20), test);
    assert_eq!(ask("textDocument/definition", 40), Value::Null);
    client.finish();
}
