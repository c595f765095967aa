//! What a mock server tells of itself.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::runner::mock::miss::Miss;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A request was answered.
    Exchange(Exchange),
    /// So many more were answered, faster than they were read of here.
    Lost(u64),
}

/// A request and what was answered.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// When the answer was ready.
    pub at: SystemTime,
    /// The method.
    pub method: String,
    /// Path and query, without secrets.
    pub target: String,
    /// The status of the answer.
    pub status: u16,
    /// How long it took from the first byte of the body.
    pub took: Duration,
    /// Why it was answered so.
    pub what: What,
}

/// Why a request was answered as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// With an interaction.
    Served {
        /// Its description.
        description: Arc<str>,
        /// Its pact.
        pact: Arc<str>,
        /// No rule had a part in it.
        is_exact: bool,
        /// The choice of provider state that came with the request.
        chosen: Option<String>,
    },
    /// As a preflight request of a browser.
    Preflight,
    /// No interaction matches.
    Missed(Miss),
    /// It could not be answered; why.
    Failed(String),
}

/// What there was to tell of a server when it stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this report.
    pub version: u32,
    /// Requests that were answered with an interaction.
    pub served: u64,
    /// Requests that were not.
    pub missed: u64,
    /// Interactions that no request was answered with.
    #[serde(rename = "neverCalled")]
    pub never_called: Vec<Uncalled>,
    /// Requests that no interaction matches, each kind once.
    pub unexpected: Vec<Unexpected>,
    /// Whether there were more kinds than are listed.
    #[serde(rename = "unexpectedIsCut")]
    pub unexpected_is_cut: bool,
}

/// An interaction that was never called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Uncalled {
    /// Its description.
    pub description: String,
    /// Its provider states.
    pub states: Vec<String>,
    /// Its pact.
    pub pact: String,
    /// Its line there, from 1.
    pub line: u32,
}

/// A request that no interaction matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unexpected {
    /// The method.
    pub method: String,
    /// Path and query, without secrets.
    pub target: String,
    /// How often it came.
    pub count: u64,
    /// Why, in a line.
    pub why: String,
}
