//! `pactlens states`: what consumers ask for, held against what providers handle.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Run, pactlens, root};

fn fixtures() -> PathBuf {
    root().join("tests/fixtures/states")
}

/// A folder with the pacts of the fixtures and these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), files);
    for name in ["web-orders.json", "mobile-orders.json"] {
        fs::copy(fixtures().join("pacts").join(name), dir.path().join("pacts").join(name)).unwrap();
    }
    dir
}

fn write(dir: &Path, files: &[(&str, &[u8])]) {
    for (name, text) in [("pacts/.keep", &b""[..])].iter().chain(files) {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn states(dir: &Path, arguments: &[&str]) -> Run {
    pactlens(dir, &[&["states"], arguments].concat())
}

fn handler_names(report: &Value) -> Vec<&str> {
    report["handlers"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[test]
fn the_text_report_says_all() {
    let run = states(&fixtures(), &[]).expect(0);
    let expected = r#"orders
  "An event happened"
    no handler: did you mean "an event happened" at provider/verify_orders.py:10?
    web: "a request for events" pacts/web-orders.json:22
  "a cart exists" (items: array, not always; token: string, not always; user: number or string)
    handled by provider/CartStates.java:8
    parameters differ: web passes items, token, user; mobile passes user
    mobile: "a request to create an order" pacts/mobile-orders.json:7
    web: "a request to create an order" pacts/web-orders.json:8
  "a refund is due" (order: number; reason: null)
    no handler
    web: "a request for a refund" pacts/web-orders.json:28
  "a shop\u{1b}[31m is "open""
    no handler
    mobile: "a request for all orders" pacts/mobile-orders.json:20
  "an order exists" (id: number)
    handled by provider/verify_orders.py:9
    web: "a request for an order" pacts/web-orders.json:16
  "an order exits" (id: number)
    no handler: did you mean "an order exists" at provider/verify_orders.py:9?
    mobile: "a request for an order" pacts/mobile-orders.json:13
  "no orders exist"
    handled by provider/orders.pact.test.ts:6
    web: "a request to create an order" pacts/web-orders.json:9

Handlers of states that no pact here asks for
  "a voucher exists" provider/orders.pact.test.ts:7

To write, 2 handlers in ts (--stub LANG for another language):

stateHandlers: {
  "a refund is due": async (parameters) => {
    // parameters: order: number, reason: null
    throw new Error("not set up yet");
  },
  "a shop\u001b[31m is \"open\"": async () => {
    throw new Error("not set up yet");
  },
},

1 handler's name is computed or not in the same file (provider/verify_orders.py:11), so a state without a handler may have one.
7 states of 1 provider in 2 pacts; 5 handlers in 3 source files: 4 without a handler, 1 unused.
"#;
    assert_eq!(run.stdout, expected);
    assert!(!run.stdout.contains("s3cr3t"));
}

#[test]
fn the_json_report_says_all() {
    let run = states(&fixtures(), &["--format", "json"]).expect(0);
    assert!(!run.stdout.contains("s3cr3t"), "values of parameters are nobody's business");
    assert_eq!(run.stdout, states(&fixtures(), &["--format", "json"]).stdout);
    let report = run.json();
    assert_eq!(report["version"], 1);
    assert_eq!(
        report["summary"],
        json!({"pacts": 2, "providers": 1, "states": 7, "sources": 3, "handlers": 5, "dynamic": 1,
            "missing": 4, "near_twins": 2, "unused": 1})
    );
    let orders = &report["providers"][0];
    assert_eq!((&orders["name"], &orders["judged"]), (&json!("orders"), &json!(true)));
    let event = &orders["states"][0];
    assert_eq!(event["status"], "missing");
    assert_eq!((&event["near"]["name"], &event["near"]["line"]), (&json!("an event happened"), &json!(10)));
    let cart = &orders["states"][1];
    assert_eq!(cart["parameters_differ"], true);
    assert_eq!(cart["parameters"][2], json!({"name": "user", "types": ["number", "string"], "always": true}));
    assert_eq!(cart["handlers"], json!([{"path": "provider/CartStates.java", "line": 8, "column": 12}]));
    assert_eq!(
        cart["users"][0],
        json!({"consumer": "mobile", "description": "a request to create an order",
            "path": "pacts/mobile-orders.json", "line": 7, "column": 36, "parameters": ["user"]})
    );
    assert_eq!(report["unused"][0]["name"], "a voucher exists");
    assert_eq!(report["dynamic"][0]["line"], 11);
}

#[test]
fn exit_codes() {
    let fixtures = fixtures();
    states(&fixtures, &["--check"]).expect(1);
    states(&fixtures, &["--check", "--format", "json"]).expect(1);
    states(&fixtures, &["--nonsense"]).expect(2);
    states(&fixtures, &["nowhere.json"]).expect(2);
    states(&fixtures, &["provider/CartStates.java"]).expect(2);
    states(&fixtures, &["provider/CartStates.java", "--if-pact"]).expect(0);
    states(&fixtures, &["--handlers", "pacts/web-orders.json"]).expect(2);
    states(&fixtures, &["--handlers", "nowhere.py"]).expect(2);
    states(&fixtures, &["provider"]).expect(3);
    states(&fixtures, &["provider", "--allow-empty"]).expect(0);
    let all = ["--handlers", "provider", "pacts/web-orders.json", "pacts/mobile-orders.json"];
    assert_eq!(states(&fixtures, &all).expect(0).stdout, states(&fixtures, &[]).stdout);

    let dir = folder(&[]);
    let run = states(dir.path(), &["--check"]).expect(3);
    assert!(run.stdout.contains("No handler was found in 0 source files"), "{}", run.stdout);
    states(dir.path(), &["--check", "--allow-empty"]).expect(0);
    let run = states(dir.path(), &["--stub", "python"]).expect(0);
    assert!(run.stdout.contains("def a_cart_exists(parameters: dict[str, object])"), "{}", run.stdout);
}

#[test]
fn help_tells_the_exit_codes() {
    for command in ["states", "lint"] {
        let run = pactlens(root(), &[command, "--help"]).expect(0);
        assert!(run.stdout.contains("Exit codes"), "{}", run.stdout);
    }
}

#[test]
fn the_configuration_names_handlers_and_sources() {
    let config = br#"
[states]
handlers = ["no orders exist", "an order exits"]
[states.orders]
sources = ["src/*.py"]
handlers = ["a cart exists"]
[states.users]
handlers = ["An event happened"]
"#;
    let python = b"provider_states = {'an order exists': f}  # for pact";
    let dir = folder(&[
        ("pactlens.toml", config),
        ("src/a.py", python),
        ("other/b.py", python),
        ("deep/er/x", b""),
    ]);
    let report = states(dir.path(), &["--format", "json"]).expect(0).json();
    assert_eq!(report["summary"]["sources"], 1);
    let missing = |report: &Value| -> Vec<String> {
        let states = report["providers"][0]["states"].as_array().unwrap();
        let missing = states.iter().filter(|it| it["status"] == "missing");
        missing.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let expected = ["An event happened", "a refund is due", "a shop\u{1b}[31m is \"open\""];
    assert_eq!(missing(&report), expected);
    let config_handler =
        report["handlers"].as_array().unwrap().iter().find(|it| it["kind"] == "config").unwrap();
    assert_eq!((&config_handler["path"], &config_handler["line"]), (&json!("pactlens.toml"), &json!(3)));

    // The nearest file upward counts, and its globs are relative to it.
    let run = states(&dir.path().join("deep/er"), &["../../pacts", "--format", "json"]).expect(0);
    assert_eq!(missing(&run.json()), expected);
    assert_eq!(run.json()["handlers"][0]["path"], "../../pactlens.toml");

    write(dir.path(), &[("pactlens.toml", b"[states]\nhandler = []\n"), ("good.toml", b"")]);
    let run = states(dir.path(), &[]).expect(2);
    assert!(
        run.stderr.contains("pactlens.toml:2:1: error[config-invalid] Unknown key 'handler' in [states]; did you mean 'handlers'?"),
        "{}",
        run.stderr
    );
    states(dir.path(), &["--config", "good.toml"]).expect(0);
    states(dir.path(), &["--config", "missing.toml"]).expect(2);
}

#[test]
fn only_sources_of_the_project_are_searched() {
    let handler = b"stateHandlers = { 'a cart exists': f }";
    let mut large = handler.to_vec();
    large.resize(1024 * 1024 + 1, b' ');
    let mut binary = b"\0".to_vec();
    binary.extend(handler);
    let dir = folder(&[
        (".gitignore", b"ignored/\n"),
        ("ignored/a.js", handler),
        ("node_modules/x/a.js", handler),
        ("vendor/a.js", handler),
        ("target/a.js", handler),
        ("web/build/a.js", handler),
        ("large.js", &large),
        ("binary.js", &binary),
        ("notes.txt", handler),
        ("src/a.js", handler),
    ]);
    let report = states(dir.path(), &["--format", "json"]).expect(0).json();
    let paths: Vec<&Value> = report["handlers"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, ["src/a.js"]);
    let named = states(dir.path(), &["--handlers", "ignored/a.js", "--format", "json"]).expect(0).json();
    assert_eq!(named["handlers"][0]["path"], "ignored/a.js");
}

#[test]
fn hostile_sources_do_no_harm() {
    let long = "stateHandlers[\"x\"] = f; ".repeat(40_000);
    let dir = folder(&[
        ("a.js", b"const stateHandlers = { \"never closed"),
        ("b.py", b"STATES = { '''pact"),
        ("c.rb", b"provider_state \"a cart exists\" do; x = <<~NEVER\n%q("),
        ("d.java", b"// pact\n@State({\"one\", \"two"),
        ("e.php", b"<?php /* pact state"),
        ("f.js", b"stateHandlers = { \"caf\xE9\": f, \"\xFF\xFE\": g }"),
        ("g.js", long.as_bytes()),
        ("h.cs", b"[ProviderState(\"\"\"\"\"\"\"\""),
    ]);
    let report = states(dir.path(), &["--format", "json"]).expect(0).json();
    let names = handler_names(&report);
    assert!(names.contains(&"caf\u{FFFD}") && names.contains(&"one"));
    assert_eq!(names.iter().filter(|name| **name == "x").count(), 40_000);
}

#[test]
fn broken_pacts_still_have_states() {
    let pact = br#"{"consumer": {"name": "c"}, "provider": {"name": "p"}, "interactions": [
        {"description": "d", "providerStates": [{"name": "half", "params": {"a": tru, "b": }}]"#;
    let dir = folder(&[("broken.json", pact)]);
    let report = states(dir.path(), &["broken.json", "--format", "json"]).expect(0).json();
    assert_eq!(report["providers"][0]["states"][0]["name"], "half");
    assert_eq!(report["providers"][0]["states"][0]["status"], "unknown");
}
