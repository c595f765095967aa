//! Hovers and actions.

use serde_json::{Value, json};

use super::client::{TestClient, at};
use super::{TWICE, URI, codes, pushing};
use crate::text::{Encoding, LineCol, LineIndex, Span, TextEdit, apply_edits};

#[test]
fn a_hover_on_a_finding_explains_its_rule() {
    let mut client = pushing();
    client.open(URI, TWICE);
    client.pushed(URI);
    let shown = client.call("textDocument/hover", at(URI, 1, 40));
    assert_eq!(shown["contents"]["kind"], json!("markdown"));
    let text = shown["contents"]["value"].as_str().expect("a text");
    assert!(text.starts_with("**json-duplicate-key** ") && text.contains("## Invalid"), "{text}");
    assert_eq!(shown["range"]["start"], json!({ "line": 1, "character": 38 }));
    let meaning = client.call("textDocument/hover", at(URI, 2, 4));
    assert!(
        meaning["contents"]["value"]
            .as_str()
            .is_some_and(|text| text.starts_with("The application that answers"))
    );
    assert_eq!(client.call("textDocument/hover", at(URI, 900, 4)), Value::Null);
    assert_eq!(client.call("textDocument/hover", at("file:///other.json", 0, 0)), Value::Null);
    client.finish();

    let mut client = TestClient::start(json!({}));
    client.open(URI, TWICE);
    client.pushed(URI);
    let shown = client.call("textDocument/hover", at(URI, 1, 40));
    assert_eq!(shown["contents"]["kind"], json!("plaintext"));
    client.finish();
}

#[test]
fn a_hover_says_what_to_write_in_the_test() {
    let text = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
{"description": "d", "request": {"path": "/"}, "response": {"body": {"name": "Ann"}}}
], "metadata": {"pactSpecification": {"version": "3.0.0"}, "pact-js": {"version": "13.0.0"}}}"#;
    let mut client = pushing();
    client.open(URI, text);
    client.pushed(URI);
    let shown = client.call("textDocument/hover", at(URI, 1, 62));
    let text = shown["contents"]["value"].as_str().expect("a text");
    let wanted = "In the test, with pact-js:\n\n```\nname: like(\"Ann\")\n```\n";
    assert!(text.starts_with("**exact-body-values** ") && text.contains(wanted), "{text}");
    client.finish();
}

const COMMAS: &str = "{\n  \"consumer\": {\"name\": \"é😀\",},\n  \"provider\": {\"name\": \"p\",},\n  \"interactions\": []\n}\n";

/// The text after the edits of an action, which are those of one document.
pub(super) fn applied(text: &str, edits: &Value) -> String {
    let lines = LineIndex::new(text);
    let offset = |at: &Value| {
        let number = |name: &str| at[name].as_u64().expect("a number") as u32;
        lines.offset(text, LineCol { line: number("line"), col: number("character") }, Encoding::Utf16)
    };
    let edit = |edit: &Value| {
        let range = &edit["range"];
        let span = Span::new(offset(&range["start"]), offset(&range["end"]));
        TextEdit::replace(span, edit["newText"].as_str().expect("a text"))
    };
    let edits: Vec<TextEdit> = edits.as_array().expect("edits").iter().map(edit).collect();
    apply_edits(text, &edits).expect("edits that fit")
}

pub(super) fn actions(client: &mut TestClient, line: u32, context: Value) -> Vec<Value> {
    let place = json!({ "line": line, "character": 28 });
    let range = json!({ "start": place, "end": place });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    client.call("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

#[test]
fn a_quick_fix_is_that_of_the_place_whatever_the_client_sends_along() {
    let mut client = pushing();
    client.open(URI, COMMAS);
    assert_eq!(codes(&client.pushed(URI)["diagnostics"]), ["json-syntax", "json-syntax"]);
    for context in [json!({ "diagnostics": [] }), json!({ "diagnostics": [], "only": ["quickfix"] })] {
        let found = actions(&mut client, 1, context);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["kind"], json!("quickfix"));
        assert_eq!(found[0]["isPreferred"], json!(true));
        assert_eq!(found[0]["diagnostics"][0]["code"], json!("json-syntax"));
        assert_eq!(found[0]["edit"].get("documentChanges"), None);
        let mended = applied(COMMAS, &found[0]["edit"]["changes"][URI]);
        assert_eq!(mended, COMMAS.replacen("\",}", "\"}", 1));
    }
    assert!(actions(&mut client, 0, json!({ "diagnostics": [] })).is_empty());
    assert!(actions(&mut client, 1, json!({ "diagnostics": [], "only": ["refactor"] })).is_empty());
    client.finish();
}

#[test]
fn all_safe_fixes_are_made_at_once_and_name_the_version_they_are_for() {
    let mut client = TestClient::start(json!({
        "workspace": { "workspaceEdit": { "documentChanges": true } },
        "textDocument": { "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } } },
    }));
    client.open(URI, COMMAS);
    client.pushed(URI);
    let found = actions(&mut client, 0, json!({ "diagnostics": [], "only": ["source.fixAll"] }));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["kind"], json!("source.fixAll.pactlens"));
    let document = &found[0]["edit"]["documentChanges"][0];
    assert_eq!(document["textDocument"], json!({ "uri": URI, "version": 1 }));
    assert_eq!(applied(COMMAS, &document["edits"]), COMMAS.replace("\",}", "\"}"));
    client.finish();
}
