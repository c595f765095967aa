//! The report as one JSON object; its keys are described at [`crate::report::render`].

use std::io::{self, Write};

use serde::Serialize;

use crate::diagnostic::{
    Applicability, Elsewhere, Finding, FindingFix, FindingLabel, Hint, InteractionRef, Severity,
};
use crate::report::position::{Position, Positions};
use crate::report::statistics::{self, Row};
use crate::report::{
    FileReport, Options, PactRef, Summary, TOOL, VERSION, count_fixable, count_with_findings, hex,
};
use crate::text::{Span, TextEdit};

/// Writes the object, indented, and a line feed.
pub(super) fn write(
    files: &[FileReport<'_>],
    summary: &Summary,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = Report {
        version: 1,
        tool: Tool { name: TOOL, version: VERSION },
        summary: Totals {
            files_checked: summary.files_checked,
            files_skipped: summary.files_skipped,
            files_with_findings: count_with_findings(files),
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            fixable: count_fixable(files),
            suppressed: summary.suppressed,
            in_baseline: summary.in_baseline,
        },
        statistics: options.statistics.then(|| statistics::rows(files)),
        files: files.iter().map(File::new).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    tool: Tool,
    summary: Totals,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Vec<Row<'a>>>,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Totals {
    files_checked: usize,
    files_skipped: usize,
    files_with_findings: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
    suppressed: usize,
    in_baseline: usize,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    consumer: Option<&'a str>,
    provider: Option<&'a str>,
    specification: Option<&'a str>,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    group: &'a str,
    severity: Severity,
    message: &'a str,
    help: Option<&'a str>,
    pointer: &'a str,
    #[serde(flatten)]
    place: Place,
    interaction: Option<Interaction<'a>>,
    test: Option<Test<'a>>,
    labels: Vec<Label<'a>>,
    elsewhere: Vec<Other<'a>>,
    hints: Vec<Code<'a>>,
    fixes: Vec<Fix<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct Place {
    span: Bytes,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Bytes {
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct Interaction<'a> {
    section: &'static str,
    index: u32,
    description: &'a str,
    states: &'a [String],
}

#[derive(Serialize)]
struct Test<'a> {
    path: &'a str,
    #[serde(flatten)]
    at: Position,
}

#[derive(Serialize)]
struct Label<'a> {
    text: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Other<'a> {
    path: &'a str,
    text: &'a str,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Code<'a> {
    library: &'static str,
    code: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

impl<'a> File<'a> {
    fn new(file: &FileReport<'a>) -> File<'a> {
        let mut positions = Positions::new(file.text, file.lines);
        let PactRef { consumer, provider, specification } = file.pact.unwrap_or_default();
        let entry = |finding: &'a Finding| Entry::new(file, &mut positions, finding);
        let findings = file.sorted().into_iter().map(entry).collect();
        File { path: file.path, consumer, provider, specification, findings }
    }
}

impl<'a> Entry<'a> {
    fn new(file: &FileReport<'a>, positions: &mut Positions<'a>, finding: &'a Finding) -> Entry<'a> {
        let interaction = finding.interaction.as_deref().map(|interaction| {
            let InteractionRef { section, index, description, states } = interaction;
            Interaction { section, index: *index, description, states }
        });
        let label = |FindingLabel { span, text }: &'a FindingLabel| Label {
            text,
            place: Place::new(positions, *span),
        };
        let labels = finding.labels.iter().map(label).collect();
        let fixes = finding.fixes.iter().map(|fix| Fix::new(positions, fix)).collect();
        Entry {
            rule: finding.rule,
            group: finding.group,
            severity: finding.severity,
            message: &finding.message,
            help: finding.help.as_deref(),
            pointer: &finding.pointer,
            place: Place::new(positions, finding.span),
            interaction,
            test: finding.test.as_ref().map(|test| Test { path: &test.file, at: test.start.into() }),
            labels,
            elsewhere: finding.elsewhere.iter().map(Other::new).collect(),
            hints: finding.hints.iter().map(|Hint { library, code }| Code { library, code }).collect(),
            fixes,
            fingerprint: hex(file.fingerprint(finding)),
        }
    }
}

impl<'a> Other<'a> {
    fn new(place: &'a Elsewhere) -> Other<'a> {
        let [start, end] = [place.start, place.end].map(Position::from);
        Other { path: &place.file, text: &place.text, start, end }
    }
}

impl<'a> Fix<'a> {
    fn new(positions: &mut Positions<'a>, fix: &'a FindingFix) -> Fix<'a> {
        let FindingFix { title, applicability, edits } = fix;
        let edit = |TextEdit { span, text }: &'a TextEdit| Edit { place: Place::new(positions, *span), text };
        Fix { title, applicability: *applicability, edits: edits.iter().map(edit).collect() }
    }
}

impl Place {
    fn new(positions: &mut Positions<'_>, span: Span) -> Place {
        let (start, end) = positions.of(span);
        Place { span: Bytes { start: span.start, end: span.end }, start, end }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::report::fixture::{ORDERS, Owned, header_finding, order_finding, rendered};
    use crate::report::{FileReport, Format, Options};

    #[test]
    fn everything_is_there() {
        let file = Owned::new(ORDERS, vec![order_finding()]);
        let report = rendered(Format::Json, &[file.report()], &Options::default());
        let expected = r#"{
  "version": 1,
  "tool": {
    "name": "pactlens",
    "version": "VERSION"
  },
  "summary": {
    "files_checked": 7,
    "files_skipped": 0,
    "files_with_findings": 1,
    "errors": 1,
    "warnings": 0,
    "infos": 0,
    "fixable": 0,
    "suppressed": 0,
    "in_baseline": 0
  },
  "files": [
    {
      "path": "pacts/web-orders.json",
      "consumer": "web",
      "provider": "orders",
      "specification": "V2",
      "findings": [
        {
          "rule": "exact-timestamp",
          "group": "over-specification",
          "severity": "error",
          "message": "The response body can never match twice",
          "help": "Cover `$.createdAt` by a type or datetime rule",
          "pointer": "/interactions/3/response/body/createdAt",
          "span": {
            "start": 87,
            "end": 109
          },
          "start": {
            "line": 6,
            "column": 20
          },
          "end": {
            "line": 6,
            "column": 42
          },
          "interaction": {
            "section": "interactions",
            "index": 3,
            "description": "a request to create an order",
            "states": [
              "a cart exists"
            ]
          },
          "test": null,
          "labels": [
            {
              "text": "compared by equality",
              "span": {
                "start": 87,
                "end": 109
              },
              "start": {
                "line": 6,
                "column": 20
              },
              "end": {
                "line": 6,
                "column": 42
              }
            },
            {
              "text": "no rule here covers it",
              "span": {
                "start": 201,
                "end": 209
              },
              "start": {
                "line": 12,
                "column": 15
              },
              "end": {
                "line": 12,
                "column": 23
              }
            }
          ],
          "elsewhere": [],
          "hints": [],
          "fixes": [
            {
              "title": "Add a type rule for `$.createdAt`",
              "applicability": "unsafe",
              "edits": [
                {
                  "span": {
                    "start": 202,
                    "end": 202
                  },
                  "start": {
                    "line": 12,
                    "column": 16
                  },
                  "end": {
                    "line": 12,
                    "column": 16
                  },
                  "text": " \"$.createdAt\": {},"
                }
              ]
            }
          ],
          "fingerprint": "690ffc7d681196a2"
        }
      ]
    }
  ]
}
"#;
        assert_eq!(report, expected.replace("VERSION", crate::report::VERSION));
    }

    #[test]
    fn what_is_unknown_is_null_and_columns_count_characters() {
        let file = Owned::new(ORDERS, vec![header_finding()]);
        let report = FileReport { pact: None, ..file.report() };
        let text = rendered(Format::Json, &[report], &Options::default());
        let report: Value = serde_json::from_str(&text).expect("the report is JSON");
        assert_eq!(report["summary"]["fixable"], json!(1));
        let file = &report["files"][0];
        assert_eq!([&file["consumer"], &file["provider"], &file["specification"]], [&Value::Null; 3]);
        let finding = &file["findings"][0];
        assert_eq!([&finding["help"], &finding["interaction"]], [&Value::Null; 2]);
        assert_eq!(
            finding["message"],
            json!("A header value has \u{1b}[31mcharacters\nthat no header carries")
        );
        assert_eq!(finding["start"], json!({"line": 9, "column": 14}));
        assert_eq!(finding["end"], json!({"line": 9, "column": 18}));
        assert_eq!(finding["fixes"][0]["applicability"], json!("safe"));
    }

    #[test]
    fn no_files_is_a_report_too() {
        let text = rendered(Format::Json, &[], &Options::default());
        let report: Value = serde_json::from_str(&text).expect("the report is JSON");
        assert_eq!(report["files"], json!([]));
    }
}
