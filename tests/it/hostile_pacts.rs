//! Pacts and values that take the official core down, through both commands: the run goes on,
//! names the interaction, and the good one beside it is verified and served.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{self, Run};
use crate::mock::send;
use crate::mock_command::Server;
use crate::verify::provider::{Provider, Seen, answer};

/// The good interaction, which is the first of every pact.
const GOOD: &str = "a good one";

fn fixture(name: &str) -> String {
    fs::read_to_string(common::root().join("tests/fixtures/runner/hostile").join(name)).unwrap()
}

/// A pact with the good interaction and these; `"HERE"` in it stands for `here`, which no JSON
/// writer could write.
fn beside_the_good_one(others: &[Value], here: &str) -> String {
    let mut pact: Value = serde_json::from_str(&fixture("status-v3.json")).unwrap();
    let list = pact["interactions"].as_array_mut().unwrap();
    list.truncate(1);
    list.extend(others.iter().cloned());
    serde_json::to_string_pretty(&pact).unwrap().replace("\"HERE\"", here)
}

/// A value on which `^(a+)+$` takes longer than anybody waits.
fn endless() -> String {
    "a".repeat(60) + "!"
}

fn nested_json() -> String {
    "[".repeat(100_000) + &"]".repeat(100_000)
}

fn nested_xml(levels: usize, inside: &str) -> String {
    "<a>".repeat(levels) + inside + &"</a>".repeat(levels)
}

fn json_answer(body: &str) -> Vec<u8> {
    answer(200, &["Content-Type: application/json"], body.as_bytes())
}

fn xml_answer(body: &str) -> Vec<u8> {
    answer(200, &["Content-Type: application/xml"], body.as_bytes())
}

struct Folder(TempDir);

impl Folder {
    fn new(pact: &str) -> Folder {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("p.json"), pact).unwrap();
        Folder(folder)
    }

    /// Verifies against a provider that answers so, and as the good one wants otherwise. What is
    /// said of each interaction: description, status and why.
    #[track_caller]
    fn verify(
        &self,
        code: i32,
        answers: impl Fn(&Seen) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Vec<(String, String, String)> {
        let provider =
            Provider::new(move |seen| answers(seen).unwrap_or_else(|| json_answer(r#"{"id": 1}"#)));
        let run = Command::new(env!("CARGO_BIN_EXE_pactlens"))
            .args(["verify", "p.json", "--format", "json", "--provider", &provider.url()])
            .current_dir(self.0.path())
            .env("XDG_CACHE_HOME", self.0.path().join(".cache"))
            .stdin(Stdio::null())
            .output();
        let run = Run::from(run.unwrap()).expect(code);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        let report = run.json();
        let all = report["pacts"][0]["interactions"].as_array().unwrap().iter().map(|it| {
            let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
            (text("description"), text("status"), text("why"))
        });
        let all: Vec<_> = all.collect();
        assert_eq!((all[0].0.as_str(), all[0].1.as_str()), (GOOD, "passed"));
        all
    }

    fn mock(&self) -> Mock {
        Mock(Server::start(self.0.path(), &["p.json", "-q"]))
    }
}

struct Mock(Server);

impl Mock {
    /// Wants this status, and all of `told` in the answer; then the good one still answers.
    #[track_caller]
    fn expect(&self, head: &str, body: &str, status: u16, told: &[&str]) {
        let answer = send(&self.0.url, head, body.as_bytes());
        let text = answer.text();
        let begin: String = text.chars().take(2_000).collect();
        assert_eq!(answer.status, status, "{head}: {begin}");
        for told in told {
            assert!(text.contains(told), "{head}: no {told} in {begin}");
        }
        let good = send(&self.0.url, "GET /good", b"");
        assert_eq!((good.status, good.text().as_str()), (200, "{\"id\":1}"), "after {head}");
    }
}

/// Wants one to be told with this status, and `why` in the reason.
#[track_caller]
fn assert_told(all: &[(String, String, String)], description: &str, status: &str, why: &str) {
    let told = all.iter().find(|it| it.0 == description);
    let told = told.unwrap_or_else(|| panic!("nothing is told of {description:?}: {all:?}"));
    assert!(told.1 == status && told.2.contains(why), "{told:?}");
}

#[test]
fn what_the_core_does_not_load_is_named_by_both() {
    let statuses = [
        ("/0", "a status that is null", "response.status is null"),
        ("/1", "a status that is negative", "response.status is -1"),
        ("/2", "a status that is a fraction", "response.status is 200.5"),
        ("/3", "a status that is a text", "response.status is "),
        ("/4", "a status that is an object", "response.status is an object"),
        ("/5", "a status that is too great", "response.status is 99999"),
    ];
    let indices = [
        ("/1", "an endless index in a rule", "is too great"),
        ("/2", "an endless index in a rule of the request", "is too great"),
        ("/3", "an endless index in a generator", "is too great"),
    ];
    let matchers = [
        ("/1", "a matcher that nobody knows", "isbn"),
        ("/2", "a matcher that nobody knows in another", "isbn"),
        ("/3", "a matcher without a name", "does not load it"),
        ("/5", "a path that does not end", "does not load it"),
    ];
    let kinds = [("/1", "an interaction without a type", "does not load it: it has no type attribute")];
    for (name, rows) in [
        ("status-v2.json", &statuses[..]),
        ("status-v3.json", &statuses),
        ("status-v4.json", &statuses),
        ("path-index.json", &indices),
        ("path-index-v2.json", &indices[..1]),
        ("matchers.json", &matchers),
        ("kinds.json", &kinds),
    ] {
        let folder = Folder::new(&fixture(name));
        let told = folder.verify(4, |_| None);
        let mock = folder.mock();
        for (path, description, why) in rows {
            assert_told(&told, description, "not-run", why);
            mock.expect(
                &format!("GET {path}"),
                "",
                501,
                &[&format!("\\\"{description}\\\""), "p.json:", why],
            );
        }
    }
}

#[test]
fn expressions_of_endless_depth_are_never_read() {
    let deep = "eachValue(".repeat(100_000);
    for place in [r#""match": "isbn""#, r#""value": "1""#] {
        let key = place.split(':').next().unwrap();
        let folder = Folder::new(&fixture("matchers.json").replace(place, &format!("{key}: \"{deep}\"")));
        let told = folder.verify(4, |_| None);
        assert_told(&told, "a matcher that nobody knows in another", "not-run", "");
        folder.mock().expect("GET /2", "", 501, &["a matcher that nobody knows in another"]);
    }
}

#[test]
fn rules_in_rules_without_end_are_named_by_both() {
    let nest = |inner: Value, _| json!({"match": "eachValue", "rules": [inner]});
    let rule = (0..50).fold(json!({"match": "type"}), nest);
    let deep = |part: &str| {
        let mut it = json!({"description": format!("deep in the {part}"), "response": {"status": 200},
            "request": {"method": "GET", "path": format!("/{part}")}});
        it[part]["body"] = json!([1]);
        it[part]["matchingRules"] = json!({"body": {"$": {"matchers": [rule]}}});
        it
    };
    let folder = Folder::new(&beside_the_good_one(&[deep("request"), deep("response")], ""));
    let told = folder.verify(4, |_| None);
    let mock = folder.mock();
    for part in ["request", "response"] {
        assert_told(&told, &format!("deep in the {part}"), "not-run", "comes to no end");
        let named = format!("\\\"deep in the {part}\\\"");
        mock.expect(&format!("GET /{part}"), "", 501, &[&named, "comes to no end"]);
    }
}

#[test]
fn generators_that_fail_are_named_by_both() {
    let folder = Folder::new(&fixture("generators.json"));
    let told = folder.verify(4, |_| None);
    let mock = folder.mock();
    for (number, what, why) in [
        (0, "a random number from 10 to 1", "cannot sample empty range"),
        (1, "a time in nine thousand million hours", "overflow"),
        (3, "a text of a thousand million letters", "may have over"),
    ] {
        let asked = format!("asked with {what}");
        assert_told(&told, &asked, "unjudged", "the request could not be made");
        assert_told(&told, &asked, "unjudged", why);
        // A provider is not asked for generated values, nor is a consumer.
        assert_told(&told, &format!("answered with {what}"), "passed", "");
        mock.expect(&format!("POST /{number}\ncontent-type: application/json"), "{\"n\": 1}", 200, &[]);
        let answered = format!("\\\"answered with {what}\\\" matches, but its response cannot be sent");
        mock.expect(&format!("GET /answer/{number}"), "", 500, &[&answered]);
    }
}

#[test]
fn patterns_that_run_away_are_named_by_both() {
    let folder = Folder::new(&fixture("patterns.json"));
    let told = folder.verify(1, |seen| match seen.target() {
        "/body" => Some(json_answer(&json!({ "name": endless() }).to_string())),
        "/header" => {
            let name = format!("X-Name: {}", endless());
            Some(answer(200, &["Content-Type: application/json", &name], b"{\"id\": 1}"))
        }
        "/long" | "/none" => Some(json_answer("{\"name\": \"b\"}")),
        _ => None,
    });
    for place in ["the body", "a header"] {
        assert_told(&told, &format!("a pattern that runs away in {place}"), "unjudged", "^(a+)+$");
    }
    assert_told(&told, "a pattern that is none", "failed", "");
    assert_told(&told, "a pattern that runs away in the body that is sent", "passed", "");
    let mock = folder.mock();
    let sent = "POST /sent\ncontent-type: application/json";
    mock.expect(sent, "{\"name\": \"aa\"}", 200, &[]);
    let named = "\\\"a pattern that runs away in the body that is sent\\\" could not be compared";
    mock.expect(sent, &json!({ "name": endless() }).to_string(), 500, &[named, "^(a+)+$"]);
    mock.expect("GET /aaaab", "", 200, &[]);
    let asked = "\\\"a pattern that runs away in a path that is asked for\\\" could not be compared";
    mock.expect(&format!("GET /{}ab", endless()), "", 500, &[asked]);
}

#[test]
fn depth_of_json_is_no_danger_to_either() {
    let get = |description: &str, path: &str, body: Value| {
        json!({"description": description, "request": {"method": "GET", "path": path},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}})
    };
    let sent = json!({"description": "sent", "response": {"status": 200}, "request": {"method": "POST",
        "path": "/sent", "headers": {"Content-Type": "application/json"}, "body": {"a": [1]}}});
    let others =
        [get("a deep one", "/deep", json!("HERE")), get("answered deep", "/answered", json!([1])), sent];
    let folder = Folder::new(&beside_the_good_one(&others, &nested_json()));
    let told = folder.verify(1, |seen| (seen.target() == "/answered").then(|| json_answer(&nested_json())));
    assert_told(&told, "a deep one", "not-run", "nested");
    assert_told(&told, "answered deep", "failed", "");
    let mock = folder.mock();
    mock.expect("GET /deep", "", 501, &["\\\"a deep one\\\"", "nested"]);
    mock.expect("POST /sent\ncontent-type: application/json", &nested_json(), 500, &["\"sent\""]);
}

#[test]
fn depth_of_xml_is_no_danger_to_either() {
    let kind = json!({"Content-Type": "application/xml"});
    for levels in [2_000, 100_000] {
        let body = nested_xml(levels, "x");
        let get = json!({"description": "a deep one", "request": {"method": "GET", "path": "/deep"},
            "response": {"status": 200, "headers": kind, "body": body}});
        let flat = json!({"description": "answered deep", "request": {"method": "GET", "path": "/flat"},
            "response": {"status": 200, "headers": kind, "body": "<a>x</a>"}});
        let post = json!({"description": "sent", "response": {"status": 200},
            "request": {"method": "POST", "path": "/sent", "headers": kind, "body": "<a>x</a>"}});
        let folder = Folder::new(&beside_the_good_one(&[get, flat, post], ""));
        let deep = body.clone();
        // What the process beside this one makes of it depends on its stack and on the machine.
        let provider = move |seen: &Seen| (seen.target() != "/good").then(|| xml_answer(&deep));
        let told = folder.verify(if levels < 10_000 { 1 } else { 4 }, provider);
        let why = format!("XML of {levels} levels");
        for description in ["a deep one", "answered deep"] {
            let (_, status, told) = told.iter().find(|it| it.0 == description).unwrap();
            assert!(
                ["passed", "failed"].contains(&status.as_str()) || told.contains(&why),
                "{status} {told}"
            );
        }
        let mock = folder.mock();
        mock.expect("GET /deep", "", 200, &["<a><a>"]);
        mock.expect("POST /sent\ncontent-type: application/xml", &body, 500, &["sent"]);
        mock.expect("POST /sent\ncontent-type: application/xml", "<a>x</a>", 200, &[]);
    }
}

#[test]
fn what_http_cannot_carry_is_named_by_both() {
    let get = |description: &str, path: &str, headers: Value| {
        json!({"description": description, "request": {"method": "GET", "path": path, "headers": headers},
            "response": {"status": 200}})
    };
    let mut answered = get("answered with a strange header", "/answered", json!({}));
    answered["response"]["headers"] = json!({"X Bad": "1"});
    let mut text = get("answered with two lines", "/lines", json!({}));
    text["response"]["headers"] = json!({"X-Lines": "1\r\nX-More: 2"});
    let asked = get("asked with a strange header", "/asked", json!({"X Bad": "1"}));
    let folder = Folder::new(&beside_the_good_one(&[answered, text, asked], ""));
    let told = folder.verify(1, |_| Some(answer(200, &["Content-Type: application/json"], b"{\"id\": 1}")));
    assert_told(&told, "answered with a strange header", "failed", "");
    assert_told(&told, "answered with two lines", "failed", "");
    assert_told(&told, "asked with a strange header", "no-answer", "X Bad");
    let mock = folder.mock();
    let unsent =
        |what: &str| format!("\\\"answered with {what}\\\" matches, but its response cannot be sent");
    mock.expect("GET /answered", "", 500, &[&unsent("a strange header"), "X Bad"]);
    mock.expect("GET /lines", "", 500, &[&unsent("two lines"), "x-lines"]);
    mock.expect("GET /asked", "", 500, &["asked with a strange header"]);
}

#[test]
fn what_is_no_http_leaves_the_mock_alone() {
    use std::io::{Read, Write};
    let folder = Folder::new(&fixture("status-v3.json"));
    let mock = folder.mock();
    let raw = |bytes: &[u8]| {
        let mut stream = std::net::TcpStream::connect(mock.0.url.split("//").nth(1).unwrap()).unwrap();
        stream.write_all(bytes).unwrap();
        let mut out = Vec::new();
        // The other end may close while something is still unread.
        let _ = stream.read_to_end(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    let garbage = raw(b"\x16\x03\x01 what is this\r\n\r\n");
    assert!(garbage.is_empty() || garbage.starts_with("HTTP/1.1 400"), "{garbage}");
    let text = raw(b"GET /good HTTP/1.1\r\nhost: x\r\nx-name: \xff\xfe\r\nconnection: close\r\n\r\n");
    assert!(text.starts_with("HTTP/1.1 500") && text.contains("x-name"), "it is named: {text}");
    mock.expect("GET /0", "", 501, &["a status that is null"]);
}
