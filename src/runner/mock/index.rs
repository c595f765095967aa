//! All interactions of some contracts, found by request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::InteractionKind;
use crate::model::secrets::Mask;
use crate::runner::contract::{Contract, Item, Runnable};
use crate::runner::engine::{Judgement, PathShape, RequestVerdict, Shape, Side, Subject};
use crate::runner::mock::event::Uncalled;
use crate::runner::mock::paths::RuledPaths;
use crate::runner::mock::refused::Refusals;
use crate::runner::mock::sieve::{Asked, Sieve};
use crate::runner::mock::states::Choice;
use crate::runner::wire::{Request, Response};

/// An HTTP interaction that can be served.
#[derive(Debug)]
pub struct Entry {
    /// The contract, by its position.
    pub contract: usize,
    /// The item of it, by its position.
    pub item: usize,
    /// How often it was served; kept when the pacts are read again.
    pub calls: Arc<AtomicU64>,
    pub(super) subject: Subject,
    /// Its description, without secrets.
    pub title: Arc<str>,
    /// The name of its pact.
    pub(super) pact: Arc<str>,
    /// No part of the request has a rule.
    pub(super) is_exact: bool,
    /// Its response, where it is the same for every request.
    pub(super) fixed: Option<Response>,
}

/// Entries of one contract with the same request, which is judged once for all of them.
#[derive(Debug)]
struct Class {
    /// Ascending.
    entries: Vec<u32>,
    shape: Shape,
}

/// The requests of one method.
#[derive(Debug, Default)]
struct Method {
    exact: FxHashMap<String, Sieve>,
    ruled: RuledPaths,
    /// In the order of `ruled`.
    sieves: Vec<Sieve>,
    /// The classes of each, likewise.
    groups: Vec<Vec<u32>>,
}

/// Contracts, compiled to be searched.
#[derive(Debug)]
pub struct Index {
    /// The contracts, in the order in which they were given.
    pub contracts: Vec<Arc<Contract>>,
    /// What can be served, in the order of contracts and items.
    pub entries: Vec<Entry>,
    classes: Vec<Class>,
    methods: FxHashMap<String, Method>,
    refused: Refusals,
    /// The secrets of the contracts.
    pub(super) mask: Mask,
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
            mask: Mask::default(),
        };
        for number in 0..index.contracts.len() {
            index.add(number, &counters);
        }
        let Index { entries, mask, .. } = &mut index;
        for entry in entries {
            let title = mask.applied(&entry.title);
            if *title != *entry.title {
                entry.title = title.into();
            }
        }
        index.compile();
        index
    }

    fn counters(&self) -> FxHashMap<String, Arc<AtomicU64>> {
        let key = |entry: &Entry| (self.identity(entry), Arc::clone(&entry.calls));
        self.entries.iter().map(key).collect()
    }

    /// The contract and item of an entry.
    pub fn item(&self, entry: &Entry) -> Option<(&Contract, &Item)> {
        let contract = self.contracts.get(entry.contract)?;
        Some((contract, contract.items.get(entry.item)?))
    }

    /// Equal for the same interaction in two readings of a pact.
    fn identity(&self, entry: &Entry) -> String {
        self.item(entry).map(|(contract, item)| identity(contract, item)).unwrap_or_default()
    }

    /// The interactions that no request was answered with.
    pub fn never_called(&self) -> Vec<Uncalled> {
        let idle = self.entries.iter().filter(|entry| entry.calls.load(Ordering::Relaxed) == 0);
        let tell = |entry: &Entry| {
            let (contract, item) = self.item(entry)?;
            Some(Uncalled {
                description: entry.title.to_string(),
                states: item.states.iter().map(|state| self.mask.applied(&state.name)).collect(),
                pact: contract.name.clone(),
                line: item.at.line + 1,
            })
        };
        idle.filter_map(tell).collect()
    }

    fn add(&mut self, number: usize, counters: &FxHashMap<String, Arc<AtomicU64>>) {
        let Some(contract) = self.contracts.get(number).cloned() else { return };
        let mut classes: FxHashMap<String, usize> = FxHashMap::default();
        let pact: Arc<str> = contract.name.as_str().into();
        for (position, item) in contract.items.iter().enumerate() {
            let Some((chunk, _)) = contract.document.chunk(item.chunk) else { continue };
            self.mask.add(chunk.text(), chunk.secrets());
            let Runnable::Ready(subject) = &item.runnable else {
                self.refused.add(number, &contract, position, item);
                continue;
            };
            if item.kind != InteractionKind::Http {
                continue;
            }
            let request = chunk.root().and_then(|root| root.get("request"));
            let Some(shape) = subject.shape() else { continue };
            let entry = self.entries.len();
            let fixed = if subject.has_generators() {
                None
            } else {
                subject.response(Side::Consumer, &serde_json::Map::new()).ok()
            };
            self.entries.push(Entry {
                contract: number,
                item: position,
                calls: counters.get(&identity(&contract, item)).cloned().unwrap_or_default(),
                subject: subject.clone(),
                title: item.description.as_str().into(),
                pact: Arc::clone(&pact),
                is_exact: !shape.has_rules,
                fixed,
            });
            let key = request.and_then(|it| it.to_value()).map(|it| it.to_string()).unwrap_or_default();
            let class = *classes.entry(key).or_insert_with(|| {
                self.classes.push(Class { entries: Vec::new(), shape });
                self.classes.len() - 1
            });
            if let Some(class) = self.classes.get_mut(class) {
                class.entries.push(entry as u32);
            }
        }
    }

    fn compile(&mut self) {
        type Numbers = Vec<u32>;
        let mut by_method: FxHashMap<&str, FxHashMap<&PathShape, Numbers>> = FxHashMap::default();
        for (number, class) in (0u32..).zip(&self.classes) {
            let paths = by_method.entry(&class.shape.method).or_default();
            paths.entry(&class.shape.path).or_default().push(number);
        }
        let sieve = |numbers: &Numbers| {
            let shape = |number: &u32| Some((*number, &self.classes.get(*number as usize)?.shape));
            Sieve::new(numbers.iter().filter_map(shape))
        };
        let compile = |paths: &FxHashMap<&PathShape, Numbers>| {
            let mut method = Method::default();
            let mut ruled = Vec::new();
            for (path, numbers) in paths {
                match path {
                    PathShape::Exact(path) => {
                        method.exact.insert(path.clone(), sieve(numbers));
                    }
                    PathShape::Patterns { .. } => ruled.push((*path, numbers)),
                }
            }
            method.ruled = RuledPaths::new(ruled.iter().map(|(path, _)| *path));
            method.sieves = ruled.iter().map(|(_, numbers)| sieve(numbers)).collect();
            method.groups = ruled.iter().map(|(_, numbers)| (*numbers).clone()).collect();
            method
        };
        self.methods = by_method.iter().map(|(name, paths)| ((*name).to_owned(), compile(paths))).collect();
    }

    /// The classes that a request may be one of, in order: all that the core takes for it are
    /// among them.
    fn candidates(&self, request: &Request) -> Vec<u32> {
        let mut found = Vec::new();
        let Some(method) = self.methods.get(&request.method.to_lowercase()) else { return found };
        let mut asked = Asked::new(request);
        if let Some(sieve) = method.exact.get(&request.path) {
            sieve.candidates(&mut asked, &mut found);
        }
        for number in method.ruled.candidates(&request.path) {
            if let Some(sieve) = method.sieves.get(number as usize) {
                sieve.candidates(&mut asked, &mut found);
            }
        }
        found.sort_unstable();
        found
    }

    /// The interaction to answer with: of those that match in all parts, the one with the
    /// highest score of the core, and of several the first. With a choice of states those that
    /// have no state come last, if at all.
    pub(super) fn find(&self, request: &Request, choice: &Choice) -> Found {
        let mut best: Option<(bool, i32, u32)> = None;
        let mut unjudged = None;
        for number in self.candidates(request) {
            let Some(class) = self.classes.get(number as usize) else { continue };
            let Some((chosen, entry)) = self.first(&class.entries, choice) else { continue };
            let Some(subject) = self.entries.get(entry as usize).map(|entry| &entry.subject) else {
                continue;
            };
            let RequestVerdict { judgement, score } = subject.judge_request(request);
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

    /// The entry that answers a request, by its position, when no provider state is asked for.
    pub fn answers(&self, request: &Request) -> Option<usize> {
        match self.find(request, &Choice::default()) {
            Found::Entry(number) => Some(number),
            _ => None,
        }
    }

    /// The first of these entries that the choice allows, and whether it has a chosen state.
    fn first(&self, entries: &[u32], choice: &Choice) -> Option<(bool, u32)> {
        let allowed = |wanted: bool| {
            let is = |entry: &&u32| {
                let item = self.entries.get(**entry as usize).and_then(|entry| self.item(entry));
                item.is_some_and(|(_, item)| choice.allows(&item.states) == Some(wanted))
            };
            entries.iter().find(is).map(|entry| (wanted, *entry))
        };
        allowed(true).or_else(|| allowed(false))
    }

    /// Up to `most` entries that a request may have been meant for, the likeliest first: those
    /// of its method and path, then those whose path is like it.
    pub(super) fn likely(&self, request: &Request, choice: &Choice, most: usize) -> Vec<usize> {
        let method = request.method.to_lowercase();
        let of_method = self.methods.get(&method);
        let ruled = of_method.map(|it| it.ruled.candidates(&request.path)).unwrap_or_default();
        let group = |number: &u32| of_method.and_then(|it| it.groups.get(*number as usize));
        let ruled: FxHashSet<u32> = ruled.iter().filter_map(group).flatten().copied().collect();
        let segments: Vec<&str> = request.path.split('/').collect();
        let mut rated: Vec<(u32, u32)> = Vec::new();
        for (number, class) in (0u32..).zip(&self.classes) {
            let Some((_, entry)) = self.first(&class.entries, choice) else { continue };
            let same_method = u32::from(class.shape.method == method);
            let near = match &class.shape.path {
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
    /// Counts a request that was answered with it.
    pub(super) fn count(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }
}
