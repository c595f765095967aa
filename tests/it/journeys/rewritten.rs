//! A test run writes pacts anew while an editor shows them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Server, uri};

/// A pact whose one finding is an error about `matcher`, unless that is one.
fn pact(consumer: &str, path: &str, matcher: &str) -> String {
    let pact = json!({
        "consumer": { "name": consumer }, "provider": { "name": "orders" },
        "interactions": [{
            "description": "an order",
            "request": { "method": "GET", "path": path },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "id": 1 },
                "matchingRules": { "body": { "$.id": { "matchers": [{ "match": matcher }] } } } },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    serde_json::to_string_pretty(&pact).unwrap()
}

/// A repository that ignores what its tests write.
fn project() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join(".git")).unwrap();
    fs::create_dir_all(dir.path().join("build/pacts")).unwrap();
    fs::write(dir.path().join(".gitignore"), "build/\n").unwrap();
    dir
}

fn start(folder: &Path) -> Server {
    let publish = json!({ "publishDiagnostics": { "relatedInformation": true } });
    Server::start(folder, &[folder], json!({ "textDocument": publish }))
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|it| it["code"].as_str().unwrap()).collect()
}

fn says(diagnostics: &[Value], word: &str) -> bool {
    diagnostics.iter().any(|it| it["message"].as_str().unwrap().contains(word))
}

/// Deletes the file, writes one half of it, and then all; tells the server of each.
fn write_anew(server: &mut Server, path: &Path, text: &str) {
    let uri = uri(path);
    fs::remove_file(path).unwrap();
    server.watched(&uri, 3);
    fs::write(path, "").unwrap();
    server.watched(&uri, 1);
    fs::write(path, &text[..text.len() / 2]).unwrap();
    server.watched(&uri, 2);
    fs::write(path, text).unwrap();
    server.watched(&uri, 2);
}

/// An editor that takes over what is on disk into a buffer nobody touched.
#[test]
fn an_open_pact_is_never_without_its_findings() {
    let dir = project();
    let path = fs::canonicalize(dir.path()).unwrap().join("build/pacts/web-orders.json");
    let uri = uri(&path);
    let text = |run: usize| pact("web", "/orders/1", &format!("intger{run}"));
    fs::write(&path, text(0)).unwrap();
    for reopens in [false, true] {
        let mut server = start(path.parent().unwrap().parent().unwrap());
        server.open(&uri, 1, &text(0));
        server.until(&uri, |told| says(told, "'intger0'"));
        for run in 1..=10 {
            write_anew(&mut server, &path, &text(run));
            let version = run as i32 + 1;
            if reopens {
                server.close(&uri);
                server.open(&uri, version, &text(run));
            } else {
                server.change(&uri, version * 2, &text(run)[..text(run).len() / 2]);
                server.change(&uri, version * 2 + 1, &text(run));
            }
        }
        let seen = server.until(&uri, |told| says(told, "'intger10'"));
        assert!(seen.iter().all(|told| !told.is_empty()), "{seen:#?}");
        // Mended, closed: it is told at last.
        server.change(&uri, 99, &pact("web", "/orders/1", "integer"));
        let seen = server.until(&uri, <[Value]>::is_empty);
        assert_eq!(seen.len(), 1, "{seen:#?}");
        server.change(&uri, 100, &text(1));
        server.until(&uri, |told| says(told, "'intger1'"));
        server.close(&uri);
        assert_eq!(server.until(&uri, <[Value]>::is_empty).len(), 1);
    }
}

/// A pact that nobody opened, but that another one's finding is about.
#[test]
fn a_finding_outlasts_the_file_beside_being_written_anew() {
    let dir = project();
    let pacts = fs::canonicalize(dir.path()).unwrap().join("build/pacts");
    let [open, beside] = ["a.json", "b.json"].map(|name| pacts.join(name));
    let rival = |path: &str| pact("web", path, "integer");
    fs::write(&open, rival("/orders/1")).unwrap();
    fs::write(&beside, rival("/orders/2")).unwrap();
    let rules = "same-pair-conflicting-files";
    let (opened, other) = (uri(&open), uri(&beside));
    let mut server = start(dir.path());
    // The finding is in the later of the two files.
    server.open(&other, 1, &rival("/orders/2"));
    server.until(&other, |told| codes(told) == [rules]);
    for run in 0..10 {
        write_anew(&mut server, &open, &rival(&format!("/orders/1{run}")));
    }
    // A finding elsewhere in it shows that the server is through with that.
    let twice = rival("/orders/2").replace("\"metadata\": {", "\"metadata\": { \"a\": 1, \"a\": 1,");
    server.change(&other, 2, &twice);
    let own = "json-duplicate-key";
    let mut seen = server.until(&other, |told| codes(told).contains(&own));
    // What the last write says, holds.
    write_anew(&mut server, &open, &rival("/orders/2"));
    seen.extend(server.until(&other, |told| codes(told) == [own]));
    seen.pop();
    assert!(seen.iter().all(|told| codes(told).contains(&rules)), "{seen:#?}");
    write_anew(&mut server, &open, &rival("/orders/3"));
    server.until(&other, |told| codes(told).contains(&rules));
    // Typing in the interaction that it is about does not make it vanish either.
    let both = [own, "unknown-matcher"];
    for (version, matcher) in (3..).zip(["i", "in", "int", "intg", "intge", "intger"]) {
        let text = twice.replace("\"integer\"", &format!("\"{matcher}\""));
        server.change(&other, version, &text);
        let word = format!("'{matcher}'");
        let seen = server.until(&other, |told| says(told, &word));
        assert!(seen.iter().all(|told| codes(told).contains(&rules)), "{seen:#?}");
    }
    // So does that it is gone.
    fs::remove_file(&open).unwrap();
    server.watched(&opened, 3);
    server.until(&other, |told| told.len() == 2 && both.iter().all(|it| codes(told).contains(it)));
}
