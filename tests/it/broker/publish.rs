//! `pactlens broker publish`.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::fake::{Fake, hal, lines, own, standard};
use super::{all, run_in};
use crate::common::Run;
use crate::verify::provider::{Canary, Seen, answer};

/// The content of version 1.0, laid out otherwise, with a member that only this file has.
const SAME: &str = r#"{"provider": {"name": "orders/v1"}, "consumer": {"name": "shop"}, "odd":  1e2,
  "interactions": [{"request": {"path": "/orders/1", "method": "GET"}, "response": {"status": 200}, "description": "an order"}],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}}
"#;

fn pact(consumer: &str, provider: &str, description: &str) -> String {
    json!({
        "consumer": {"name": consumer}, "provider": {"name": provider},
        "interactions": [{
            "description": description,
            "request": {"method": "GET", "path": "/orders/1"}, "response": {"status": 200}
        }],
        "metadata": {"pactSpecification": {"version": "3.0.0"}}
    })
    .to_string()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pacts")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("pacts").join(name), text).unwrap();
    }
    folder
}

fn publish(fake: &Fake, folder: &Path, flags: &[&str]) -> Run {
    let url = fake.url();
    run_in(folder, &[&["publish", "pacts", "-b", &url, "--retries", "0"], flags].concat(), &[])
}

fn sent(fake: &Fake) -> Vec<Value> {
    let posts = fake.seen().into_iter().filter(|it| it.line.starts_with("POST"));
    posts.map(|it| serde_json::from_slice(&it.body).unwrap()).collect()
}

#[test]
fn bytes_are_published_as_they_are() {
    let fake = Fake::new(standard);
    let folder = folder(&[
        ("a.json", SAME),
        ("b.json", &pact("shop", "users", "a user")),
        ("c.json", &pact("app", "users", "a user")),
        ("other.json", "{\"name\": \"x\"}"),
    ]);
    let flags = [
        "-a",
        "2.0 b",
        "--branch",
        "feat/x",
        "-t",
        "t1,t2",
        "--tag",
        "t3",
        "--build-url",
        "http://ci/1",
        "-k",
        "topsecret1",
    ];
    let told = publish(&fake, folder.path(), &flags).expect(0);
    assert_eq!(
        lines(&fake),
        ["GET /", "POST /contracts/publish", "POST /contracts/publish"],
        "one for each consumer"
    );
    let sent = sent(&fake);
    assert_eq!(sent[0]["pacticipantName"], "app");
    let shop = &sent[1];
    assert_eq!(
        (&shop["pacticipantName"], &shop["pacticipantVersionNumber"], &shop["branch"], &shop["buildUrl"]),
        (&json!("shop"), &json!("2.0 b"), &json!("feat/x"), &json!("http://ci/1"))
    );
    assert_eq!(shop["tags"], json!(["t1", "t2", "t3"]));
    let contracts = shop["contracts"].as_array().unwrap();
    assert_eq!(contracts.len(), 2);
    assert_eq!(contracts[0]["content"], STANDARD.encode(SAME));
    assert_eq!(
        (&contracts[0]["consumerName"], &contracts[0]["providerName"]),
        (&json!("shop"), &json!("orders/v1"))
    );
    assert_eq!(
        (&contracts[0]["specification"], &contracts[0]["contentType"]),
        (&json!("pact"), &json!("application/json"))
    );
    assert!(fake.seen().iter().all(|it| it.header("authorization") == Some("Bearer topsecret1")));
    let text = &told.stdout;
    for wanted in [
        "3 pacts, version 2.0 b, branch feat/x, tagged t1, t2, t3 → http://",
        "  shop → orders/v1  pacts/a.json\n    published, http://",
        "ok      Pact was taken",
        "warning a\\u{1b}[31m colour",
        "          Next steps:\n            * verify it",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("Created a version") && !all(&told).contains("topsecret1"), "{text}");
    let told = publish(&fake, folder.path(), &["-a", "3", "-o", "json", "-v"]).expect(0).json();
    assert_eq!((&told["version"], &told["pacts"][0]["status"]), (&json!(1), &json!("published")));
    assert_eq!(told["notices"][0]["text"], "Created a version");
}

#[test]
fn a_dry_run_says_what_would_come_of_it() {
    let fake = Fake::new(standard);
    let folder = folder(&[("a.json", SAME), ("b.json", &pact("shop", "users", "a user"))]);
    let told = publish(&fake, folder.path(), &["-a", "1.0", "--dry-run"]).expect(0);
    assert!(told.stdout.contains("    no change: the version has this content\n"), "{}", told.stdout);
    assert!(told.stdout.contains("    new content\n"), "{}", told.stdout);
    assert!(fake.seen().iter().all(|it| it.line.starts_with("GET")));
    fs::write(folder.path().join("pacts/a.json"), pact("shop", "orders/v1", "another")).unwrap();
    let told = publish(&fake, folder.path(), &["-a", "1.0", "--dry-run"]).expect(1);
    let lines = "would be refused (409): the version has another content\n      gone    'an order'\n      new     'another'\n";
    assert!(told.stdout.contains(lines), "{}", told.stdout);
    assert!(told.stdout.contains("give each build a version of its own"), "{}", told.stdout);
    let offline = run_in(folder.path(), &["publish", "pacts", "-a", "1", "--dry-run"], &[]).expect(0);
    assert!(offline.stdout.contains("no Broker was asked"), "{}", offline.stdout);
    let without = run_in(folder.path(), &["publish", "pacts", "-a", "1"], &[]).expect(2);
    assert!(without.stderr.contains("which Broker?"), "{}", without.stderr);
}

#[test]
fn files_of_one_pair_are_put_together_before_anything_is_sent() {
    let fake = Fake::new(standard);
    let (one, two, three) = (pact("a", "b", "one"), pact("a", "b", "two"), pact("a", "b", "three"));
    let folder =
        folder(&[("1.json", &one), ("2.json", &two), ("3.json", &three), ("4.json", &one), ("5.json", SAME)]);
    let told = publish(&fake, folder.path(), &["-a", "1"]).expect(2);
    assert!(fake.seen().is_empty());
    assert!(
        told.stderr.contains("pacts/4.json has the same content as pacts/1.json, which is published once"),
        "{}",
        told.stderr
    );
    let wanted = "pacts/1.json and pacts/2.json and pacts/3.json are different pacts of 'a' with 'b'";
    assert!(told.stderr.contains(wanted) && told.stderr.contains("--merge-files"), "{}", told.stderr);

    publish(&fake, folder.path(), &["-a", "1", "--merge-files"]).expect(0);
    let sent = sent(&fake);
    let text = STANDARD.decode(sent[0]["contracts"][0]["content"].as_str().unwrap()).unwrap();
    let whole: Value = serde_json::from_slice(&text).unwrap();
    let list = whole["interactions"].as_array().unwrap();
    let descriptions: Vec<_> = list.iter().map(|it| it["description"].as_str().unwrap()).collect();
    assert_eq!(descriptions, ["one", "two", "three"]);
    assert!(String::from_utf8(text).unwrap().starts_with(&one[..one.find("]").unwrap()]));

    let other = one.replace("200", "201");
    fs::write(folder.path().join("pacts/2.json"), other).unwrap();
    let fake = Fake::new(standard);
    let told = publish(&fake, folder.path(), &["-a", "1", "--merge-files"]).expect(2);
    assert!(told.stderr.contains("'one' is in both"), "{}", told.stderr);
    assert!(fake.seen().is_empty(), "all or nothing");
}

#[test]
fn what_the_broker_words_badly_is_refused_here() {
    let deep = pact("a", "b", "c").replace(
        "\"status\":200",
        &format!("\"body\":{}1{}, \"status\":200", "[".repeat(47), "]".repeat(47)),
    );
    let cases: [(&[u8], &str); 7] = [
        (deep.as_bytes(), "nested more than 50 deep"),
        (b"\xef\xbb\xbf{\"consumer\": {\"name\": \"a\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": []}", ":1:1 a byte order mark"),
        (b"{\"consumer\": {\"name\": \"a\"}, // x\n\"provider\": {\"name\": \"b\"}, \"interactions\": []}", ":1:29 this is no JSON, and the Broker"),
        (b"{\"consumer\": {\"name\": \"\xff\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": []}", ":1:24 a byte is not UTF-8"),
        (b"{\"consumer\": {\"name\": \" \"}, \"provider\": {\"name\": \"b\"}, \"interactions\": []}", "does not name its consumer"),
        (b"{\"consumer\": {\"name\": \"a\\nb\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": []}", "has control characters"),
        (b"{\"consumer\": {\"name\": \"a\"}, \"provider\": {\"name\": \"b\"}, \"interactions\": [1E400]}", "larger than any"),
    ];
    let fake = Fake::new(standard);
    for (bytes, wanted) in cases {
        let folder = folder(&[]);
        fs::write(folder.path().join("pacts/p.json"), bytes).unwrap();
        let url = fake.url();
        let told =
            run_in(folder.path(), &["publish", "pacts/p.json", "-a", "1", "--no-lint", "-b", &url], &[])
                .expect(2);
        assert!(told.stderr.contains(wanted), "{wanted}: {}", told.stderr);
        assert!(told.stderr.contains("nothing was published"), "{}", told.stderr);
    }
    assert!(fake.seen().is_empty());
}

#[test]
fn pacts_with_errors_are_not_published() {
    let fake = Fake::new(standard);
    let wrong = pact("a", "b", "c").replace("200", "\"200\"");
    let folder = folder(&[("p.json", &wrong), ("q.json", SAME)]);
    let told = publish(&fake, folder.path(), &["-a", "1"]).expect(2);
    assert!(
        told.stderr.contains("pacts/p.json is not published, because lint finds errors in it"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("pacts/p.json:1:") && fake.seen().is_empty(), "{}", told.stderr);
    publish(&fake, folder.path(), &["-a", "1", "--no-lint"]).expect(0);
}

#[test]
fn refusals_are_told_apart() {
    let fixed = |status: u16, body: Value| {
        Fake::new(move |seen: &Seen| match seen.line.starts_with("POST") {
            true => answer(status, &["Content-Type: application/json"], body.to_string().as_bytes()),
            false => standard(seen),
        })
    };
    let folder = folder(&[("a.json", SAME)]);
    let notices = json!([{"type": "error", "text": "Cannot change the content of the pact"}, {"type": "info", "text": "-  1\n+  2"}]);
    let fake = fixed(409, json!({"notices": notices, "errors": {"contracts": ["x"]}}));
    let told = publish(&fake, folder.path(), &["-a", "1"]).expect(1);
    for wanted in [
        "NOT published (409)",
        "error   Cannot change",
        "        +  2\n",
        "give each build a version of its own",
    ] {
        assert!(told.stdout.contains(wanted), "{}", told.stdout);
    }
    let similar = json!({"notices": [{"type": "error", "text": "The name \"shop\" is very similar to"}]});
    let told = publish(&fixed(409, similar), folder.path(), &["-a", "1"]).expect(1);
    assert!(!told.stdout.contains("version of its own"), "{}", told.stdout);
    let told =
        publish(&fixed(400, json!({"errors": {"contracts": ["is bad"]}})), folder.path(), &["-a", "1"])
            .expect(2);
    assert!(
        told.stderr.contains("contracts: is bad") && told.stdout.contains("NOT published"),
        "{}",
        told.stderr
    );
    fs::write(folder.path().join("pacts/z.json"), pact("zoo", "b", "c")).unwrap();
    let fake = fixed(401, json!(""));
    let told = publish(&fake, folder.path(), &["-a", "1"]).expect(2);
    assert!(told.stdout.contains("NOT published: not tried") && lines(&fake).len() == 2, "{}", told.stdout);
    fs::remove_file(folder.path().join("pacts/z.json")).unwrap();
    publish(
        &fixed(500, json!({"error": {"message": "oops", "reference": "r"}})),
        folder.path(),
        &["-a", "1"],
    )
    .expect(4);
    let old = Fake::new(|_| hal(200, &json!({"_links": {"pb:pacticipants": {"href": "/p"}}})));
    let told = publish(&old, folder.path(), &["-a", "1"]).expect(4);
    assert!(told.stderr.contains("came with 2.86"), "{}", told.stderr);
    let gone = run_in(
        folder.path(),
        &["publish", "pacts", "-a", "1", "-b", "http://127.0.0.1:1", "--retries", "0"],
        &[],
    )
    .expect(4);
    assert!(gone.stderr.contains("cannot be reached"), "{}", gone.stderr);
}

#[test]
fn the_version_is_found_out() {
    let fake = Fake::new(standard);
    let folder = folder(&[("a.json", SAME)]);
    let url = fake.url();
    let variables = [
        ("PACT_BROKER_BASE_URL", url.as_str()),
        ("PACT_BROKER_USERNAME", "me"),
        ("PACT_BROKER_PASSWORD", "hunter22"),
        ("GITHUB_SHA", "3f2c1e9"),
        ("GITHUB_HEAD_REF", "feat/y"),
        ("BUILD_URL", "http://ci/7"),
    ];
    run_in(folder.path(), &["publish", "pacts", "-r", "-g"], &variables).expect(0);
    let sent = &sent(&fake)[0];
    assert_eq!(
        (&sent["pacticipantVersionNumber"], &sent["branch"], &sent["tags"], &sent["buildUrl"]),
        (&json!("3f2c1e9"), &json!("feat/y"), &json!(["feat/y"]), &json!("http://ci/7"))
    );
    assert!(fake.seen().iter().all(|it| it.header("authorization") == Some("Basic bWU6aHVudGVyMjI=")));
    let told = run_in(folder.path(), &["publish", "pacts", "-a", "1", "-r"], &variables[..1]).expect(2);
    assert!(told.stderr.contains("which branch is built is not known"), "{}", told.stderr);
    run_in(folder.path(), &["publish", "pacts"], &variables).expect(2);
    run_in(folder.path(), &["publish", "nothing", "-a", "1"], &variables).expect(2);
    let excluded = ["publish", "pacts/a.json", "-a", "1", "--exclude", "*.json"];
    let told = run_in(folder.path(), &excluded, &variables).expect(3);
    assert!(told.stderr.contains("is excluded, and not published"), "{}", told.stderr);
    fs::remove_file(folder.path().join("pacts/a.json")).unwrap();
    run_in(folder.path(), &["publish", "pacts", "-a", "1"], &variables).expect(3);
    run_in(folder.path(), &["publish", "pacts", "-a", "1", "--allow-empty"], &variables).expect(0);
}

#[test]
fn nothing_goes_elsewhere_and_no_secret_is_told() {
    let canary = Canary::new();
    let elsewhere = format!("http://{}", canary.address);
    let to = elsewhere.clone();
    let fake = Fake::new(move |seen: &Seen| {
        let text = String::from_utf8(standard(seen)).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let body = body.replace(&own(seen), &to);
        answer(200, &["Content-Type: application/hal+json"], body.as_bytes())
    });
    let key = format!("sk_live_{}", "9aXk2LmQ7vTz4RbW1cYd8NpE");
    let folder = folder(&[("a.json", &pact("shop", &key, &key)), ("b.json", &pact("shop", &key, "other"))]);
    let flags = ["-a", "1", "-k", "topsecret1", "--no-lint"];
    let told = publish(&fake, folder.path(), &[&flags[..], &["--merge-files"]].concat()).expect(0);
    assert_eq!(canary.came(), 0);
    assert!(fake.seen().iter().all(|it| it.header("authorization") == Some("Bearer topsecret1")));
    assert!(told.stderr.contains(&format!("lead to {elsewhere} and not to")), "{}", told.stderr);
    let refused = publish(&fake, folder.path(), &flags).expect(2);
    let dry = run_in(
        folder.path(),
        &["publish", "pacts", "-a", "1", "--dry-run", "--merge-files", "--no-lint", "-o", "json"],
        &[],
    );
    for run in [told, refused, dry.expect(0)] {
        assert!(!all(&run).contains(&key) && !all(&run).contains("topsecret1"), "{}", all(&run));
    }
}
