//! A table of the file, and what goes wrong in reading it.

use std::borrow::Cow;
use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::file::{At, Key};
use crate::config::glob::{Over, Pattern};
use crate::text::{Span, nearest};

/// Most mistakes of one file that are told one by one.
const MOST: usize = 200;

/// The rules in whose names something is said about a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It means nothing, so the file cannot be used.
    Invalid,
    /// An override does nothing any more.
    Expired,
    /// A pattern can never match.
    Dead,
}

impl Fault {
    /// The name of the rule.
    pub const fn rule(self) -> &'static str {
        match self {
            Fault::Invalid => "config-invalid",
            Fault::Expired => "config-expired-override",
            Fault::Dead => "config-dead-pattern",
        }
    }
}

/// What is wrong with a configuration file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of fault it is.
    pub fault: Fault,
    /// The bytes of the file that it is about.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// What is wrong with a file, collected while it is read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    listed: RefCell<Vec<Problem>>,
}

impl Problems {
    /// Adds a problem; `tell` gives its message and help.
    pub(super) fn add(&self, fault: Fault, span: Span, tell: impl FnOnce() -> (String, Option<String>)) {
        let mut listed = self.listed.borrow_mut();
        // A file with so many is no configuration file, and telling them takes time.
        if listed.len() < MOST {
            let (message, help) = tell();
            listed.push(Problem { fault, span, message, help });
        }
    }

    /// All of them, in the order of the file.
    pub(super) fn all(self) -> Vec<Problem> {
        let mut all = self.listed.into_inner();
        all.sort_by_key(|problem| problem.span);
        all
    }
}

/// Where a value stands, cut down to what fits into the text.
pub(super) fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start as u32, range.end.max(range.start) as u32)
}

/// A table of the file. What it gives is what could be read; what could not is among the
/// problems.
pub(super) struct Section<'a> {
    /// The name as it is written: `states.Orders`.
    name: String,
    pub(super) table: &'a DeTable<'a>,
    pub(super) problems: &'a Problems,
}

pub(super) type Entry<'a> = (&'a Spanned<Cow<'a, str>>, &'a Spanned<DeValue<'a>>);

impl<'a> Section<'a> {
    pub(super) fn new(
        name: impl Into<String>,
        table: &'a DeTable<'a>,
        problems: &'a Problems,
    ) -> Section<'a> {
        Section { name: name.into(), table, problems }
    }

    /// Keys and values in the order of the file.
    pub(super) fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    pub(super) fn invalid(
        &self,
        at: std::ops::Range<usize>,
        tell: impl FnOnce() -> (String, Option<String>),
    ) {
        self.problems.add(Fault::Invalid, span(at), tell);
    }

    /// Reports each key that is none of `known`.
    pub(super) fn knows(&self, known: &[Key]) {
        for (key, _) in self.entries() {
            if !known.iter().any(|it| it.name == key.get_ref()) {
                self.unknown(key, known);
            }
        }
    }

    pub(super) fn unknown(&self, key: &Spanned<Cow<'_, str>>, known: &[Key]) {
        self.invalid(key.span(), || {
            let name = key.get_ref();
            let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            let names: Vec<&str> = known.iter().map(|key| key.name).collect();
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("there are: {}", names.join(", ")),
            };
            (format!("Unknown key '{}'{place}", short(name)), Some(help))
        });
    }

    pub(super) fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.invalid(value.span(), || {
            let found = value.get_ref().type_str();
            (format!("'{}' is {wanted}, and this is of type {found}", short(key)), None)
        });
    }

    /// The table under a key.
    pub(super) fn section(&self, key: &str) -> Option<Section<'a>> {
        let value = self.table.get(key)?;
        self.table_of(key, value)
    }

    pub(super) fn table_of(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Section<'a>> {
        let name = if self.name.is_empty() { short(key) } else { format!("{}.{}", self.name, short(key)) };
        match value.get_ref() {
            DeValue::Table(table) => Some(Section { name, table, problems: self.problems }),
            _ => {
                self.wrong_type(key, value, "a table");
                None
            }
        }
    }

    /// The flag under a key.
    pub(super) fn flag(&self, key: &str) -> Option<At<bool>> {
        let value = self.table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(At { value: *flag, span: span(value.span()) }),
            _ => {
                self.wrong_type(key, value, "true or false");
                None
            }
        }
    }

    /// The text under a key.
    pub(super) fn text(&self, key: &str) -> Option<At<String>> {
        let value = self.table.get(key)?;
        match text_of(value) {
            Some(text) => Some(text),
            None => {
                self.wrong_type(key, value, "a text");
                None
            }
        }
    }

    /// The texts under a key.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<At<String>>> {
        let value = self.table.get(key)?;
        self.texts_of(key, value, "a list of texts")
    }

    /// The texts under a key, or the one that stands there.
    pub(super) fn one_or_more(&self, key: &str) -> Option<Vec<At<String>>> {
        let value = self.table.get(key)?;
        match text_of(value) {
            Some(text) => Some(vec![text]),
            None => self.texts_of(key, value, "a text or a list of texts"),
        }
    }

    pub(super) fn texts_of(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
    ) -> Option<Vec<At<String>>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, value, wanted);
            return None;
        };
        let text = |item: &Spanned<DeValue<'_>>| {
            let text = text_of(item);
            if text.is_none() {
                self.wrong_type(key, item, wanted);
            }
            text
        };
        Some(items.iter().filter_map(text).collect())
    }

    /// What a text under a key stands for.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &str,
        text: At<String>,
        choices: &[(&'static str, T)],
    ) -> Option<At<T>> {
        let found = choices.iter().find(|(name, _)| *name == text.value);
        if found.is_none() {
            self.problems.add(Fault::Invalid, text.span, || {
                no_choice(key, &text.value, choices.iter().map(|it| it.0))
            });
        }
        found.map(|(_, value)| At { value: *value, span: text.span })
    }

    /// The patterns under a key, or the one that stands there.
    pub(super) fn patterns(&self, key: &str, over: Over) -> Option<Vec<Pattern>> {
        let texts = self.one_or_more(key)?;
        Some(texts.into_iter().filter_map(|text| self.pattern(text, over)).collect())
    }

    fn pattern(&self, text: At<String>, over: Over) -> Option<Pattern> {
        match Pattern::new(&text.value, text.span, over) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let tell = || (format!("'{}' is no pattern: {error}", short(&text.value)), None);
                self.problems.add(Fault::Invalid, text.span, tell);
                None
            }
        }
    }
}

pub(super) fn no_choice(
    key: &str,
    text: &str,
    choices: impl Iterator<Item = &'static str> + Clone,
) -> (String, Option<String>) {
    let help = match nearest(text, choices.clone()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", choices.collect::<Vec<_>>().join(", ")),
    };
    (format!("'{}' is nothing that '{}' can be", short(text), short(key)), Some(help))
}

pub(super) fn text_of(value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
    match value.get_ref() {
        DeValue::String(text) => Some(At { value: text.clone().into_owned(), span: span(value.span()) }),
        _ => None,
    }
}

/// A name from the file, cut to what a message has room for.
pub(super) fn short(name: &str) -> String {
    crate::text::shorten(name).into_owned()
}
