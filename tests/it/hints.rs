//! What to write in the test, as the command line tells it.

use std::fs;
use std::path::Path;

use crate::common::pactlens;

/// A pact with one finding, and perhaps the library that wrote it.
fn pact(metadata: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [
{{"description": "d", "request": {{"method": "GET", "path": "/"}},
  "response": {{"status": 200, "headers": {{"Content-Type": "application/json"}}, "body": {{"name": "Ann"}}}}}}
], "metadata": {{"pactSpecification": {{"version": "3.0.0"}}{metadata}}}}}"#
    )
}

/// The lines of a text report that are code, after `arguments`.
fn lines(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let shown =
        pactlens(folder, &[&["--fail-on", "never", "--color", "never"], arguments].concat()).expect(0).stdout;
    shown.lines().filter_map(|line| Some(line.strip_prefix("  = pact-")?.to_owned())).collect()
}

#[test]
fn the_language_is_named_or_found() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("web");
    fs::create_dir_all(project.join("pacts")).unwrap();
    fs::write(project.join("pacts/a.json"), pact("")).unwrap();
    let pact_path = "web/pacts/a.json";
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(lines(folder.path(), &[pact_path]), Vec::<String>::new(), "nothing tells");
    fs::write(project.join("go.mod"), "module web\n").unwrap();
    assert_eq!(lines(folder.path(), &[pact_path]), [r#"go: "name": matchers.Like("Ann")"#]);
    assert_eq!(lines(&project.join("pacts"), &["a.json"]), [r#"go: "name": matchers.Like("Ann")"#]);
    assert_eq!(lines(folder.path(), &[pact_path, "--dsl", "java"]), [r#"jvm: o.stringType("name", "Ann")"#]);
    assert_eq!(lines(folder.path(), &[pact_path, "--dsl", "none"]), Vec::<String>::new());
    // The library that wrote the file knows better than the folder.
    fs::write(project.join("pacts/a.json"), pact(r#", "pact-js": {"version": "13.0.0"}"#)).unwrap();
    assert_eq!(lines(folder.path(), &[pact_path]), [r#"js: name: like("Ann")"#]);
}

#[test]
fn every_format_has_its_place_for_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hand.json"), pact("")).unwrap();
    fs::write(folder.path().join("made.json"), pact(r#", "pact-js": {"version": "13.0.0"}"#)).unwrap();
    let run = |format: &str| {
        let arguments = [".", "--format", format, "--dsl", "js", "--fail-on", "never"];
        pactlens(folder.path(), &arguments).expect(0)
    };
    let json = run("json").json();
    let code = serde_json::json!([{"library": "pact-js", "code": "name: like(\"Ann\")"}]);
    assert_eq!(json["files"][0]["findings"][0]["hints"], code);
    assert_eq!(run("sarif").json()["runs"][0]["results"][0]["properties"]["hints"], code);
    // One line a finding has room for it only where nothing else would last.
    let concise = run("concise").stdout;
    let ends: Vec<bool> =
        concise.lines().map(|line| line.ends_with(r#" [pact-js: name: like("Ann")]"#)).collect();
    assert_eq!(ends, [false, true], "{concise}");
}

#[test]
fn rules_show_it_for_their_own_example() {
    let folder = tempfile::tempdir().unwrap();
    let page = pactlens(folder.path(), &["explain", "exact-body-values"]).expect(0).stdout;
    let (_, section) = page.split_once("## In your test\n").unwrap();
    for line in [r#"pact-js      name: like("Laptop")"#, r#"pact-jvm     o.stringType("name", "Laptop")"#] {
        assert!(section.contains(line), "{section}");
    }
    let page = pactlens(folder.path(), &["explain", "json-syntax"]).expect(0).stdout;
    assert!(!page.contains("In your test"), "{page}");
}
