//! The integration tests: one binary, a module a subject.

#![allow(clippy::disallowed_methods, clippy::print_stderr, clippy::unwrap_used)]
#![allow(unreachable_pub)]

mod agreement;
mod baseline;
mod blind;
#[cfg(all(feature = "runner", feature = "broker"))]
mod broker;
mod changed;
mod clients;
mod common;
mod compound;
mod config;
#[cfg(feature = "runner")]
mod conformance;
mod corpus;
#[cfg(all(feature = "runner", feature = "lsp"))]
mod editor_runs;
#[cfg(feature = "runner")]
mod engine;
mod fix;
mod hints;
mod hostile_config;
#[cfg(feature = "runner")]
mod hostile_pacts;
mod journeys;
mod layouts;
mod licences;
#[cfg(feature = "runner")]
mod mock;
#[cfg(feature = "runner")]
mod mock_command;
#[cfg(feature = "runner")]
mod mock_index;
mod mutation;
mod origin;
mod overrides;
mod quiet;
mod schemas;
mod secrets;
mod server;
mod states;
mod suppression;
mod tidy;
mod tutorials;
mod upgrade;
#[cfg(feature = "runner")]
mod verify;
#[cfg(all(feature = "runner", feature = "broker"))]
mod verify_broker;
