//! Brokers that refuse, and servers that are none.

use std::io::Write;

use super::*;

/// What is said where every request is answered like this.
fn told(
    status: u16,
    headers: &'static [&'static str],
    body: &'static str,
    flags: &[&str],
) -> (String, usize) {
    let fake = Fake::new(move |_| answer(status, headers, body.as_bytes()));
    let told = run(&fake, &fine(), &[flags, &["--retries", "0"]].concat()).expect(4);
    without(&told, &["topsecret1", "dG9wc2VjcmV0"]);
    (told.stderr, fake.seen().len())
}

/// Status, headers, body; the flags; what is said.
type Case<'a> = (u16, &'static [&'static str], &'static str, &'a [&'a str], &'a str);

#[test]
fn each_refusal_says_what_to_do() {
    const JSON: &[&str] = &["Content-Type: application/json"];
    const BASIC: &[&str] = &["WWW-Authenticate: Basic realm=\"x\"", "Content-Type: text/plain"];
    const BEARER: &[&str] = &["WWW-Authenticate: Bearer"];
    const HTML: &[&str] = &["Content-Type: text/html;charset=utf-8"];
    let user = ["--user", "me", "--password", "topsecret1"];
    let token = ["--token", "topsecret1"];
    let cases: [Case<'_>; 16] = [
        (401, BASIC, "", &[], "it wants a user and a password: give --user"),
        (401, BEARER, "", &[], "it wants a token: give --token"),
        (403, &[], "", &[], "it wants to know who asks"),
        (401, BASIC, "", &user, "does not take the user and the password"),
        (403, &[], "", &token, "does not take the token"),
        (400, &["Content-Type: text/plain"], "", &token, "in place of --token"),
        (400, JSON, r#"{"errors": ["a is b"]}"#, &[], ": a is b"),
        (404, JSON, r#"{"error": "gone"}"#, &[], ": gone; a Broker that is below a path"),
        (404, HTML, "<h1>topsecret1</h1>", &token, "is this the address of a Pact Broker?"),
        (409, JSON, r#"{"error": "changed topsecret1"}"#, &token, "changed *****; it has something else"),
        (500, JSON, r#"{"error": {"message": "oops", "reference": "r7"}}"#, &[], "oops (reference r7)"),
        (200, HTML, "<html>login</html>", &[], "answered with a page for people"),
        (200, JSON, "[1", &[], "is no JSON"),
        (200, JSON, "{}", &[], "without links, so it is no Pact Broker"),
        (200, JSON, r#"{"_links": {}}"#, &[], "no link to the pacts of a provider"),
        (406, &[], "", &[], "may be no Pact Broker"),
    ];
    for (status, headers, body, flags, wanted) in cases {
        let (said, requests) = told(status, headers, body, flags);
        assert!(said.contains(wanted), "{status} {body}: {said}");
        assert_eq!(requests, 1, "{said}");
    }
}

#[test]
fn a_name_that_is_not_known_is_no_fault() {
    let fake = Fake::new(standard);
    let flags = ["-b", &fake.url(), "-n", "order/v1"];
    let told = fake::run_with(&fine(), &flags, &[]).expect(3);
    assert!(
        told.stderr.contains("no provider called 'order/v1', but one called 'orders/v1'"),
        "{}",
        told.stderr
    );
    fake::run_with(&fine(), &[&flags[..], &["--ignore-no-pacts-error"]].concat(), &[]).expect(0);
}

#[test]
fn what_passes_is_asked_for_again() {
    let fails = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::new(move |seen: &Seen| match fails.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => answer(503, &[], b""),
        _ => standard(seen),
    });
    let told = run(&fake, &fine(), &["--retries", "1", "--publish", "--provider-version", "1"]).expect(0);
    assert!(told.stderr.contains("answers 503; asking again in 0.5 s (1 of 1)"), "{}", told.stderr);
    assert_eq!(fake.seen().len(), 5);
    let away = Fake::new(|_| answer(503, &["Content-Type: text/html"], b"<html>"));
    let url = away.url();
    let told =
        fake::run_with(&fine(), &["-b", &url, "-n", "o"], &[("PACT_BROKER_HTTP_RETRIES", "1")]).expect(4);
    assert!(told.stderr.contains("lasted over all retries"), "{}", told.stderr);
    assert_eq!(away.seen().len(), 2);
    let nobody = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", gone.local_addr().unwrap())
    };
    let told = fake::run_with(&fine(), &["-b", &nobody, "-n", "o", "--token", "topsecret1"], &[]).expect(4);
    assert!(told.stderr.contains("cannot be reached"), "{}", told.stderr);
}

#[test]
fn hostile_answers_come_to_an_end() {
    let endless = Provider::with_stream(|_, mut stream| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/hal+json\r\n\r\n{\"_links\": {\"a\": \"";
        let _ = stream.write_all(head);
        while stream.write_all(&[b'x'; 65_536]).is_ok() {}
    });
    let told = run(&endless, &fine(), &["--max-body", "1"]).expect(4);
    assert!(told.stderr.contains("larger than"), "{}", told.stderr);

    let deep = |deep_pact: bool| {
        Fake::new(move |seen: &Seen| {
            let is_pact = seen.target().starts_with(KEPT);
            match is_pact == deep_pact {
                true => answer(200, &["Content-Type: application/hal+json"], "[".repeat(200_000).as_bytes()),
                false => standard(seen),
            }
        })
    };
    let told = run(&deep(false), &fine(), &[]).expect(4);
    assert!(told.stderr.contains("is no JSON"), "{}", told.stderr);
    let told = run(&deep(true), &fine(), &[]).expect(2);
    assert!(told.stderr.contains(&format!("{KEPT}:1:")), "the place in what was fetched: {}", told.stderr);

    let other = Fake::new(|seen: &Seen| match seen.target().starts_with(KEPT) {
        true => hal(200, &json!({"_links": {}, "message": "hello"})),
        false => standard(seen),
    });
    let told = run(&other, &fine(), &[]).expect(2);
    assert!(told.stderr.contains(&format!("{KEPT} is no pact")), "{}", told.stderr);

    let page = Fake::new(|seen: &Seen| match seen.target().starts_with(KEPT) {
        true => answer(200, &["Content-Type: text/html"], b"<html>"),
        false => standard(seen),
    });
    let told = run(&page, &fine(), &[]).expect(4);
    assert!(told.stderr.contains("a page for people"), "{}", told.stderr);
    let odd = Fake::new(|seen: &Seen| match seen.line.starts_with("POST") {
        true => hal(
            200,
            &json!({"_embedded": {"pacts": [1, {"_links": {"self": {"href": 1}}}, null]}, "_links": []}),
        ),
        false => standard(seen),
    });
    run(&odd, &fine(), &[]).expect(3);
}
