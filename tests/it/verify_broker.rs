//! `pactlens verify` with the pacts of a Pact Broker, which is in this process.

mod errors;
pub mod fake;
mod publish;
pub mod recorded;

use serde_json::{Value, json};

use crate::common::Run;
use crate::verify::provider::{Canary, Provider, Seen, answer, json_answer};
use fake::{Fake, KEPT, hal, list, pact, requests, run, standard};

#[test]
fn pacts_are_chosen_by_the_broker() {
    let (fake, provider) = (Fake::new(standard), fine());
    let flags = [
        "--consumer-version-selectors",
        r#"{"mainBranch": true}"#,
        "--consumer-version-selectors",
        r#"[{"branch": "feat/x"}, {"deployed": true, "environment": "prod"}]"#,
        "--enable-pending",
        "--include-wip-pacts-since",
        "2026-01-31",
        "--provider-branch",
        "main",
        "--provider-tags",
        "a,b",
    ];
    let told = run(&fake, &provider, &flags).expect(0);
    let seen = fake.seen();
    let lines: Vec<_> = seen.iter().map(|it| it.line.as_str()).collect();
    let wanted = format!("GET {KEPT}/metadata/c2VsZWN0ZWQ HTTP/1.1");
    assert_eq!(
        lines,
        ["GET / HTTP/1.1", "POST /pacts/provider/orders%2Fv1/for-verification HTTP/1.1", &wanted],
        "what the Broker wants to know again is kept, and nothing is published unasked"
    );
    let body: Value = serde_json::from_slice(&seen[1].body).unwrap();
    assert_eq!(
        body,
        json!({
            "consumerVersionSelectors": [
                {"mainBranch": true}, {"branch": "feat/x"}, {"deployed": true, "environment": "prod"}
            ],
            "includePendingStatus": true, "includeWipPactsSince": "2026-01-31",
            "providerVersionBranch": "main", "providerVersionTags": ["a", "b"]
        })
    );
    assert!(seen[0].header("accept").is_some_and(|it| it.starts_with("application/hal+json")));
    assert!(told.stdout.contains(&format!("{}{KEPT} ", fake.url())), "{}", told.stdout);
    assert!(
        told.stderr.contains("Pact between shop (1.0) and orders/v1: latest from main"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("    chosen\n      * because\n"), "{}", told.stderr);
    assert!(told.stderr.contains("because --publish was not given"), "{}", told.stderr);
    assert!(told.stderr.contains("    fine, and unpublished"), "{}", told.stderr);
    assert_eq!(provider.seen().len(), 1);

    run(&fake, &provider, &["--consumer-version-tags", "x,y"]).expect(0);
    run(&fake, &provider, &[]).expect(0);
    let bodies: Vec<Value> =
        requests(&fake, "POST").iter().map(|it| serde_json::from_slice(&it.body).unwrap()).collect();
    let tagged = [json!({"tag": "x", "latest": true}), json!({"tag": "y", "latest": true})];
    assert_eq!(bodies[1], json!({"consumerVersionSelectors": tagged, "includePendingStatus": false}));
    assert_eq!(bodies[2]["consumerVersionSelectors"], json!([{"latest": true}]));
    run(&fake, &provider, &["--filter-consumer", "other"]).expect(3);
    run(&fake, &provider, &["--filter-consumer", "shop"]).expect(0);
}

fn fine() -> Provider {
    Provider::new(|_| json_answer(200, &json!({"id": 1})))
}

fn bad() -> Provider {
    Provider::new(|_| json_answer(200, &json!({"id": 2})))
}

/// What is known to be a secret by its form.
fn key() -> String {
    format!("sk_live_{}", "9aXk2LmQ7vTz4RbW1cYd8NpE")
}

/// A Broker that chooses the pact with these properties.
fn with_properties(properties: Value) -> Fake {
    Fake::new(move |seen| match seen.line.starts_with("POST /pacts/provider/orders") {
        true => hal(200, &list(seen, std::slice::from_ref(&properties))),
        false => standard(seen),
    })
}

#[test]
fn pending_and_new_pacts_are_told_and_not_counted() {
    let provider = bad();
    let told = run(&Fake::new(standard), &provider, &[]).expect(1);
    assert!(told.stdout.contains("1 failed"), "{}", told.stdout);
    assert!(told.stdout.contains(&format!("{KEPT}:1\n")), "the place in what was fetched: {}", told.stdout);
    let told = run(&with_properties(json!({"pending": true})), &provider, &[]).expect(0);
    assert!(told.stdout.contains("1 pending"), "{}", told.stdout);
    assert!(told.stderr.contains("; pending, failures do not count"), "{}", told.stderr);
    let told = run(&with_properties(json!({"wip": true, "pending": true})), &provider, &[]).expect(0);
    assert!(told.stderr.contains("; work in progress, failures do not count"), "{}", told.stderr);
    let text = format!("a\u{1b}[31m\nkey {}", key());
    let said = json!({"notices": [{"when": "before_verification", "text": text}]});
    let told = run(&with_properties(said), &provider, &[]).expect(1);
    assert!(told.stderr.contains("    a\\u{1b}[31m\n    key "), "{}", told.stderr);
    without(&told, &[&key()]);
    let empty = Fake::new(|seen: &Seen| match seen.line.starts_with("POST") {
        true => hal(200, &list(seen, &[])),
        false => standard(seen),
    });
    let none = run(&empty, &provider, &[]).expect(3);
    assert!(none.stderr.contains("has no pact for 'orders/v1' that was selected"), "{}", none.stderr);
    run(&empty, &provider, &["--ignore-no-pacts-error"]).expect(0);
}

/// Flags, variables, and what is sent.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], Option<&'a str>);

#[test]
fn credentials_are_those_of_flags_and_variables() {
    let (fake, provider) = (Fake::new(standard), fine());
    let sent = |fake: &Fake| fake.seen().last().unwrap().header("authorization").map(str::to_owned);
    let url = fake.url();
    let cases: [Case<'_>; 6] = [
        (&[], &[], None),
        (&["--user", "me", "--password", "p:w"], &[("PACT_BROKER_TOKEN", "x")], Some("Basic bWU6cDp3")),
        (&["--token", "t1"], &[("PACT_BROKER_USERNAME", "x")], Some("Bearer t1")),
        (&[], &[("PACT_BROKER_USERNAME", "me"), ("PACT_BROKER_PASSWORD", "p:w")], Some("Basic bWU6cDp3")),
        (&[], &[("PACT_BROKER_TOKEN", "t2")], Some("Bearer t2")),
        (&["--user", "me"], &[("PACT_BROKER_PASSWORD", "p:w")], Some("Basic bWU6cDp3")),
    ];
    for (flags, variables, wanted) in cases {
        fake::run_with(&provider, &[&["-b", &url, "-n", "orders/v1"], flags].concat(), variables).expect(0);
        assert_eq!(sent(&fake).as_deref(), wanted, "{flags:?} {variables:?}");
    }
    let inside = url.replace("http://", "http://me:p%3Aw@");
    let told = fake::run_with(&provider, &["-b", &inside, "-n", "orders/v1"], &[]).expect(0);
    assert_eq!(sent(&fake).as_deref(), Some("Basic bWU6cDp3"));
    assert!(!format!("{}{}", told.stdout, told.stderr).contains("p%3Aw"), "{}", told.stderr);
    let variables = [("PACT_BROKER_BASE_URL", url.as_str()), ("PACT_PROVIDER_NAME", "orders/v1")];
    fake::run_with(&provider, &[], &variables).expect(0);
    assert!(provider.seen().iter().all(|seen| seen.header("authorization").is_none()));
}

#[test]
fn links_that_lead_elsewhere_get_nothing() {
    let canary = Canary::new();
    let elsewhere = format!("http://{}", canary.address);
    let to = elsewhere.clone();
    let fake = Fake::new(move |seen: &Seen| {
        let text = String::from_utf8(standard(seen)).unwrap();
        let own = format!("http://{}", seen.header("host").unwrap());
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        answer(200, &["Content-Type: application/hal+json"], body.replace(&own, &to).as_bytes())
    });
    let provider = fine();
    let publish = ["--token", "topsecret1", "--publish", "--provider-version", "1", "--provider-branch", "b"];
    let told = run(&fake, &provider, &publish).expect(0);
    assert_eq!(canary.came(), 0);
    assert_eq!(fake.seen().len(), 6, "all of them come here");
    assert!(fake.seen().iter().all(|it| it.header("authorization") == Some("Bearer topsecret1")));
    assert_eq!(told.stderr.matches(&format!("lead to {elsewhere} and not to {}", fake.url())).count(), 1);

    let to = elsewhere.clone();
    let moved = Fake::new(move |_| answer(302, &[&format!("Location: {to}/?topsecret1")], b""));
    let told = run(&moved, &provider, &["--token", "topsecret1"]).expect(4);
    assert_eq!(canary.came(), 0);
    assert!(told.stderr.contains(&format!("it sends on to {elsewhere}/,")), "{}", told.stderr);
    assert!(!told.stderr.contains("topsecret1"), "{}", told.stderr);

    let within = Fake::new(|seen: &Seen| match seen.target() {
        "/" => answer(301, &["Location: /pacts/"], b""),
        "/pacts/" => standard(&Seen { line: "GET / HTTP/1.1".to_owned(), ..seen.clone() }),
        _ => standard(seen),
    });
    run(&within, &provider, &[]).expect(0);
    run(&Fake::new(|_| answer(301, &["Location: /"], b"")), &provider, &[]).expect(4);
}

#[test]
fn a_broker_may_be_below_a_path() {
    let fake = Fake::new(|seen: &Seen| {
        let Some(line) = seen.line.split_once(" /sub").map(|(verb, rest)| {
            format!("{verb} {}", if rest.starts_with(' ') { "/".to_owned() + rest } else { rest.to_owned() })
        }) else {
            return answer(404, &[], b"");
        };
        standard(&Seen { line, ..seen.clone() })
    });
    let url = format!("{}/sub/", fake.url());
    fake::run_with(&fine(), &["-b", &url, "-n", "orders/v1"], &[]).expect(0);
    assert!(fake.seen().iter().all(|it| it.target().starts_with("/sub")), "{:?}", fake.seen());
}

#[test]
fn the_options_of_tls_are_for_the_broker_as_well() {
    let key = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let fake = Provider::over_tls(&key, None, standard);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, key.cert.pem()).unwrap();
    let told = run(&fake, &fine(), &["--token", "topsecret1"]).expect(4);
    assert!(told.stderr.contains("--ca-file"), "{}", told.stderr);
    assert!(fake.seen().is_empty());
    run(&fake, &fine(), &["--ca-file", &file.to_string_lossy()]).expect(0);
    run(&fake, &fine(), &["--disable-ssl-verification"]).expect(0);
}

#[test]
fn paths_and_the_variable_are_told_apart() {
    let (fake, provider) = (Fake::new(standard), fine());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    let local = json!({"consumer": {"name": "shop"}, "provider": {"name": "orders/v1"}, "interactions": [
        {"description": "d", "request": {"method": "GET", "path": "/local"}, "response": {"status": 200}}
    ]});
    std::fs::write(&file, local.to_string()).unwrap();
    let (file, url) = (file.to_string_lossy().into_owned(), fake.url());
    let variables = [("PACT_BROKER_BASE_URL", url.as_str())];
    let named = ["-n", "orders/v1"];
    fake::run_with(&provider, &[&[file.as_str()], &named[..]].concat(), &variables).expect(0);
    fake::run_with(&provider, &["-f", &file], &variables).expect(0);
    assert!(fake.seen().is_empty());
    let told = fake::run_with(&provider, &[], &variables).expect(3);
    assert!(told.stderr.contains("with --provider-name NAME"), "{}", told.stderr);
    assert!(fake.seen().is_empty());
    fake::run_with(&provider, &[&["-f", &file], &named[..]].concat(), &variables).expect(0);
    assert_eq!(fake.seen().len(), 3, "as pact-verifier has it");
    let own = format!("{url}{KEPT}");
    let publish = ["-u", &own, "--publish", "--provider-version", "1"];
    let told = fake::run_with(&provider, &[&publish[..], &named].concat(), &variables).expect(0);
    assert_eq!(told.stderr.matches("published as passed").count(), 2, "{}", told.stderr);
}

#[test]
fn a_state_that_fails_is_told_with_the_command() {
    let fake =
        Fake::new(|seen: &Seen| match seen.line.starts_with("GET") && seen.target().starts_with(KEPT) {
            true => {
                let mut pact = pact(seen);
                pact["interactions"][0]["providerStates"] = json!([{"name": "order 1 exists"}]);
                hal(200, &pact)
            }
            false => standard(seen),
        });
    let provider = Provider::new(|seen: &Seen| match seen.line.starts_with("POST") {
        true => answer(404, &["Content-Type: text/plain"], b"what?"),
        false => json_answer(200, &json!({"id": 1})),
    });
    let flags = ["--state-url", "/states", "--publish", "--provider-version", "1"];
    let told = run(&fake, &provider, &flags).expect(1);
    let command = format!("--broker-url {} --provider-name orders/v1 --states-stub", fake.url());
    assert!(told.stdout.contains(&command), "{}", told.stdout);
    let sent = fake.seen().last().unwrap().body.clone();
    let sent: Value = serde_json::from_slice(&sent).unwrap();
    let said = &sent["testResults"][0]["exceptions"][0]["message"];
    assert_eq!(said, "the state 'order 1 exists' could not be set up (404): what?");
    let told =
        fake::run_with(&provider, &["-b", &fake.url(), "-n", "orders/v1", "--states-stub", "python"], &[])
            .expect(0);
    assert!(told.stdout.contains("order 1 exists"), "{}", told.stdout);
}

#[test]
fn an_old_broker_has_the_latest_pacts() {
    let fake = Fake::new(|seen: &Seen| {
        let own = format!("http://{}", seen.header("host").unwrap());
        match seen.target() {
            "/" => hal(
                200,
                &json!({"_links": {"pb:latest-provider-pacts": {"href": format!("{own}/latest/{{provider}}")}}}),
            ),
            "/latest/orders%2Fv1" => hal(
                200,
                &json!({"_links": {"pacts": [{"href": format!("{own}/one"), "title": "Pact between a and b"}]}}),
            ),
            _ => hal(200, &pact(seen)),
        }
    });
    let provider = fine();
    let told = run(&fake, &provider, &[]).expect(0);
    assert!(told.stderr.contains("  Pact between a and b\n"), "{}", told.stderr);
    let told = run(&fake, &provider, &["--enable-pending"]).expect(4);
    assert!(told.stderr.contains("too old to select pacts"), "{}", told.stderr);
}

#[test]
fn a_webhook_names_one_pact() {
    let (fake, provider) = (Fake::new(standard), fine());
    let url = format!("{}{KEPT}/metadata/aG9vaw", fake.url());
    let flags = ["-b", &fake.url(), "--publish", "--provider-version", "7"];
    fake::run_with(&provider, &flags, &[("PACT_WEBHOOK_CALLBACK_URL", &url)]).expect(0);
    let lines: Vec<_> = fake.seen().iter().map(|it| it.line.clone()).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("/metadata/aG9vaw ") && lines[1].starts_with("POST"), "{lines:?}");
}

#[test]
fn misuse_is_told() {
    let (fake, provider) = (Fake::new(standard), fine());
    let url = fake.url();
    let broker = ["-b", &url, "-n", "orders/v1"];
    let cases: [(&[&str], &str); 10] = [
        (&["-b", &url], "--provider-name"),
        (&["--enable-pending"], "--broker-url"),
        (&["--publish", "--provider-version", "1"], "--broker-url"),
        (&[&broker[..], &["--publish"]].concat(), "--provider-version"),
        (&[&broker[..], &["--publish", "--provider-version", "1", "--last-failed"]].concat(), "as a whole"),
        (&[&broker[..], &["--consumer-version-selectors", "{"]].concat(), "JSON"),
        (&[&broker[..], &["--consumer-version-selectors", "[1]"]].concat(), "JSON object"),
        (
            &[&broker[..], &["--consumer-version-selectors", "{}", "--consumer-version-tags", "a"]].concat(),
            "cannot be used",
        ),
        (&[&broker[..], &["--webhook-callback-url", &url, "--url", &url]].concat(), "leave out the others"),
        (&["-b", "ftp://x", "-n", "o"], "--broker-url cannot be used"),
    ];
    for (flags, wanted) in cases {
        let told = fake::run_with(&provider, flags, &[]).expect(2);
        assert!(told.stderr.contains(wanted), "{flags:?}: {}", told.stderr);
    }
    assert!(fake.seen().is_empty());
}

/// No output has any of these.
fn without(told: &Run, secrets: &[&str]) {
    for secret in secrets {
        assert!(
            !format!("{}{}", told.stdout, told.stderr).contains(secret),
            "{secret}: {}{}",
            told.stdout,
            told.stderr
        );
    }
}
