//! All interactions of some contracts, found by request.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::http::wire::Request;
use crate::model::InteractionKind;
use crate::model::secrets::Mask;
use crate::runner::contract::{Contract, Item, Outline, Runnable};
use crate::runner::engine::{Judgement, PathShape, RequestVerdict, Subject};
use crate::runner::mock::event::Uncalled;
use crate::runner::mock::paths::RuledPaths;
use crate::runner::mock::ready::{Heads, Ready};
use crate::runner::mock::refused::Refusals;
use crate::runner::mock::sieve::{Asked, FEW, Sieve};
use crate::runner::mock::states::{self, Choice};

/// An HTTP interaction that can be served. What each answer needs of it comes first and begins
/// with a line of the processor's cache: of many interactions most are in no cache, and each line
/// that is looked at costs.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Entry {
    /// Its response, where it is the same for every request; made when it is first sent.
    ready: OnceLock<Option<Ready>>,
    calls: Calls,
    pub(super) subject: Subject,
    /// Its description, without secrets, once it was asked for.
    title: OnceLock<Arc<str>>,
    /// The name of its pact.
    pub(super) pact: Arc<str>,
    /// The contract, by its position.
    pub contract: usize,
    /// The item of it, by its position.
    pub item: usize,
    /// No part of the request has a rule.
    pub(super) is_exact: bool,
}

/// How often an entry was served; kept when the pacts are read again. The counters of all entries
/// lie side by side.
#[derive(Debug, Clone)]
struct Calls {
    all: Arc<[AtomicU64]>,
    at: u32,
}

impl Calls {
    fn get(&self) -> Option<&AtomicU64> {
        self.all.get(self.at as usize)
    }
}

/// Entries of one contract with the same request, which is judged once for all of them.
#[derive(Debug)]
struct Class {
    /// Ascending.
    entries: Numbers,
    /// In lower case.
    method: Arc<str>,
    path: PathShape,
    /// The core takes every request with the method and the path that has no query and no body,
    /// whatever its headers (`match_request` of pact_matching: without an expected query, header
    /// or body, and without rules, there is nothing else to compare).
    is_bare: bool,
    /// A request that was judged, and taken.
    taken: OnceLock<Box<Taken>>,
}

/// A request that the core takes, and its score. It says the same of the same request, which is
/// what a client sends most often.
#[derive(Debug)]
struct Taken {
    /// With those of its headers alone that have a say in it.
    request: Request,
    /// Which they are; `None` for all.
    asked: Option<Vec<String>>,
    score: i32,
}

/// A longer request is not kept, in bytes.
const MOST_KEPT: usize = 2_048;

/// Of the headers of a request those that have a say in what the core says of it.
fn asked_of<'r>(
    request: &'r Request,
    asked: Option<&[String]>,
) -> impl Iterator<Item = &'r (String, String)> {
    let is = move |name: &str| asked.is_none_or(|it| it.iter().any(|one| one.eq_ignore_ascii_case(name)));
    request.headers.iter().filter(move |(name, _)| is(name))
}

impl Taken {
    /// To be kept, if it is short.
    fn new(subject: &Subject, request: &Request, score: i32) -> Option<Taken> {
        let asked = subject.asked_headers();
        let headers: Vec<_> = asked_of(request, asked.as_deref()).cloned().collect();
        let length: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let target = request.path.len() + request.query.as_ref().map_or(0, String::len);
        if length + target + request.body.len() > MOST_KEPT {
            return None;
        }
        // The body is a part of a buffer that is to be free again.
        let body = Bytes::copy_from_slice(&request.body);
        let (method, path, query) = (request.method.clone(), request.path.clone(), request.query.clone());
        Some(Taken { request: Request { method, path, query, headers, body }, asked, score })
    }

    /// Whether the core says the same of this request.
    fn is(&self, request: &Request) -> bool {
        let Request { method, path, query, headers, body } = &self.request;
        (method, path, query, body) == (&request.method, &request.path, &request.query, &request.body)
            && asked_of(request, self.asked.as_deref()).eq(headers)
    }
}

impl Class {
    /// What the core says of a request.
    fn judge(&self, subject: &Subject, request: &Request) -> RequestVerdict {
        if let Some(taken) = self.taken.get().filter(|taken| taken.is(request)) {
            return RequestVerdict { judgement: Judgement::Match, score: taken.score };
        }
        let verdict = subject.judge_request(request);
        if verdict.judgement == Judgement::Match
            && self.taken.get().is_none()
            && let Some(taken) = Taken::new(subject, request, verdict.score)
        {
            self.taken.get_or_init(|| Box::new(taken));
        }
        verdict
    }
}

/// One number at least, and mostly no more: then it is here and not elsewhere in memory.
#[derive(Debug)]
struct Numbers {
    first: u32,
    #[expect(clippy::box_collection, reason = "it is mostly not there, and then small")]
    more: Option<Box<Vec<u32>>>,
}

impl Numbers {
    fn of(first: u32) -> Numbers {
        Numbers { first, more: None }
    }

    fn push(&mut self, number: u32) {
        self.more.get_or_insert_default().push(number);
    }

    fn len(&self) -> usize {
        1 + self.more.as_ref().map_or(0, |more| more.len())
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        std::iter::once(self.first).chain(self.more.iter().flat_map(|more| more.iter().copied()))
    }
}

/// Classes of the same path.
#[derive(Debug)]
struct Bucket {
    classes: Numbers,
    /// The first entry of the only class, if the core takes it for every bare request.
    bare: Option<u32>,
    /// What tells them apart, once it was asked for.
    sieve: OnceLock<Box<Sieve>>,
}

/// The requests of one method.
#[derive(Debug, Default)]
struct Method {
    exact: FxHashMap<Box<str>, Bucket>,
    ruled: RuledPaths,
    /// In the order of `ruled`.
    buckets: Vec<Bucket>,
}

/// Contracts, compiled to be searched.
#[derive(Debug)]
pub struct Index {
    /// The contracts, in the order in which they were given.
    pub contracts: Vec<Arc<Contract>>,
    /// What can be served, in the order of contracts and items.
    pub entries: Vec<Entry>,
    classes: Vec<Class>,
    methods: FxHashMap<Arc<str>, Method>,
    refused: Refusals,
    heads: Heads,
    /// The choice for requests that name no state; `Err` says why it is none.
    pub(super) usual: Result<Choice, String>,
    /// The secrets of the contracts, looked for when something is first told: see
    /// [`mask`](Index::mask).
    mask: OnceLock<Mask>,
}

/// What is known of a request.
pub(super) enum Found {
    /// The interaction to answer with.
    Entry(usize),
    /// The core fails over it with the one that would come first; why.
    Unjudged(usize, String),
    /// An interaction that is not served takes its method and path: contract and item.
    Refused(usize, usize),
    /// There is none.
    Nothing,
}

impl Index {
    /// Compiles contracts. Counters of entries of `old` are kept where an entry has the same
    /// contract, description and states.
    pub fn new(contracts: Vec<Arc<Contract>>, old: Option<&Index>) -> Index {
        let counters = old.map(Index::counters).unwrap_or_default();
        let mut index = Index {
            contracts,
            entries: Vec::new(),
            classes: Vec::new(),
            methods: FxHashMap::default(),
            refused: Refusals::default(),
            heads: Heads::default(),
            usual: Ok(Choice::default()),
            mask: OnceLock::new(),
        };
        let items: usize = index.contracts.iter().map(|contract| contract.items.len()).sum();
        let fresh: Arc<[AtomicU64]> = (0..items).map(|_| AtomicU64::new(0)).collect();
        for number in 0..index.contracts.len() {
            index.add(number, &counters, &fresh);
        }
        index.compile();
        index
    }

    fn counters(&self) -> FxHashMap<String, Calls> {
        let key = |entry: &Entry| (self.identity(entry), entry.calls.clone());
        self.entries.iter().map(key).collect()
    }

    /// What is not to be told of the contracts.
    pub(super) fn mask(&self) -> &Mask {
        self.mask.get_or_init(|| {
            let mut mask = Mask::default();
            for contract in &self.contracts {
                let chunk = |item: &Item| contract.document.chunk(item.chunk).map(|(chunk, _)| chunk);
                // They are kept with the chunks; of a large file all threads look for them.
                contract.items.par_iter().with_min_len(256).filter_map(chunk).for_each(|chunk| {
                    chunk.secrets();
                });
                for chunk in contract.items.iter().filter_map(chunk) {
                    mask.add(chunk.text(), chunk.secrets());
                }
            }
            mask
        })
    }

    /// The description of an entry, without secrets.
    pub fn title<'i>(&self, entry: &'i Entry) -> &'i Arc<str> {
        entry.title.get_or_init(|| {
            let item = self.item(entry).map(|(_, item)| item.description.as_str());
            self.mask().applied(item.unwrap_or_default()).into()
        })
    }

    /// The contract and item of an entry.
    pub fn item(&self, entry: &Entry) -> Option<(&Contract, &Item)> {
        let contract = self.contracts.get(entry.contract)?;
        Some((contract, contract.items.get(entry.item)?))
    }

    /// The response of an entry, where it is the same for every request.
    pub(super) fn ready<'i>(&self, entry: &'i Entry) -> Option<&'i Ready> {
        let make = || {
            let plain = self.item(entry).and_then(|(contract, item)| contract.plain(item));
            let plain = plain.and_then(|plain| self.heads.plain(entry.contract, &plain));
            plain.or_else(|| Some(self.heads.ready(entry.subject.fixed_response()?)))
        };
        entry.ready.get_or_init(make).as_ref()
    }

    /// Equal for the same interaction in two readings of a pact.
    fn identity(&self, entry: &Entry) -> String {
        self.item(entry).map(|(contract, item)| identity(contract, item)).unwrap_or_default()
    }

    /// The interactions that no request was answered with.
    pub fn never_called(&self) -> Vec<Uncalled> {
        let idle = self.entries.iter().filter(|entry| entry.calls() == 0);
        let tell = |entry: &Entry| {
            let (contract, item) = self.item(entry)?;
            Some(Uncalled {
                description: self.title(entry).to_string(),
                states: item.states.iter().map(|state| self.mask().applied(&state.name)).collect(),
                pact: contract.name.clone(),
                line: item.at.line + 1,
            })
        };
        idle.filter_map(tell).collect()
    }

    fn add(&mut self, number: usize, counters: &FxHashMap<String, Calls>, fresh: &Arc<[AtomicU64]>) {
        let Some(contract) = self.contracts.get(number).cloned() else { return };
        let mut classes: FxHashMap<&str, usize> = FxHashMap::default();
        let pact: Arc<str> = contract.name.as_str().into();
        for (position, item) in contract.items.iter().enumerate() {
            let Some((chunk, _)) = contract.document.chunk(item.chunk) else { continue };
            let Runnable::Ready(subject) = &item.runnable else {
                self.refused.add(number, &contract, position, item);
                continue;
            };
            if item.kind != InteractionKind::Http {
                continue;
            }
            let request = chunk.root().and_then(|root| root.get("request"));
            let (method, path, is_exact, is_bare) = match &item.outline {
                Some(Outline { method, path, is_bare }) => {
                    (method.as_str().into(), PathShape::Exact(path.clone()), true, *is_bare)
                }
                None => {
                    let Some(shape) = subject.shape() else { continue };
                    (shape.method.into(), shape.path, !shape.has_rules, false)
                }
            };
            let entry = self.entries.len();
            let known = if counters.is_empty() { None } else { counters.get(&identity(&contract, item)) };
            let calls = || Calls { all: Arc::clone(fresh), at: entry as u32 };
            self.entries.push(Entry {
                contract: number,
                item: position,
                calls: known.cloned().unwrap_or_else(calls),
                subject: subject.clone(),
                title: OnceLock::new(),
                pact: Arc::clone(&pact),
                is_exact,
                ready: OnceLock::new(),
            });
            let key = request.map(|it| it.raw()).unwrap_or_default();
            let first = entry as u32;
            match classes.get(key).and_then(|class| self.classes.get_mut(*class)) {
                Some(class) => class.entries.push(first),
                None => {
                    classes.insert(key, self.classes.len());
                    let (entries, taken) = (Numbers::of(first), OnceLock::new());
                    self.classes.push(Class { entries, method, path, is_bare, taken });
                }
            }
        }
    }

    fn compile(&mut self) {
        let mut ruled: FxHashMap<&Arc<str>, FxHashMap<&PathShape, Numbers>> = FxHashMap::default();
        for (number, class) in (0u32..).zip(&self.classes) {
            let method = self.methods.entry(Arc::clone(&class.method)).or_default();
            match &class.path {
                PathShape::Exact(path) => match method.exact.get_mut(&**path) {
                    Some(bucket) => {
                        bucket.classes.push(number);
                        bucket.bare = None;
                    }
                    None => {
                        let bare = class.is_bare.then_some(class.entries.first);
                        let bucket = Bucket { bare, ..Bucket::new(Numbers::of(number)) };
                        method.exact.insert(path.as_str().into(), bucket);
                    }
                },
                path => match ruled.entry(&class.method).or_default().entry(path) {
                    Occupied(mut one) => one.get_mut().push(number),
                    Vacant(none) => drop(none.insert(Numbers::of(number))),
                },
            }
        }
        for (method, paths) in ruled {
            let method = self.methods.entry(Arc::clone(method)).or_default();
            let paths: Vec<(&PathShape, Numbers)> = paths.into_iter().collect();
            method.ruled = RuledPaths::new(paths.iter().map(|(path, _)| *path));
            method.buckets = paths.into_iter().map(|(_, classes)| Bucket::new(classes)).collect();
        }
    }

    /// The classes of a bucket that a request may be one of, appended to `out` in no order.
    fn sift(&self, bucket: &Bucket, asked: &mut Asked<'_>, out: &mut Vec<u32>) {
        if bucket.classes.len() <= FEW {
            out.extend(bucket.classes.iter());
            return;
        }
        let shape = |number: u32| {
            let class = self.classes.get(number as usize)?;
            Some((number, self.entries.get(class.entries.first as usize)?.subject.shape()?))
        };
        let sieve = bucket.sieve.get_or_init(|| Sieve::new(bucket.classes.iter().filter_map(shape)).into());
        sieve.candidates(asked, out);
    }

    /// The classes that a request may be one of, in order: all that the core takes for it are
    /// among them.
    fn candidates(&self, request: &Request) -> Vec<u32> {
        let mut found = Vec::new();
        let Some(method) = self.methods.get(&*request.method.to_lowercase()) else { return found };
        let mut asked = Asked::new(request);
        if let Some(bucket) = method.exact.get(&*request.path) {
            self.sift(bucket, &mut asked, &mut found);
        }
        for number in method.ruled.candidates(&request.path) {
            if let Some(bucket) = method.buckets.get(number as usize) {
                self.sift(bucket, &mut asked, &mut found);
            }
        }
        found.sort_unstable();
        found
    }

    /// The entry that a bare request is for, if there is one that the core takes and no other to
    /// judge: then its score, which counts among several only, is of no use.
    fn only(&self, request: &Request) -> Option<u32> {
        let method = self.methods.get(&*request.method.to_lowercase())?;
        let entry = method.exact.get(&*request.path)?.bare?;
        (method.buckets.is_empty() || method.ruled.candidates(&request.path).is_empty()).then_some(entry)
    }

    /// The interaction to answer with: of those that match in all parts, the one with the
    /// highest score of the core, and of several the first. With a choice of states those that
    /// have no state come last, if at all.
    pub(super) fn find(&self, request: &Request, choice: &Choice) -> Found {
        let is_bare = request.body.is_empty() && request.query.as_ref().is_none_or(String::is_empty);
        if is_bare
            && choice.is_any()
            && let Some(entry) = self.only(request)
        {
            return Found::Entry(entry as usize);
        }
        let mut best: Option<(bool, i32, u32)> = None;
        let mut unjudged = None;
        let candidates = self.candidates(request);
        for number in &candidates {
            let Some(class) = self.classes.get(*number as usize) else { continue };
            let Some((chosen, entry)) = self.first(&class.entries, choice) else { continue };
            // The core would say yes, and its score counts among several only.
            if class.is_bare && is_bare && candidates.len() == 1 {
                return Found::Entry(entry as usize);
            }
            let Some(subject) = self.entries.get(entry as usize).map(|entry| &entry.subject) else {
                continue;
            };
            let RequestVerdict { judgement, score } = class.judge(subject, request);
            match judgement {
                Judgement::Match => {
                    let better = best.is_none_or(|(was_chosen, best, first)| {
                        (chosen, score, first) > (was_chosen, best, entry)
                    });
                    if better {
                        best = Some((chosen, score, entry));
                    }
                }
                Judgement::Mismatches(_) => {}
                Judgement::Unjudged(why) => {
                    unjudged.get_or_insert((entry as usize, why));
                }
            }
        }
        if let Some((_, _, entry)) = best {
            return Found::Entry(entry as usize);
        }
        if let Some((entry, why)) = unjudged {
            return Found::Unjudged(entry, why);
        }
        let refused = self.refused.find(&self.contracts, request);
        refused.map_or(Found::Nothing, |(contract, item)| Found::Refused(contract, item))
    }

    /// Whether an interaction has the provider state that is chosen.
    pub(super) fn has_chosen(&self, choice: &Choice) -> bool {
        let mut items = self.entries.iter().filter_map(|entry| self.item(entry));
        items.any(|(_, item)| choice.allows(&item.states) == Some(true))
    }

    /// What is told of a provider state that no interaction has, or, with a reason, that is no
    /// pattern for one.
    pub(super) fn no_such_state(&self, wanted: &str, no_pattern: Option<&str>) -> String {
        let mut text = states::unknown(wanted, &self.contracts, no_pattern);
        self.mask().apply(&mut text);
        text
    }

    /// The entry that answers a request, by its position, when no provider state is asked for.
    pub fn answers(&self, request: &Request) -> Option<usize> {
        match self.find(request, &Choice::default()) {
            Found::Entry(number) => Some(number),
            _ => None,
        }
    }

    /// The first of these entries that the choice allows, and whether it has a chosen state.
    fn first(&self, entries: &Numbers, choice: &Choice) -> Option<(bool, u32)> {
        if choice.is_any() {
            return Some((true, entries.first));
        }
        let allowed = |wanted: bool| {
            let is = |entry: &u32| {
                let item = self.entries.get(*entry as usize).and_then(|entry| self.item(entry));
                item.is_some_and(|(_, item)| choice.allows(&item.states) == Some(wanted))
            };
            entries.iter().find(is).map(|entry| (wanted, entry))
        };
        allowed(true).or_else(|| allowed(false))
    }

    /// Up to `most` entries that a request may have been meant for, the likeliest first: those
    /// of its method and path, then those whose path is like it.
    pub(super) fn likely(&self, request: &Request, choice: &Choice, most: usize) -> Vec<usize> {
        let method = request.method.to_lowercase();
        let of_method = self.methods.get(&*method);
        let ruled = of_method.map(|it| it.ruled.candidates(&request.path)).unwrap_or_default();
        let bucket = |number: &u32| of_method.and_then(|it| it.buckets.get(*number as usize));
        let ruled: FxHashSet<u32> =
            ruled.iter().filter_map(bucket).flat_map(|bucket| bucket.classes.iter()).collect();
        let segments: Vec<&str> = request.path.split('/').collect();
        let mut rated: Vec<(u32, u32)> = Vec::new();
        for (number, class) in (0u32..).zip(&self.classes) {
            let Some((_, entry)) = self.first(&class.entries, choice) else { continue };
            let same_method = u32::from(*class.method == method);
            let near = match &class.path {
                PathShape::Exact(path) if *path == request.path => 1_000,
                PathShape::Exact(path) => likeness(&segments, path),
                PathShape::Patterns { .. } if ruled.contains(&number) => 900,
                PathShape::Patterns { patterns, .. } => patterns.first().map_or(0, |it| {
                    likeness(&segments, it.trim_matches(['^', '$']).trim_start_matches('\\'))
                }),
            };
            rated.push((near * 2 + same_method, entry));
        }
        let by_rank = |(near, entry): &(u32, u32)| (std::cmp::Reverse(*near), *entry);
        if rated.len() > most {
            rated.select_nth_unstable_by_key(most, by_rank);
            rated.truncate(most);
        }
        rated.sort_unstable_by_key(by_rank);
        rated.into_iter().map(|(_, entry)| entry as usize).collect()
    }
}

impl Bucket {
    fn new(classes: Numbers) -> Bucket {
        Bucket { classes, bare: None, sieve: OnceLock::new() }
    }
}

fn identity(contract: &Contract, item: &Item) -> String {
    let states: Vec<&str> = item.states.iter().map(|state| state.name.as_str()).collect();
    format!("{}\n{}\n{}", contract.name, item.description, states.join("\n"))
}

/// How alike two paths are: equal segments at the same place, of 400.
fn likeness(segments: &[&str], path: &str) -> u32 {
    let mut all = segments.len() as u32;
    let mut same = 0;
    let mut count = 0;
    for (position, segment) in path.split('/').enumerate() {
        same += u32::from(segments.get(position) == Some(&segment));
        count += 1;
    }
    all = all.max(count);
    // The empty segment before the first slash is no likeness.
    same.saturating_sub(1) * 400 / all.max(1)
}

impl Entry {
    /// How often it was served.
    pub fn calls(&self) -> u64 {
        self.calls.get().map_or(0, |calls| calls.load(Ordering::Relaxed))
    }

    /// Counts a request that was answered with it.
    pub(super) fn count(&self) {
        if let Some(calls) = self.calls.get() {
            calls.fetch_add(1, Ordering::Relaxed);
        }
    }
}
