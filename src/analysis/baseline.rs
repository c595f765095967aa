//! Which entries of a baseline still stand for something, and what a new one holds.

use std::hash::{Hash, Hasher};

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::analysis::document::Document;
use crate::analysis::filter::{Suppressed, SuppressedBy};
use crate::analysis::masks::Masks;
use crate::analysis::run::{Analysis, Secrets};
use crate::config::{Baseline, Entry, Levels};
use crate::diagnostic::fingerprint;
use crate::model::FileSummary;
use crate::rules::{ALL, Scope, find, is_suppressible};

/// What a run saw of one file, as far as a baseline has to do with it. Texts are as they are
/// shown, so the findings must be those of a run that hides secrets.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pair: [Option<String>; 2],
    /// All rules that are on have looked at all of it.
    whole: bool,
    interactions: FxHashSet<u64>,
    /// Findings that the baseline has, by fingerprint.
    known: FxHashMap<u64, u32>,
    /// Findings that it could have.
    new: FxHashMap<u64, Entry>,
}

/// What a run saw of all its files.
#[derive(Debug)]
pub struct Overview<'a> {
    /// File by file.
    pub files: &'a [Seen],
    /// The levels of the run: of each file, or those that any of them has.
    pub levels: &'a [Arc<Levels>],
    /// Folders were searched, so that what was not seen is not there. With named files only,
    /// other files of a pair may have the rest of it.
    pub searched: bool,
}

/// An entry of a baseline that stands for more than there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The entry.
    pub entry: Entry,
    /// How many findings it still stands for.
    pub left: u32,
}

impl Seen {
    /// Of a pact with this summary.
    pub fn new(doc: &Document, summary: &FileSummary) -> Seen {
        let shown = doc.shown(Secrets::Hidden, false);
        let mut masks = Masks::new(doc, Secrets::Hidden);
        let interaction = |(_, it): (u32, &crate::model::InteractionSummary)| {
            let mut description = it.description.clone();
            let mut states: Vec<String> = it.states.iter().map(|state| state.name.clone()).collect();
            masks.apply_to(&mut [&mut description]);
            masks.apply_to(&mut states.iter_mut().collect::<Vec<_>>());
            interaction_key(&description, states)
        };
        let interactions = summary.read().map(interaction).collect();
        let pair = [shown.consumer, shown.provider];
        Seen { pair, whole: doc.is_sound(), interactions, ..Seen::default() }
    }

    /// Notes what was found in the file, all of it at once.
    pub fn note(&mut self, analysis: &Analysis) {
        // Some of what is known may be among what was left out.
        self.whole &= analysis.total == analysis.findings.len();
        let [consumer, provider] = [0, 1].map(|at| self.pair[at].as_deref());
        for one in analysis.suppressed.iter().filter(|one| one.by == SuppressedBy::Baseline) {
            *self.known.entry(fingerprint(&one.finding, consumer, provider)).or_default() += 1;
        }
        let can_be_known = |rule| find(rule).is_some_and(is_suppressible);
        for finding in analysis.findings.iter().filter(|finding| can_be_known(finding.rule)) {
            let entry = Entry::of(finding, consumer, provider);
            self.new
                .entry(entry.fingerprint())
                .and_modify(|held| held.count = held.count.saturating_add(1))
                .or_insert(entry);
        }
    }
}

impl Overview<'_> {
    /// The entries that stand for more than there is. Those that nobody looked for are left
    /// alone: other pacts, rules that are off, files that are not JSON.
    pub fn stale(&self, baseline: &Baseline) -> Vec<Stale> {
        let seen = self.pairs();
        let stale = |entry: &Entry| {
            if !self.is_judged(entry, &seen) {
                return None;
            }
            let print = entry.fingerprint();
            let of_pair = seen.get(&pair_of(entry)).into_iter().flatten();
            let left = of_pair.filter_map(|file| file.known.get(&print)).max().copied().unwrap_or(0);
            (left < entry.count).then(|| Stale { entry: entry.clone(), left })
        };
        baseline.entries().iter().filter_map(stale).collect()
    }

    /// A baseline of all there is, and of those entries of another that nobody looked for.
    pub fn baseline(&self, before: &Baseline) -> Baseline {
        let seen = self.pairs();
        let kept = before.entries().iter().filter(|entry| !self.is_judged(entry, &seen));
        let new = self.files.iter().flat_map(|file| file.new.values());
        Baseline::new(kept.chain(new).cloned())
    }

    fn pairs(&self) -> FxHashMap<[Option<&str>; 2], Vec<&Seen>> {
        let mut pairs: FxHashMap<_, Vec<&Seen>> = FxHashMap::default();
        for file in self.files {
            pairs.entry([0, 1].map(|at| file.pair[at].as_deref())).or_default().push(file);
        }
        pairs
    }

    /// Whether the run would have met the findings of an entry.
    fn is_judged(&self, entry: &Entry, seen: &FxHashMap<[Option<&str>; 2], Vec<&Seen>>) -> bool {
        let Some(rule) = find(&entry.rule) else { return false };
        let is_on = match ALL[rule].meta.name {
            "library-notes" => self.levels.iter().all(|levels| levels.library_findings),
            _ => {
                let states: Vec<&str> = entry.states.iter().map(String::as_str).collect();
                let description = entry.description.as_deref();
                self.levels.iter().all(|levels| levels.is_on_all_over(rule, description, &states))
            }
        };
        let Some(files) = seen.get(&pair_of(entry)).filter(|_| is_on) else { return false };
        if !files.iter().all(|file| file.whole) {
            return false;
        }
        if self.searched {
            return true;
        }
        let Some(description) = &entry.description else { return false };
        let key = interaction_key(description, entry.states.clone());
        ALL[rule].meta.scope != Scope::Workspace && files.iter().any(|file| file.interactions.contains(&key))
    }
}

/// `baseline` with no more than what is left of the stale entries.
pub fn prune(baseline: &Baseline, stale: &[Stale]) -> Baseline {
    let left: FxHashMap<u64, u32> = stale.iter().map(|one| (one.entry.fingerprint(), one.left)).collect();
    let entries = baseline.entries().iter().cloned().map(|mut entry| {
        entry.count = left.get(&entry.fingerprint()).copied().unwrap_or(entry.count);
        entry
    });
    Baseline::new(entries)
}

/// Puts aside all that a baseline which was just written has.
pub fn put_aside(analysis: &mut Analysis) {
    let can_be_known = |rule| find(rule).is_some_and(is_suppressible);
    let (known, kept): (Vec<_>, Vec<_>) =
        std::mem::take(&mut analysis.findings).into_iter().partition(|finding| can_be_known(finding.rule));
    analysis.total -= known.len();
    analysis.aside.in_baseline += known.len();
    let known = known.into_iter().map(|finding| Suppressed { finding, by: SuppressedBy::Baseline });
    analysis.suppressed.extend(known);
    analysis.findings = kept;
}

fn pair_of(entry: &Entry) -> [Option<&str>; 2] {
    [entry.consumer.as_deref(), entry.provider.as_deref()]
}

/// Tells an interaction from others of its pact.
fn interaction_key(description: &str, mut states: Vec<String>) -> u64 {
    states.sort_unstable();
    let mut hasher = FxHasher::default();
    (description, states).hash(&mut hasher);
    hasher.finish()
}
