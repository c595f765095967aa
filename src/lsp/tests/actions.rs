//! Actions beyond fixes.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::fs;

use serde_json::{Value, json};

use super::client::TestClient;
use super::requests::applied;
use crate::analysis::{Document, upgrade};
use crate::lsp::convert::place::uri_of;
use crate::lsp::pages::Pages;
use crate::model::Version;

/// What pact-js wrote; the body and the request are on lines of their own.
const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
  {"description": "one", "request": {"method": "POST", "path": "/", "headers": {"Content-Type": "application/json"},
   "body": {"count": 7}},
   "response": {"status": 200, "headers": {"Content-Type": "application/json"},
   "body": {"name": "Ann Lee"}}}
], "metadata": {"pactSpecification": {"version": "3.0.0"}, "pact-js": {"version": "13.0.0"}}}"#;

const AGAIN: &str = ", until the test writes it anew";

fn capabilities(resolves: bool) -> Value {
    let mut action = json!({ "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } });
    if resolves {
        action["resolveSupport"] = json!({ "properties": ["edit"] });
    }
    json!({
        "window": { "showDocument": { "support": true } },
        "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } },
        "textDocument": { "codeAction": action },
    })
}

struct Place {
    folder: tempfile::TempDir,
    client: TestClient,
    uri: String,
}

fn start(files: &[(&str, &str)], options: Value, resolves: bool, text: &str) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let uri = uri_of(&folder.path().join("p é/a.json").to_string_lossy());
    let mut client = TestClient::connect_with(Pages::new(Some(folder.path().join("pages"))));
    let here = uri_of(&folder.path().to_string_lossy());
    client.call(
        "initialize",
        json!({ "processId": null, "capabilities": capabilities(resolves), "initializationOptions": options,
            "workspaceFolders": [{ "uri": here, "name": "w" }] }),
    );
    client.notify("initialized", json!({}));
    client.settle_disk();
    client.open(&uri, text);
    client.pushed(&uri);
    Place { folder, client, uri }
}

impl Place {
    /// The actions at a place.
    fn at(&mut self, line: u32, character: u32, context: Value) -> Vec<Value> {
        let place = json!({ "line": line, "character": character });
        let mut context = context;
        context["diagnostics"] = json!([]);
        let params = json!({ "textDocument": { "uri": self.uri }, "range": { "start": place, "end": place },
            "context": context });
        self.client.call("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    }
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

#[test]
fn bodies_are_loosened_and_files_upgraded_when_asked() {
    let mut place = start(&[], Value::Null, false, PACT);
    let found = place.at(2, 15, json!({ "only": ["refactor"] }));
    assert_eq!(titles(&found), [format!("Loosen this body: accept any integer for 'count'{AGAIN}")]);
    assert_eq!(found[0]["kind"], json!("refactor.rewrite"));
    assert_eq!(found[0]["isPreferred"], Value::Null);
    let after = applied(PACT, &found[0]["edit"]["documentChanges"][0]["edits"]);
    assert!(after.contains("\"$.count\""), "{after}");
    // The quick fix of the response is the same change.
    assert!(place.at(4, 5, json!({ "only": ["refactor"] })).is_empty());
    assert_eq!(
        place.at(4, 5, json!({ "only": ["quickfix"] }))[0]["title"],
        json!(format!("Accept any text for 'name'{AGAIN}"))
    );
    // Inside the body there is none.
    assert_eq!(place.at(4, 20, json!({})).len(), 1);

    let found = place.at(5, 10, json!({ "only": ["refactor.rewrite"] }));
    let [action] = &found[..] else { panic!("{found:?}") };
    assert_eq!(action["title"], json!(format!("Upgrade this file from V3 to V4{AGAIN}")));
    let doc = Document::new(PACT);
    let wanted = upgrade(&doc, Version::V4).expect("it can be").edits;
    let wanted = crate::text::apply_edits(PACT, &wanted).expect("they fit");
    assert_eq!(applied(PACT, &action["edit"]["documentChanges"][0]["edits"]), wanted);
    // An editor that asks by itself is not offered what is about no finding.
    assert!(place.at(5, 10, json!({ "triggerKind": 2 })).is_empty());
    assert_eq!(place.at(5, 10, json!({ "triggerKind": 1 })).len(), 1);
    place.client.finish();
}

#[test]
fn the_upgrade_of_a_large_file_is_made_when_chosen() {
    let long = PACT.replace("Ann Lee", &"x".repeat(1 << 20));
    let mut place = start(&[], Value::Null, true, &long);
    let found = place.at(5, 10, json!({ "only": ["refactor"] }));
    assert_eq!((found.len(), &found[0]["edit"]), (1, &Value::Null));
    let whole = place.client.call("codeAction/resolve", found[0].clone());
    let edits = &whole["edit"]["documentChanges"][0];
    assert_eq!(edits["textDocument"]["version"], json!(1));
    assert!(applied(&long, &edits["edits"]).contains("\"4.0\""));
    // What cannot be upgraded any more says why.
    let change =
        json!({ "textDocument": { "uri": place.uri, "version": 2 }, "contentChanges": [{ "text": "{" }] });
    place.client.notify("textDocument/didChange", change);
    let id = place.client.ask("codeAction/resolve", found[0].clone());
    let error = &place.client.answer(id)["error"];
    assert!(error["message"].as_str().expect("a text").contains("not the JSON of a pact"), "{error}");
    place.client.settle();
    place.client.last_pushed(&place.uri);
    place.client.finish();
}

#[test]
fn hints_are_copied_and_rules_explained() {
    let options = json!({ "commands": ["pactlens.copyHint"] });
    let mut place = start(&[], options, false, PACT);
    let found = place.at(4, 5, json!({ "only": ["quickfix"] }));
    let copy = found.iter().find(|it| it["command"]["command"] == "pactlens.copyHint").expect("one");
    assert_eq!(copy["title"], json!("Copy for the test, with pact-js: name: like(\"Ann Lee\")"));
    assert_eq!(copy["command"]["arguments"], json!(["name: like(\"Ann Lee\")"]));
    assert_eq!(copy["diagnostics"][0]["code"], json!("exact-body-values"));
    let explain = found.iter().find(|it| it["command"]["command"] == "pactlens.explain").expect("one");
    assert_eq!(explain["title"], json!("Explain 'exact-body-values'"));
    let run = explain["command"].clone();
    place.client.call(
        "workspace/executeCommand",
        json!({ "command": run["command"], "arguments": run["arguments"] }),
    );
    let shown = place.client.requested("window/showDocument", json!({ "success": true }));
    let page = crate::lsp::convert::place::path_of(shown["uri"].as_str().expect("a URI"));
    assert!(fs::read_to_string(page).expect("a page").contains("exact-body-values"));
    for (command, arguments, why) in [
        ("pactlens.explain", json!(["no-such-rule"]), "There is no rule 'no-such-rule'"),
        ("pactlens.explain", json!([]), "is the name of a rule"),
        ("pactlens.explain", json!([7]), "is the name of a rule"),
        ("pactlens.sing", json!(["x"]), "There is no command 'pactlens.sing'"),
    ] {
        let params = json!({ "command": command, "arguments": arguments });
        let id = place.client.ask("workspace/executeCommand", params);
        let error = place.client.answer(id)["error"].take();
        assert_eq!(error["code"], -32602, "{error}");
        assert!(error["message"].as_str().is_some_and(|said| said.contains(why)), "{error}");
    }
    place.client.finish();

    let mut place = start(&[], Value::Null, false, PACT);
    let found = place.at(4, 5, json!({}));
    assert!(found.iter().all(|it| it["command"]["command"] != "pactlens.copyHint"), "{found:?}");
    place.client.finish();
}

#[test]
fn a_rule_is_ignored_by_the_configuration() {
    // Without a file one is made.
    let mut place = start(&[], Value::Null, false, PACT);
    let found = place.at(4, 5, json!({ "only": ["quickfix"] }));
    let title = "Ignore 'exact-body-values' in this file, in a new pactlens.toml";
    let action = found.iter().find(|it| it["title"] == title).expect("it is offered");
    let changes = &action["edit"]["documentChanges"];
    let config = place.folder.path().join("pactlens.toml");
    assert_eq!(changes[0]["kind"], json!("create"));
    assert_eq!(changes[0]["uri"], json!(uri_of(&config.to_string_lossy())));
    let text = applied("", &changes[1]["edits"]);
    assert_eq!(text, "[[overrides]]\nfile = \"p é/a.json\"\nrules.exact-body-values = \"off\"\n");
    fs::write(&config, text).expect("a file");
    let changed = json!({ "changes": [{ "uri": uri_of(&config.to_string_lossy()), "type": 1 }] });
    place.client.notify("workspace/didChangeWatchedFiles", changed);
    place.client.settle_disk();
    let told = place.client.last_pushed(&place.uri);
    assert!(
        told["diagnostics"].as_array().expect("a list").iter().all(|it| it["code"] != "exact-body-values")
    );
    place.client.finish();

    // Where there is one, it grows; one that could not be read afterwards is left alone.
    for (text, offered) in [("fail-on = \"error\"", true), ("overrides = []\n", false)] {
        let mut place = start(&[("pactlens.toml", text)], Value::Null, false, PACT);
        let found = place.at(4, 5, json!({ "only": ["quickfix"] }));
        let title = "Ignore 'exact-body-values' in this file, in pactlens.toml";
        let action = found.iter().find(|it| it["title"] == title);
        assert_eq!(action.is_some(), offered, "{:?}", titles(&found));
        if let Some(action) = action {
            let after = applied(text, &action["edit"]["documentChanges"][0]["edits"]);
            assert!(after.starts_with("fail-on = \"error\"\n\n[[overrides]]\n"), "{after}");
        }
        place.client.finish();
    }
}

#[test]
fn who_does_all_it_gets_for_the_whole_file_gets_one_fix_of_what_it_names() {
    let text = PACT.replace("\"Ann Lee\"", "7.5");
    let mut place = start(&[], Value::Null, false, &text);
    let lines = text.matches('\n').count();
    let last = text.rsplit('\n').next().map_or(0, str::len);
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": lines, "character": last } });
    let mut ask = |context: Value| {
        let params = json!({ "textDocument": { "uri": place.uri }, "range": whole, "context": context });
        place.client.call("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    };
    let all = ask(json!({ "diagnostics": [] }));
    assert!(all.iter().any(|it| it["kind"] == "refactor.rewrite") && all.len() > 2, "{:?}", titles(&all));
    let fix = all.iter().find(|it| it["edit"].is_object() && it["kind"] == "quickfix").expect("a fix");
    let named = fix["diagnostics"].clone();
    let found = ask(json!({ "diagnostics": named }));
    assert_eq!(titles(&found), titles(std::slice::from_ref(fix)));
    // One that shows a list, or says what it wants, gets all of it.
    assert!(ask(json!({ "diagnostics": named, "triggerKind": 1 })).len() > 2);
    assert!(ask(json!({ "diagnostics": named, "only": ["quickfix"] })).len() > 1);
    let elsewhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 1 } });
    assert_eq!(ask(json!({ "diagnostics": [{ "range": elsewhere, "message": "" }] })), [Value::Null; 0]);
    place.client.finish();
}
