//! `pactlens mock` as a command.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::pactlens;
use crate::mock::send;

fn pact(body: &Value) -> String {
    let pact = json!({
        "consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": [
            {"description": "an order", "request": {"method": "GET", "path": "/orders/7"},
             "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}},
            {"description": "all orders", "request": {"method": "GET", "path": "/orders"}, "response": {"status": 200}},
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}
    });
    format!("{pact:#}\n")
}

/// A server that ends with the test.
pub struct Server {
    child: Child,
    pub url: String,
    first: String,
}

impl Server {
    pub fn start(folder: &Path, arguments: &[&str]) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pactlens"))
            .arg("mock")
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let url = first.split_whitespace().find(|word| word.starts_with("http")).map(str::to_owned);
        // What follows is read, so that the server is never held up.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        Server { child, url: url.unwrap_or_else(|| panic!("no URL in {first:?}")), first }
    }

    /// Ends it as a terminal would; its exit code and what it said on standard error.
    #[cfg(unix)]
    fn stop(mut self) -> (i32, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code().unwrap(), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Tries until it holds.
#[track_caller]
fn eventually(mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < until, "it never came to hold");
        std::thread::yield_now();
    }
}

#[cfg(unix)]
#[test]
fn a_stopped_server_reports_and_strict_fails() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pacts")).unwrap();
    fs::write(folder.path().join("pacts/a.json"), pact(&json!({"id": 7}))).unwrap();
    fs::write(folder.path().join("pacts/other.json"), "{\"name\": \"no pact\"}").unwrap();
    let server = Server::start(folder.path(), &["pacts", "--strict", "--report-json", "r.json"]);
    assert!(
        server.first.starts_with("orders  (web)") && server.first.contains("2 interactions"),
        "{}",
        server.first
    );
    assert_eq!(send(&server.url, "GET /orders/7", b"").status, 200);
    assert_eq!(send(&server.url, "GET /order", b"").status, 500);
    let (code, said) = server.stop();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("\"all orders\"   pacts/a.json:") && said.contains("GET /order   "), "{said}");
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
    assert_eq!((&report["version"], &report["served"], &report["missed"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(report["neverCalled"][0]["description"], "all orders");
    assert_eq!(report["unexpected"][0]["target"], "/order");
    // All called, nothing else: nothing to complain of.
    let server = Server::start(folder.path(), &["pacts/a.json", "--strict", "-q"]);
    assert_eq!(send(&server.url, "GET /orders/7", b"").status, 200);
    assert_eq!(send(&server.url, "GET /orders", b"").status, 200);
    assert_eq!(server.stop().0, 0);
}

#[test]
fn changed_pacts_are_read_again_and_broken_ones_are_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    fs::write(&file, pact(&json!({"id": 7}))).unwrap();
    let server = Server::start(folder.path(), &[".", "--watch"]);
    let body = || send(&server.url, "GET /orders/7", b"").text();
    assert_eq!(body(), "{\"id\":7}");
    fs::write(&file, pact(&json!({"id": 8}))).unwrap();
    eventually(|| body() == "{\"id\":8}");
    // Another file beside it shows that the broken one was looked at.
    let text = pact(&json!({"id": 9}));
    fs::write(&file, &text[..text.len() / 2]).unwrap();
    fs::write(folder.path().join("b.json"), pact(&json!({"id": 10})).replace("/orders", "/others")).unwrap();
    eventually(|| send(&server.url, "GET /others/7", b"").status == 200);
    assert_eq!(body(), "{\"id\":8}");
    fs::write(&file, text).unwrap();
    eventually(|| body() == "{\"id\":9}");
    fs::remove_file(folder.path().join("b.json")).unwrap();
    eventually(|| send(&server.url, "GET /others/7", b"").status == 500);
    assert_eq!(body(), "{\"id\":9}");
}

#[test]
fn the_port_may_be_configured() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), pact(&json!({"id": 7}))).unwrap();
    // Taken for as long as it is not let go.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    fs::write(folder.path().join("pactlens.toml"), format!("[mock]\nport = {port}\n")).unwrap();
    let refused = pactlens(folder.path(), &["mock", "a.json"]).expect(2);
    assert!(refused.stderr.contains(&format!("127.0.0.1:{port}")), "{}", refused.stderr);
    assert!(refused.stderr.contains("of pactlens.toml; --port 0"), "{}", refused.stderr);
    let server = Server::start(folder.path(), &["a.json", "--port", "0"]);
    assert!(!server.url.ends_with(&format!(":{port}")), "a flag goes first: {}", server.url);
    let server = Server::start(folder.path(), &["a.json", "--isolated"]);
    assert!(!server.url.ends_with(&format!(":{port}")), "no configuration is read: {}", server.url);
}

#[test]
fn there_must_be_something_to_serve() {
    let folder = tempfile::tempdir().unwrap();
    let run = pactlens(folder.path(), &["mock"]).expect(3);
    assert!(run.stderr.contains("found no pact to serve"), "{}", run.stderr);
    fs::write(folder.path().join("a.json"), "{\"consumer\": {\"name\": \"a\"}, \"interactions\": [").unwrap();
    let run = pactlens(folder.path(), &["mock", "a.json"]).expect(2);
    assert!(run.stderr.contains("a.json:1:45: The file is not JSON"), "{}", run.stderr);
    pactlens(folder.path(), &["mock", "a.json", "--host", "example.com"]).expect(2);
    pactlens(folder.path(), &["mock", "a.json", "--mutate"]).expect(2);
}

#[test]
fn a_provider_state_that_leaves_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let stated = pact(&json!({})).replace(
        "\"description\": \"an order\"",
        "\"description\": \"an order\", \"providerStates\": [{\"name\": \"order 7 (paid)\"}]",
    );
    fs::write(folder.path().join("a.json"), stated).unwrap();
    let refused =
        |state: &str| pactlens(folder.path(), &["mock", "a.json", "--state", state]).expect(2).stderr;
    let said = refused("order 8 (paid)");
    assert!(said.contains(r#""order 8 (paid)" (near it: "order 7 (paid)")"#), "{said}");
    let said = refused("[order");
    assert!(said.contains("(near it: \"order 7 (paid)\"), and it is no regular expression: "), "{said}");
    assert!(refused("nothing").contains(r#"(there is "order 7 (paid)")"#));
    // A name goes before what it would be as a pattern; one that is watched for may come.
    for arguments in
        [&["a.json", "--state", "order 7 (paid)"][..], &["a.json", "--state", "nothing", "--watch"]]
    {
        let server = Server::start(folder.path(), arguments);
        let status = send(&server.url, "GET /orders/7", b"").status;
        assert_eq!(status, if arguments.len() == 3 { 200 } else { 500 });
    }
}

/// Stands for a consumer's tests: it needs `id`, an item with a `sku`, and nothing else.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn the_consumer() {
    let Ok(url) = std::env::var("PACT_MOCK_URL") else { return };
    let answer = send(&url, "GET /orders/7", b"");
    let order: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(order["id"], 7);
    assert!(order["items"].as_array().unwrap().iter().all(|item| item["sku"].is_string()));
    assert!(order.get("note").is_none_or(Value::is_string));
}

/// Another consumer: it needs the number of an XML item, a parameter of a form, and a header.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn the_other_consumer() {
    let Ok(url) = std::env::var("PACT_MOCK_URL") else { return };
    let xml = send(&url, "GET /xml", b"");
    let text = xml.text();
    let document = roxmltree::Document::parse(&text).unwrap();
    let items = document.descendants().filter(|node| node.has_tag_name("item"));
    assert!(items.clone().count() > 0 && items.clone().all(|item| item.attribute("number").is_some()));
    assert_eq!(xml.header("x-total"), Some("2"));
    let form = send(&url, "GET /form", b"").text();
    assert!(form.split('&').any(|pair| pair.starts_with("token=t")), "{form}");
}

#[test]
fn what_nobody_misses_is_found_in_headers_status_xml_and_forms() {
    let get = |path: &str, kind: &str, content: &str, rules: Value| {
        let headers = json!({"Content-Type": [kind], "X-Total": ["2"], "X-Trace": ["abc"],
            "Access-Control-Allow-Origin": ["*"]});
        json!({"type": "Synchronous/HTTP", "description": path, "request": {"method": "GET", "path": path},
            "response": {"status": 200, "headers": headers, "matchingRules": rules,
                "body": {"content": content, "contentType": kind, "encoded": false}}})
    };
    let xml = "<order><item number='1' unit='kg'>a</item><item number='2'>b</item><note/></order>";
    let rules = json!({
        "status": {"matchers": [{"match": "statusCode", "status": "success"}]},
        "header": {"X-Trace": {"matchers": [{"match": "type"}]}},
        "body": {"$.order.item['@unit']": {"matchers": [{"match": "type"}]}},
    });
    let interactions = [
        get("/xml", "application/xml", xml, rules),
        get("/form", "application/x-www-form-urlencoded", "token=tok&scope=a+b", json!({})),
    ];
    let pact = json!({"consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": interactions, "metadata": {"pactSpecification": {"version": "4.0"}}});
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), pact.to_string()).unwrap();
    let me = std::env::current_exe().unwrap();
    let consumer = [me.to_str().unwrap(), "mock_command::the_other_consumer", "--exact", "--ignored"];
    let found =
        pactlens(folder.path(), &[&["mock", "a.json", "--mutate", "--"], &consumer[..]].concat()).expect(0);
    let line = |start: &str| {
        let words: Vec<&str> = start.split(' ').collect();
        let is = |line: &&str| line.split_whitespace().take(words.len()).eq(words.iter().copied());
        let line = found.stdout.lines().find(is);
        line.unwrap_or_else(|| panic!("no {start} in {}", found.stdout)).to_owned()
    };
    let ends = |start: &str, end: &str| assert!(line(start).ends_with(end), "{end}: {}", line(start));
    ends("✗ status by rule", "passes with 500 in place of it");
    ends("✗ header X-Trace by rule", "passes without it, and with it empty");
    ends("✓ header X-Total exact", "needed");
    ends("✓ $.order.item exact", "needed");
    ends("✓ $.order.item['@number'] exact", "needed");
    ends("✗ $.order.item['@unit'] by rule", "passes without it, and with it empty");
    ends("✗ $.order.note exact", "passes without it, and with it empty");
    ends("✓ $.token exact", "needed");
    ends("✗ $.scope exact", "passes without it, and with it empty");
    assert!(!found.stdout.contains("content-") && !found.stdout.contains("access-"), "{}", found.stdout);
}

#[test]
fn fields_that_nobody_misses_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let body = json!({"id": 7, "address": {"street": "x"}, "items": [{"sku": "a", "count": 1}, {"sku": "b"}], "note": "n"});
    fs::write(folder.path().join("a.json"), pact(&body)).unwrap();
    let me = std::env::current_exe().unwrap();
    let run = |more: &[&str], name: &str| {
        let consumer = [me.to_str().unwrap(), name, "--exact", "--ignored"];
        pactlens(folder.path(), &[&["mock", "a.json", "--mutate"], more, &["--"], &consumer[..]].concat())
    };
    let found = run(&["--strict"], "mock_command::the_consumer").expect(1);
    let line = |start: &str| {
        let line = found.stdout.lines().find(|line| line.trim_start().starts_with(start));
        line.unwrap_or_else(|| panic!("no {start} in {}", found.stdout)).to_owned()
    };
    assert!(line("✓ $.id").ends_with("needed"));
    assert!(line("✓ $.items[*].sku").ends_with("needed"));
    assert!(line("✗ $.items[*].count").contains("passes without it, and with null"));
    assert!(line("✗ $.address").contains("exact"));
    assert!(line("✗ $.note").contains("not with null"));
    assert!(!found.stdout.contains("street"), "part of what is not needed: {}", found.stdout);
    assert!(found.stdout.contains("3 of 6 fields needed: 50 %"), "{}", found.stdout);
    assert!(found.stdout.contains("1 interaction never called"), "{}", found.stdout);
    let cut = run(&["--mutate-runs", "2"], "mock_command::the_consumer").expect(0);
    assert!(cut.stdout.contains("not tried (--mutate-runs 2)"), "{}", cut.stdout);
    // A command that fails as it is tells nothing.
    let failed = pactlens(folder.path(), &["mock", "a.json", "--mutate", "--", "false"]).expect(1);
    assert!(failed.stderr.contains("false fails with the responses as they are"), "{}", failed.stderr);
}
