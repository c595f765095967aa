//! What came of a verification, for people and for programs.
//!
//! In every format no text has control characters, and none a secret that is known as one
//! unless secrets are asked for.

mod github;
mod html;
mod json;
mod junit;
mod markdown;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod told;

use std::io::{self, Write};

use crate::diagnostic::Elsewhere;
use crate::runner::contract::{Contract, Item};
use crate::runner::explain::Show;
use crate::runner::verify::outcome::Verification;

/// The shape of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a person.
    #[default]
    Text,
    /// Everything, for programs; the keys are described at [`write`].
    Json,
    /// JUnit's XML, for CI servers: a suite a pact, a case an interaction.
    Junit,
    /// One page that needs nothing else.
    Html,
    /// Markdown, for the summary of a job.
    Markdown,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// SARIF 2.1.0, for code scanning: a result a difference, at its place in the pact.
    Sarif,
}

impl Format {
    /// Every format, in the order of a help text.
    pub const ALL: [Format; 7] = [
        Format::Text,
        Format::Json,
        Format::Junit,
        Format::Html,
        Format::Markdown,
        Format::Github,
        Format::Sarif,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Junit => "junit",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Github => "github",
            Format::Sarif => "sarif",
        }
    }
}

/// Finds the test that wrote an interaction.
pub type FindTest<'a> = &'a dyn Fn(&Contract, &Item) -> Option<Elsewhere>;

/// How a report looks, and what it knows besides.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Whether the text is coloured.
    pub colour: bool,
    /// Whether secrets are shown.
    pub show: Show,
    /// Whether the text leaves out what passed.
    pub quiet: bool,
    /// The exit code of the run, where it is to be told.
    pub exit: Option<u8>,
    /// Finds tests; places in them count columns in code points.
    pub test: Option<FindTest<'a>>,
    /// The command that writes handlers for states.
    pub stub: Option<&'a str>,
    /// The command that runs again what failed.
    pub repeat: Option<&'a str>,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Options { colour, show, quiet, exit, test, stub, repeat } = self;
        let all = (colour, show, quiet, exit, test.is_some(), stub, repeat);
        write!(out, "Options{all:?}")
    }
}

/// Writes the report of a run to `out`.
///
/// The JSON report is one object. Keys may be added within a version, none changes its
/// meaning. Places are `{line, column}`, from one, columns in Unicode code points. Times are in
/// milliseconds. Texts are cut where they are long; a body has the key `bytes` beside it.
///
/// | key | holds |
/// |---|---|
/// | `version` | `1` |
/// | `tool` | `{name, version, core}`; `core` are the crates that judged, with their versions |
/// | `provider` | the URL of the provider |
/// | `summary` | `{passed, failed, pending, unanswered, unjudged, not_run, left, exit, took}`; `pending` are failures that do not count, and all others are told without them; `left` were not reached, because the run was stopped |
/// | `pacts[]` | `{path, consumer, provider, interactions}` |
/// | `interactions[]` | `{section, index, description, states, kind, status, pending, why, line, column, test, curl, request, response, explanation, core, state_calls, took}` |
/// | `status` | `passed`, `failed`, `state` (it could not be set up), `no-answer`, `unjudged` or `not-run`; of all but the first two `why` says the reason |
/// | `states[]` | `{name, params}` |
/// | `test` | null or `{path, line, column}`: the test that wrote the interaction |
/// | `curl` | null or the request as a command |
/// | `request` | null or `{url, method, headers, body, bytes}`; `headers` is a list of pairs; `body` null where it is no text |
/// | `response` | null or `{status, headers, body, bytes}` |
/// | `explanation` | null or `{differences, more, diff, actual, parts}` |
/// | `differences[]` | `{part, kind, at, expected, got, rule, place, near, follows, said}`: `rule` is null or `{text, path, place}`; `near` a name that is likely meant; `follows` whether it is of no interest, because the status says that another answer came; `said` what the core says |
/// | `diff[]` | `{side, text}`; `side` is `both`, `expected` or `actual` |
/// | `parts[]` | `{part, matched}` |
/// | `core[]` | `{part, at, expected, actual, said}`: the first of the core's mismatches, as they are |
/// | `state_calls[]` | `{state, setup, url, status, error}`; `error` is null where it went well |
pub fn write(
    format: Format,
    run: &Verification,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(run, options, out),
        Format::Json => json::write(run, options, out),
        Format::Junit => junit::write(run, options, out),
        Format::Html => html::write(run, options, out),
        Format::Markdown => markdown::write(run, options, out),
        Format::Github => github::write(run, options, out),
        Format::Sarif => sarif::write(run, options, out),
    }
}
