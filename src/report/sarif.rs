//! The report in SARIF 2.1.0, the format of code scanning
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

mod model;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Applicability, Elsewhere, Finding, FindingFix, Hint, Severity};
use crate::report::fingerprint::hex;
use crate::report::position::{Position, Positions};
use crate::report::{FINGERPRINT_KEY, FileReport, TOOL, VERSION};
use crate::rules::Meta;
use crate::text::Span;
use model::*;

/// Writes the log on one line, and a line feed. Of `rules`, the log describes those
/// that found something.
pub(super) fn write(files: &[FileReport<'_>], rules: &[&Meta], out: &mut dyn Write) -> io::Result<()> {
    let found: FxHashSet<&str> =
        files.iter().flat_map(|file| file.findings).map(|finding| finding.rule).collect();
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
        results: files.iter().flat_map(|file| results(file, &places)).collect(),
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
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

fn results<'a>(file: &FileReport<'a>, places: &FxHashMap<&str, usize>) -> Vec<Outcome<'a>> {
    let mut positions = Positions::new(file.text, file.lines);
    let mut locator = Locator { uri: uri(file.path), positions: &mut positions };
    let result = |finding: &'a Finding| Outcome {
        rule_id: finding.rule,
        rule_index: places.get(finding.rule).copied(),
        level: level(finding.severity),
        message: Text::new(message(finding)),
        locations: [Location {
            id: None,
            message: None,
            physical_location: locator.physical(finding.span),
            logical_locations: logical(finding),
        }],
        related_locations: (1..)
            .zip(&finding.labels)
            .map(|(id, label)| Location {
                id: Some(id),
                message: Some(Text::new(label.text.as_str())),
                physical_location: locator.physical(label.span),
                logical_locations: Vec::new(),
            })
            .chain((1 + finding.labels.len() as u32..).zip(&finding.elsewhere).map(|(id, place)| Location {
                id: Some(id),
                message: Some(Text::new(place.text.as_str())),
                physical_location: elsewhere(place),
                logical_locations: Vec::new(),
            }))
            .collect(),
        fixes: finding.fixes.iter().filter_map(|fix| locator.fix(fix)).collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT_KEY, hex(file.fingerprint(finding)))]),
        properties: (!finding.hints.is_empty()).then(|| OutcomeProperties {
            hints: finding
                .hints
                .iter()
                .map(|Hint { library, code }| HintProperty { library, code })
                .collect(),
        }),
    };
    file.sorted().into_iter().map(result).collect()
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

/// `path` as a URI reference: relative paths stay relative, absolute ones get the
/// scheme `file`, and what a URI does not allow is percent-encoded.
fn uri(path: &str) -> String {
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
