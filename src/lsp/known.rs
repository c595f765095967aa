//! All pacts that are known, open or not, and what rules over many files find in them. Only what
//! a change can have a part in is looked at again: the pacts of one provider, mostly.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::configs::ConfigIndex;
use crate::analysis::origin::TestIndex;
use crate::analysis::{AcrossOptions, CrossFinding, Document, Member, check_within};
use crate::config::{Levels, Traits};
use crate::lsp::reader;
use crate::model::FileSummary;
use crate::rules::Reach;

/// Most files that are looked at together. More are left out, those found last.
const MOST_FILES: usize = 20_000;

/// A pact, and who knows of it.
#[derive(Debug)]
struct Known {
    summary: Arc<FileSummary>,
    /// It is what an editor has open.
    open: bool,
    /// Equal for equal contents on the disk.
    stamp: u64,
    /// Whether more than the summary was needed when it was held against others, by reach.
    read: [bool; 2],
    /// The levels that hold for it, once they were asked for; `None` in it when it is excluded.
    levels: Option<Option<Arc<Levels>>>,
}

impl Known {
    fn levels(&mut self, index: &ConfigIndex, path: &str) -> Option<Arc<Levels>> {
        let path = Path::new(path);
        let traits = Traits::of_summary(&self.summary);
        self.levels.get_or_insert_with(|| (!index.excludes(path)).then(|| index.levels(path, traits))).clone()
    }
}

/// Which files are to be looked at together again.
#[derive(Debug, Default)]
struct Stale {
    providers: FxHashSet<Arc<str>>,
    all: bool,
}

/// All pacts, by path.
#[derive(Debug, Default)]
pub(super) struct Pacts {
    known: FxHashMap<Arc<str>, Known>,
    /// The paths of the pacts of each provider.
    providers: FxHashMap<Arc<str>, BTreeSet<Arc<str>>>,
    found: FxHashMap<Arc<str>, Vec<CrossFinding>>,
    stale: Stale,
    /// Files that did not hold what is known of them when they were looked at. Whatever is heard
    /// of one next, it is looked at again.
    doubted: FxHashSet<Arc<str>>,
    /// There are handlers of provider states, which the states of all files are held against.
    pub(super) has_handlers: bool,
}

/// What holds for a look at files together.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) index: &'a ConfigIndex,
    pub(super) tests: &'a TestIndex,
    pub(super) options: AcrossOptions<'a>,
    /// An open document, as it was when it was told of last.
    pub(super) open: &'a dyn Fn(&str) -> Option<Document>,
}

/// What a look at files together gives.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Files whose findings are others than before.
    pub(super) touched: FxHashSet<Arc<str>>,
    /// Files that are not what is known of them. What concerns them is as it was before.
    pub(super) doubted: Vec<Arc<str>>,
}

impl Pacts {
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// All paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.known.keys()
    }

    /// What is known of all, by path.
    pub(super) fn summaries(&self) -> impl Iterator<Item = (&Arc<str>, &FileSummary)> {
        self.known.iter().map(|(path, known)| (path, &*known.summary))
    }

    /// What is known of one.
    pub(super) fn summary(&self, path: &str) -> Option<&Arc<FileSummary>> {
        self.known.get(path).map(|known| &known.summary)
    }

    /// Whether what is known is what an editor has open, if anything is known.
    pub(super) fn is_open(&self, path: &str) -> Option<bool> {
        self.known.get(path).map(|known| known.open)
    }

    /// Whether the disk is known to hold just this.
    pub(super) fn holds(&self, path: &str, stamp: u64) -> bool {
        self.known.get(path).is_some_and(|known| !known.open && known.stamp == stamp)
    }

    /// What was found in a file when it was held against others.
    pub(super) fn found(&self, path: &str) -> Option<(&Arc<FileSummary>, &[CrossFinding])> {
        Some((&self.known.get(path)?.summary, self.found.get(path)?))
    }

    /// Takes in what a file holds now.
    pub(super) fn put(&mut self, path: Arc<str>, summary: Arc<FileSummary>, open: bool, stamp: u64) {
        if !open && self.known.len() >= MOST_FILES && !self.known.contains_key(&path) {
            return;
        }
        self.believe(&path);
        let mut read = [false; 2];
        let mut differs = true;
        if let Some(before) = self.known.get(&path) {
            read = before.read;
            differs = before.summary != summary;
            let rewritten = match open {
                true => !Arc::ptr_eq(&before.summary, &summary),
                false => before.open || before.stamp != stamp,
            };
            let parties = |it: &FileSummary| (it.consumer.clone(), it.provider.clone());
            self.stale.all |= differs && (self.has_handlers || parties(&before.summary) != parties(&summary));
            if differs || rewritten && read[Reach::Provider as usize] {
                let provider = before.summary.provider_name().into();
                self.stale.providers.insert(provider);
            }
            self.stale.all |= rewritten && read[Reach::Workspace as usize];
            if before.summary.provider_name() != summary.provider_name() {
                self.leave(&path);
            }
        } else {
            self.stale.all = true;
        }
        let provider: Arc<str> = summary.provider_name().into();
        if differs {
            self.stale.providers.insert(Arc::clone(&provider));
        }
        self.providers.entry(provider).or_default().insert(Arc::clone(&path));
        self.known.insert(path, Known { summary, open, stamp, read, levels: None });
    }

    /// Forgets a file; tells whether it was known.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        self.believe(path);
        self.leave(path);
        self.found.remove(path);
        self.known.remove(path).is_some()
    }

    /// A file is no longer one of its provider.
    fn leave(&mut self, path: &str) {
        let Some(known) = self.known.get(path) else { return };
        let provider = known.summary.provider_name();
        if let Some(paths) = self.providers.get_mut(provider) {
            paths.remove(path);
            if paths.is_empty() {
                self.providers.remove(provider);
            }
        }
        self.stale.all = true;
        self.stale.providers.insert(provider.into());
        if let Some(found) = self.found.get_mut(path) {
            found.retain(|finding| finding.reach() != Reach::Provider);
        }
    }

    /// An open document was closed: until the disk is read, what it held counts.
    pub(super) fn close(&mut self, path: &str) {
        if let Some(known) = self.known.get_mut(path) {
            (known.open, known.stamp) = (false, 0);
        }
    }

    /// An open document was edited, so what was read in it may be different.
    pub(super) fn edited(&mut self, path: &str) {
        let Some(known) = self.known.get(path) else { return };
        if known.read[Reach::Provider as usize] {
            self.stale.providers.insert(known.summary.provider_name().into());
        }
        self.stale.all |= known.read[Reach::Workspace as usize];
    }

    /// A file did not hold what is known of it.
    pub(super) fn doubt(&mut self, path: &Arc<str>) {
        self.doubted.insert(Arc::clone(path));
    }

    /// A file is heard of; tells whether it was doubted.
    pub(super) fn believe(&mut self, path: &str) -> bool {
        let doubted = self.doubted.remove(path);
        if doubted {
            self.stale.all = true;
            let known = self.known.get(path);
            self.stale.providers.extend(known.map(|known| known.summary.provider_name().into()));
        }
        doubted
    }

    /// The tests are others, so each provider's pacts are looked at again.
    pub(super) fn tests_changed(&mut self) {
        self.stale.providers.extend(self.providers.keys().cloned());
    }

    /// The handlers are others, so all is looked at again that is held against them.
    pub(super) fn handlers_changed(&mut self) {
        self.stale.all = true;
    }

    /// Something else holds for all of them.
    pub(super) fn levels_changed(&mut self) {
        self.known.values_mut().for_each(|known| known.levels = None);
        self.tests_changed();
        self.stale.all |= !self.known.is_empty();
    }

    /// Whether [`Pacts::check`] might find something else than the last time.
    pub(super) fn is_stale(&self) -> bool {
        self.stale.all || !self.stale.providers.is_empty()
    }

    /// Leaves all as it was found last.
    pub(super) fn give_up(&mut self) {
        self.stale = Stale::default();
    }

    /// Looks together at what is to be looked at again.
    pub(super) fn check(&mut self, terms: Terms<'_>) -> Outcome {
        let Stale { providers, all } = std::mem::take(&mut self.stale);
        let mut outcome = Outcome::default();
        for provider in providers {
            let paths = self.providers.get(&provider).into_iter().flatten().cloned().collect();
            self.check_within(Reach::Provider, paths, terms, &mut outcome);
        }
        if all {
            let paths = self.known.keys().cloned().collect();
            self.check_within(Reach::Workspace, paths, terms, &mut outcome);
        }
        self.doubted.extend(outcome.doubted.iter().cloned());
        outcome
    }

    fn check_within(&mut self, reach: Reach, paths: Vec<Arc<str>>, terms: Terms<'_>, outcome: &mut Outcome) {
        let (mut members, mut each, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for name in &paths {
            let Some(known) = self.known.get_mut(name) else { continue };
            if let Some(levels) = known.levels(terms.index, name) {
                kept.push((known.open, known.stamp));
                members.push(Member { name: Arc::clone(name), summary: Arc::clone(&known.summary) });
                each.push(levels);
            }
        }
        let tests = vec![Some(terms.tests).filter(|tests| !tests.is_empty()); members.len()];
        let options = AcrossOptions { tests: &tests, each: Some(&each), ..terms.options };
        let read = vec![Cell::new(false); members.len()];
        let doubted = RefCell::new(Vec::new());
        let document = |index: usize| {
            let name = &members[index].name;
            read[index].set(true);
            let doc = match kept[index] {
                (true, _) => (terms.open)(name),
                (false, stamp) => reader::load(name).filter(|it| it.1 == stamp).map(|it| it.0),
            };
            if doc.is_none() {
                doubted.borrow_mut().push(Arc::clone(name));
            }
            doc
        };
        let found = match each.first() {
            Some(levels) => check_within(reach, &members, levels, options, &document),
            None => Vec::new(),
        };
        let doubted = doubted.into_inner();
        let sure = doubted.is_empty();
        for (member, read) in members.iter().zip(read) {
            if let Some(known) = self.known.get_mut(&member.name) {
                let before = &mut known.read[reach as usize];
                *before = read.get() || *before && !sure;
            }
        }
        outcome.doubted.extend(doubted);
        if !sure {
            return;
        }
        let mut found: FxHashMap<Arc<str>, Vec<CrossFinding>> =
            members.into_iter().map(|member| member.name).zip(found).collect();
        for path in paths {
            let found = found.remove(&path).unwrap_or_default();
            if self.replace(reach, &path, found) {
                outcome.touched.insert(path);
            }
        }
    }

    /// Puts what is found within a reach in the place of what was; whether that is different.
    fn replace(&mut self, reach: Reach, path: &Arc<str>, found: Vec<CrossFinding>) -> bool {
        let before = self.found.remove(path).unwrap_or_default();
        let (old, mut all): (Vec<_>, Vec<_>) = before.into_iter().partition(|it| it.reach() == reach);
        let same = old.len() == found.len() && old.iter().zip(&found).all(|(a, b)| a.says_the_same(b));
        all.extend(found);
        if !all.is_empty() {
            self.found.insert(Arc::clone(path), all);
        }
        !same
    }
}
