//! Bare `pactlens` in the folders that Pact libraries write to, and the exit codes of
//! everything that is named and is no pact.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{pactlens, pactlens_with, root};

/// A fixture's path below the checkout.
fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures/pacts").join(name)
}

/// A git repository with these pacts, each with a finding, and this `.gitignore`.
fn repository(ignored: &str, pacts: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let git = Command::new("git").args(["init", "--quiet"]).current_dir(&folder).status();
    assert!(git.unwrap().success());
    fs::write(folder.path().join(".gitignore"), ignored).unwrap();
    fs::write(folder.path().join("package.json"), r#"{"name": "shop-web", "version": "1.0.0"}"#).unwrap();
    for pact in pacts {
        let path = folder.path().join(pact);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fixture("bad-matcher-v4.json"), path).unwrap();
    }
    folder
}

/// Every string in `report`.
fn strings(report: &Value) -> BTreeSet<&str> {
    match report {
        Value::String(it) => BTreeSet::from([it.as_str()]),
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        _ => BTreeSet::new(),
    }
}

/// The files that a bare run reports on, relative and with slashes.
fn found_in(folder: &Path) -> BTreeSet<String> {
    let report = pactlens(folder, &["--format", "json"]).expect(1).json();
    let files = strings(&report).into_iter().filter(|it| it.ends_with(".json") && folder.join(it).is_file());
    files
        .map(|file| {
            let path = Path::new(file);
            path.strip_prefix(folder).unwrap_or(path).to_str().unwrap().replace('\\', "/")
        })
        .map(|path| path.trim_start_matches("./").to_owned())
        .collect()
}

#[track_caller]
fn check(ignored: &str, wanted: &[&str], unwanted: &[&str]) {
    let folder = repository(ignored, &[wanted, unwanted].concat());
    assert_eq!(found_in(folder.path()), wanted.iter().map(ToString::to_string).collect());
}

#[test]
fn gradle() {
    check("build/\n.gradle/\n", &["build/pacts/web-stock.json", "orders/build/pacts/web-orders.json"], &[]);
}

#[test]
fn maven() {
    check("target/\n", &["target/pacts/web-stock.json", "orders/target/pacts/web-orders.json"], &[]);
}

#[test]
fn npm() {
    let unwanted = ["node_modules/x/pacts/other.json", "web/node_modules/y/pacts/other.json"];
    check("node_modules\npacts\n", &["pacts/web-stock.json", "web/pacts/web-orders.json"], &unwanted);
}

#[test]
fn pytest() {
    check("__pycache__/\npacts/\n", &["pacts/web-orders.json", "tests/pacts/web-stock.json"], &[]);
}

#[test]
fn tracked_pacts_anywhere() {
    check("", &["contracts/web-stock.json"], &["node_modules/x/contracts/other.json"]);
}

#[test]
fn nothing_to_check() {
    let folder = repository("", &[]);
    pactlens(folder.path(), &[]).expect(3);
    pactlens(folder.path(), &["--allow-empty"]).expect(0);
    pactlens(folder.path(), &["--if-pact"]).expect(0);
}

#[test]
fn named_but_no_pact() {
    let folder = repository("", &["pacts/web-stock.json"]);
    let run = pactlens(folder.path(), &["package.json"]).expect(2);
    assert!(run.stderr.contains("package.json"), "{}", run.stderr);
    pactlens(folder.path(), &["lint", "package.json", "pacts/web-stock.json"]).expect(2);
    let run =
        pactlens(folder.path(), &["lint", "--if-pact", "--format", "concise", "package.json"]).expect(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "a skipped file is not worth a word");
}

#[test]
fn named_but_unreadable() {
    let folder = repository("", &[]);
    let run = pactlens(folder.path(), &["pacts/none.json"]).expect(2);
    assert!(run.stderr.contains("none.json"), "{}", run.stderr);
    pactlens(folder.path(), &["--if-pact", "pacts/none.json"]).expect(2);
}

#[test]
fn wrong_usage() {
    pactlens(root(), &["lint", "--format", "no-such-format"]).expect(2);
}

#[test]
fn findings_in_a_file_and_in_stdin() {
    let folder = repository("", &[]);
    let bad = fixture("bad-matcher-v4.json");
    let run = pactlens(folder.path(), &["--format", "concise", bad.to_str().unwrap()]).expect(1);
    assert!(run.stdout.contains("bad-matcher-v4.json:62:"), "{}", run.stdout);

    let arguments = ["lint", "--format", "json", "--stdin-filename", "pacts/web.json", "-"];
    let run = pactlens_with(folder.path(), &arguments, Stdio::from(File::open(bad).unwrap())).expect(1);
    assert!(strings(&run.json()).contains("pacts/web.json"), "{}", run.stdout);
}
