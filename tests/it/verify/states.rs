//! The state handler: what it is told, and what its answers do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pactlens::runner::verify::StateOptions;

use super::*;

fn with_states(provider: &Provider) -> Options {
    let mut options = options(provider);
    let address = options.provider.resolve("/_pact/state").unwrap();
    options.states = Some(StateOptions::new(address));
    options
}

fn given(mut interaction: Value, states: Value) -> Value {
    interaction["providerStates"] = states;
    interaction
}

/// What was called, in order: the state handler with its body or query, or the path.
fn calls(provider: &Provider) -> Vec<String> {
    let seen = provider.seen();
    let call = |seen: &Seen| match seen.target().strip_prefix("/_pact/state") {
        Some(query) => format!("{query}{}", String::from_utf8(seen.body.clone()).unwrap()),
        None => seen.target().to_owned(),
    };
    seen.iter().map(call).collect()
}

#[test]
fn states_are_set_up_before_each_interaction() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let states = json!([{"name": "order 7 exists", "params": {"id": 7, "tags": ["a"]}}, {"name": "paid"}]);
    let pact = pact(json!([given(get("a", "/a", 200), states), get("b", "/b", 200)]));
    let run = verify(&pact, with_states(&provider));
    assert_eq!(verdicts(&run), [&Verdict::Passed; 2]);
    assert_eq!(
        calls(&provider),
        [
            r#"{"action":"setup","params":{"id":7,"tags":["a"]},"state":"order 7 exists"}"#,
            r#"{"action":"setup","params":{},"state":"paid"}"#,
            "/a",
            r#"{"action":"setup","params":{},"state":""}"#,
            "/b",
        ]
    );
    let first = &provider.seen()[0];
    assert_eq!(first.line, "POST /_pact/state HTTP/1.1");
    assert_eq!(first.header("content-type"), Some("application/json"));
    let recorded: Vec<_> = run.pacts[0].results[0].states.iter().map(|call| call.state.as_str()).collect();
    assert_eq!(recorded, ["order 7 exists", "paid"]);
}

#[test]
fn without_a_handler_nothing_is_called() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let pact = pact(json!([given(get("a", "/a", 200), json!([{"name": "s"}]))]));
    let result = verify_one(&pact, options(&provider));
    assert_eq!((result.verdict, calls(&provider)), (Verdict::Passed, vec!["/a".to_owned()]));
    assert_eq!(
        (result.states.len(), result.states[0].url.as_deref()),
        (1, None),
        "the state is told all the same"
    );
}

#[test]
fn teardown_and_query_are_wishes() {
    let provider = Provider::new(|_| answer(200, &[], b""));
    let pact = pact(json!([given(
        get("a", "/a", 200),
        json!([{"name": "s t", "params": {"n": 1, "text": "x&y"}}])
    )]));
    let mut options = with_states(&provider);
    let states = options.states.as_mut().unwrap();
    (states.teardown, states.as_query) = (true, true);
    assert_eq!(verify_one(&pact, options).verdict, Verdict::Passed);
    assert_eq!(
        calls(&provider),
        ["?action=setup&n=1&state=s+t&text=x%26y", "/a", "?action=teardown&n=1&state=s+t&text=x%26y"]
    );
}

#[test]
fn values_of_the_handler_are_put_in() {
    let provider = Provider::new(|seen: &Seen| match seen.target() {
        "/_pact/state" => json_answer(200, &json!({"id": 42})),
        _ => answer(200, &[], b""),
    });
    let mut interaction =
        given(get("a", "/orders/1", 200), json!([{"name": "an order", "params": {"id": 7, "shop": "x"}}]));
    interaction["request"]["query"] = json!({"shop": ["example"]});
    interaction["request"]["generators"] = json!({
        "path": {"type": "ProviderState", "expression": "/orders/${id}", "dataType": "STRING"},
        "query": {"shop": {"type": "ProviderState", "expression": "${shop}", "dataType": "STRING"}}
    });
    verify(&pact(json!([interaction])), with_states(&provider));
    assert_eq!(calls(&provider)[1], "/orders/42?shop=x", "what is returned comes before parameters");
}

#[test]
fn a_state_that_cannot_be_set_up_is_no_difference() {
    let provider = Provider::new(|_| answer(404, &[], b"no handler for it"));
    let pact = pact(json!([given(get("a", "/a", 404), json!([{"name": "one"}, {"name": "two"}]))]));
    let result = verify_one(&pact, with_states(&provider));
    assert_eq!(result.verdict, Verdict::State);
    assert_eq!(result.states.len(), 2, "all are called, as the official verifier does: {result:?}");
    let fault = result.states[0].outcome.as_ref().unwrap_err();
    assert_eq!((fault.status, fault.said.as_str()), (Some(404), "no handler for it"));
    assert_eq!(provider.seen().len(), 2, "the request is not sent");
}

#[test]
fn a_teardown_that_fails_is_told() {
    let provider = Provider::new(|seen: &Seen| {
        let teardown = String::from_utf8_lossy(&seen.body).contains("teardown");
        answer(if teardown { 400 } else { 200 }, &[], b"")
    });
    let pact = pact(json!([get("a", "/a", 200), get("b", "/b", 201)]));
    let mut options = with_states(&provider);
    options.states.as_mut().unwrap().teardown = true;
    let run = verify(&pact, options);
    let all = verdicts(&run);
    assert_eq!(all[0], &Verdict::State);
    assert!(matches!(all[1], Verdict::Failed(_)), "a difference says more");
}

#[test]
fn a_handler_that_is_not_ready_is_called_again() {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    let provider = Provider::new(move |seen: &Seen| {
        let first = seen.target() == "/_pact/state" && count.fetch_add(1, Ordering::SeqCst) == 0;
        answer(if first { 503 } else { 200 }, &[], b"")
    });
    let pact = pact(json!([get("a", "/a", 200)]));
    assert_eq!(verify_one(&pact, with_states(&provider)).verdict, Verdict::Passed);
    assert_eq!(tries.load(Ordering::SeqCst), 2);
}

#[test]
fn interactions_with_a_handler_go_alone() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, peak) = (Arc::clone(&now), Arc::clone(&most));
    let provider = Provider::new(move |seen: &Seen| {
        // From its state to its answer nobody else comes.
        let step = if seen.target() == "/_pact/state" {
            count.fetch_add(1, Ordering::SeqCst) + 1
        } else {
            count.fetch_sub(1, Ordering::SeqCst)
        };
        peak.fetch_max(step, Ordering::SeqCst);
        answer(200, &[], b"")
    });
    let list: Vec<Value> = (0..8).map(|at| get(&format!("i{at}"), "/x", 200)).collect();
    let mut options = with_states(&provider);
    options.jobs = 4;
    let run = verify(&pact(json!(list)), options);
    assert_eq!(verdicts(&run), [&Verdict::Passed; 8]);
    assert_eq!(most.load(Ordering::SeqCst), 1);
}
