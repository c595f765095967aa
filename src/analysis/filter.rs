//! The stage between rules and reports: what becomes of each thing that was found.
//!
//! It asks, in this order, what level a rule has where the finding is, whether the pact says
//! that it is not to be heard of, and whether it is in the baseline. What rules found does not
//! depend on any of this, so it comes after everything that is cached.

use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::{Arc, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::document::Document;
use crate::analysis::finish::{Finisher, is_left_to_the_library};
use crate::analysis::run::{ChunkResult, Secrets};
use crate::config::{Baseline, Levels, Subject};
use crate::diagnostic::{
    Anchor, Applicability, Diagnostic, Finding, Fix, Identity, Place, Severity, stable_path,
};
use crate::model::{InteractionSummary, Removal, Suppression, Suppressions, Version};
use crate::rules::{ALL, RuleIndex, Scope, find, is_suppressible, resolve_selector};
use crate::syntax::{Cursor, Editor};
use crate::text::{Span, TextEdit};

/// Why something that was found is not among the findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuppressedBy {
    /// The pact says so, and perhaps why.
    Pact {
        /// The reason it gives, secrets covered.
        reason: Option<String>,
    },
    /// It is in the baseline.
    Baseline,
}

/// Something that was found, and is not to be heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// Who does not want to hear of it.
    pub by: SuppressedBy,
}

/// How many findings are not to be heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Aside {
    /// Those that the pact suppresses.
    pub suppressed: usize,
    /// Those that are in the baseline.
    pub in_baseline: usize,
}

/// What becomes of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is a finding of this severity.
    Kept(Severity),
    /// Its rule is off there.
    Off,
    /// The suppression with this number wants nothing of it.
    Suppressed(usize),
    /// It is known.
    InBaseline,
}

/// A suppression of the pact.
#[derive(Clone)]
struct Held<'a> {
    anchor: Anchor,
    it: &'a Suppression,
    rules: Rc<[RuleIndex]>,
}

/// Decides about the diagnostics of one document.
pub(super) struct Filter<'a> {
    doc: &'a Document,
    levels: &'a Levels,
    baseline: Option<&'a Baseline>,
    summaries: &'a dyn Fn(u32) -> Option<&'a InteractionSummary>,
    /// Gives pointers, and texts whose secrets are covered.
    finisher: Finisher<'a>,
    held: Vec<Held<'a>>,
    /// Which of `held` is the first about a rule at an anchor.
    about: FxHashMap<(Anchor, RuleIndex), usize>,
    /// About what there was something to suppress.
    used: FxHashSet<(Anchor, RuleIndex)>,
    /// The names of the pair, secrets covered.
    pair: Option<[Option<String>; 2]>,
    key: Option<u64>,
    /// How many of each fingerprint were met.
    met: FxHashMap<u64, u32>,
    /// What was said already at a place, which is no further finding.
    said: FxHashSet<(u64, Place, u64)>,
}

impl<'a> Filter<'a> {
    /// A filter for what is found in `doc`; `None` when it would let everything pass.
    pub(super) fn new(
        doc: &'a Document,
        summaries: &'a dyn Fn(u32) -> Option<&'a InteractionSummary>,
        levels: &'a Levels,
        baseline: Option<&'a Baseline>,
    ) -> Option<Filter<'a>> {
        let baseline = baseline.filter(|baseline| !baseline.is_empty());
        let mut held: Vec<Held<'a>> = Vec::new();
        let mut about = FxHashMap::default();
        // A file may say the same very often.
        let mut resolved: FxHashMap<&'a str, Rc<[RuleIndex]>> = FxHashMap::default();
        let mut add = |anchor: Anchor, found: &'a Suppressions| {
            let mut said: FxHashSet<&'a str> = FxHashSet::default();
            for it in &found.all {
                let rules =
                    resolved.entry(&it.selector).or_insert_with(|| resolve_selector(&it.selector).into());
                if said.insert(&it.selector) {
                    rules.iter().for_each(|rule| _ = about.entry((anchor, *rule)).or_insert(held.len()));
                }
                held.push(Held { anchor, it, rules: Rc::clone(rules) });
            }
        };
        add(Anchor::Spine, doc.spine.suppressions());
        // The core drops the comments of older pacts, so nobody writes them.
        if doc.facts().version() == Version::V4 {
            for (index, placed) in doc.chunks.iter().enumerate().filter(|(_, placed)| placed.live) {
                add(Anchor::Chunk(index as u32), placed.chunk.suppressions());
            }
        }
        if held.is_empty() && baseline.is_none() && !levels.vary() {
            return None;
        }
        let finisher = Finisher::new(doc, summaries, levels, Secrets::Hidden);
        let (used, pair, key) = (FxHashSet::default(), None, None);
        let (met, said) = (FxHashMap::default(), FxHashSet::default());
        Some(Filter { doc, levels, baseline, summaries, finisher, held, about, used, pair, key, met, said })
    }

    /// What becomes of `diagnostic`, whose rule is otherwise of its severity.
    pub(super) fn fate(&mut self, diagnostic: &Diagnostic) -> Fate {
        self.fate_at(diagnostic, diagnostic.place, |filter| filter.print(diagnostic.rule, diagnostic.place))
    }

    /// The fates of what was found in the chunk with this number. Fingerprints, which take the
    /// time, are made once for each chunk that stays the same.
    pub(super) fn fates(&mut self, index: usize, result: &ChunkResult) -> Box<[Fate]> {
        let mut prints: Option<Arc<[u64]>> = None;
        let anchor = Anchor::Chunk(index as u32);
        let all = result.diagnostics.iter().enumerate().map(|(at, diagnostic)| {
            let place = Place { anchor, span: diagnostic.place.span };
            self.fate_at(diagnostic, place, |filter| {
                let prints = prints.get_or_insert_with(|| filter.prints(anchor, result));
                prints.get(at).copied().unwrap_or(0)
            })
        });
        all.collect()
    }

    fn prints(&mut self, anchor: Anchor, result: &ChunkResult) -> Arc<[u64]> {
        let key = self.key();
        let held = || result.prints.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, prints)) = held().as_ref().filter(|(known, _)| *known == key) {
            return Arc::clone(prints);
        }
        let print = |d: &Diagnostic| self.print(d.rule, Place { anchor, span: d.place.span });
        let prints: Arc<[u64]> = result.diagnostics.iter().map(print).collect();
        *held() = Some((key, Arc::clone(&prints)));
        prints
    }

    /// What becomes of a diagnostic that stands at `place`.
    fn fate_at(
        &mut self,
        diagnostic: &Diagnostic,
        place: Place,
        print: impl FnOnce(&mut Filter<'a>) -> u64,
    ) -> Fate {
        let Some(rule) = find(diagnostic.rule) else { return Fate::Kept(diagnostic.severity) };
        // A suppression has its use also where the rule is off.
        let suppression = if is_suppressible(rule) { self.suppression(rule, place.anchor) } else { None };
        let mut severity = diagnostic.severity;
        if self.levels.vary() {
            match self.level(rule, severity, place) {
                Some(level) => severity = level,
                None => return Fate::Off,
            }
        }
        if let Some(index) = suppression {
            return Fate::Suppressed(index);
        }
        // Of what is the library's, there is one finding for all.
        let of_library = self.doc.facts().library.is_some() && is_left_to_the_library(diagnostic, severity);
        if !of_library && self.is_known(rule, place, &diagnostic.message, print) {
            return Fate::InBaseline;
        }
        Fate::Kept(severity)
    }

    /// Whether the baseline has the one note about what the library caused.
    pub(super) fn knows_note(&self, note: &Finding) -> bool {
        let Some(baseline) = self.baseline else { return false };
        let shown = self.doc.shown(Secrets::Hidden, false);
        let print =
            crate::diagnostic::fingerprint(note, shown.consumer.as_deref(), shown.provider.as_deref());
        find(note.rule).is_some_and(|rule| baseline.concerns(rule)) && baseline.count(print) > 0
    }

    /// The reason that a suppression gives, as it may be shown.
    pub(super) fn reason(&mut self, index: usize) -> Option<String> {
        let reason = self.held.get(index)?.it.reason.clone()?;
        Some(self.finisher.masked(reason))
    }

    /// The first suppression that is about a rule at this anchor. All of them have been of use.
    fn suppression(&mut self, rule: RuleIndex, anchor: Anchor) -> Option<usize> {
        if self.held.is_empty() {
            return None;
        }
        let at = [(anchor, rule), (Anchor::Spine, rule)];
        self.used.extend(at.iter().filter(|at| self.about.contains_key(at)));
        at.iter().find_map(|at| self.about.get(at)).copied()
    }

    fn level(&mut self, rule: RuleIndex, severity: Severity, place: Place) -> Option<Severity> {
        if !self.levels.varies(rule) {
            let nothing = Subject { description: None, states: &[], pointer: "" };
            return self.levels.at(rule, severity, &nothing);
        }
        let pointer = self.finisher.pointer(place).0;
        let summary = match place.anchor {
            Anchor::Chunk(index) => (self.summaries)(index),
            Anchor::Spine => None,
        };
        let states: Vec<&str> =
            summary.into_iter().flat_map(|it| &it.states).map(|state| state.name.as_str()).collect();
        let description = match place.anchor {
            Anchor::Chunk(_) => Some(summary.map_or("", |it| &it.description)),
            Anchor::Spine => None,
        };
        self.levels.at(rule, severity, &Subject { description, states: &states, pointer: &pointer })
    }

    /// Whether what a rule says at a place is in the baseline.
    fn is_known(
        &mut self,
        rule: RuleIndex,
        place: Place,
        message: &str,
        print: impl FnOnce(&mut Filter<'a>) -> u64,
    ) -> bool {
        let Some(baseline) = self.baseline.filter(|baseline| baseline.concerns(rule)) else { return false };
        let print = print(self);
        let known = baseline.count(print);
        if known == 0 {
            return false;
        }
        let met = self.met.entry(print).or_default();
        // The same words at the same place are told once.
        if self.said.insert((print, place, hash(message))) {
            *met += 1;
        }
        *met <= known
    }

    /// The fingerprint of what a rule says at a place.
    fn print(&mut self, rule: &str, place: Place) -> u64 {
        let (pointer, value, interaction) = self.finisher.identified(place);
        let path = stable_path(&pointer);
        let [consumer, provider] = self.pair();
        let pair = [consumer.as_deref(), provider.as_deref()];
        Identity::new(rule, pair, interaction.as_deref(), &path, value).fingerprint()
    }

    /// The names of the pair, secrets covered.
    fn pair(&mut self) -> &[Option<String>; 2] {
        let doc = self.doc;
        self.pair.get_or_insert_with(|| {
            let shown = doc.shown(Secrets::Hidden, false);
            [shown.consumer, shown.provider]
        })
    }

    /// What the fingerprints of an interaction depend on besides it.
    fn key(&mut self) -> u64 {
        if let Some(key) = self.key {
            return key;
        }
        let hidden = self.finisher.hidden();
        let mut hasher = rustc_hash::FxHasher::default();
        (hidden, self.pair()).hash(&mut hasher);
        *self.key.insert(hasher.finish())
    }

    /// Findings about suppressions that nothing was found for. To be asked once all else was.
    pub(super) fn unused(&mut self) -> Vec<Diagnostic> {
        let Some((index, severity)) = find("unused-suppression").and_then(|i| Some((i, self.levels.of(i)?)))
        else {
            return Vec::new();
        };
        // What is broken as text was not looked into.
        if self.held.is_empty() || !self.doc.is_clear() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for at in 0..self.held.len() {
            let one = self.held[at].clone();
            let used = one.rules.iter().any(|rule| self.used.contains(&(one.anchor, *rule)));
            if !used && self.could_be_used(&one) {
                found.push(one.diagnostic(ALL[index].meta.name, severity, self.doc));
            }
        }
        found
    }

    /// Whether one of the rules that a suppression is about has looked where it holds, and all
    /// of those that are on have.
    fn could_be_used(&mut self, one: &Held<'_>) -> bool {
        let place = Place { anchor: one.anchor, span: Span::at(0) };
        let mut any = false;
        for &rule in one.rules.iter().filter(|rule| is_suppressible(**rule)) {
            let Some(severity) = self.levels.of(rule) else { continue };
            if self.levels.vary() && self.level(rule, severity, place).is_none() {
                continue;
            }
            if ALL[rule].meta.scope == Scope::Workspace || ALL[rule].meta.group == "internal" {
                return false;
            }
            any = true;
        }
        any
    }
}

impl Held<'_> {
    fn diagnostic(&self, rule: &'static str, severity: Severity, doc: &Document) -> Diagnostic {
        let root = match self.anchor {
            Anchor::Spine => doc.spine_root(),
            Anchor::Chunk(index) => doc.chunks[index as usize].chunk.root(),
        };
        let selector = &self.it.selector;
        let edit = root.and_then(|root| removal(root, self.it.removal));
        let fix = edit.map(|edit| Fix {
            title: format!("Remove the suppression of '{selector}'"),
            applicability: Applicability::Safe,
            edits: vec![(self.anchor, edit)],
        });
        let whose = if self.anchor == Anchor::Spine { "file" } else { "interaction" };
        Diagnostic {
            rule,
            severity,
            message: format!(
                "'{selector}' finds nothing in this {whose}, so this suppression would only hide what comes next"
            ),
            help: Some("remove it, in the test that writes it".into()),
            place: Place { anchor: self.anchor, span: self.it.span },
            labels: Vec::new(),
            fixes: fix.into_iter().collect(),
            later: None,
            remedies: Vec::new(),
            by_library: false,
            within: None,
        }
    }
}

/// The edit that takes a suppression out of the text of `root`.
fn removal(root: Cursor<'_>, removal: Removal) -> Option<TextEdit> {
    match removal {
        Removal::Node(node) => Some(Editor::new(root).remove(root.at(node))),
        Removal::Bytes(span) => (!span.is_empty()).then(|| TextEdit::delete(span)),
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
