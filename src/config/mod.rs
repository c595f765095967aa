//! Which rules run, and how loud they are; and what a project says in its own file.

mod baseline;
mod dsl;
pub mod file;
mod subject;

pub use baseline::{BASELINE_NAME, Baseline, BaselineError, Entry};
pub use dsl::Dsl;
pub use subject::Subject;

use std::hash::{Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::diagnostic::Severity;
use crate::model::regex::{Target, Targets};
use crate::rules::{ALL, Preset, RuleIndex, resolve_selector};

/// What the user chose, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The set of rules to start from.
    pub preset: Preset,
    /// If any: only these rules or groups run, in whatever preset they are.
    pub select: Vec<String>,
    /// Rules or groups that do not run.
    pub ignore: Vec<String>,
    /// The day it is, as days since 1970-01-01 in UTC. Whoever starts an analysis reads the
    /// clock, so that what is found depends on nothing else; 0 lies before anything expires.
    pub today: u64,
    /// The engines that patterns must suit; if none, those that the file itself suggests.
    pub targets: Vec<Target>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            preset: Preset::Recommended,
            select: Vec::new(),
            ignore: Vec::new(),
            today: 0,
            targets: Vec::new(),
        }
    }
}

/// The day it is now, for [`Settings::today`].
pub fn today() -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / DAY)
}

/// A name in the settings that is neither a rule nor a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' is neither a rule nor a group of rules{}; `pactlens rules` lists them", suggestion(.nearest))]
pub struct UnknownRule {
    /// The name as given.
    pub name: String,
    /// The rule that is spelt most like it.
    pub nearest: Option<&'static str>,
}

fn suggestion(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |n| format!(", did you mean '{n}'?"))
}

/// The level of every rule: what the settings come down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    levels: Vec<Option<Severity>>,
    /// The rules that are on and run on interactions.
    on_interactions: Vec<(RuleIndex, Severity)>,
    /// Whether the settings ask for findings whose cause is the generating library.
    pub library_findings: bool,
    /// The day it is, as in [`Settings::today`].
    pub today: u64,
    /// The engines that patterns must suit, as in [`Settings::targets`]; none for those that
    /// the file suggests.
    pub targets: Targets,
    /// Equal for equal levels.
    pub key: u64,
}

impl Settings {
    /// Turns names into levels.
    pub fn resolve(&self) -> Result<Levels, UnknownRule> {
        let mut levels: Vec<Option<Severity>> = ALL
            .iter()
            .map(|rule| {
                let on = self.select.is_empty() && rule.meta.preset <= self.preset;
                on.then_some(rule.meta.severity)
            })
            .collect();
        for selector in &self.select {
            for index in named(selector)? {
                levels[index] = Some(ALL[index].meta.severity);
            }
        }
        for selector in &self.ignore {
            for index in named(selector)? {
                levels[index] = None;
            }
        }
        let library_findings = self.preset == Preset::Strict || !self.select.is_empty();
        let targets = Targets::of(&self.targets);
        let mut hasher = rustc_hash::FxHasher::default();
        (&levels, library_findings, self.today, targets).hash(&mut hasher);
        let on = levels.iter().enumerate().filter_map(|(index, level)| Some((index, (*level)?)));
        let on_interactions = on.filter(|(index, _)| ALL[*index].check.on_interaction().is_some()).collect();
        let (today, key) = (self.today, hasher.finish());
        Ok(Levels { levels, on_interactions, library_findings, today, targets, key })
    }
}

fn named(selector: &str) -> Result<Vec<RuleIndex>, UnknownRule> {
    let found = resolve_selector(selector);
    if !found.is_empty() {
        return Ok(found);
    }
    let names = ALL.iter().map(|rule| rule.meta.name);
    Err(UnknownRule { name: selector.to_owned(), nearest: crate::text::nearest(selector, names) })
}

impl Levels {
    /// Sets the engines that patterns must suit.
    pub fn set_targets(&mut self, targets: Targets) {
        if targets != self.targets {
            let mut hasher = rustc_hash::FxHasher::default();
            (self.key, targets).hash(&mut hasher);
            (self.targets, self.key) = (targets, hasher.finish());
        }
    }

    /// The rules that are on and run on interactions, each with the severity of its findings.
    pub fn on_interactions(&self) -> &[(RuleIndex, Severity)] {
        &self.on_interactions
    }

    /// The severity of a rule's findings; `None` when it is off.
    pub fn of(&self, rule: RuleIndex) -> Option<Severity> {
        self.levels.get(rule).copied().flatten()
    }
}
