//! Hovers and actions.

use serde_json::{Value, json};

use super::client::{TestClient, at};
use super::{TWICE, URI, codes, pushing};

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
    assert_eq!(client.call("textDocument/hover", at(URI, 2, 4)), Value::Null);
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
fn actions_are_edits_that_remove_the_finding() {
    let mut client = pushing();
    client.open(URI, TWICE);
    let pushed = client.pushed(URI);
    let range = pushed["diagnostics"][0]["range"].clone();
    // The client's own idea of the diagnostics does not matter.
    let ask = |client: &mut TestClient, context: Value| {
        let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
        client.call("textDocument/codeAction", params)
    };
    let quick = ask(&mut client, json!({ "diagnostics": [] }));
    let all = ask(&mut client, json!({ "diagnostics": [], "only": ["source.fixAll"] }));
    // What is offered depends on the rule; whatever it is, it is well formed and mends.
    for action in [quick, all].iter().filter_map(Value::as_array).flatten() {
        let edits = action["edit"]["changes"][URI].as_array().expect("edits");
        assert!(!edits.is_empty() && action["kind"].is_string(), "{action}");
    }
    client.finish();
    assert_eq!(codes(&pushed["diagnostics"]).len(), 1);
}
