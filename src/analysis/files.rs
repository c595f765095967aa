//! The file system: finding and reading pacts. The one place of the analysis that
//! touches the disk.
#![allow(clippy::disallowed_methods, reason = "this is the seam that the ban protects")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use crate::config::file::FILE_NAMES;
use crate::text::Span;

/// Larger files are not read; they get one finding. In bytes.
pub const MAX_FILE_SIZE: u64 = 64 * 1024 * 1024;

/// The folder that Pact libraries write to, be it `pacts`, `pact/pacts`, `build/pacts`,
/// `target/pacts` or `spec/pacts`. Searched at any depth, even when git ignores it.
const PACT_FOLDER: &str = "pacts";

/// Never entered.
const FOREIGN_FOLDERS: [&str; 3] = [".git", "node_modules", "vendor"];

/// What a file holds.
#[derive(Debug)]
pub enum Loaded {
    /// Text; where the first byte that is not UTF-8 stood, if there was one. Such bytes are
    /// replaced by U+FFFD.
    Text(String, Option<Span>),
    /// More than [`MAX_FILE_SIZE`]; the size in bytes.
    TooLarge(u64),
}

/// Whether a path leads to a folder.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Reads a file.
pub fn load(path: &Path) -> io::Result<Loaded> {
    let size = fs::metadata(path)?.len();
    if size > MAX_FILE_SIZE {
        return Ok(Loaded::TooLarge(size));
    }
    Ok(decode(fs::read(path)?))
}

/// Bytes as text, whatever they are.
pub fn decode(bytes: Vec<u8>) -> Loaded {
    if bytes.len() as u64 > MAX_FILE_SIZE {
        return Loaded::TooLarge(bytes.len() as u64);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Loaded::Text(text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to() as u32;
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Loaded::Text(text, Some(Span::new(at, at + '\u{FFFD}'.len_utf8() as u32)))
        }
    }
}

/// The configuration file for `folder`: the nearest one upward. `folder` must be absolute.
pub fn find_config(folder: &Path) -> Option<PathBuf> {
    let beside = |folder: &Path| FILE_NAMES.iter().map(|name| folder.join(name)).find(|it| it.is_file());
    folder.ancestors().find_map(beside)
}

/// Finds the JSON files below `folder`, sorted. Honours `.gitignore` except in the
/// folders that Pact libraries write to and for what matches one of the `include` globs
/// (relative to `folder`).
pub fn walk(folder: &Path, include: &[String]) -> Result<Vec<PathBuf>, ignore::Error> {
    let mut found = Vec::new();
    for entry in walker(folder, true).build() {
        let Ok(entry) = entry else { continue };
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        if !is_dir && is_json(entry.path()) {
            found.push(entry.into_path());
        }
    }
    for pacts in pact_folders(folder) {
        let files = walker(&pacts, false).build().flatten().map(ignore::DirEntry::into_path);
        found.extend(files.filter(|path| is_json(path) && path.is_file()));
    }
    if !include.is_empty() {
        let mut globs = OverrideBuilder::new(folder);
        for glob in include {
            globs.add(glob)?;
        }
        let globs = globs.build()?;
        let files = walker(folder, false).build().flatten();
        let files = files.filter(|e| e.file_type().is_some_and(|kind| kind.is_file()));
        found.extend(
            files.map(ignore::DirEntry::into_path).filter(|path| globs.matched(path, false).is_whitelist()),
        );
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The folders below `folder` that Pact libraries write to, also inside what git ignores;
/// not inside hidden folders, where nobody lets a library write.
fn pact_folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders = walker(folder, false);
    folders.filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        let entered = !FOREIGN_FOLDERS.contains(&&*name) && !name.starts_with('.');
        entry.depth() == 0 || entered && entry.file_type().is_some_and(|kind| kind.is_dir())
    });
    let found = folders.build().flatten().filter(|entry| entry.file_name() == PACT_FOLDER);
    found.map(ignore::DirEntry::into_path).filter(|path| path.is_dir()).collect()
}

fn walker(folder: &Path, honour_ignores: bool) -> WalkBuilder {
    let mut builder = WalkBuilder::new(folder);
    builder
        .standard_filters(honour_ignores)
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(Ord::cmp);
    builder.filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !FOREIGN_FOLDERS.contains(&&*name)
    });
    builder
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// Whether a text can be a pact at all, told without parsing it: the names of two of its
/// top-level keys occur in it.
pub fn may_be_pact(text: &str) -> bool {
    let has = |name: &str| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some();
    let parties = [has("\"consumer\""), has("\"provider\"")];
    let content = has("\"interactions\"") || has("\"messages\"");
    parties.iter().filter(|p| **p).count() + usize::from(content) >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder can be made");
        for file in files {
            let (name, text) = file.split_once('=').unwrap_or((file, "{}"));
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("it has a parent")).expect("folders can be made");
            fs::write(path, text).expect("a file can be written");
        }
        dir
    }

    fn found(dir: &tempfile::TempDir, include: &[&str]) -> Vec<String> {
        let include: Vec<String> = include.iter().map(|g| (*g).to_owned()).collect();
        let paths = walk(dir.path(), &include).expect("the globs are fine");
        let relative = |path: PathBuf| {
            path.strip_prefix(dir.path()).expect("it is below").to_string_lossy().replace('\\', "/")
        };
        paths.into_iter().map(relative).collect()
    }

    #[test]
    fn ignored_folders_are_searched_where_libraries_write() {
        let dir = tree(&[
            ".gitignore=build/\ntarget/\npacts/\nsecret.json\nout/\n",
            "out/x/build/pacts/g.json",
            "out/other.json",
            "app/build/pacts/a.json",
            "app/build/other.json",
            "svc/target/pacts/deep/b.json",
            "pacts/c.json",
            "secret.json",
            "plain.json",
            "notes.txt",
            "node_modules/x/pacts/d.json",
            "vendor/y/pacts/e.json",
            ".git/pacts/f.json",
        ]);
        assert_eq!(
            found(&dir, &[]),
            [
                "app/build/pacts/a.json",
                "out/x/build/pacts/g.json",
                "pacts/c.json",
                "plain.json",
                "svc/target/pacts/deep/b.json"
            ]
        );
        assert_eq!(found(&dir, &["secret.json", "app/build/*.json"]).len(), 7);
    }

    #[test]
    fn bytes_that_are_no_text_are_told() {
        let Loaded::Text(text, Some(at)) = decode(b"{\"a\": \"\xE9\"}".to_vec()) else {
            panic!("the text is read and its fault is told");
        };
        assert_eq!(at.of(&text), "\u{FFFD}");
        assert!(matches!(decode(b"{}".to_vec()), Loaded::Text(_, None)));
    }
}
