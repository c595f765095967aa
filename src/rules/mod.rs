//! The rules: one file each, in folders by group. A rule's doc comment is its
//! documentation; the examples in it run as tests.

mod across;
mod config;
mod context;
mod examples;
mod form;
mod generator;
mod graphql;
mod http;
mod interaction;
mod internal;
pub mod loosen;
pub(crate) mod matching;
mod meta;
mod options;
mod over_specification;
mod regex;
mod registry;
mod security;
mod sieve;
mod state;
pub(crate) mod structure;
mod syntax;
#[cfg(test)]
pub(crate) mod testing;
mod workspace;

pub use across::{CrossDiagnostic, CrossSink, Located, Reach, WorkspaceCx};
pub(crate) use context::Bodies;
pub use context::{FileCx, InteractionCx, Report, Sink};
pub use examples::{Example, examples};
pub use form::{is_by_form, is_said_by_form};
pub(crate) use generator::generator_sample;
pub use meta::{Cause, Meta, Preset, Scope};
pub use options::{OptionKind, OptionValue, Options, RuleOption};
pub use registry::{ALL, PANICKED, RuleIndex, find, groups, is_suppressible, resolve_selector};
pub(crate) use sieve::{Caught, Sieve, values};

/// A rule: what is known of it, and its check.
pub struct Rule {
    /// Identity, defaults, documentation.
    pub meta: Meta,
    /// The check.
    pub check: Check,
}

/// The code of a rule, by what it can see.
pub enum Check {
    /// Runs on each interaction.
    Interaction(fn(&InteractionCx<'_>, &mut Sink<'_>)),
    /// Runs once a file.
    File(fn(&FileCx<'_>, &mut Sink<'_>)),
    /// Runs on each interaction, and once on the rest of the file.
    Both(fn(&InteractionCx<'_>, &mut Sink<'_>), fn(&FileCx<'_>, &mut Sink<'_>)),
    /// Runs over the files of one provider, once for each provider.
    Provider(fn(&WorkspaceCx<'_>, &mut CrossSink<'_>)),
    /// Runs once over all files that are looked at together.
    Workspace(fn(&WorkspaceCx<'_>, &mut CrossSink<'_>)),
    /// Has no code of its own: the parser or a schema reports in its name.
    Elsewhere(Scope),
}

/// Declares a rule. The doc comment inside becomes its documentation; its options, if it has
/// some, come last.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        $name:literal, $group:literal, $severity:ident, $preset:ident, $cause:ident, $check:expr
        $(, [$($option:expr),+])?
    ) => {
        /// The rule of this file.
        pub(crate) static RULE: crate::rules::Rule = crate::rules::Rule {
            meta: crate::rules::Meta {
                name: $name,
                group: $group,
                severity: crate::diagnostic::Severity::$severity,
                preset: crate::rules::Preset::$preset,
                cause: crate::rules::Cause::$cause,
                scope: $check.scope(),
                since: "0.1.0",
                options: &[$($(&$option),+)?],
                docs: concat!($($doc, "\n"),+),
            },
            check: $check,
        };
    };
}
pub(crate) use rule;

impl Check {
    /// The part that runs on each interaction.
    pub fn on_interaction(&self) -> Option<fn(&InteractionCx<'_>, &mut Sink<'_>)> {
        match self {
            Check::Interaction(check) | Check::Both(check, _) => Some(*check),
            _ => None,
        }
    }

    /// The part that runs once a file.
    pub fn on_file(&self) -> Option<fn(&FileCx<'_>, &mut Sink<'_>)> {
        match self {
            Check::File(check) | Check::Both(_, check) => Some(*check),
            _ => None,
        }
    }

    /// The part that runs over many files, if it runs over those within `reach` at a time.
    pub fn on_files(&self, reach: Reach) -> Option<fn(&WorkspaceCx<'_>, &mut CrossSink<'_>)> {
        match (self, reach) {
            (Check::Provider(check), Reach::Provider) | (Check::Workspace(check), Reach::Workspace) => {
                Some(*check)
            }
            _ => None,
        }
    }

    /// What the rule can see.
    pub const fn scope(&self) -> Scope {
        match self {
            Check::Interaction(_) | Check::Both(..) => Scope::Interaction,
            Check::File(_) => Scope::File,
            Check::Provider(_) | Check::Workspace(_) => Scope::Workspace,
            Check::Elsewhere(scope) => *scope,
        }
    }
}
