//! Configuration in the editor: which file holds where, and what follows when it changes.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::TestClient;
use crate::lsp::convert::place::uri_of;

const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
  {"description": "a", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"a": 1},
    "headers": {"Content-Type": "application/json"},
    "matchingRules": {"body": {"$.a": {"matchers": [{"match": "intger"}]}}}}}
], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(dir.path(), name, text));
    dir
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().expect("it has one")).expect("folders");
    fs::write(path, text).expect("a file");
}

fn uri(dir: &Path, name: &str) -> String {
    uri_of(&dir.join(name).to_string_lossy())
}

fn start(folders: &[&Path], pulls: bool) -> TestClient {
    let mut capabilities =
        json!({ "textDocument": {}, "workspace": { "diagnostics": { "refreshSupport": true } } });
    if pulls {
        capabilities["textDocument"]["diagnostic"] = json!({});
    }
    let folders: Vec<Value> =
        folders.iter().map(|it| json!({ "uri": uri_of(&it.to_string_lossy()), "name": "w" })).collect();
    let mut client = TestClient::start_in(capabilities, json!(folders));
    client.settle_disk();
    client
}

/// Code and severity of each diagnostic, 1 for an error.
fn told(params: &Value) -> Vec<(String, u64)> {
    let list = params["diagnostics"].as_array().or(params["items"].as_array()).expect("a list");
    list.iter()
        .map(|it| (it["code"].as_str().expect("a code").to_owned(), it["severity"].as_u64().expect("one")))
        .collect()
}

fn unknown(severity: u64) -> Vec<(String, u64)> {
    vec![("unknown-matcher".to_owned(), severity)]
}

fn changed(client: &mut TestClient, uri: &str) {
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 2 }] }));
    client.settle_disk();
}

#[test]
fn each_root_has_its_own() {
    let one = folder(&[("pactlens.toml", "[rules]\nunknown-matcher = 'warning'")]);
    let two = folder(&[
        ("pactlens.toml", "extends = 'org.toml'"),
        ("org.toml", "[rules]\nunknown-matcher = 'info'"),
    ]);
    let three = folder(&[("sub/.pactlens.toml", "exclude = ['x.json']")]);
    let mut client = start(&[one.path(), two.path(), three.path()], false);
    let files = [
        (uri(one.path(), "a.json"), unknown(2)),
        (uri(two.path(), "deep/b.json"), unknown(3)),
        (uri(three.path(), "c.json"), unknown(1)),
        (uri(three.path(), "sub/d.json"), unknown(1)),
    ];
    for (uri, expected) in &files {
        client.open(uri, PACT);
        client.settle();
        assert_eq!(&told(&client.last_pushed(uri)), expected, "{uri}");
    }
    let excluded = uri(three.path(), "sub/x.json");
    client.open(&excluded, PACT);
    client.settle();

    // What changes is told, and nothing else is.
    write(two.path(), "org.toml", "[[overrides]]\nfile = 'deep'\nrules.all = 'off'");
    changed(&mut client, &uri(two.path(), "org.toml"));
    assert_eq!(told(&client.last_pushed(&files[1].0)), []);
    write(three.path(), "sub/.pactlens.toml", "exclude = ['d.json']");
    changed(&mut client, &uri(three.path(), "sub/.pactlens.toml"));
    assert_eq!(told(&client.last_pushed(&files[3].0)), []);
    assert_eq!(told(&client.last_pushed(&excluded)), unknown(1));
    // A nearer file comes, and goes.
    write(one.path(), "pactlens.toml", "# the same\n[rules]\nunknown-matcher = 'warning'");
    changed(&mut client, &uri(one.path(), "pactlens.toml"));
    fs::remove_file(one.path().join("pactlens.toml")).expect("it was there");
    changed(&mut client, &uri(one.path(), "pactlens.toml"));
    assert_eq!(told(&client.last_pushed(&files[0].0)), unknown(1));
    client.finish();
}

#[test]
fn mistakes_are_shown_in_the_file() {
    for pulls in [false, true] {
        let dir = folder(&[
            (
                "pactlens.toml",
                "extends = 'org.toml'\n[rules]\nunknown-matchr = 'off'\nunknown-matcher = 'info'",
            ),
            ("org.toml", "[[overrides]]\nuntil = 2001-01-01\nrules = {}"),
        ]);
        let mut client = start(&[dir.path()], pulls);
        let [config, org, pact] = ["pactlens.toml", "org.toml", "a.json"].map(|name| uri(dir.path(), name));
        let shown = client.last_pushed(&config);
        assert_eq!(told(&shown), [("config-invalid".to_owned(), 1)]);
        assert_eq!(shown["diagnostics"][0]["range"]["start"], json!({ "line": 2, "character": 0 }));
        assert!(
            shown["diagnostics"][0]["message"]
                .as_str()
                .expect("a text")
                .contains("did you mean 'unknown-matcher'?")
        );
        assert_eq!(told(&client.last_pushed(&org)), [("config-expired-override".to_owned(), 2)]);
        // What can be read of it holds.
        client.open(&pact, PACT);
        if pulls {
            let report = client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": pact } }));
            assert_eq!(told(&report), unknown(3));
        } else {
            assert_eq!(told(&client.pushed(&pact)), unknown(3));
        }

        write(dir.path(), "pactlens.toml", "[rules]\nunknown-matcher = 'off'");
        changed(&mut client, &config);
        assert_eq!(told(&client.last_pushed(&config)), []);
        assert_eq!(told(&client.last_pushed(&org)), [], "it is no part of it any more");
        if pulls {
            client.accept("workspace/diagnostic/refresh");
        } else {
            assert_eq!(told(&client.last_pushed(&pact)), []);
        }
        client.finish();
    }
}

#[test]
fn settings_of_the_editor_win() {
    let dir = folder(&[
        ("pactlens.toml", "[rules]\nunknown-matcher = 'info'"),
        ("other.toml", "rules.all = 'off'"),
    ]);
    let pact = uri(dir.path(), "a.json");
    let text = PACT.replace(r#""a", "request""#, &format!("\"{}\", \"request\"", "a".repeat(130)));
    let mut client = start(&[dir.path()], false);
    client.open(&pact, &text);
    assert_eq!(told(&client.pushed(&pact)), unknown(3));
    let mut wish = |settings: Value| {
        client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        client.settle_disk();
    };
    wish(json!({ "pactlens": { "configuration": "other.toml" } }));
    wish(Value::Null);
    assert_eq!(told(&client.last_pushed(&pact)), []);
    let strict = json!({ "pactlens": { "preset": "strict", "nonsense": 1 } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": strict }));
    client.settle_disk();
    let told = told(&client.last_pushed(&pact));
    assert!(told.len() > 1 && told.contains(&unknown(3)[0]), "{told:?}");
    client.finish();
}

#[test]
fn excluded_files_take_no_part_in_what_is_looked_at_together() {
    let rival = PACT.replace("\"intger\"", "\"type\"");
    let dir =
        folder(&[("pactlens.toml", ""), ("a/a.json", &rival.replace("\"path\": \"/\"", "\"path\": \"/1\""))]);
    let open = uri(dir.path(), "b.json");
    let mut client = start(&[dir.path()], false);
    client.open(&open, &rival);
    client.settle();
    let rivals = told(&client.last_pushed(&open));
    let config = uri(dir.path(), "pactlens.toml");
    write(dir.path(), "pactlens.toml", "exclude = ['a']");
    changed(&mut client, &config);
    assert_eq!(rivals, [("same-pair-conflicting-files".to_owned(), 2)]);
    assert_eq!(told(&client.last_pushed(&open)), []);
    client.finish();
}

#[test]
fn hints_are_in_the_language_that_is_configured() {
    let dir = folder(&[("pactlens.toml", "dsl = 'go'\n[consumers.web]\ndsl = 'kotlin'\n")]);
    let mut client = start(&[dir.path()], false);
    let uri = uri(dir.path(), "a.json");
    let mut hover = |text: &str| {
        client.open(&uri, text);
        client.settle();
        client.last_pushed(&uri);
        let shown = client.call("textDocument/hover", super::client::at(&uri, 3, 64));
        client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
        client.settle();
        client.last_pushed(&uri);
        shown["contents"]["value"].as_str().expect("a text").to_owned()
    };
    let (web, other) = (hover(PACT), hover(&PACT.replace("\"web\"", "\"other\"")));
    assert!(web.contains("integerType(\"a\", 1)"), "{web}");
    assert!(other.contains("matchers.Integer(1)"), "{other}");
    client.finish();
}
