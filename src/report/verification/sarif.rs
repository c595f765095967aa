//! SARIF 2.1.0: a result for each difference, at what it goes against in the pact.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::diagnostic::{FINGERPRINT_KEY, Identity, InteractionRef};
use crate::report::hex;
use crate::report::sarif::model::{
    ArtifactLocation, Configuration, Driver, Help, Location, Log, LogicalLocation, Outcome, PhysicalLocation,
    Region, Rule, RuleProperties, Run, Text, Tool,
};
use crate::report::sarif::{SCHEMA, uri};
use crate::report::verification::Options;
use crate::report::verification::told::{Status, Told};
use crate::report::{TOOL, VERSION};
use crate::runner::Part;
use crate::runner::explain::{Difference, Place};
use crate::runner::verify::outcome::Verification;

/// What there may be a result of: name, in a few words, and what to do.
const RULES: [(&str, &str, &str); 9] = [
    (
        "verify-status",
        "Another status came",
        "The provider answers with another status than the pact asks for. Look at the body of the answer and at the provider state.",
    ),
    (
        "verify-header",
        "A header differs",
        "A header of the answer is missing or has another value than the pact asks for.",
    ),
    (
        "verify-content-type",
        "Another content type came",
        "The body of the answer is of another content type, so that it was not compared.",
    ),
    (
        "verify-body",
        "The body differs",
        "The body of the answer is not what the pact asks for. Change the provider, or loosen the pact in the consumer test.",
    ),
    ("verify-metadata", "Metadata differ", "The metadata of the message are not what the pact asks for."),
    (
        "verify-state",
        "A provider state could not be set up",
        "The state handler of the provider failed. See to it that it has a handler for the state.",
    ),
    ("verify-no-answer", "No answer came", "The provider gave no whole answer. See whether it runs."),
    (
        "verify-unjudged",
        "An answer could not be judged",
        "The official core fails over the answer or the pact.",
    ),
    (
        "verify-not-run",
        "An interaction was not verified",
        "The interaction needs what is not here, so that nothing is known of it.",
    ),
];

fn rule_of(part: Part) -> &'static str {
    match part {
        Part::Status => "verify-status",
        Part::Header => "verify-header",
        Part::ContentType => "verify-content-type",
        Part::Metadata => "verify-metadata",
        _ => "verify-body",
    }
}

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut results = Vec::new();
    for pact in &run.pacts {
        for result in &pact.results {
            if let Some(told) = Told::new(&pact.contract, result, options) {
                outcomes(&told, &mut results);
            }
        }
    }
    let rules = RULES.iter().filter(|(id, ..)| results.iter().any(|it| it.rule_id == *id));
    let rules: Vec<Rule<'_>> = rules.map(rule).collect();
    for result in &mut results {
        result.rule_index = rules.iter().position(|it| it.id == result.rule_id);
    }
    let driver = Driver { name: TOOL, version: VERSION, semantic_version: VERSION, rules };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_writer(&mut *out, &log)?;
    writeln!(out)
}

fn rule(&(id, what, todo): &(&'static str, &'static str, &'static str)) -> Rule<'static> {
    let name = id.split('-').map(|word| {
        let (head, tail) = word.split_at(1);
        head.to_uppercase() + tail
    });
    Rule {
        id,
        name: name.collect(),
        short_description: Text::new(what),
        full_description: Text::new(todo),
        help: Help { text: todo, markdown: todo },
        default_configuration: Configuration { level: "error" },
        properties: RuleProperties { tags: ["verification"] },
    }
}

fn outcomes(told: &Told<'_>, out: &mut Vec<Outcome<'static>>) {
    let level = match told.status {
        Status::Passed => return,
        Status::NotRun => "warning",
        _ if told.pending => "note",
        _ => "error",
    };
    let before = out.len();
    for one in told.differences() {
        let actual = told.explanation.as_ref().and_then(|it| it.actual.as_ref());
        let actual = actual.filter(|_| matches!(one.part, Part::Status | Part::ContentType));
        let actual = actual.map(|it| format!(". The answer: {it}")).unwrap_or_default();
        let message = format!("{}: {}{actual}", told.description(), one.sentence());
        out.push(outcome(told, rule_of(one.part), level, message, Some(one)));
    }
    if out.len() > before {
        return;
    }
    let id = match told.status {
        Status::State => "verify-state",
        Status::NoAnswer => "verify-no-answer",
        Status::NotRun => "verify-not-run",
        Status::Failed => "verify-body",
        Status::Unjudged | Status::Passed => "verify-unjudged",
    };
    let message = format!("{}: {}", told.description(), told.headline());
    out.push(outcome(told, id, level, message, None));
}

fn outcome(
    told: &Told<'_>,
    id: &'static str,
    level: &'static str,
    message: String,
    one: Option<&Difference>,
) -> Outcome<'static> {
    let own = Place { line: told.at().line, column: 1 };
    let place = one.and_then(|it| it.place).unwrap_or(own);
    let mut related = Vec::new();
    let mut relate = |text: &str, location| {
        related.push(Location {
            id: Some(related.len() as u32 + 1),
            message: Some(Text::new(text.to_owned())),
            physical_location: location,
            logical_locations: Vec::new(),
        });
    };
    if let Some(test) = &told.test {
        let at = Place { line: test.start.line + 1, column: test.start.col + 1 };
        relate("the test that wrote it", physical(&test.file, at));
    }
    if let Some(rule) = one.and_then(|it| it.rule.as_ref()) {
        relate("the matching rule", physical(&told.contract.name, rule.place));
    }
    let section = told.item.section.name();
    let logical = LogicalLocation {
        name: Some(told.description()),
        fully_qualified_name: format!("/{section}/{}", told.item.index),
    };
    let reference = InteractionRef {
        section,
        index: told.item.index,
        description: told.description(),
        states: told.item.states.iter().map(|it| told.shower.text(&it.name, 400)).collect(),
    };
    let at = one.map_or("", |it| it.at.as_str());
    let parties = [Some(told.contract.consumer.as_str()), Some(told.contract.provider.as_str())];
    let identity = Identity::new(id, parties, Some(&reference), at, "");
    Outcome {
        rule_id: id,
        rule_index: None,
        level,
        message: Text::new(message),
        locations: [Location {
            id: None,
            message: None,
            physical_location: physical(&told.contract.name, place),
            logical_locations: vec![logical],
        }],
        related_locations: related,
        fixes: Vec::new(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT_KEY, hex(identity.fingerprint()))]),
        suppressions: None,
        properties: None,
    }
}

fn physical(path: &str, at: Place) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(path) },
        region: Region {
            start_line: at.line,
            start_column: at.column,
            end_line: at.line,
            end_column: at.column,
        },
    }
}
