//! What a level may depend on below the file.

use crate::config::Levels;
use crate::diagnostic::Severity;
use crate::rules::RuleIndex;

/// What a diagnostic is about, for levels that hold for a part of a file only.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Description of the interaction, if it is about one; empty when that has none.
    pub description: Option<&'a str>,
    /// Names of its provider states.
    pub states: &'a [&'a str],
    /// JSON pointer of the node from the root of the file.
    pub pointer: &'a str,
}

impl Levels {
    /// Whether a level depends on more than the file, so that [`Levels::at`] is to be asked
    /// about each diagnostic.
    pub fn vary(&self) -> bool {
        false
    }

    /// The severity of what a rule, whose findings in this file are otherwise of `severity`,
    /// says about `subject`; `None` when it is off there.
    pub fn at(&self, _rule: RuleIndex, severity: Severity, _subject: &Subject<'_>) -> Option<Severity> {
        Some(severity)
    }
}
