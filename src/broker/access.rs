//! Who asks a Broker, and where it is.

use crate::http::{Address, Credentials};

/// How a Broker is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// Where it is, with the path that it is below.
    pub address: Address,
    /// Who asks.
    pub credentials: Credentials,
    /// How often a request is sent again that is answered with 408, 429 or 5xx.
    pub retries: u32,
}
