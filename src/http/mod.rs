//! HTTP as a client speaks it, for the verifier and for the Broker: addresses, credentials,
//! certificates, and requests that are answered in bounded time and memory.

mod address;
mod client;
mod credentials;
mod retry;
mod tls;
pub mod wire;

pub use address::Address;
pub use client::{Client, Fault, Proxies, Setup};
pub use credentials::Credentials;
pub use tls::Tls;

#[cfg(feature = "runner")]
pub(crate) use address::add_query;
pub(crate) use address::shown;
pub(crate) use retry::{is_passing, patience};
