//! The editor is told what the command line prints, whatever `pactlens.toml` says.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::common::{json_files, pactlens, root, say};

/// A server on its standard input and output.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pactlens"))
            .arg("lsp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut server = Server { process, input, output };
        // Without folders of a workspace nothing is read but what is open.
        server.call("initialize", json!({
            "processId": null,
            "capabilities": { "general": { "positionEncodings": ["utf-32"] }, "textDocument": { "diagnostic": {} } },
        }));
        server.send(json!({ "method": "initialized", "params": {} }));
        server
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// Asks, and waits for the answer; what else is said is thrown away.
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({ "id": 1, "method": method, "params": params }));
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                self.output.read_line(&mut line).unwrap();
                match line.trim().strip_prefix("Content-Length: ") {
                    Some(number) => length = number.parse().unwrap(),
                    None if line.trim().is_empty() => break,
                    None => {}
                }
            }
            let mut body = vec![0; length];
            self.output.read_exact(&mut body).unwrap();
            let message: Value = serde_json::from_slice(&body).unwrap();
            if message["id"] == 1 && message.get("method").is_none() {
                return message["result"].clone();
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Rule, severity (1 for an error), line and column of each finding, sorted.
type Found = Vec<(String, u64, u64, u64)>;

fn by_editor(server: &mut Server, path: &Path) -> Found {
    let uri = format!("file://{}", path.to_str().unwrap());
    let text = fs::read_to_string(path).unwrap();
    let document = json!({ "uri": uri, "languageId": "json", "version": 1, "text": text });
    server.send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    let report = server.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    server.send(json!({ "method": "textDocument/didClose", "params": { "textDocument": { "uri": uri } } }));
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

fn by_command(folder: &Path, path: &Path) -> Found {
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
            "[[overrides]]\nfile = '*-v4.json'\nrules.all = 'off'\n[[overrides]]\ngenerator = 'pact-*'\nrules.all = 'info'\n",
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(dir.path()).unwrap();
    for (name, text) in CONFIGS {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut server = Server::start(&folder);
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
