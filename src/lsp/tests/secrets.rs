//! No message to a client holds a secret, but for the edits that the user asks for.

use serde_json::{Value, json};

use super::client::{TestClient, at};
use super::{URI, pushing};

const TOKEN: &str = concat!("gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o");
const HIDDEN: [&str; 3] = ["9aXk2LmQ7v", "Lm2Rt9Vk4Z", "open-sesame"];

/// The header that rules name has a slip in its key, so that there is a fix that writes it anew.
fn text() -> String {
    let pact = r#"{
  "consumer": {"name": "web TOKEN"}, "provider": {"name": "api"},
  "interactions": [{
    "description": "with TOKEN",
    "request": {"method": "GET", "path": "/a?key=TOKEN",
      "headers": {"Authorization": "Bearer open-sesame", "X-Api-Key": "Lm2Rt9Vk4Zs1Nc6Wy8Ef"},
      "matchingRules": {"header": {"Authorization": {"matchers": [{"match": "regex", "regex": "[0-9]+"}]}}}
    },
    "response": {"status": 200, "body": {"TOKEN": 1, "TOKEN": 2, "t": "TOKEN"},
      "matchingRules": {"body": {"$.t": {"matchers": [{"match": "integer"}]}}}}
  }],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}
"#;
    pact.replace("TOKEN", TOKEN)
}

fn none(what: &str, said: &Value) {
    let said = said.to_string();
    for hidden in HIDDEN {
        assert!(!said.contains(hidden), "{what}: {said}");
    }
}

#[test]
fn secrets_stay_here() {
    let text = text();
    let bare = TestClient::start(json!({}));
    for mut client in [pushing(), bare] {
        client.open(URI, &text);
        let pushed = client.pushed(URI);
        assert!(pushed["diagnostics"].as_array().is_some_and(|all| all.len() >= 4), "{pushed}");
        assert!(pushed.to_string().contains("ghp_*****"), "{pushed}");
        none("diagnostics", &pushed);
        for (line, content) in text.lines().enumerate() {
            for column in (0..content.len()).step_by(16) {
                none("hover", &client.call("textDocument/hover", at(URI, line as u32, column as u32)));
            }
            let place = json!({ "line": line, "character": 0 });
            let end = json!({ "line": line + 1, "character": 0 });
            let params = json!({ "textDocument": { "uri": URI }, "range": { "start": place, "end": end }, "context": { "diagnostics": [] } });
            let mut actions = client.call("textDocument/codeAction", params);
            for action in actions.as_array_mut().into_iter().flatten() {
                action["edit"].take();
            }
            none("actions", &actions);
        }
        client.finish();
    }
}

#[test]
fn an_edit_writes_what_was_there() {
    let mut client = pushing();
    client.open(URI, &text());
    client.pushed(URI);
    let place = json!({ "line": 4, "character": 50 });
    let params = json!({ "textDocument": { "uri": URI }, "range": { "start": place, "end": place }, "context": { "diagnostics": [] } });
    let actions = client.call("textDocument/codeAction", params).to_string();
    assert!(actions.contains(TOKEN), "the query is moved as it is: {actions}");
    client.finish();
}
