//! Many messages at once, large files, and failures of ours.

use serde_json::{Value, json};

use super::client::{at, changed, notification, opened};
use super::{TWICE, URI, codes, pact, pulling, pushing, twice};
use crate::analysis::{Document, RunOptions, analyse};
use crate::config::Settings;
use crate::lsp::event::Event;

#[test]
fn with_300_requests_open_an_edit_a_cancel_and_a_hover_are_served() {
    let mut client = pushing();
    client.open(URI, TWICE);
    client.pushed(URI);
    let (hold, until) = std::sync::mpsc::channel();
    client.post.send(Event::Hold(until));
    let waiting: Vec<i64> = (0..300).map(|_| client.ask("textDocument/hover", at(URI, 1, 40))).collect();
    client.notify("textDocument/didChange", changed(URI, 2, 0, 1, 1, "\n"));
    client.notify("$/cancelRequest", json!({ "id": waiting[150] }));
    // Cancelled while the session stands still and 299 others wait.
    assert_eq!(client.answer(waiting[150])["error"]["code"], json!(-32800));
    let last = client.ask("textDocument/hover", at(URI, 2, 40));
    drop(hold);
    let shown = client.answer(last);
    assert_eq!(shown["result"]["range"]["start"]["line"], json!(2), "{shown}");
    for id in waiting.into_iter().filter(|id| *id != last - 150) {
        let answer = client.answer(id);
        assert_eq!(answer["result"]["range"]["start"]["line"], json!(1), "{answer}");
    }
    assert_eq!(client.pushed(URI)["version"], json!(2));
    client.finish();
}

#[test]
fn more_requests_than_the_server_keeps_open_only_wait() {
    let mut client = pushing();
    client.open(URI, TWICE);
    client.pushed(URI);
    let (hold, until) = std::sync::mpsc::channel();
    client.post.send(Event::Hold(until));
    let waiting: Vec<i64> = (0..3000).map(|_| client.ask("textDocument/hover", at(URI, 1, 40))).collect();
    drop(hold);
    for id in waiting {
        assert!(client.answer(id).get("error").is_none());
    }
    client.finish();
}

#[test]
fn thirty_edits_in_one_write_are_made_in_order_and_told_once() {
    let mut client = pushing();
    client.open(URI, "");
    client.settle();
    // Each edit writes one character behind the last; any other order gives another text.
    let mut edits = Vec::new();
    for (index, letter) in TWICE.chars().filter(|c| c.is_ascii() && *c != '\n').enumerate() {
        let index = index as u32;
        edits.push(notification(
            "textDocument/didChange",
            changed(URI, 2 + index as i32, 0, index, index, &letter.to_string()),
        ));
    }
    let hold = {
        let (hold, until) = std::sync::mpsc::channel();
        client.post.send(Event::Hold(until));
        hold
    };
    client.send(&edits);
    let unknown = client.ask("pactlens/unheardOf", json!({}));
    assert!(client.answer(unknown).get("error").is_some());
    drop(hold);
    let pushed = client.pushed(URI);
    assert_eq!(pushed["version"], json!(edits.len() + 1));
    assert_eq!(codes(&pushed["diagnostics"]), ["json-duplicate-key"], "{pushed}");
    client.finish();
}

#[test]
fn large_messages_keep_their_place_among_small_ones() {
    let mut client = pushing();
    let large = format!("{TWICE}{}", " ".repeat(100_000));
    let whole = |version: i32, text: &str| {
        let document = json!({ "uri": URI, "version": version });
        notification(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        )
    };
    let insert = |version: i32, text: &str| {
        notification("textDocument/didChange", changed(URI, version, 0, 0, 0, text))
    };
    // More of them than are on their way at a time, and each undoes what stands before it.
    let mut messages = vec![notification("textDocument/didOpen", opened(URI, &large))];
    for version in (2..22).step_by(2) {
        messages.push(insert(version, "x"));
        messages.push(whole(version + 1, &large));
    }
    messages.push(insert(22, "\n\n"));
    let (hold, until) = std::sync::mpsc::channel();
    client.post.send(Event::Hold(until));
    client.send(&messages);
    // Who says that a large one is next is not believed.
    client.notify("$/pactlens/heavy", json!({}));
    let last = client.ask("textDocument/hover", at(URI, 2, 40));
    drop(hold);
    client.answer(last);
    client.settle();
    let pushed = client.last_pushed(URI);
    assert_eq!(pushed["version"], json!(22));
    assert_eq!(codes(&pushed["diagnostics"]), ["json-duplicate-key"], "{pushed}");
    assert_eq!(twice(&pushed["diagnostics"])["range"]["start"]["line"], json!(3), "{pushed}");
    client.finish();
}

#[test]
fn several_changes_in_one_message_build_on_each_other() {
    let mut client = pushing();
    client.open(URI, TWICE);
    client.pushed(URI);
    let place = |line: u32, from: u32, to: u32| json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } });
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": URI, "version": 2 }, "contentChanges": [
            { "range": place(1, 0, 0), "text": "\n\n" },
            { "range": place(3, 39, 43), "text": "nom" },
            { "range": place(3, 39, 42), "text": "name" },
            { "range": place(4, 99, 99), "text": " " },
        ]}),
    );
    let pushed = client.pushed(URI);
    assert_eq!(codes(&pushed["diagnostics"]), ["json-duplicate-key"]);
    assert_eq!(twice(&pushed["diagnostics"])["range"]["start"], json!({ "line": 3, "character": 38 }));
    client.finish();
}

#[test]
fn typing_in_a_large_pact_ends_where_a_fresh_open_does() {
    let mut text = pact(1_300);
    assert!(text.len() > 1_000_000, "{}", text.len());
    let mut client = pulling();
    client.open(URI, &text);
    // The characters of a status, an unknown key, a broken string and more, in many places.
    let typed: Vec<char> = "ab\"c,1\\ é😀".chars().collect();
    for number in 0..500usize {
        let line = 4 + (number * 7_919) % 6_000;
        let letter = typed[number % typed.len()];
        let start = text.match_indices('\n').nth(line - 1).map_or(0, |(at, _)| at + 1);
        let length = text[start..].find('\n').unwrap_or(0);
        let col = (number * 31) % (length + 1);
        let col = (0..=col).rev().find(|c| text.is_char_boundary(start + c)).unwrap_or(0);
        let units: usize = text[start..start + col].chars().map(char::len_utf16).sum();
        text.insert(start + col, letter);
        let change =
            changed(URI, 2 + number as i32, line as u32, units as u32, units as u32, &letter.to_string());
        client.notify("textDocument/didChange", change);
        if number % 100 == 99 {
            let params = json!({ "textDocument": { "uri": URI } });
            assert!(
                !client.call("textDocument/diagnostic", params)["items"].as_array().is_none_or(Vec::is_empty)
            );
        }
    }
    let fresh = "file:///w/pacts/fresh.json";
    client.open(fresh, &text);
    let [edited, opened] = [URI, fresh].map(|uri| {
        let mut report = client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        // Related places name the document.
        let items = report["items"].take().to_string();
        serde_json::from_str::<Value>(&items.replace(uri, "")).expect("JSON")
    });
    assert!(!codes(&opened).is_empty());
    assert_eq!(edited, opened);
    client.finish();
}

#[test]
fn a_failure_of_ours_costs_one_answer_or_one_document() {
    let mut client = pushing();
    client.open(URI, TWICE);
    client.pushed(URI);
    client.post.send(Event::Panic { uri: None });
    // Other documents and this one go on.
    let shown = client.call("textDocument/hover", at(URI, 1, 40));
    assert_eq!(shown["range"]["start"]["line"], json!(1));
    // A document that cannot be followed any more is taken back rather than shown wrong.
    client.post.send(Event::Panic { uri: Some(URI.into()) });
    assert_eq!(client.pushed(URI)["diagnostics"], json!([]));
    client.notify("textDocument/didChange", changed(URI, 2, 0, 0, 0, " "));
    client.settle();
    client.open(URI, TWICE);
    assert_eq!(codes(&client.pushed(URI)["diagnostics"]), ["json-duplicate-key"]);
    client.finish();
}

#[test]
fn a_file_over_the_limit_is_named_and_left_alone() {
    let mut client = pushing();
    let text = format!("{}{}", &TWICE[..2], " ".repeat(super::super::file::MAX_SIZE as usize));
    client.open(URI, &text);
    let pushed = client.pushed(URI);
    assert_eq!(codes(&pushed["diagnostics"]), ["left-out"]);
    client.notify("textDocument/didChange", changed(URI, 2, 0, 0, 0, " "));
    client.settle();
    let whole =
        json!({ "textDocument": { "uri": URI, "version": 3 }, "contentChanges": [{ "text": TWICE }] });
    client.notify("textDocument/didChange", whole);
    assert_eq!(codes(&client.pushed(URI)["diagnostics"]), ["json-duplicate-key"]);
    client.finish();
}

#[test]
fn a_cancelled_analysis_stops() {
    let doc = Document::new(pact(50));
    let levels = Settings::default().resolve().expect("the defaults are valid");
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let cancelled = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= 10;
    let options = RunOptions { cancelled: Some(&cancelled), one_core: true, ..RunOptions::default() };
    assert!(analyse(&doc, &levels, options).findings.is_empty());
    assert_eq!(asked.into_inner(), 11);
}
