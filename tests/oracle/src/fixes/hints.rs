//! What to look at while varying an example: the places that a fix names, and values that the
//! rules around may accept.

use std::collections::HashSet;

use pact_models::path_exp::DocPath;
use serde_json::Value;

use crate::random::Random;
use crate::typo::edit;

/// Texts of the kinds that matchers ask for.
const TEXTS: [&str; 16] = [
    "",
    "abc",
    "ABC",
    "7",
    "-7",
    "1.5",
    "true",
    "null",
    "2024-02-29",
    "2024-02-29 10:11",
    "10:11:12",
    "2024-02-29T10:11:12Z",
    "2024-02-29T10:11:12+01:00",
    "1.2.3",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "a b",
];

/// Numbers likewise, as JSON.
pub const NUMBERS: [&str; 9] = ["0", "-1", "7", "1.5", "10.0", "-0.5", "1e3", "200", "12345678901"];

/// Where to look, and what to try.
#[derive(Debug, Default)]
pub struct Hints {
    words: HashSet<String>,
    paths: Vec<DocPath>,
    patterns: Vec<rand_regex::Regex>,
    texts: Vec<String>,
}

impl Hints {
    /// Adds the names in a JSON pointer.
    pub fn pointer(&mut self, pointer: &str) {
        for name in pointer.split('/').skip(1) {
            self.word(&name.replace("~1", "/").replace("~0", "~"));
        }
    }

    /// Adds the strings in a piece of JSON, which may start and end anywhere.
    pub fn piece(&mut self, text: &str) {
        for piece in text.split(['"', '\n']) {
            self.word(piece);
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() || word.len() > 200 || !self.words.insert(word.to_lowercase()) {
            return;
        }
        let path = word.strip_prefix("$.body").map_or_else(|| word.to_owned(), |rest| format!("${rest}"));
        if let Some(path) = path.starts_with('$').then(|| DocPath::new(path).ok()).flatten() {
            for name in path.to_vec().iter().skip(1) {
                self.words.insert(name.to_lowercase());
            }
            self.paths.push(path);
        }
    }

    /// Adds what the matching rules of an interaction accept.
    pub fn rules(&mut self, json: &Value) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.rules(item)),
            Value::Object(members) => {
                for (key, value) in members {
                    match (key.as_str(), value) {
                        ("regex", Value::String(pattern)) => self.pattern(pattern),
                        ("value", Value::String(text)) if text.len() < 200 => self.texts.push(text.clone()),
                        _ => self.rules(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &str) {
        // The generator stands at the start and the end anyway.
        let bare = pattern.strip_prefix('^').unwrap_or(pattern);
        let bare = bare.strip_suffix('$').unwrap_or(bare);
        if self.patterns.len() < 8 && bare.len() < 500 {
            self.patterns.extend(rand_regex::Regex::compile(bare, 5));
        }
    }

    /// Whether the fix names this: a header, a parameter, a part of the interaction.
    pub fn names(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    /// Whether the fix is about the body node with these names, which start with `$`.
    pub fn is_about(&self, node: &[&str]) -> bool {
        let named = |name: &&str| name.parse::<usize>().is_err() && self.names(name);
        self.paths.iter().any(|path| path.matches_path(node)) || node.last().is_some_and(named)
    }

    /// A text to put in the place of `old`.
    pub fn text(&self, old: &str, random: &mut Random) -> String {
        let base = match random.below(8) {
            0 | 1 if !self.patterns.is_empty() => {
                let pattern = random.pick(&self.patterns).clone();
                rand::distr::Distribution::sample(&pattern, random)
            }
            2 if !self.texts.is_empty() => {
                let inner = random.pick(&self.texts);
                [inner.clone(), format!("{inner}x"), format!("a {inner}")][random.below(3)].clone()
            }
            3 | 4 => (*random.pick(&TEXTS)).to_owned(),
            5 => digits(old, random),
            _ => return edit(old, random).unwrap_or_else(|| format!("{old}0")),
        };
        if random.below(4) == 0 { edit(&base, random).unwrap_or(base) } else { base }
    }
}

/// `old` with other digits.
fn digits(old: &str, random: &mut Random) -> String {
    let other = |letter: char| match letter {
        '0'..='9' => char::from(b'0' + random.below(10) as u8),
        letter => letter,
    };
    old.chars().map(other).collect()
}
