//! A mock server for the HTTP interactions of pacts.
//!
//! Which interaction answers is what `match_request` of pact_mock_server (matching.rs) says of
//! those that match in all parts; an index keeps it from being asked of every interaction.

mod event;
mod index;
mod miss;
mod mutation;
mod paths;
mod ready;
mod refused;
mod reply;
mod server;
mod sieve;
mod states;
mod tls;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::runner::contract::Contract;
use crate::runner::engine::STACK;

pub use event::{Event, Exchange, Report, Uncalled, Unexpected, What};
pub use index::{Entry, Index};
pub use miss::{Difference, Miss, Near};
pub use mutation::{Field, Kind, Mutation, Spot};
pub use server::Limits;
pub use states::Choice;
pub use tls::Tls;

/// Events that wait for a reader.
const MOST_EVENTS: usize = 8_192;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 for any that is free. With a port a provider the first one's, and those of
    /// the others follow it.
    pub port: u16,
    /// A port for each provider, in the order of their names.
    pub per_provider: bool,
    /// Whether preflight requests of browsers are answered that no interaction is for.
    pub cors: bool,
    /// The provider state to serve, for requests that name none.
    pub state: Option<String>,
    /// The header that names one.
    pub state_header: String,
    /// Whether a choice of state leaves interactions that have no state.
    pub stateless: bool,
    /// Whether to speak TLS, and with what.
    pub tls: Option<Tls>,
    /// What clients may ask.
    pub limits: Limits,
    /// Whether events are told.
    pub events: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            per_provider: false,
            cors: false,
            state: None,
            state_header: "x-pact-state".to_owned(),
            stateless: false,
            tls: None,
            limits: Limits::default(),
            events: true,
        }
    }
}

/// Servers that run until they are stopped or dropped.
pub struct Handle {
    runtime: Mutex<Option<Runtime>>,
    options: Options,
    stop: watch::Sender<bool>,
    sites: Mutex<Vec<Site>>,
    certificate: Option<String>,
    acceptor: Option<tokio_rustls::TlsAcceptor>,
    sender: Option<std::sync::mpsc::SyncSender<Event>>,
    events: Mutex<Option<Receiver<Event>>>,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Handle({:?})", self.places())
    }
}

/// One port.
#[derive(Debug)]
struct Site {
    /// The provider, where each has a port.
    provider: Option<String>,
    url: String,
    shared: Arc<server::Shared>,
    task: Option<JoinHandle<()>>,
}

/// Where something is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The provider, where each has a port of its own.
    pub provider: Option<String>,
    /// The base URL, without a slash at its end.
    pub url: String,
}

/// Serves contracts; `Err` says why that cannot be.
pub fn start(contracts: Vec<Arc<Contract>>, options: Options) -> Result<Handle, String> {
    let runtime = Builder::new_multi_thread()
        .thread_name("pactlens-mock")
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start threads: {error}"))?;
    let tls = options.tls.as_ref().map(|tls| tls::acceptor(tls, options.host)).transpose()?;
    let (acceptor, certificate) = tls.map_or((None, None), |(acceptor, shown)| (Some(acceptor), shown));
    let (sender, events) = if options.events {
        let (sender, events) = sync_channel(MOST_EVENTS);
        (Some(sender), Some(events))
    } else {
        (None, None)
    };
    let handle = Handle {
        runtime: Mutex::new(Some(runtime)),
        options,
        stop: watch::channel(false).0,
        sites: Mutex::new(Vec::new()),
        certificate,
        acceptor,
        sender,
        events: Mutex::new(events),
    };
    handle.replace(contracts)?;
    Ok(handle)
}

impl Handle {
    /// Where the servers are, in the order of their providers.
    pub fn places(&self) -> Vec<Place> {
        let place = |site: &Site| Place { provider: site.provider.clone(), url: site.url.clone() };
        self.sites().iter().map(place).collect()
    }

    /// The base URL of the first server.
    pub fn url(&self) -> String {
        self.sites().first().map(|site| site.url.clone()).unwrap_or_default()
    }

    /// The certificate made for this run, in PEM.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// What happens from now on, for the first who asks, if that was wanted. Where it is not
    /// read in time, the number of what was lost is told instead.
    pub fn events(&self) -> Option<Receiver<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What the first server serves now.
    pub fn index(&self) -> Option<Arc<Index>> {
        self.sites().first().map(|site| site.shared.index())
    }

    /// What is served now: an index for each server.
    pub fn indices(&self) -> Vec<Arc<Index>> {
        self.sites().iter().map(|site| site.shared.index()).collect()
    }

    fn sites(&self) -> std::sync::MutexGuard<'_, Vec<Site>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves these contracts from now on. Requests under way are answered from the old ones.
    pub fn replace(&self, contracts: Vec<Arc<Contract>>) -> Result<(), String> {
        let mut groups: BTreeMap<Option<String>, Vec<Arc<Contract>>> = BTreeMap::new();
        if !self.options.per_provider {
            groups.insert(None, Vec::new());
        }
        for contract in contracts {
            let group = self.options.per_provider.then(|| contract.provider.clone());
            groups.entry(group).or_default().push(contract);
        }
        let mut sites = self.sites();
        for site in sites.iter().filter(|site| !groups.contains_key(&site.provider)) {
            site.set(Vec::new());
        }
        for (provider, contracts) in groups {
            match sites.iter().find(|site| site.provider == provider) {
                Some(site) => site.set(contracts),
                None => {
                    let after = sites.len() as u16;
                    sites.push(self.open(provider, contracts, after)?);
                }
            }
        }
        Ok(())
    }

    fn open(
        &self,
        provider: Option<String>,
        contracts: Vec<Arc<Contract>>,
        after: u16,
    ) -> Result<Site, String> {
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(runtime) = runtime.as_ref() else { return Err("the server has stopped".to_owned()) };
        let Options { host, port, cors, state, state_header, stateless, limits, .. } = &self.options;
        let port = if *port == 0 { 0 } else { port.checked_add(after).ok_or("there are no ports left")? };
        let (listener, bound) = runtime.block_on(server::bind(SocketAddr::new(*host, port)))?;
        let scheme = if self.acceptor.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", reachable(bound));
        // As `match_result_to_hyper_response` of pact_mock_server has it.
        let server = json!({ "url": url, "port": bound.port() });
        let manner = reply::Manner {
            cors: *cors,
            state: state.clone(),
            state_header: state_header.clone(),
            stateless: *stateless,
            context: serde_json::Map::from_iter([("mockServer".to_owned(), server)]),
            told: self.sender.is_some(),
        };
        let index = Index::new(contracts, None);
        let shared = Arc::new(server::Shared::new(index, manner, limits.clone(), self.sender.clone()));
        let serving =
            server::serve(listener, self.acceptor.clone(), Arc::clone(&shared), self.stop.subscribe());
        let task = Some(runtime.spawn(serving));
        Ok(Site { provider, url, shared, task })
    }

    /// Why the provider state that is served leaves nothing to serve, if it does.
    pub fn state_fault(&self) -> Option<String> {
        let wanted = self.options.state.as_deref()?;
        let indices = self.indices();
        let has = |index: &Arc<Index>| index.usual.as_ref().is_ok_and(|choice| index.has_chosen(choice));
        if indices.iter().any(has) {
            return None;
        }
        let contracts: Vec<_> = indices.iter().flat_map(|index| index.contracts.iter().cloned()).collect();
        let why = indices.iter().find_map(|index| index.usual.as_ref().err());
        let mut text = states::unknown(wanted, &contracts, why.map(String::as_str));
        for index in &indices {
            index.mask().apply(&mut text);
        }
        Some(text)
    }

    /// Changes the responses of the first server, or no longer.
    pub fn mutate(&self, mutation: Option<Mutation>) {
        if let Some(site) = self.sites().first() {
            let mut slot = site.shared.mutation.write().unwrap_or_else(PoisonError::into_inner);
            *slot = mutation.map(Arc::new);
        }
    }

    /// What has happened so far.
    pub fn report(&self) -> Report {
        let mut report = Report { version: 1, ..Report::default() };
        for site in self.sites().iter() {
            let tally = &site.shared.tally;
            report.served += tally.served.load(Ordering::Relaxed);
            report.missed += tally.missed.load(Ordering::Relaxed);
            let (unexpected, is_cut) = tally.unexpected();
            report.unexpected.extend(unexpected);
            report.unexpected_is_cut |= is_cut;
            report.never_called.extend(site.shared.index().never_called());
        }
        report
    }

    /// Takes no more requests, waits for those under way, and says what has happened.
    pub fn stop(&self) -> Report {
        self.stop.send_replace(true);
        let tasks: Vec<JoinHandle<()>> =
            self.sites().iter_mut().filter_map(|site| site.task.take()).collect();
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runtime) = runtime {
            runtime.block_on(async {
                for task in tasks {
                    drop(task.await);
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
        self.report()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let runtime = self.runtime.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runtime) = runtime {
            runtime.shutdown_background();
        }
    }
}

impl Site {
    fn set(&self, contracts: Vec<Arc<Contract>>) {
        let old = self.shared.index();
        self.shared.set_index(Index::new(contracts, Some(&old)));
    }
}

/// An address that a client on this machine can use.
fn reachable(bound: SocketAddr) -> SocketAddr {
    let mut address = bound;
    if bound.ip().is_unspecified() {
        address.set_ip(match bound.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}
