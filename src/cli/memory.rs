//! What an earlier run has seen of files that git says nothing about.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::analysis::cache;
use crate::analysis::files::{self, Loaded};

/// So many files are remembered of one folder; of more, those of the last run only.
const MOST_FILES: usize = 20_000;
/// So many memories are kept, one for each folder and way to check.
const MOST_MEMORIES: usize = 200;
/// The format of a memory.
const VERSION: u32 = 1;

/// What tells one content from another: its length in bytes and a hash of all of them. It is
/// of the bytes, not of what they mean: findings depend on layout, doubled keys and the
/// version of the library as well, and checking a file once too often takes milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Digest(u64, u64);

impl Digest {
    /// That of a file; none of what is no text, or was not read.
    pub(super) fn of(loaded: &Loaded) -> Option<Digest> {
        match loaded {
            Loaded::Text(text, None) => Some(Digest::of_text(text)),
            _ => None,
        }
    }

    /// That of a text.
    pub(super) fn of_text(text: &str) -> Digest {
        Digest(text.len() as u64, hash(text))
    }
}

fn hash(it: impl Hash) -> u64 {
    // This one is the same in every process.
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}

/// The files in which an earlier run found nothing that made it fail.
#[derive(Debug)]
pub(super) struct Memory {
    folder: Option<PathBuf>,
    name: String,
    kept: Kept,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// What the paths are below, and how files were checked.
    about: (String, u64),
    files: BTreeMap<String, Digest>,
}

impl Memory {
    /// What is remembered of files below `root` that were checked in the same `way`. Nothing
    /// if what is there cannot be read.
    pub(super) fn of(root: &Path, way: u64) -> Memory {
        Memory::open(cache::folder("changed"), root, way)
    }

    fn open(folder: Option<PathBuf>, root: &Path, way: u64) -> Memory {
        let about = (root.to_string_lossy().into_owned(), way);
        let name = format!("{:016x}.json", hash(&about));
        let read = folder.as_ref().and_then(|folder| match files::load(&folder.join(&name)) {
            Ok(Loaded::Text(text, None)) => serde_json::from_str::<Kept>(&text).ok(),
            _ => None,
        });
        let fits = |kept: &Kept| kept.version == VERSION && kept.about == about;
        let kept = read.filter(fits).unwrap_or(Kept { version: VERSION, about, files: BTreeMap::new() });
        Memory { folder, name, kept }
    }

    /// What a file held, by its path below the root.
    pub(super) fn get(&self, path: &str) -> Option<Digest> {
        self.kept.files.get(path).copied()
    }

    /// Takes note of what a run has seen, and writes it down: what each file held, or that
    /// it is to be looked at again.
    pub(super) fn learn(mut self, seen: Vec<(String, Option<Digest>)>) {
        let files = &mut self.kept.files;
        if seen.len() + files.len() > MOST_FILES {
            let now: HashSet<&str> = seen.iter().map(|(path, _)| path.as_str()).collect();
            files.retain(|path, _| now.contains(path.as_str()));
        }
        for (path, digest) in seen {
            match digest {
                Some(digest) if files.len() < MOST_FILES => files.insert(path, digest),
                _ => files.remove(&path),
            };
        }
        let (Some(folder), Ok(text)) = (&self.folder, serde_json::to_string(&self.kept)) else { return };
        // Where it cannot be written, the files are checked again the next time.
        if cache::write(folder, &self.name, &text).is_ok() {
            cache::prune(folder, MOST_MEMORIES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_memory_is_nothing() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let open = |root: &str, way| Memory::open(Some(folder.path().to_owned()), Path::new(root), way);
        let digest = Digest::of_text("{}");
        assert_ne!(digest, Digest::of_text("[]"));
        open("/r", 1).learn(vec![("a".to_owned(), Some(digest)), ("b".to_owned(), Some(digest))]);
        open("/r", 1).learn(vec![("b".to_owned(), None)]);
        assert_eq!([open("/r", 1).get("a"), open("/r", 1).get("b")], [Some(digest), None]);
        assert_eq!([open("/r", 2).get("a"), open("/q", 1).get("a")], [None, None]);

        let path = folder.path().join(&open("/r", 1).name);
        let good = files::load(&path);
        let Ok(Loaded::Text(good, _)) = good else { panic!("it was written") };
        let damaged =
            [&good[..good.len() / 2], "", "[]", "{\"version\": 1}", &good.replace("\"/r\"", "\"/q\"")];
        for damaged in damaged {
            cache::write(folder.path(), &open("/r", 1).name, damaged).expect("it can be written");
            assert_eq!(open("/r", 1).get("a"), None, "{damaged}");
        }
        Memory::open(None, Path::new("/r"), 1).learn(vec![("a".to_owned(), Some(digest))]);
    }
}
