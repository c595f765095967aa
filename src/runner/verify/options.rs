//! How a run goes.

use crate::http::wire::Headers;
use crate::http::{Address, Setup};

/// How a run goes. [`Options::new`] has what the official verifier does by default.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the provider is.
    pub provider: Address,
    /// Where it is for interactions of these transports (`http`, `message`, `async-message`,
    /// `sync-message`).
    pub transports: Vec<(String, Address)>,
    /// Headers of every request; they take the place of those in a pact.
    pub headers: Headers,
    /// Where provider states are set up; `None` where nothing is called.
    pub states: Option<StateOptions>,
    /// How requests are sent.
    pub http: Setup,
    /// So many interactions at once, of those for which the state handler is not called.
    pub jobs: usize,
    /// Whether the first failure that counts ends the run.
    pub exit_on_first: bool,
}

/// How provider states are set up.
#[derive(Debug, Clone)]
pub struct StateOptions {
    /// What is called.
    pub address: Address,
    /// Whether it is called after an interaction, too.
    pub teardown: bool,
    /// Whether the state is in the query and not in the body.
    pub as_query: bool,
    /// How often an answer of 408, 429 or 5xx is asked for again.
    pub retries: u32,
}

impl StateOptions {
    /// How often it is, by default. The official verifier does so seven times
    /// (`HttpRequestProviderStateExecutor::default` and `with_retries` of pact_verifier), which
    /// takes 127 seconds for a handler that answers 500 to what it does not know.
    pub const RETRIES: u32 = 2;

    /// Setup alone, with the state in the body, at `address`.
    pub fn new(address: Address) -> StateOptions {
        StateOptions { address, teardown: false, as_query: false, retries: StateOptions::RETRIES }
    }
}

impl Options {
    /// The options of the official verifier (`VerificationOptions::default`).
    pub fn new(provider: Address) -> Options {
        Options {
            provider,
            transports: Vec::new(),
            headers: Headers::new(),
            states: None,
            http: Setup::default(),
            jobs: 1,
            exit_on_first: false,
        }
    }

    /// Where interactions go that are carried by `transport`, or, if none is named, by the
    /// first of `usual` that there is (`verify_response_from_provider` of pact_verifier).
    pub(super) fn address(&self, transport: Option<&str>, usual: &[&str]) -> &Address {
        let fits = |name: &str| transport.map_or_else(|| usual.contains(&name), |wanted| wanted == name);
        let found = self.transports.iter().find(|(name, _)| fits(name));
        found.map_or(&self.provider, |(_, address)| address)
    }

    /// Whether a certificate may have to be judged.
    pub(super) fn is_encrypted(&self) -> bool {
        let states = self.states.iter().map(|states| &states.address);
        let others = self.transports.iter().map(|(_, address)| address);
        others.chain(states).chain([&self.provider]).any(Address::is_encrypted)
    }
}
