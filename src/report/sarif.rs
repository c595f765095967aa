//! The report in SARIF 2.1.0, the format of code scanning
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

pub(in crate::report) mod model;
#[cfg(test)]
pub(in crate::report) mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::SuppressedBy;
use crate::diagnostic::{Applicability, Elsewhere, FINGERPRINT_KEY, Finding, FindingFix, Hint, Severity};
use crate::report::position::{Position, Positions};
use crate::report::{FileReport, TOOL, VERSION, hex};
use crate::rules::Meta;
use crate::text::Span;
use model::*;

pub(super) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the log on one line, and a line feed. Of `rules`, the log describes those
/// that found something.
pub(super) fn write(files: &[FileReport<'_>], rules: &[&Meta], out: &mut dyn Write) -> io::Result<()> {
    let suppressed = files.iter().flat_map(|file| file.suppressed).map(|one| &one.finding);
    let any_suppressed = suppressed.clone().next().is_some();
    let found = files.iter().flat_map(|file| file.findings).chain(suppressed);
    let found: FxHashSet<&str> = found.map(|finding| finding.rule).collect();
    let rules: Vec<&Meta> = rules.iter().copied().filter(|meta| found.contains(meta.name)).collect();
    let places = rules.iter().enumerate().map(|(at, meta)| (meta.name, at)).collect();
    let driver = Driver {
        name: TOOL,
        version: VERSION,
        semantic_version: VERSION,
        rules: rules.iter().map(|meta| rule(meta)).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        column_kind: "unicodeCodePoints",
        results: files.iter().flat_map(|file| results(file, &places, any_suppressed)).collect(),
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_writer(&mut *out, &log)?;
    writeln!(out)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(meta: &Meta) -> Rule<'_> {
    // Viewers show a name beside the identifier; by custom it is in Pascal case.
    let name = meta.name.split('-').filter(|word| !word.is_empty()).map(|word| {
        let (head, tail) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        head.to_uppercase() + tail
    });
    // The paragraph after the summary says why; without one the summary must do.
    let mut paragraphs = meta.docs.trim().split("\n\n").map(str::trim).skip(1);
    let why = paragraphs.find(|paragraph| !paragraph.is_empty());
    let why = why.filter(|paragraph| !paragraph.starts_with(['#', '`'])).unwrap_or(meta.summary());
    Rule {
        id: meta.name,
        name: name.collect(),
        short_description: Text::new(meta.summary()),
        full_description: Text::new(why.replace('\n', " ")),
        help: Help { text: meta.docs.trim(), markdown: meta.docs.trim() },
        default_configuration: Configuration { level: level(meta.severity) },
        properties: RuleProperties { tags: [meta.group] },
    }
}

/// The findings of a file, then what is suppressed of it. `marked` tells whether results say
/// that they are not suppressed.
fn results<'a>(file: &FileReport<'a>, places: &FxHashMap<&str, usize>, marked: bool) -> Vec<Outcome<'a>> {
    let mut positions = Positions::new(file.text, file.lines);
    let mut locator = Locator { uri: uri(file.path), positions: &mut positions };
    let mut result = |finding: &'a Finding, by: Option<&'a SuppressedBy>| Outcome {
        rule_id: finding.rule,
        rule_index: places.get(finding.rule).copied(),
        level: level(finding.severity),
        message: Text::new(message(finding)),
        locations: [Location {
            id: None,
            message: None,
            physical_location: match hidden(file, finding) {
                Some(test) => elsewhere(test),
                None => locator.physical(finding.span),
            },
            logical_locations: logical(finding),
        }],
        related_locations: related(file, finding, &mut locator),
        fixes: finding.fixes.iter().filter_map(|fix| locator.fix(fix)).collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT_KEY, hex(file.fingerprint(finding)))]),
        suppressions: marked.then(|| by.map(suppression).into_iter().collect()),
        properties: (!finding.hints.is_empty()).then(|| OutcomeProperties {
            hints: finding
                .hints
                .iter()
                .map(|Hint { library, code }| HintProperty { library, code })
                .collect(),
        }),
    };
    let mut all: Vec<Outcome<'a>> = file.sorted().into_iter().map(|finding| result(finding, None)).collect();
    all.extend(file.suppressed.iter().map(|one| result(&one.finding, Some(&one.by))));
    all
}

fn suppression(by: &SuppressedBy) -> Suppression<'_> {
    match by {
        SuppressedBy::Pact { reason } => Suppression { kind: "inSource", justification: reason.as_deref() },
        SuppressedBy::Baseline => {
            Suppression { kind: "external", justification: Some("known: it is in the baseline") }
        }
    }
}

/// The test that wrote what a finding is about, if no review shows the file itself: the place
/// where the finding is seen, and where it is mended.
fn hidden<'a>(file: &FileReport<'_>, finding: &'a Finding) -> Option<&'a Elsewhere> {
    finding.test.as_ref().filter(|_| file.untracked)
}

/// All further places of a finding, numbered from one.
fn related<'a>(
    file: &FileReport<'a>,
    finding: &'a Finding,
    locator: &mut Locator<'_, '_>,
) -> Vec<Location<'a>> {
    let mut places: Vec<(&str, PhysicalLocation)> = Vec::new();
    match (&finding.test, hidden(file, finding)) {
        (_, Some(_)) => places.push(("in the pact", locator.physical(finding.span))),
        (Some(test), None) => places.push((&test.text, elsewhere(test))),
        (None, None) => {}
    }
    places.extend(finding.labels.iter().map(|label| (&*label.text, locator.physical(label.span))));
    places.extend(finding.elsewhere.iter().map(|place| (place.text.as_str(), elsewhere(place))));
    let place = |(id, (text, physical_location))| Location {
        id: Some(id),
        message: Some(Text::new(text)),
        physical_location,
        logical_locations: Vec::new(),
    };
    (1..).zip(places).map(place).collect()
}

/// A place in another file.
fn elsewhere(place: &Elsewhere) -> PhysicalLocation {
    let [start, end] = [place.start, place.end].map(Position::from);
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(&place.file) },
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        },
    }
}

/// The message as one paragraph: most viewers show nothing but it, so the help is
/// part of it, and the first line of code for the test.
fn message(finding: &Finding) -> String {
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!(". {help}"));
    let hint = finding
        .hints
        .first()
        .map_or_else(String::new, |Hint { library, code }| format!(". In the test, with {library}: {code}"));
    format!("{}{help}{hint}", finding.message)
}

/// The node that a finding is about, as a JSON pointer, and its interaction.
fn logical(finding: &Finding) -> Vec<LogicalLocation> {
    let interaction = finding.interaction.as_ref().map(|interaction| LogicalLocation {
        name: (!interaction.description.is_empty()).then(|| interaction.description.clone()),
        fully_qualified_name: format!("/{}/{}", interaction.section, interaction.index),
    });
    let is_interaction =
        interaction.as_ref().is_some_and(|whole| whole.fully_qualified_name == finding.pointer);
    let node = (!finding.pointer.is_empty() && !is_interaction)
        .then(|| LogicalLocation { name: None, fully_qualified_name: finding.pointer.clone() });
    node.into_iter().chain(interaction).collect()
}

/// Turns spans of one file into regions.
struct Locator<'a, 'p> {
    uri: String,
    positions: &'p mut Positions<'a>,
}

impl Locator<'_, '_> {
    fn artifact(&self) -> ArtifactLocation {
        ArtifactLocation { uri: self.uri.clone() }
    }

    fn region(&mut self, span: Span) -> Region {
        let (start, end) = self.positions.of(span);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    fn physical(&mut self, span: Span) -> PhysicalLocation {
        PhysicalLocation { artifact_location: self.artifact(), region: self.region(span) }
    }

    /// A fix that a program may apply; one that is only to be shown has no place in SARIF.
    fn fix<'f>(&mut self, fix: &'f FindingFix) -> Option<Fix<'f>> {
        if fix.edits.is_empty() || fix.applicability == Applicability::DisplayOnly {
            return None;
        }
        let replace = |edit: &'f crate::text::TextEdit| Replacement {
            deleted_region: self.region(edit.span),
            inserted_content: (!edit.text.is_empty()).then(|| Content { text: &edit.text }),
        };
        let replacements = fix.edits.iter().map(replace).collect();
        let change = ArtifactChange { artifact_location: self.artifact(), replacements };
        Some(Fix {
            description: Text::new(fix.title.as_str()),
            artifact_changes: [change],
            properties: FixProperties { applicability: fix.applicability },
        })
    }
}

/// `path`, as it is and not as it is shown, as a URI reference: relative paths stay relative,
/// absolute ones get the scheme `file`, and what a URI does not allow is percent-encoded. What
/// was fetched is where it was fetched from.
pub(super) fn uri(path: &str) -> String {
    if path.starts_with("http://") || path.starts_with("https://") {
        let encoded = |ch: char| match ch {
            '!'..='~' if !"\"<>\\^`{|}".contains(ch) => ch.to_string(),
            _ => ch.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
        };
        return path.chars().map(encoded).collect();
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    let bytes = path.as_bytes();
    let has_drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && &bytes[1..3] == b":/";
    let (mut uri, rest) = match bytes {
        _ if has_drive => (format!("file:///{}:", &path[..1]), &bytes[2..]),
        // A share of a Windows host.
        [b'/', b'/', ..] => ("file:".to_owned(), bytes),
        [b'/', ..] => ("file://".to_owned(), bytes),
        _ => (String::new(), bytes),
    };
    for &byte in rest {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte as char)
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
