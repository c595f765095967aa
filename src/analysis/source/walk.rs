//! Finding the source files of a folder.

use std::path::{Path, PathBuf};

use ignore::overrides::OverrideBuilder;
use ignore::{DirEntry, WalkBuilder};

use crate::analysis::source::Language;

/// Larger files are generated or bundled, and are not read. In bytes.
pub const MAX_SOURCE_SIZE: u64 = 1024 * 1024;

/// Most files and folders that are looked at: what holds more is no project.
const MAX_ENTRIES: usize = 500_000;

/// Never entered below the folder that is searched: what is installed, and what is built.
const FOREIGN_FOLDERS: [&str; 15] = [
    ".git",
    ".gradle",
    ".venv",
    "__pycache__",
    "bower_components",
    "build",
    "coverage",
    "dist",
    "node_modules",
    "obj",
    "out",
    "site-packages",
    "target",
    "vendor",
    "venv",
];

/// Finds the files below `folder` whose language is known, sorted. With `globs`, relative to
/// `folder`, only those that match one. Honours `.gitignore`.
pub fn find_sources(folder: &Path, globs: &[String]) -> Result<Vec<(PathBuf, Language)>, ignore::Error> {
    let mut builder = walker(folder);
    builder.filter_entry(is_own);
    let mut wanted = OverrideBuilder::new(folder);
    for glob in globs {
        wanted.add(glob)?;
    }
    let wanted = wanted.build()?;
    let files = builder.build().take(MAX_ENTRIES).flatten().filter(|entry| {
        entry.file_type().is_some_and(|kind| kind.is_file())
            && (globs.is_empty() || wanted.matched(entry.path(), false).is_whitelist())
    });
    let mut found: Vec<(PathBuf, Language)> = files.filter_map(source).collect();
    found.sort();
    Ok(found)
}

/// Whether [`find_sources`] finds this file below `folder`.
pub fn is_source(folder: &Path, file: &Path) -> bool {
    let mut builder = walker(folder);
    let wanted = file.to_owned();
    builder.filter_entry(move |entry| is_own(entry) && wanted.starts_with(entry.path()));
    builder.build().take(MAX_ENTRIES).flatten().any(|entry| entry.path() == file && source(entry).is_some())
}

fn walker(folder: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(folder);
    builder.require_git(false).follow_links(false).sort_by_file_name(Ord::cmp);
    builder
}

/// Whether a file or folder is part of the project, not installed or built.
fn is_own(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    entry.depth() == 0 || !folder || !FOREIGN_FOLDERS.contains(&&*name)
}

fn source(entry: DirEntry) -> Option<(PathBuf, Language)> {
    let language = Language::of_path(entry.path())?;
    let size = entry.metadata().ok()?.len();
    (size <= MAX_SOURCE_SIZE).then(|| (entry.into_path(), language))
}
