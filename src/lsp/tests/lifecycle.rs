//! How a connection begins and ends.

use serde_json::{Value, json};

use super::client::{TestClient, at, notification};
use super::{TWICE, URI, codes, pushing, twice};
use crate::lsp::Ended;

fn introduce(capabilities: Value) -> (TestClient, Value) {
    let mut client = TestClient::connect();
    let answer = client.call("initialize", json!({ "processId": 1, "capabilities": capabilities }));
    client.notify("initialized", json!({}));
    (client, answer)
}

#[test]
fn the_server_says_what_it_is_and_can_do() {
    let (client, answer) = introduce(json!({}));
    client.finish();
    let capabilities = &answer["capabilities"];
    assert_eq!(answer["serverInfo"], json!({ "name": "pactlens", "version": env!("CARGO_PKG_VERSION") }));
    let mut sync = json!({ "openClose": true, "change": 2 });
    if cfg!(feature = "runner") {
        // A mock server serves what was saved last.
        sync["save"] = json!(true);
    }
    assert_eq!(capabilities["textDocumentSync"], sync);
    assert_eq!(capabilities["hoverProvider"], json!(true));
    // To a client that cannot use them, nothing is offered.
    assert_eq!(capabilities.get("diagnosticProvider"), None);
    assert_eq!(capabilities.get("codeActionProvider"), None);

    let (client, answer) = introduce(json!({ "textDocument": {
        "diagnostic": {},
        "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } },
    }}));
    client.finish();
    let provider = &answer["capabilities"]["diagnosticProvider"];
    assert_eq!(provider["interFileDependencies"], json!(true));
    assert_eq!(provider["workspaceDiagnostics"], json!(false));
    let kinds = &answer["capabilities"]["codeActionProvider"]["codeActionKinds"];
    assert_eq!(kinds, &json!(["quickfix", "source.fixAll.pactlens", "refactor.rewrite"]));
}

#[test]
fn engines_of_regular_expressions_are_an_option() {
    let text = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{"description": "d",
        "request": {"method": "GET", "path": "/a", "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "(?i)/a"}]}}},
        "response": {"status": 200}}], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;
    for (options, expected) in [
        (Value::Null, None),
        (json!({ "regexTargets": ["rust", "jvm", "nonsense", 1] }), None),
        (json!({ "regexTargets": ["JS"] }), Some("regex-not-portable")),
    ] {
        let mut client = TestClient::connect();
        let introduction = json!({ "processId": 1, "capabilities": {}, "initializationOptions": options });
        client.call("initialize", introduction);
        client.notify("initialized", json!({}));
        client.open(URI, text);
        let pushed = client.pushed(URI);
        assert_eq!(pushed["diagnostics"][0]["code"].as_str(), expected, "{options}");
        client.finish();
    }
}

#[test]
fn the_first_known_encoding_of_the_client_is_taken() {
    for (offered, taken, character) in [
        (json!(["utf-8", "utf-16"]), "utf-8", 41),
        (json!(["utf-16", "utf-8"]), "utf-16", 38),
        (json!(["utf-7", "utf-32"]), "utf-32", 37),
        (json!([]), "utf-16", 38),
        (Value::Null, "utf-16", 38),
    ] {
        let general = if offered.is_null() { json!({}) } else { json!({ "positionEncodings": offered }) };
        let (mut client, answer) = introduce(json!({ "general": general }));
        assert_eq!(answer["capabilities"]["positionEncoding"], json!(taken));
        client.open(URI, TWICE);
        let pushed = client.pushed(URI);
        assert_eq!(codes(&pushed["diagnostics"]), ["json-duplicate-key"]);
        let range = &twice(&pushed["diagnostics"])["range"];
        assert_eq!(range["start"], json!({ "line": 1, "character": character }), "{taken}");
        assert_eq!(range["end"], json!({ "line": 1, "character": character + 6 }), "{taken}");
        // A change behind those characters lands where it should: the second name is another key.
        let change = super::client::changed(URI, 2, 1, character + 1, character + 5, "nom");
        client.notify("textDocument/didChange", change);
        let pushed = client.pushed(URI);
        assert!(!codes(&pushed["diagnostics"]).contains(&"json-duplicate-key"), "{pushed}");
        client.finish();
    }
}

#[test]
fn leaving_without_a_word_is_told_apart() {
    let mut client = pushing();
    client.notify("exit", Value::Null);
    assert_eq!(client.end(), Ended::Abruptly);

    let mut client = pushing();
    client.hang_up();
    assert_eq!(client.end(), Ended::Abruptly);

    let mut client = pushing();
    client.call("shutdown", Value::Null);
    client.hang_up();
    assert_eq!(client.end(), Ended::Orderly);
}

#[test]
fn requests_before_initialize_and_after_shutdown_are_refused() {
    let mut client = TestClient::connect();
    let id = client.ask("textDocument/hover", at(URI, 0, 0));
    assert_eq!(client.answer(id)["error"]["code"], json!(-32002));
    client.call("initialize", json!({ "capabilities": {} }));
    client.call("shutdown", Value::Null);
    let id = client.ask("textDocument/hover", at(URI, 0, 0));
    assert_eq!(client.answer(id)["error"]["code"], json!(-32600));
    client.notify("exit", Value::Null);
    assert_eq!(client.end(), Ended::Orderly);
}

#[test]
fn what_a_server_need_not_know_does_not_hurt_it() {
    let mut client = pushing();
    client.send(&[
        notification("$/setTrace", json!({ "value": "verbose" })),
        notification("$/somethingNew", json!({})),
        notification("$/cancelRequest", json!({ "id": 4711 })),
        notification("workspace/didChangeConfiguration", json!({ "settings": {} })),
        notification("workspace/didChangeWatchedFiles", json!({ "changes": [] })),
        notification("textDocument/didSave", json!({ "textDocument": { "uri": URI } })),
        notification("textDocument/didClose", json!({ "textDocument": { "uri": URI } })),
        notification(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": URI, "version": 3 },
                "contentChanges": [{ "text": "not open" }],
            }),
        ),
    ]);
    let id = client.ask("pactlens/unheardOf", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], json!(-32601));
    let id = client.ask("textDocument/hover", json!({ "nonsense": true }));
    assert_eq!(client.answer(id)["error"]["code"], json!(-32602));
    // What is no message is left out, and what follows it is heard.
    for body in ["{\"a\": nul", "[]", "{}", "", "{\"jsonrpc\": \"2.0\", \"id\": 1e999}"] {
        client.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }
    client.send_bytes(
        b"noise\r\n\r\ncontent-LENGTH:2\r\nContent-Type: text/x; charset=none\r\nA: b\r\n\r\n\xff\xff",
    );
    // Half an emoji, as editors written in JavaScript can send it.
    let half =
        notification("textDocument/didOpen", super::client::opened("file:///w/pacts/half.json", "HALF"));
    let body =
        half.to_string().replace("HALF", r#"{\"consumer\": {}, \"provider\": {\"name\": \"\ud83d\"},}"#);
    client.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    let pushed = client.pushed("file:///w/pacts/half.json");
    let comma =
        pushed["diagnostics"].as_array().and_then(|list| list.iter().find(|d| d["code"] == "json-syntax"));
    assert_eq!(
        comma.expect("a trailing comma")["range"]["start"],
        json!({ "line": 0, "character": 42 }),
        "{pushed}"
    );
    client.open(URI, TWICE);
    assert_eq!(codes(&client.pushed(URI)["diagnostics"]), ["json-duplicate-key"]);
    client.finish();
}
