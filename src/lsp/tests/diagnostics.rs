//! Pushed and pulled diagnostics.

#![allow(clippy::disallowed_methods, reason = "pages of rules are files")]

use serde_json::{Value, json};

use super::client::{TestClient, changed, notification};
use super::{TWICE, URI, codes, pulling, pushing, twice};
use crate::lsp::convert::place;
use crate::lsp::pages::Pages;

const FINE: &str = "{\"consumer\": {\"name\": \"a\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": []}";

#[test]
fn a_pushed_diagnostic_has_all_that_an_editor_shows() {
    let mut client = pushing();
    client.open(URI, TWICE);
    let pushed = client.pushed(URI);
    client.finish();
    assert_eq!(pushed["version"], json!(1));
    let diagnostic = twice(&pushed["diagnostics"]);
    assert_eq!(diagnostic["source"], json!("pactlens"));
    assert_eq!(diagnostic["code"], json!("json-duplicate-key"));
    let message = diagnostic["message"].as_str().expect("a message");
    assert!(message.contains("\nhelp: "), "{message}");
    let related = &diagnostic["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], json!(URI));
    assert_eq!(related["location"]["range"]["start"], json!({ "line": 1, "character": 25 }));
}

#[test]
fn further_places_are_written_out_for_a_client_that_cannot_show_them() {
    let mut client = TestClient::start(json!({}));
    client.open(URI, TWICE);
    let pushed = client.pushed(URI);
    client.finish();
    let diagnostic = twice(&pushed["diagnostics"]);
    assert_eq!(diagnostic.get("relatedInformation"), None);
    let message = diagnostic["message"].as_str().expect("a message");
    assert!(message.contains("\nline 2: "), "{message}");
}

#[test]
fn only_a_changed_set_is_sent_again_and_closing_takes_it_back() {
    let mut client = pushing();
    client.open(URI, TWICE);
    assert_eq!(codes(&client.pushed(URI)["diagnostics"]).len(), 1);
    // Neither a change behind the finding nor saving changes what is known.
    client.notify("textDocument/didChange", changed(URI, 2, 9, 0, 0, "  "));
    client.settle();
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": URI } }));
    client.settle();
    // A change before it does.
    client.notify("textDocument/didChange", changed(URI, 3, 0, 1, 1, "\n"));
    let pushed = client.pushed(URI);
    assert_eq!(pushed["version"], json!(3));
    assert_eq!(twice(&pushed["diagnostics"])["range"]["start"]["line"], json!(2));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    let pushed = client.pushed(URI);
    assert_eq!(pushed["diagnostics"], json!([]));
    assert_eq!(pushed.get("version"), None);
    // It can come back.
    client.open(URI, FINE);
    assert!(codes(&client.pushed(URI)["diagnostics"]).is_empty());
    client.finish();
}

#[test]
fn nothing_is_said_of_what_is_no_pact() {
    let mut client = pushing();
    for (uri, text) in [
        ("file:///w/package.json", "{\"name\": \"x\", \"version\": 1,}"),
        ("file:///w/pacts/notes.json", "{\"name\": \"x\",}"),
        ("file:///w/consumers.json", "{\"consumer\": {\"name\": \"x\"},}"),
        ("file:///w/pacts/empty.json", ""),
        ("file:///w/pacts/text.txt", "consumer and provider"),
    ] {
        client.open(uri, text);
        client.settle();
        client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }
    client.finish();
}

#[test]
fn once_a_pact_it_stays_one_until_closed() {
    let mut client = pushing();
    let uri = "file:///w/contract.json";
    client.open(uri, "");
    client.settle();
    let whole = |version: i32, text: &str| {
        let document = json!({ "uri": uri, "version": version });
        notification(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        )
    };
    client.send(&[whole(2, "{\"consumer\": {\"name\": \"a\"}}")]);
    client.settle();
    client.send(&[whole(3, FINE)]);
    assert_eq!(client.pushed(uri)["version"], json!(3));
    client.send(&[whole(4, "{\"consum")]);
    let pushed = client.pushed(uri);
    assert_eq!(codes(&pushed["diagnostics"]).first(), Some(&"json-syntax"), "{pushed}");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(client.pushed(uri)["diagnostics"], json!([]));
    client.open(uri, "{\"consum");
    client.finish();
}

#[test]
fn one_key_and_a_path_make_a_pact() {
    let mut client = pushing();
    client.open("file:///w/pacts/half.json", "{\"consumer\": {\"name\": \"x\"},}");
    assert!(!codes(&client.pushed("file:///w/pacts/half.json")["diagnostics"]).is_empty());
    client.finish();
}

#[test]
fn too_many_findings_are_cut_errors_first() {
    // Each item of the array has one member twice; the last line has an error of syntax.
    let mut text =
        "{\"consumer\": {\"name\": \"a\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": [\n".to_owned();
    for number in 0..700 {
        text.push_str(&format!(
            "{{\"description\": \"{number}\", \"request\": {{\"a\": 1}}, \"response\": {{}}}}{}\n",
            if number < 699 { "," } else { "" }
        ));
    }
    text.push_str("], \"metadata\": {\"x\": 1 \"y\": 2}}\n");
    let mut client = pushing();
    client.open(URI, &text);
    let pushed = client.pushed(URI);
    client.finish();
    let list = pushed["diagnostics"].as_array().expect("a list");
    let levels = crate::config::Settings::default().resolve().expect("the defaults are valid");
    let document = crate::analysis::Document::new(text);
    let all = crate::analysis::analyse(&document, &levels, Default::default()).findings.len();
    assert!(all > 500, "{all}");
    assert_eq!(list.len(), 501);
    assert_eq!(list[0]["code"], json!("left-out"));
    let message = list[0]["message"].as_str().expect("a message");
    assert!(message.contains(&all.to_string()), "{message}");
    assert!(codes(&pushed["diagnostics"]).contains(&"json-syntax"));
}

fn pull(client: &mut TestClient, previous: Option<&str>) -> Value {
    let mut params = json!({ "textDocument": { "uri": URI }, "identifier": "pactlens" });
    if let Some(previous) = previous {
        params["previousResultId"] = json!(previous);
    }
    client.call("textDocument/diagnostic", params)
}

#[test]
fn a_client_that_pulls_is_not_pushed_at() {
    let mut client = pulling();
    client.open(URI, TWICE);
    let first = pull(&mut client, None);
    assert_eq!(first["kind"], json!("full"));
    assert_eq!(codes(&first["items"]), ["json-duplicate-key"]);
    let id = first["resultId"].as_str().expect("an id");
    let second = pull(&mut client, Some(id));
    assert_eq!(second, json!({ "kind": "unchanged", "resultId": id }));
    client.notify("textDocument/didChange", changed(URI, 2, 0, 1, 1, "\n"));
    let third = pull(&mut client, Some(id));
    assert_eq!(third["kind"], json!("full"));
    assert_eq!(twice(&third["items"])["range"]["start"]["line"], json!(2));
    // Undone, it is what it was.
    let undo = json!({ "start": { "line": 0, "character": 1 }, "end": { "line": 1, "character": 0 } });
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": URI, "version": 3 }, "contentChanges": [{ "range": undo, "text": "" }] }),
    );
    assert_eq!(pull(&mut client, Some(id))["kind"], json!("unchanged"));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    let closed = pull(&mut client, Some(id));
    assert_eq!((&closed["kind"], &closed["items"]), (&json!("full"), &json!([])));
    client.finish();
}

#[test]
fn a_pull_that_a_change_overtakes_is_to_be_asked_again() {
    let mut client = pulling();
    client.open(URI, TWICE);
    let (hold, until) = std::sync::mpsc::channel();
    client.post.send(crate::lsp::event::Event::Hold(until));
    let (id, request) = client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": URI } }));
    client.send(&[request, notification("textDocument/didChange", changed(URI, 2, 0, 1, 1, "\n"))]);
    // The change has arrived when something sent after it is answered without the session.
    let unknown = client.ask("pactlens/unheardOf", json!({}));
    assert!(client.answer(unknown).get("error").is_some());
    drop(hold);
    let error = &client.answer(id)["error"];
    assert_eq!(error["code"], json!(-32802));
    assert_eq!(error["data"], json!({ "retriggerRequest": true }));
    assert_eq!(twice(&pull(&mut client, None)["items"])["range"]["start"]["line"], json!(2));
    client.finish();
}

#[test]
fn the_page_of_a_rule_is_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = || Pages::new(Some(folder.path().join("rules é")));
    let open = |mut client: TestClient| {
        let capabilities =
            json!({ "textDocument": { "publishDiagnostics": { "codeDescriptionSupport": true } } });
        client.call("initialize", json!({ "processId": null, "capabilities": capabilities }));
        client.open(URI, TWICE);
        let pushed = client.pushed(URI);
        client.finish();
        twice(&pushed["diagnostics"])["codeDescription"]["href"].as_str().map(str::to_owned)
    };
    let href = open(TestClient::connect_with(pages())).expect("an address");
    let page = std::fs::read_to_string(place::path_of(&href)).expect("the page is there");
    assert!(page.starts_with("# syntax/json-duplicate-key\n\nerror"), "{page}");
    let files = std::fs::read_dir(folder.path().join("rules é")).expect("a folder").count();
    assert_eq!(open(TestClient::connect_with(pages())), Some(href));
    assert_eq!(std::fs::read_dir(folder.path().join("rules é")).expect("a folder").count(), files);
    // A folder that cannot be made costs nothing but the addresses.
    std::fs::write(folder.path().join("file"), "").expect("a file");
    assert_eq!(open(TestClient::connect_with(Pages::new(Some(folder.path().join("file/x"))))), None);
    assert_eq!(open(TestClient::connect()), None);
}
