//! `[[overrides]]`: levels for some pacts, or for some parts of them.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::day::{day, parse_day};
use crate::config::file::rules::{self, RuleTable};
use crate::config::file::section::{Fault, Section, short, span};
use crate::config::file::{At, Key};
use crate::config::glob::{Over, Pattern, any};
use crate::model::{Version, library_names};
use crate::text::{Span, nearest};

/// The keys of an override.
pub const OVERRIDE_KEYS: [Key; 11] = [
    Key { name: "file", doc: "The paths of the pacts, relative to the folder of this file." },
    Key { name: "consumer", doc: "The consumers." },
    Key { name: "provider", doc: "The providers." },
    Key { name: "description", doc: "The descriptions of the interactions." },
    Key { name: "state", doc: "The provider states of the interactions; one of them must match." },
    Key {
        name: "pointer",
        doc: "JSON pointers from the root of the pact: what is there, and what is below.",
    },
    Key { name: "generator", doc: "The libraries that wrote the pacts, such as pact-jvm." },
    Key { name: "spec", doc: "The versions of the specification, such as V4." },
    Key { name: "rules", doc: "How loud rules are there, and their options, as in [rules]." },
    Key { name: "until", doc: "The last day on which the override holds, such as 2027-03-01." },
    Key { name: "reason", doc: "Why there is an override." },
];

/// One override. All conditions that it names must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Override {
    /// Where it stands.
    pub span: Span,
    /// Paths.
    pub file: Option<Vec<Pattern>>,
    /// Names of consumers.
    pub consumer: Option<Vec<Pattern>>,
    /// Names of providers.
    pub provider: Option<Vec<Pattern>>,
    /// Names of libraries.
    pub generator: Option<Vec<Pattern>>,
    /// Versions of the specification.
    pub spec: Option<Vec<Pattern>>,
    /// Descriptions.
    pub description: Option<Vec<Pattern>>,
    /// Provider states.
    pub state: Option<Vec<Pattern>>,
    /// JSON pointers.
    pub pointer: Option<Vec<Pattern>>,
    /// What holds there.
    pub rules: RuleTable,
    /// The last day on which it holds, as days since 1970-01-01.
    pub until: Option<At<u64>>,
    /// Why it is there.
    pub reason: Option<String>,
}

impl Override {
    /// Whether it is about parts of pacts.
    pub fn is_of_parts(&self) -> bool {
        self.description.is_some() || self.state.is_some() || self.pointer.is_some()
    }

    /// Whether it holds no longer.
    pub fn is_expired(&self, today: u64) -> bool {
        self.until.is_some_and(|until| until.value < today)
    }
}

/// Whether a condition holds for what is known, which may be nothing.
pub(in crate::config) fn holds(condition: Option<&Vec<Pattern>>, value: Option<&str>) -> bool {
    condition.is_none_or(|patterns| value.is_some_and(|value| any(patterns, value)))
}

pub(super) fn read(root: &Section<'_>, today: u64) -> Vec<Override> {
    let Some(value) = root.table.get("overrides") else { return Vec::new() };
    let DeValue::Array(items) = value.get_ref() else {
        root.wrong_type("overrides", value, "a list of tables");
        return Vec::new();
    };
    let table = |item| root.table_of("overrides", item).map(|section| (span(item.span()), section));
    items.iter().filter_map(table).map(|(at, section)| one(at, &section, today)).collect()
}

fn one(at: Span, section: &Section<'_>, today: u64) -> Override {
    section.knows(&OVERRIDE_KEYS);
    let it = Override {
        span: at,
        file: section.patterns("file", Over::Paths),
        consumer: section.patterns("consumer", Over::Texts),
        provider: section.patterns("provider", Over::Texts),
        generator: section.patterns("generator", Over::Texts),
        spec: section.patterns("spec", Over::Texts),
        description: section.patterns("description", Over::Texts),
        state: section.patterns("state", Over::Texts),
        pointer: section.patterns("pointer", Over::Pointers),
        rules: section.section("rules").map(|it| rules::read(&it)).unwrap_or_default(),
        until: section.table.get("until").and_then(|value| until(section, value)),
        reason: section.text("reason").map(|text| text.value),
    };
    if !section.table.contains_key("rules") {
        section.problems.add(Fault::Invalid, head(at), || {
            let help = "add `rules = { NAME = \"off\" }`, or remove it".to_owned();
            ("This override has no 'rules', so it does nothing".to_owned(), Some(help))
        });
    }
    if it.is_of_parts() {
        for option in &it.rules.options {
            section.problems.add(Fault::Invalid, option.value.span, || {
                let message = format!("'{}' cannot differ within a pact", option.name);
                let help = "set it by 'file', 'consumer', 'provider', 'generator' or 'spec'".to_owned();
                (message, Some(help))
            });
        }
    }
    if let Some(until) = it.until.filter(|_| it.is_expired(today)) {
        section.problems.add(Fault::Expired, until.span, || {
            let help = "mend what it hid and remove it, or move the day".to_owned();
            ("This override has expired, so it does nothing".to_owned(), Some(help))
        });
    }
    dead_patterns(section, &it);
    it
}

/// The header of a table that was written as one, which is what to point at.
fn head(at: Span) -> Span {
    Span::new(at.start, at.end.min(at.start + "[[overrides]]".len() as u32))
}

fn until(section: &Section<'_>, value: &Spanned<DeValue<'_>>) -> Option<At<u64>> {
    let found = match value.get_ref() {
        DeValue::Datetime(it) if it.time.is_none() && it.offset.is_none() => {
            it.date.and_then(|it| day(it.year.into(), it.month.into(), it.day.into()))
        }
        DeValue::String(text) => parse_day(text),
        _ => None,
    };
    if found.is_none() {
        section.invalid(value.span(), || {
            ("'until' is no day of the calendar".to_owned(), Some("write it as 2027-03-01".to_owned()))
        });
    }
    found.map(|value_| At { value: value_, span: span(value.span()) })
}

/// Reports patterns that match nothing there is or can be.
fn dead_patterns(section: &Section<'_>, it: &Override) {
    let of = |patterns: &'_ Option<Vec<Pattern>>| patterns.clone().unwrap_or_default();
    for pattern in of(&it.file) {
        dead_path(section, &pattern);
    }
    for pattern in of(&it.pointer) {
        let rooted = pattern.text.is_empty() || pattern.text.starts_with(['/', '*', '?', '[', '{', '\\']);
        if !rooted {
            section.problems.add(Fault::Dead, pattern.span, || {
                let message =
                    format!("'{}' matches nothing: a JSON pointer begins with '/'", short(&pattern.text));
                let path = pattern.text.trim_start_matches(['$', '.']).replace('.', "/");
                (message, Some(format!("write '/{}'", short(&path))))
            });
        }
    }
    let versions: Vec<&str> = Version::ALL.iter().map(|it| it.name()).collect();
    dead_names(section, "version of the specification", of(&it.spec), &versions);
    let libraries: Vec<&str> = library_names().collect();
    dead_names(section, "Pact library that is known", of(&it.generator), &libraries);
}

/// Reports patterns that match none of the `names` there are.
fn dead_names(section: &Section<'_>, what: &str, patterns: Vec<Pattern>, names: &[&str]) {
    for pattern in patterns {
        if names.iter().any(|name| pattern.matches(name)) {
            continue;
        }
        section.problems.add(Fault::Dead, pattern.span, || {
            let help = match nearest(&pattern.text, names.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => {
                    let mut names = names.to_vec();
                    names.dedup();
                    format!("there are: {}", names.join(", "))
                }
            };
            (format!("'{}' matches no {what}", short(&pattern.text)), Some(help))
        });
    }
}

/// Reports a pattern over paths that leads out of the folder, or nowhere.
pub(super) fn dead_path(section: &Section<'_>, pattern: &Pattern) {
    let path = pattern.path();
    let why = if path.is_empty() {
        "it names nothing"
    } else if path.split('/').any(|part| part == "..") {
        "this file counts only for what lies in its folder"
    } else if path.starts_with("//") || path.as_bytes().get(1) == Some(&b':') {
        "paths are relative to the folder of this file"
    } else {
        return;
    };
    section.problems.add(Fault::Dead, pattern.span, || {
        let help = "write the path from the folder of this file, as in `pacts/*.json`".to_owned();
        (format!("'{}' matches no pact: {why}", short(&pattern.text)), Some(help))
    });
}
