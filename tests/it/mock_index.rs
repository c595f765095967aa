//! The mock server's index answers as trying every interaction with the official core does.

use std::fs;
use std::sync::Arc;

use pactlens::analysis::Document;
use pactlens::http::wire::Request;
use pactlens::model::InteractionKind;
use pactlens::runner::engine::{PathShape, Side};
use pactlens::runner::mock::Index;
use pactlens::runner::{Contract, Item, Judgement, Runnable};
use serde_json::{Map, Value, json};

use crate::common::{Random, json_files, say, shared};

/// A contract as it is served, and the same loaded at once.
fn contract(name: &str, text: &str) -> Option<(Arc<Contract>, Contract)> {
    let served = Contract::later(name, Document::new(text)).ok()?;
    Some((Arc::new(served), Contract::new(name, Document::new(text)).unwrap()))
}

fn index(contracts: Vec<(Arc<Contract>, Contract)>) -> (Index, Vec<Contract>) {
    let (served, loaded) = contracts.into_iter().unzip();
    (Index::new(served, None), loaded)
}

/// The entry that answers, by trying all: of those that match the highest score, then the
/// first.
fn by_trying_all(index: &Index, loaded: &[Contract], request: &Request) -> Option<usize> {
    let mut best: Option<(i32, usize)> = None;
    for (number, entry) in index.entries.iter().enumerate() {
        let item = &loaded[entry.contract].items[entry.item];
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
fn hold(index: &Index, loaded: &[Contract], random: &mut Random, rounds: usize) -> (usize, usize) {
    let (mut hits, mut misses) = (0, 0);
    for _ in 0..rounds {
        let Some(mut request) = near(index, random) else { continue };
        let answer = index.answers(&request);
        assert_eq!(answer, by_trying_all(index, loaded, &request), "{request:?}");
        assert_eq!(index.answers(&request), answer, "asked again: {request:?}");
        // The same but for a header, which may have no say in it.
        let names = ["x-request-id", "accept", "Content-Type", "ACCEPT", "content-encoding", "x-api-key"];
        let values = ["1", "application/json", "text/plain; charset=utf-8", ""];
        let (name, value) = (names[random.below(6)], values[random.below(4)]);
        match random.below(3) {
            0 => request.headers.retain(|it| !it.0.eq_ignore_ascii_case(name)),
            1 => request.headers.push((name.to_owned(), value.to_owned())),
            _ => request.headers.insert(0, (name.to_owned(), value.to_owned())),
        }
        let answer_to_this = index.answers(&request);
        assert_eq!(answer_to_this, by_trying_all(index, loaded, &request), "{request:?}");
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
        let (index, loaded) = index(vec![contract("hard.json", &hard(version)).unwrap()]);
        assert!(index.entries.len() > 50, "{version}: {}", index.entries.len());
        let (hits, misses) = hold(&index, &loaded, &mut Random(seed), 800);
        assert!(hits > 150 && misses > 25, "{version}: {hits} answered, {misses} not");
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
        let (index, loaded) = index(contracts);
        if index.entries.is_empty() {
            continue;
        }
        let (more_hits, more_misses) = hold(&index, &loaded, &mut random, 40);
        hits += more_hits;
        misses += more_misses;
    }
    say(&format!("mock index: {pacts} real pacts, {hits} requests answered, {misses} not, as by trying all"));
    assert!(hits > 100, "{hits} answered, {misses} not");
}

/// What is told of the items of a contract.
fn told(contract: &Contract) -> Vec<String> {
    let tell = |item: &Item| {
        let Item { chunk, kind, description, states, pending, transport, span, at, runnable, .. } = item;
        let why = if let Runnable::Not(why) = runnable { why.to_string() } else { "ready".to_owned() };
        format!("{chunk} {kind:?} {description} {states:?} {pending} {transport:?} {span:?} {at:?} {why}")
    };
    contract.items.iter().map(tell).collect()
}

/// How many interactions of a file are loaded later, and how many at once, and how many have a
/// response that is sent as it is written; what is told of them, and what they do, is the same.
fn hold_later(name: &str, text: &str) -> [usize; 3] {
    let Some((served, loaded)) = contract(name, text) else { return [0; 3] };
    assert_eq!(told(&served), told(&loaded), "{name}");
    let (mut later, mut ready, mut plain) = (0, 0, 0);
    for (one, other) in served.items.iter().zip(&loaded.items) {
        let (Runnable::Ready(one_subject), Runnable::Ready(other_subject)) = (&one.runnable, &other.runnable)
        else {
            continue;
        };
        if one.kind != InteractionKind::Http {
            continue;
        }
        let is_later = format!("{one_subject:?}") == "Subject(None)";
        if is_later {
            later += 1
        } else {
            ready += 1
        }
        let at = format!("{name}: {}", one.description);
        let shape = other_subject.shape().unwrap();
        if let Some(outline) = &one.outline {
            let path = PathShape::Exact(outline.path.clone());
            assert_eq!(
                (&outline.method, &path, false),
                (&shape.method, &shape.path, shape.has_rules),
                "{at}"
            );
            assert!(!outline.is_bare || shape.exact.is_empty() && shape.ruled_query.is_empty(), "{at}");
        }
        let sent = other_subject.fixed_response();
        if let Some(response) = served.plain(one) {
            plain += 1;
            assert_eq!(response.response(), sent, "{at}");
        }
        assert_eq!(one_subject.fixed_response(), sent, "{at}");
        assert_eq!(one_subject.shape(), Some(shape), "{at}");
        // Loads the whole of it.
        assert_eq!(one_subject.states(), other_subject.states(), "{at}");
        assert_eq!(one_subject.has_generators(), other_subject.has_generators(), "{at}");
        assert_eq!(one_subject.pact_text(), other_subject.pact_text(), "{at}");
    }
    [later, ready, plain]
}

#[test]
fn what_is_loaded_later_is_told_and_answered_as_if_it_had_been_at_once() {
    for version in ["2.0.0", "3.0.0", "4.0"] {
        let [later, ready, _] = hold_later("hard.json", &hard(version));
        assert!(later > 40, "{version}: {later} later, {ready} at once");
    }
    let Some(folder) = shared("corpus") else { return };
    let (mut all, mut files) = ([0; 3], 0);
    for path in json_files(&folder) {
        let small = fs::metadata(&path).unwrap().len() < 200_000;
        let Some(text) = fs::read_to_string(&path).ok().filter(|_| small) else { continue };
        let more = hold_later(&path.to_string_lossy(), &text);
        all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
        files += 1;
    }
    let [later, ready, plain] = all;
    say(&format!(
        "mock: of {files} real files {later} interactions are loaded when asked, {ready} at once, and {plain} responses are sent as they are written"
    ));
    assert!(plain > ready, "{plain} responses are sent as they are written");
    assert!(later > ready, "{later} later, {ready} at once");
}

#[test]
fn what_the_core_refuses_is_told_before_it_is_asked() {
    // Each between two that are loaded; the line of the file says which.
    let bad = [
        (r#""status": null"#, "response.status is null"),
        (r#""status": 70000"#, "response.status is 70000"),
        (r#""status": 200, "matchingRules": {"body": {"$.a[": {"matchers": [{"match": "type"}]}}}"#, "path"),
        (r#""status": 200, "matchingRules": {"body": {"$.a": {"matchers": [{"x": 1}]}}}"#, "match"),
        (r#""status": 200, "matchingRules": {"body": []}"#, "not correctly formed"),
        (r#""status": 200, "matchingRules": {"body": {"$.a": {"matchers": [{"match": "isbn"}]}}}"#, "isbn"),
        (r#""status": 200, "generators": {"body": {"$.a[": {"type": "Uuid"}}}"#, "path"),
        (r#""status": 200, "body": 1, "headers": {"Content-Type": []}"#, "panics"),
    ];
    for version in ["3.0.0", "4.0"] {
        for (response, said) in bad {
            if version == "4.0" && said == "panics" {
                continue;
            }
            let one = |path: &str, response: &str| {
                format!(
                    r#"{{"type": "Synchronous/HTTP", "description": "{path}", "request": {{"path": "{path}"}}, "response": {{{response}}}}}"#
                )
            };
            let good =
                r#""status": 200, "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}"#;
            let text = format!(
                r#"{{"interactions": [{}, {}, {}], "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#,
                one("/a", good),
                one("/b", response),
                one("/c", good)
            );
            let (served, loaded) = contract("p.json", &text).unwrap();
            let list = told(&served);
            assert_eq!(list, told(&loaded));
            assert!(list[0].ends_with("ready") && list[2].ends_with("ready"), "{list:?}");
            assert!(!list[1].ends_with("ready") && list[1].contains(said), "{version} {said}: {list:?}");
        }
    }
}
