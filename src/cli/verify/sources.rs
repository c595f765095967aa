//! The pacts of a run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use rayon::prelude::*;

use crate::analysis::Document;
use crate::analysis::files::{self, Loaded};
#[cfg(feature = "broker")]
use crate::broker::{Broker, pacts::Chosen};
use crate::cli::inputs::{Input, inputs};
use crate::cli::judge_worker;
use crate::cli::selection::Selection;
use crate::cli::verify::args::VerifyArgs;
#[cfg(feature = "broker")]
use crate::cli::verify::{broker, fetched};
use crate::http::wire::{Headers, header};
use crate::http::{Address, Client, Credentials, Setup};
use crate::report::escape;
use crate::runner::contract::Contract;
use crate::runner::engine::Worker;
use crate::runner::verify::Options;

/// A pact may be large, and a broker slow.
const FETCH_TIME: Duration = Duration::from_secs(30);

/// So many pacts are fetched at a time.
pub(super) const MOST_FETCHES: usize = 8;

/// The pacts, and what could not be read.
#[derive(Default)]
pub(super) struct Found {
    pub(super) contracts: Vec<(Origin, Arc<Contract>)>,
    pub(super) errors: Vec<String>,
    /// What the Broker did not give.
    pub(super) refused: Vec<String>,
    /// The Broker, if some of them are to be from it.
    #[cfg(feature = "broker")]
    pub(super) broker: Option<Broker>,
    /// A named file is excluded.
    pub(super) excluded: bool,
}

/// Where a pact is from, so that it is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    File(PathBuf),
    Url(String),
    #[cfg(feature = "broker")]
    Broker(Arc<Chosen>),
    Stdin,
}

/// Reads all of them: those of paths and folders, then those of URLs, then those of the Broker.
pub(super) async fn find(
    args: &VerifyArgs,
    selection: &Selection,
    options: &Options,
) -> Result<Found, String> {
    let sources = &args.sources;
    let paths: Vec<PathBuf> =
        [&args.paths, &sources.file, &sources.dir].into_iter().flatten().cloned().collect();
    let mut found = Found::default();
    #[cfg(feature = "broker")]
    {
        found.broker = broker::connect(args, options)?;
    }
    let reader = Reader { args, worker: judge_worker::of_this_program() };
    if !paths.is_empty() || (sources.url.is_empty() && found.broker_address().is_none()) {
        let (list, excluded) = inputs(&paths, selection, &args.selection.stdin_filename)?;
        found.excluded = excluded;
        let read: Vec<_> =
            list.par_iter().filter(|input| !input.excluded).map(|input| reader.file(input)).collect();
        read.into_iter().for_each(|read| found.add(read));
    }
    let (own, others): (Vec<_>, Vec<_>) = sources.url.iter().partition(|url| found.is_of_broker(url));
    let fetched = stream::iter(others).map(|url| reader.url(url, options)).buffered(MOST_FETCHES);
    fetched.collect::<Vec<_>>().await.into_iter().for_each(|read| found.add(read));
    #[cfg(feature = "broker")]
    if let Some(broker) = found.broker.clone() {
        let own = own.into_iter().map(|url| Chosen { href: url.clone(), ..Chosen::default() });
        fetched::fetch(&reader, &broker, own.collect(), &mut found).await;
        fetched::find(&reader, &broker, &mut found).await;
        fetched::tell(&broker, &found);
    }
    #[cfg(not(feature = "broker"))]
    let _: Vec<&String> = own;
    Ok(found)
}

/// A pact and where it is from, if it is one that is wanted, or what is wrong with it.
type Read = Result<Option<(Origin, Arc<Contract>)>, String>;

/// Makes contracts of what is read.
pub(super) struct Reader<'a> {
    pub(super) args: &'a VerifyArgs,
    /// Judges what cannot be judged here.
    worker: Option<Arc<Worker>>,
}

impl Reader<'_> {
    fn file(&self, input: &Input) -> Read {
        let origin = if input.stdin { Origin::Stdin } else { Origin::File(input.path.clone()) };
        match input.pact(self.args.selection.if_pact)? {
            Some((document, _)) => self.contract(origin, &input.shown, document, input.named),
            None => Ok(None),
        }
    }

    async fn url(&self, url: &str, options: &Options) -> Read {
        let text = fetch(url, self.args, options).await?;
        self.contract(Origin::Url(url.to_owned()), &shown(url), Document::new(text), true)
    }

    pub(super) fn contract(&self, origin: Origin, name: &str, document: Document, named: bool) -> Read {
        let mut contract = Contract::new(name, document).map_err(|fault| fault.placed(&escape(name)))?;
        // Of a file this is known before.
        if contract.document.pact_keys() == 0 {
            return Err(format!("{} is no pact", escape(name)));
        }
        let of_consumer = |wanted: &String| {
            *wanted == contract.consumer || wanted.split(',').any(|it| it.trim() == contract.consumer)
        };
        let consumers = &self.args.filter.filter_consumer;
        let provider = self.args.provider.provider_name.as_ref();
        // Who names a file means it.
        let fits = named || provider.is_none_or(|wanted| *wanted == contract.provider);
        if !fits || !(consumers.is_empty() || consumers.iter().any(of_consumer)) {
            return Ok(None);
        }
        #[cfg(feature = "broker")]
        if matches!(&origin, Origin::Broker(chosen) if chosen.pending || chosen.wip) {
            contract.items.iter_mut().for_each(|item| item.pending = true);
        }
        self.worker.iter().for_each(|worker| contract.set_worker(worker));
        Ok(Some((origin, Arc::new(contract))))
    }
}

impl Found {
    pub(super) fn add(&mut self, read: Read) {
        match read {
            Ok(read) => self.contracts.extend(read),
            Err(why) => self.errors.push(why),
        }
    }

    /// Where the Broker is, if some of them are to be from it.
    pub(super) fn broker_address(&self) -> Option<&str> {
        #[cfg(feature = "broker")]
        return self.broker.as_ref().map(Broker::address);
        #[cfg(not(feature = "broker"))]
        None
    }

    /// Whether a URL is one of the Broker.
    fn is_of_broker(&self, url: &str) -> bool {
        #[cfg(feature = "broker")]
        return self.broker.as_ref().is_some_and(|it| it.owns(url));
        #[cfg(not(feature = "broker"))]
        {
            let _ = url;
            false
        }
    }

    /// Those of the Broker.
    #[cfg(feature = "broker")]
    pub(super) fn of_broker(&self) -> impl Iterator<Item = (&Chosen, &Contract)> {
        self.contracts.iter().filter_map(|(origin, contract)| match origin {
            #[cfg(feature = "broker")]
            Origin::Broker(chosen) => Some((chosen.as_ref(), contract.as_ref())),
            _ => None,
        })
    }

    /// Said where the pacts are for more than one provider, because only one is asked.
    pub(super) fn note(&self) -> Option<String> {
        let names: BTreeSet<&str> = self.contracts.iter().map(|(_, it)| it.provider.as_str()).collect();
        let list: Vec<_> = names.iter().take(5).map(|name| escape(name).into_owned()).collect();
        (names.len() > 1).then(|| {
            format!(
                "note: the pacts are for {} providers ({}), and all of them are held against this one; \
                 --provider-name NAME takes those of one",
                names.len(),
                list.join(", ")
            )
        })
    }
}

/// The text of a pact at a URL. Credentials go to its host and nowhere else.
async fn fetch(url: &str, args: &VerifyArgs, options: &Options) -> Result<String, String> {
    let name = escape(&shown(url)).into_owned();
    let fail = |why: String| format!("{name} cannot be fetched: {}", escape(&why));
    let address = Address::exact(url).map_err(fail)?;
    let mut headers: Headers =
        vec![("Accept".to_owned(), "application/hal+json, application/json".to_owned())];
    let (credentials, withheld) = credentials(args, &address);
    headers.extend(credentials.map(|value| ("Authorization".to_owned(), value)));
    let setup = Setup {
        timeout: options.http.timeout.max(FETCH_TIME),
        max_body: Setup::default().max_body,
        follow_redirects: true,
        ..options.http.clone()
    };
    let client = Client::new(&setup, address.is_encrypted())?;
    let answer = client.get(&address, headers).await.map_err(|fault| fail(fault.to_string()))?;
    match answer.status {
        200 => {}
        401 | 403 if withheld => {
            return Err(fail(format!(
                "it answers {}; the credentials of PACT_BROKER_… were not sent, because PACT_BROKER_BASE_URL \
                 does not name its host: give --token or --user",
                answer.status
            )));
        }
        300..=399 => {
            let to = header(&answer.headers, "location").map(shown).unwrap_or_default();
            return Err(fail(format!("it answers {} and leads elsewhere: {to}", answer.status)));
        }
        status => return Err(fail(format!("it answers {status}"))),
    }
    match files::decode(answer.body.to_vec()) {
        Loaded::Text(text, _) => Ok(text),
        Loaded::TooLarge(size) => Err(fail(format!("it is too large: {size} bytes"))),
    }
}

/// The value of the header, and whether the environment has some that are not for this host.
fn credentials(args: &VerifyArgs, address: &Address) -> (Option<String>, bool) {
    let value = args.sources.credentials();
    #[cfg(feature = "broker")]
    let owner = args.broker.url();
    #[cfg(not(feature = "broker"))]
    let owner = crate::cli::reach::broker_url();
    let owner = owner.and_then(|url| Address::exact(&url).ok());
    let same = owner.is_some_and(|owner| owner.origin() == address.origin());
    let given = args.sources.token.is_some() || args.sources.user.is_some();
    let withheld = value != Credentials::None && !same && !given;
    (value.header().filter(|_| !withheld), withheld)
}

/// A URL without credentials in it, as it is shown.
fn shown(url: &str) -> String {
    Address::exact(url)
        .map_or_else(|_| url.rsplit('@').next().unwrap_or_default().to_owned(), |it| it.shown())
}

/// What a pact is called in memory.
pub(super) fn key(origin: &Origin) -> Option<String> {
    match origin {
        Origin::File(path) => {
            let path = path.canonicalize().unwrap_or_else(|_| absolute(path));
            Some(path.to_string_lossy().into_owned())
        }
        Origin::Url(url) => Some(shown(url)),
        // The same contents are the same pact, whyever they were chosen.
        #[cfg(feature = "broker")]
        Origin::Broker(chosen) => chosen.href.split("/metadata/").next().map(shown),
        Origin::Stdin => None,
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
