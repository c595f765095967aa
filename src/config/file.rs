//! `pactlens.toml`: what it may say, and what is wrong with one that says something else.
//!
//! A section is a module of its own below this one: a struct with a `read` function over a
//! [`Section`], which knows where each key stands. [`parse`] gives every section its table.

mod states;

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use states::{Named, StateSources, StatesConfig};

use crate::text::{Encoding, LineIndex, Span, nearest};

/// The names of a configuration file, the first one found in a folder counts.
pub const FILE_NAMES: [&str; 2] = ["pactlens.toml", ".pactlens.toml"];

/// What a configuration file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigFile {
    /// `[states]`.
    pub states: StatesConfig,
}

/// What is wrong with a configuration file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct ConfigError {
    /// The line, from one.
    pub line: u32,
    /// The column in characters, from one.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

/// Reads a configuration file.
pub fn parse(text: &str) -> Result<ConfigFile, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        // The parser explains itself over several lines.
        located(text, span.start, format!("this is not TOML: {}", error.message().replace('\n', ", ")))
    })?;
    let root = Section { text, name: String::new(), table: table.get_ref() };
    root.knows(&["states"])?;
    let states = root.section("states")?;
    Ok(ConfigFile { states: states.map(|it| states::read(&it)).transpose()?.unwrap_or_default() })
}

fn located(text: &str, offset: usize, message: String) -> ConfigError {
    let at = LineIndex::new(text).position(text, offset as u32, Encoding::Utf32);
    ConfigError { line: at.line + 1, column: at.col + 1, message }
}

/// A table of the file.
struct Section<'a> {
    text: &'a str,
    /// The name as it is written: `states.Orders`.
    name: String,
    table: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    /// Fails on the first key that is none of `known`.
    fn knows(&self, known: &[&str]) -> Result<(), ConfigError> {
        let mut keys: Vec<_> = self.table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        match keys.into_iter().find(|key| !known.contains(&&**key.get_ref())) {
            Some(key) => Err(self.unknown(key, known)),
            None => Ok(()),
        }
    }

    fn unknown(&self, key: &Spanned<Cow<'_, str>>, known: &[&str]) -> ConfigError {
        let name = key.get_ref();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!(", did you mean '{near}'?"),
            None => format!("; known: {}", known.join(", ")),
        };
        let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
        located(self.text, key.span().start, format!("unknown key '{name}'{place}{hint}"))
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> ConfigError {
        let found = value.get_ref().type_str();
        located(self.text, value.span().start, format!("'{key}' is {wanted}, and this is of type {found}"))
    }

    /// The table under a key.
    fn section(&self, key: &str) -> Result<Option<Section<'a>>, ConfigError> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        match value.get_ref() {
            DeValue::Table(table) => Ok(Some(Section { text: self.text, name, table })),
            _ => Err(self.wrong_type(key, value, "a table")),
        }
    }

    /// The texts under a key, each with its place.
    fn texts(&self, key: &str) -> Result<Vec<(String, Span)>, ConfigError> {
        const WANTED: &str = "a list of texts";
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value, WANTED));
        };
        let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::String(text) => {
                let span = item.span();
                Ok((text.clone().into_owned(), Span::new(span.start as u32, span.end as u32)))
            }
            _ => Err(self.wrong_type(key, item, WANTED)),
        };
        items.iter().map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text).expect_err("the file is wrong").to_string()
    }

    #[test]
    fn what_is_unknown_is_told_with_its_line() {
        assert_eq!(error("\n[state]\n"), "2:2: unknown key 'state', did you mean 'states'?");
        assert_eq!(error("colour = 1"), "1:1: unknown key 'colour'; known: states");
        assert_eq!(
            error("[states.Orders]\nhandler = []\n"),
            "2:1: unknown key 'handler' in [states.Orders], did you mean 'handlers'?"
        );
        assert_eq!(
            error("[states]\n  source = ['x']\n"),
            "2:3: unknown key 'source' in [states], did you mean 'sources'?"
        );
        assert_eq!(
            error("[states]\nhandlers = 'x'"),
            "2:12: 'handlers' is a list of texts, and this is of type string"
        );
        assert_eq!(
            error("[states]\nhandlers = ['x', 1]"),
            "2:18: 'handlers' is a list of texts, and this is of type integer"
        );
        assert_eq!(error("states = 1"), "1:10: 'states' is a table, and this is of type integer");
        assert!(error("[states\n").starts_with("1:8: this is not TOML: "), "{}", error("[states\n"));
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert_eq!(parse(""), Ok(ConfigFile::default()));
        assert_eq!(parse("# nothing\n[states]\n"), Ok(ConfigFile::default()));
    }

    #[test]
    fn no_text_does_harm() {
        let deep = format!("a = {}", "[".repeat(100_000));
        for text in ["\u{0}", "[", "a.b.c", "\"", "[[states]]\n", "[states.a.b]\n", deep.as_str()] {
            assert!(parse(text).is_err(), "{}", &text[..text.len().min(20)]);
        }
    }
}
