//! What a run has to say, as text for people and as JSON and SARIF for programs.
//!
//! Every format is deterministic: files come in the order of the caller, the
//! findings of a file by the start of their span, then the worse first, then by
//! rule.

mod colour;
mod concise;
mod cut;
mod escape;
mod excerpt;
#[cfg(test)]
mod fixture;
mod json;
#[cfg(feature = "broker")]
pub mod matrix;
#[cfg(feature = "runner")]
pub mod mutation;
mod position;
mod sarif;
mod states;
mod statistics;
#[cfg(feature = "broker")]
pub mod table;
mod text;
#[cfg(feature = "runner")]
pub mod verification;
#[cfg(feature = "http")]
mod xml;

use std::io::{self, Write};
use std::time::Duration;

pub use colour::{ColourChoice, ColourEnv, decide_colour};
pub use escape::{escape, is_hidden};
pub use position::Position;
pub use states::{StatesFormat, StatesReport, StubLanguage, render_states, state_stubs};

use crate::analysis::Suppressed;
use crate::diagnostic::{Applicability, Finding, fingerprint};
use crate::rules::Meta;
use crate::text::LineIndex;

/// The name of this program in reports.
const TOOL: &str = "pactlens";
/// The version of this program in reports.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A file that was checked, and what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct FileReport<'a> {
    /// How the file is called, with forward slashes.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The lines of `text`.
    pub lines: &'a LineIndex,
    /// What was found, in any order; spans are offsets into `text`.
    pub findings: &'a [Finding],
    /// What was found and is not to be heard of.
    pub suppressed: &'a [Suppressed],
    /// A library wrote it and will write it again, so that only a change of the test lasts.
    pub generated: bool,
    /// What pact it holds; `None` when it is none.
    pub pact: Option<PactRef<'a>>,
    /// Whether version control does not keep it, so that no review shows its lines.
    pub untracked: bool,
}

/// Which pact a file holds, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PactRef<'a> {
    /// Name of the consumer.
    pub consumer: Option<&'a str>,
    /// Name of the provider.
    pub provider: Option<&'a str>,
    /// Version of the specification, such as `V4`.
    pub specification: Option<&'a str>,
}

/// The shape of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a person: each finding with the lines it is about.
    #[default]
    Text,
    /// One line a finding.
    Concise,
    /// Everything, for programs; the keys are described at [`render`].
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl Format {
    /// Every format, in the order of a help text.
    pub const ALL: [Format; 4] = [Format::Text, Format::Concise, Format::Json, Format::Sarif];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
        }
    }
}

/// Totals of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files that were checked as pacts.
    pub files_checked: usize,
    /// Files that were looked at and were no pacts.
    pub files_skipped: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that pacts themselves suppress.
    pub suppressed: usize,
    /// Findings that are in the baseline.
    pub in_baseline: usize,
    /// Wall time. Only the text report shows it, so that the others have the same
    /// bytes in every run.
    pub elapsed: Duration,
}

/// How a report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether the text formats use colours; see [`decide_colour`].
    pub colour: bool,
    /// Width of the terminal in columns. Snippets take between 40 and 160 of them.
    pub width: usize,
    /// Whether the text formats say that a fix exists and which flag applies it.
    pub fix_hints: bool,
    /// Whether the text formats count findings by rule in place of showing them, and JSON
    /// besides.
    pub statistics: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { colour: false, width: 120, fix_hints: true, statistics: false }
    }
}

/// Writes the report of a run to `out`. `rules` describes the rules of the run;
/// SARIF quotes from it.
///
/// The JSON report is one object. Keys may be added within a version, none changes
/// its meaning. Positions are `{line, column}`, from one, columns in Unicode code
/// points; `span` is `{start, end}`, from zero, in bytes of the file.
///
/// | key | holds |
/// |---|---|
/// | `version` | `1` |
/// | `tool` | `{name, version}` |
/// | `summary` | `{files_checked, files_skipped, files_with_findings, errors, warnings, infos, fixable, suppressed, in_baseline}`; `fixable` counts findings that `--fix` mends, so none in generated files; those that a pact suppresses or the baseline has are no findings and are only counted, in the last two |
/// | `files[]` | `{path, consumer, provider, specification, findings}`; the three names are null when unknown |
/// | `findings[]` | `{rule, group, severity, message, help, pointer, span, start, end, interaction, test, labels, elsewhere, hints, fixes, fingerprint}`; `severity` is `error`, `warning` or `info`; `pointer` a JSON pointer; `fingerprint` 16 hexadecimal digits, see [`fingerprint`] |
/// | `interaction` | null or `{section, index, description, states}`; `section` is `interactions` or `messages`, `index` counts from zero |
/// | `test` | null or `{path, line, column}`: the test that wrote the interaction, where it was found |
/// | `labels[]` | `{text, span, start, end}` |
/// | `elsewhere[]` | `{path, text, start, end}`: a further place in another file of the run |
/// | `hints[]` | `{library, code}`: what to write in the consumer test, and with which library |
/// | `fixes[]` | `{title, applicability, edits}`; `applicability` is `safe`, `unsafe` or `display-only` |
/// | `statistics[]` | only if asked for: `{rule, group, severity, count, files, fixable}`, one for each rule that found something, most findings first |
/// | `edits[]` | `{span, start, end, text}`: `text` takes the place of `span` |
pub fn render(
    format: Format,
    files: &[FileReport<'_>],
    summary: &Summary,
    rules: &[&Meta],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(files, summary, options, out),
        Format::Concise if options.statistics => statistics::write(files, options, out),
        Format::Concise => concise::write(files, options, out),
        Format::Json => json::write(files, summary, options, out),
        Format::Sarif => sarif::write(files, rules, out),
    }
}

impl<'a> FileReport<'a> {
    /// The findings in the order of a report.
    fn sorted(&self) -> Vec<&'a Finding> {
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        findings.sort_by(|a, b| {
            let by_place = a.span.start.cmp(&b.span.start);
            by_place.then(b.severity.cmp(&a.severity)).then(a.rule.cmp(b.rule))
        });
        findings
    }

    fn fingerprint(&self, finding: &Finding) -> u64 {
        let pact = self.pact.unwrap_or_default();
        fingerprint(finding, pact.consumer, pact.provider)
    }
}

/// A fingerprint as it is written: 16 lower-case hexadecimal digits.
fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}

/// Whether `--fix` mends a finding: there is a safe fix, and no library generated the file.
fn is_fixable(file: &FileReport<'_>, finding: &Finding) -> bool {
    !file.generated && finding.fixes.first_of(Applicability::Safe).is_some()
}

fn count_fixable(files: &[FileReport<'_>]) -> usize {
    let in_file = |file: &FileReport<'_>| file.findings.iter().filter(|it| is_fixable(file, it)).count();
    files.iter().map(in_file).sum()
}

fn count_with_findings(files: &[FileReport<'_>]) -> usize {
    files.iter().filter(|file| !file.findings.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::text::Span;

    #[test]
    fn findings_are_sorted_by_place_severity_and_rule() {
        let at = |start, severity, rule| {
            let span = Span::at(start);
            Finding { span, severity, rule, ..fixture::finding("") }
        };
        let findings = [
            at(9, Severity::Error, "a"),
            at(2, Severity::Info, "b"),
            at(2, Severity::Error, "d"),
            at(2, Severity::Error, "c"),
        ];
        let file = fixture::Owned::new("0123456789", findings.to_vec());
        let rules: Vec<&str> = file.report().sorted().iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["c", "d", "b", "a"]);
    }
}
