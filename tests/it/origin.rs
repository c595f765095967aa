//! The test that wrote an interaction, in every report.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Run, pactlens};

/// A pact of `web` with interactions of these descriptions and test names, each with one
/// finding: a path without a slash at its start.
fn pact(interactions: &[(&str, Option<&str>)]) -> String {
    let interaction = |(description, test): &(&str, Option<&str>)| {
        json!({
            "type": "Synchronous/HTTP",
            "description": description,
            "providerStates": [{"name": "a cart exists"}],
            "comments": test.map(|test| json!({"testname": test})),
            "request": {"method": "GET", "path": "users"},
            "response": {"status": 200},
        })
    };
    let pact = json!({
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": interactions.iter().map(interaction).collect::<Vec<_>>(),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    });
    serde_json::to_string_pretty(&pact).unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

const TEST: &str = r#"const provider = new PactV4({ consumer: "web", provider: "orders" });
it("creates an order", () => {
  provider
    .given("a cart exists")
    .uponReceiving("a request to create an order")
    .withRequest("POST", "/orders");
});
"#;

const TWIN: &str = "p.uponReceiving('a request seen twice');";

fn project() -> TempDir {
    let pact = pact(&[
        ("a request to create an order", None),
        ("a request seen twice", None),
        ("a request of a compiled test", None),
        ("a request of another", Some("shop.CartPactTest.readsACart(MockServer)")),
    ]);
    folder(&[
        (".gitignore", "pacts/\nlib/\n"),
        ("pacts/web-orders.json", &pact),
        ("test/orders.pact.test.ts", TEST),
        ("test/a.ts", TWIN),
        ("test/b.ts", TWIN),
        ("lib/orders.js", "p.uponReceiving('a request of a compiled test');"),
        ("node_modules/p/orders.js", "p.uponReceiving('a request of a compiled test');"),
        (
            "src/CartPactTest.java",
            "// PactTestFor\nclass CartPactTest {\n  @Test void readsACart(MockServer s) {}\n}",
        ),
        ("README.md", "uponReceiving('a request seen twice')"),
    ])
}

fn lint(dir: &Path, arguments: &[&str]) -> Run {
    pactlens(dir, &[&["lint", "--select", "path-not-absolute"], arguments].concat()).expect(1)
}

/// The test that the JSON report names for each description.
fn tests(run: &Run) -> Vec<(String, Value)> {
    let report = run.json();
    let findings = report["files"][0]["findings"].as_array().unwrap();
    let one =
        |it: &Value| (it["interaction"]["description"].as_str().unwrap().to_owned(), it["test"].clone());
    findings.iter().map(one).collect()
}

#[test]
fn reports_name_the_test() {
    let dir = project();
    let found = tests(&lint(dir.path(), &["--format", "json"]));
    let place = |path: &str, line: u32, column: u32| json!({"path": path, "line": line, "column": column});
    let expected = [
        ("a request to create an order", place("test/orders.pact.test.ts", 5, 20)),
        ("a request seen twice", Value::Null),
        ("a request of a compiled test", Value::Null),
        ("a request of another", place("src/CartPactTest.java", 3, 14)),
    ];
    let found: Vec<(&str, Value)> = found.iter().map(|(name, test)| (name.as_str(), test.clone())).collect();
    assert_eq!(found, expected);

    let text = lint(dir.path(), &[]).stdout;
    let tests: Vec<&str> = text.lines().filter(|line| line.contains("= test")).collect();
    assert_eq!(tests, ["  = test: test/orders.pact.test.ts:5", "  = test: src/CartPactTest.java:3"]);

    let text = lint(dir.path(), &["--no-tests"]).stdout;
    assert!(!text.contains("= test"), "{text}");
}

#[test]
fn the_search_starts_at_the_repository_or_the_configuration() {
    let dir = project();
    let pacts = dir.path().join("pacts");
    let nothing = |run: &Run| tests(run).iter().all(|(_, test)| test.is_null());
    assert!(nothing(&lint(&pacts, &["--format", "json"])), "nothing says that the project is larger");
    for root in ["pactlens.toml", ".git"] {
        fs::write(dir.path().join(root), "").unwrap();
        let found = tests(&lint(&pacts, &["--format", "json"]));
        assert_eq!(found[0].1["path"], "../test/orders.pact.test.ts", "{root}");
        fs::remove_file(dir.path().join(root)).unwrap();
    }
    // What lies elsewhere is not written here.
    let other = folder(&[("x.ts", TEST)]);
    let pact = pacts.join("web-orders.json");
    assert!(nothing(&lint(other.path(), &["--format", "json", pact.to_str().unwrap()])));
}

/// Primary and first related place of the first result.
fn places(run: &Run) -> [String; 2] {
    let result = run.json()["runs"][0]["results"][0].clone();
    let place = |place: &Value| {
        let place = &place["physicalLocation"];
        format!("{}:{}", place["artifactLocation"]["uri"].as_str().unwrap(), place["region"]["startLine"])
    };
    [place(&result["locations"][0]), place(&result["relatedLocations"][0])]
}

#[test]
fn code_scanning_sees_the_file_that_is_reviewed() {
    let dir = project();
    let sarif = || places(&lint(dir.path(), &["--format", "sarif"]));
    let (test, pact) = ("test/orders.pact.test.ts:5", "pacts/web-orders.json:16");
    assert_eq!(sarif(), [pact, test]);
    let git = |arguments: &[&str]| {
        let done = Command::new("git").args(arguments).current_dir(dir.path()).output();
        done.is_ok_and(|done| done.status.success())
    };
    if !git(&["init", "-q"]) {
        crate::common::say("SKIPPED: there is no git here, so a test looked at less than it can");
        return;
    }
    // No pull request shows a file that is ignored.
    assert_eq!(sarif(), [test, pact]);
    assert!(git(&["add", "-f", "pacts/web-orders.json"]));
    assert_eq!(sarif(), [pact, test]);
}

#[test]
fn a_secret_in_a_description_leads_to_the_test_and_is_not_told() {
    let secret = concat!("gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o");
    let name = format!("a request with {secret}");
    let dir = folder(&[
        ("pacts/p.json", &pact(&[(&name, None)])),
        ("a.py", &format!("pact.upon_receiving('{name}')")),
    ]);
    for format in ["text", "json", "sarif"] {
        let out = lint(dir.path(), &["--format", format]).stdout;
        assert!(out.contains("a.py") && !out.contains(&secret[8..]), "{out}");
    }
}

#[test]
fn hostile_sources_do_no_harm() {
    let dir = project();
    let long = format!("uponReceiving('{}", "x".repeat(10 << 20));
    for (name, text) in [
        ("long.ts", long.as_bytes()),
        ("nul.ts", b"uponReceiving('\0\0"),
        ("bytes.py", b"upon_receiving('\xff\xfe')\n\xc3"),
        ("open.java", b"class X { void uponReceiving(\"\"\""),
        ("esc\x1b[31m.ts", b"p.uponReceiving('a request of a compiled test')"),
    ] {
        fs::write(dir.path().join("test").join(name), text).unwrap();
    }
    let text = lint(dir.path(), &[]).stdout;
    assert!(text.contains("= test: test/orders.pact.test.ts:5"), "{text}");
    assert!(text.contains("= test: test/esc\\u{1b}[31m.ts:1"), "{text}");
}

#[test]
fn an_interaction_that_no_test_writes() {
    let names: Vec<String> = (0..10).map(|n| format!("request {n}")).collect();
    let all: Vec<(&str, Option<&str>)> = names.iter().map(|name| (name.as_str(), None)).collect();
    let text = |names: &[String]| -> String {
        names.iter().map(|name| format!("p.uponReceiving('{name}');\n")).collect()
    };
    let dir = folder(&[("pacts/p.json", &pact(&all))]);
    let found = |test: &str, arguments: &[&str]| -> Vec<String> {
        fs::write(dir.path().join("a.ts"), test).unwrap();
        let select = ["lint", "--select", "interaction-without-test", "--format", "json"];
        let report = pactlens(dir.path(), &[&select[..], arguments].concat()).expect(0).json();
        let findings = report["files"][0]["findings"].as_array().unwrap();
        findings.iter().map(|it| it["message"].as_str().unwrap().to_owned()).collect()
    };
    let said =
        "No test here describes 'request 9', while tests describe 9 of the 10 interactions of this file";
    assert_eq!(found(&text(&names[..9]), &[]), [said]);
    let none: [&str; 0] = [];
    assert_eq!(found(&text(&names[..9]), &["--no-tests"]), none);
    assert_eq!(found(&text(&names), &[]), none);
    // Too many are missing: the tests are elsewhere.
    assert_eq!(found(&text(&names[..8]), &[]), none);
    assert_eq!(found("", &[]), none);
    // It may be one of those.
    assert_eq!(found(&(text(&names[..9]) + "p.uponReceiving(`request ${n}`);"), &[]), none);
}
