//! One interaction, from its states to its verdict (`verify_interaction` of pact_verifier).

use std::time::Instant;

use bytes::Bytes;
use reqwest::Url;
use serde_json::{Map, Value};

use crate::http::wire::{Headers, Request, Response, header};
use crate::http::{Address, add_query, shown};
use crate::http::{Client, Fault};
use crate::model::InteractionKind;
use crate::runner::contract::{Contract, Item, Runnable};
use crate::runner::engine::{Judgement, Side, Subject};
use crate::runner::verify::options::Options;
use crate::runner::verify::outcome::{Exchange, InteractionResult, StateCall, Verdict};
use crate::runner::verify::states;

/// What all interactions of a run share.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) options: Options,
}

impl Shared {
    /// Whether the state handler is called for an interaction, so that it goes alone.
    pub(super) fn calls_handler(&self, item: &Item) -> bool {
        self.options.states.is_some() && matches!(item.runnable, Runnable::Ready(_))
    }
}

/// Verifies one interaction; beside what came of it why there was no answer, if none came.
pub(super) async fn verify(
    shared: &Shared,
    contract: &Contract,
    at: usize,
) -> (InteractionResult, Option<Fault>) {
    let started = Instant::now();
    let item = &contract.items[at];
    let mut run = One { shared, exchange: None, states: Vec::new(), fault: None };
    let verdict = match &item.runnable {
        Runnable::Not(why) => Verdict::NotRun(why.clone()),
        Runnable::Ready(subject) => run.run(item, subject).await,
    };
    let result = InteractionResult {
        item: at,
        verdict,
        pending: item.pending,
        exchange: run.exchange,
        states: run.states,
        took: started.elapsed(),
    };
    (result, run.fault)
}

struct One<'a> {
    shared: &'a Shared,
    exchange: Option<Exchange>,
    states: Vec<StateCall>,
    fault: Option<Fault>,
}

impl One<'_> {
    async fn run(&mut self, item: &Item, subject: &Subject) -> Verdict {
        if !self.call_states(item, true).await {
            return Verdict::State;
        }
        let verdict = self.replay(item, subject).await;
        let teardown = self.shared.options.states.as_ref().is_some_and(|states| states.teardown);
        if teardown && !self.call_states(item, false).await && verdict == Verdict::Passed {
            return Verdict::State;
        }
        verdict
    }

    /// Whether all calls succeeded.
    async fn call_states(&mut self, item: &Item, setup: bool) -> bool {
        let Shared { client, options } = self.shared;
        let (calls, away) = states::call_all(client, options, &item.states, setup).await;
        let well = calls.iter().all(|call| call.outcome.is_ok());
        self.states.extend(calls);
        self.fault = self.fault.take().or(away);
        well
    }

    async fn replay(&mut self, item: &Item, subject: &Subject) -> Verdict {
        let transport = item.transport.as_deref();
        let options = &self.shared.options;
        if let Some(body) = subject.message_call() {
            let sync = item.kind == InteractionKind::SyncMessage;
            let address =
                options.address(transport, &["message", if sync { "sync-message" } else { "async-message" }]);
            let answer = self.exchange(address, message_request(body)).await;
            return answer.map_or_else(|none| none, |answer| verdict(subject.judge_message(&answer)));
        }
        let request = match subject.request(Side::Provider, &self.context(item)) {
            Ok(request) => request,
            Err(why) => return Verdict::Unjudged(why),
        };
        let response = self.exchange(options.address(transport, &["http"]), request).await;
        response.map_or_else(|none| none, |response| verdict(subject.judge_response(&response)))
    }

    /// The parameters of the states, then what the handler returned.
    fn context(&self, item: &Item) -> Map<String, Value> {
        let params = item.states.iter().flat_map(|state| &state.params);
        let returned =
            self.states.iter().filter(|call| call.setup).flat_map(|call| call.outcome.iter().flatten());
        params.chain(returned).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Sends a request; the error is the verdict where no answer comes.
    async fn exchange(&mut self, address: &Address, mut request: Request) -> Result<Response, Verdict> {
        let Shared { client, options } = self.shared;
        overwrite(&mut request.headers, &options.headers);
        let mut url: Url = address.join(&request.path).map_err(Verdict::NoAnswer)?;
        add_query(&mut url, request.query.as_deref());
        request.path = url.path().to_owned();
        request.query = url.query().map(str::to_owned);
        let answer = client.send(url.clone(), &request).await;
        let exchange = Exchange { url: shown(&url), request, response: answer.as_ref().ok().cloned() };
        self.exchange = Some(exchange);
        answer.map_err(|fault| {
            let why = fault.to_string();
            self.fault = Some(fault);
            Verdict::NoAnswer(why)
        })
    }
}

/// The call for a message (messages.rs of pact_verifier).
fn message_request(body: Bytes) -> Request {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    Request { method: "POST".to_owned(), path: "/".to_owned(), query: None, headers, body }
}

/// Puts the user's headers in place of those of the pact (`create_native_request`; there they
/// are told apart by case, here not, because servers do not).
fn overwrite(headers: &mut Headers, custom: &Headers) {
    headers.retain(|(name, _)| header(custom, name).is_none());
    headers.extend(custom.iter().cloned());
}

fn verdict(judgement: Judgement) -> Verdict {
    match judgement {
        Judgement::Match => Verdict::Passed,
        Judgement::Mismatches(list) => Verdict::Failed(list),
        Judgement::Unjudged(why) => Verdict::Unjudged(why),
    }
}
