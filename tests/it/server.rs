//! The server on its standard input and output, as an editor starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than a slow machine under load takes for anything that is asked of the server.
const LONG: Duration = Duration::from_secs(60);

pub struct Server {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// What was pushed and not looked at yet: address and diagnostics.
    pushed: Vec<(String, Vec<Value>)>,
    /// Everything that was said without being asked for.
    said: Vec<Value>,
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.to_str().unwrap())
}

impl Server {
    /// A server that runs in `folder` and is told of `workspace` folders.
    pub fn start(folder: &Path, workspace: &[&Path], capabilities: Value) -> Server {
        Server::start_with(folder, workspace, capabilities, Value::Null)
    }

    /// The same with what the user has set in the editor.
    pub fn start_with(folder: &Path, workspace: &[&Path], capabilities: Value, wishes: Value) -> Server {
        let folders: Vec<Value> =
            workspace.iter().map(|folder| json!({ "uri": uri(folder), "name": "w" })).collect();
        let introduction = json!({ "processId": null, "capabilities": capabilities,
            "workspaceFolders": folders, "initializationOptions": wishes });
        Server::introduced(folder, introduction).0
    }

    /// A server that runs in `folder` and gets this introduction, and its answer.
    pub fn introduced(folder: &Path, introduction: Value) -> (Server, Value) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pactlens"))
            .arg("lsp")
            .current_dir(folder)
            .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = receive(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Server { process, input, messages, pushed: Vec::new(), said: Vec::new() };
        let answer = server.call("initialize", introduction);
        server.notify("initialized", json!({}));
        (server, answer)
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        if message["params"].is_null() {
            message.as_object_mut().unwrap().remove("params");
        }
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// Asks, and waits for the answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({ "id": 1, "method": method, "params": params }));
        loop {
            let message = self.messages.recv_timeout(LONG).unwrap();
            if message["id"] == 1 && message.get("method").is_none() {
                return message["result"].clone();
            }
            self.keep(message);
        }
    }

    fn keep(&mut self, message: Value) {
        if let Some(id) = message.get("id") {
            // Whatever it asks for is granted.
            self.send(json!({ "id": id, "result": null }));
        }
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let diagnostics = params["diagnostics"].as_array().unwrap().clone();
            self.pushed.push((params["uri"].as_str().unwrap().to_owned(), diagnostics));
        }
        self.said.push(message);
    }

    /// Waits until the server says this, which it may have done before; what it said last.
    #[track_caller]
    pub fn hear(&mut self, method: &str) -> Value {
        loop {
            if let Some(message) = self.said.iter().rfind(|message| message["method"] == method) {
                return message["params"].clone();
            }
            match self.messages.recv_timeout(LONG) {
                Ok(message) => self.keep(message),
                Err(error) => panic!("{error}; no {method} among {:#?}", self.said),
            }
        }
    }

    /// Leaves in order; gives all that was said without being asked for.
    pub fn leave(mut self) -> Vec<Value> {
        self.call("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        while let Ok(message) = self.messages.recv_timeout(LONG) {
            self.said.push(message);
        }
        assert!(self.process.wait().unwrap().success());
        std::mem::take(&mut self.said)
    }

    pub fn open(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({ "uri": uri, "languageId": "json", "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub fn change(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({ "uri": uri, "version": version });
        let changes = json!([{ "text": text }]);
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    pub fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Tells that a file was created (1), changed (2) or deleted (3).
    pub fn watched(&mut self, uri: &str, kind: i32) {
        let changes = json!([{ "uri": uri, "type": kind }]);
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }

    /// Waits for diagnostics of a document that are as `wanted`. Gives all that were pushed for
    /// it until then, those included.
    #[track_caller]
    pub fn until(&mut self, uri: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Vec<Value>> {
        let started = Instant::now();
        let mut seen = Vec::new();
        loop {
            while !self.pushed.is_empty() {
                let (of, diagnostics) = self.pushed.remove(0);
                if of == uri {
                    let done = wanted(&diagnostics);
                    seen.push(diagnostics);
                    if done {
                        return seen;
                    }
                }
            }
            match self.messages.recv_timeout(LONG.saturating_sub(started.elapsed())) {
                Ok(message) => self.keep(message),
                Err(error) => panic!("{error}; of {uri} was told: {seen:#?}"),
            }
        }
    }
}

fn receive(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().strip_prefix("Content-Length: ") {
            Some(number) => length = number.parse().unwrap(),
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
