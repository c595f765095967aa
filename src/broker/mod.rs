//! A Pact Broker as a client meets it: its links are followed, its errors worded, and what it
//! is told goes to the origin that was named and nowhere else.

mod access;
mod client;
pub mod content;
pub mod doctor;
mod errors;
pub mod forecast;
mod hal;
pub mod matrix;
pub mod overview;
pub mod pacts;
pub mod publish;
pub mod records;
pub mod results;

pub use access::Access;
pub use client::{Broker, Tell};
pub use errors::Problem;
pub use hal::Links;
