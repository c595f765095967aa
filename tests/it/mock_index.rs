//! The mock server's index answers as trying every interaction with the official core does.

use std::fs;
use std::sync::Arc;

use pactlens::analysis::Document;
use pactlens::runner::engine::Side;
use pactlens::runner::mock::Index;
use pactlens::runner::wire::Request;
use pactlens::runner::{Contract, Judgement, Runnable};
use serde_json::{Map, Value, json};

use crate::common::{Random, json_files, say, shared};

fn contract(name: &str, text: &str) -> Option<Arc<Contract>> {
    Contract::new(name, Document::new(text)).ok().map(Arc::new)
}

/// The entry that answers, by trying all: of those that match the highest score, then the
/// first.
fn by_trying_all(index: &Index, request: &Request) -> Option<usize> {
    let mut best: Option<(i32, usize)> = None;
    for (number, entry) in index.entries.iter().enumerate() {
        let (_, item) = index.item(entry).unwrap();
        let Runnable::Ready(subject) = &item.runnable else { panic!("an entry is ready") };
        let verdict = subject.judge_request(request);
        if verdict.judgement == Judgement::Match && best.is_none_or(|(score, _)| verdict.score > score) {
            best = Some((verdict.score, number));
        }
    }
    best.map(|(_, number)| number)
}

/// The request that an entry is for.
fn example(index: &Index, number: usize) -> Option<Request> {
    let (_, item) = index.item(&index.entries[number])?;
    let Runnable::Ready(subject) = &item.runnable else { return None };
    subject.request(Side::Provider, &Map::new()).ok()
}

fn leaves<'a>(value: &'a mut Value, out: &mut Vec<&'a mut Value>) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|it| leaves(it, out)),
        Value::Array(elements) => elements.iter_mut().for_each(|it| leaves(it, out)),
        leaf => out.push(leaf),
    }
}

/// A request that is near one of the index.
fn near(index: &Index, random: &mut Random) -> Option<Request> {
    let mut request = example(index, random.below(index.entries.len()))?;
    let other = example(index, random.below(index.entries.len()))?;
    for _ in 0..random.below(3) {
        match random.below(12) {
            0 => request.path = other.path.clone(),
            1 => request.query.clone_from(&other.query),
            2 => request.body = other.body.clone(),
            3 => request.method = other.method.to_lowercase(),
            4 => request.headers.clone_from(&other.headers),
            5 => request.query = None,
            6 => {
                let query = request.query.take().unwrap_or_default();
                let more = ["a=1", "page=2", "x", "q=%20b", ""][random.below(5)];
                request.query = Some(format!("{query}&{more}"));
            }
            7 => request.path.push_str(["/", "7", "x", "%20"][random.below(4)]),
            8 => {
                request.path =
                    request.path.chars().map(|it| if it.is_ascii_digit() { '4' } else { it }).collect()
            }
            9 => {
                request.path.pop();
            }
            _ => {
                let Ok(mut body) = serde_json::from_slice::<Value>(&request.body) else { continue };
                let mut found = Vec::new();
                leaves(&mut body, &mut found);
                if !found.is_empty() {
                    let at = random.below(found.len());
                    let values =
                        [json!(1), json!(1.0), json!("x"), json!(null), json!(-0.0), json!(0), json!("1")];
                    *found[at] = values[random.below(7)].clone();
                }
                request.body = body.to_string().into();
            }
        }
    }
    Some(request)
}

/// How many requests were answered, and how many not.
fn hold(index: &Index, random: &mut Random, rounds: usize) -> (usize, usize) {
    let (mut hits, mut misses) = (0, 0);
    for _ in 0..rounds {
        let Some(request) = near(index, random) else { continue };
        let answer = index.answers(&request);
        assert_eq!(answer, by_trying_all(index, &request), "{request:?}");
        if answer.is_some() { hits += 1 } else { misses += 1 }
    }
    (hits, misses)
}

/// Interactions that are hard to tell apart.
fn hard(version: &str) -> String {
    let rules = |part: &str, rule: Value| {
        if version.starts_with('2') {
            json!({ format!("$.{part}"): rule })
        } else if part == "path" {
            json!({"path": {"matchers": [rule]}})
        } else {
            let (category, rest) = part.split_once('.').unwrap();
            let key = if category == "body" { format!("$.{rest}") } else { rest.to_owned() };
            json!({category: {key: {"matchers": [rule]}}})
        }
    };
    let mut list = Vec::new();
    let mut add = |request: Value| {
        let number = list.len();
        list.push(json!({
            "description": format!("number {number}"), "request": request, "response": {"status": 200}
        }));
    };
    let patterns = [
        r"^/a/\d+$",
        r"/a/[0-9]{1,3}",
        r"(?i)/A/4",
        r"^/(a|b)/4$",
        r"/a/4|/b",
        r"\/b\/.*",
        r".*",
        r"^/c/x{2}?$",
        r"^/c/[xy]+/z$",
        r"/c/(?:x|y)*z?",
        r"/\w+/\d*",
        r"^/a/4?$",
        r"/b/?",
        r"^$|^/d",
        r"/a\/4",
        r"/[a-c]/[^x]",
        r"(/a/4",
    ];
    for pattern in patterns {
        add(
            json!({"method": "GET", "path": "/a/4", "matchingRules": rules("path", json!({"match": "regex", "regex": pattern}))}),
        );
    }
    add(json!({"method": "get", "path": "/a/4", "matchingRules": rules("path", json!({"match": "type"}))}));
    for path in ["/a/4", "/b", "/b/", "/c/xx", "/c/x", "/c/z", "/", ""] {
        add(json!({"method": "GET", "path": path}));
    }
    let query = |text: &str, map: Value| if version.starts_with('4') { map } else { json!(text) };
    add(json!({"method": "GET", "path": "/q", "query": query("a=1", json!({"a": ["1"]}))}));
    add(json!({"method": "GET", "path": "/q", "query": query("a=1&a=2", json!({"a": ["1", "2"]}))}));
    add(
        json!({"method": "GET", "path": "/q", "query": query("page=2&x=", json!({"page": ["2"], "x": [""]}))}),
    );
    add(json!({"method": "GET", "path": "/q", "query": query("a=1", json!({"a": ["1"]})),
        "matchingRules": rules("query.a", json!({"match": "type"}))}));
    let json_headers = json!({"Content-Type": "application/json"});
    for n in 0..12 {
        let body = json!({"query": format!("q{}", n / 3), "variables": {"id": n % 3, "at": null}});
        add(json!({"method": "POST", "path": "/graphql", "headers": json_headers, "body": body}));
    }
    for (at, rule) in [
        ("body.query", json!({"match": "type"})),
        ("body.variables", json!({"match": "type"})),
        ("body.variables.id", json!({"match": "integer"})),
        ("body.*", json!({"match": "type"})),
    ] {
        let body = json!({"query": "q1", "variables": {"id": 1, "at": null}});
        add(
            json!({"method": "POST", "path": "/graphql", "headers": json_headers, "body": body, "matchingRules": rules(at, rule)}),
        );
    }
    add(json!({"method": "POST", "path": "/graphql"}));
    add(
        json!({"method": "POST", "path": "/graphql", "headers": {"Content-Type": "text/plain"}, "body": "{\"query\": \"q1\"}"}),
    );
    add(json!({"method": "POST", "path": "/graphql", "headers": json_headers, "body": [1, 2]}));
    add(json!({"method": "POST", "path": "/graphql", "headers": json_headers, "body": {}}));
    add(
        json!({"method": "POST", "path": "/graphql", "headers": json_headers, "body": {"query": 0.0, "x": 0, "y": 1.0}}),
    );
    // The same request again, in another state.
    add(json!({"method": "GET", "path": "/b"}));
    json!({
        "consumer": {"name": "c"}, "provider": {"name": "p"},
        "interactions": if version.starts_with('4') { list.iter().map(as_v4).collect() } else { Value::from(list) },
        "metadata": {"pactSpecification": {"version": version}}
    })
    .to_string()
}

fn as_v4(interaction: &Value) -> Value {
    let mut interaction = interaction.clone();
    interaction["type"] = json!("Synchronous/HTTP");
    if let Some(body) = interaction["request"].get("body").cloned() {
        let kind = interaction["request"]["headers"]["Content-Type"].clone();
        interaction["request"]["body"] = json!({"content": body, "contentType": kind, "encoded": false});
        interaction["request"]["headers"]["Content-Type"] = json!([kind]);
    }
    interaction
}

#[test]
fn the_index_answers_as_trying_all_does() {
    for (version, seed) in [("2.0.0", 3), ("3.0.0", 5), ("4.0", 7)] {
        let index = Index::new(vec![contract("hard.json", &hard(version)).unwrap()], None);
        assert!(index.entries.len() > 50, "{version}: {}", index.entries.len());
        let (hits, misses) = hold(&index, &mut Random(seed), 1_500);
        assert!(hits > 300 && misses > 50, "{version}: {hits} answered, {misses} not");
    }
}

#[test]
fn the_index_answers_as_trying_all_does_on_real_pacts() {
    let Some(folder) = shared("corpus") else { return };
    let mut files = json_files(&folder);
    let mut random = Random(11);
    for at in (1..files.len()).rev() {
        files.swap(at, random.below(at + 1));
    }
    let (mut hits, mut misses, mut pacts) = (0, 0, 0);
    for group in files.chunks(20).take(16) {
        let small = group.iter().filter(|path| fs::metadata(path).unwrap().len() < 60_000);
        let texts = small.filter_map(|path| Some((path.to_string_lossy(), fs::read_to_string(path).ok()?)));
        let contracts: Vec<_> = texts.filter_map(|(name, text)| contract(&name, &text)).collect();
        pacts += contracts.len();
        let index = Index::new(contracts, None);
        if index.entries.is_empty() {
            continue;
        }
        let (more_hits, more_misses) = hold(&index, &mut random, 40);
        hits += more_hits;
        misses += more_misses;
    }
    say(&format!("mock index: {pacts} real pacts, {hits} requests answered, {misses} not, as by trying all"));
    assert!(hits > 100, "{hits} answered, {misses} not");
}
