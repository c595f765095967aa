//! A diagnostic at its final place in a file, ready for a report or an editor.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Applicability, Fixes, Severity};
use crate::text::{LineCol, Span, TextEdit};

/// A finding: a diagnostic in byte offsets of the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// Group of the rule.
    pub group: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why it matters.
    pub message: String,
    /// What to do.
    pub help: Option<Cow<'static, str>>,
    /// The offending bytes of the file.
    pub span: Span,
    /// Further places in the same file.
    pub labels: Vec<FindingLabel>,
    /// Changes that remove it.
    pub fixes: Fixes,
    /// Further places in other files.
    pub elsewhere: Vec<Elsewhere>,
    /// What to write in the test that the pact comes from, in the libraries it may be
    /// written with.
    pub hints: Vec<Hint>,
    /// The test that wrote the interaction, where it was found.
    pub test: Option<Elsewhere>,
    /// The interaction it is about, if it is about one.
    pub interaction: Option<Arc<InteractionRef>>,
    /// JSON pointer of the node it is about, from the root of the file.
    pub pointer: String,
    /// Kind of the JSON value there: `object`, `array`, `string`, `number`, `boolean` or
    /// `null`; empty when there is none.
    pub value: &'static str,
}

impl Finding {
    /// A finding that says `message` at `span`, and nothing else.
    pub fn plain(
        (group, rule): (&'static str, &'static str),
        severity: Severity,
        span: Span,
        message: String,
    ) -> Finding {
        Finding {
            rule,
            group,
            severity,
            message,
            help: None,
            span,
            labels: Vec::new(),
            fixes: Fixes::default(),
            elsewhere: Vec::new(),
            hints: Vec::new(),
            test: None,
            interaction: None,
            pointer: String::new(),
            value: "",
        }
    }
}

/// A further place of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLabel {
    /// Where.
    pub span: Span,
    /// A few words.
    pub text: Cow<'static, str>,
}

/// A place in another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The file, as whoever asked for the analysis calls it.
    pub file: Arc<str>,
    /// Where it starts, in the encoding that was asked for.
    pub start: LineCol,
    /// Where it ends.
    pub end: LineCol,
    /// A few words.
    pub text: String,
}

/// What to write in a test so that the pact it writes no longer has the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The library, as its users call it: `pact-js`.
    pub library: &'static str,
    /// The code, on one line where it fits.
    pub code: String,
}

/// A change that removes a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingFix {
    /// What it does.
    pub title: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// Edits that go together.
    pub edits: Vec<TextEdit>,
}

/// Which interaction a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InteractionRef {
    /// `interactions` or `messages`.
    pub section: &'static str,
    /// Position in that array, from zero.
    pub index: u32,
    /// Its description; empty when it has none.
    pub description: String,
    /// Names of its provider states, in order.
    pub states: Vec<String>,
}
