//! A Broker of two applications: `shop` 1.0 has a pact with `orders/v1`.

use serde_json::{Value, json};

use crate::verify::provider::{Provider, Seen, answer};

pub use crate::verify_broker::fake::hal;

pub type Fake = Provider;

/// Where the pact of version 1.0 is.
pub const PACT: &str = "/pacts/provider/orders%2Fv1/consumer/shop/version/1.0";

pub fn own(seen: &Seen) -> String {
    format!("http://{}", seen.header("host").unwrap())
}

/// What this Broker answers by itself.
pub fn standard(seen: &Seen) -> Vec<u8> {
    let own = own(seen);
    let link = |path: &str| json!({"href": format!("{own}{path}")});
    let verb = seen.line.split(' ').next().unwrap();
    match (verb, seen.target()) {
        ("GET", "/") => answer(
            200,
            &["Content-Type: application/hal+json", "X-Pact-Broker-Version: 2.120.0"],
            json!({"_links": index(&own)}).to_string().as_bytes(),
        ),
        ("POST", "/contracts/publish") => published(seen),
        ("GET", PACT) => hal(200, &pact(&own)),
        ("GET", "/pacts/latest") => hal(200, &json!({"pacts": [latest(&own)]})),
        ("GET", "/environments") => hal(
            200,
            &json!({"_embedded": {"environments": [environment(&own, "test"), environment(&own, "prod")]}}),
        ),
        ("POST", "/environments") => {
            let sent: Value = serde_json::from_slice(&seen.body).unwrap();
            let mut made = environment(&own, sent["name"].as_str().unwrap());
            made["displayName"] = sent["displayName"].clone();
            hal(201, &made)
        }
        ("GET", "/environments/u-prod") => hal(200, &environment(&own, "prod")),
        ("DELETE", "/environments/u-test") => answer(204, &[], b""),
        ("GET", "/environments/u-prod/deployed-versions/currently-deployed?pacticipant=shop") => {
            let one = |uuid: &str, instance: Value| {
                json!({
                    "uuid": uuid, "currentlyDeployed": true, "applicationInstance": instance,
                    "_embedded": {"pacticipant": {"name": "shop"}, "version": {"number": "1.0"}},
                    "_links": {"self": link(&format!("/deployed-versions/{uuid}"))}
                })
            };
            hal(
                200,
                &json!({"_embedded": {"deployedVersions": [one("d1", Value::Null), one("d2", json!("blue"))]}}),
            )
        }
        ("PATCH", target) if target.starts_with("/deployed-versions/") => hal(200, &json!({})),
        ("GET", "/pacticipants") => {
            hal(200, &json!({"_embedded": {"pacticipants": [{"name": "shop"}, {"name": "orders/v1"}]}}))
        }
        ("GET", "/pacticipants/shop/versions/1.0") => hal(
            200,
            &json!({"number": "1.0", "_embedded": {"branchVersions": [{"name": "main"}], "tags": []}, "_links": {
                "pb:pact-versions": [link(PACT)],
                "pb:record-deployment": [
                    {"name": "prod", "href": format!("{own}/deploy/prod")},
                    {"name": "test", "href": format!("{own}/deploy/test")}
                ],
                "pb:record-release": [{"name": "prod", "href": format!("{own}/release/prod")}]
            }}),
        ),
        ("POST", "/deploy/prod" | "/release/prod") => hal(201, &json!({"uuid": "d3"})),
        ("GET", "/dashboard" | "/dashboard/provider/orders%2Fv1/consumer/shop") => {
            hal(200, &json!({"items": [item(&own)]}))
        }
        _ => answer(404, &["Content-Type: application/json"], br#"{"error": "nothing there"}"#),
    }
}

fn index(own: &str) -> Value {
    let paths = [
        ("pb:publish-contracts", "/contracts/publish"),
        (
            "pb:publish-pact",
            "/pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}",
        ),
        ("pb:latest-pact-versions", "/pacts/latest"),
        ("pb:provider-pacts-for-verification", "/pacts/provider/{provider}/for-verification"),
        ("pb:pacticipants", "/pacticipants"),
        ("pb:pacticipant-version", "/pacticipants/{pacticipant}/versions/{version}"),
        ("pb:pacticipant-branch-version", "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}"),
        ("pb:environments", "/environments"),
        ("pb:environment", "/environments/{uuid}"),
    ];
    paths.into_iter().map(|(name, path)| (name.to_owned(), json!({"href": format!("{own}{path}")}))).collect()
}

fn published(seen: &Seen) -> Vec<u8> {
    let own = own(seen);
    let sent: Value = serde_json::from_slice(&seen.body).unwrap();
    let contracts = sent["contracts"].as_array().unwrap();
    let links = contracts
        .iter()
        .map(|it| json!({"href": format!("{own}/pacts/{}", it["providerName"].as_str().unwrap())}));
    let notice = |kind: &str, text: &str| json!({"type": kind, "text": text});
    hal(
        200,
        &json!({
            "notices": [
                notice("debug", "Created a version"),
                notice("success", "Pact was taken"),
                notice("warning", "a\u{1b}[31m colour"),
                notice("prompt", "  Next steps:\n    * verify it"),
            ],
            "_links": {"pb:contracts": links.collect::<Vec<_>>()}
        }),
    )
}

/// The pact of version 1.0 as it is given.
pub fn pact(own: &str) -> Value {
    json!({
        "consumer": {"name": "shop"}, "provider": {"name": "orders/v1"},
        "interactions": [{
            "_id": "a1", "description": "an order",
            "request": {"method": "GET", "path": "/orders/1"}, "response": {"status": 200}
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
        "_links": {"self": {"href": format!("{own}{PACT}")}}
    })
}

fn latest(own: &str) -> Value {
    json!({
        "_embedded": {
            "consumer": {"name": "shop", "_embedded": {"version": {"number": "1.0"}}},
            "provider": {"name": "orders/v1"}
        },
        "_links": {"self": [{"href": format!("{own}/pacts/provider/orders%2Fv1/consumer/shop/latest")}, {"href": format!("{own}{PACT}")}]}
    })
}

fn environment(own: &str, name: &str) -> Value {
    json!({
        "uuid": format!("u-{name}"), "name": name, "displayName": name.to_uppercase(), "production": name == "prod",
        "createdAt": "2026-11-21T20:50:32+00:00",
        "contacts": [{"name": "Ops", "details": {"emailAddress": "ops@example.com"}}],
        "_links": {"pb:currently-deployed-deployed-versions":
            {"href": format!("{own}/environments/u-{name}/deployed-versions/currently-deployed")}}
    })
}

fn item(own: &str) -> Value {
    json!({
        "consumer": {"name": "shop", "version": {"number": "1.0", "branch": "main"}},
        "provider": {"name": "orders/v1", "version": {"number": "11", "branch": null}},
        "pact": {"_links": {"self": {"href": format!("{own}{PACT}")}}},
        "latestVerificationResult": {
            "success": false, "verifiedAt": "2026-11-21T20:50:33+00:00",
            "_links": {"self": {"href": format!("{own}{PACT}/verification-results/latest")}}
        },
        "verificationStatus": "failed"
    })
}

/// Method and path of each request.
pub fn lines(fake: &Fake) -> Vec<String> {
    fake.seen().iter().map(|it| it.line.trim_end_matches(" HTTP/1.1").to_owned()).collect()
}
