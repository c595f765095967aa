//! The editor is told what the command line prints, whatever `pactlens.toml` says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{json_files, pactlens, root, say, shared};
use crate::server::{Server, uri};

/// A server that is asked for diagnostics. Without folders of a workspace nothing is read but
/// what is open.
pub fn server(folder: &Path) -> Server {
    let capabilities =
        json!({ "general": { "positionEncodings": ["utf-32"] }, "textDocument": { "diagnostic": {} } });
    Server::start(folder, &[], capabilities)
}

/// Rule, severity (1 for an error), line and column of each finding, sorted.
pub type Found = Vec<(String, u64, u64, u64)>;

pub fn by_editor(server: &mut Server, path: &Path) -> Found {
    let uri = uri(path);
    server.open(&uri, 1, &fs::read_to_string(path).unwrap());
    let report = server.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    server.close(&uri);
    told(&report)
}

/// What a report of the server tells of a document.
fn told(report: &Value) -> Found {
    let one = |it: &Value| {
        let at = &it["range"]["start"];
        let number = |value: &Value| value.as_u64().unwrap();
        let code = it["code"].as_str().unwrap().to_owned();
        (code, number(&it["severity"]), number(&at["line"]) + 1, number(&at["character"]) + 1)
    };
    let mut found: Found = report["items"].as_array().unwrap().iter().map(one).collect();
    found.sort();
    found
}

pub fn by_command(folder: &Path, path: &Path) -> Found {
    let run = pactlens(
        folder,
        &["lint", "--format", "json", "--fail-on", "never", "--if-pact", path.to_str().unwrap()],
    );
    if run.code == 0 && run.stdout.is_empty() {
        return Vec::new();
    }
    let report = run.expect(0).json();
    let files = report["files"].as_array().unwrap();
    let pacts = files.iter().filter(|file| file["path"].as_str().unwrap().ends_with(".json"));
    let mut found: Found = pacts.flat_map(printed).collect();
    found.sort();
    found
}

/// What a report of the command tells of a file, sorted.
fn printed(file: &Value) -> Found {
    let one = |it: &Value| {
        let severity =
            ["error", "warning", "info"].iter().position(|name| it["severity"] == *name).unwrap() as u64 + 1;
        let at = |key: &str| it["start"][key].as_u64().unwrap();
        (it["rule"].as_str().unwrap().to_owned(), severity, at("line"), at("column"))
    };
    let mut found: Found = file["findings"].as_array().unwrap().iter().map(one).collect();
    found.sort();
    found
}

/// A folder with configuration of all kinds in it, for pacts in `one`, `two` and `gone`.
fn configured() -> (TempDir, PathBuf) {
    const CONFIGS: [(&str, &str); 3] = [
        (
            "pactlens.toml",
            "preset = 'strict'\nexclude = ['gone']\n[rules]\nhttp = 'error'\nmatching = 'warning'\n\
          description-style = { level = 'info', max-length = 20 }\n[[overrides]]\nspec = 'V4'\nrules.matching = 'info'\n\
          [[overrides]]\nconsumer = 'w*'\nrules = { structure = 'off', unknown-key = 'on' }\n",
        ),
        ("two/pactlens.toml", "extends = ['../org.toml', 'minimal']\nregex-targets = ['js']\n"),
        (
            "org.toml",
            "[[overrides]]\nfile = '*-v4.json'\nrules.all = 'off'\n[[overrides]]\ngenerator = 'pact-*'\nrules.all = 'info'\n\
          [[overrides]]\ndescription = '*a*'\npointer = '/interactions/*/response/**'\nrules.all = 'on'\n\
          [[overrides]]\nstate = '*'\nrules.interaction = 'error'\n",
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(dir.path()).unwrap();
    for (name, text) in CONFIGS {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    (dir, folder)
}

#[test]
fn editor_and_command_line_agree() {
    let (_dir, folder) = configured();
    let mut server = server(&folder);
    let mut counts = BTreeMap::new();
    for (number, fixture) in json_files(&root().join("tests/fixtures")).into_iter().enumerate() {
        let name = &format!("{number}-{}", fixture.file_name().unwrap().to_str().unwrap());
        if fs::read_to_string(&fixture).is_err() {
            continue;
        }
        for place in ["one", "two", "gone"] {
            let path = folder.join(place).join("pacts").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(&fixture, &path).unwrap();
            let (editor, command) = (by_editor(&mut server, &path), by_command(&folder, &path));
            assert_eq!(editor, command, "{place}/{name}");
            *counts.entry(place).or_insert(0) += editor.len();
        }
    }
    say(&format!("findings that editor and command line agree on: {counts:?}"));
    assert!(counts["gone"] == 0 && counts["one"] > counts["two"] && counts["two"] > 0, "{counts:?}");
}

/// What the command prints of each pact of a folder, nothing where there is nothing.
fn all_by_command(folder: &Path) -> BTreeMap<String, Found> {
    let report = pactlens(folder, &["lint", "--format", "json", "--fail-on", "never", "."]).expect(0).json();
    let pacts = report["files"].as_array().unwrap().iter();
    let pacts = pacts.filter(|file| file["path"].as_str().unwrap().ends_with(".json"));
    let of = |file: &Value| (uri(&folder.join(file["path"].as_str().unwrap())), printed(file));
    pacts.map(of).filter(|(_, found)| !found.is_empty()).collect()
}

/// Waits until what the server tells of pacts that nobody opened is as `expected`.
fn until_told(
    server: &mut Server,
    known: &mut BTreeMap<String, (Value, Found)>,
    expected: &BTreeMap<String, Found>,
) {
    loop {
        let ids: Vec<Value> = known.iter().map(|(uri, (id, _))| json!({ "uri": uri, "value": id })).collect();
        // Answered when all has been looked at, and again when there is news.
        let report = server.call("workspace/diagnostic", json!({ "previousResultIds": ids }));
        for item in report["items"].as_array().unwrap() {
            let uri = item["uri"].as_str().unwrap().to_owned();
            match item["kind"].as_str() {
                Some("full") if item["resultId"].is_null() => _ = known.remove(&uri),
                Some("full") => _ = known.insert(uri, (item["resultId"].clone(), told(item))),
                _ => {}
            }
        }
        let now = known.iter().filter(|(_, (_, found))| !found.is_empty());
        let now: BTreeMap<String, Found> =
            now.map(|(uri, (_, found))| (uri.clone(), found.clone())).collect();
        if now == *expected {
            return;
        }
        let differ = expected.keys().chain(now.keys()).find(|uri| now.get(*uri) != expected.get(*uri));
        let differ = differ.map(|uri| (uri, now.get(uri), expected.get(uri)));
        say(&format!("waiting for the server to tell more: {differ:?}"));
    }
}

#[test]
fn editor_and_command_line_agree_on_pacts_that_nobody_opened() {
    let (_dir, folder) = configured();
    let mut sources = json_files(&root().join("tests/fixtures"));
    if let Some(corpus) = shared("corpus") {
        // An editor shows 500 findings of a file; a large one has more.
        let small = |path: &PathBuf| fs::metadata(path).is_ok_and(|it| it.len() < 30_000);
        sources.extend(json_files(&corpus).into_iter().filter(small).step_by(40));
    }
    let mut places = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let name = format!("{number}-{}", source.file_name().unwrap().to_str().unwrap());
        for place in ["one", "two", "gone"] {
            let path = folder.join(place).join("pacts").join(&name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(source, &path).unwrap();
            places.push(path);
        }
    }
    let capabilities =
        json!({ "general": { "positionEncodings": ["utf-32"] }, "textDocument": { "diagnostic": {} } });
    let wishes = json!({ "diagnosticMode": "workspace" });
    let mut server = Server::start_with(&folder, &[&folder], capabilities, wishes);
    let mut known = BTreeMap::new();
    let expected = all_by_command(&folder);
    let all: Vec<&str> = expected.values().flatten().map(|found| found.0.as_str()).collect();
    let across = all.iter().filter(|rule| **rule == "same-pair-conflicting-files").count();
    say(&format!(
        "{} findings in {} pacts that nobody opened, {across} of rivals",
        all.len(),
        expected.len()
    ));
    assert!(expected.len() > 10 && across > 0 && expected.values().all(|found| found.len() < 500));
    until_told(&mut server, &mut known, &expected);

    // Files go, are written anew and renamed, and something else holds for all of them.
    fs::remove_file(&places[0]).unwrap();
    let text = fs::read_to_string(&places[1]).unwrap();
    fs::write(&places[1], &text[..text.len() / 2]).unwrap();
    let renamed = places[4].with_file_name("renamed.json");
    fs::rename(&places[4], &renamed).unwrap();
    let config = folder.join("pactlens.toml");
    fs::write(&config, "exclude = ['one/pacts/1*']\n[rules]\nstructure = 'error'\n").unwrap();
    for (path, kind) in [(&places[0], 3), (&places[1], 2), (&places[4], 3), (&renamed, 1), (&config, 2)] {
        server.watched(&uri(path), kind);
    }
    let expected = all_by_command(&folder);
    until_told(&mut server, &mut known, &expected);
}
