//! What may be typed at a place of a pact.

mod docs;
mod names;
mod paths;
mod site;
mod snippet;
#[cfg(test)]
mod tests;

pub use docs::completion_docs;
pub use snippet::Insert;

use crate::analysis::Document;
use crate::ide::words::terms;
use crate::model::{Version, Vocabulary, Word, generator_fields, matcher_info};
use crate::syntax::{Cursor, quote};
use crate::text::Span;
use site::{Site, Slot, site};

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of an object.
    Key,
    /// A value.
    Value,
    /// A path or name that leads to something in the example.
    Path,
    /// A larger piece to fill in.
    Snippet,
}

/// Something that may be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is shown in the list.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// What it means, in Markdown; empty where nothing is known at once, see [`completion_docs`].
    pub docs: String,
    /// What is inserted.
    pub insert: Insert,
    /// What it takes the place of, in bytes of the file.
    pub replace: Span,
    /// What is compared with the text it takes the place of.
    pub filter: String,
}

/// Names that other pacts know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Those of provider states.
    States,
    /// Those of consumers and providers.
    Pacticipants,
}

/// Gives the names of a kind that other pacts know. Asked only where one may stand: there may be
/// many.
pub type Known<'a> = &'a dyn Fn(Names) -> Vec<&'a str>;

/// What may be typed at `offset`, the likeliest first.
pub fn completions(doc: &Document, offset: u32, known: Known<'_>) -> Vec<Completion> {
    let Some(site) = site(doc, offset) else { return Vec::new() };
    let words = Vocabulary::of(doc.facts().version());
    let mut list = List { replace: site.replace, items: Vec::new() };
    match site.slot {
        Slot::Key { bare, .. } => keys(doc, &site, bare, words, &mut list),
        Slot::Value { key } => values(&site, key, words, known, &mut list),
        Slot::Item => names::items(doc, &site, &mut list),
    }
    list.items
}

/// What the key or value at `offset` means, and its bytes in the file; `None` where the
/// specification has no word for it.
pub(in crate::ide) fn meaning(doc: &Document, offset: u32) -> Option<(Span, &'static str)> {
    let site = site(doc, offset)?;
    if site.replace.is_empty() {
        return None;
    }
    let words = Vocabulary::of(doc.facts().version());
    let of = |words: Vec<Word>, name: &str| words.into_iter().find(|word| word.name == name);
    let word = match site.slot {
        Slot::Key { key, .. } => of(words.keys(site.section, &site.path), &key?.name())?,
        Slot::Value { key } => {
            let text = key.value().map(|value| value.to_text()).unwrap_or_default();
            of(words.values(site.section, &site.path, &key.name()), &text)
                .or_else(|| of(words.keys(site.section, &site.path), &key.name()))?
        }
        Slot::Item => return None,
    };
    Some((site.replace, word.meaning)).filter(|(_, meaning)| !meaning.is_empty())
}

/// What is offered, as it comes together.
struct List {
    replace: Span,
    items: Vec<Completion>,
}

impl List {
    fn push(&mut self, label: &str, kind: CompletionKind, docs: &str, insert: Insert) {
        let (label, docs) = (label.to_owned(), docs.to_owned());
        // What it replaces starts with a quote, if there is anything.
        let filter = quote(&label);
        self.items.push(Completion { label, kind, docs, insert, replace: self.replace, filter });
    }

    /// A key, with room for its value if it has none yet.
    fn key(&mut self, name: &str, kind: CompletionKind, docs: &str, bare: bool, template: &str) {
        let key = quote(name);
        let insert =
            if bare { Insert::with_places(&format!("{key}: "), template) } else { Insert::plain(&key) };
        self.push(name, kind, docs, insert);
    }
}

/// Keys that the core reads in files of every version, and since when they are in the specification:
/// an older file is better made newer than given them.
const LATER: [(&str, Version); 4] = [
    ("matchingRules", Version::V2),
    ("requestMatchingRules", Version::V2),
    ("responseMatchingRules", Version::V2),
    ("generators", Version::V3),
];

fn keys(doc: &Document, site: &Site<'_>, bare: bool, words: Vocabulary, list: &mut List) {
    let Some(object) = site.path.last() else { return };
    let taken = |name: &str| {
        let here = site.replace;
        let other = |key: Cursor<'_>| here.is_empty() || key.span().len() != here.len() || key.name() != name;
        object.members().any(|member| member.key.is_named(name) && other(member.key))
    };
    names::keys(doc, site, bare, &taken, list);
    if !list.items.is_empty() {
        return;
    }
    // A matcher or generator that has its name takes only what it reads.
    let matcher = object.get("match").and_then(|name| matcher_info(&name.to_text()));
    let generator = object.get("type").and_then(|name| generator_fields(&name.to_text()));
    let version = doc.facts().version();
    let unread = |name: &str| {
        matcher.is_some_and(|info| name != "match" && !info.fields.contains(&name))
            || generator.is_some_and(|fields| name != "type" && !fields.contains(&name))
            || LATER.iter().any(|(later, since)| *later == name && version < *since)
    };
    for Word { name, meaning, takes } in words.keys(site.section, &site.path) {
        if !taken(name) && !unread(name) {
            list.key(name, CompletionKind::Key, meaning, bare, template(takes));
        }
    }
}

/// What a value of a kind looks like.
fn template(takes: &str) -> &'static str {
    match takes {
        "string" => "\"$1\"",
        "object" => "{$1}",
        "array" => "[$1]",
        _ => "$1",
    }
}

fn values(site: &Site<'_>, key: Cursor<'_>, words: Vocabulary, known: Known<'_>, list: &mut List) {
    for name in names::values(site, key, known) {
        list.push(name, CompletionKind::Value, "", Insert::plain(&quote(name)));
    }
    let found = words.values(site.section, &site.path, &key.name());
    for Word { name, meaning, .. } in found {
        let matcher = matcher_info(name).filter(|_| key.is_named("match"));
        let docs = matcher.map_or_else(|| meaning.to_owned(), |info| format!("{meaning}\n\n{}", terms(info)));
        list.push(name, CompletionKind::Value, &docs, Insert::plain(&quote(name)));
    }
}
