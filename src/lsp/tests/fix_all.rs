//! "Make all safe fixes" gives what `pactlens lint --fix` gives.

#![allow(clippy::disallowed_methods, reason = "the fixtures are read as they lie on disk")]

use serde_json::json;

use super::client::TestClient;
use super::equality::{TEXTS, fixtures};
use super::requests::{actions, applied};
use super::{URI, pact};
use crate::analysis::{Document, RunOptions, Wanted, fix};
use crate::config::Settings;

/// The list of matchers is mended before it is made shorter, and the group behind the list
/// only then: one round is not enough.
const ROUNDS: &str = r#"{"consumer": {"name": "é😀"}, "provider": {"name": "b"}, "interactions": [
  {"description": "é", "providerState": "😀", "request": {"method": "GET", "path": "/"},
   "response": {"status": "200", "headers": {"Content-Type": "application/json"}, "body": {"lines": [1]},
    "matchingRules": {"body": {"$.lines": {"matchers":
      [{"match": "type", "min": "1"}, {"match": "type", "max": 5}], "combine": "and"}}}}},],
 "metadata": {"pactSpecification": {"version": 3}}}"#;

#[test]
fn one_action_is_as_good_as_all_rounds() {
    let levels = Settings::default().resolve().expect("the defaults are valid");
    let mut client = TestClient::start(json!({
        "textDocument": { "diagnostic": {}, "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } } },
    }));
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.extend([ROUNDS.to_owned(), ROUNDS.replace('\n', "\r\n"), format!("\u{feff}{ROUNDS}")]);
    texts.push(pact(40).replace("\"status\": 200", "\"status\": \"200\""));
    texts.extend(fixtures().into_iter().filter_map(|path| std::fs::read_to_string(path).ok()));
    let (mut fixes, mut rounds) = (0, 0);
    for text in &texts {
        client.open(URI, text);
        let fixed = fix(&Document::new(text.as_str()), &levels, Wanted::Safe, RunOptions::default());
        let found = actions(&mut client, 0, json!({ "diagnostics": [], "only": ["source.fixAll.pactlens"] }));
        let after = match &found[..] {
            [] => text.clone(),
            [action] => applied(text, &action["edit"]["changes"][URI]),
            more => panic!("one action, not {more:?}"),
        };
        assert_eq!(after, fixed.doc.text());
        fixes += fixed.count();
        rounds = rounds.max(fixed.rounds);
        client.notify("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    }
    assert!(fixes > 50 && rounds > 1, "{fixes} fixes in {rounds} rounds");
    client.finish();
}
