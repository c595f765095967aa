//! What an editor shows of a pact besides its findings.

#![allow(clippy::disallowed_methods, reason = "tests lay out files")]

use serde_json::{Value, json};

use super::client::{TestClient, at, changed};
use super::{URI, pushing};

const PACT: &str = "{\n  \"consumer\": {\"name\": \"a\"},\n  \"provider\": {\"name\": \"b\"},\n  \"interactions\": [\n    {\n      \"description\": \"d\",\n      \"providerStates\": [{\"name\": \"s\"}],\n      \"request\": {\"method\": \"GET\", \"path\": \"/1\"},\n      \"response\": {\"status\": 200, \"body\": {\"id\": 1, \"é😀\": \"x\"},\n        \"matchingRules\": {\"body\": {\"$.id\": {\"matchers\": [{\"match\": \"integer\"}]}}}}\n    }\n  ],\n  \"metadata\": {\"pactSpecification\": {\"version\": \"3.0.0\"}}\n}\n";

fn opened() -> TestClient {
    let mut client = pushing();
    client.open(URI, PACT);
    client.pushed(URI);
    client
}

fn document() -> Value {
    json!({ "textDocument": { "uri": URI } })
}

#[test]
fn the_outline_is_nested_where_the_client_can() {
    let mut client = opened();
    let flat = client.call("textDocument/documentSymbol", document());
    assert_eq!(flat[0]["name"], json!("GET /1 -> 200"));
    assert_eq!(flat[0]["location"]["range"]["start"], json!({ "line": 4, "character": 4 }));
    client.finish();

    let able = json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } });
    let mut client = TestClient::start(able);
    client.open(URI, PACT);
    client.pushed(URI);
    let nested = client.call("textDocument/documentSymbol", document());
    assert_eq!(nested[0]["detail"], json!("d, given s"));
    assert_eq!(nested[0]["children"].as_array().map(Vec::len), Some(3));
    client.finish();
}

#[test]
fn values_have_their_matchers_beside_them() {
    let mut client = opened();
    let range = json!({ "start": { "line": 8, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let params = json!({ "textDocument": { "uri": URI }, "range": range });
    let hints = client.call("textDocument/inlayHint", params);
    let shown: Vec<(&Value, &Value)> = hints
        .as_array()
        .expect("hints")
        .iter()
        .map(|hint| (&hint["label"], &hint["position"]["character"]))
        .collect();
    assert_eq!(shown, [(&json!("integer"), &json!(50)), (&json!("exact"), &json!(62))]);
    client.finish();
}

#[test]
fn a_rule_and_its_value_lead_to_each_other() {
    let mut client = opened();
    let places = client.call("textDocument/definition", at(URI, 9, 40));
    assert_eq!(places[0]["range"]["start"], json!({ "line": 8, "character": 49 }));
    let places = client.call("textDocument/definition", at(URI, 8, 49));
    assert_eq!(places[0]["range"]["start"], json!({ "line": 9, "character": 35 }));
    let marks = client.call("textDocument/documentHighlight", at(URI, 8, 49));
    assert_eq!(marks.as_array().map(Vec::len), Some(2));
    assert_eq!(client.call("textDocument/definition", at(URI, 0, 0)), Value::Null);
    let shown = client.call("textDocument/hover", at(URI, 8, 49));
    assert!(shown["contents"]["value"].as_str().is_some_and(|text| text.contains("**integer**")), "{shown}");
    client.finish();
}

#[test]
fn a_state_is_found_in_other_pacts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().canonicalize().expect("a path").join("other.json");
    std::fs::write(&path, PACT.replace("\"a\"", "\"c\"")).expect("the file is written");
    let root = format!("file://{}", path.parent().expect("a folder").display());
    let mut client = TestClient::start_in(json!({}), json!([{ "uri": root, "name": "w" }]));
    client.open(URI, PACT);
    client.settle_disk();
    client.last_pushed(URI);
    let params = json!({ "textDocument": { "uri": URI }, "position": { "line": 6, "character": 36 },
        "context": { "includeDeclaration": false } });
    let places = client.call("textDocument/references", params);
    assert_eq!(places.as_array().map(Vec::len), Some(1), "{places}");
    assert!(places[0]["uri"].as_str().is_some_and(|uri| uri.ends_with("/other.json")), "{places}");
    let offered = client.call("textDocument/completion", at(URI, 1, 26));
    let labels: Vec<&Value> = offered.as_array().expect("items").iter().map(|item| &item["label"]).collect();
    assert_eq!(labels, [&json!("a"), &json!("b"), &json!("c")]);
    client.finish();
}

#[test]
fn completion_suits_the_client() {
    let text = PACT.replace("\"$.id\": {\"matchers\": [{\"match\": \"integer\"}]}", "\"$\"");
    let mut client = pushing();
    client.open(URI, &text);
    client.pushed(URI);
    let offered = client.call("textDocument/completion", at(URI, 9, 37));
    let items = offered.as_array().expect("items");
    let item = items.iter().find(|item| item["label"] == json!("$.id")).expect("the path");
    assert_eq!(item["textEdit"]["newText"], json!("\"$.id\": {\"matchers\": [{\"match\": \"\"}]}"));
    assert_eq!(item["textEdit"]["range"]["start"], json!({ "line": 9, "character": 35 }));
    client.finish();
}

#[test]
fn a_completion_is_documented_when_somebody_looks() {
    let mut client = TestClient::start(json!({ "textDocument": { "completion": { "completionItem": {
        "documentationFormat": ["markdown"], "resolveSupport": { "properties": ["documentation"] } } } } }));
    let text = PACT.replace("\"$.id\": {\"matchers\": [{\"match\": \"integer\"}]}", "\"$\"");
    client.open(URI, &text);
    client.pushed(URI);
    let offered = client.call("textDocument/completion", at(URI, 9, 37));
    let item = offered.as_array().expect("items").iter().find(|item| item["label"] == "$.id");
    let item = item.expect("the path").clone();
    assert_eq!(item.get("documentation"), None);
    let resolved = client.call("completionItem/resolve", item.clone());
    let docs = json!({ "kind": "markdown", "value": "Picks one value of the response body: number" });
    assert_eq!(resolved["documentation"], docs);
    // Typing goes on behind the place; and what is offered no longer is only not documented.
    client.notify("textDocument/didChange", changed(URI, 2, 9, 37, 37, ".i"));
    assert_eq!(client.call("completionItem/resolve", item.clone())["documentation"], docs);
    for odd in [json!({}), json!({ "uri": 1 }), json!({ "uri": URI, "line": -1, "character": 0 })] {
        let mut item = item.clone();
        item["data"] = odd;
        assert_eq!(client.call("completionItem/resolve", item.clone()), item);
    }
    client.notify("textDocument/didChange", changed(URI, 3, 9, 0, 37, ""));
    assert_eq!(client.call("completionItem/resolve", item.clone()), item);
    client.settle();
    client.last_pushed(URI);
    client.finish();
}

#[test]
fn a_document_that_is_no_pact_has_nothing_to_show() {
    let mut client = pushing();
    client.open("file:///package.json", "{\"name\": {\n}}");
    for method in ["textDocument/documentSymbol", "textDocument/foldingRange"] {
        let params = json!({ "textDocument": { "uri": "file:///package.json" } });
        assert_eq!(client.call(method, params), Value::Null, "{method}");
    }
    for method in ["textDocument/completion", "textDocument/definition", "textDocument/hover"] {
        assert_eq!(client.call(method, at("file:///package.json", 0, 3)), Value::Null, "{method}");
    }
    client.finish();
}

#[test]
fn what_spans_lines_folds() {
    let mut client = opened();
    let folds = client.call("textDocument/foldingRange", document());
    let lines: Vec<(u64, u64)> = folds
        .as_array()
        .expect("folds")
        .iter()
        .map(|fold| (fold["startLine"].as_u64().expect("a line"), fold["endLine"].as_u64().expect("a line")))
        .collect();
    assert_eq!(lines, [(0, 13), (3, 11), (4, 10), (8, 9)]);
    client.finish();
}

#[test]
fn a_selection_grows() {
    let mut client = opened();
    let position = |line: u32, character: u32| json!({ "line": line, "character": character });
    let places = json!([position(6, 36), position(0, 0), position(99, 0)]);
    let params = json!({ "textDocument": { "uri": URI }, "positions": places });
    let found = client.call("textDocument/selectionRange", params);
    let found = found.as_array().expect("one for each place");
    assert_eq!(found.len(), 3, "{found:?}");
    let mut around = vec![&found[0]["range"]];
    let mut here = &found[0];
    while let Some(parent) = here.get("parent") {
        around.push(&parent["range"]);
        here = parent;
    }
    let line = |range: &Value| (range["start"]["line"].as_u64(), range["end"]["line"].as_u64());
    assert_eq!((line(around[0]), line(around[around.len() - 1])), ((Some(6), Some(6)), (Some(0), Some(14))));
    assert!(around.iter().any(|range| line(range) == (Some(4), Some(10))), "the interaction: {around:?}");
    client.finish();
}

#[test]
fn a_state_is_renamed_in_all_pacts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().canonicalize().expect("a path").join("other.json");
    std::fs::write(&path, PACT).expect("the file is written");
    let root = format!("file://{}", path.parent().expect("a folder").display());
    let mut client = TestClient::start_in(json!({}), json!([{ "uri": root, "name": "w" }]));
    client.open(URI, PACT);
    client.settle_disk();
    client.last_pushed(URI);
    let found = client.call("textDocument/prepareRename", at(URI, 6, 36));
    assert_eq!(found["placeholder"], json!("s"));
    let rename = |line: u32, character: u32| {
        json!({ "textDocument": { "uri": URI }, "position": { "line": line, "character": character },
            "newName": "no" })
    };
    let edit = client.call("textDocument/rename", rename(6, 36));
    let changes = edit["changes"].as_object().expect("changes");
    assert_eq!(changes.len(), 2, "{edit}");
    assert!(changes.values().all(|edits| edits[0]["newText"] == json!("\"no\"")), "{edit}");
    let edit = client.call("textDocument/rename", rename(8, 44));
    let edits = edit["changes"][URI].as_array().expect("edits");
    let texts: Vec<&Value> = edits.iter().map(|edit| &edit["newText"]).collect();
    assert_eq!(texts, [&json!("\"no\""), &json!(".no")]);
    let found = client.call("workspace/symbol", json!({ "query": "get" }));
    assert!(found.as_array().is_some_and(|found| !found.is_empty()), "{found}");
    client.finish();
}

#[test]
fn tokens_tell_ruled_values_from_exact_ones() {
    let mut client = opened();
    let tokens = client.call("textDocument/semanticTokens/full", document());
    assert_eq!(tokens["data"], json!([8, 49, 1, 0, 0, 0, 10, 3, 1, 0]));
    client.finish();
}
