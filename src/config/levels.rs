//! The level of every rule for one file: what settings come down to.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::config::file::{Override, RuleLevel, RuleTable};
use crate::config::{Settings, UnknownRule};
use crate::diagnostic::Severity;
use crate::model::regex::Targets;
use crate::rules::{ALL, Options, Preset, RuleIndex, resolve_selector};

/// The level of every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// The level that each rule runs at: the one of the file, or, when that is off, the loudest
    /// that some part of a file may give it.
    levels: Vec<Option<Severity>>,
    /// The rules that are on and run on interactions.
    on_interactions: Vec<(RuleIndex, Severity)>,
    /// Levels that depend on more than the file.
    pub(super) parts: Option<Box<PartLevels>>,
    /// What of the rules is set beside their levels.
    pub options: Options,
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

/// Levels that hold for parts of a file only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartLevels {
    /// The level of each rule where no override of parts says otherwise.
    pub(super) file: Vec<Option<Severity>>,
    /// For each rule: the overrides that are about it, the last of which wins, and the level
    /// that each gives.
    pub(super) of_rule: Vec<Vec<(Arc<Override>, RuleLevel)>>,
    /// What the user wishes for this one run.
    pub(super) flags: Vec<Flag>,
}

/// What the flags of a run say of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flag {
    /// Nothing.
    Keep,
    /// It was selected, so it is on.
    On,
    /// It was ignored, or others were selected.
    Off,
}

impl Flag {
    /// What becomes of a level.
    pub(super) fn over(self, rule: RuleIndex, level: Option<Severity>) -> Option<Severity> {
        match self {
            Flag::Keep => level,
            Flag::On => level.or_else(|| ALL.get(rule).map(|rule| rule.meta.severity)),
            Flag::Off => None,
        }
    }
}

/// Levels in the making: what weighs less is said first.
pub(super) struct Builder {
    levels: Vec<Option<Severity>>,
    of_rule: Vec<Vec<(Arc<Override>, RuleLevel)>>,
    options: Options,
    preset: Preset,
}

impl Builder {
    /// Starts with a preset, as it was in a release if one is given.
    pub(super) fn new(preset: Preset, release: Option<(u64, u64)>) -> Builder {
        let level = |rule: &&crate::rules::Rule| {
            let known = release.is_none_or(|release| is_of(rule.meta.since, release));
            (known && rule.meta.preset <= preset).then_some(rule.meta.severity)
        };
        let levels = ALL.iter().map(level).collect();
        Builder { levels, of_rule: vec![Vec::new(); ALL.len()], options: Options::default(), preset }
    }

    /// Sets levels and options for the whole file.
    pub(super) fn set(&mut self, table: &RuleTable) {
        for change in &table.levels {
            self.levels[change.rule] = change.over(self.levels[change.rule]);
            self.of_rule[change.rule].clear();
        }
        for option in &table.options {
            self.options.set(option.rule, option.name, option.value.value.clone());
        }
    }

    /// Sets levels where an override of parts holds.
    pub(super) fn set_part(&mut self, part: &Arc<Override>) {
        for change in &part.rules.levels {
            if change.over(self.levels[change.rule]) != change.level.value.severity(change.rule) {
                continue;
            }
            self.of_rule[change.rule].push((Arc::clone(part), change.level.value));
        }
    }

    /// The levels, after what `settings` wish for this one run.
    pub(super) fn finish(self, settings: &Settings, targets: Targets) -> Result<Levels, UnknownRule> {
        let Builder { levels: file, of_rule, options, preset } = self;
        let flags = flags(settings)?;
        let run = |rule: RuleIndex| {
            let own = flags[rule].over(rule, file[rule]);
            let parts = of_rule[rule].iter().map(|(_, level)| flags[rule].over(rule, level.severity(rule)));
            own.or_else(|| parts.max().flatten())
        };
        let levels: Vec<Option<Severity>> = (0..ALL.len()).map(run).collect();
        let library_findings = preset == Preset::Strict || !settings.select.is_empty();
        let parts = of_rule.iter().any(|parts| !parts.is_empty());
        let parts = parts.then(|| Box::new(PartLevels { file, of_rule, flags }));
        let on = levels.iter().enumerate().filter_map(|(index, level)| Some((index, (*level)?)));
        let on_interactions = on.filter(|(index, _)| ALL[*index].check.on_interaction().is_some()).collect();
        let (today, key) = (settings.today, 0);
        let mut levels =
            Levels { levels, on_interactions, parts, options, library_findings, today, targets, key };
        levels.key = levels.hashed();
        Ok(levels)
    }
}

/// What the flags say of each rule.
fn flags(settings: &Settings) -> Result<Vec<Flag>, UnknownRule> {
    let start = if settings.select.is_empty() { Flag::Keep } else { Flag::Off };
    let mut flags = vec![start; ALL.len()];
    for (selectors, flag) in [(&settings.select, Flag::On), (&settings.ignore, Flag::Off)] {
        for selector in selectors {
            for index in named(selector)? {
                flags[index] = flag;
            }
        }
    }
    Ok(flags)
}

fn named(selector: &str) -> Result<Vec<RuleIndex>, UnknownRule> {
    let found = resolve_selector(selector);
    if !found.is_empty() {
        return Ok(found);
    }
    let names = ALL.iter().map(|rule| rule.meta.name);
    Err(UnknownRule { name: selector.to_owned(), nearest: crate::text::nearest(selector, names) })
}

/// Whether a rule of the release `since` was there in `release`.
fn is_of(since: &str, release: (u64, u64)) -> bool {
    let mut numbers = since.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) <= release
}

impl Levels {
    /// All rules off.
    pub(crate) fn silent() -> Levels {
        Levels {
            levels: vec![None; ALL.len()],
            on_interactions: Vec::new(),
            parts: None,
            options: Options::default(),
            library_findings: false,
            today: 0,
            targets: Targets::NONE,
            key: 0,
        }
    }

    fn hashed(&self) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        (&self.levels, &self.options, self.library_findings, self.today, self.targets).hash(&mut hasher);
        for part in self.parts.iter() {
            (&part.file, &part.flags).hash(&mut hasher);
            for (rule, (it, level)) in part
                .of_rule
                .iter()
                .enumerate()
                .flat_map(|(rule, parts)| parts.iter().map(move |part| (rule, part)))
            {
                (rule, level).hash(&mut hasher);
                for patterns in [&it.description, &it.state, &it.pointer] {
                    patterns.is_some().hash(&mut hasher);
                    patterns.iter().flatten().for_each(|pattern| pattern.text.hash(&mut hasher));
                }
            }
        }
        hasher.finish()
    }

    /// Whether a rule is on in parts of the file only.
    pub fn parts_only(&self, rule: RuleIndex) -> bool {
        self.parts.as_ref().is_some_and(|parts| {
            let flag = parts.flags.get(rule).copied().unwrap_or(Flag::Keep);
            flag.over(rule, parts.file.get(rule).copied().flatten()).is_none() && self.of(rule).is_some()
        })
    }

    /// The rules that are on and run on interactions, each with the severity of its findings.
    pub fn on_interactions(&self) -> &[(RuleIndex, Severity)] {
        &self.on_interactions
    }

    /// The severity of a rule's findings; `None` when it is off. Where levels [`vary`], a rule
    /// that is on in some part of the file only has the loudest level of those parts.
    ///
    /// [`vary`]: Levels::vary
    pub fn of(&self, rule: RuleIndex) -> Option<Severity> {
        self.levels.get(rule).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_leaves_out_what_came_later() {
        assert!(is_of("0.1.0", (0, 1)) && is_of("0.1.7", (0, 1)) && is_of("0.9.0", (1, 0)));
        assert!(!is_of("0.2.0", (0, 1)) && !is_of("1.0.0", (0, 9)) && !is_of("0.10.0", (0, 9)));
        let of = |release| {
            Builder::new(Preset::Strict, release)
                .finish(&Settings::default(), Targets::NONE)
                .expect("no names")
        };
        assert_eq!(of(Some((0, 1))), of(None), "there was no release before this one");
        assert!(of(Some((0, 0))).on_interactions().is_empty());
    }
}
