//! The engine says what the official core says: over the published test cases, and over what
//! real pacts promise of themselves.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::FutureExt;
use pact_models::generators::GeneratorTestMode;
use pact_models::pact::load_pact_from_json;
use pactlens::analysis::Document;
use pactlens::http::wire::Response;
use pactlens::model::InteractionKind;
use pactlens::runner::engine::{Side, Worker};
use pactlens::runner::{Contract, Judgement, NotRun, Runnable, Subject};
use serde_json::{Map, Value, json};

use crate::common;

/// Cases whose expected verdict the official core itself does not give, with the reason.
const EXCEPTIONS: &str = include_str!("conformance_exceptions.tsv");

#[test]
fn published_cases_get_their_verdicts() {
    let Some(folder) = common::shared("corpus/conformance/spec_testcases") else { return };
    let known: BTreeMap<&str, &str> = EXCEPTIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let (mut seen, mut wrong, mut excused) = (0, Vec::new(), Vec::new());
    for path in common::json_files(&folder) {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let case: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let wanted = case["match"].as_bool().unwrap();
        let found = judged(&name, &case);
        let core = by_the_core(&name, &case);
        if core != Some(found == Judgement::Match) {
            wrong.push(format!("{name}: the core says {core:?}, the engine {found:?}"));
        } else if (found == Judgement::Match) != wanted {
            match known.get_key_value(name.as_str()) {
                Some((name, _)) => excused.push(*name),
                None => wrong.push(format!("{name}: expected {wanted}, found {found:?}")),
            }
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(seen, 803);
    let unused: Vec<_> = known.keys().filter(|name| !excused.contains(*name)).collect();
    assert!(unused.is_empty(), "no exceptions any more: {unused:?}");
}

/// Which of the parts of a case's folder name it is about, and the pact made of one side.
fn pact_of(name: &str, side: &Value) -> Value {
    let version = match name.split('/').next().unwrap() {
        "v1" => "1.0.0",
        "v1_1" => "1.1.0",
        "v2" => "2.0.0",
        "v3" => "3.0.0",
        _ => "4.0",
    };
    let what = name.split('/').nth(1).unwrap();
    let mut it = json!({"description": "case"});
    let all = it.as_object_mut().unwrap();
    let mut key = "interactions";
    match what {
        "request" => {
            all.insert("request".into(), side.clone());
            all.insert("response".into(), json!({"status": 200}));
        }
        "response" => {
            all.insert("request".into(), json!({"method": "GET", "path": "/"}));
            all.insert("response".into(), side.clone());
        }
        _ => {
            all.extend(side.as_object().unwrap().clone());
            key = if version == "4.0" { "interactions" } else { "messages" };
        }
    }
    if version == "4.0" {
        let kind = if what == "message" { "Asynchronous/Messages" } else { "Synchronous/HTTP" };
        all.insert("type".into(), kind.into());
    }
    json!({"consumer": {"name": "c"}, "provider": {"name": "p"}, key: [it],
        "metadata": {"pactSpecification": {"version": version}}})
}

/// The engine's verdict; what came goes over the wire.
fn judged(name: &str, case: &Value) -> Judgement {
    let expected = Subject::load(&pact_of(name, &case["expected"])).unwrap();
    let actual = Subject::load(&pact_of(name, &case["actual"])).unwrap();
    match name.split('/').nth(1).unwrap() {
        "request" => {
            let mut sent = actual.request(Side::Consumer, &Map::new()).unwrap();
            // The verifier sends the word, which is a body; the cases mean that there is none.
            if sent.body == "null" {
                sent.body = Bytes::new();
            }
            expected.judge_request(&sent).judgement
        }
        "response" => expected.judge_response(&actual.response(Side::Provider, &Map::new()).unwrap()),
        _ => expected.judge_message(&as_answer(&pact_of(name, &case["actual"]))),
    }
}

/// The example of a message as a message proxy would answer with it.
fn as_answer(pact: &Value) -> Response {
    let pact = load_pact_from_json("case", pact).unwrap();
    let message = pact.interactions().remove(0).as_message().unwrap();
    let metadata = json!(message.metadata).to_string();
    let mut headers = vec![("pact-message-metadata".to_owned(), STANDARD.encode(metadata))];
    headers.extend(message.message_content_type().map(|it| ("content-type".to_owned(), it.to_string())));
    let body = message.contents.value().unwrap_or_else(|| match message.contents {
        pact_models::bodies::OptionalBody::Null => Bytes::from_static(b"null"),
        _ => Bytes::new(),
    });
    Response { status: 200, headers, body }
}

/// The verdict of the core on the two sides as they stand; `None` where it fails.
fn by_the_core(name: &str, case: &Value) -> Option<bool> {
    let load = |side| load_pact_from_json("case", &pact_of(name, side)).unwrap();
    let (pact, other) = (load(&case["expected"]), load(&case["actual"]));
    let (expected, actual) = (pact.interactions().remove(0), other.interactions().remove(0));
    Some(match name.split('/').nth(1).unwrap() {
        "request" => {
            let (one, two) = (expected.as_v4_http()?.request, actual.as_v4_http()?.request);
            let judged = pact_matching::match_request(one, two, &pact, &expected).now_or_never()?;
            judged.ok()?.all_matched()
        }
        "response" => {
            let (one, two) = (expected.as_v4_http()?.response, actual.as_v4_http()?.response);
            pact_matching::match_response(one, two, &pact, &expected).now_or_never()?.ok()?.is_empty()
        }
        _ => pact_matching::match_message(&expected, &actual, &pact).now_or_never()?.is_empty(),
    })
}

/// Interactions of real pacts that are judged otherwise on their way over the wire.
const ON_THE_WIRE: &str = include_str!("wire_exceptions.tsv");

#[test]
fn real_pacts_keep_their_promises_over_the_wire() {
    let Some(folder) = common::shared("corpus/pacts") else { return };
    let known: BTreeMap<&str, &str> = ON_THE_WIRE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let (mut judged, mut others, mut wrong, mut used) = (0, 0, Vec::new(), Vec::new());
    for path in common::json_files(&folder) {
        let Some(contract) = contract(&path) else { continue };
        for (index, item) in contract.items.iter().enumerate() {
            let Runnable::Ready(subject) = &item.runnable else {
                others += 1;
                continue;
            };
            if item.kind != InteractionKind::Http && item.kind != InteractionKind::Untyped {
                others += 1;
                continue;
            }
            judged += 1;
            let (chunk, _) = contract.document.chunk(item.chunk).unwrap();
            let Some([request, response]) = self_verdicts(&contract, chunk.text(), item.section.name())
            else {
                wrong.push(format!("{} #{index}: the core does not load it", contract.name));
                continue;
            };
            let sent = subject.request(Side::Provider, &Map::new()).unwrap();
            let came = subject.response(Side::Consumer, &Map::new()).unwrap();
            let ours = [subject.judge_request(&sent).judgement, subject.judge_response(&came)];
            for (part, core, ours) in [("request", request, &ours[0]), ("response", response, &ours[1])] {
                let key = format!("{} #{index} {part}", contract.name);
                if core != (*ours == Judgement::Match) {
                    match known.get_key_value(key.as_str()) {
                        Some((key, _)) => used.push(*key),
                        None => wrong.push(format!("{key}\tcore {core}, over the wire {ours:?}")),
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(judged > 700, "{judged} judged, {others} are no HTTP or not run");
    let unused: Vec<_> = known.keys().filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "no exceptions any more: {unused:?}");
}

fn contract(path: &Path) -> Option<Contract> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let text = String::from_utf8(fs::read(path).ok()?).ok()?;
    let mut contract = Contract::new(name, Document::new(text)).ok()?;
    contract.set_worker(&Arc::new(Worker::new(env!("CARGO_BIN_EXE_pactlens"))));
    Some(contract)
}

/// Whether the request and the response of an interaction match themselves, by the core, with
/// the generators applied as the mock server and the verifier do.
fn self_verdicts(contract: &Contract, text: &str, section: &str) -> Option<[bool; 2]> {
    let whole: Value = serde_json::from_str(&contract.document.text()).ok()?;
    let pact = json!({"consumer": whole["consumer"], "provider": whole["provider"],
        "metadata": whole["metadata"], section: [serde_json::from_str::<Value>(text).ok()?]});
    let pact = load_pact_from_json("one", &pact).ok()?;
    let interaction = pact.interactions().into_iter().next()?;
    let http = interaction.as_v4_http()?;
    let none = HashMap::new();
    let sent = pact_matching::generate_request(&http.request, &GeneratorTestMode::Provider, &none);
    let sent = sent.now_or_never()?;
    let came = pact_matching::generate_response(&http.response, &GeneratorTestMode::Consumer, &none);
    let came = came.now_or_never()?;
    let request = pact_matching::match_request(http.request, sent, &pact, &interaction);
    let response = pact_matching::match_response(http.response, came, &pact, &interaction);
    Some([request.now_or_never()?.ok()?.all_matched(), response.now_or_never()?.ok()?.is_empty()])
}

#[test]
fn nothing_real_is_refused_but_what_needs_a_plugin_or_the_core_refuses() {
    let Some(folder) = common::shared("corpus/pacts") else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in common::json_files(&folder) {
        let Some(contract) = contract(&path) else {
            *counts.entry("no contract".into()).or_default() += 1;
            continue;
        };
        for item in &contract.items {
            let kind = match &item.runnable {
                Runnable::Ready(_) => "ready".to_owned(),
                Runnable::Not(NotRun::Refused(why)) => {
                    let whole: Value = serde_json::from_str(&contract.document.text()).unwrap();
                    let loads = std::panic::catch_unwind(|| load_pact_from_json("whole", &whole).is_ok());
                    assert!(!loads.unwrap_or(false), "{}: {why}, but the core loads it", contract.name);
                    "refused".to_owned()
                }
                Runnable::Not(why) => why.to_string(),
            };
            *counts.entry(kind).or_default() += 1;
        }
    }
    common::say(&format!("interactions of real pacts: {counts:?}"));
    assert!(counts["ready"] > 800, "{counts:?}");
}
