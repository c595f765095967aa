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
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::FutureExt;
use pact_models::generators::GeneratorTestMode;
use pact_models::interaction::Interaction;
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::wire::{Request, Response};
use crate::runner::contract::State;

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
    kept: Arc<Kept>,
    worker: Option<Arc<Worker>>,
}

/// An interaction, and as much of it as was needed so far.
struct Kept {
    /// Makes its pact, where that was not there to begin with.
    make: Option<Make>,
    /// The pact as JSON, for the worker.
    text: OnceLock<Box<str>>,
    whole: OnceLock<Result<Loaded, String>>,
    /// The same without its response, which no request is judged by.
    asking: OnceLock<Result<Loaded, String>>,
    /// How often the worker came to nothing over it.
    failures: AtomicU8,
}

type Make = Box<dyn Fn(Half) -> Option<Value> + Send + Sync + RefUnwindSafe>;

/// How much of an interaction is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// All of it.
    Both,
    /// What a request is judged with: all but the response, which is a status of 200.
    Request,
    /// What a response is made of: the type and the response, without its matching rules.
    Response,
}

struct Loaded {
    pact: Box<dyn Pact + Send + Sync + RefUnwindSafe>,
    interaction: Box<dyn Interaction + Send + Sync + RefUnwindSafe>,
    /// The same as HTTP, if it is that: the core makes a copy whenever it is asked.
    http: Option<SynchronousHttp>,
    gate: Gate,
}

impl Loaded {
    fn new(pact: &Value) -> Result<Loaded, String> {
        gate::loadable(pact)?;
        guarded(|| {
            let pact = load_pact_from_json("pact", pact).map_err(|error| format!("{error:#}"))?;
            let interaction = pact.interactions().into_iter().next();
            let interaction = interaction.ok_or("the core does not see an interaction there")?;
            let http = interaction.as_v4_http();
            let gate = Gate::new(interaction.as_ref(), http.as_ref());
            Ok(Loaded { pact, interaction, http, gate })
        })?
    }

    fn response(&self, side: Side, context: &Map<String, Value>) -> Result<Response, String> {
        let http = self.http.as_ref().ok_or(NOT_HTTP)?;
        self.gate.answer_values(&http.response.generators)?;
        let context = borrowed(context);
        let made = guarded(|| {
            pact_matching::generate_response(&http.response, &side.into(), &context).now_or_never()
        })?;
        Ok(convert::response_out(&made.ok_or(STALLED)?))
    }
}

impl Kept {
    fn pact(&self, half: Half) -> Result<Value, String> {
        let made = match (&self.make, self.text.get()) {
            (Some(make), _) => make(half),
            (None, Some(text)) => serde_json::from_str(text).ok(),
            (None, None) => None,
        };
        made.ok_or_else(|| "it is not JSON".to_owned())
    }

    fn text(&self) -> &str {
        let make = || self.pact(Half::Both).map(|pact| pact.to_string()).unwrap_or_default();
        self.text.get_or_init(|| make().into())
    }

    fn whole(&self) -> Result<&Loaded, String> {
        self.whole.get_or_init(|| Loaded::new(&self.pact(Half::Both)?)).as_ref().map_err(Clone::clone)
    }

    fn asking(&self) -> Result<&Loaded, String> {
        if self.whole.get().is_some() {
            return self.whole();
        }
        let load = || Loaded::new(&self.pact(Half::Request)?);
        self.asking.get_or_init(load).as_ref().map_err(Clone::clone)
    }
}

/// After so many failures of the worker an interaction is given up.
const MAX_FAILURES: u8 = 2;

impl std::fmt::Debug for Subject {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.kept.whole.get().and_then(|it| it.as_ref().ok());
        write!(out, "Subject({:?})", known.map(|it| it.interaction.description()))
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
        let whole = OnceLock::from(Ok(Loaded::new(pact)?));
        let text = OnceLock::from(pact.to_string().into_boxed_str());
        let (asking, failures) = (OnceLock::new(), AtomicU8::new(0));
        Ok(Subject { kept: Arc::new(Kept { make: None, text, whole, asking, failures }), worker: None })
    }

    /// The same for a pact that the core surely loads: as much of it is loaded as is asked
    /// for. If it is refused after all, nothing is judged, with the core's reason.
    pub fn later(make: impl Fn(Half) -> Option<Value> + Send + Sync + RefUnwindSafe + 'static) -> Subject {
        let (text, whole, asking) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let (make, failures): (Make, _) = (Box::new(make), AtomicU8::new(0));
        Subject { kept: Arc::new(Kept { make: Some(make), text, whole, asking, failures }), worker: None }
    }

    /// Loads what requests are judged with; `Err` says why the core does not.
    pub fn load_request(&self) -> Result<(), String> {
        self.kept.asking().map(|_| ())
    }

    /// Has what cannot be judged in this process judged by `worker`. Without one it is
    /// [`Judgement::Unjudged`].
    pub fn set_worker(&mut self, worker: &Arc<Worker>) {
        self.worker = Some(Arc::clone(worker));
    }

    /// Its provider states, with their parameters in the order of names.
    pub fn states(&self) -> Vec<State> {
        let Ok(loaded) = self.kept.whole() else { return Vec::new() };
        let states = loaded.interaction.provider_states();
        let state = |state: pact_models::provider_states::ProviderState| State {
            name: state.name,
            params: state.params.into_iter().collect(),
        };
        states.into_iter().map(state).collect()
    }

    /// The request to send to a provider: generators applied, with `context` for those that
    /// ask for values (`generate_request`).
    pub fn request(&self, side: Side, context: &Map<String, Value>) -> Result<Request, String> {
        let loaded = self.kept.whole()?;
        let http = loaded.http.as_ref().ok_or(NOT_HTTP)?;
        loaded.gate.request_values(&http.request.generators)?;
        let context = borrowed(context);
        let made = guarded(|| {
            pact_matching::generate_request(&http.request, &side.into(), &context).now_or_never()
        })?;
        Ok(convert::request_out(&made.ok_or(STALLED)?))
    }

    /// The response that the pact promises: generators applied (`generate_response`).
    pub fn response(&self, side: Side, context: &Map<String, Value>) -> Result<Response, String> {
        self.kept.whole()?.response(side, context)
    }

    /// The response for a consumer, where it is the same for every request: `None` where it has
    /// generators. Its matching rules, which take the most to load, say nothing of it.
    pub fn fixed_response(&self) -> Option<Response> {
        if self.kept.whole.get().is_none() {
            let pact = self.kept.pact(Half::Response).ok()?;
            if pact.pointer("/interactions/0/response/generators").is_none() {
                return Loaded::new(&pact).ok()?.response(Side::Consumer, &Map::new()).ok();
            }
        }
        if self.has_generators() {
            return None;
        }
        self.response(Side::Consumer, &Map::new()).ok()
    }

    /// For a message, the body of the call that asks a message proxy for it: a JSON object
    /// with `description`, `providerStates` where there are any, and for a synchronous
    /// message `request`. It is sent with POST and `Content-Type: application/json`.
    /// `None` for an HTTP interaction.
    pub fn message_call(&self) -> Option<Bytes> {
        let interaction = &self.kept.whole().ok()?.interaction;
        let sync = interaction.as_v4_sync_message();
        (interaction.is_message() || sync.is_some())
            .then(|| messages::call(interaction.as_ref(), sync.as_ref()))
    }

    /// Whether a request is the one of the pact (`match_request`).
    pub fn judge_request(&self, actual: &Request) -> RequestVerdict {
        match self.kept.asking().map(|loaded| loaded.gate.request(actual)) {
            Err(why) => RequestVerdict { score: i32::MIN, judgement: Judgement::Unjudged(why) },
            Ok(Ok(())) => self.judge_request_here(actual),
            Ok(Err(why)) => self.ask_worker(&Question::Request(actual), &why),
        }
    }

    fn judge_request_here(&self, actual: &Request) -> RequestVerdict {
        let judged = self.kept.asking().and_then(|Loaded { pact, interaction, http, .. }| {
            guarded(|| {
                let http = http.as_ref().ok_or(NOT_HTTP)?;
                let actual = convert::request_in(actual);
                pact_matching::match_request(http.request.clone(), actual, pact, interaction)
                    .now_or_never()
                    .ok_or(STALLED)?
                    .map_err(|error| format!("{error:#}"))
            })
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
        match self.kept.whole().map(|loaded| loaded.gate.answer(actual)) {
            Err(why) => Judgement::Unjudged(why),
            Ok(Ok(())) => self.judge_here(&ask(actual)).judgement,
            Ok(Err(why)) => self.ask_worker(&ask(actual), &why).judgement,
        }
    }

    fn judge_response_here(&self, actual: &Response) -> Judgement {
        let Loaded { pact, interaction, http, .. } = match self.kept.whole() {
            Ok(loaded) => loaded,
            Err(why) => return Judgement::Unjudged(why),
        };
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
        let Loaded { pact, interaction, .. } = match self.kept.whole() {
            Ok(loaded) => loaded,
            Err(why) => return Judgement::Unjudged(why),
        };
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
        let failures = &self.kept.failures;
        let asked = match &self.worker {
            None => Err("nothing was tried".to_owned()),
            Some(_) if failures.load(Ordering::Relaxed) >= MAX_FAILURES => {
                Err("it was given up after two tries".to_owned())
            }
            Some(worker) => worker.judge(self.kept.text(), question).inspect_err(|_| {
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
    pub fn pact_text(&self) -> &str {
        self.kept.text()
    }
}

const NOT_HTTP: &str = "it is not an HTTP interaction";
const STALLED: &str = "the core waits for something outside of it, which only plugins do";

fn borrowed(context: &Map<String, Value>) -> HashMap<&str, Value> {
    context.iter().map(|(key, value)| (key.as_str(), value.clone())).collect()
}
