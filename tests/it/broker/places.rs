//! Environments and what is in them, pacts that are fetched, and how a Broker is.

use std::fs;

use serde_json::{Value, json};

use super::fake::{Fake, PACT, hal, lines, own, pact, standard};
use super::{all, run, run_in};
use crate::verify::provider::{Seen, answer};

/// Runs a command of one Broker.
fn with(fake: &Fake, arguments: &[&str]) -> crate::common::Run {
    let url = fake.url();
    run(&[arguments, &["-b", &url, "--retries", "0"]].concat())
}

#[test]
fn versions_are_recorded() {
    let fake = Fake::new(standard);
    let version = ["-a", "shop", "-e", "1.0", "--environment", "prod"];
    let told =
        with(&fake, &[&["record-deployment"], &version[..], &["--application-instance", "blue"]].concat())
            .expect(0);
    assert_eq!(told.stdout, "recorded as deployed: shop 1.0 in prod as blue\n");
    assert_eq!(fake.seen()[2].line, "POST /deploy/prod HTTP/1.1");
    assert_eq!(fake.seen()[2].body, br#"{"applicationInstance":"blue"}"#);
    let told = with(&fake, &[&["record-release"], &version[..], &["-o", "json"]].concat()).expect(0).json();
    assert_eq!((&told["version"], &told["recorded"]), (&json!(1), &json!("released")));
    for (arguments, wanted) in [
        (["-a", "shop", "-e", "9", "--environment", "prod"], "has no version 9 of 'shop'"),
        (
            ["-a", "shup", "-e", "1.0", "--environment", "prod"],
            "no application called 'shup'; is 'shop' meant?",
        ),
        (
            ["-a", "shop", "-e", "1.0", "--environment", "prd"],
            "no environment called 'prd'; is 'prod' meant?",
        ),
        (["-a", "shop", "-e", "1.0", "--environment", "staging"], "it has prod, test"),
    ] {
        let told = with(&fake, &[&["record-deployment"], &arguments[..]].concat()).expect(2);
        assert!(told.stderr.contains(wanted), "{}", told.stderr);
    }
    let bare = Fake::new(|seen: &Seen| match seen.target() {
        "/pacticipants/shop/versions/1.0" => hal(
            200,
            &json!({"_links": {"pb:record-deployment": [{"name": "prod", "href": format!("{}/deploy/prod", own(seen))}]}}),
        ),
        _ => standard(seen),
    });
    let told = with(&bare, &[&["record-deployment"], &version[..]].concat()).expect(0);
    assert!(told.stderr.contains("no pact, no branch and no tag"), "{}", told.stderr);
}

#[test]
fn an_end_is_recorded() {
    let fake = Fake::new(standard);
    let end = ["record-undeployment", "-a", "shop", "--environment", "prod"];
    let told = with(&fake, &end).expect(0);
    assert_eq!(told.stdout, "recorded as not deployed any more: shop 1.0 in prod\n");
    let last = fake.seen().pop().unwrap();
    assert_eq!(last.line, "PATCH /deployed-versions/d1 HTTP/1.1");
    assert_eq!(last.header("content-type"), Some("application/merge-patch+json"));
    assert_eq!(last.body, br#"{"currentlyDeployed":false}"#);
    with(&fake, &[&end[..], &["--target", "blue", "-o", "json"]].concat()).expect(0);
    assert_eq!(fake.seen().pop().unwrap().line, "PATCH /deployed-versions/d2 HTTP/1.1");
    let told = with(&fake, &[&end[..], &["--target", "green"]].concat()).expect(2);
    assert!(told.stderr.contains("--application-instance is one of: blue"), "{}", told.stderr);
}

#[test]
fn environments_are_seen_to() {
    let fake = Fake::new(standard);
    let told = with(&fake, &["environments", "list"]).expect(0);
    assert!(told.stdout.contains("  prod  PROD          yes         u-prod\n"), "{}", told.stdout);
    assert_eq!(with(&fake, &["list-environments"]).expect(0).stdout, told.stdout);
    let told = with(&fake, &["environments", "describe", "--name", "prod"]).expect(0);
    assert!(
        told.stdout.starts_with("prod, production\n") && told.stdout.contains("ops@example.com"),
        "{}",
        told.stdout
    );
    let told = with(&fake, &["environments", "describe", "--uuid", "u-test", "-o", "json"]).expect(0).json();
    assert_eq!((&told["version"], &told["environment"]["name"]), (&json!(1), &json!("test")));
    let create = [
        "create-environment",
        "--name",
        "stage",
        "--display-name",
        "Stage",
        "--production",
        "--contact-name",
        "Ops",
        "--contact-email-address",
        "o@example.com",
    ];
    assert!(with(&fake, &create).expect(0).stdout.starts_with("made: stage\n"));
    let sent: Value = serde_json::from_slice(&fake.seen().pop().unwrap().body).unwrap();
    assert_eq!(
        sent,
        json!({"name": "stage", "displayName": "Stage", "production": true,
               "contacts": [{"name": "Ops", "details": {"emailAddress": "o@example.com"}}]})
    );
    with(&fake, &["environments", "delete", "--name", "test"]).expect(0);
    assert_eq!(fake.seen().pop().unwrap().line, "DELETE /environments/u-test HTTP/1.1");
    with(&fake, &["environments", "delete", "--name", "tset"]).expect(2);
    with(&fake, &["environments", "create", "--name", "a b"]).expect(2);
    with(&fake, &["environments", "describe"]).expect(2);
}

#[test]
fn pacts_are_fetched_as_they_are() {
    let fake = Fake::new(standard);
    let folder = tempfile::tempdir().unwrap();
    let url = fake.url();
    let fetch = |flags: &[&str]| run_in(folder.path(), &[&["fetch", "got", "-b", &url], flags].concat(), &[]);
    let told = fetch(&[]).expect(0);
    assert_eq!(
        lines(&fake).last().unwrap(),
        &format!("GET {PACT}"),
        "the version, and not what is the latest by then"
    );
    let file = folder.path().join("got/shop-orders_v1.json");
    assert!(told.stdout.starts_with("new       got/shop-orders_v1.json  http://"), "{}", told.stdout);
    assert_eq!(fs::read_to_string(&file).unwrap(), pact(&url).to_string());
    assert!(fetch(&[]).expect(0).stdout.starts_with("as it was"));
    fs::write(&file, r#"{"_links": {}}"#).unwrap();
    let told = fetch(&["-o", "json"]).expect(0).json();
    assert_eq!((&told["version"], &told["pacts"][0]["status"]), (&json!(1), &json!("replaced")));
    fs::write(&file, "{}").unwrap();
    let told = fetch(&[]).expect(2);
    assert!(told.stderr.contains("not from a Broker"), "{}", told.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "{}");
    fetch(&["--force"]).expect(0);
    fetch(&["--consumer", "nobody"]).expect(3);
    fetch(&["--branch", "main"]).expect(2);

    let chosen = Fake::new(|seen: &Seen| match seen.line.starts_with("POST") {
        true => {
            let link = json!({"href": format!("{}{PACT}/metadata/x", own(seen)), "name": "n"});
            let one = json!({"_links": {"self": link}});
            hal(200, &json!({"_embedded": {"pacts": [one.clone(), one]}}))
        }
        false if seen.target().starts_with(PACT) => hal(200, &pact(&own(seen))),
        false => standard(seen),
    });
    let told = with(
        &chosen,
        &["fetch", "x", "--provider", "orders/v1", "--environment", "prod", "--consumer", "shop"],
    )
    .expect(0);
    assert_eq!(told.stdout.lines().count(), 1);
    let sent: Value = serde_json::from_slice(&chosen.seen()[1].body).unwrap();
    let selector = json!({"environment": "prod", "deployedOrReleased": true, "consumer": "shop"});
    assert_eq!(sent["consumerVersionSelectors"], json!([selector]));
}

#[test]
fn how_pacts_stand() {
    let fake = Fake::new(standard);
    let told = with(&fake, &["status"]).expect(0);
    assert!(
        told.stdout.contains("  shop 1.0 (main)  orders/v1 11  ✗ failed  2026-11-21 20:50  http://"),
        "{}",
        told.stdout
    );
    let told = with(&fake, &["status", "--consumer", "shop", "--provider", "orders/v1", "-o", "json"])
        .expect(0)
        .json();
    assert_eq!((&told["version"], &told["pacts"][0]["status"]), (&json!(1), &json!("failed")));
    assert_eq!(fake.seen().pop().unwrap().target(), "/dashboard/provider/orders%2Fv1/consumer/shop");
    with(&fake, &["status", "--consumer", "nobody"]).expect(3);
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let fake = Fake::new(standard);
    let told = with(&fake, &["doctor"]).expect(0);
    assert!(
        told.stdout.contains("✓ version      2.120.0\n") && !told.stdout.contains('!'),
        "{}",
        told.stdout
    );
    assert_eq!(fake.seen().len(), 1);
    let moved = Fake::new(|seen: &Seen| {
        let text = String::from_utf8(standard(seen)).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let body = body.replace(&own(seen), "http://inside:9292").replace("pb:environments", "pb:other");
        answer(200, &["Content-Type: application/hal+json"], body.as_bytes())
    });
    let told = with(&moved, &["doctor"]).expect(0);
    assert!(
        told.stdout.contains("! base URL     its links lead to http://inside:9292: set its base_url"),
        "{}",
        told.stdout
    );
    assert!(
        told.stdout.contains("too old for: environments") && told.stdout.contains("! version"),
        "{}",
        told.stdout
    );
    const BASIC: &[&str] = &["Content-Type: text/plain", "WWW-Authenticate: Basic realm=\"x\""];
    let user = Fake::new(|_| answer(401, BASIC, b""));
    let told = with(&user, &["doctor", "-o", "json"]).expect(2).json();
    assert_eq!(
        (&told["checks"][1]["name"], &told["checks"][1]["health"]),
        (&json!("credentials"), &json!("bad"))
    );
    let told = with(&Fake::new(|_| answer(400, &BASIC[..1], b"")), &["doctor", "-k", "topsecret1"]).expect(2);
    assert!(
        told.stdout.contains("in place of --token") && !all(&told).contains("topsecret1"),
        "{}",
        told.stdout
    );
    let other = Fake::new(|_| answer(200, &["Content-Type: application/json"], b"{}"));
    let told = with(&other, &["doctor"]).expect(2);
    assert!(
        told.stdout.contains("something answers that is no Pact Broker; a Broker that is below a path"),
        "{}",
        told.stdout
    );
    let gone = run(&["doctor", "-b", "http://127.0.0.1:1", "--retries", "0"]).expect(4);
    assert!(
        gone.stdout.contains("✗ address") && gone.stdout.contains("cannot be reached"),
        "{}",
        gone.stdout
    );
}

#[test]
fn a_broker_may_be_below_a_path() {
    let fake = Fake::new(|seen: &Seen| {
        let Some((verb, rest)) = seen.line.split_once(" /sub") else { return answer(404, &[], b"") };
        let slash = if rest.starts_with('/') { "" } else { "/" };
        let inner = Seen { line: format!("{verb} {slash}{rest}"), ..seen.clone() };
        if inner.target().starts_with("/matrix?") {
            return hal(200, &json!({"summary": {"deployable": true, "reason": "fine"}, "matrix": []}));
        }
        let text = String::from_utf8(standard(&inner)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let body = body.replace(&own(seen), &format!("{}/sub", own(seen)));
        let kind = ["Content-Type: application/hal+json", "X-Pact-Broker-Version: 2"];
        answer(head.split(' ').nth(1).unwrap().parse().unwrap(), &kind, body.as_bytes())
    });
    let url = format!("{}/sub/", fake.url());
    let told = run(&["doctor", "-b", &url]).expect(0);
    assert!(!told.stdout.contains('!'), "{}", told.stdout);
    run(&["status", "-b", &url]).expect(0);
    run(&["can-i-deploy", "-b", &url, "-a", "shop", "-e", "1.0", "--to-environment", "prod"]).expect(0);
    run(&["record-deployment", "-b", &url, "-a", "shop", "-e", "1.0", "--environment", "prod"]).expect(0);
    run(&["environments", "list", "-b", &url]).expect(0);
    assert!(fake.seen().iter().all(|it| it.target().starts_with("/sub")), "{:?}", lines(&fake));
    let told = run(&["doctor", "-b", &fake.url(), "--retries", "0"]).expect(2);
    assert!(told.stdout.contains("is this the address of a Pact Broker?"), "{}", told.stdout);
}
