//! The verifier: the requests of pacts, replayed against a provider.

pub mod outcome;
