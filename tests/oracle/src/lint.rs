//! What pactlens says, and what of it is new.

use std::collections::HashMap;

use pactlens::analysis::{Document, RunOptions, analyse};
use pactlens::config::{Levels, Settings};
use pactlens::diagnostic::Severity;
use pactlens::rules::Preset;

use crate::place::Scope;

/// A finding as far as it can be compared between two versions of a file.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub pointer: String,
    /// What it says.
    pub message: String,
    /// The pointer of the interaction it is about; empty if it is about the file.
    pub interaction: String,
}

/// The levels of a preset.
pub fn levels(preset: Preset) -> Levels {
    let settings = Settings { preset: Some(preset), ..Settings::default() };
    settings.resolve().expect("a preset names no rule")
}

/// The findings of `text`.
pub fn lint(text: &str, levels: &Levels) -> Vec<Seen> {
    let options = RunOptions { one_core: true, ..RunOptions::default() };
    let findings = analyse(&Document::new(text), levels, options).findings;
    let seen = findings.into_iter().map(|finding| Seen {
        rule: finding.rule,
        severity: finding.severity,
        pointer: finding.pointer,
        message: finding.message,
        interaction: finding
            .interaction
            .map_or_else(String::new, |it| format!("/{}/{}", it.section, it.index)),
    });
    seen.collect()
}

/// What a finding is known by. Positions in arrays and numbers in messages may change with
/// the damage although the finding is the old one.
fn key(seen: &Seen) -> (&'static str, String, String) {
    let plain = |text: &str| -> String {
        let mut out = String::new();
        for letter in text.chars() {
            let letter = if letter.is_ascii_digit() { '0' } else { letter };
            if letter != '0' || !out.ends_with('0') {
                out.push(letter);
            }
        }
        out
    };
    let pointer = seen.pointer.strip_prefix(&seen.interaction).unwrap_or(&seen.pointer);
    (seen.rule, format!("{}{}", seen.interaction, plain(pointer)), plain(&seen.message))
}

/// The findings of `after` that are not among those of `before`.
pub fn news<'a>(before: &[Seen], after: &'a [Seen]) -> Vec<&'a Seen> {
    let mut known: HashMap<_, usize> = HashMap::new();
    for seen in before {
        *known.entry(key(seen)).or_default() += 1;
    }
    let is_new = |seen: &&Seen| match known.get_mut(&key(seen)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    after.iter().filter(is_new).collect()
}

/// Whether a finding is an error or a warning in a damaged interaction, or about the file
/// as a whole. Damage outside of interactions may show anywhere.
pub fn tells(seen: &Seen, scopes: &[Scope]) -> bool {
    let here = scopes.is_empty()
        || seen.interaction.is_empty()
        || scopes.iter().any(|scope| seen.interaction == scope.pointer());
    here && seen.severity >= Severity::Warning
}
