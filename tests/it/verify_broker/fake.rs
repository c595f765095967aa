//! A Broker of one pact.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::common::Run;
use crate::verify::provider::{Provider, Seen, answer};

/// Where the pact is.
pub const KEPT: &str = "/pacts/provider/orders%2Fv1/consumer/shop/pact-version/5ba3";

pub type Fake = Provider;

/// An answer in HAL.
pub fn hal(status: u16, body: &Value) -> Vec<u8> {
    answer(status, &["Content-Type: application/hal+json;charset=utf-8"], body.to_string().as_bytes())
}

/// What this Broker answers by itself.
pub fn standard(seen: &Seen) -> Vec<u8> {
    let own = own(seen);
    let verb = seen.line.split(' ').next().unwrap();
    match (verb, seen.target()) {
        ("GET", "/") => {
            let templated = |path: &str| json!({"href": format!("{own}{path}"), "templated": true});
            hal(
                200,
                &json!({"_links": {
                    "self": {"href": own},
                    "pb:provider-pacts-for-verification": templated("/pacts/provider/{provider}/for-verification"),
                    "pb:pacticipants": templated("/pacticipants"),
                }}),
            )
        }
        ("POST", "/pacts/provider/orders%2Fv1/for-verification") => {
            let when = |when: &str, text: &str| json!({"when": when, "text": text});
            let notices = [
                when("before_verification", "chosen\n  * because"),
                when("after_verification:success_true_published_false", "fine, and unpublished"),
                when("after_verification:success_true_published_true", "fine, and published"),
                when("after_verification:success_false_published_true", "bad, and published"),
            ];
            hal(200, &list(seen, &[json!({"notices": notices})]))
        }
        ("POST", "/pacts/provider/order%2Fv1/for-verification") => {
            hal(404, &json!({"error": "No provider with name 'order/v1' found"}))
        }
        ("GET", target) if target.starts_with(KEPT) => hal(200, &pact(seen)),
        ("GET", "/pacticipants") => {
            hal(200, &json!({"_embedded": {"pacticipants": [{"name": "shop"}, {"name": "orders/v1"}]}}))
        }
        ("GET", "/pacticipants/orders%2Fv1") => hal(
            200,
            &json!({"_links": {
                "pb:branch-version": {"href": format!("{own}/b/{{branch}}/v/{{version}}")},
                "pb:version-tag": {"href": format!("{own}/v/{{version}}/t/{{tag}}")},
            }}),
        ),
        ("PUT", _) => hal(201, &json!({})),
        ("POST", target) if target.ends_with("/verification-results") => {
            let place = format!("Location: {own}{KEPT}/verification-results/9");
            answer(201, &["Content-Type: application/hal+json", &place], b"{}")
        }
        _ => answer(404, &["Content-Type: application/json"], br#"{"error": "nothing there"}"#),
    }
}

fn own(seen: &Seen) -> String {
    format!("http://{}", seen.header("host").unwrap())
}

/// The answer with these properties of the pact, each for once.
pub fn list(seen: &Seen, properties: &[Value]) -> Value {
    let own = own(seen);
    let one = |it: &Value| {
        json!({
            "shortDescription": "latest from main",
            "verificationProperties": it,
            "_links": {"self": {
                "href": format!("{own}{KEPT}/metadata/c2VsZWN0ZWQ"),
                "name": "Pact between shop (1.0) and orders/v1"
            }}
        })
    };
    json!({"_embedded": {"pacts": properties.iter().map(one).collect::<Vec<_>>()}, "_links": {}})
}

/// The pact.
pub fn pact(seen: &Seen) -> Value {
    let own = own(seen);
    json!({
        "consumer": {"name": "shop"}, "provider": {"name": "orders/v1"},
        "interactions": [{
            "_id": "a1b2", "description": "an order",
            "request": {"method": "GET", "path": "/orders/1"},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
        "createdAt": "2026-11-01T00:00:00+00:00",
        "_links": {
            "pb:provider": {"href": format!("{own}/pacticipants/orders%2Fv1"), "name": "orders/v1"},
            "pb:publish-verification-results":
                {"href": format!("{own}{KEPT}/metadata/c2VsZWN0ZWQ/verification-results")}
        }
    })
}

/// The requests of a method, in order.
pub fn requests(fake: &Fake, method: &str) -> Vec<Seen> {
    fake.seen().into_iter().filter(|seen| seen.line.starts_with(method)).collect()
}

/// Verifies `provider` with the pacts of a Broker.
pub fn run(fake: &Fake, provider: &Provider, flags: &[&str]) -> Run {
    run_with(provider, &[&["--broker-url", &fake.url(), "--provider-name", "orders/v1"], flags].concat(), &[])
}

/// Runs `pactlens verify` in an empty folder.
pub fn run_with(provider: &Provider, flags: &[&str], variables: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pactlens"));
    command.args(["verify", "--provider", &provider.url()]).args(flags).current_dir(folder.path());
    command.stdin(Stdio::null()).env("NO_COLOR", "1").env("XDG_CACHE_HOME", folder.path().join(".cache"));
    let others = ["BASE_URL", "USERNAME", "PASSWORD", "TOKEN", "HTTP_RETRIES"];
    others.iter().for_each(|name| _ = command.env_remove(format!("PACT_BROKER_{name}")));
    command.env_remove("PACT_WEBHOOK_CALLBACK_URL");
    command.envs(variables.iter().copied()).output().unwrap().into()
}
