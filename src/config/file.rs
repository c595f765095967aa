//! `pactlens.toml`: what it may say, and what is wrong with one that says something else.
//!
//! A section is a module of its own below this one: a function over a `Section`, which knows
//! where each key stands. Reading never fails: [`parse`] gives what could be read and everything
//! that is wrong.

mod general;
mod overrides;
mod rules;
mod runs;
mod section;
mod states;

use toml::de::DeTable;

pub use general::{CONSUMER_KEYS, FOREIGN_FOLDERS, ROOT_KEYS};
pub(super) use overrides::holds;
pub use overrides::{OVERRIDE_KEYS, Override};
pub use rules::{OptionChange, RULE_KEYS, RuleChange, RuleLevel, RuleTable};
pub use runs::{MOCK_KEYS, RunsConfig, VERIFY_KEYS};
pub use section::{Fault, Problem};
use section::{Problems, Section, span};
pub use states::{Named, STATES_KEYS, StateSources, StatesConfig};

use crate::config::dsl::Dsl;
use crate::config::glob::Pattern;
use crate::model::regex::Target;
use crate::rules::Preset;
use crate::text::Span;

/// The names of a configuration file, the first one found in a folder counts.
pub const FILE_NAMES: [&str; 2] = ["pactlens.toml", ".pactlens.toml"];

/// Larger files are not read, in bytes.
pub const MAX_CONFIG_SIZE: usize = 1024 * 1024;

/// A key, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a sentence or two.
    pub doc: &'static str,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub span: Span,
}

/// A preset, and the release whose version of it is meant: major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// The preset.
    pub preset: Preset,
    /// The release; `None` for this one.
    pub release: Option<(u64, u64)>,
}

/// What a file builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extends {
    /// A preset.
    Preset(Pin),
    /// A file, relative to this one.
    File(String),
}

/// The least severity that makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Info,
    /// Nothing.
    Never,
}

/// Which pacts are taken to be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generated {
    /// Those whose metadata names a library.
    #[default]
    Auto,
    /// All.
    Always,
    /// None.
    Never,
}

impl Generated {
    /// Whether a pact is taken to be generated whose metadata names a library, or does not.
    pub fn counts(self, names_library: bool) -> bool {
        match self {
            Generated::Auto => names_library,
            Generated::Always => true,
            Generated::Never => false,
        }
    }
}

/// `[consumers."x"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// The name of the consumer.
    pub name: String,
    /// The library that its tests are written with; `Some(None)` for the one that the pact
    /// names.
    pub dsl: Option<At<Option<Dsl>>>,
}

/// What a configuration file says. What it does not say is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigFile {
    /// `root`.
    pub root: Option<At<bool>>,
    /// `extends`.
    pub extends: Vec<At<Extends>>,
    /// `preset`.
    pub preset: Option<At<Pin>>,
    /// `include`.
    pub include: Option<Vec<Pattern>>,
    /// `exclude`.
    pub exclude: Option<Vec<Pattern>>,
    /// `fail-on`.
    pub fail_on: Option<At<FailOn>>,
    /// `baseline`, relative to the folder that the file counts for.
    pub baseline: Option<At<String>>,
    /// `generated`.
    pub generated: Option<At<Generated>>,
    /// `dsl`; `Some(None)` for `auto`.
    pub dsl: Option<At<Option<Dsl>>>,
    /// `[consumers]`.
    pub consumers: Vec<Consumer>,
    /// `regex-targets`.
    pub targets: Option<At<Vec<Target>>>,
    /// `[rules]`.
    pub rules: RuleTable,
    /// `[[overrides]]`.
    pub overrides: Vec<Override>,
    /// `[states]`.
    pub states: StatesConfig,
    /// `[verify]` and `[mock]`.
    pub runs: RunsConfig,
}

/// Reads a configuration file on a day, given as in
/// [`Settings::today`](crate::config::Settings::today): what it says, as far as it can be read,
/// and everything that is wrong with it in the order of the text.
pub fn parse(text: &str, today: u64) -> (ConfigFile, Vec<Problem>) {
    let problems = Problems::default();
    let invalid = |span: Span, message: String, help: Option<String>| {
        problems.add(Fault::Invalid, span, || (message, help));
    };
    if text.len() > MAX_CONFIG_SIZE {
        let message = format!("The file is larger than {} MB and was not read", MAX_CONFIG_SIZE >> 20);
        invalid(Span::at(0), message, Some("split it, and name the parts in 'extends'".to_owned()));
        return (ConfigFile::default(), problems.all());
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let mut at = span(error.span().unwrap_or_default());
        at.start = at.start.min(text.len() as u32);
        at.end = at.end.clamp(at.start, text.len() as u32);
        // The parser explains itself over several lines.
        invalid(at, format!("This is not TOML: {}", error.message().replace('\n', ", ")), None);
    }
    // What a half-read text seems to say is no mistake of its own.
    let own = Problems::default();
    let root = Section::new("", table.get_ref(), if errors.is_empty() { &problems } else { &own });
    let file = read(&root, today);
    (file, problems.all())
}

fn read(root: &Section<'_>, today: u64) -> ConfigFile {
    root.knows(&ROOT_KEYS);
    general::required_version(root);
    ConfigFile {
        root: root.flag("root"),
        extends: general::extends(root),
        preset: general::preset(root),
        include: general::include(root),
        exclude: general::exclude(root),
        fail_on: general::choice(root, "fail-on", &FailOn::ALL),
        baseline: root.text("baseline"),
        generated: general::choice(root, "generated", &Generated::ALL),
        dsl: general::dsl(root),
        consumers: general::consumers(root),
        targets: general::targets(root),
        rules: root.section("rules").map(|it| rules::read(&it)).unwrap_or_default(),
        overrides: overrides::read(root, today),
        states: root.section("states").map(|it| states::read(&it)).unwrap_or_default(),
        runs: runs::read(root),
    }
}

#[cfg(test)]
mod tests;
