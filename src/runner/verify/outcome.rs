//! What a verification came to, before anybody words it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::http::wire::{Request, Response};
use crate::runner::contract::{Contract, NotRun};
use crate::runner::engine::Mismatch;

/// A whole run.
#[derive(Debug, Clone)]
pub struct Verification {
    /// The base URL of the provider, as it was given.
    pub provider: String,
    /// The pacts, in the order in which they were given.
    pub pacts: Vec<PactResult>,
    /// Interactions that were not reached, because the run was stopped.
    pub left: usize,
    /// How long it took.
    pub took: Duration,
}

/// A pact of a run.
#[derive(Debug, Clone)]
pub struct PactResult {
    /// The pact.
    pub contract: Arc<Contract>,
    /// Its interactions, without those that were filtered out, in the order of the file.
    pub results: Vec<InteractionResult>,
}

/// An interaction of a run.
#[derive(Debug, Clone)]
pub struct InteractionResult {
    /// Which of `contract.items` it is.
    pub item: usize,
    /// What came of it.
    pub verdict: Verdict,
    /// A failure is told and not counted.
    pub pending: bool,
    /// What was asked of the provider, if it came to that.
    pub exchange: Option<Exchange>,
    /// The calls of the state handler, in order.
    pub states: Vec<StateCall>,
    /// How long it took, states included.
    pub took: Duration,
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The whole URL, with the query.
    pub url: String,
    /// The request, custom headers included.
    pub request: Request,
    /// The answer, unless none came, or too much came in the whole run to keep it.
    pub response: Option<Response>,
}

/// What came of an interaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The answer is what the pact asks for.
    Passed,
    /// It is not.
    Failed(Vec<Mismatch>),
    /// The provider could not be brought into a state; see the calls.
    State,
    /// No whole answer came; why. The provider as a whole may be away.
    NoAnswer(String),
    /// An answer came that could not be judged; why. Without an exchange it is the request that
    /// could not be made.
    Unjudged(String),
    /// It was not run; why.
    NotRun(NotRun),
}

/// A call of the state handler.
#[derive(Debug, Clone, PartialEq)]
pub struct StateCall {
    /// The state; empty where the interaction has none.
    pub state: String,
    /// Its parameters.
    pub params: Map<String, Value>,
    /// Setup, or teardown.
    pub setup: bool,
    /// Where it was sent; `None` where no URL was given, so that nothing was sent.
    pub url: Option<String>,
    /// The values that the handler gave, or what went wrong.
    pub outcome: Result<Map<String, Value>, StateFault>,
}

/// Why a call of the state handler failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFault {
    /// The status of its answer, if one came.
    pub status: Option<u16>,
    /// What it said, or why nothing came.
    pub said: String,
}
