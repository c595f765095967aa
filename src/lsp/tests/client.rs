//! A client in memory. It reads every message, and fails when one is left unread.

use std::collections::VecDeque;
use std::str::FromStr;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::runtime::{Builder, Runtime};

use crate::lsp::event::Event;
use crate::lsp::inbox::{self, Post};
use crate::lsp::pages::Pages;
use crate::lsp::{Ended, Options, frames, serve_with};

/// Longer than anything takes here, so that a hang is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct TestClient {
    runtime: Runtime,
    write: WriteHalf<DuplexStream>,
    read: BufReader<ReadHalf<DuplexStream>>,
    unread: VecDeque<Value>,
    last_id: i64,
    server: Option<JoinHandle<Ended>>,
    /// Straight into the session, past the protocol.
    pub(super) post: Post,
}

impl TestClient {
    /// Connects and says nothing.
    pub(super) fn connect() -> TestClient {
        TestClient::connect_with(Pages::default())
    }

    /// Connects to a server that has pages of rules, and says nothing.
    pub(super) fn connect_with(pages: Pages) -> TestClient {
        let (ours, theirs) = tokio::io::duplex(1 << 26);
        let (post, inbox) = inbox::inbox();
        let server_post = post.clone();
        let server = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().build().expect("a runtime");
            let (read, write) = tokio::io::split(theirs);
            runtime.block_on(serve_with(
                server_post,
                inbox,
                pages,
                Options::default(),
                frames::of(read),
                write,
            ))
        });
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        let (read, write) = tokio::io::split(ours);
        let (read, unread) = (BufReader::new(read), VecDeque::new());
        TestClient { runtime, write, read, unread, last_id: 0, server: Some(server), post }
    }

    /// Connects with these capabilities.
    pub(super) fn start(capabilities: Value) -> TestClient {
        let mut client = TestClient::connect();
        client
            .call("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
        client.notify("initialized", json!({}));
        client
    }

    /// Connects with these capabilities and workspace folders.
    pub(super) fn start_in(capabilities: Value, folders: Value) -> TestClient {
        let mut client = TestClient::connect();
        client.call(
            "initialize",
            json!({ "processId": null, "capabilities": capabilities, "workspaceFolders": folders }),
        );
        client.notify("initialized", json!({}));
        client
    }

    /// Waits until what is being read from the disk has arrived and been dealt with.
    pub(super) fn settle_disk(&mut self) {
        self.settle();
        self.post.send(Event::SettleDisk);
        self.wait_for(|message| message["method"] == "window/logMessage");
    }

    /// The last diagnostics that were pushed for a document, the others thrown away.
    pub(super) fn last_pushed(&mut self, uri: &str) -> Value {
        let mut last = None;
        self.unread.retain(|message| {
            let wanted = message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == json!(uri);
            if wanted {
                last = Some(message["params"].clone());
            }
            !wanted
        });
        last.expect("something was pushed")
    }

    /// Waits for a request of the server and grants it.
    pub(super) fn accept(&mut self, method: &str) {
        let request = self.wait_for(|message| message["method"] == method);
        self.send(&[json!({ "jsonrpc": "2.0", "id": request["id"], "result": null })]);
    }

    /// Waits for a notification of the server; gives what it tells.
    pub(super) fn notified(&mut self, method: &str) -> Value {
        self.wait_for(|message| message["method"] == method)["params"].take()
    }

    /// What was told by notifications that are not read yet.
    pub(super) fn all_notified(&mut self, method: &str) -> Vec<Value> {
        let (wanted, others) =
            self.unread.drain(..).partition::<VecDeque<_>, _>(|message| message["method"] == method);
        self.unread = others;
        wanted.into_iter().map(|mut message| message["params"].take()).collect()
    }

    /// Waits for a request of the server and answers it; gives what it asked.
    pub(super) fn requested(&mut self, method: &str, answer: Value) -> Value {
        let mut request = self.wait_for(|message| message["method"] == method);
        self.send(&[json!({ "jsonrpc": "2.0", "id": request["id"], "result": answer })]);
        request["params"].take()
    }

    pub(super) fn send_bytes(&mut self, bytes: &[u8]) {
        let write = &mut self.write;
        self.runtime.block_on(async {
            write.write_all(bytes).await.expect("the server reads");
            write.flush().await.expect("the server reads");
        });
    }

    /// Sends messages in one write.
    pub(super) fn send(&mut self, messages: &[Value]) {
        let mut bytes = Vec::new();
        for message in messages {
            let body = message.to_string();
            bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        }
        self.send_bytes(&bytes);
    }

    pub(super) fn notify(&mut self, method: &str, params: Value) {
        self.send(&[notification(method, params)]);
    }

    /// A request that is not sent yet, and its id.
    pub(super) fn request(&mut self, method: &str, params: Value) -> (i64, Value) {
        self.last_id += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        (self.last_id, message)
    }

    /// Sends a request; returns its id.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> i64 {
        let (id, message) = self.request(method, params);
        self.send(&[message]);
        id
    }

    /// Sends a request and waits for its result.
    pub(super) fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let mut answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// The answer to a request, error or not.
    pub(super) fn answer(&mut self, id: i64) -> Value {
        self.wait_for(|message| message["id"] == json!(id) && message.get("method").is_none())
    }

    /// The next diagnostics that are pushed for a document.
    pub(super) fn pushed(&mut self, uri: &str) -> Value {
        let mut message = self.wait_for(|message| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == json!(uri)
        });
        message["params"].take()
    }

    fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at).expect("it is there");
        }
        loop {
            let message = self.receive().expect("the server is there");
            if wanted(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    fn receive(&mut self) -> Option<Value> {
        let read = &mut self.read;
        self.runtime.block_on(async {
            let message = async {
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    read.read_line(&mut line).await.ok().filter(|&n| n > 0)?;
                    match line.trim().strip_prefix("Content-Length: ") {
                        Some(number) => length = usize::from_str(number).expect("a number"),
                        None if line.trim().is_empty() => break,
                        None => {}
                    }
                }
                let mut body = vec![0; length];
                read.read_exact(&mut body).await.ok()?;
                Some(serde_json::from_slice(&body).expect("JSON"))
            };
            tokio::time::timeout(PATIENCE, message).await.expect("an answer in time")
        })
    }

    /// Waits until the server has nothing left to do.
    pub(super) fn settle(&mut self) {
        // What was sent before this has reached the session when this is answered.
        self.call("textDocument/hover", at("file:///nothing", 0, 0));
        self.post.send(Event::Settle);
        self.wait_for(|message| message["method"] == "window/logMessage");
    }

    /// Leaves in order. Nothing may be unread.
    pub(super) fn finish(mut self) {
        self.settle();
        assert_eq!(self.call("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.end(), Ended::Orderly);
    }

    /// How the server ends. Nothing may be unread.
    pub(super) fn end(&mut self) -> Ended {
        while let Some(message) = self.receive() {
            self.unread.push_back(message);
        }
        let unread = std::mem::take(&mut self.unread);
        assert!(unread.is_empty(), "unread: {unread:#?}");
        let server = self.server.take().expect("it runs");
        server.join().expect("the server does not panic")
    }

    /// Closes our end of the connection.
    pub(super) fn hang_up(&mut self) {
        let write = &mut self.write;
        self.runtime.block_on(async { write.shutdown().await.expect("open until now") });
    }

    pub(super) fn open(&mut self, uri: &str, text: &str) {
        self.notify("textDocument/didOpen", opened(uri, text));
    }
}

impl Drop for TestClient {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.server.is_none(), "a test ends with finish() or end()");
        }
    }
}

pub(super) fn notification(method: &str, params: Value) -> Value {
    let mut message = json!({ "jsonrpc": "2.0", "method": method });
    if !params.is_null() {
        message["params"] = params;
    }
    message
}

pub(super) fn opened(uri: &str, text: &str) -> Value {
    json!({ "textDocument": { "uri": uri, "languageId": "json", "version": 1, "text": text } })
}

pub(super) fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

/// A change of the part between two places of one line.
pub(super) fn changed(uri: &str, version: i32, line: u32, from: u32, to: u32, text: &str) -> Value {
    let range =
        json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } });
    json!({
        "textDocument": { "uri": uri, "version": version },
        "contentChanges": [{ "range": range, "text": text }],
    })
}
