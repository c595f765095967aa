//! What a rule has to say: a message at a place, with labels, help and fixes.

mod finding;
mod fingerprint;
mod fixes;

pub use finding::{Elsewhere, Finding, FindingFix, FindingLabel, Hint, InteractionRef};
pub use fingerprint::{FINGERPRINT_KEY, Identity, OF_SEVERAL, fingerprint, stable_path};
pub use fixes::Fixes;

use std::borrow::Cow;

use crate::text::{Span, TextEdit};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is broken.
    Info,
    /// Very likely wrong.
    Warning,
    /// Broken for a tool of the Pact family, or can never verify.
    Error,
}

impl Severity {
    /// The lower-case name, as in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Which text a span is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Anchor {
    /// The spine: the file without its interactions.
    Spine,
    /// The interaction with this number, counted over the file.
    Chunk(u32),
}

/// A span and the text it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The text.
    pub anchor: Anchor,
    /// Bytes in that text.
    pub span: Span,
}

/// A further place, with what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// A few words.
    pub text: Cow<'static, str>,
}

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// The file did not load before, or the official core accepts exactly the same
    /// requests, responses and messages afterwards.
    Safe,
    /// The contract may become stricter or looser; the title says which.
    Unsafe,
    /// Only to be shown: the change needs a decision.
    DisplayOnly,
}

/// A change that removes the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an editor shows it.
    pub title: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// Edits that go together, each with the text it applies to.
    pub edits: Vec<(Anchor, TextEdit)>,
}

/// A change of the whole file that removes a finding. A rule, which sees a part of the file,
/// names it; the analysis makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Remedy {
    /// The file becomes one of V4.
    MakeV4,
    /// The metadata says the version that the file is read as, and nothing else does. Safe where
    /// that is what its author wrote elsewhere.
    Declare {
        /// Whether it is.
        meant: bool,
    },
}

/// What a rule reports, in spans of the spine or of one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why it matters. Starts with a capital or a quote, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<Cow<'static, str>>,
    /// The offending bytes.
    pub place: Place,
    /// Further places.
    pub labels: Vec<Label>,
    /// Changes that remove it.
    pub fixes: Vec<Fix>,
    /// A further change removes it, of this applicability, and is costly to find: it is made when
    /// somebody asks, and may turn out to be none.
    pub later: Option<Applicability>,
    /// Changes of the whole file that remove it.
    pub remedies: Vec<Remedy>,
    /// The library that wrote the file is to blame, although the rule is about more than that.
    pub by_library: bool,
    /// Where in its interaction it stands, and the kind of the value there, as soon as that is known.
    pub within: Option<(Box<str>, &'static str)>,
}
