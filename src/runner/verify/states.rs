//! Calls of the state handler (callback_executors.rs, provider_client.rs and utils.rs of
//! pact_verifier).

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::http::wire::{Headers, Request, Response, header};
use crate::http::{Client, Fault, is_passing, patience};
use crate::http::{add_query, shown};
use crate::model::{ContentType, Format};
use crate::runner::contract::State;
use crate::runner::verify::options::{Options, StateOptions};
use crate::runner::verify::outcome::{StateCall, StateFault};

/// As much is kept of what a failing handler says, in bytes.
const MOST_SAID: usize = 4096;

/// All calls before or after an interaction, in order, whether or not one fails
/// (`execute_provider_states`): one for each state, or one of an empty state where it has
/// none. Without a handler nothing is called, and the states are listed.
pub(super) async fn call_all(
    client: &Client,
    options: &Options,
    states: &[State],
    setup: bool,
) -> (Vec<StateCall>, Option<Fault>) {
    let mut calls = Vec::new();
    let mut away = None;
    let none = [State { name: String::new(), params: Map::new() }];
    let wanted = match (&options.states, states) {
        (Some(_), []) => &none[..],
        _ => states,
    };
    for state in wanted {
        let mut call = StateCall {
            state: state.name.clone(),
            params: state.params.clone(),
            setup,
            url: None,
            outcome: Ok(Map::new()),
        };
        if let Some(handler) = &options.states {
            let (url, outcome) = call_one(client, handler, &options.headers, state, setup).await;
            call.url = url;
            call.outcome = outcome.map_err(|failed| match failed {
                Failed::Answered(fault) => fault,
                Failed::Unanswered(fault) => {
                    let said = fault.to_string();
                    away = Some(fault);
                    StateFault { status: None, said }
                }
            });
        }
        calls.push(call);
    }
    (calls, away)
}

enum Failed {
    Answered(StateFault),
    Unanswered(Fault),
}

type Outcome = Result<Map<String, Value>, Failed>;

async fn call_one(
    client: &Client,
    handler: &StateOptions,
    custom: &Headers,
    state: &State,
    setup: bool,
) -> (Option<String>, Outcome) {
    let request = request(handler.as_query, custom, state, setup);
    let url = handler.address.join("/").map(|mut url| {
        add_query(&mut url, request.query.as_deref());
        url
    });
    let url = match url {
        Ok(url) => url,
        Err(why) => return (None, Err(Failed::Unanswered(Fault::Request(why)))),
    };
    let place = shown(&url);
    let mut tries = 1;
    let answer = loop {
        match client.send(url.clone(), &request).await {
            Err(fault) => return (Some(place), Err(Failed::Unanswered(fault))),
            Ok(answer) if tries <= handler.retries && is_passing(answer.status) => {
                tokio::time::sleep(patience(&answer, tries)).await;
                tries += 1;
            }
            Ok(answer) => break answer,
        }
    };
    if (200..300).contains(&answer.status) {
        return (Some(place), Ok(values(&answer)));
    }
    let said = &answer.body[..answer.body.len().min(MOST_SAID)];
    let said = String::from_utf8_lossy(said).into_owned();
    (Some(place), Err(Failed::Answered(StateFault { status: Some(answer.status), said })))
}

/// The call. What the user adds to every request is added here as well, but does not take the
/// place of what the call is made of.
fn request(as_query: bool, custom: &Headers, state: &State, setup: bool) -> Request {
    let action = if setup { "setup" } else { "teardown" };
    let mut request = Request { method: "POST".to_owned(), path: "/".to_owned(), ..Request::default() };
    if as_query {
        // A parameter may take the place of the state or the action, as it does there.
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut pairs =
            std::collections::BTreeMap::from([("state", state.name.clone()), ("action", action.to_owned())]);
        pairs.extend(state.params.iter().map(|(name, value)| (name.as_str(), text(value))));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        request.query = Some(query.finish());
    } else {
        let body = json!({"state": state.name, "params": state.params, "action": action});
        request.body = Bytes::from(body.to_string());
        request.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    let known = |name: &str| header(&request.headers, name).is_some();
    let more: Headers = custom.iter().filter(|(name, _)| !known(name)).cloned().collect();
    request.headers.extend(more);
    request
}

/// The values of an answer: the members of a JSON object, of what says that it is JSON
/// (`make_state_change_request`).
fn values(answer: &Response) -> Map<String, Value> {
    let kind = header(&answer.headers, "content-type").and_then(ContentType::parse);
    if kind.is_none_or(|kind| kind.format() != Format::Json) {
        return Map::new();
    }
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let Value::Object(params) = json!({"id": 7, "name": "a b"}) else { panic!() };
        State { name: "order 7 exists".to_owned(), params }
    }

    #[test]
    fn a_call_is_made_of_the_state() {
        let custom =
            vec![("X-Key".to_owned(), "k".to_owned()), ("content-type".to_owned(), "x/y".to_owned())];
        let body = request(false, &custom, &state(), true);
        assert_eq!(
            std::str::from_utf8(&body.body).unwrap(),
            r#"{"action":"setup","params":{"id":7,"name":"a b"},"state":"order 7 exists"}"#
        );
        assert_eq!(body.query, None);
        assert_eq!(header(&body.headers, "content-type"), Some("application/json"));
        assert_eq!(header(&body.headers, "x-key"), Some("k"));

        let query = request(true, &Headers::new(), &state(), false);
        assert_eq!(query.query.as_deref(), Some("action=teardown&id=7&name=a+b&state=order+7+exists"));
        assert!(query.body.is_empty() && query.headers.is_empty());
    }
}
