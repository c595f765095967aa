//! A platform engineer brings the pacts of many teams under one configuration.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Run, pactlens};

const TEAMS: usize = 6;
const PACTS: usize = 10;
const BASELINE: &str = ".pactlens-baseline.json";

/// The pact between a consumer of a team and a provider. Each has the same old defect, and one
/// of the four descriptions tells the interaction that has it.
fn pact(team: usize, number: usize, library: &str) -> Value {
    let one = |index: usize| {
        let matcher = if index == number % 4 { "intger" } else { "integer" };
        json!({
            "description": format!("order {index} of consumer {number}"),
            "providerStates": [{ "name": "the order exists" }],
            "request": { "method": "GET", "path": format!("/orders/{team}/{number}/{index}") },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" },
                "body": { "id": index },
                "matchingRules": { "body": { "$.id": { "matchers": [{ "match": matcher }] } } } },
        })
    };
    json!({
        "consumer": { "name": format!("team-{team}-consumer-{number}") },
        "provider": { "name": format!("orders-{}", number % 3) },
        "interactions": (0..4).map(one).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "3.0.0" }, "pact-jvm": { "version": library } },
    })
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// All pacts, each written by `text` into `place` of the repository of its team.
fn write_all(folder: &Path, place: &str, library: &str, text: impl Fn(Value) -> String) {
    for team in 0..TEAMS {
        let repository = folder.join(format!("repos/team-{team}"));
        if repository.exists() {
            fs::remove_dir_all(&repository).unwrap();
        }
        for number in 0..PACTS {
            let name = format!("{place}/{team}-{number}.json");
            write(&repository, &name, &text(pact(team, number, library)));
        }
    }
}

/// The pacts, with what the organisation says in a file that each repository copies.
fn organisation() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), "build/pacts", "4.5.0", |pact| serde_json::to_string_pretty(&pact).unwrap());
    write(dir.path(), "vendor/org/pactlens.toml", "[rules]\nmissing-provider-state = 'off'\n");
    write(dir.path(), "pactlens.toml", "extends = ['vendor/org/pactlens.toml']\n");
    dir
}

fn lint(dir: &TempDir, arguments: &[&str]) -> Run {
    pactlens(dir.path(), &[&["lint"], arguments].concat())
}

/// Path, severity and rule of each finding.
fn found(run: &Run) -> Vec<(String, String, String)> {
    let report = run.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |file: &Value| {
        let path = text(&file["path"]);
        let findings = file["findings"].as_array().unwrap().clone();
        findings.into_iter().map(move |it| (path.clone(), text(&it["severity"]), text(&it["rule"])))
    };
    report["files"].as_array().unwrap().iter().flat_map(of).collect()
}

fn baseline(dir: &TempDir) -> String {
    fs::read_to_string(dir.path().join(BASELINE)).unwrap()
}

#[test]
fn old_findings_are_frozen_and_only_become_fewer() {
    let dir = organisation();
    let run = lint(&dir, &["--fail-on", "info", "--statistics"]).expect(1);
    assert!(run.stdout.starts_with("60  error  [ ] unknown-matcher  in 60 files\n"), "{}", run.stdout);

    let run = lint(&dir, &["--baseline-write"]).expect(0);
    assert_eq!(run.stderr, format!("pactlens: 60 findings in 60 pacts written to {BASELINE}\n"));
    let frozen = baseline(&dir);
    assert!(!frozen.contains("repos") && !frozen.contains(".json") && !frozen.contains("line"), "{frozen}");
    let run = lint(&dir, &["--fail-on", "info"]).expect(0);
    assert!(run.stdout.starts_with("Found nothing new in 60 pacts (60 in baseline)."), "{}", run.stdout);

    let sarif = lint(&dir, &["--format", "sarif"]).expect(0).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 60);
    let suppressed = |it: &&Value| it["suppressions"][0]["kind"] == "external";
    assert_eq!(results.iter().filter(suppressed).count(), 60);

    // The tests run again: elsewhere, in another order, with a newer library, on one line.
    write_all(dir.path(), "target/other/pacts", "4.6.17", |mut pact| {
        pact["interactions"].as_array_mut().unwrap().rotate_left(3);
        pact.to_string()
    });
    let run = lint(&dir, &["--fail-on", "info", "--format", "json"]).expect(0);
    assert_eq!((found(&run), run.stderr.as_str()), (vec![], ""));
    lint(&dir, &["--baseline-write"]).expect(0);
    assert_eq!(baseline(&dir), frozen, "written again, it is the same to the byte");

    // Somebody adds a defect beside a known one.
    let name = "repos/team-3/target/other/pacts/3-5.json";
    let mut worse = pact(3, 5, "4.6.17");
    worse["interactions"][0]["response"]["matchingRules"]["body"]["$.id"]["matchers"][0]["match"] =
        json!("tpye");
    write(dir.path(), name, &worse.to_string());
    let run = lint(&dir, &["--format", "json"]).expect(1);
    assert_eq!(found(&run), [(name.to_owned(), "error".to_owned(), "unknown-matcher".to_owned())]);
    assert!(run.stdout.contains("'tpye' is no matcher"));
    let sarif = lint(&dir, &["--format", "sarif"]).expect(1).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.iter().filter(|it| !suppressed(it)).count(), 1);
    let run = lint(&dir, &["--statistics"]).expect(1);
    assert!(run.stdout.starts_with("1  error  [ ] unknown-matcher  in 1 file\n"), "{}", run.stdout);

    // It is mended, and an old one with it; from then on that is new as well.
    let mended = pact(3, 5, "4.6.17").to_string().replace("intger", "integer");
    write(dir.path(), name, &mended);
    let run = lint(&dir, &[]).expect(0);
    assert!(run.stderr.contains("1 known finding of"), "{}", run.stderr);
    assert_eq!(baseline(&dir), frozen);
    let run = lint(&dir, &["--baseline-prune"]).expect(1);
    assert!(
        run.stderr.contains("team-3-consumer-5 -> orders-2 · \"order 1 of consumer 5\""),
        "{}",
        run.stderr
    );
    assert_eq!(baseline(&dir).lines().count(), frozen.lines().count() - 1);
    assert_eq!(lint(&dir, &["--baseline-prune"]).expect(0).stderr, "");
    write(dir.path(), name, &pact(3, 5, "4.6.17").to_string());
    assert_eq!(found(&lint(&dir, &["--format", "json"]).expect(1)).len(), 1);
}

#[test]
fn teams_have_until_a_day_to_move() {
    let dir = organisation();
    let team = |team: usize, until: &str| {
        format!(
            "[[overrides]]\nconsumer = 'team-{team}-*'\nrules.unknown-matcher = 'off'\nuntil = {until}\n\
             reason = 'moves to the new library'\n"
        )
    };
    let org = (1..TEAMS).map(|it| team(it, "2999-12-31")).collect::<String>();
    write(dir.path(), "vendor/org/pactlens.toml", &org);
    let run = lint(&dir, &["--format", "json"]).expect(1);
    assert_eq!(found(&run).len(), PACTS);
    assert!(found(&run).iter().all(|(path, ..)| path.starts_with("repos/team-0/")));
    // A repository is stricter than the organisation.
    let stricter = "extends = ['vendor/org/pactlens.toml']\n[rules]\nunknown-matcher = 'error'\n";
    write(dir.path(), "pactlens.toml", stricter);
    assert_eq!(found(&lint(&dir, &["--format", "json"]).expect(1)).len(), PACTS * TEAMS);

    // The day has come for one of them: that is told where it is written, once.
    write(dir.path(), "pactlens.toml", "extends = ['vendor/org/pactlens.toml']\n");
    write(dir.path(), "vendor/org/pactlens.toml", &org.replacen("2999", "2020", 1));
    let run = lint(&dir, &["--format", "json"]).expect(1);
    let found = found(&run);
    assert_eq!(found.len(), 2 * PACTS + 1);
    let expired = ("vendor/org/pactlens.toml", "warning", "config-expired-override");
    let expired = (expired.0.to_owned(), expired.1.to_owned(), expired.2.to_owned());
    assert_eq!(found.iter().filter(|it| **it == expired).count(), 1, "{found:?}");
    // Who looks at one pact sees why it is as it is.
    let path = "repos/team-2/build/pacts/2-0.json";
    let shown = lint(&dir, &["--show-settings", path]).expect(0).stdout;
    assert!(shown.contains("override") && shown.contains("vendor/org/pactlens.toml:"), "{shown}");
    assert!(shown.contains("moves to the new library"), "{shown}");
}
