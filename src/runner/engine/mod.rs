//! The official core as the judge. No other file of the house names a `pact_*` crate.
//!
//! An interaction is loaded alone, in a pact of its own, so that one which the core refuses
//! or panics at leaves the others alone, and nothing is cloned that is not needed.

mod convert;
mod mismatch;
mod shape;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use pact_models::generators::GeneratorTestMode;
use pact_models::interaction::Interaction;
use pact_models::pact::{Pact, load_pact_from_json};
use serde_json::{Map, Value};

use crate::runner::contract::State;
use crate::runner::wire::{Request, Response};

pub use mismatch::{Mismatch, Part};
pub use shape::{PathShape, Place, Shape, parameters};

/// The versions of the official crates that judge.
pub const CORE: &str = "pact_matching 2.1.0, pact_models 1.3.17";

/// An interaction as the core has it, in a pact of its own.
#[derive(Clone)]
pub struct Subject(Arc<Loaded>);

struct Loaded {
    pact: Box<dyn Pact + Send + Sync + RefUnwindSafe>,
    interaction: Box<dyn Interaction + Send + Sync + RefUnwindSafe>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Subject({:?})", self.0.interaction.description())
    }
}

/// What the core says of a response or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is what the pact asks for.
    Match,
    /// It is not; at least one difference.
    Mismatches(Vec<Mismatch>),
    /// The core fails over it; why.
    Unjudged(String),
}

impl Judgement {
    fn of(mismatches: Vec<Mismatch>) -> Judgement {
        if mismatches.is_empty() { Judgement::Match } else { Judgement::Mismatches(mismatches) }
    }

    /// The differences; none where there is no verdict.
    pub fn mismatches(&self) -> &[Mismatch] {
        if let Judgement::Mismatches(list) = self { list } else { &[] }
    }
}

/// What the core says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        guarded(|| {
            let pact = load_pact_from_json("pact", pact).map_err(|error| format!("{error:#}"))?;
            let interaction = pact.interactions().into_iter().next();
            let interaction = interaction.ok_or("the core does not see an interaction there")?;
            Ok(Subject(Arc::new(Loaded { pact, interaction })))
        })?
    }

    /// Its provider states, with their parameters in the order of names.
    pub fn states(&self) -> Vec<State> {
        let states = self.0.interaction.provider_states();
        let state = |state: pact_models::provider_states::ProviderState| State {
            name: state.name,
            params: state.params.into_iter().collect(),
        };
        states.into_iter().map(state).collect()
    }

    /// The request to send to a provider: generators applied, with `context` for those that
    /// ask for values (`generate_request`).
    pub fn request(&self, side: Side, context: &Map<String, Value>) -> Result<Request, String> {
        let http = self.0.interaction.as_v4_http().ok_or(NOT_HTTP)?;
        let context = borrowed(context);
        let made = guarded(|| {
            pact_matching::generate_request(&http.request, &side.into(), &context).now_or_never()
        })?;
        Ok(convert::request_out(&made.ok_or(STALLED)?))
    }

    /// The response that the pact promises: generators applied (`generate_response`).
    pub fn response(&self, side: Side, context: &Map<String, Value>) -> Result<Response, String> {
        let http = self.0.interaction.as_v4_http().ok_or(NOT_HTTP)?;
        let context = borrowed(context);
        let made = guarded(|| {
            pact_matching::generate_response(&http.response, &side.into(), &context).now_or_never()
        })?;
        Ok(convert::response_out(&made.ok_or(STALLED)?))
    }

    /// Whether a request is the one of the pact (`match_request`).
    pub fn judge_request(&self, actual: &Request) -> RequestVerdict {
        let judged = guarded(|| {
            let http = self.0.interaction.as_v4_http().ok_or(NOT_HTTP)?;
            let actual = convert::request_in(actual);
            pact_matching::match_request(http.request, actual, &self.0.pact, &self.0.interaction)
                .now_or_never()
                .ok_or(STALLED)?
                .map_err(|error| format!("{error:#}"))
        });
        match judged.and_then(|it| it) {
            Ok(result) => RequestVerdict {
                score: result.score().into(),
                judgement: Judgement::of(result.mismatches().into_iter().map(Mismatch::from).collect()),
            },
            Err(why) => RequestVerdict { score: i32::MIN, judgement: Judgement::Unjudged(why) },
        }
    }

    /// Whether a response is what the pact asks of the provider (`match_response`).
    pub fn judge_response(&self, actual: &Response) -> Judgement {
        let judged = guarded(|| {
            let http = self.0.interaction.as_v4_http().ok_or(NOT_HTTP)?;
            let actual = convert::response_in(actual);
            pact_matching::match_response(http.response, actual, &self.0.pact, &self.0.interaction)
                .now_or_never()
                .ok_or(STALLED)?
                .map_err(|error| format!("{error:#}"))
        });
        match judged.and_then(|it| it) {
            Ok(mismatches) => Judgement::of(mismatches.into_iter().map(Mismatch::from).collect()),
            Err(why) => Judgement::Unjudged(why),
        }
    }
}

const NOT_HTTP: &str = "it is not an HTTP interaction";
const STALLED: &str = "the core waits for something outside of it, which only plugins do";

fn borrowed(context: &Map<String, Value>) -> HashMap<&str, Value> {
    context.iter().map(|(key, value)| (key.as_str(), value.clone())).collect()
}

/// What `work` returns, or what the core said when it panicked.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        format!("the official core fails over it: {said}")
    })
}
