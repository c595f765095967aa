//! The test that wrote an interaction: which line of which source file.
//!
//! Libraries write no such place into a pact. What leads back is the description, which
//! stands as a text in a test beside a word of the library's language such as
//! `uponReceiving`, and in V4 sometimes `comments.testname`. Nothing is guessed: where two
//! places remain that nothing tells apart, no place is given.

mod attach;
mod build;
mod choose;
mod names;
mod scan;
mod words;

#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::text::LineCol;

pub use attach::attach;
pub use build::{MAX_TEST_FILES, read_test_file, read_tests, test_root};
pub use choose::Wrote;
pub use scan::{MAX_LITERALS, scan};

/// What a text in a source file may be to an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MentionKind {
    /// The argument of a word such as `uponReceiving`: a description.
    Call,
    /// A text of several words elsewhere: a description if it is that of an interaction.
    Text,
    /// The name of a test, or of a function that may be one.
    Test,
}

/// A place in a source file that an interaction may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// A hash of the text.
    pub(crate) hash: u64,
    /// Of a test: a hash of the class or module around it; zero without one.
    pub(crate) within: u64,
    /// What it is.
    pub kind: MentionKind,
    /// Where it starts.
    pub start: LineCol,
    /// Where it ends.
    pub end: LineCol,
}

/// What is kept of one source file: places and hashes, no texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestFile {
    /// By position.
    pub(crate) mentions: Vec<Mention>,
    /// Hash and line of each literal, sorted.
    pub(crate) literals: Vec<(u64, u32)>,
    /// Line and hash of the consumers it writes pacts for, as far as it names them, in order.
    pub(crate) consumers: Vec<(u32, u64)>,
    /// Whether it computes a description.
    pub(crate) computes: bool,
    /// Whether it verifies a provider.
    pub(crate) verifies: bool,
}

impl TestFile {
    /// Whether nothing leads there.
    pub fn is_empty(&self) -> bool {
        self.mentions.is_empty()
    }
}

/// Tests of a workspace, by what their interactions are called.
#[derive(Debug, Clone, Default)]
pub struct TestIndex {
    /// By number; `None` for one that went away.
    files: Vec<Option<(Arc<str>, TestFile)>>,
    numbers: FxHashMap<Arc<str>, u32>,
    /// Number of the file and of the mention in it, by hash.
    places: FxHashMap<u64, Vec<(u32, u32)>>,
}

impl TestIndex {
    /// Takes in what was read of a file, in place of what was known of it. An empty one is
    /// forgotten. Says whether anything is different now.
    pub fn put(&mut self, path: &Arc<str>, file: TestFile) -> bool {
        let known = self.numbers.get(path).copied();
        let before = known.and_then(|number| self.files.get(number as usize)?.as_ref());
        if before.map_or(file.is_empty(), |(_, before)| *before == file) {
            return false;
        }
        self.remove(path);
        if file.is_empty() || self.numbers.len() >= MAX_TEST_FILES {
            return true;
        }
        let number = known.unwrap_or(self.files.len() as u32);
        for (at, mention) in (0..).zip(&file.mentions) {
            self.places.entry(mention.hash).or_default().push((number, at));
        }
        let entry = Some((Arc::clone(path), file));
        match self.files.get_mut(number as usize) {
            Some(slot) => *slot = entry,
            None => self.files.push(entry),
        }
        self.numbers.insert(Arc::clone(path), number);
        true
    }

    /// Takes in what was read of many files; says whether anything is different now.
    pub fn put_all(&mut self, files: Vec<(Arc<str>, TestFile)>) -> bool {
        files.into_iter().fold(false, |changed, (path, file)| self.put(&path, file) || changed)
    }

    /// Forgets a file.
    fn remove(&mut self, path: &str) {
        let Some(number) = self.numbers.remove(path) else { return };
        let Some((_, file)) = self.files.get_mut(number as usize).and_then(Option::take) else { return };
        for mention in &file.mentions {
            if let Some(places) = self.places.get_mut(&mention.hash) {
                places.retain(|(other, _)| *other != number);
            }
        }
    }

    /// Forgets the files below a folder; says whether there were any.
    pub fn remove_below(&mut self, folder: &str) -> bool {
        let below = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let gone: Vec<Arc<str>> = self.numbers.keys().filter(|path| below(path)).cloned().collect();
        gone.iter().for_each(|path| self.remove(path));
        !gone.is_empty()
    }

    /// Number of files that it leads to.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether it leads nowhere.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

/// A hash of a text of a test. Two texts of one workspace with one hash are not expected.
fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A hash of the name of a test, which is another thing than a description.
fn name_hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    ("test", name).hash(&mut hasher);
    hasher.finish()
}

/// A hash of the name of a class, module, file or consumer, which are spelt in many ways.
fn loose_hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    name.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).for_each(|ch| {
        ch.hash(&mut hasher);
    });
    hasher.finish() | 1
}
