//! The verifier: the requests of pacts, replayed against a provider.
//!
//! Requests, calls of the state handler and the reading of answers follow pact_verifier
//! (lib.rs, provider_client.rs, callback_executors.rs); the loop around them is our own.

mod address;
mod client;
mod filter;
mod one;
mod options;
pub mod outcome;
mod run;
mod states;
mod tls;

pub use address::Address;
pub use client::{Client, Fault};
pub use filter::{Filter, StateFilter};
pub use options::{Options, Proxies, StateOptions};
pub use run::{Event, Selected, Verifier};
pub use tls::Tls;

pub(in crate::runner) use address::shown as shown_url;
pub(in crate::runner) use states::{is_passing, patience};
