//! Providers that mean no good cost a failure that says what happened, in bounded time and
//! memory.

use std::io::Write;
use std::time::Instant;

use super::provider::Canary;
use super::*;

/// What is said of a provider that does this with the connection of a request.
fn said(
    misbehave: impl Fn(&Seen, std::net::TcpStream) + Send + Sync + 'static,
    change: impl Fn(&mut Options),
) -> String {
    let provider = Provider::with_stream(misbehave);
    let mut options = options(&provider);
    options.http.timeout = Duration::from_secs(20);
    change(&mut options);
    let most = options.http.timeout + Duration::from_secs(20);
    let started = Instant::now();
    let result = verify_one(&pact(json!([get("a", "/a", 200)])), options);
    assert!(started.elapsed() < most, "{:?}", started.elapsed());
    match result.verdict {
        Verdict::NoAnswer(why) => why,
        other => panic!("{other:?}"),
    }
}

fn writes(bytes: &'static [u8]) -> impl Fn(&Seen, std::net::TcpStream) + Send + Sync + 'static {
    move |_, mut stream| {
        provider::send(&mut stream, bytes);
    }
}

/// Writes until nobody listens.
fn endless(
    start: &'static [u8],
    part: &'static [u8],
) -> impl Fn(&Seen, std::net::TcpStream) + Send + Sync + 'static {
    move |_, mut stream| {
        let _ = stream.write_all(start);
        let part = part.repeat(64 * 1024 / part.len());
        while stream.write_all(&part).is_ok() {}
    }
}

fn short(options: &mut Options) {
    options.http.timeout = Duration::from_millis(300);
}

fn small(options: &mut Options) {
    options.http.max_body = 1 << 20;
}

#[test]
fn who_never_answers_is_left() {
    let never = |_: &Seen, stream: std::net::TcpStream| std::mem::forget(stream);
    let why = said(never, short);
    assert!(why.contains("no whole answer") && why.contains("300ms"), "{why}");
    let half = |_: &Seen, mut stream: std::net::TcpStream| {
        provider::send(&mut stream, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        std::mem::forget(stream);
    };
    let why = said(half, short);
    assert!(why.contains("no whole answer"), "{why}");
}

#[test]
fn a_body_without_an_end_is_cut_off() {
    let why = said(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), small);
    assert!(why.contains("larger than 1048576 bytes") && why.contains("--max-body"), "{why}");
    let why =
        said(endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4\r\nxxxx\r\n"), small);
    assert!(why.contains("larger than"), "{why}");
    // A gigabyte that is only promised is not waited for.
    let why = said(writes(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"), |_| {});
    assert!(why.contains("larger than"), "{why}");
}

#[test]
fn what_is_no_http_is_said_so() {
    for bytes in
        [&b"SSH-2.0-OpenSSH_9.6\r\n"[..], b"\0\0\0\0\0\0\0\0\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n", b""]
    {
        let why = said(writes(bytes), |_| {});
        assert!(why.contains("breaks off or is no HTTP"), "{why}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    let why = said(writes(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), |_| {});
    assert!(why.contains("breaks off"), "{why}");
    let why = said(writes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal"), |_| {});
    assert!(why.contains("breaks off"), "{why}");
}

#[test]
fn headers_have_an_end() {
    let why = said(endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), |_| {});
    assert!(why.contains("breaks off or is no HTTP"), "{why}");
    let why = said(endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"x"), |_| {});
    assert!(why.contains("breaks off or is no HTTP"), "{why}");
    let why = said(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), short);
    assert!(!why.is_empty());
}

#[test]
fn redirects_stay_with_the_provider() {
    let canary = Canary::new();
    let away = format!("Location: http://{}/stolen", canary.address);
    let provider = Provider::new(move |seen: &Seen| match seen.target() {
        "/away" => answer(302, &[&away], b""),
        "/near" => answer(302, &["Location: /there"], b""),
        "/loop" => answer(302, &["Location: /loop"], b""),
        _ => answer(200, &[], b""),
    });
    let pact = pact(json!([get("away", "/away", 302), get("near", "/near", 200), get("loop", "/loop", 200)]));
    let mut with_key = options(&provider);
    with_key.headers = vec![("Authorization".to_owned(), "Bearer key".to_owned())];
    let run = verify(&pact, with_key);
    let all = verdicts(&run);
    assert_eq!((all[0], all[1]), (&Verdict::Passed, &Verdict::Passed), "{run:?}");
    assert!(matches!(all[2], Verdict::NoAnswer(why) if why.contains("without an end")), "{run:?}");
    assert_eq!(canary.came(), 0);
    assert!(provider.seen().len() < 20);

    let mut judged = options(&provider);
    judged.http.follow_redirects = false;
    let run = verify(&pact, judged);
    assert!(matches!(verdicts(&run)[1], Verdict::Failed(_)), "302 is not 200");
}

#[test]
fn packed_bodies_are_unpacked_within_the_limit() {
    // `{}`, and a text of 5,000 bytes.
    const EMPTY: &[u8] =
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0];
    const LONG: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xed, 0xc1, 0x41, 0x11, 0, 0, 8, 3, 0xa0, 0x2e, 0xab, 0xe5, 0xd9,
        0x63, 0xf1, 0x4d, 0xe1, 0x0f, 0x98, 0x14, 0, 0, 0, 0, 0x78, 0x95, 0x3d, 0xc5, 0x8a, 0xac, 0x7a, 0x88,
        0x13, 0, 0,
    ];
    let provider = Provider::new(|seen: &Seen| match seen.target() {
        "/bomb" => answer(200, &["Content-Type: application/json", "Content-Encoding: gzip"], LONG),
        "/broken" => answer(200, &["Content-Type: application/json", "Content-Encoding: gzip"], b"{}"),
        "/other" => answer(200, &["Content-Type: application/json", "Content-Encoding: br"], b"{}"),
        _ => answer(200, &["Content-Type: application/json", "Content-Encoding: gzip"], EMPTY),
    });
    let one = |path: &str| {
        let mut interaction = get(path, path, 200);
        interaction["response"]["body"] = json!({});
        let mut options = options(&provider);
        options.http.max_body = 4_999;
        verify_one(&pact(json!([interaction])), options)
    };
    let result = one("/a");
    assert_eq!(result.verdict, Verdict::Passed, "{result:?}");
    assert_eq!(&result.exchange.unwrap().response.unwrap().body[..], b"{}");
    assert_eq!(one("/other").verdict, Verdict::Passed, "what is not known comes as it is");
    let said = |path: &str| match one(path).verdict {
        Verdict::NoAnswer(why) => why,
        other => panic!("{path}: {other:?}"),
    };
    assert!(said("/bomb").contains("is larger than 4999 bytes"), "{}", said("/bomb"));
    assert!(said("/broken").contains("cannot be unpacked: "), "{}", said("/broken"));
}

#[test]
fn the_handler_may_be_hostile_too() {
    use pactlens::runner::verify::StateOptions;
    let provider = Provider::new(|_| answer(200, &[], b""));
    let handler =
        Provider::with_stream(endless(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b"["));
    let mut options = options(&provider);
    options.http.max_body = 1 << 20;
    let address = Address::parse(&handler.url()).unwrap();
    options.states = Some(StateOptions::new(address));
    let result = verify_one(&pact(json!([get("a", "/a", 200)])), options);
    assert_eq!(result.verdict, Verdict::State);
    let fault = result.states[0].outcome.as_ref().unwrap_err();
    assert!(fault.status.is_none() && fault.said.contains("larger than"), "{fault:?}");
    assert!(provider.seen().is_empty());
}

#[test]
fn many_large_answers_are_not_all_kept() {
    let provider = Provider::new(|_| answer(200, &[], &[b'x'; 1000]));
    let list: Vec<Value> = (0..9).map(|at| get(&format!("i{at}"), "/", 200)).collect();
    let mut options = options(&provider);
    options.http.max_body = 1000;
    let run = verify(&pact(json!(list)), options);
    assert_eq!(verdicts(&run), [&Verdict::Passed; 9]);
    let kept = run.pacts[0].results.iter().filter(|it| it.exchange.as_ref().unwrap().response.is_some());
    assert_eq!(kept.count(), 4);
}
