//! What is known of a rule before it runs.

use crate::diagnostic::Severity;
use crate::rules::RuleOption;

/// What a rule can see, and so what its findings depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One interaction and the facts of its file.
    Interaction,
    /// The facts of the file, its spine, and a summary of each interaction.
    File,
    /// A summary of every pact that is looked at together.
    Workspace,
}

/// Who wrote what a rule finds, and so who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// The consumer test.
    Test,
    /// The library that generated the file.
    Library,
    /// Somebody who edited the file by hand.
    Hand,
}

/// The smallest set of rules that a rule is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Breakage that can be proven from the file.
    Minimal,
    /// The default.
    Recommended,
    /// Also what is a matter of taste or of few teams.
    Strict,
}

impl Cause {
    /// Who that is, in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::Test => "consumer test",
            Cause::Library => "generating library",
            Cause::Hand => "hand that edited the file",
        }
    }
}

impl Preset {
    /// All of them.
    pub const ALL: [Preset; 3] = [Preset::Minimal, Preset::Recommended, Preset::Strict];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Preset::Minimal => "minimal",
            Preset::Recommended => "recommended",
            Preset::Strict => "strict",
        }
    }

    /// The one with this [`name`](Preset::name).
    pub fn of_name(name: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.name() == name)
    }
}

/// A rule's identity, defaults and documentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Meta {
    /// Kebab-case, unique over all groups: the identity of the rule everywhere.
    pub name: &'static str,
    /// The folder it lives in; only a selector.
    pub group: &'static str,
    /// How bad its findings are unless they say otherwise.
    pub severity: Severity,
    /// The smallest preset that has it.
    pub preset: Preset,
    /// What it can see.
    pub scope: Scope,
    /// Who can mend it.
    pub cause: Cause,
    /// The release that first had it, or that last made it stricter: a preset pinned to an
    /// older one is without it.
    pub since: &'static str,
    /// What of it can be set beside its level.
    pub options: &'static [&'static RuleOption],
    /// Its documentation in Markdown: a summary line, why, examples, references.
    pub docs: &'static str,
}

impl Meta {
    /// The first line of the documentation.
    pub fn summary(&self) -> &'static str {
        self.docs.trim_start().lines().next().unwrap_or("").trim()
    }
}
