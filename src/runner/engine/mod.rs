//! The official core as the judge. No other file of the house names a `pact_*` crate.
//!
//! An interaction is loaded alone, in a pact of its own, so that one which the core refuses
//! or panics at leaves the others alone, and nothing is cloned that is not needed.

mod convert;
mod gate;
mod guarded;
mod messages;
mod mismatch;
mod shape;
pub mod worker;

use std::collections::HashMap;
use std::panic::RefUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bytes::Bytes;
use futures_util::FutureExt;
use pact_models::generators::GeneratorTestMode;
use pact_models::interaction::Interaction;
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::runner::contract::State;
use crate::runner::wire::{Request, Response};

use gate::Gate;
use guarded::guarded;
pub use mismatch::{Mismatch, Part};
pub use shape::{PathShape, Place, Shape, parameters};
use worker::Question;
pub use worker::Worker;

/// The versions of the official crates that judge, as a literal.
macro_rules! core_versions {
    () => {
        "pact_matching 2.1.0, pact_models 1.3.17"
    };
}
pub(crate) use core_versions;

/// The versions of the official crates that judge.
pub const CORE: &str = core_versions!();

/// Stack of the threads that judge, in bytes: the core recurses over what it is given.
pub const STACK: usize = 64 << 20;

/// An interaction as the core has it, in a pact of its own.
#[derive(Clone)]
pub struct Subject {
    loaded: Arc<Loaded>,
    worker: Option<Arc<Worker>>,
}

struct Loaded {
    pact: Box<dyn Pact + Send + Sync + RefUnwindSafe>,
    interaction: Box<dyn Interaction + Send + Sync + RefUnwindSafe>,
    /// The same as HTTP, if it is that: the core makes a copy whenever it is asked.
    http: Option<SynchronousHttp>,
    gate: Gate,
    /// The pact as JSON, for the worker.
    text: Box<str>,
    /// How often the worker came to nothing over it.
    failures: AtomicU8,
}

/// After so many failures of the worker an interaction is given up.
const MAX_FAILURES: u8 = 2;

impl std::fmt::Debug for Subject {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Subject({:?})", self.loaded.interaction.description())
    }
}

/// What the core says of a response or a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judgement {
    /// It is what the pact asks for.
    Match,
    /// It is not; at least one difference.
    Mismatches(Vec<Mismatch>),
    /// The core fails over it; why.
    Unjudged(String),
}

impl Judgement {
    fn of(mismatches: Vec<pact_matching::Mismatch>) -> Judgement {
        if mismatches.is_empty() {
            return Judgement::Match;
        }
        Judgement::Mismatches(mismatches.into_iter().map(Mismatch::from).collect())
    }

    /// The differences; none where there is no verdict.
    pub fn mismatches(&self) -> &[Mismatch] {
        if let Judgement::Mismatches(list) = self { list } else { &[] }
    }
}

/// What the core says of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestVerdict {
    /// Match or differences.
    pub judgement: Judgement,
    /// How near it is; higher is nearer (`RequestMatchResult::score` of the core).
    pub score: i32,
}

/// On whose side values are generated (`GeneratorTestMode` of the core).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// For the consumer, by the mock server.
    Consumer,
    /// For the provider, by the verifier.
    Provider,
}

impl From<Side> for GeneratorTestMode {
    fn from(side: Side) -> GeneratorTestMode {
        match side {
            Side::Consumer => GeneratorTestMode::Consumer,
            Side::Provider => GeneratorTestMode::Provider,
        }
    }
}

impl Subject {
    /// Loads a pact of one interaction; `Err` says why the core does not.
    pub fn load(pact: &Value) -> Result<Subject, String> {
        gate::loadable(pact)?;
        guarded(|| {
            let text = pact.to_string().into_boxed_str();
            let pact = load_pact_from_json("pact", pact).map_err(|error| format!("{error:#}"))?;
            let interaction = pact.interactions().into_iter().next();
            let interaction = interaction.ok_or("the core does not see an interaction there")?;
            let http = interaction.as_v4_http();
            let gate = Gate::new(interaction.as_ref(), http.as_ref());
            let loaded = Loaded { pact, interaction, http, gate, text, failures: AtomicU8::new(0) };
            Ok(Subject { loaded: Arc::new(loaded), worker: None })
        })?
    }

    /// Has what cannot be judged in this process judged by `worker`. Without one it is
    /// [`Judgement::Unjudged`].
    pub fn set_worker(&mut self, worker: &Arc<Worker>) {
        self.worker = Some(Arc::clone(worker));
    }

    /// Its provider states, with their parameters in the order of names.
    pub fn states(&self) -> Vec<State> {
        let states = self.loaded.interaction.provider_states();
        let state = |state: pact_models::provider_states::ProviderState| State {
            name: state.name,
            params: state.params.into_iter().collect(),
        };
        states.into_iter().map(state).collect()
    }

    /// The request to send to a provider: generators applied, with `context` for those that
    /// ask for values (`generate_request`).
    pub fn request(&self, side: Side, context: &Map<String, Value>) -> Result<Request, String> {
        let http = self.loaded.http.as_ref().ok_or(NOT_HTTP)?;
        self.loaded.gate.request_values(&http.request.generators)?;
        let context = borrowed(context);
        let made = guarded(|| {
            pact_matching::generate_request(&http.request, &side.into(), &context).now_or_never()
        })?;
        Ok(convert::request_out(&made.ok_or(STALLED)?))
    }

    /// The response that the pact promises: generators applied (`generate_response`).
    pub fn response(&self, side: Side, context: &Map<String, Value>) -> Result<Response, String> {
        let http = self.loaded.http.as_ref().ok_or(NOT_HTTP)?;
        self.loaded.gate.answer_values(&http.response.generators)?;
        let context = borrowed(context);
        let made = guarded(|| {
            pact_matching::generate_response(&http.response, &side.into(), &context).now_or_never()
        })?;
        Ok(convert::response_out(&made.ok_or(STALLED)?))
    }

    /// For a message, the body of the call that asks a message proxy for it: a JSON object
    /// with `description`, `providerStates` where there are any, and for a synchronous
    /// message `request`. It is sent with POST and `Content-Type: application/json`.
    /// `None` for an HTTP interaction.
    pub fn message_call(&self) -> Option<Bytes> {
        let interaction = &self.loaded.interaction;
        let sync = interaction.as_v4_sync_message();
        (interaction.is_message() || sync.is_some())
            .then(|| messages::call(interaction.as_ref(), sync.as_ref()))
    }

    /// Whether a request is the one of the pact (`match_request`).
    pub fn judge_request(&self, actual: &Request) -> RequestVerdict {
        match self.loaded.gate.request(actual) {
            Ok(()) => self.judge_request_here(actual),
            Err(why) => self.ask_worker(&Question::Request(actual), &why),
        }
    }

    fn judge_request_here(&self, actual: &Request) -> RequestVerdict {
        let Loaded { pact, interaction, http, .. } = &*self.loaded;
        let judged = guarded(|| {
            let http = http.as_ref().ok_or(NOT_HTTP)?;
            let actual = convert::request_in(actual);
            pact_matching::match_request(http.request.clone(), actual, pact, interaction)
                .now_or_never()
                .ok_or(STALLED)?
                .map_err(|error| format!("{error:#}"))
        });
        match judged.and_then(|it| it) {
            Ok(result) => {
                // The core counts in eight bits.
                let score = guarded(|| result.score().into()).unwrap_or_else(|_| i8::MAX.into());
                RequestVerdict { score, judgement: Judgement::of(result.mismatches()) }
            }
            Err(why) => RequestVerdict { score: i32::MIN, judgement: Judgement::Unjudged(why) },
        }
    }

    /// Whether a response is what the pact asks of the provider (`match_response`).
    pub fn judge_response(&self, actual: &Response) -> Judgement {
        self.judge_answer(actual, Question::Response)
    }

    /// Whether the answer of a message proxy holds the message of the pact: its body is the
    /// contents, its header `pact-message-metadata` the metadata (`match_message` and
    /// `match_sync_message_response`). A synchronous message of several responses never
    /// matches, because the proxy gives one: so it is with the official verifier, although
    /// it says that it looks at the first only.
    pub fn judge_message(&self, answer: &Response) -> Judgement {
        self.judge_answer(answer, Question::Message)
    }

    fn judge_answer<'a>(&self, actual: &'a Response, ask: fn(&'a Response) -> Question<'a>) -> Judgement {
        match self.loaded.gate.answer(actual) {
            Ok(()) => self.judge_here(&ask(actual)).judgement,
            Err(why) => self.ask_worker(&ask(actual), &why).judgement,
        }
    }

    fn judge_response_here(&self, actual: &Response) -> Judgement {
        let Loaded { pact, interaction, http, .. } = &*self.loaded;
        let judged = guarded(|| {
            let http = http.as_ref().ok_or(NOT_HTTP)?;
            let actual = convert::response_in(actual);
            pact_matching::match_response(http.response.clone(), actual, pact, interaction)
                .now_or_never()
                .ok_or(STALLED)?
                .map_err(|error| format!("{error:#}"))
        });
        judged.and_then(|it| it).map_or_else(Judgement::Unjudged, Judgement::of)
    }

    fn judge_message_here(&self, answer: &Response) -> Judgement {
        let Loaded { pact, interaction, .. } = &*self.loaded;
        let sync = interaction.as_v4_sync_message();
        if sync.is_some() && !(200..300).contains(&answer.status) {
            // `verify_sync_message_from_provider` fails here without a look at the contents.
            return Judgement::Mismatches(vec![Mismatch {
                part: Part::Status,
                at: String::new(),
                expected: Some("200 to 299".to_owned()),
                actual: Some(answer.status.to_string()),
                said: format!("Fetching the message failed with status {}", answer.status),
            }]);
        }
        let judged = guarded(|| {
            let contents = messages::contents(answer);
            if let Some(message) = &sync {
                return pact_matching::match_sync_message_response(
                    message,
                    &message.response,
                    &[contents],
                    pact,
                )
                .now_or_never()
                .ok_or(STALLED);
            }
            let actual = AsynchronousMessage { contents, ..AsynchronousMessage::default() };
            pact_matching::match_message(interaction, &actual.boxed(), pact).now_or_never().ok_or(STALLED)
        });
        match judged {
            Ok(Ok(mismatches)) => Judgement::of(mismatches),
            Ok(Err(why)) => Judgement::Unjudged(why.to_owned()),
            Err(why) => Judgement::Unjudged(why),
        }
    }

    /// Judges in this process, whatever may come of it.
    fn judge_here(&self, question: &Question<'_>) -> RequestVerdict {
        let judgement = match question {
            Question::Request(actual) => return self.judge_request_here(actual),
            Question::Response(actual) => self.judge_response_here(actual),
            Question::Message(actual) => self.judge_message_here(actual),
        };
        RequestVerdict { judgement, score: 0 }
    }

    /// Has the worker judge; `why` says what is feared.
    fn ask_worker(&self, question: &Question<'_>, why: &str) -> RequestVerdict {
        let failures = &self.loaded.failures;
        let asked = match &self.worker {
            None => Err("nothing was tried".to_owned()),
            Some(_) if failures.load(Ordering::Relaxed) >= MAX_FAILURES => {
                Err("it was given up after two tries".to_owned())
            }
            Some(worker) => worker.judge(&self.loaded.text, question).inspect_err(|_| {
                failures.fetch_add(1, Ordering::Relaxed);
            }),
        };
        let came = match asked {
            Ok(RequestVerdict { judgement: Judgement::Unjudged(said), .. }) => said,
            Ok(verdict) => return verdict,
            Err(came) => came,
        };
        let judgement = Judgement::Unjudged(format!("{why}; {came}"));
        RequestVerdict { judgement, score: i32::MIN }
    }

    /// Its pact, of which it is the only interaction, as JSON.
    pub(in crate::runner) fn pact_text(&self) -> &str {
        &self.loaded.text
    }
}

const NOT_HTTP: &str = "it is not an HTTP interaction";
const STALLED: &str = "the core waits for something outside of it, which only plugins do";

fn borrowed(context: &Map<String, Value>) -> HashMap<&str, Value> {
    context.iter().map(|(key, value)| (key.as_str(), value.clone())).collect()
}
