//! Pacts that are run from the editor: what would take the server down is judged beside it.

use std::fs;

use serde_json::json;

use crate::mock::send;
use crate::server::{Server, uri};
use crate::verify::provider::{Provider, answer};

/// XML that the core compares in a process of its own.
fn deep(inside: &str) -> String {
    "<a>".repeat(300) + inside + &"</a>".repeat(300)
}

/// Three interactions whose bodies are deep: two that are asked for and one that is sent.
fn pact() -> String {
    let xml = json!({"Content-Type": "application/xml"});
    let get = |path: &str| {
        json!({"description": path, "request": {"method": "GET", "path": path},
            "response": {"status": 200, "headers": xml, "body": deep("x")}})
    };
    let sent = json!({"description": "sent", "response": {"status": 200},
        "request": {"method": "POST", "path": "/sent", "headers": xml, "body": deep("x")}});
    let pact = json!({"consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": [get("/same"), get("/other"), sent],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}});
    format!("{pact:#}\n")
}

#[test]
fn the_editor_has_a_judge_of_its_own() {
    let provider = Provider::new(|seen| {
        let body = deep(if seen.target() == "/same" { "x" } else { "y" });
        answer(200, &["Content-Type: application/xml"], body.as_bytes())
    });
    let folder = tempfile::tempdir().unwrap();
    let config = format!("[verify]\nprovider = '{}'\n", provider.url());
    fs::write(folder.path().join("pactlens.toml"), config).unwrap();
    let file = folder.path().join("p.json");
    fs::write(&file, pact()).unwrap();
    let mut editor = Server::start(folder.path(), &[folder.path()], json!({}));
    let name = uri(&file);
    editor.open(&name, 1, &pact());
    editor.call("workspace/executeCommand", json!({"command": "pactlens.verify", "arguments": [name]}));
    let told = editor.hear("window/showMessage")["message"].to_string();
    assert!(told.contains(": 2 passed, 1 failed\""), "{told}");
    editor.until(&name, |all| {
        all.iter().any(|it| it["code"] == "verify" && it["message"].to_string().contains('y'))
    });
    editor.leave();

    let mut editor = Server::start(folder.path(), &[folder.path()], json!({}));
    editor.open(&name, 1, &pact());
    editor.call("workspace/executeCommand", json!({"command": "pactlens.mock", "arguments": [name]}));
    let told = editor.hear("window/showMessage")["message"].to_string();
    let url = told.trim_matches('"').split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    let post = |body: String| send(url, "POST /sent\ncontent-type: application/xml", body.as_bytes());
    assert_eq!(post(deep("x")).status, 200);
    let other = post(deep("y"));
    assert!(other.status == 500 && other.text().contains("closest"), "{}", other.text());
    editor.leave();
}
