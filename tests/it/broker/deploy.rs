//! `pactlens broker can-i-deploy`.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::fake::{Fake, hal, lines, own};
use super::{all, run};
use crate::common::Run;
use crate::verify::provider::{Seen, answer};

/// A row of the matrix.
fn row(own: &str, provider: Value, result: Value) -> Value {
    let result = match result {
        Value::Bool(success) => json!({
            "success": success, "verifiedAt": "2026-11-21T20:50:33+00:00",
            "_links": {"self": {"href": format!("{own}/results/9")}}
        }),
        other => other,
    };
    json!({
        "consumer": {"name": "web", "version": {"number": "3f2", "branch": "main", "environments": []}},
        "provider": {"name": "api|x", "version": provider},
        "pact": {"createdAt": "x", "_links": {"self": {"href": format!("{own}/pact")}}},
        "verificationResult": result
    })
}

fn summary(deployable: Value, reason: &str, rows: Vec<Value>) -> Value {
    let unknown = rows.iter().filter(|it| it["verificationResult"].is_null()).count();
    json!({
        "summary": {"deployable": deployable, "reason": reason, "success": 0, "failed": 0, "unknown": unknown},
        "notices": [{"type": "error", "text": reason}],
        "matrix": rows
    })
}

/// The version that is in an environment.
fn live() -> Value {
    json!({"number": "8d0", "branch": "main", "environments": [{"name": "prod"}]})
}

fn matrix(answer: impl Fn(&str) -> Value + Send + Sync + 'static) -> Fake {
    Fake::new(move |seen: &Seen| match seen.target() {
        "/results/9" => hal(
            200,
            &json!({"success": false, "testResults": [{
                "interactionDescription": "an order", "success": false,
                "mismatches": [{"attribute": "body", "identifier": "$.total", "description": "a <text> for a decimal"}]
            }]}),
        ),
        _ => hal(200, &answer(&own(seen))),
    })
}

fn ask(fake: &Fake, flags: &[&str]) -> Run {
    let url = fake.url();
    run(&[&["can-i-deploy", "-b", &url, "--retries", "0", "-a", "web", "-e", "3f2"], flags].concat())
}

#[test]
fn yes_no_and_not_yet_have_codes_of_their_own() {
    let yes = matrix(|own| summary(json!(true), "All is well", vec![row(own, live(), json!(true))]));
    let no = matrix(|own| {
        summary(
            json!(false),
            "It failed",
            vec![row(own, live(), json!(false)), row(own, Value::Null, Value::Null)],
        )
    });
    let open = matrix(|own| {
        summary(Value::Null, "There is no verified pact", vec![row(own, Value::Null, Value::Null)])
    });
    for output in ["text", "json", "markdown", "junit", "table"] {
        let flags = ["--to-environment", "prod", "-o", output];
        ask(&yes, &flags).expect(0);
        ask(&no, &flags).expect(1);
        ask(&open, &flags).expect(4);
        ask(&no, &[&flags[..], &["--dry-run"]].concat()).expect(0);
    }
    assert!(lines(&yes)[0].contains("latestby=cvpv&environment=prod&limit="), "{:?}", lines(&yes));
    assert_eq!(lines(&yes).len(), 5, "one request each");

    let text = ask(&no, &["--to-environment", "prod"]).expect(1).stdout;
    for wanted in [
        "web 3f2 → prod\n",
        "web 3f2 (main)  api|x 8d0 (prod)  ✗ failed   2026-11-21 20:50  'an order': $.total: a <text> for a decimal\n",
        "/results/9\n",
        "? unknown                    never verified by the version in prod\n",
        "→ verify the pact in the build of api|x in prod and publish",
        "No: 1 failed, 1 unknown.   exit 1\n",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let json = ask(&no, &["--to-environment", "prod", "-o", "json"]).expect(1).json();
    assert_eq!((&json["version"], &json["summary"]["deployable"]), (&json!(1), &json!(false)));
    assert_eq!(
        (&json["matrix"][0]["status"], &json["matrix"][1]["status"]),
        (&json!("failed"), &json!("unknown"))
    );
    assert_eq!(json["matrix"][1]["provider"]["version"], Value::Null);
    let markdown = ask(&no, &["--to-environment", "prod", "-o", "markdown"]).expect(1).stdout;
    assert!(markdown.starts_with("## ❌ web 3f2 → prod: No: 1 failed"), "{markdown}");
    assert!(markdown.contains("| web 3f2 (main) | api\\|x 8d0 (prod) | [✗ failed](<http://"), "{markdown}");
    let junit = ask(&no, &["--to-environment", "prod", "-o", "junit"]).expect(1).stdout;
    let document = roxmltree::Document::parse(&junit).unwrap();
    let count = |name: &str| document.descendants().filter(|it| it.has_tag_name(name)).count();
    assert_eq!((count("testcase"), count("failure"), count("error")), (2, 1, 1), "{junit}");
}

#[test]
fn a_version_that_does_not_exist_is_a_no() {
    let fake = matrix(|_| summary(json!(false), "No pacts have been published for version 77", vec![]));
    let told = ask(&fake, &["--to-environment", "prod"]).expect(1);
    assert!(
        told.stdout.contains("No pacts have been published for version 77\nNo.   exit 1\n"),
        "{}",
        told.stdout
    );
    let junit = ask(&fake, &["-o", "junit"]).expect(1).stdout;
    assert!(junit.contains("tests=\"1\" failures=\"1\""), "{junit}");
    roxmltree::Document::parse(&junit).unwrap();
}

#[test]
fn who_is_nowhere_is_told_from_who_did_not_verify() {
    let reason = "There is no verified pact between version 3f2 of web and a version of api|x currently in prod (no version \
                  is currently recorded as deployed/released in this environment)";
    let fake = matrix(move |own| summary(Value::Null, reason, vec![row(own, Value::Null, Value::Null)]));
    let told = ask(&fake, &["--to-environment", "prod"]).expect(4);
    assert!(told.stdout.contains("no version is recorded in prod"), "{}", told.stdout);
    assert!(
        told.stdout.contains("record-deployment -a api|x -e VERSION --environment prod"),
        "{}",
        told.stdout
    );
}

#[test]
fn it_is_asked_again_while_something_is_unknown() {
    let times = AtomicUsize::new(0);
    let fake = matrix(move |own| match times.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => summary(Value::Null, "not yet", vec![row(own, Value::Null, Value::Null)]),
        _ => summary(json!(true), "fine", vec![row(own, live(), json!(true))]),
    });
    let retry = ["--retry-while-unknown", "5", "--retry-interval", "0"];
    let told = ask(&fake, &retry).expect(0);
    assert_eq!(fake.seen().len(), 3);
    assert!(
        told.stderr.contains("1 not verified yet; asking again in 0 s (2 of 5, 0 s at most)"),
        "{}",
        told.stderr
    );
    let open = matrix(|own| summary(Value::Null, "not yet", vec![row(own, Value::Null, Value::Null)]));
    ask(&open, &retry).expect(4);
    assert_eq!(open.seen().len(), 6);
    let no = matrix(|own| {
        summary(
            json!(false),
            "failed",
            vec![row(own, live(), json!(false)), row(own, Value::Null, Value::Null)],
        )
    });
    ask(&no, &retry).expect(1);
    assert_eq!(no.seen().len(), 2, "a no is final; the other request is for why");
    ask(&open, &[&retry[..], &["--dry-run"]].concat()).expect(0);
    assert_eq!(open.seen().len(), 7, "a dry run does not wait");
}

#[test]
fn flags_come_in_the_order_of_what_they_are_about() {
    let fake = matrix(|_| summary(json!(true), "fine", vec![]));
    let more = ["-a", "api", "--latest", "prod", "--ignore", "old", "--version", "9", "--ignore", "older"];
    ask(&fake, &more).expect(0);
    let url = fake.url();
    run(&["can-i-deploy", "-b", &url, "-a", "web", "--main-branch", "--with-main-branches"]).expect(0);
    run(&["can-i-deploy", "-b", &url, "-a", "web", "--branch", "a/b", "--to", "x"]).expect(0);
    let lines: Vec<String> =
        lines(&fake).iter().map(|it| it.replace("%5B", "[").replace("%5D", "]").replace("[]", "")).collect();
    assert_eq!(
        lines,
        [
            "GET /matrix?q[pacticipant]=web&q[version]=3f2&q[pacticipant]=api&q[tag]=prod&q[latest]=true&latestby=cvpv\
             &ignore[pacticipant]=old&ignore[version]=9&ignore[pacticipant]=older&limit=1000",
            "GET /matrix?q[pacticipant]=web&q[mainBranch]=true&q[latest]=true&latestby=cvp&mainBranch=true&latest=true&limit=1000",
            "GET /matrix?q[pacticipant]=web&q[branch]=a%2Fb&q[latest]=true&latestby=cvp&latest=true&tag=x&limit=1000",
        ]
    );
    for wrong in [
        &["can-i-deploy", "-b", &url, "-a", "web"][..],
        &["can-i-deploy", "-b", &url, "-e", "1"],
        &["can-i-deploy", "-b", &url, "-a", "web", "-e", "1", "--to", "x", "--to-environment", "y"],
        &["can-i-deploy", "-b", &url, "-a", "web", "-e", "1", "-o", "yaml"],
    ] {
        run(wrong).expect(2);
    }
    assert_eq!(fake.seen().len(), 3);
}

#[test]
fn refusals_and_hostile_answers_come_to_an_end() {
    const JSON: &[&str] = &["Content-Type: application/hal+json"];
    let fixed = |status: u16, body: &'static str| Fake::new(move |_| answer(status, JSON, body.as_bytes()));
    let told = ask(&fixed(400, r#"{"errors": ["Pacticipant web not found"]}"#), &[]).expect(2);
    assert!(told.stderr.contains("Pacticipant web not found"), "{}", told.stderr);
    ask(&fixed(401, ""), &[]).expect(2);
    ask(&fixed(503, ""), &[]).expect(4);
    ask(&fixed(200, "{}"), &[]).expect(4);
    ask(&fixed(200, r#"{"summary": {"deployable": "yes"}, "matrix": {"a": 1}, "notices": 7}"#), &[])
        .expect(4);
    let odd = r#"{"summary": {"deployable": true, "reason": "a\u001b[2J\nb"}, "matrix": [1, null, {"consumer": [], "verificationResult": {}}]}"#;
    for output in ["text", "json", "markdown", "junit"] {
        let told = ask(&fixed(200, odd), &["-k", "topsecret1", "-o", output]).expect(0);
        assert!(!told.stdout.contains('\u{1b}'), "{}", told.stdout);
    }
    // Whatever comes is read once.
    let many = Fake::new(|_| {
        let notice = json!({"type": "error", "text": format!("no version is currently recorded {}", "a\n".repeat(200_000))});
        let row = json!({"consumer": {"name": "a"}, "provider": {"name": "b".repeat(50)}});
        let body = json!({
            "summary": {"deployable": null, "reason": "x\n".repeat(1_000_000)},
            "notices": vec![notice; 20], "matrix": vec![row; 20_000]
        });
        hal(200, &body)
    });
    let told = ask(&many, &[]).expect(4);
    assert!(told.stdout.lines().count() < 3_000, "{}", told.stdout.lines().count());
    let echo = matrix(|_| summary(json!(true), "token topsecret1", vec![]));
    let told = ask(&echo, &["-k", "topsecret1"]).expect(0);
    assert!(!all(&told).contains("topsecret1"), "{}", told.stdout);
}
