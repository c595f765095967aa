//! The programme `upgrade`: a file that is brought to a newer version accepts and refuses what
//! it did before, except where a note says otherwise.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use pact_matching::{match_message, match_request, match_response};
use pact_models::interaction::Interaction;
use pact_models::message::Message;
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::v4::http_parts::{HttpRequest, HttpResponse};
use pactlens::analysis::{Document, upgrade};
use pactlens::model::Version;
use pactlens::text::apply_edits;
use serde_json::Value;

use crate::actual;
use crate::corpus::{folder, read};
use crate::judge::{self, Loaded, Matched, Reading};
use crate::random::{Random, hash};

/// Requests, responses and messages that each interaction is held against.
const ACTUALS: usize = 200;

/// What a file may take.
const DEADLINE: Duration = Duration::from_secs(120);

type CorePact = Box<dyn Pact + Send + Sync + RefUnwindSafe>;
type CoreInteraction = Box<dyn Interaction + Send + Sync + RefUnwindSafe>;

/// What became of one file.
#[derive(Debug, Default)]
struct Outcome {
    refused: Option<String>,
    /// Nothing to do.
    idle: bool,
    interactions: usize,
    actuals: usize,
    accepted: usize,
    /// Differences that a note tells of.
    told: Vec<String>,
    /// The core says something else each time.
    unstable: usize,
    notes: Vec<String>,
    wrong: Vec<String>,
}

/// Small files for each difference that real ones may not show.
fn made() -> Vec<(String, String)> {
    let pact = |version: &str, list: &str, items: &str| {
        format!(
            r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "{list}": [{items}], "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#
        )
    };
    let misplaced = include_str!("../../fixtures/tutorials/misplaced-version.json");
    let mut files = vec![("made: a misplaced version".to_owned(), misplaced.to_owned())];
    let mut add = |name: &str, version: &str, list: &str, items: &str| {
        files.push((format!("made: {name}"), pact(version, list, items)));
    };
    for (index, query) in [
        "",
        "a=1&b=2&a=3",
        "a",
        "a=&b",
        "q=x+y",
        "q=x%2By%20z",
        "q=100%",
        "q=%zz&r=%4",
        "q=%%41",
        "a[]=1&a[]=2",
        "q=\u{e9}%20x",
        "&&a=b&",
        "=x",
        "q=a=b",
    ]
    .iter()
    .enumerate()
    {
        let item = format!(
            r#"{{"description": "d", "request": {{"path": "/", "query": {}}}}}"#,
            Value::from(*query)
        );
        add(&format!("query {index}"), "2.0.0", "interactions", &item);
        add(&format!("query {index} in V3"), "3.0.0", "interactions", &item);
    }
    add(
        "query as an object",
        "2.0.0",
        "interactions",
        r#"{"description": "d", "request": {"path": "/", "query": {"a": ["1"]}}}"#,
    );
    let types = [
        "",
        "application/json",
        "application/json; charset=utf-8",
        "application/problem+json",
        "text/plain",
        "text/plain;charset=utf-8",
        "application/xml",
        "text/html",
        "application/octet-stream",
        "image/png",
        "application/x-www-form-urlencoded",
        "nonsense",
        "*/*",
        "application/graphql",
        "text/json",
    ];
    let bodies = [
        r#"{"a": 1, "b": [1.0, 2], "c": {"d": null}}"#,
        "[1, 2]",
        "[]",
        "{}",
        r#"{"$ref": "x"}"#,
        r#"{"b": 1, "": 2}"#,
        "12",
        "-12",
        "1.0",
        "true",
        "null",
        r#""""#,
        r#""text""#,
        r#""dGVzdA==""#,
        r#""{\"a\": 1}""#,
        r#""[1, 2]""#,
        r#""\"quoted\"""#,
        r#""say \"hi\"""#,
        r#""back\\nslash""#,
        r#""line\nbreak""#,
        r#""<a>1</a>""#,
        r#""<?xml version=\"1.0\"?><a/>""#,
        r#""<html>x</html>""#,
        r#""a=1&b=2""#,
        r#""12""#,
        r#""{ broken""#,
        r#""été""#,
        r#"{"content": 1, "contentType": "application/json"}"#,
        r#"{"content": 1}"#,
        r#"{"name": "ééééééééééééééééééééééééé"}"#,
    ];
    for content_type in types {
        for (index, body) in bodies.iter().enumerate() {
            let headers = if content_type.is_empty() {
                String::new()
            } else {
                format!(r#""headers": {{"Content-Type": "{content_type}"}}, "#)
            };
            let part = format!(
                r#"{{{headers}"body": {body}, "matchingRules": {{"body": {{"$.a": {{"matchers": [{{"match": "integer"}}]}}}}}}}}"#
            );
            let item = format!(r#"{{"description": "d", "request": {part}, "response": {part}}}"#);
            add(&format!("body {index} as '{content_type}'"), "3.0.0", "interactions", &item);
            for key in ["contentType", "Content-Type"] {
                let metadata = if content_type.is_empty() {
                    r#""metaData": {"x": 1}"#.to_owned()
                } else {
                    format!(r#""metadata": {{"{key}": "{content_type}"}}"#)
                };
                let item = format!(r#"{{"description": "d", "contents": {body}, {metadata}}}"#);
                add(&format!("contents {index} as '{content_type}' under {key}"), "3.0.0", "messages", &item);
            }
        }
    }
    let rules = r#"{"$.body": {"match": "type"}, "$.body.a": {"match": "regex", "regex": "\\d+"}, "$.body.l": {"min": 1},
        "$.body['x y']": {"match": "type"}, "$.headers.X-A": {"match": "regex", "regex": "a|b"}, "$.query.q": {"match": "regex", "regex": "\\w+"},
        "$.path": {"match": "regex", "regex": "/\\d+"}}"#;
    let request = format!(
        r#"{{"path": "/1", "query": "q=x", "headers": {{"X-A": "a", "Accept": "a/b, c/d", "Vary": "x,y"}}, "body": {{"a": "1", "l": [1], "x y": 2}}, "matchingRules": {rules}}}"#
    );
    add("rules", "2.0.0", "interactions", &format!(r#"{{"description": "d", "request": {request}}}"#));
    add("rules in V3", "3.0.0", "interactions", &format!(r#"{{"description": "d", "request": {request}}}"#));
    let old = request.replace("matchingRules", "requestMatchingRules");
    add("legacy rules", "2.0.0", "interactions", &format!(r#"{{"description": "d", "request": {old}}}"#));
    for state in [
        r#""providerState": "s""#,
        r#""provider_state": "s""#,
        r#""providerState": null"#,
        r#""providerState": """#,
    ] {
        add(
            "state",
            "2.0.0",
            "interactions",
            &format!(r#"{{{state}, "description": "d", "request": {{}}}}"#),
        );
    }
    add(
        "a message as many write it",
        "3.0.0",
        "messages",
        r#"{"description": "d", "contents": {"a": 1}, "metaData": {"contentType": "application/json", "k": "v"}, "metadata": {"other": 1},
            "matchingRules": {"body": {"$.a": {"matchers": [{"match": "integer"}]}}, "metadata": {"k": {"matchers": [{"match": "type"}]}}},
            "generators": {"body": {"$.a": {"type": "RandomInt"}}}}"#,
    );
    add("no description", "3.0.0", "messages", r#"{"contents": "x"}"#);
    add("no description", "3.0.0", "interactions", r#"{}"#);
    files.push((
        "made: both lists".to_owned(),
        r#"{"messages": [{"description": "m", "contents": "x", "metaData": {"contentType": "text/plain"}}], "interactions": [{"description": "i", "pactSpecification": {"version": "4.0"}}], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#.to_owned(),
    ));
    for metadata in [
        r#"{}"#,
        "null",
        r#"{"pactSpecification": null}"#,
        r#"{"pactSpecification": "3.0.0"}"#,
        r#"{"pactSpecificationVersion": "2.0.0"}"#,
        r#"{"pactSpecificationVersion": "2.0.0", "x": 1}"#,
        r#"{"pact-specification": {"version": "2.0.0"}, "pactSpecificationVersion": "2.0.0"}"#,
        r#"{"pactSpecification": {"version": 2}}"#,
        "[]",
    ] {
        files.push((
            format!("made: metadata {metadata}"),
            format!(r#"{{"consumer": {{"name": "a"}}, "interactions": [{{"description": "i", "request": {{"query": "a=1"}}, "pact-specification": {{"version": "3.0"}}, "pactSpecificationVersion": "3"}}], "metadata": {metadata}}}"#),
        ));
    }
    files
}

fn load(text: &str) -> Option<CorePact> {
    let json: Value = serde_json::from_str(text).ok()?;
    catch_unwind(AssertUnwindSafe(|| load_pact_from_json("pact", &json).ok())).ok().flatten()
}

fn judged(name: &str, text: &str, to: Version) -> Outcome {
    let mut outcome = Outcome::default();
    let doc = Document::new(text);
    let upgrade = match upgrade(&doc, to) {
        Ok(upgrade) => upgrade,
        Err(refusal) => {
            outcome.refused = Some(refusal.reason);
            return outcome;
        }
    };
    if upgrade.edits.is_empty() {
        outcome.idle = true;
        return outcome;
    }
    outcome.notes = upgrade.notes.iter().map(|note| note.text.clone()).collect();
    let Some(after) = apply_edits(text, &upgrade.edits) else {
        outcome.wrong.push("the edits do not fit".to_owned());
        return outcome;
    };
    let (Some(old), new) = (load(text), load(&after)) else { return outcome };
    let Some(new) = new else {
        outcome.wrong.push(format!("does not load any more: {:?}", judge::read(&after, Matched::None)));
        return outcome;
    };
    if new.specification_version().to_string() != to.name() {
        outcome.wrong.push(format!("read as {}", new.specification_version()));
    }
    let again = Document::new(after.as_str());
    match pactlens::analysis::upgrade(&again, to) {
        Ok(second) if second.edits.is_empty() => {}
        other => outcome.wrong.push(format!("not at rest: {other:?}")),
    }
    let (before, after_all) = (old.interactions(), new.interactions());
    outcome.interactions = before.len();
    let list_told = outcome.notes.iter().any(|note| note.contains("alone where both lists stand"));
    let skip = after_all.len().saturating_sub(before.len());
    if skip > 0 && !list_told || after_all.len() < before.len() {
        outcome.wrong.push(format!("{} interactions, before {}", after_all.len(), before.len()));
        return outcome;
    }
    let (Reading::Pact { interactions: read_before, .. }, Reading::Pact { interactions: read_after, .. }) =
        (judge::read(text, Matched::None), judge::read(&after, Matched::None))
    else {
        return outcome;
    };
    let section = if before.first().is_some_and(|it| it.is_message()) {
        pactlens::model::Section::Messages
    } else {
        pactlens::model::Section::Interactions
    };
    let chunks: Vec<usize> = (0..doc.chunk_count()).filter(|&at| doc.position(at).0 == section).collect();
    for (at, (one, other)) in before.iter().zip(after_all.iter().skip(skip)).enumerate() {
        let told = doc.chunk(chunks[at]).is_some_and(|(chunk, base)| {
            let end = base + chunk.text().len() as u32;
            upgrade.notes.iter().any(|note| (base..end).contains(&note.span.start))
        });
        let differs = |what: String, outcome: &mut Outcome| {
            let list = if told { &mut outcome.told } else { &mut outcome.wrong };
            list.push(format!("interaction {at}: {what}"));
        };
        if one.description() != other.description() {
            differs(format!("{} instead of {}", other.description(), one.description()), &mut outcome);
        }
        if one.provider_states() != other.provider_states() {
            differs("other states".to_owned(), &mut outcome);
        }
        for (what, a, b) in same(&read_before[at], &read_after[at + skip]) {
            if a != b {
                differs(format!("{what}: {b:?} instead of {a:?}"), &mut outcome);
            }
        }
        let mut random = Random::new(hash(name) ^ at as u64);
        for number in 0..ACTUALS {
            // The first is the example itself.
            let Some(verdicts) = verdicts(one, other, &old, &new, number, &mut random) else { continue };
            outcome.actuals += 1;
            match verdicts {
                (Some(a), Some(b), _) if a == b => outcome.accepted += usize::from(a),
                (Some(a), Some(b), what) => {
                    let said = |it| if it { "accepts" } else { "refuses" };
                    differs(format!("{} now what it {} before: {what}", said(b), said(a)), &mut outcome);
                    break;
                }
                _ => outcome.unstable += 1,
            }
        }
    }
    outcome
}

/// What is read of an interaction, in lines that both versions spell alike.
fn same(one: &Loaded, other: &Loaded) -> [(&'static str, Vec<String>, Vec<String>); 2] {
    let plain = |lines: &Vec<String>| -> Vec<String> {
        let mut lines: Vec<String> = lines
            .iter()
            .map(|line| {
                let mut words = line.splitn(4, ' ');
                let (a, b, c, d) = (words.next(), words.next(), words.next(), words.next());
                // A name is a path in one version and a name in the other.
                let name =
                    c.unwrap_or("").trim_start_matches("$['").trim_start_matches("$.").trim_end_matches("']");
                format!("{a:?} {b:?} {name} {d:?}")
            })
            .collect();
        lines.sort();
        lines
    };
    [
        ("rules", plain(&one.rules), plain(&other.rules)),
        ("generators", plain(&one.generators), plain(&other.generators)),
    ]
}

type Verdicts = (Option<bool>, Option<bool>, String);

/// Whether each of the two accepts an actual request, response or message; `None` for one that
/// says something else each time.
fn verdicts(
    one: &CoreInteraction,
    other: &CoreInteraction,
    old: &CorePact,
    new: &CorePact,
    number: usize,
    random: &mut Random,
) -> Option<Verdicts> {
    if let (Some(http), Some(http_after)) = (one.as_v4_http(), other.as_v4_http()) {
        if number % 2 == 0 {
            let actual = actual::request(&http.request, number, random);
            let ask = |expected: &HttpRequest, pact: &CorePact, it: &CoreInteraction| {
                stable(|| {
                    let found = block(match_request(expected.clone(), actual.clone(), pact, it))?;
                    Some(found.ok()?.all_matched())
                })
            };
            let shown = format!("{actual:?}");
            return Some((ask(&http.request, old, one), ask(&http_after.request, new, other), shown));
        }
        let actual = actual::response(&http.response, number - 1, random);
        let ask = |expected: &HttpResponse, pact: &CorePact, it: &CoreInteraction| {
            stable(|| {
                let found = block(match_response(expected.clone(), actual.clone(), pact, it))?;
                Some(found.ok()?.is_empty())
            })
        };
        let shown = format!("{actual:?}");
        return Some((ask(&http.response, old, one), ask(&http_after.response, new, other), shown));
    }
    let expected = one.as_message()?;
    let (contents, metadata) = actual::message(&expected.contents, &expected.metadata, number, random);
    let shown = format!("{contents:?} {metadata:?}");
    let actual = Message { contents, metadata, ..Message::default() }.boxed();
    let ask = |it: &CoreInteraction, pact: &CorePact| {
        stable(|| Some(block(match_message(it, &actual, pact))?.is_empty()))
    };
    Some((ask(one, old), ask(other, new), shown))
}

fn stable(ask: impl Fn() -> Option<bool>) -> Option<bool> {
    // A panic is a refusal.
    let first = ask().unwrap_or(false);
    (0..2).all(|_| ask().unwrap_or(false) == first).then_some(first)
}

fn block<T>(future: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(future))).ok()
}

/// Runs the programme. With `--goal` it is a failure when a difference is
/// not told; with `--told` those that are told are listed.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let (flags, given): (Vec<String>, Vec<String>) = arguments.partition(|it| it.starts_with("--"));
    let flag = |name: &str| flags.iter().any(|flag| flag == name);
    let (goal, tells) = (flag("--goal"), flag("--told"));
    let real = folder(given.first().map(PathBuf::from)).map(|folder| read(&folder));
    if real.is_none() {
        println!("SKIPPED in part: no real pacts");
    }
    let mut notes: BTreeMap<String, usize> = BTreeMap::new();
    let mut refusals: BTreeMap<String, usize> = BTreeMap::new();
    let (mut files, mut idle, mut slow, mut told, mut wrong) = (0, 0, 0, 0, 0);
    let mut sum = Outcome::default();
    for (name, text) in real.into_iter().flatten().chain(made()) {
        if load(&text).is_none() {
            continue;
        }
        for to in [Version::V3, Version::V4] {
            let (sender, receiver) = channel();
            let (name_there, text) = (name.clone(), text.clone());
            let job = move || {
                let judge = || judged(&name_there, &text, to);
                let _ = sender.send(catch_unwind(AssertUnwindSafe(judge)));
            };
            if thread::Builder::new().stack_size(64 << 20).spawn(job).is_err() {
                continue;
            }
            let outcome = match receiver.recv_timeout(DEADLINE) {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Outcome { wrong: vec!["panics".to_owned()], ..Outcome::default() },
                Err(_) => {
                    slow += 1;
                    continue;
                }
            };
            if outcome.idle {
                idle += 1;
                continue;
            }
            files += 1;
            sum.interactions += outcome.interactions;
            sum.actuals += outcome.actuals;
            sum.accepted += outcome.accepted;
            told += outcome.told.len();
            for line in outcome.told.iter().filter(|_| tells) {
                println!("told: {name} to {}: {line}", to.name());
            }
            sum.unstable += outcome.unstable;
            outcome.notes.into_iter().for_each(|note| *notes.entry(note).or_default() += 1);
            if let Some(why) = outcome.refused {
                println!("{name} to {} refused: {why}", to.name());
                *refusals.entry(why).or_default() += 1;
            }
            for line in &outcome.wrong {
                wrong += 1;
                println!("{name} to {}: {}", to.name(), line.chars().take(700).collect::<String>());
            }
        }
    }
    for (note, times) in &notes {
        println!("{times:>5} notes: {note}");
    }
    for (reason, times) in &refusals {
        println!("{times:>5} refused: {reason}");
    }
    println!(
        "{files} files brought to a newer version ({idle} had nothing to change), {} interactions, {} actuals held against both ({} accepted), {} not to be judged, {slow} files too slow",
        sum.interactions, sum.actuals, sum.accepted, sum.unstable
    );
    println!("{told} differences told, {wrong} not told");
    ExitCode::from(u8::from(goal && wrong > 0))
}
