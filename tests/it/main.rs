//! The integration tests: one binary, a module a subject.

#![allow(clippy::disallowed_methods, clippy::print_stderr, clippy::unwrap_used)]
#![allow(unreachable_pub)]

mod agreement;
mod blind;
mod common;
mod compound;
mod config;
mod corpus;
mod fix;
mod hostile_config;
mod layouts;
mod licences;
mod mutation;
mod quiet;
mod schemas;
mod secrets;
mod states;
mod tidy;
mod tutorials;
