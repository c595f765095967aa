//! Overrides that hold for a part of a pact, in everything that shows findings.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agreement::{by_command, by_editor, server};
use crate::common::{Run, pactlens};
use crate::server::{Server, uri};

const PACT: &str = "pacts/web-orders.json";

/// A pact with one error in each of two interactions, at `$.id` of both, which a fix that is
/// not safe mends.
fn pact() -> Value {
    let one = |description: &str, state: &str, path: &str| {
        json!({
            "description": description, "providerStates": [{ "name": state }],
            "request": { "method": "GET", "path": path },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" },
                "body": { "id": 1 },
                "matchingRules": { "body": { "$.id": { "matchers": [{ "match": "intger" }] } } } },
        })
    };
    json!({
        "consumer": { "name": "web" }, "provider": { "name": "orders" },
        "interactions": [one("a login", "a user exists", "/login"), one("an order", "an order exists", "/orders/1")],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    })
}

fn project(config: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(dir.path()).unwrap();
    write(&folder, "pactlens.toml", config);
    write(&folder, PACT, &serde_json::to_string_pretty(&pact()).unwrap());
    (dir, folder)
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn lint(folder: &Path, arguments: &[&str]) -> Run {
    pactlens(folder, &[&["lint", "--fail-on", "never"], arguments].concat()).expect(0)
}

/// The level of the error in each of the two interactions.
fn levels(folder: &Path, arguments: &[&str]) -> [String; 2] {
    let report = lint(folder, &[&["--format", "json"], arguments].concat()).json();
    let files = report["files"].as_array().unwrap();
    let findings: Vec<&Value> = files.iter().flat_map(|file| file["findings"].as_array().unwrap()).collect();
    [0, 1].map(|index| {
        let below = format!("/interactions/{index}/");
        let here = |it: &&&Value| {
            it["rule"] == "unknown-matcher" && it["pointer"].as_str().unwrap().starts_with(&below)
        };
        findings.iter().find(here).map_or("off".to_owned(), |it| it["severity"].as_str().unwrap().to_owned())
    })
}

#[test]
fn every_front_end_heeds_them() {
    let over = |conditions: &str, level: &str| {
        format!("[[overrides]]\n{conditions}\nrules.unknown-matcher = '{level}'\n")
    };
    let off = "[rules]\nunknown-matcher = 'off'\n";
    let cases = [
        (over("description = 'a login'", "off"), ["off", "error"]),
        (over("description = ['nothing', 'an *']", "info"), ["error", "info"]),
        (over("state = 'a user *'", "warning"), ["warning", "error"]),
        (over("state = 'no such state'", "off"), ["error", "error"]),
        (over("pointer = '/interactions/1/response/matchingRules'", "off"), ["error", "off"]),
        (over("pointer = '/interactions/*/response/matchingRules/body/*'", "info"), ["info", "info"]),
        (over("pointer = '/interactions/*/request'", "off"), ["error", "error"]),
        (over("description = 'a login'\nstate = 'an order*'", "off"), ["error", "error"]),
        (over("description = 'a login'\npointer = '/interactions/0/**'", "off"), ["off", "error"]),
        (format!("{off}{}", over("description = 'an order'", "on")), ["off", "error"]),
        (format!("{off}{}", over("state = 'a user exists'", "info")), ["info", "off"]),
        (
            format!("{}{}", over("state = '*'", "off"), over("description = '*login'", "info")),
            ["info", "off"],
        ),
        (over("description = 'a login'\nuntil = 2020-01-01", "off"), ["error", "error"]),
        (over("description = 'a login'\nuntil = 2999-01-01\nreason = 'later'", "off"), ["off", "error"]),
        (over("description = 'a login'\nconsumer = 'mobile'", "off"), ["error", "error"]),
        (
            over("description = 'a login'\nconsumer = 'w*'\nfile = 'pacts'\nspec = 'V3'", "off"),
            ["off", "error"],
        ),
    ];
    for (config, expected) in cases {
        let (_dir, folder) = project(&config);
        let path = folder.join(PACT);
        assert_eq!(levels(&folder, &[]), expected, "{config}");
        let by_command = by_command(&folder, &path);
        assert_eq!(by_editor(&mut server(&folder), &path), by_command, "{config}");
        let expired = config.contains("2020");
        assert_eq!(
            lint(&folder, &["--format", "concise"]).stdout.contains("[config-expired-override]"),
            expired
        );

        let sarif = lint(&folder, &["--format", "sarif"]).json();
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        let told = results.iter().filter(|it| it["ruleId"] == "unknown-matcher");
        let told: Vec<&str> = told.map(|it| it["level"].as_str().unwrap()).collect();
        let wanted: Vec<&str> = expected
            .iter()
            .filter(|it| **it != "off")
            .map(|it| if *it == "info" { "note" } else { it })
            .collect();
        assert_eq!(told, wanted, "{config}");

        // What is off is not mended, and no part of a baseline.
        let count = wanted.len();
        let known = lint(&folder, &["--baseline-write"]);
        assert!(known.stderr.contains(&format!("{count} finding")), "{}", known.stderr);
        assert_eq!(levels(&folder, &[]), ["off", "off"]);
        fs::remove_file(folder.join(".pactlens-baseline.json")).unwrap();
        lint(&folder, &["--fix=all"]);
        let mended: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for (index, level) in expected.iter().enumerate() {
            let matcher = mended
                .pointer(&format!("/interactions/{index}/response/matchingRules/body/$.id/matchers/0/match"));
            assert_eq!(matcher.unwrap(), if *level == "off" { "intger" } else { "integer" }, "{config}");
        }
    }
}

#[test]
fn flags_weigh_more() {
    let (_dir, folder) = project("[[overrides]]\ndescription = 'a login'\nrules.unknown-matcher = 'off'\n");
    assert_eq!(levels(&folder, &["--select", "unknown-matcher"]), ["error", "error"]);
    assert_eq!(levels(&folder, &["--ignore", "matching"]), ["off", "off"]);
    assert_eq!(levels(&folder, &["--isolated"]), ["error", "error"]);
}

/// A baseline holds what was found before an override came, and holds it still when that goes.
#[test]
fn what_is_off_in_a_part_stays_known() {
    for conditions in ["description = 'a login'", "pointer = '/interactions/0/response'", "state = 'a user*'"]
    {
        let (_dir, folder) = project("");
        lint(&folder, &["--baseline-write"]);
        write(&folder, "pactlens.toml", &format!("[[overrides]]\n{conditions}\nrules.all = 'off'\n"));
        let run = lint(&folder, &["--baseline-prune"]);
        assert_eq!(run.stderr, "", "{conditions}");
        write(&folder, "pactlens.toml", "");
        assert_eq!(levels(&folder, &[]), ["off", "off"], "{conditions}");
    }
    // What is gone elsewhere is taken out all the same.
    let (_dir, folder) = project("");
    lint(&folder, &["--baseline-write"]);
    write(&folder, "pactlens.toml", "[[overrides]]\ndescription = 'a login'\nrules.all = 'off'\n");
    let text = fs::read_to_string(folder.join(PACT)).unwrap();
    let (first, second) = text.split_at(text.rfind("intger").unwrap());
    write(&folder, PACT, &format!("{first}{}", second.replacen("intger", "integer", 1)));
    let run = pactlens(&folder, &["lint", "--baseline-prune"]).expect(1);
    assert!(run.stderr.contains("1 known finding no longer found"), "{}", run.stderr);
}

/// What rules find over several files is where one of them has it.
#[test]
fn findings_over_several_files_heed_them() {
    let rule = "same-pair-conflicting-files";
    let mut other = pact();
    other["interactions"][1]["response"]["status"] = json!(404);
    let level = |config: &str| {
        let (_dir, folder) = project(config);
        write(&folder, "pacts/zzz.json", &other.to_string());
        let run = lint(&folder, &["--format", "json", "--select", rule]);
        let report = run.json();
        let file =
            report["files"].as_array().unwrap().iter().find(|it| it["path"] == "pacts/zzz.json").cloned();
        let of_command = file.map_or_else(Vec::new, |it| it["findings"].as_array().unwrap().clone());
        let of_command: Vec<&str> = of_command
            .iter()
            .map(|it| match it["severity"].as_str().unwrap() {
                "error" => "error",
                "warning" => "warning",
                _ => "info",
            })
            .collect();

        // An editor that has it open, and one that has both.
        let path = folder.join("pacts/zzz.json");
        let address = uri(&path);
        let publish = json!({ "textDocument": { "publishDiagnostics": {} } });
        let mut server = Server::start(&folder, &[&folder], publish);
        server.open(&uri(&folder.join(PACT)), 1, &pact().to_string());
        server.open(&address, 1, &other.to_string());
        let severities = |told: &[Value]| -> Vec<&str> {
            let of_rule = told.iter().filter(|it| it["code"] == rule);
            of_rule
                .map(|it| ["error", "warning", "info"][it["severity"].as_u64().unwrap() as usize - 1])
                .collect()
        };
        server.until(&address, |told| severities(told) == of_command);
        of_command.first().map_or("off", |it| it).to_owned()
    };
    assert_eq!(level(""), "warning");
    let over =
        |conditions: &str, level: &str| format!("[[overrides]]\n{conditions}\nrules.{rule} = '{level}'\n");
    assert_eq!(level(&over("description = 'an order'", "error")), "error");
    assert_eq!(level(&over("state = 'an order exists'", "info")), "info");
    assert_eq!(level(&over("description = 'a login'", "info")), "warning");
    assert_eq!(level(&over("pointer = '/interactions/1'", "info")), "info");
    assert_eq!(level(&over("pointer = '/interactions/0'", "info")), "warning");
}

/// The findings of an interaction that stays are kept; what an override makes of them is not.
#[test]
fn an_edit_of_one_interaction_leaves_the_other_as_it_is() {
    let config = "[rules]\nunknown-matcher = 'off'\n\
                  [[overrides]]\ndescription = 'a login'\nrules.unknown-matcher = 'info'\n\
                  [[overrides]]\nstate = 'gold'\nrules.unknown-matcher = 'warning'\n";
    let (_dir, folder) = project(config);
    let path = folder.join(PACT);
    let address = uri(&path);
    let text = fs::read_to_string(&path).unwrap();
    let mut server = Server::start(&folder, &[], json!({ "textDocument": { "publishDiagnostics": {} } }));
    let severities = |told: &[Value]| -> Vec<(u64, u64)> {
        let one =
            |it: &Value| (it["severity"].as_u64().unwrap(), it["range"]["start"]["line"].as_u64().unwrap());
        told.iter().filter(|it| it["code"] == "unknown-matcher").map(one).collect()
    };
    let lines: Vec<u64> =
        text.lines().zip(0..).filter(|(line, _)| line.contains("intger")).map(|(_, line)| line).collect();
    server.open(&address, 1, &text);
    server.until(&address, |told| severities(told) == [(3, lines[0])]);
    let edits = [
        ("an order exists", "gold", vec![(3, lines[0]), (2, lines[1])]),
        ("\"a login\"", "\"a logout\"", vec![(2, lines[1])]),
        ("\"a logout\"", "\"a login\"", vec![(3, lines[0]), (2, lines[1])]),
        ("gold", "silver", vec![(3, lines[0])]),
        ("a user exists", "gold", vec![(2, lines[0])]),
    ];
    let mut now = text;
    for (version, (from, to, expected)) in (2..).zip(edits) {
        let at = now.find(from).unwrap();
        let line = now[..at].matches('\n').count();
        let column = at - now[..at].rfind('\n').unwrap() - 1;
        let range = json!({ "start": { "line": line, "character": column },
            "end": { "line": line, "character": column + from.len() } });
        now.replace_range(at..at + from.len(), to);
        server.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": address, "version": version },
                "contentChanges": [{ "range": range, "text": to }] }),
        );
        server.until(&address, |told| severities(told) == expected);
    }
}
