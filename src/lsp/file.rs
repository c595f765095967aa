//! One open document.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::analysis::{Analysis, Change, Document, Draft};
use crate::lsp::aside::Edition;
use crate::lsp::convert::place;
use crate::lsp::event::{ContentChange, Note};
use crate::text::{Encoding, Span};

/// Files above this size are not looked into.
pub(super) const MAX_SIZE: u32 = 64 << 20;

/// An open document, and what is known of it.
#[derive(Debug)]
pub(super) struct File {
    pub(super) version: i32,
    text: Text,
    /// Its path, escapes undone.
    path: Arc<str>,
    /// The path is one that pacts have.
    likely: bool,
    /// It was a pact once, and stays one however its text looks while being typed.
    pact: bool,
    /// What was found in the text as it is, for each [`Extent`].
    pub(super) found: [Option<Arc<Analysis>>; 2],
    /// A hash of what the client was told.
    pub(super) told: Option<u64>,
    /// The client is to be told.
    pub(super) stale: bool,
    /// What tells the settings that held when it was last looked at from others; `None` in it
    /// when it was excluded.
    pub(super) governed_by: Option<Option<u64>>,
    /// Ends with the next change.
    pub(super) edition: Edition,
}

#[derive(Debug)]
enum Text {
    Parsed(Document),
    Draft(Draft),
    TooLarge,
    /// An error of ours lost it; a new full text brings it back.
    Lost,
}

/// How much of what there is to find is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What an editor shows.
    Shown,
    /// All of it.
    All,
}

/// What a document is to us.
pub(super) enum Look<'a> {
    /// A pact.
    Pact(&'a Document),
    /// Something that is probably a pact, but too large.
    TooLarge,
    /// None of our business.
    Other,
}

impl File {
    /// A document that was just opened.
    pub(super) fn open(uri: &str, version: i32, text: String) -> File {
        let mut file = File {
            version,
            text: Text::Lost,
            path: place::path_of(uri).into(),
            likely: is_likely(uri),
            pact: false,
            found: [None, None],
            told: None,
            stale: true,
            governed_by: None,
            edition: Edition::default(),
        };
        file.text = read(text);
        file
    }

    /// Its path, which tells it from other files of the workspace.
    pub(super) fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Applies changes in their order.
    pub(super) fn change(&mut self, version: i32, changes: Vec<ContentChange>, encoding: Encoding) {
        self.version = version;
        self.edition = Edition::default();
        self.found = [None, None];
        self.stale = true;
        for change in changes {
            // Should any of this panic, the text is lost, and nothing is built on a wrong one.
            let mut draft = match std::mem::replace(&mut self.text, Text::Lost) {
                Text::Parsed(doc) => Draft::new(doc),
                Text::Draft(draft) => draft,
                other => {
                    self.text = if change.range.is_none() { read(change.text) } else { other };
                    continue;
                }
            };
            let whole = Span::new(0, draft.len());
            let span = change.range.map_or(whole, |range| {
                let [start, end] = [range.start, range.end].map(|at| draft.offset_at(at, encoding));
                Span::new(start, end.max(start))
            });
            let len = draft.len() as usize - span.len() as usize + change.text.len();
            self.text = if len > MAX_SIZE as usize {
                Text::TooLarge
            } else {
                draft.apply(&Change { span, text: change.text });
                Text::Draft(draft)
            };
        }
    }

    /// Parses what is not parsed yet, and sees what it is.
    pub(super) fn look(&mut self) -> Look<'_> {
        self.text = match std::mem::replace(&mut self.text, Text::Lost) {
            Text::Draft(draft) => Text::Parsed(draft.finish()),
            other => other,
        };
        match &self.text {
            Text::Parsed(doc) => {
                let keys = doc.pact_keys();
                self.pact |= keys >= 2 || keys >= 1 && self.likely;
                if self.pact { Look::Pact(doc) } else { Look::Other }
            }
            Text::TooLarge if self.pact || self.likely => Look::TooLarge,
            _ => Look::Other,
        }
    }

    /// A byte range of the text as lines and columns, and back: see [`place`].
    pub(super) fn document(&self) -> Option<&Document> {
        match &self.text {
            Text::Parsed(doc) => Some(doc),
            _ => None,
        }
    }

    /// Notes that the client is being told `notes`; whether it knew them already.
    pub(super) fn tell(&mut self, notes: &[Note]) -> bool {
        let hash = hash(notes);
        self.stale = false;
        self.told.replace(hash) == Some(hash)
    }
}

fn read(text: String) -> Text {
    if text.len() > MAX_SIZE as usize { Text::TooLarge } else { Text::Parsed(Document::new(text)) }
}

/// Equal for equal notes.
pub(super) fn hash(notes: &[Note]) -> u64 {
    let mut hasher = DefaultHasher::new();
    notes.hash(&mut hasher);
    hasher.finish()
}

/// Whether a document lies in a folder named `pacts`, or has `pact` in its name.
fn is_likely(uri: &str) -> bool {
    let path = place::path_of(uri).to_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    name.contains("pact") || folders.split('/').any(|folder| folder == "pacts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_say_pact() {
        for uri in ["file:///a/pacts/x.json", "file:///C%3A/Pacts/x.json", "file:///a/web-Pact.json"] {
            assert!(is_likely(uri), "{uri}");
        }
        for uri in ["file:///a/impact/x.json", "file:///pactsx/x.json", "untitled:Untitled-1", ""] {
            assert!(!is_likely(uri), "{uri}");
        }
    }
}
