//! The editor is told what the command line prints, whatever `pactlens.toml` says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{json_files, pactlens, root, say};
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
    let one = |it: &Value| {
        let severity =
            ["error", "warning", "info"].iter().position(|name| it["severity"] == *name).unwrap() as u64 + 1;
        let at = |key: &str| it["start"][key].as_u64().unwrap();
        (it["rule"].as_str().unwrap().to_owned(), severity, at("line"), at("column"))
    };
    let pacts = files.iter().filter(|file| file["path"].as_str().unwrap().ends_with(".json"));
    let mut found: Found = pacts.flat_map(|file| file["findings"].as_array().unwrap()).map(one).collect();
    found.sort();
    found
}

#[test]
fn editor_and_command_line_agree() {
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
