//! The server as a client sees it.

mod actions;
mod baseline;
mod client;
mod config;
mod diagnostics;
mod equality;
mod features;
mod fix_all;
mod lifecycle;
mod load;
mod origin;
mod requests;
#[cfg(feature = "runner")]
mod runs;
mod secrets;
mod sequences;
mod unopened;
mod workspace;

use serde_json::{Value, json};

use client::TestClient;

const URI: &str = "file:///w/pacts/a.json";

/// A pact with a key twice, behind characters of one to four bytes.
const TWICE: &str = "{\n  \"consumer\": {\"é😀\": 1, \"name\": \"a\", \"name\": \"b\"},\n  \"provider\": {\"name\": \"p\"},\n  \"interactions\": [{\"description\": \"d\", \"request\": {\"method\": \"GET\", \"path\": \"/\"}, \"response\": {\"status\": 200}}],\n  \"metadata\": {\"pactSpecification\": {\"version\": \"3.0.0\"}}\n}\n";

fn pushing() -> TestClient {
    TestClient::start(json!({
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } },
        },
    }))
}

fn pulling() -> TestClient {
    TestClient::start(json!({
        "textDocument": {
            "diagnostic": { "dynamicRegistration": false },
            "publishDiagnostics": { "relatedInformation": true },
        },
    }))
}

/// Names of the rules of diagnostics, of those that these tests are about: others come
/// and go as rules are written.
fn codes(diagnostics: &Value) -> Vec<&str> {
    let list = diagnostics.as_array().expect("a list");
    let codes = list.iter().map(|d| d["code"].as_str().expect("a code"));
    codes.filter(|code| code.starts_with("json-") || *code == "left-out").collect()
}

/// The diagnostic of a key that stands twice.
fn twice(diagnostics: &Value) -> &Value {
    let list = diagnostics.as_array().expect("a list");
    list.iter().find(|d| d["code"] == "json-duplicate-key").expect("a key that stands twice")
}

/// A valid pact with this many interactions.
fn pact(interactions: usize) -> String {
    let one = |number: usize| {
        format!(
            "    {{\n      \"description\": \"number {number}\",\n      \"request\": {{\"method\": \"GET\", \"path\": \"/things/{number}\"}},\n      \"response\": {{\"status\": 200, \"headers\": {{\"Content-Type\": \"application/json\"}}, \"body\": {{\"id\": {number}, \"text\": \"{}\"}}}}\n    }}",
            "x".repeat(600)
        )
    };
    let all: Vec<String> = (0..interactions).map(one).collect();
    format!(
        "{{\n  \"consumer\": {{\"name\": \"c\"}},\n  \"provider\": {{\"name\": \"p\"}},\n  \"interactions\": [\n{}\n  ],\n  \"metadata\": {{\"pactSpecification\": {{\"version\": \"3.0.0\"}}}}\n}}\n",
        all.join(",\n")
    )
}
