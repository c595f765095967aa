//! Findings and files for the tests of this room.

use std::sync::Arc;
use std::time::Duration;

use crate::analysis::{Suppressed, SuppressedBy};
use crate::diagnostic::{Applicability, Finding, FindingFix, FindingLabel, InteractionRef, Severity};
use crate::report::{FileReport, Format, Options, PactRef, Summary, render};
use crate::rules::{Cause, Meta, Preset, Scope};
use crate::text::{LineIndex, Span, TextEdit};

/// A part of a pact; four interactions in, as its pointers say.
pub(super) const ORDERS: &str = r#"{
  "response": {
    "status": 201,
    "body": {
      "id": 101,
      "createdAt": "2026-11-21T20:31:18Z"
    },
    "headers": {
      "X-Ü": "日本"
    },
    "matchingRules": {
      "body": { "$.id": {} }
    }
  }
}
"#;

pub(super) static EXACT_TIMESTAMP: Meta = Meta {
    name: "exact-timestamp",
    group: "over-specification",
    severity: Severity::Error,
    preset: Preset::Recommended,
    scope: Scope::Interaction,
    cause: Cause::Test,
    since: "0.1.0",
    options: &[],
    docs: "A time that no rule covers.\n\nThe provider's clock moves on,\nthe example does not.\n\n## Invalid\n\n```json\n{}\n```\n",
};

pub(super) static EXACT_ID: Meta = Meta {
    name: "exact-id",
    severity: Severity::Info,
    docs: "An id that no rule covers.",
    ..EXACT_TIMESTAMP
};

/// A file with its findings.
pub(super) struct Owned {
    pub(super) text: String,
    pub(super) lines: LineIndex,
    pub(super) findings: Vec<Finding>,
    pub(super) suppressed: Vec<Suppressed>,
}

impl Owned {
    pub(super) fn new(text: impl Into<String>, findings: Vec<Finding>) -> Owned {
        let text = text.into();
        Owned { lines: LineIndex::new(&text), text, findings, suppressed: Vec::new() }
    }

    pub(super) fn report(&self) -> FileReport<'_> {
        FileReport {
            untracked: false,
            path: "pacts/web-orders.json",
            text: &self.text,
            lines: &self.lines,
            findings: &self.findings,
            suppressed: &self.suppressed,
            generated: false,
            pact: Some(PactRef {
                consumer: Some("web"),
                provider: Some("orders"),
                specification: Some("V2"),
            }),
        }
    }
}

/// A finding that says `message` about the start of a file, and nothing else.
pub(super) fn finding(message: &str) -> Finding {
    Finding::plain(("test", "test-rule"), Severity::Warning, Span::at(0), message.into())
}

/// A finding at `span`, with labels.
pub(super) fn marked(span: Span, labels: &[(Span, &str)]) -> Finding {
    let labels =
        labels.iter().map(|&(span, text)| FindingLabel { span, text: text.to_owned().into() }).collect();
    Finding { span, labels, ..finding("Something is wrong") }
}

/// The bytes of `part` in `text`, where it first occurs.
pub(super) fn span_of(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part occurs");
    Span::new(start as u32, (start + part.len()) as u32)
}

/// A finding with everything, about [`ORDERS`].
pub(super) fn order_finding() -> Finding {
    let label =
        |part: &str, text: &'static str| FindingLabel { span: span_of(ORDERS, part), text: text.into() };
    Finding {
        rule: "exact-timestamp",
        group: "over-specification",
        severity: Severity::Error,
        message: "The response body can never match twice".into(),
        help: Some("Cover `$.createdAt` by a type or datetime rule".into()),
        span: span_of(ORDERS, "\"2026-11-21T20:31:18Z\""),
        labels: vec![
            label("\"2026-11-21T20:31:18Z\"", "compared by equality"),
            label("{ \"$.id\"", "no rule here covers it"),
        ],
        fixes: vec![FindingFix {
            title: "Add a type rule for `$.createdAt`".into(),
            applicability: Applicability::Unsafe,
            edits: vec![TextEdit::insert(span_of(ORDERS, " \"$.id\"").start, " \"$.createdAt\": {},")],
        }]
        .into(),
        elsewhere: Vec::new(),
        hints: Vec::new(),
        test: None,
        interaction: Some(Arc::new(InteractionRef {
            section: "interactions",
            index: 3,
            description: "a request to create an order".into(),
            states: vec!["a cart exists".into()],
        })),
        pointer: "/interactions/3/response/body/createdAt".into(),
        value: "string",
    }
}

/// A second finding about [`ORDERS`]: on a file, with wide characters and a safe fix.
pub(super) fn header_finding() -> Finding {
    let span = span_of(ORDERS, "\"日本\"");
    Finding {
        rule: "header-text",
        group: "http",
        fixes: vec![FindingFix {
            title: "Remove the header".into(),
            applicability: Applicability::Safe,
            edits: vec![TextEdit::delete(span)],
        }]
        .into(),
        span,
        pointer: "/metadata".into(),
        ..finding("A header value has \u{1b}[31mcharacters\nthat no header carries")
    }
}

/// Renders `files` and returns the text.
pub(super) fn rendered(format: Format, files: &[FileReport<'_>], options: &Options) -> String {
    let of = |severity| {
        files.iter().flat_map(|file| file.findings).filter(|finding| finding.severity == severity).count()
    };
    let aside = |in_baseline| {
        let all = files.iter().flat_map(|file| file.suppressed);
        all.filter(|one| (one.by == SuppressedBy::Baseline) == in_baseline).count()
    };
    let summary = Summary {
        files_checked: 7,
        files_skipped: 0,
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        suppressed: aside(false),
        in_baseline: aside(true),
        elapsed: Duration::from_micros(14_300),
    };
    let mut out = Vec::new();
    let rules = [&EXACT_ID, &EXACT_TIMESTAMP];
    render(format, files, &summary, &rules, options, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}
