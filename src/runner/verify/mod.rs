//! The verifier: the requests of pacts, replayed against a provider.
//!
//! Requests, calls of the state handler and the reading of answers follow pact_verifier
//! (lib.rs, provider_client.rs, callback_executors.rs); the loop around them is our own.

mod filter;
mod one;
mod options;
pub mod outcome;
mod run;
mod states;

pub use filter::{Filter, StateFilter};
pub use options::{Options, StateOptions};
pub use run::{Event, Selected, Verifier};
