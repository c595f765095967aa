//! Pacts that are run from the editor.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::TestClient;
use crate::lsp::convert::place::uri_of;

const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
  {"description": "a user", "providerStates": [{"name": "user 1 exists"}],
   "request": {"method": "GET", "path": "/users/1"},
   "response": {"status": 200, "body": {
     "name": "Ada"
   }}},
  {"description": "health", "request": {"method": "GET", "path": "/health"}, "response": {"status": 204}}
], "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

/// A provider that says where it listens and what it was asked.
struct Provider {
    url: String,
    asked: Receiver<String>,
}

impl Provider {
    fn start() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let (tell, asked) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &tell);
            }
        });
        Provider { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.try_iter().collect()
    }
}

/// Reads one request, tells of it, and answers it.
fn answer(mut stream: TcpStream, tell: &Sender<String>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let target = first.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let (head, text) = match target.as_str() {
        "GET /users/1" => ("200 OK\r\nContent-Type: application/json", r#"{"full_name": "Ada"}"#),
        "POST /states" => ("200 OK", ""),
        _ => ("204 No Content", ""),
    };
    let length = text.len();
    // Before the answer, after which nobody waits for it.
    tell.send(target).ok()?;
    write!(stream, "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}").ok()
}

/// A workspace with the pact and this configuration.
fn folder(config: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("pactlens.toml"), config).expect("a file");
    fs::create_dir(folder.path().join("pacts")).expect("a folder");
    fs::write(folder.path().join("pacts/p.json"), PACT).expect("a file");
    folder
}

/// A client that has the pact open, and the name of the pact.
fn start(folder: &TempDir, options: Value) -> (TestClient, String) {
    start_with(folder, options, Value::Null)
}

/// The same for one that can do this with a workspace.
fn start_with(folder: &TempDir, options: Value, workspace: Value) -> (TestClient, String) {
    let mut client = TestClient::connect();
    let here = uri_of(&folder.path().to_string_lossy());
    let pact = uri_of(&folder.path().join("pacts/p.json").to_string_lossy());
    client.call(
        "initialize",
        json!({
            "processId": null, "initializationOptions": options,
            "capabilities": {
                "textDocument": { "codeLens": {} },
                "window": { "workDoneProgress": true },
                "workspace": workspace,
            },
            "workspaceFolders": [{ "uri": here, "name": "w" }],
        }),
    );
    client.notify("initialized", json!({}));
    // The sign that the folder is being read.
    until_over(&mut client);
    client.open(&pact, PACT);
    client.settle_disk();
    client.last_pushed(&pact);
    (client, pact)
}

/// Grants the sign that something is being done, and waits until it is over.
fn until_over(client: &mut TestClient) {
    client.requested("window/workDoneProgress/create", Value::Null);
    while client.notified("$/progress")["value"]["kind"] != "end" {}
}

/// The titles and commands of lenses, by line.
fn lenses(client: &mut TestClient, pact: &str) -> Vec<(u64, String, String)> {
    let found = client.call("textDocument/codeLens", json!({ "textDocument": { "uri": pact } }));
    let lens = |lens: &Value| {
        let text = |name: &str| lens["command"][name].as_str().unwrap_or_default().to_owned();
        (lens["range"]["start"]["line"].as_u64().unwrap_or(99), text("title"), text("command"))
    };
    found.as_array().map(|list| list.iter().map(lens).collect()).unwrap_or_default()
}

fn command(name: &str, pact: &str, index: Option<usize>) -> Value {
    let arguments: Vec<Value> = std::iter::once(json!(pact)).chain(index.map(|it| json!(it))).collect();
    json!({ "command": name, "arguments": arguments })
}

/// Runs a command, grants the sign that it runs, and gives what is shown when it is over.
fn run(client: &mut TestClient, params: Value) -> String {
    client.call("workspace/executeCommand", params);
    until_over(client);
    let told = client.notified("window/showMessage");
    client.notified("window/logMessage");
    client.settle();
    told["message"].as_str().expect("a text").to_owned()
}

/// The diagnostics of runs.
fn verified(told: &Value) -> Vec<(u64, String)> {
    let all = told["diagnostics"].as_array().expect("a list").iter();
    let ours = all.filter(|it| it["code"] == "verify");
    ours.map(|it| (it["range"]["start"]["line"].as_u64().expect("a line"), it["message"].to_string()))
        .collect()
}

#[test]
fn a_verification_tells_of_its_lines_until_they_change() {
    let provider = Provider::start();
    let folder = folder(&format!("[verify]\nprovider = '{}'\nstate-url = '/states'\n", provider.url));
    let (mut client, pact) = start(&folder, Value::Null);
    let titles: Vec<(u64, String)> =
        lenses(&mut client, &pact).into_iter().map(|(line, title, _)| (line, title)).collect();
    let expected =
        [0, 1, 6].map(|line| ["Mock", "Try it", "Verify"].map(|title| (line, title.to_owned()))).concat();
    assert_eq!(titles, expected);
    assert_eq!(provider.asked(), Vec::<String>::new(), "nothing is sent unasked");

    let told = run(&mut client, command("pactlens.verify", &pact, None));
    assert_eq!(told, format!("Verified against {}: 1 passed, 1 failed", provider.url));
    assert_eq!(provider.asked(), ["POST /states", "GET /users/1", "POST /states", "GET /health"]);
    let found = verified(&client.last_pushed(&pact));
    let [(line, message)] = &found[..] else { panic!("{found:?}") };
    assert!(*line == 4 && message.contains("full_name"), "{found:?}");
    let titles: Vec<String> = lenses(&mut client, &pact).into_iter().map(|(_, title, _)| title).collect();
    assert_eq!((&*titles[2], &*titles[5], &*titles[8]), ("Verify", "Verify (failed)", "Verify (passed)"));

    // Elsewhere a change leaves it, where it was found it is gone.
    let change = |line: u32, text: &str, version: i32| {
        let place = json!({ "line": line, "character": 0 });
        json!({
            "textDocument": { "uri": pact, "version": version },
            "contentChanges": [{ "range": { "start": place, "end": place }, "text": text }],
        })
    };
    client.notify("textDocument/didChange", change(0, "\n", 2));
    client.settle();
    assert_eq!(verified(&client.last_pushed(&pact))[0].0, 5);
    client.notify("textDocument/didChange", change(4, "  ", 3));
    client.settle();
    assert_eq!(verified(&client.last_pushed(&pact)), []);
    client.finish();
}

#[test]
fn what_is_pending_is_no_failure() {
    let provider = Provider::start();
    let folder = folder(&format!("[verify]\nprovider = '{}'\n", provider.url));
    let (mut client, pact) = start(&folder, Value::Null);
    let text = PACT
        .replace("3.0.0", "4.0")
        .replace("{\"description\"", "{\"type\": \"Synchronous/HTTP\", \"description\"");
    let text = text.replacen("\"description\"", "\"pending\": true, \"description\"", 1).replace(
        r#"{
     "name": "Ada"
   }"#,
        r#"{"content": {"name": "Ada"}, "contentType": "application/json", "encoded": false}"#,
    );
    let change =
        json!({ "textDocument": { "uri": pact, "version": 2 }, "contentChanges": [{ "text": text }] });
    client.notify("textDocument/didChange", change);
    client.settle();
    let told = run(&mut client, command("pactlens.verify", &pact, None));
    assert_eq!(told, format!("Verified against {}: 1 passed, 1 pending", provider.url));
    let found = verified(&client.last_pushed(&pact));
    assert!(found.len() == 1 && found[0].1.contains("Pending: "), "{found:?}");
    let titles: Vec<String> = lenses(&mut client, &pact).into_iter().map(|(_, title, _)| title).collect();
    assert_eq!((titles[5].as_str(), titles[8].as_str()), ("Verify (pending)", "Verify (passed)"));
    client.finish();
}

#[test]
fn a_request_can_be_tried_alone() {
    let provider = Provider::start();
    let folder = folder(&format!("[verify]\nprovider = '{}'\nstate-url = '/states'\n", provider.url));
    let (mut client, pact) = start(&folder, Value::Null);
    let told = run(&mut client, command("pactlens.tryIt", &pact, Some(0)));
    assert!(told.starts_with("'a user': 200 in ") && told.contains("full_name"), "{told}");
    assert_eq!(provider.asked(), ["GET /users/1"]);

    // All of them, and nothing stands in the pact afterwards.
    let told = run(&mut client, command("pactlens.tryIt", &pact, None));
    assert_eq!(told, format!("Tried against {}: 1 passed, 1 failed", provider.url));
    assert_eq!(provider.asked(), ["GET /users/1", "GET /health"]);
    let titles: Vec<String> = lenses(&mut client, &pact).into_iter().map(|(_, title, _)| title).collect();
    assert!(!titles.iter().any(|title| title.contains("failed")), "{titles:?}");
    client.finish();
}

#[test]
fn nothing_is_run_without_trust_or_provider() {
    let folder = folder("");
    let (mut client, pact) = start(&folder, json!({ "trusted": false }));
    assert_eq!(lenses(&mut client, &pact), []);
    let id = client.ask("workspace/executeCommand", command("pactlens.verify", &pact, None));
    let said = client.answer(id)["error"]["message"].to_string();
    assert!(said.contains("not trusted"), "{said}");
    client.finish();

    let (mut client, pact) = start(&folder, Value::Null);
    let titles: Vec<String> = lenses(&mut client, &pact).into_iter().map(|(_, title, _)| title).collect();
    assert_eq!(titles, ["Mock", "Try it", "Verify"].repeat(3));
    for (name, index) in [("pactlens.verify", None), ("pactlens.tryIt", Some(1))] {
        client.call("workspace/executeCommand", command(name, &pact, index));
        let said = client.notified("window/showMessage")["message"].to_string();
        assert!(said.contains("[verify] in pactlens.toml"), "{said}");
    }
    client.finish();
}

#[test]
fn where_no_provider_is_named_room_for_one_is_offered() {
    let workspace = json!({
        "applyEdit": true,
        "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
    });
    let offered = |config: Option<&str>, choice: Value| {
        let folder = folder(config.unwrap_or_default());
        if config.is_none() {
            fs::remove_file(folder.path().join("pactlens.toml")).expect("it is there");
        }
        let (mut client, pact) = start_with(&folder, Value::Null, workspace.clone());
        client.call("workspace/executeCommand", command("pactlens.verify", &pact, None));
        let chosen = choice.is_object();
        let asked = client.requested("window/showMessageRequest", choice);
        assert!(asked["message"].to_string().contains("No provider is named"), "{asked}");
        let edit = chosen.then(|| client.requested("workspace/applyEdit", json!({ "applied": true })));
        client.settle();
        client.finish();
        (asked["actions"][0]["title"].clone(), edit.map(|mut edit| edit["edit"].take()))
    };
    let (title, edit) = offered(Some("preset = \"strict\""), json!({ "title": "Add it to pactlens.toml" }));
    assert_eq!(title, "Add it to pactlens.toml");
    let edit = edit.expect("it was chosen");
    let changes = edit["changes"].as_object().and_then(|files| files.values().next()).expect("a file");
    let change = &changes[0];
    assert_eq!(change["range"]["start"], json!({ "line": 0, "character": 17 }));
    let text = change["newText"].as_str().expect("a text");
    assert!(text.starts_with("\n\n[verify]\n") && text.contains("provider = \"http"), "{text}");

    let (title, edit) = offered(None, json!({ "title": "Add it to a new pactlens.toml" }));
    assert_eq!(title, "Add it to a new pactlens.toml");
    let edit = edit.expect("it was chosen");
    let steps = &edit["documentChanges"];
    assert_eq!(steps[0]["kind"], "create");
    assert!(steps[1]["edits"][0]["newText"].as_str().is_some_and(|text| text.starts_with("[verify]")));

    // Without a choice nothing is edited.
    assert_eq!(offered(None, Value::Null).1, None);
}

#[test]
fn another_machine_is_asked_about_first() {
    // An address that is for documentation: nobody is there.
    let folder = folder("[verify]\nprovider = 'http://ann:s3cret@192.0.2.1:9'\n");
    let (mut client, pact) = start(&folder, Value::Null);
    client.call("workspace/executeCommand", command("pactlens.verify", &pact, Some(1)));
    let asked = client.requested("window/showMessageRequest", Value::Null);
    let told = asked["message"].to_string();
    assert!(told.contains("http://192.0.2.1:9") && !told.contains("s3cret"), "{told}");
    // Not agreed, nothing begins.
    client.settle();
    client.finish();
}

/// What the server at `url` answers to a GET.
fn get(url: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://").trim_end_matches('/')).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    Some(text)
}

/// Starts a mock server and gives its address.
fn mock(client: &mut TestClient, pact: &str, index: Option<usize>) -> String {
    client.call("workspace/executeCommand", command("pactlens.mock", pact, index));
    let told = client.notified("window/showMessage")["message"].as_str().expect("a text").to_owned();
    client.settle();
    told.rsplit(' ').next().expect("an address").to_owned()
}

/// The document becomes this text, and is saved.
fn save(client: &mut TestClient, pact: &str, version: i32, text: &str) {
    let document = json!({ "uri": pact, "version": version });
    let changes = json!([{ "text": text }]);
    client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": pact } }));
}

#[test]
fn one_interaction_is_mocked_beside_the_whole_pact() {
    let folder = folder("");
    let (mut client, pact) = start(&folder, Value::Null);
    let whole = mock(&mut client, &pact, None);
    let one = mock(&mut client, &pact, Some(1));
    assert_ne!(whole, one);
    let status = |url: &str, path: &str| get(url, path).map(|answer| answer[9..12].to_owned());
    assert_eq!(status(&whole, "/users/1").as_deref(), Some("200"));
    assert_eq!(status(&one, "/users/1").as_deref(), Some("500"), "that is another interaction");
    assert_eq!(status(&one, "/health").as_deref(), Some("204"));
    let stops = |client: &mut TestClient| -> Vec<(u64, String)> {
        let all = lenses(client, &pact).into_iter();
        all.filter(|(.., name)| name == "pactlens.stopMock").map(|(line, title, _)| (line, title)).collect()
    };
    let both = [(0, format!("Stop mock ({whole})")), (6, format!("Stop mock ({one})"))];
    assert_eq!(stops(&mut client), both);

    // It stays the same interaction where another one comes before it, and where it is changed.
    let other = r#""interactions": [
  {"description": "new", "request": {"method": "GET", "path": "/new"}, "response": {"status": 200}},"#;
    let text = PACT.replace(r#""interactions": ["#, other).replace("204", "205");
    save(&mut client, &pact, 2, &text);
    client.settle();
    assert_eq!(stops(&mut client)[1], (7, format!("Stop mock ({one})")));
    let renewed = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        status(&one, "/health").as_deref() == Some("205")
    });
    assert!(renewed, "the new text is served");
    assert_eq!(status(&one, "/new").as_deref(), Some("500"));

    // Broken while it is typed, it is not gone; but it is when it has another name.
    save(&mut client, &pact, 3, &text.replace(r#"{"description": "health","#, "{"));
    save(&mut client, &pact, 4, &text.replace("\"health\"", "\"healthy"));
    save(&mut client, &pact, 5, &text.replace("\"health\"", "\"healthy\""));
    let told = client.notified("window/showMessage")["message"].to_string();
    assert!(told.contains(&one) && told.contains("another name"), "{told}");
    client.settle();
    assert_eq!(stops(&mut client), both[..1]);
    client.last_pushed(&pact);
    client.finish();
}

#[test]
fn the_port_of_the_configuration_is_for_the_first() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    let folder = folder(&format!("[mock]\nport = {port}\n"));
    let (mut client, pact) = start(&folder, Value::Null);
    assert!(mock(&mut client, &pact, Some(0)).ends_with(&format!(":{port}")));
    let second = mock(&mut client, &pact, Some(1));
    assert!(!second.ends_with(&format!(":{port}")) && get(&second, "/health").is_some(), "{second}");
    let id = client.ask("workspace/executeCommand", command("pactlens.mock", &pact, Some(9)));
    let said = client.answer(id)["error"]["message"].to_string();
    assert!(said.contains("no such interaction"), "{said}");
    client.finish();
}

#[test]
fn what_is_wrong_with_a_command_is_told() {
    let folder = folder("");
    let (mut client, pact) = start(&folder, Value::Null);
    for (arguments, why) in [
        (json!([]), "URI of a pact"),
        (json!([{ "uri": pact }]), "URI of a pact"),
        (json!([pact, "1"]), "number of an interaction"),
        (json!([pact, -1]), "number of an interaction"),
        (json!([pact, 7]), "no such interaction"),
        (json!(["file:///elsewhere.json"]), "Open the pact first"),
    ] {
        let params = json!({ "command": "pactlens.verify", "arguments": arguments });
        let id = client.ask("workspace/executeCommand", params);
        let said = client.answer(id)["error"]["message"].to_string();
        assert!(said.contains(why), "{said}");
    }
    client.finish();
}

#[test]
fn a_message_is_not_mocked() {
    let folder = folder("");
    let (mut client, pact) = start(&folder, Value::Null);
    let messages = PACT.replace("3.0.0", "4.0").replacen('{', "{ ", 1);
    let messages = messages.replace(
        "{\"description\": \"health\"",
        "{\"type\": \"Asynchronous/Messages\", \"description\": \"health\"",
    );
    save(&mut client, &pact, 2, &messages);
    client.settle();
    let found = lenses(&mut client, &pact);
    let above: Vec<&str> =
        found.iter().filter(|(line, ..)| *line == 6).map(|(_, title, _)| title.as_str()).collect();
    assert_eq!(above, ["Try it", "Verify"]);
    let id = client.ask("workspace/executeCommand", command("pactlens.mock", &pact, Some(1)));
    let said = client.answer(id)["error"]["message"].to_string();
    assert!(said.contains("no request"), "{said}");
    client.last_pushed(&pact);
    client.finish();
}

#[test]
fn a_mock_server_answers_until_it_is_stopped() {
    let folder = folder("");
    let (mut client, pact) = start(&folder, Value::Null);
    client.call("workspace/executeCommand", command("pactlens.mock", &pact, None));
    let told = client.notified("window/showMessage")["message"].to_string();
    client.settle();
    let (_, title, name) = lenses(&mut client, &pact).swap_remove(0);
    assert_eq!(name, "pactlens.stopMock");
    let url = title.trim_start_matches("Stop mock (").trim_end_matches(')').to_owned();
    assert!(told.contains(&url), "{told} {url}");
    let get = |path: &str| get(&url, path);
    let answer = get("/users/1").expect("it listens");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(r#"{"name":"Ada"}"#), "{answer}");

    // What is saved is served.
    let changed = json!({
        "textDocument": { "uri": pact, "version": 2 },
        "contentChanges": [{ "text": PACT.replace("204", "205") }],
    });
    client.notify("textDocument/didChange", changed);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": pact } }));
    let renewed = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        get("/health").is_some_and(|answer| answer.starts_with("HTTP/1.1 205"))
    });
    assert!(renewed, "the new text is served");
    client.call("workspace/executeCommand", command("pactlens.stopMock", &pact, None));
    client.settle();
    assert_eq!(lenses(&mut client, &pact)[0].1, "Mock");
    client.finish();
}
