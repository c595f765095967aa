//! A configuration file with all that it extends, and what they say together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::file::{
    At, ConfigFile, FailOn, Generated, Override, Pin, Problem, RuleTable, RunsConfig, holds,
};
use crate::config::glob::{Pattern, below, normal};
use crate::config::levels::Builder;
use crate::config::{Dsl, Levels, Settings, UnknownRule};
use crate::model::regex::{Target, Targets};
use crate::model::{FileFacts, FileSummary, Version};
use crate::rules::Preset;
use crate::text::Span;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layer {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says.
    pub file: ConfigFile,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Where files that it extends would be, and cannot be read.
    pub missing: Vec<PathBuf>,
}

/// What settings are made of: what weighs less comes first.
#[derive(Debug, Clone)]
pub enum Step {
    /// A preset that a layer extends.
    Preset(At<Pin>, Arc<Layer>),
    /// A file.
    File(Arc<Layer>),
}

/// A value, where it stands, and in which file.
#[derive(Debug, Clone)]
pub struct Origin<'a, T> {
    /// The value.
    pub value: T,
    /// Its bytes.
    pub span: Span,
    /// The file.
    pub layer: &'a Layer,
}

/// What overrides ask of a pact as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits<'a> {
    /// Name of the consumer.
    pub consumer: Option<&'a str>,
    /// Name of the provider.
    pub provider: Option<&'a str>,
    /// The version of the specification.
    pub version: Option<Version>,
    /// The library that wrote it.
    pub library: Option<&'a str>,
}

impl<'a> Traits<'a> {
    /// Of a file with these facts.
    pub fn of(facts: &'a FileFacts) -> Traits<'a> {
        Traits {
            consumer: facts.consumer.as_deref(),
            provider: facts.provider.as_deref(),
            version: Some(facts.version()),
            library: facts.library.as_ref().map(|library| library.name.as_str()),
        }
    }

    /// Of a file of which this is known.
    pub fn of_summary(summary: &'a FileSummary) -> Traits<'a> {
        Traits {
            consumer: summary.consumer.as_ref().map(|party| party.name.as_str()),
            provider: summary.provider.as_ref().map(|party| party.name.as_str()),
            version: Some(summary.version),
            library: summary.library.as_deref(),
        }
    }
}

/// What holds for the pacts of a folder: its configuration file and what that extends.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The folder that globs and paths are relative to, absolute.
    folder: PathBuf,
    /// The same as patterns are held against it.
    normal: String,
    steps: Vec<Step>,
    /// Overrides of each step, to be shared by the levels that they are part of.
    overrides: Vec<Vec<Arc<Override>>>,
}

impl Project {
    /// What `steps`, the last of which is the nearest file, say of the pacts below `folder`,
    /// which is absolute.
    pub fn new(folder: PathBuf, steps: Vec<Step>) -> Project {
        let of = |step: &Step| match step {
            Step::Preset(..) => Vec::new(),
            Step::File(layer) => layer.file.overrides.iter().cloned().map(Arc::new).collect(),
        };
        let overrides = steps.iter().map(of).collect();
        Project { normal: normal(&folder), folder, steps, overrides }
    }

    /// What one file says of the pacts below `/`, for tests.
    #[cfg(test)]
    pub(crate) fn of(file: ConfigFile) -> Project {
        let layer = Layer { file, ..Layer::default() };
        Project::new(PathBuf::from("/"), vec![Step::File(Arc::new(layer))])
    }

    /// The folder that globs and paths are relative to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the settings are made of, what weighs least first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The files, each once and where it weighs most, the nearest last.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = &Arc<Layer>> {
        self.steps.iter().enumerate().filter_map(|(at, step)| match step {
            Step::File(layer) => {
                let known = |step: &Step| matches!(step, Step::File(other) if Arc::ptr_eq(other, layer));
                (!self.steps[at + 1..].iter().any(known)).then_some(layer)
            }
            Step::Preset(..) => None,
        })
    }

    /// What the last file that says something says.
    fn last<'a, T>(&'a self, get: impl Fn(&'a ConfigFile) -> Option<&'a At<T>>) -> Option<Origin<'a, &'a T>> {
        self.layers().rev().find_map(|layer| {
            let At { value, span } = get(&layer.file)?;
            Some(Origin { value, span: *span, layer })
        })
    }

    /// The preset to start from.
    pub fn preset(&self) -> Option<Origin<'_, Pin>> {
        self.steps.iter().rev().find_map(|step| {
            let (at, layer) = match step {
                Step::Preset(pin, layer) => (*pin, layer),
                Step::File(layer) => (layer.file.preset?, layer),
            };
            Some(Origin { value: at.value, span: at.span, layer })
        })
    }

    /// `fail-on`.
    pub fn fail_on(&self) -> Option<Origin<'_, &FailOn>> {
        self.last(|file| file.fail_on.as_ref())
    }

    /// `generated`.
    pub fn generated(&self) -> Option<Origin<'_, &Generated>> {
        self.last(|file| file.generated.as_ref())
    }

    /// Which pacts count as generated.
    pub fn counts_as_generated(&self) -> Generated {
        self.generated().map_or_else(Generated::default, |from| *from.value)
    }

    /// `baseline`, as it is written: relative to [`Project::folder`].
    pub fn baseline(&self) -> Option<Origin<'_, &String>> {
        self.last(|file| file.baseline.as_ref())
    }

    /// The path of the baseline.
    pub fn baseline_path(&self) -> Option<PathBuf> {
        self.baseline().map(|from| self.folder.join(from.value))
    }

    /// `[verify]`, of the nearest file that has it, and `[mock]` likewise.
    pub fn runs(&self) -> RunsConfig {
        let all = || self.layers().rev().map(|layer| &layer.file.runs);
        let verify = all().find(|runs| runs.provider.is_some() || runs.state_url.is_some());
        RunsConfig { mock_port: all().find_map(|runs| runs.mock_port), ..verify.cloned().unwrap_or_default() }
    }

    /// `regex-targets`.
    pub fn targets(&self) -> Option<Origin<'_, &Vec<Target>>> {
        self.last(|file| file.targets.as_ref())
    }

    /// The library whose language hints for this consumer are in; `None` in it for the one
    /// that wrote the pact.
    pub fn dsl(&self, consumer: Option<&str>) -> Option<Origin<'_, Option<Dsl>>> {
        let own = self.layers().rev().find_map(|layer| {
            let known = layer.file.consumers.iter().find(|it| Some(it.name.as_str()) == consumer)?;
            known.dsl.map(|dsl| Origin { value: dsl.value, span: dsl.span, layer })
        });
        own.or_else(|| {
            self.last(|file| file.dsl.as_ref()).map(|Origin { value, span, layer }| Origin {
                value: *value,
                span,
                layer,
            })
        })
    }

    /// The patterns of `include`.
    pub fn include(&self) -> impl Iterator<Item = Origin<'_, &Pattern>> {
        self.patterns(|file| file.include.as_ref())
    }

    /// The patterns of `exclude`.
    pub fn exclude(&self) -> impl Iterator<Item = Origin<'_, &Pattern>> {
        self.patterns(|file| file.exclude.as_ref())
    }

    /// Those of the last file that has some.
    fn patterns<'a>(
        &'a self,
        get: impl Fn(&'a ConfigFile) -> Option<&'a Vec<Pattern>>,
    ) -> impl Iterator<Item = Origin<'a, &'a Pattern>> {
        let found = self.layers().rev().find_map(|layer| Some((layer, get(&layer.file)?)));
        found.into_iter().flat_map(|(layer, patterns)| {
            patterns.iter().map(move |pattern| Origin { value: pattern, span: pattern.span, layer })
        })
    }

    /// Whether `path`, which is absolute, is to be searched even where git ignores it.
    pub fn includes(&self, path: &Path) -> bool {
        let path = normal(path);
        self.include().any(|from| from.value.matches(below(&self.normal, &path)))
    }

    /// Whether `path`, which is absolute, is not to be checked.
    pub fn excludes(&self, path: &Path) -> bool {
        let path = normal(path);
        self.exclude().any(|from| from.value.matches(below(&self.normal, &path)))
    }

    /// Whether an override holds for some of a pact at `path`, relative to the folder.
    pub fn concerns(&self, it: &Override, path: &str, traits: Traits<'_>, today: u64) -> bool {
        !it.is_expired(today)
            && holds(it.file.as_ref(), Some(path))
            && holds(it.consumer.as_ref(), traits.consumer)
            && holds(it.provider.as_ref(), traits.provider)
            && holds(it.generator.as_ref(), traits.library)
            && holds(it.spec.as_ref(), traits.version.map(Version::name))
    }

    /// A path as seen from the folder, as patterns are held against it.
    pub fn relative(&self, path: &Path) -> String {
        below(&self.normal, &normal(path)).to_owned()
    }

    /// The overrides that hold for a pact or some of it, with the files they stand in, what
    /// weighs least first.
    pub fn overrides<'a>(
        &'a self,
        path: &'a str,
        traits: Traits<'a>,
        today: u64,
    ) -> impl Iterator<Item = (&'a Layer, &'a Override)> {
        self.steps.iter().zip(&self.overrides).flat_map(move |(step, overrides)| {
            let layer = match step {
                Step::Preset(_, layer) | Step::File(layer) => &**layer,
            };
            let holding = overrides.iter().filter(move |it| self.concerns(it, path, traits, today));
            holding.map(move |it| (layer, &**it))
        })
    }

    /// The levels of a pact at `path`, which is relative to the folder, for a run with
    /// `settings`: these win over overrides, overrides over rules, rules over what is extended,
    /// and all of them over the preset.
    pub fn levels(&self, settings: &Settings, path: &str, traits: Traits<'_>) -> Result<Levels, UnknownRule> {
        let own = self.preset().map(|from| from.value);
        let pin = match settings.preset {
            Some(preset) => Pin { preset, release: None },
            None => own.unwrap_or(Pin { preset: Preset::Recommended, release: None }),
        };
        let mut builder = Builder::new(pin.preset, pin.release);
        for (step, overrides) in self.steps.iter().zip(&self.overrides) {
            let Step::File(layer) = step else { continue };
            builder.set(&layer.file.rules);
            for it in overrides.iter().filter(|it| self.concerns(it, path, traits, settings.today)) {
                if it.is_of_parts() {
                    builder.set_part(it);
                } else {
                    builder.set(&it.rules);
                }
            }
        }
        let targets = match (&settings.targets[..], self.targets()) {
            ([], Some(from)) => Targets::of(from.value),
            (targets, _) => Targets::of(targets),
        };
        builder.finish(settings, targets)
    }

    /// The levels that hold where nothing is known of a pact, such as for the file itself.
    pub fn own_levels(&self, settings: &Settings) -> Result<Levels, UnknownRule> {
        let mut own = self.clone();
        own.overrides.iter_mut().for_each(Vec::clear);
        own.levels(settings, "", Traits::default())
    }

    /// The tables of rules, what weighs least first, for one who wants to know where a level
    /// comes from.
    pub fn tables<'a>(
        &'a self,
        path: &'a str,
        traits: Traits<'a>,
        today: u64,
    ) -> impl Iterator<Item = (&'a Layer, Option<&'a Override>, &'a RuleTable)> {
        self.steps.iter().zip(&self.overrides).flat_map(move |(step, overrides)| {
            let layer = match step {
                Step::Preset(..) => None,
                Step::File(layer) => Some(&**layer),
            };
            let holding = overrides.iter().filter(move |it| self.concerns(it, path, traits, today));
            layer.into_iter().flat_map(move |layer| {
                let own = std::iter::once((layer, None, &layer.file.rules));
                own.chain(holding.clone().map(move |it| (layer, Some(&**it), &it.rules)))
            })
        })
    }
}
