//! Findings that are known stay known, and new ones are told, however the pacts were written.

use std::fs;
use std::path::Path;

use pactlens::analysis::{Analysis, Change, Document, RunOptions, SuppressedBy, analyse};
use pactlens::config::{Baseline, Entry, Levels, Settings};
use pactlens::rules::Preset;
use pactlens::text::Span;
use serde_json::{Map, Value, json};

use crate::common::{Run, json_files, pactlens, say, shared};

const NAME: &str = ".pactlens-baseline.json";

/// A V3 pact whose findings are of the file, of interactions, of states and of items of arrays.
fn pact() -> Value {
    json!({
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [
            {
                "description": "an order",
                "providerStates": [{"name": "it exists", "odd": 1}, {"name": "it rains"}],
                "request": {"method": "GET", "path": "/orders/1", "hedders": {}},
                "response": {"status": 200, "headers": {"Content-Type": "application/json"},
                    "body": {"id": 1, "at": "2026-11-21T20:31:18Z", "items": [{"on": "2026-11-21"}, {"on": "2026-11-22"}]}}
            },
            {
                "description": "all orders",
                "request": {"method": "GET", "path": "/orders"},
                "response": {"status": 200, "boddy": {}}
            },
            {
                "description": "all orders",
                "providerStates": [{"name": "there are none"}],
                "request": {"method": "GET", "path": "/orders"},
                "response": {"status": 200, "boddy": {}}
            }
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}, "pact-js": {"version": "12.0.0"}, "odd": 1}
    })
}

/// What may happen to a pact without anybody having changed the contract.
fn regenerated(pact: &Value) -> Vec<(&'static str, String)> {
    let mut shuffled = pact.clone();
    for section in ["interactions", "messages"] {
        if let Some(all) = shuffled.get_mut(section).and_then(Value::as_array_mut) {
            all.reverse();
            for states in all.iter_mut().filter_map(|it| it.get_mut("providerStates")?.as_array_mut()) {
                states.reverse();
            }
        }
    }
    let mut newer = pact.clone();
    // The versions of libraries, wherever they stand in the metadata.
    let metadata = newer.get_mut("metadata").and_then(Value::as_object_mut);
    for (_, library) in metadata.into_iter().flatten().filter(|(key, _)| !key.contains("pecification")) {
        for value in library.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if value.as_str().is_some_and(|it| it.starts_with(|ch: char| ch.is_ascii_digit())) {
                *value = json!("99.0.0");
            }
        }
    }
    let mut from_broker = pact.clone();
    from_broker["_links"] = json!({"self": {"href": "https://broker.example/pacts/1"}});
    from_broker["createdAt"] = json!("2026-11-21T20:31:18+00:00");
    for it in from_broker.get_mut("interactions").and_then(Value::as_array_mut).into_iter().flatten() {
        if it.is_object() {
            it["_id"] = json!("9f86d081884c7d659a2feaa0c55ad015");
        }
    }
    vec![
        ("on one line, keys sorted", pact.to_string()),
        ("indented", serde_json::to_string_pretty(pact).unwrap().replace('\n', "\r\n")),
        ("shuffled", serde_json::to_string_pretty(&shuffled).unwrap()),
        ("a newer library", newer.to_string()),
        ("from a Broker", from_broker.to_string()),
    ]
}

fn strict() -> Levels {
    // What is about the order of interactions is new in another order.
    let ignore = vec!["interactions-not-sorted".to_owned()];
    Settings { preset: Some(Preset::Strict), ignore, ..Settings::default() }.resolve().unwrap()
}

fn found(text: &str, baseline: Option<&Baseline>) -> Analysis {
    analyse(
        &Document::new(text),
        &strict(),
        RunOptions { baseline, suppressed: true, ..RunOptions::default() },
    )
}

fn baseline_of(text: &str) -> Baseline {
    let doc = Document::new(text);
    let facts = doc.facts();
    let mut entries: Vec<Entry> = Vec::new();
    for finding in &found(text, None).findings {
        let entry = Entry::of(finding, facts.consumer.as_deref(), facts.provider.as_deref());
        match entries.iter_mut().find(|held| held.fingerprint() == entry.fingerprint()) {
            Some(held) => held.count += 1,
            None => entries.push(entry),
        }
    }
    Baseline::new(entries)
}

#[test]
fn a_baseline_survives_a_regeneration() {
    let pact = pact();
    let text = serde_json::to_string_pretty(&pact).unwrap();
    let baseline = baseline_of(&text);
    let all = found(&text, None).findings.len();
    assert!(all >= 5, "{all}");
    for (how, text) in regenerated(&pact) {
        let found = found(&text, Some(&baseline));
        assert_eq!(found.findings, [], "{how}");
        assert_eq!(found.aside.in_baseline, all, "{how}");
        assert!(found.suppressed.iter().all(|one| one.by == SuppressedBy::Baseline));
    }
}

#[test]
fn real_baselines_survive_a_regeneration() {
    let Some(folder) = shared("corpus/pacts") else { return };
    let (mut pacts, mut known) = (0, 0);
    for path in json_files(&folder) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Ok(pact) = serde_json::from_str::<Value>(&text) else { continue };
        if !pact.is_object() || !pact["interactions"].is_array() {
            continue;
        }
        // As it is after one regeneration; what was written twice in the text is gone.
        let baseline = baseline_of(&pact.to_string());
        for (how, text) in regenerated(&pact) {
            let found = found(&text, Some(&baseline));
            let new: Vec<_> = found.findings.iter().map(|it| (it.rule, &it.pointer, &it.message)).collect();
            assert!(new.is_empty(), "{} {how}: {new:#?}", path.display());
            known += found.aside.in_baseline;
        }
        pacts += 1;
    }
    say(&format!("baselines of {pacts} pacts survived, {known} findings in all"));
    assert!(pacts > 200 && known > 1_000);
}

#[test]
fn what_is_new_is_told() {
    let before = pact();
    let baseline = baseline_of(&before.to_string());
    let told = |change: &dyn Fn(&mut Value)| {
        let mut after = before.clone();
        change(&mut after);
        let found = found(&after.to_string(), Some(&baseline));
        found.findings.iter().map(|it| format!("{} {}", it.rule, it.pointer)).collect::<Vec<_>>()
    };
    assert_eq!(told(&|_| {}), [""; 0]);
    // At another path, in another interaction, of another kind, once more.
    let new = told(&|pact| pact["interactions"][1]["request"]["boddy"] = json!({}));
    assert_eq!(new, ["unknown-key /interactions/1/request/boddy"]);
    let new = told(&|pact| pact["interactions"][1]["request"]["hedders"] = json!({}));
    assert_eq!(new, ["unknown-key /interactions/1/request/hedders"]);
    let new = told(&|pact| pact["interactions"][1]["response"]["boddy"] = json!("text"));
    assert_eq!(new, ["unknown-key /interactions/1/response/boddy"]);
    let new = told(&|pact| pact["interactions"][1]["description"] = json!("every order"));
    assert!(new.contains(&"unknown-key /interactions/1/response/boddy".to_owned()), "{new:?}");
    let new = told(&|pact| pact["provider"]["name"] = json!("baskets"));
    assert!(new.len() >= 5, "{new:?}");
}

#[test]
fn no_more_are_known_than_there_were() {
    let mut pact = pact();
    let baseline = baseline_of(&pact.to_string());
    // The same interaction a second time.
    let again = pact["interactions"][0].clone();
    pact["interactions"].as_array_mut().unwrap().push(again);
    let found = found(&pact.to_string(), Some(&baseline));
    let odd: Vec<_> =
        found.findings.iter().filter(|it| it.rule == "unknown-key").map(|it| &*it.pointer).collect();
    assert_eq!(odd, ["/interactions/3/providerStates/0/odd", "/interactions/3/request/hedders"]);
}

fn write(folder: &Path, name: &str, pact: &Value) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, serde_json::to_string_pretty(pact).unwrap()).unwrap();
}

fn lint(folder: &Path, arguments: &[&str]) -> Run {
    pactlens(folder, &[&["lint", "--preset", "strict", "--fail-on", "info"], arguments].concat())
}

fn entries(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(NAME)).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    file["findings"].as_array().unwrap().clone()
}

#[test]
fn a_baseline_is_written_once_and_holds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "pacts/web-orders.json", &pact());
    lint(folder, &[]).expect(1);
    let run = lint(folder, &["--baseline-write"]).expect(0);
    let count =
        lint(folder, &["--format", "json"]).expect(0).json()["summary"]["in_baseline"].as_u64().unwrap();
    assert_eq!(run.stderr, format!("pactlens: {count} findings in 1 pact written to {NAME}\n"));
    assert!(
        run.stdout.starts_with(&format!("Found nothing new in 1 pact ({count} in baseline).")),
        "{}",
        run.stdout
    );
    let text = fs::read_to_string(folder.join(NAME)).unwrap();
    // A second time, and in another order, gives the same bytes.
    lint(folder, &["--baseline-write", "pacts"]).expect(0);
    assert_eq!(fs::read_to_string(folder.join(NAME)).unwrap(), text);
    // Another folder, another name, another order.
    fs::remove_dir_all(folder.join("pacts")).unwrap();
    for (at, (how, text)) in regenerated(&pact()).into_iter().enumerate() {
        let name = format!("build/pacts/{at}.json");
        fs::create_dir_all(folder.join("build/pacts")).unwrap();
        fs::write(folder.join(&name), text).unwrap();
        let run = lint(folder, &[&name]);
        assert_eq!((run.code, &*run.stderr), (0, ""), "{how}: {}", run.stdout);
        fs::remove_file(folder.join(&name)).unwrap();
    }
    write(folder, "pacts/web-orders.json", &pact());
    lint(folder, &["--no-baseline"]).expect(1);
    let other = lint(folder, &["--baseline", "other.json"]).expect(2);
    assert!(other.stderr.contains("cannot read other.json"), "{}", other.stderr);
}

#[test]
fn what_is_mended_becomes_stale() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut other = pact();
    other["consumer"]["name"] = json!("mobile");
    write(folder, "pacts/web-orders.json", &pact());
    write(folder, "pacts/mobile-orders.json", &other);
    lint(folder, &["--baseline-write"]).expect(0);
    let before = entries(folder).len();
    let mut mended = pact();
    mended["interactions"][0]["request"].as_object_mut().unwrap().remove("hedders");
    write(folder, "pacts/web-orders.json", &mended);
    let run = lint(folder, &[]).expect(0);
    assert_eq!(
        run.stderr,
        format!("pactlens: 1 known finding of {NAME} no longer found: --baseline-prune takes them out\n")
    );
    // One file knows nothing of the other, nor a rule of another.
    assert_eq!(lint(folder, &["pacts/mobile-orders.json"]).expect(0).stderr, "");
    assert_eq!(lint(folder, &["--select", "null-body"]).expect(0).stderr, "");
    let run = lint(folder, &["--baseline-prune"]).expect(1);
    assert!(
        run.stderr.contains("unknown-key: web -> orders · \"an order\" · /request/hedders"),
        "{}",
        run.stderr
    );
    assert_eq!(entries(folder).len(), before - 1);
    assert_eq!(lint(folder, &["--baseline-prune"]).expect(0).stderr, "");
    // A mended finding may not come back.
    write(folder, "pacts/web-orders.json", &pact());
    let run = lint(folder, &["--format", "concise"]).expect(1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn part_of_a_pair_makes_nothing_of_the_rest_stale() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // One file a test, as some teams have it.
    let mut parts = [pact(), pact()];
    for (at, part) in parts.iter_mut().enumerate() {
        let all = part["interactions"].as_array_mut().unwrap();
        all.retain(|it| (it["description"] == "an order") == (at == 0));
    }
    write(folder, "pacts/a.json", &parts[0]);
    write(folder, "pacts/b.json", &parts[1]);
    lint(folder, &["--baseline-write"]).expect(0);
    let text = fs::read_to_string(folder.join(NAME)).unwrap();
    for name in ["pacts/a.json", "pacts/b.json"] {
        assert_eq!(lint(folder, &[name]).expect(0).stderr, "");
        // Written again for a part, it keeps the rest.
        lint(folder, &["--baseline-write", name]).expect(0);
        assert_eq!(fs::read_to_string(folder.join(NAME)).unwrap(), text);
    }
    // Merged into one, nothing is new and nothing is gone.
    fs::remove_dir_all(folder.join("pacts")).unwrap();
    write(folder, "pacts/web-orders.json", &pact());
    let run = lint(folder, &["--baseline-prune", "--ignore", "same-pair-conflicting-files"]).expect(0);
    assert_eq!(run.stderr, "", "{}", run.stdout);
}

#[test]
fn what_cannot_be_read_is_no_baseline() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "pacts/web-orders.json", &pact());
    for (text, message) in [
        ("{\n  \"version\": 1,\n<<<<<<< HEAD\n", "3:1: this is no baseline: "),
        ("{\"version\": 7, \"findings\": []}", "1:1: this baseline is of version 7"),
        ("{\"name\": \"a package\"}", "1:1: this is no baseline"),
    ] {
        fs::write(folder.join(NAME), text).unwrap();
        for arguments in [&[][..], &["--baseline-write"], &["--baseline-prune"]] {
            let run = lint(folder, arguments).expect(2);
            assert!(run.stderr.contains(&format!("{NAME}:{message}")), "{}", run.stderr);
        }
        assert_eq!(fs::read_to_string(folder.join(NAME)).unwrap(), text);
    }
}

#[test]
fn broken_pacts_are_frozen_by_no_baseline() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "pacts/web-orders.json", &pact());
    let path = folder.join("pacts/web-orders.json");
    lint(folder, &["--baseline-write"]).expect(0);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(",\n", "\n", 1)).unwrap();
    let run = lint(folder, &["--format", "concise"]).expect(1);
    assert!(run.stdout.contains("error[json-syntax]"), "{}", run.stdout);
    // Nor does it make what is known stale.
    assert_eq!(run.stderr, "");
    let run =
        lint(folder, &["--format", "concise", "--baseline-write", "--select", "json-syntax,unknown-key"]);
    assert!(run.expect(1).stdout.contains("error[json-syntax]"));
    fs::write(&path, text).unwrap();
    lint(folder, &["--baseline-prune"]).expect(0);
}

#[test]
fn reports_tell_what_is_aside() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut v4 = pact();
    v4["metadata"]["pactSpecification"]["version"] = json!("4.0");
    for it in v4["interactions"].as_array_mut().unwrap() {
        it["type"] = json!("Synchronous/HTTP");
    }
    v4["interactions"][1]["comments"] =
        json!({"pactlens": {"ignore": ["unknown-key"], "reason": "until the client is mended"}});
    write(folder, "pacts/web-orders.json", &v4);
    lint(folder, &["--select", "unknown-key", "--baseline-write"]).expect(0);
    v4["interactions"][2]["response"]["hedders"] = json!({});
    write(folder, "pacts/web-orders.json", &v4);
    let run = lint(folder, &["--select", "unknown-key", "--format", "sarif"]).expect(1);
    let results = run.json()["runs"][0]["results"].as_array().unwrap().clone();
    let told = |result: &Value| {
        let at = &result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
        let by = &result["suppressions"];
        format!("{} {}", at.as_str().unwrap(), by)
    };
    let mut told: Vec<String> = results.iter().map(told).collect();
    told.sort();
    let known = r#"[{"justification":"known: it is in the baseline","kind":"external"}]"#;
    let reason = r#"[{"justification":"until the client is mended","kind":"inSource"}]"#;
    assert_eq!(
        told,
        [
            format!("/interactions/0/providerStates/0/odd {known}"),
            format!("/interactions/0/request/hedders {known}"),
            format!("/interactions/1/response/boddy {reason}"),
            format!("/interactions/2/response/boddy {known}"),
            "/interactions/2/response/hedders []".to_owned(),
        ]
    );
    let run = lint(folder, &["--select", "unknown-key"]).expect(1);
    assert!(run.stdout.contains("in 1 of 1 pact (3 in baseline, 1 suppressed)."), "{}", run.stdout);
    let run = lint(folder, &["--select", "unknown-key", "--format", "json"]).expect(1);
    let summary = &run.json()["summary"];
    assert_eq!((&summary["in_baseline"], &summary["suppressed"]), (&json!(3), &json!(1)));
    // Fixes are for what is told.
    let before = fs::read_to_string(folder.join("pacts/web-orders.json")).unwrap();
    lint(folder, &["--select", "unknown-key", "--fix=all", "--fix-generated"]);
    let after = fs::read_to_string(folder.join("pacts/web-orders.json")).unwrap();
    assert_ne!(before, after);
    assert_eq!(after.matches("boddy").count(), 2, "{after}");
    assert_eq!(after.matches("hedders").count(), 1, "{after}");
}

#[test]
fn edits_give_what_a_fresh_look_gives() {
    let pact = pact();
    let text = serde_json::to_string_pretty(&pact).unwrap();
    let baseline = baseline_of(&text);
    let mut doc = Document::new(text.as_str());
    // Each key that is known is taken away and put back, with all that is cached at work.
    for key in ["hedders", "boddy", "odd", "an order", "it exists", "web", "orders"] {
        let at = doc.text().find(key).unwrap() as u32;
        let span = Span::new(at, at + key.len() as u32);
        for text in ["zzz", key] {
            let span = if text == key { Span::new(at, at + 3) } else { span };
            doc = doc.edit(&Change { span, text: text.to_owned() });
            let options = RunOptions { baseline: Some(&baseline), suppressed: true, ..RunOptions::default() };
            let [edited, fresh] =
                [&doc, &Document::new(doc.text())].map(|doc| analyse(doc, &strict(), options));
            assert_eq!(edited.findings, fresh.findings, "{key} {text}");
            assert_eq!(edited.suppressed, fresh.suppressed, "{key} {text}");
        }
        let options = RunOptions { baseline: Some(&baseline), ..RunOptions::default() };
        assert_eq!(analyse(&doc, &strict(), options).findings, [], "{key}");
    }
}
