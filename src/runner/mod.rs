//! Mock server and verifier: pacts at work.
//!
//! The verdict on every request, response and message is the official core's
//! (`pact_matching`, named in [`engine`] alone); loading, servers, clients, explanations and
//! reports are ours.

pub mod contract;
pub mod engine;
pub mod explain;
pub mod mock;
pub mod mutate;
pub mod verify;

pub use contract::{Contract, ContractFault, Item, NotRun, Runnable, State};
pub use engine::{Judgement, Mismatch, Part, RequestVerdict, Subject};
