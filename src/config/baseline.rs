//! The baseline: findings that a project knows of and has not mended yet.
//!
//! It is a JSON file, one finding a line and sorted, so that a change of it reads well:
//!
//! ```json
//! {
//!   "version": 1,
//!   "findings": [
//!     {"rule": "a-rule", "consumer": "web", "provider": "orders", "description": "an order", "states": ["it exists"], "path": "/response/body/id", "value": "number", "count": 2}
//!   ]
//! }
//! ```
//!
//! | key | holds |
//! |---|---|
//! | `rule` | name of the rule; those that a rule had before count too |
//! | `consumer`, `provider` | the pair; absent when the pact does not say |
//! | `description`, `states` | the interaction; `description` is absent when the finding is about none or about several, `states` when there are none |
//! | `path` | JSON pointer from the interaction, or from the root of the file when the finding is about the file |
//! | `value` | kind of the value there; absent when there is none |
//! | `count` | how many such findings one file may have; absent when it is one |
//!
//! These are the ingredients of [`Identity`], so nothing in the file depends on lines, on the
//! order of interactions or on the names of files. Texts are as reports show them: secrets are
//! covered.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Finding, Identity, stable_path};
use crate::rules::{ALL, RuleIndex, find, is_suppressible};

/// The name of the file where none is given.
pub const BASELINE_NAME: &str = ".pactlens-baseline.json";

/// The only version there is.
const VERSION: u32 = 1;

/// A finding that is known, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name of the rule.
    pub rule: String,
    /// Name of the consumer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<String>,
    /// Name of the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Description of the interaction, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Names of its provider states.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<String>,
    /// JSON pointer, from the interaction if there is one.
    #[serde(default)]
    pub path: String,
    /// Kind of the value there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Most of them in one file.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

/// What is wrong with a baseline, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct BaselineError {
    /// The line, from one.
    pub line: usize,
    /// The column, from one.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// Findings that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
    /// How many of each are known, by fingerprint.
    known: FxHashMap<u64, u32>,
    /// The rules that some are of.
    rules: FxHashSet<RuleIndex>,
}

#[derive(Deserialize)]
struct Versioned {
    version: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    findings: Vec<Entry>,
}

impl Baseline {
    /// A baseline of these entries. Those of one identity become one, with the highest count.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Baseline {
        let mut by_print: BTreeMap<u64, Entry> = BTreeMap::new();
        for mut entry in entries {
            if let Some(rule) = find(&entry.rule) {
                // A rule may have had another name when the file was written.
                ALL[rule].meta.name.clone_into(&mut entry.rule);
            }
            entry.states.sort_unstable();
            let count = entry.count;
            let held = by_print.entry(entry.fingerprint()).or_insert(entry);
            held.count = held.count.max(count);
        }
        let mut out = Baseline::default();
        for (print, entry) in by_print {
            if entry.count == 0 {
                continue;
            }
            out.known.insert(print, entry.count);
            out.rules.extend(find(&entry.rule).filter(|rule| is_suppressible(*rule)));
            out.entries.push(entry);
        }
        out.entries.sort_by(Entry::order);
        out
    }

    /// Reads the text of a baseline.
    pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let located = |error: serde_json::Error| {
            let whole = error.to_string();
            // The place is told apart from the words.
            let message = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message);
            BaselineError {
                line: error.line().max(1),
                column: error.column().max(1),
                message: format!("this is no baseline: {message}"),
            }
        };
        // A later version may have other keys, so it is what is read first.
        let found: Versioned = serde_json::from_str(text).map_err(located)?;
        match found.version {
            Some(VERSION) => {}
            Some(other) => {
                return Err(BaselineError {
                    line: 1,
                    column: 1,
                    message: format!(
                        "this baseline is of version {other}, and this pactlens knows version {VERSION} only"
                    ),
                });
            }
            None => {
                let message = "this is no baseline: it has no `version`".to_owned();
                return Err(BaselineError { line: 1, column: 1, message });
            }
        }
        let file: File = serde_json::from_str(text).map_err(located)?;
        Ok(Baseline::new(file.findings))
    }

    /// The text of the file. Equal for equal baselines.
    pub fn to_text(&self) -> String {
        let mut out = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (at, entry) in self.entries.iter().enumerate() {
            out.push_str(if at == 0 { "\n    " } else { ",\n    " });
            // Texts and numbers can always be written.
            out.push_str(&serde_json::to_string(entry).unwrap_or_default());
        }
        out.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        out
    }

    /// The entries, sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether no finding is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether findings of a rule are known at all.
    pub fn concerns(&self, rule: RuleIndex) -> bool {
        self.rules.contains(&rule)
    }

    /// How many findings of this fingerprint are known.
    pub fn count(&self, fingerprint: u64) -> u32 {
        self.known.get(&fingerprint).copied().unwrap_or(0)
    }
}

impl Entry {
    /// The entry of a finding in the pact of these two, whose texts have their secrets covered.
    pub fn of(finding: &Finding, consumer: Option<&str>, provider: Option<&str>) -> Entry {
        let (interaction, path) = (finding.interaction.as_deref(), stable_path(&finding.pointer));
        let it = Identity::new(finding.rule, [consumer, provider], interaction, &path, finding.value);
        let mut states = it.states.to_vec();
        states.sort_unstable();
        Entry {
            rule: it.rule.to_owned(),
            consumer: it.consumer.map(str::to_owned),
            provider: it.provider.map(str::to_owned),
            description: it.description.map(str::to_owned),
            states,
            path: it.path.to_owned(),
            value: it.value.to_owned(),
            count: 1,
        }
    }

    /// What it stands for.
    pub fn fingerprint(&self) -> u64 {
        let identity = Identity {
            rule: &self.rule,
            consumer: self.consumer.as_deref(),
            provider: self.provider.as_deref(),
            description: self.description.as_deref(),
            states: &self.states,
            path: &self.path,
            value: &self.value,
        };
        identity.fingerprint()
    }

    /// By pact, then by interaction, so that what belongs together stands together.
    fn order(&self, other: &Entry) -> Ordering {
        let key = |it: &Entry| {
            let Entry { rule, consumer, provider, description, states, path, value, .. } = it.clone();
            (consumer, provider, description, states, path, rule, value)
        };
        key(self).cmp(&key(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(rule: &str, description: Option<&str>) -> Entry {
        Entry {
            rule: rule.to_owned(),
            consumer: Some("web".to_owned()),
            provider: Some("orders".to_owned()),
            description: description.map(str::to_owned),
            states: Vec::new(),
            path: "/response".to_owned(),
            value: "object".to_owned(),
            count: 1,
        }
    }

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let twice = Entry { count: 2, ..entry("unknown-key", Some("an order")) };
        let with_states = Entry {
            states: vec!["b".to_owned(), "a \"quoted\"\nstate".to_owned()],
            consumer: None,
            ..entry("unknown-key", Some("a basket"))
        };
        let baseline = Baseline::new([twice.clone(), entry("missing-provider", None), with_states]);
        let text = baseline.to_text();
        assert_eq!(Baseline::parse(&text), Ok(baseline.clone()));
        assert_eq!(text.lines().count(), 3 + 3 + 2);
        assert_eq!(baseline.count(twice.fingerprint()), 2);
        assert!(baseline.concerns(find("unknown-key").expect("there is such a rule")));
        assert!(!baseline.concerns(find("null-body").expect("there is such a rule")));
        assert_eq!(Baseline::parse(&Baseline::default().to_text()), Ok(Baseline::default()));
    }

    #[test]
    fn rules_about_several_interactions_exist() {
        let unknown = crate::diagnostic::OF_SEVERAL.into_iter().filter(|name| find(name).is_none());
        assert_eq!(unknown.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn the_order_of_entries_plays_no_part() {
        let all =
            [entry("unknown-key", Some("b")), entry("unknown-key", Some("a")), entry("null-body", None)];
        let texts = [[0, 1, 2], [2, 1, 0], [1, 2, 0]]
            .map(|order| Baseline::new(order.map(|at| all[at].clone())).to_text());
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    }

    #[test]
    fn entries_of_one_identity_are_one() {
        let baseline = Baseline::new([1, 3, 2].map(|count| Entry { count, ..entry("unknown-key", None) }));
        assert_eq!(baseline.entries().len(), 1);
        assert_eq!(baseline.entries()[0].count, 3);
    }

    #[test]
    fn what_cannot_be_suppressed_is_in_no_baseline() {
        let baseline = Baseline::new([entry("json-syntax", None), entry("a-rule-of-tomorrow", None)]);
        assert_eq!((0..ALL.len()).filter(|&rule| baseline.concerns(rule)).count(), 0);
        // What is not understood is not lost.
        assert_eq!(baseline.entries().len(), 2);
    }

    #[test]
    fn errors_name_their_place() {
        let message = |text: &str| Baseline::parse(text).expect_err(text).to_string();
        assert_eq!(message("{}"), "1:1: this is no baseline: it has no `version`");
        assert!(message("").starts_with("1:1: this is no baseline: EOF"), "{}", message(""));
        assert!(message("[1]").starts_with("1:"), "{}", message("[1]"));
        assert!(message(r#"{"version": 2, "more": 1}"#).contains("version 2"));
        let unknown = "{\"version\": 1, \"findings\": [\n  {\"rule\": \"x\",\n   \"line\": 3}]}";
        assert!(
            message(unknown).starts_with("3:9: this is no baseline: unknown field `line`"),
            "{}",
            message(unknown)
        );
        assert!(message("{\"version\": 1,\n<<<<<<< HEAD\n").starts_with("2:1: "));
        let deep = format!("{{\"version\": 1, \"findings\": {}", "[".repeat(100_000));
        assert!(Baseline::parse(&deep).is_err());
    }
}
