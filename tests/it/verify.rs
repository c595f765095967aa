//! `pactlens verify` and the library behind it, against providers that are in this process.

mod command;
mod hostile;
pub mod provider;
mod states;

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use pactlens::analysis::Document;
use pactlens::http::Address;
use pactlens::runner::Contract;
use pactlens::runner::verify::outcome::{InteractionResult, Verdict, Verification};
use pactlens::runner::verify::{Event, Options, Selected, Verifier};
use serde_json::{Value, json};

use provider::{Provider, Seen, answer, json_answer};

/// A pact with these interactions, of version 3.
fn pact(interactions: Value) -> Value {
    json!({
        "consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "3.0.0"}}
    })
}

/// A pact of version 4.
fn pact4(interactions: Value) -> Value {
    json!({
        "consumer": {"name": "web"}, "provider": {"name": "orders"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}}
    })
}

/// `GET path` is answered with `status`.
fn get(description: &str, path: &str, status: u16) -> Value {
    json!({"description": description, "request": {"method": "GET", "path": path}, "response": {"status": status}})
}

fn contract(pact: &Value) -> Arc<Contract> {
    Arc::new(Contract::new("pact.json", Document::new(pact.to_string())).unwrap())
}

fn options(provider: &Provider) -> Options {
    Options::new(Address::parse(&provider.url()).unwrap())
}

/// A run on threads as the command has them.
fn on_threads<T: Send>(run: impl Future<Output = T> + Send) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(64 << 20)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run)
}

fn verify(pact: &Value, options: Options) -> Verification {
    let verifier = Verifier::new(options).unwrap();
    on_threads(verifier.run(&[Selected::from(contract(pact))], |_| {}, std::future::pending()))
}

/// The result of a pact with one interaction.
fn verify_one(pact: &Value, options: Options) -> InteractionResult {
    let mut run = verify(pact, options);
    assert_eq!(run.pacts[0].results.len(), 1);
    run.pacts.remove(0).results.remove(0)
}

fn verdicts(run: &Verification) -> Vec<&Verdict> {
    run.pacts.iter().flat_map(|pact| &pact.results).map(|result| &result.verdict).collect()
}

#[test]
fn requests_are_sent_as_the_official_verifier_does() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let request = json!({
        "method": "post", "path": "/a b/\u{e4}//c/../d;x=1",
        "query": {"z": ["1", "two words"], "a": ["&=ä"]},
        "headers": {"X-One": "1", "Authorization": "Basic cGFjdA==", "Content-Type": "application/json"},
        "body": {"b": [1, null]}
    });
    let pact = pact(json!([{"description": "d", "request": request, "response": {"status": 200}}]));
    let base = Address::parse(&format!("{}/base/", provider.url())).unwrap();
    let mut options = Options::new(base);
    options.headers = vec![("authorization".to_owned(), "Bearer mine".to_owned())];
    let result = verify_one(&pact, options);
    assert_eq!(result.verdict, Verdict::Passed, "{result:?}");
    let seen = provider.seen();
    let [seen] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(seen.line, "POST /base/a%20b/%C3%A4//d;x=1?a=%26%3D%C3%A4&z=1&z=two+words HTTP/1.1");
    assert_eq!(seen.header("authorization"), Some("Bearer mine"));
    assert_eq!(seen.header("x-one"), Some("1"));
    assert_eq!(seen.header("user-agent"), Some(concat!("pactlens/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(seen.header("accept-encoding"), Some("gzip,deflate"));
    assert_eq!(seen.body, br#"{"b":[1,null]}"#);
    let exchange = result.exchange.unwrap();
    assert_eq!(exchange.request.path, "/base/a%20b/%C3%A4//d;x=1");
    assert_eq!(exchange.request.query.as_deref(), Some("a=%26%3D%C3%A4&z=1&z=two+words"));
    assert_eq!(exchange.url, format!("{}{}", provider.url(), seen.target()));
}

#[test]
fn a_null_body_is_sent_where_it_is_json() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let with = |headers: Value| {
        json!({"description": "d", "response": {"status": 200},
        "request": {"method": "PUT", "path": "/", "headers": headers, "body": null}})
    };
    let pact = pact(json!([with(json!({"Content-Type": "application/json"})), with(json!({}))]));
    verify(&pact, options(&provider));
    let bodies: Vec<_> = provider.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies, [b"null".to_vec(), Vec::new()]);
}

#[test]
fn every_kind_of_difference_fails() {
    let provider = Provider::new(|seen: &Seen| match seen.target() {
        "/status" => answer(500, &[], b"broken"),
        "/header" => answer(200, &["X-A: 2"], b""),
        "/type" => answer(200, &["Content-Type: text/plain"], b"{}"),
        _ => json_answer(200, &json!({"id": "7", "more": true})),
    });
    let one = |path: &str, response: Value| json!({"description": path, "request": {"method": "GET", "path": path}, "response": response});
    let body = json!({"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 7}});
    let pact = pact(json!([
        one("/status", json!({"status": 200})),
        one("/header", json!({"status": 200, "headers": {"X-A": "1"}})),
        one("/type", body.clone()),
        one("/body", body),
        one("/more", json!({"status": 200, "body": {"id": "7"}})),
    ]));
    let run = verify(&pact, options(&provider));
    let parts: Vec<Vec<&str>> = run.pacts[0]
        .results
        .iter()
        .map(|result| match &result.verdict {
            Verdict::Failed(list) => list.iter().map(|it| it.part.name()).collect(),
            Verdict::Passed => Vec::new(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(parts[0], ["status"]);
    assert_eq!(parts[1], ["header"]);
    assert!(parts[2].contains(&"content type"), "{parts:?}");
    assert_eq!(parts[3], ["body"]);
    assert!(parts[4].is_empty(), "an answer may have more: {parts:?}");
    let body = &run.pacts[0].results[0].exchange.as_ref().unwrap().response.as_ref().unwrap().body;
    assert_eq!(&body[..], b"broken", "what came is kept");
}

#[test]
fn what_cannot_be_run_is_told_apart() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let mut with_plugin = get("plugin", "/", 200);
    with_plugin["type"] = json!("Synchronous/HTTP");
    with_plugin["pluginConfiguration"] = json!({"protobuf": {"a": 1}});
    let mut pending = get("pending", "/", 201);
    pending["type"] = json!("Synchronous/HTTP");
    pending["pending"] = json!(true);
    let run = verify(&pact4(json!([with_plugin, pending])), options(&provider));
    let [plugin, pending] = &run.pacts[0].results[..] else { panic!("{run:?}") };
    assert!(matches!(plugin.verdict, Verdict::NotRun(_)), "{plugin:?}");
    assert!(matches!(pending.verdict, Verdict::Failed(_)) && pending.pending, "{pending:?}");
    assert_eq!(provider.seen().len(), 1);
}

#[test]
fn messages_are_asked_of_a_proxy() {
    let metadata = "eyJ0b3BpYyI6ICJvcmRlcnMifQ==";
    let provider = Provider::new(move |seen: &Seen| {
        let asked: Value = serde_json::from_slice(&seen.body).unwrap();
        let header = format!("Pact-Message-Metadata: {metadata}");
        let body =
            if asked["description"] == "an order was placed" { r#"{"id": 7}"# } else { r#"{"id": "x"}"# };
        answer(200, &["Content-Type: application/json", &header], body.as_bytes())
    });
    let message = |description: &str| {
        json!({
            "type": "Asynchronous/Messages", "description": description,
            "providerStates": [{"name": "a cart", "params": {"id": 1}}],
            "contents": {"contentType": "application/json", "content": {"id": 7}},
            "metadata": {"contentType": "application/json", "topic": "orders"}
        })
    };
    let sync = json!({
        "type": "Synchronous/Messages", "description": "an order was placed",
        "request": {"contents": {"contentType": "application/json", "content": {"cart": 1}}},
        "response": [{"contents": {"contentType": "application/json", "content": {"id": 7}}}]
    });
    let pact = pact4(json!([message("an order was placed"), message("another"), sync]));
    let http = Provider::new(|_| answer(500, &[], b""));
    let mut options = options(&http);
    options.transports =
        vec![("message".to_owned(), Address::parse(&format!("{}/msgs", provider.url())).unwrap())];
    let run = verify(&pact, options);
    let all = verdicts(&run);
    assert_eq!((all[0], all[2]), (&Verdict::Passed, &Verdict::Passed), "{run:?}");
    assert!(matches!(all[1], Verdict::Failed(_)), "{run:?}");
    let seen = provider.seen();
    assert_eq!(seen[0].line, "POST /msgs HTTP/1.1");
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    let asked: Value = serde_json::from_slice(&seen[0].body).unwrap();
    assert_eq!(
        asked,
        json!({"description": "an order was placed", "providerStates": [{"name": "a cart", "params": {"id": 1}}]})
    );
    let asked: Value = serde_json::from_slice(&seen[2].body).unwrap();
    assert_eq!(asked["request"]["contents"]["content"], json!({"cart": 1}), "{asked}");
    assert!(http.seen().is_empty());
}

#[test]
fn many_at_once_where_no_state_is_involved() {
    let (sender, receiver) = channel();
    let waiting = std::sync::Mutex::new(Vec::new());
    // The first three are answered when all of them are there.
    let provider = Provider::with_stream(move |seen, stream| {
        sender.send(()).unwrap();
        let mut waiting = waiting.lock().unwrap();
        waiting.push((seen.target().to_owned(), stream));
        if waiting.len() == 3 {
            for (_, mut stream) in waiting.drain(..) {
                provider::send(&mut stream, &answer(200, &["Connection: close"], b""));
            }
        }
    });
    let pact = pact(json!([get("a", "/a", 200), get("b", "/b", 200), get("c", "/c", 201)]));
    let mut at_once = options(&provider);
    at_once.jobs = 3;
    let run = verify(&pact, at_once);
    let all = verdicts(&run);
    assert_eq!((all[0], all[1]), (&Verdict::Passed, &Verdict::Passed), "{run:?}");
    assert!(matches!(all[2], Verdict::Failed(_)), "the order is that of the pact");
    assert_eq!(receiver.try_iter().count(), 3);
}

#[test]
fn a_run_can_be_stopped() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let pact = pact(json!([get("a", "/a", 201), get("b", "/b", 200), get("c", "/c", 200)]));
    let mut first = options(&provider);
    first.exit_on_first = true;
    let run = verify(&pact, first);
    assert_eq!((run.pacts[0].results.len(), run.left, provider.seen().len()), (1, 2, 1));

    let (stop, stopped) = tokio::sync::oneshot::channel();
    let mut stop = Some(stop);
    let verifier = Verifier::new(options(&provider)).unwrap();
    let on_event = |Event::Done { pact, result }: Event<'_>| {
        assert_eq!((pact, result.item), (0, 0));
        stop.take().unwrap().send(()).unwrap();
    };
    let cancelled = async { stopped.await.unwrap() };
    let run = on_threads(verifier.run(&[Selected::from(contract(&pact))], on_event, cancelled));
    assert_eq!((run.pacts[0].results.len(), run.left), (1, 2));
}

#[test]
fn who_is_not_there_is_not_asked_for_ever() {
    let url = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", gone.local_addr().unwrap())
    };
    let list: Vec<Value> = (0..6).map(|at| get(&format!("i{at}"), "/", 200)).collect();
    let run = verify(&pact(json!(list)), Options::new(Address::parse(&url).unwrap()));
    let said: Vec<&str> = verdicts(&run)
        .into_iter()
        .map(|verdict| match verdict {
            Verdict::NoAnswer(why) => why.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(said[0].contains("cannot be reached") && said[0].contains(&url), "{said:?}");
    assert!(said[2].contains("cannot be reached") && said[3].starts_with("not tried"), "{said:?}");
}

#[test]
fn answers_are_judged_over_tls() {
    let key = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let provider = Provider::over_tls(&key, None, |_| answer(200, &[], b""));
    let pact = pact(json!([get("a", "/a", 200)]));
    let distrusted = verify_one(&pact, options(&provider));
    let Verdict::NoAnswer(why) = &distrusted.verdict else { panic!("{distrusted:?}") };
    assert!(why.contains("certificate"), "{why}");
    assert!(provider.seen().is_empty(), "nothing is sent to a stranger");

    let mut trusting = options(&provider);
    trusting.http.tls.authorities = key.cert.pem().into_bytes();
    assert_eq!(verify_one(&pact, trusting).verdict, Verdict::Passed);
    let mut blind = options(&provider);
    blind.http.tls.trust_all = true;
    blind.http.timeout = Duration::from_secs(30);
    assert_eq!(verify_one(&pact, blind).verdict, Verdict::Passed);

    let me = rcgen::generate_simple_self_signed(["me".to_owned()]).unwrap();
    let closed = Provider::over_tls(&key, Some(&me), |_| answer(200, &[], b""));
    let mut stranger = options(&closed);
    stranger.http.tls.trust_all = true;
    assert!(matches!(verify_one(&pact, stranger.clone()).verdict, Verdict::NoAnswer(_)));
    stranger.http.tls.identity =
        Some((me.cert.pem().into_bytes(), me.signing_key.serialize_pem().into_bytes()));
    assert_eq!(verify_one(&pact, stranger).verdict, Verdict::Passed);

    let mut broken = options(&provider);
    broken.http.tls.authorities = b"no certificate".to_vec();
    assert!(Verifier::new(broken).is_err());
}

#[test]
fn a_certificate_that_signs_itself_is_trusted_where_it_is_named() {
    let made = |name: &str| {
        let mut params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let signing_key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertifiedKey { cert: params.self_signed(&signing_key).unwrap(), signing_key }
    };
    let pact = pact(json!([get("a", "/a", 200)]));
    let verdict = |key: &rcgen::CertifiedKey<rcgen::KeyPair>, named: &str| {
        let provider = Provider::over_tls(key, None, |_| answer(200, &[], b""));
        let mut trusting = options(&provider);
        trusting.http.tls.authorities = named.as_bytes().to_vec();
        (verify_one(&pact, trusting).verdict, provider.seen().len())
    };
    let (right, elsewhere) = (made("127.0.0.1"), made("elsewhere.test"));
    assert_eq!(verdict(&right, &right.cert.pem()), (Verdict::Passed, 1));
    assert!(matches!(verdict(&right, &elsewhere.cert.pem()), (Verdict::NoAnswer(_), 0)), "another one");
    assert!(matches!(verdict(&elsewhere, &elsewhere.cert.pem()), (Verdict::NoAnswer(_), 0)), "another host");
}
