//! What a Broker is told of a run.

use super::*;

const PUBLISH: [&str; 9] = [
    "--publish",
    "--provider-version",
    "2.0 b",
    "--provider-branch",
    "feat/y",
    "--provider-tags",
    "t/1,t2",
    "--build-url",
    "http://ci/1",
];

fn results(fake: &Fake) -> Vec<Value> {
    let all = requests(fake, "POST").into_iter().filter(|it| it.target().ends_with("/verification-results"));
    all.map(|it| serde_json::from_slice(&it.body).unwrap()).collect()
}

#[test]
fn results_follow_the_branch_and_the_tags() {
    let fake = Fake::new(standard);
    let told = run(&fake, &fine(), &PUBLISH).expect(0);
    let lines: Vec<_> = fake.seen().iter().skip(3).map(|it| it.line.clone()).collect();
    let last = format!("POST {KEPT}/metadata/c2VsZWN0ZWQ/verification-results HTTP/1.1");
    let wanted = [
        "GET /pacticipants/orders%2Fv1 HTTP/1.1",
        "PUT /b/feat%2Fy/v/2.0%20b HTTP/1.1",
        "PUT /v/2.0%20b/t/t%2F1 HTTP/1.1",
        "PUT /v/2.0%20b/t/t2 HTTP/1.1",
        &last,
    ];
    assert_eq!(lines, wanted);
    let verified_by = json!({"implementation": "pactlens", "version": env!("CARGO_PKG_VERSION")});
    let wanted = json!({
        "success": true, "providerApplicationVersion": "2.0 b", "buildUrl": "http://ci/1", "verifiedBy": verified_by,
        "testResults": [{"interactionId": "a1b2", "interactionDescription": "an order", "success": true}]
    });
    assert_eq!(results(&fake), [wanted]);
    let place = format!(
        "published as passed: Pact between shop (1.0) and orders/v1, {}{KEPT}/verification-results/9",
        fake.url()
    );
    assert!(told.stderr.contains(&place), "{}", told.stderr);
    assert!(told.stderr.contains("    fine, and published"), "{}", told.stderr);
}

#[test]
fn failures_are_published_without_secrets() {
    let fake = with_properties(json!({"pending": true}));
    let key = key();
    let body = json!({"id": key}).to_string();
    let provider = Provider::new(move |_| answer(500, &["Content-Type: application/json"], body.as_bytes()));
    let told = run(&fake, &provider, &["--publish", "--provider-version", "3", "--show-secrets"]).expect(0);
    let results = results(&fake);
    let [result] = &results[..] else { panic!("{results:?}") };
    assert_eq!(result["success"], false, "pending or not");
    let test = &result["testResults"][0];
    assert_eq!((&test["interactionId"], &test["success"]), (&json!("a1b2"), &json!(false)));
    let list = test["mismatches"].as_array().unwrap();
    let of = |attribute: &str| list.iter().find(|it| it["attribute"] == attribute).unwrap();
    assert_eq!(of("status")["description"], "expected 200 but was 500");
    assert_eq!(of("body")["identifier"], "$.id");
    assert!(!result.to_string().contains(&key), "{result}");
    assert!(told.stderr.contains("published as failed"), "{}", told.stderr);
    assert!(requests(&fake, "PUT").is_empty());
}

#[test]
fn what_was_not_verified_is_not_published_as_passed() {
    let fake = Fake::new(|seen: &Seen| {
        if !(seen.line.starts_with("GET") && seen.target().starts_with(KEPT)) {
            return standard(seen);
        }
        let mut pact = pact(seen);
        pact["metadata"]["pactSpecification"]["version"] = json!("4.0");
        let http = pact["interactions"][0].as_object_mut().unwrap();
        http.insert("type".to_owned(), json!("Synchronous/HTTP"));
        http["response"]["body"] = json!({"contentType": "application/json", "content": {"id": 1}});
        let mut plugin = pact["interactions"][0].clone();
        plugin["description"] = json!("another");
        plugin["pluginConfiguration"] = json!({"protobuf": {"a": 1}});
        pact["interactions"].as_array_mut().unwrap().push(plugin);
        hal(200, &pact)
    });
    let publish = ["--publish", "--provider-version", "3", "--provider-branch", "b"];
    let told = run(&fake, &fine(), &publish).expect(4);
    assert!(told.stderr.contains("NOT published"), "{}", told.stderr);
    assert!(
        told.stderr.contains("1 of 2 interactions not verified (needs plugin protobuf)"),
        "{}",
        told.stderr
    );
    assert!(results(&fake).is_empty() && requests(&fake, "PUT").is_empty());
    run(&fake, &bad(), &publish).expect(1);
    let sent = results(&fake);
    assert_eq!(sent.len(), 1, "what fails, fails");
    assert_eq!(sent[0]["testResults"][1]["exceptions"][0]["message"], "not verified: needs plugin protobuf");
    assert_eq!(sent[0]["testResults"][1]["success"], false);

    let fake = Fake::new(standard);
    let told =
        run(&fake, &fine(), &[&publish[..], &["--filter-description", "nothing|n order"]].concat()).expect(0);
    assert!(told.stderr.contains("published as passed"), "{}", told.stderr);
    let away = Provider::new(|_| b"no http".to_vec());
    let told = run(&fake, &away, &publish).expect(4);
    assert!(told.stderr.contains("(the provider did not answer)"), "{}", told.stderr);
    assert_eq!(results(&fake).len(), 1);
}

#[test]
fn a_broker_that_takes_nothing_is_told_of() {
    let refusing = |what: &'static str, status: u16| {
        Fake::new(move |seen: &Seen| match seen.line.starts_with(what) {
            true => hal(status, &json!({"errors": {"providerApplicationVersion": ["is odd"]}})),
            false => standard(seen),
        })
    };
    let publish = ["--publish", "--provider-version", "3", "--provider-branch", "b", "--token", "topsecret1"];
    let branch = refusing("PUT", 400);
    let told = run(&branch, &fine(), &publish).expect(4);
    assert!(told.stderr.contains("no results were published: the Broker answers 400"), "{}", told.stderr);
    assert!(told.stderr.contains("providerApplicationVersion: is odd"), "{}", told.stderr);
    assert!(results(&branch).is_empty(), "without its branch a version is of no use");
    let results = refusing("POST /pacts/provider/orders%2Fv1/consumer", 401);
    let told = run(&results, &fine(), &publish).expect(4);
    assert!(
        told.stderr.contains("NOT published") && told.stderr.contains("may only read"),
        "{}",
        told.stderr
    );
    let told = run(&results, &bad(), &publish).expect(1);
    assert!(told.stdout.contains("exit 1"), "{}", told.stdout);
}

#[test]
fn a_branch_called_head_is_told_of() {
    let fake = Fake::new(standard);
    let told = |more: &[&str]| run(&fake, &fine(), more).expect(0).stderr.contains("a branch is called HEAD");
    let publish = ["--publish", "--provider-version", "3", "--provider-branch"];
    assert!(told(&[&publish[..], &["HEAD"]].concat()));
    assert!(told(&["--consumer-version-selectors", r#"{"branch": "HEAD"}"#]));
    assert!(!told(&[&publish[..], &["main"]].concat()));
}
