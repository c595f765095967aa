//! Pacts and answers that take the official core down leave a run standing: what is good is
//! judged right, and what is bad is named with its place and why.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pactlens::analysis::Document;
use pactlens::http::wire::{Request, Response};
use pactlens::runner::engine::Side;
use pactlens::runner::{Contract, Item, Judgement, Runnable, Subject};
use serde_json::{Map, Value, json};

use crate::common;

/// The pact in a fixture, judged with a worker where one is needed.
fn fixture(name: &str) -> Contract {
    let path = common::root().join("tests/fixtures/runner/hostile").join(name);
    contract(name, fs::read_to_string(path).unwrap())
}

fn contract(name: &str, text: String) -> Contract {
    let mut contract = Contract::new(name, Document::new(text)).unwrap();
    contract.set_worker(&worker());
    contract
}

fn worker() -> Arc<pactlens::runner::engine::Worker> {
    Arc::new(pactlens::runner::engine::Worker::new(env!("CARGO_BIN_EXE_pactlens")))
}

fn answer(body: impl Into<Bytes>) -> Response {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Response { status: 200, headers, body: body.into() }
}

fn subject(item: &Item) -> &Subject {
    match &item.runnable {
        Runnable::Ready(subject) => subject,
        Runnable::Not(why) => panic!("{}: {why}", item.description),
    }
}

/// The first interaction of every fixture is a good one; it is judged right.
fn assert_good(contract: &Contract) {
    let good = subject(&contract.items[0]);
    assert_eq!(good.judge_response(&answer(r#"{"id": 1}"#)), Judgement::Match, "{}", contract.name);
    let mismatches = good.judge_response(&answer(r#"{"id": 2}"#));
    assert_eq!(mismatches.mismatches().len(), 1, "{}: {mismatches:?}", contract.name);
    let asked = good.request(Side::Provider, &Map::new()).unwrap();
    assert_eq!(asked.path, "/good");
    assert_eq!(good.judge_request(&asked).judgement, Judgement::Match);
    assert_eq!(good.response(Side::Consumer, &Map::new()).unwrap().status, 200);
}

fn item<'c>(contract: &'c Contract, description: &str) -> &'c Item {
    let found = contract.items.iter().find(|item| item.description == description);
    found.unwrap_or_else(|| panic!("{} has no interaction {description:?}", contract.name))
}

/// Wants the interaction not to be run, `why` in the reason, and its place to be its own.
fn assert_not_run(contract: &Contract, description: &str, why: &str) {
    let item = item(contract, description);
    match &item.runnable {
        Runnable::Not(reason) => {
            let said = reason.to_string();
            assert!(said.contains(why), "{}: {description}: {said}", contract.name);
            assert!(said.len() < 400, "{}: {description}: {} bytes", contract.name, said.len());
        }
        Runnable::Ready(_) => panic!("{}: {description} is run", contract.name),
    }
    let text = contract.document.text();
    let line = text.lines().nth(item.at.line as usize).unwrap();
    assert!(line.contains(description), "{}: {description} is not in {line}", contract.name);
}

#[test]
fn statuses_that_are_none_are_named() {
    for version in ["v2", "v3", "v4"] {
        let contract = fixture(&format!("status-{version}.json"));
        assert_good(&contract);
        for (what, why) in [
            ("null", "response.status is null"),
            ("negative", "response.status is -1"),
            ("a fraction", "response.status is 200.5"),
            ("a text", "response.status is \"200\""),
            ("an object", "response.status is an object"),
            ("too great", "response.status is 99999, which the core takes for 34463"),
        ] {
            assert_not_run(&contract, &format!("a status that is {what}"), why);
        }
    }
}

#[test]
fn indices_without_end_are_named() {
    let contract = fixture("path-index.json");
    assert_good(&contract);
    for what in ["a rule", "a rule of the request", "a generator"] {
        let description = format!("an endless index in {what}");
        assert_not_run(
            &contract,
            &description,
            "the index in the path \"$[99999999999999999999]\" is too great",
        );
    }
    let contract = fixture("path-index-v2.json");
    assert_good(&contract);
    assert_not_run(&contract, "an endless index in a rule", "is too great");
}

#[test]
fn generators_that_fail_are_named_and_the_rest_of_the_interaction_works() {
    let contract = fixture("generators.json");
    assert_good(&contract);
    let whys = [
        ("a random number from 10 to 1", "cannot sample empty range"),
        ("a time in nine thousand million hours", "overflow"),
        ("a text of a thousand million letters", "may have over"),
    ];
    for (what, why) in whys {
        let asked = subject(item(&contract, &format!("asked with {what}")));
        let said = asked.request(Side::Provider, &Map::new()).unwrap_err();
        assert!(said.contains(why), "{what}: {said}");
        assert_eq!(asked.judge_response(&answer(r#"{"id": 1}"#)), Judgement::Match);
        let answered = subject(item(&contract, &format!("answered with {what}")));
        let said = answered.response(Side::Consumer, &Map::new()).unwrap_err();
        assert!(said.contains(why), "{what}: {said}");
        assert!(answered.request(Side::Provider, &Map::new()).is_ok());
        assert_eq!(answered.judge_response(&answer(r#"{"id": 1}"#)), Judgement::Match);
    }
    // The core does not fail over this one.
    let asked = subject(item(&contract, "asked with a date beyond all calendars"));
    let made = asked.request(Side::Provider, &Map::new());
    assert!(
        made.as_ref().map_or_else(|why| why.contains("panics"), |it| it.body.starts_with(b"{\"n\":")),
        "{made:?}"
    );
}

/// A value on which `^(a+)+$` takes longer than anybody waits.
fn endless() -> String {
    "a".repeat(60) + "!"
}

fn unjudged(judgement: &Judgement) -> &str {
    match judgement {
        Judgement::Unjudged(why) => why,
        other => panic!("it was judged: {other:?}"),
    }
}

#[test]
fn patterns_that_run_away_end_soon() {
    let contract = fixture("patterns.json");
    assert_good(&contract);
    let start = Instant::now();
    let body = subject(item(&contract, "a pattern that runs away in the body"));
    assert_eq!(body.judge_response(&answer(r#"{"name": "aaaa"}"#)), Judgement::Match);
    let judged = body.judge_response(&answer(json!({ "name": endless() }).to_string()));
    assert!(unjudged(&judged).contains("^(a+)+$"), "{judged:?}");
    let other = json!({"name": "aaaa", "other": "text ".repeat(1000)}).to_string();
    assert_eq!(body.judge_response(&answer(other)), Judgement::Match, "the rule is not about that one");

    let header = subject(item(&contract, "a pattern that runs away in a header"));
    let mut came = answer(r#"{"id": 1}"#);
    came.headers.push(("X-Name".to_owned(), endless()));
    assert!(unjudged(&header.judge_response(&came)).contains("^(a+)+$"));
    came.headers[1].1 = "aa".to_owned();
    assert_eq!(header.judge_response(&came), Judgement::Match);

    let path = subject(item(&contract, "a pattern that runs away in the path"));
    let mut request = Request { method: "GET".to_owned(), path: "aaaa".to_owned(), ..Request::default() };
    assert_eq!(path.judge_request(&request).judgement, Judgement::Match);
    request.path = endless();
    assert!(unjudged(&path.judge_request(&request).judgement).contains("^(a+)+$"));

    // Longer than we compile: the worker tries, and what it says is the core's own verdict.
    let long = subject(item(&contract, "a pattern of forty thousand letters"));
    long.judge_response(&answer(r#"{"name": "b"}"#));
    let none = subject(item(&contract, "a pattern that is none"));
    assert_eq!(none.judge_response(&answer(r#"{"name": "b"}"#)).mismatches().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn matchers_that_are_none_are_named() {
    let mut contract = fixture("matchers.json");
    assert_good(&contract);
    for (description, why) in [
        (
            "a matcher that nobody knows",
            "the official core does not know the matcher 'isbn'; only a plugin could",
        ),
        (
            "a matcher that nobody knows in another",
            "the official core does not know the matcher 'isbn'; only a plugin could",
        ),
        ("a matcher without a name", "does not load it"),
        ("a path that does not end", "does not load it"),
    ] {
        assert_not_run(&contract, description, why);
    }
    let endless = subject(item(&contract, "a least length that no list has"));
    assert_eq!(endless.judge_response(&answer(r#"{"id": 1}"#)), Judgement::Match);

    // Matcher expressions of endless depth, wherever one might look for them.
    let text = contract.document.text();
    let deep = "eachValue(".repeat(100_000);
    for place in [r#""match": "isbn""#, r#""value": "1""#, r#""path": "/1""#] {
        let (key, _) = place.split_once(':').unwrap();
        contract = self::contract("expressions", text.replace(place, &format!("{key}: \"{deep}\"")));
        assert_good(&contract);
        for item in &contract.items {
            if let Runnable::Ready(subject) = &item.runnable {
                subject.judge_response(&answer(r#"{"id": 1}"#));
            }
        }
    }
    assert_not_run(&contract, "a matcher that nobody knows in another", "isbn");
}

#[test]
fn what_is_no_interaction_leaves_the_others_alone() {
    let contract = fixture("kinds.json");
    assert_good(&contract);
    for (index, item) in contract.items.iter().enumerate().skip(1) {
        assert!(matches!(item.runnable, Runnable::Not(_)), "{index}: {item:?}");
    }
}

/// A pact with a good interaction and one whose response has this body, as JSON text.
fn beside_a_good_one(content_type: &str, body: &str) -> String {
    let path = common::root().join("tests/fixtures/runner/hostile/status-v3.json");
    let mut pact: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let list = pact["interactions"].as_array_mut().unwrap();
    list.truncate(2);
    list[1] = json!({"description": "a deep one", "request": {"method": "GET", "path": "/deep"},
        "response": {"status": 200, "headers": {"Content-Type": content_type}, "body": "HERE"}});
    serde_json::to_string_pretty(&pact).unwrap().replace("\"HERE\"", body)
}

#[test]
fn depth_of_json_is_no_danger() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let contract = contract("deep", beside_a_good_one("application/json", &deep(100_000)));
    assert_good(&contract);
    assert_not_run(&contract, "a deep one", "nested");
    // What came is as deep.
    let judged = subject(&contract.items[0]).judge_response(&answer(deep(100_000)));
    assert!(!judged.mismatches().is_empty(), "{judged:?}");
    // A text that is JSON in turn.
    let inner = Value::from(deep(100_000)).to_string();
    let contract = self::contract("deep text", beside_a_good_one("application/json", &inner));
    assert_good(&contract);
    subject(&contract.items[1]).judge_response(&answer(deep(100_000)));
}

#[test]
fn depth_of_xml_is_judged_out_of_the_way() {
    let deep = |levels: usize, inside: &str| "<a>".repeat(levels) + inside + &"</a>".repeat(levels);
    let xml = |body: String| Response {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/xml".to_owned())],
        body: body.into(),
    };
    let contract =
        contract("xml", beside_a_good_one("application/xml", &Value::from(deep(300, "x")).to_string()));
    assert_good(&contract);
    let item = &contract.items[1];
    assert_eq!(subject(item).judge_response(&xml(deep(300, "x"))), Judgement::Match, "the worker judges");
    let other = subject(item).judge_response(&xml(deep(300, "y")));
    assert!(!other.mismatches().is_empty(), "{other:?}");
    // Without a worker nothing is tried.
    let alone = Contract::new("xml", contract.document.clone()).unwrap();
    let said = subject(&alone.items[1]).judge_response(&xml(deep(300, "x")));
    assert!(unjudged(&said).contains("XML of 300 levels"), "{said:?}");

    for levels in [2_000, 200_000] {
        let body = Value::from(deep(levels, "x")).to_string();
        let contract = self::contract("deep xml", beside_a_good_one("application/xml", &body));
        assert_good(&contract);
        let judged = subject(&contract.items[1]).judge_response(&xml(deep(levels, "x")));
        match judged {
            Judgement::Match => assert_eq!(levels, 2_000),
            judged => assert!(unjudged(&judged).contains(&format!("{levels} levels")), "{judged:?}"),
        }
        assert_good(&contract);
    }
}

#[test]
fn a_worker_ends_with_the_process_that_started_it() {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_pactlens"))
        .arg("judge-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut to, mut from) = (worker.stdin.take().unwrap(), worker.stdout.take().unwrap());
    let mut greeting = [0; 9];
    from.read_exact(&mut greeting).unwrap();
    assert_eq!(&greeting[4..], b"ready");
    // Work for minutes: XML in quadratic time.
    let body = "<a>".repeat(8_000) + &"</a>".repeat(8_000);
    let pact = beside_a_good_one("application/xml", &Value::from(body.clone()).to_string());
    let mut pact: Value = serde_json::from_str(&pact).unwrap();
    pact["interactions"].as_array_mut().unwrap().remove(0);
    let headers = [["content-type", "application/xml"]];
    let job = json!({"pact": pact.to_string(), "what": "Response", "method": "", "path": "", "query": null,
        "status": 200, "headers": headers, "body": STANDARD.encode(body)});
    let job = job.to_string();
    to.write_all(&u32::try_from(job.len()).unwrap().to_le_bytes()).unwrap();
    to.write_all(job.as_bytes()).unwrap();
    // The pipe closes, as it does when this process dies.
    drop(to);
    assert!(worker.wait().unwrap().success());
}

#[test]
fn a_pact_that_takes_hours_ends_soon() {
    let start = Instant::now();
    let items: Vec<Value> = (0..20_000).map(|at| json!({ "id": at })).collect();
    let variants: Vec<Value> = (0..5_000).map(|at| json!({"index": at, "rules": {}})).collect();
    let body = json!({ "items": items });
    let mut pact: Value = serde_json::from_str(&fixture("status-v4.json").document.text()).unwrap();
    let list = pact["interactions"].as_array_mut().unwrap();
    list.truncate(2);
    list[1]["response"] = json!({"status": 200, "body": {"contentType": "application/json", "encoded": false,
        "content": body}, "headers": {"Content-Type": ["application/json"]}, "matchingRules": {"body": {
        "$.items": {"matchers": [{"match": "arrayContains", "variants": variants}]}}}});
    let contract = contract("work", pact.to_string());
    assert_good(&contract);
    let judged = subject(&contract.items[1]).judge_response(&answer(body.to_string()));
    assert!(unjudged(&judged).contains("so many rules on so large a body"), "{judged:?}");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
