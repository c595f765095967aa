//! The file system: finding and reading pacts. The one place of the analysis that
//! touches the disk.
#![allow(clippy::disallowed_methods, reason = "this is the seam that the ban protects")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use crate::config::file::{FILE_NAMES, FOREIGN_FOLDERS, MAX_CONFIG_SIZE};
use crate::text::Span;

/// Larger files are not read; they get one finding. In bytes.
pub const MAX_FILE_SIZE: u64 = 64 * 1024 * 1024;

/// The folder that Pact libraries write to, be it `pacts`, `pact/pacts`, `build/pacts`,
/// `target/pacts` or `spec/pacts`. Searched at any depth, even when git ignores it.
const PACT_FOLDER: &str = "pacts";

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

/// The names in a folder, in no order; none where it cannot be read. Not more than a few
/// thousand: a folder with so many is no place to look for anything.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(4_096).flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Reads a file.
pub fn load(path: &Path) -> io::Result<Loaded> {
    let size = fs::metadata(path)?.len();
    if size > MAX_FILE_SIZE {
        return Ok(Loaded::TooLarge(size));
    }
    Ok(decode(fs::read(path)?))
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// Nobody may write it.
    #[error("it is read-only")]
    ReadOnly,
    /// It holds something else than what was read.
    #[error("it was changed in the meantime")]
    Changed,
    /// What the system says.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Puts `new` in place of `old`, which was read from `path`: whole or not at all, whenever
/// the process ends. A link stays one, and the file it leads to keeps its permissions.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<(), NotWritten> {
    let target = fs::canonicalize(path)?;
    let metadata = fs::metadata(&target)?;
    if metadata.permissions().readonly() {
        return Err(NotWritten::ReadOnly);
    }
    // Replacing it would need no permission to write it, so that is asked for.
    match OpenOptions::new().write(true).open(&target) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(NotWritten::ReadOnly),
        opened => drop(opened?),
    }
    let (beside, file) = create_beside(&target)?;
    let written = write_and_swap(file, &beside, &target, &metadata, old, new);
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes a file that is not there yet. What came there meanwhile is left alone.
pub fn create(path: &Path, text: &str) -> Result<(), NotWritten> {
    OpenOptions::new().write(true).create_new(true).open(path)?;
    replace(path, "", text)
}

fn write_and_swap(
    mut file: File,
    beside: &Path,
    target: &Path,
    metadata: &fs::Metadata,
    old: &str,
    new: &str,
) -> Result<(), NotWritten> {
    file.write_all(new.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only some may give a file away; whose it is matters less than what is in it.
        let _ = fchown(&file, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.set_permissions(metadata.permissions())?;
    file.sync_all()?;
    drop(file);
    if fs::read(target)? != old.as_bytes() {
        return Err(NotWritten::Changed);
    }
    fs::rename(beside, target)?;
    // Not every file system can be told to keep a folder; the file is whole in any case.
    if let Some(folder) = target.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// A new file in the same folder, so that one can be put in place of the other, which nobody
/// else can read and no search for pacts finds.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    // A file name has a limit, which a long one may be close to.
    let name: String = name.chars().take(40).collect();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let beside = target.with_file_name(format!(".{name}.{}-{count}.tmp", process::id()));
        match options.open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// What tells one file from another, whatever path or link leads to it.
pub fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
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

/// The configuration file in `folder`, whatever is in it or wrong with it.
pub fn config_in(folder: &Path) -> Option<PathBuf> {
    // A link that leads nowhere was meant to be one, too.
    let there = |path: &PathBuf| fs::symlink_metadata(path).is_ok();
    FILE_NAMES.iter().map(|name| folder.join(name)).find(there)
}

/// Reads a configuration file: its text without a byte order mark, and where the first byte
/// that is not UTF-8 stood, if there was one. An error says why it cannot be read. Of a file
/// that is too large so much is read that it is known to be.
pub fn load_config(path: &Path) -> Result<(String, Option<Span>), String> {
    // What is no file may be read forever.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err("it is a folder".to_owned()),
        Ok(metadata) if !metadata.is_file() => return Err("it is no file".to_owned()),
        Ok(_) => {}
        Err(error) => return Err(error.to_string()),
    }
    let mut bytes = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(MAX_CONFIG_SIZE as u64 + 4).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    let mark = bytes.starts_with(b"\xEF\xBB\xBF");
    if mark {
        bytes.drain(..3);
    }
    let too_large = bytes.len() > MAX_CONFIG_SIZE;
    match decode(bytes) {
        // Where it was cut there may be half a character.
        Loaded::Text(text, at) => Ok((text, at.filter(|_| !too_large))),
        Loaded::TooLarge(_) => Err("it is too large".to_owned()),
    }
}

/// The root of the repository that `folder` lies in. `folder` must be absolute.
pub fn find_repository(folder: &Path) -> Option<PathBuf> {
    // In a worktree or a submodule it is a file.
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// Finds the JSON files below `folder`, sorted. Honours `.gitignore` except in the
/// folders that Pact libraries write to and for what matches one of the `include` globs
/// (relative to `folder`).
pub fn walk(folder: &Path, include: &[String]) -> Result<Vec<PathBuf>, ignore::Error> {
    walk_with_configs(folder, include, None).map(|(found, _)| found)
}

/// The same, and the folders in which a configuration file was seen on the way. With `only`
/// nothing else than that file is looked for, which is quick.
pub fn walk_with_configs(
    folder: &Path,
    include: &[String],
    only: Option<&Path>,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), ignore::Error> {
    let mut found = Vec::new();
    for entry in walker(folder, true, only).build() {
        let Ok(entry) = entry else { continue };
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        if !is_dir && is_json(entry.path()) {
            found.push(entry.into_path());
        }
    }
    let (pacts, configs) = special_folders(folder, only);
    for pacts in pacts {
        let files = walker(&pacts, false, only).build().flatten().map(ignore::DirEntry::into_path);
        found.extend(files.filter(|path| is_json(path) && path.is_file()));
    }
    if !include.is_empty() {
        let mut globs = OverrideBuilder::new(folder);
        for glob in include {
            globs.add(glob)?;
        }
        let globs = globs.build()?;
        found.extend(walk_everything(folder, only).filter(|path| globs.matched(path, false).is_whitelist()));
    }
    found.sort();
    found.dedup();
    Ok((found, configs))
}

/// All files below `folder`, also those that git ignores; with `only` at most that one.
pub fn walk_everything(folder: &Path, only: Option<&Path>) -> impl Iterator<Item = PathBuf> + use<> {
    let files = walker(folder, false, only).build().flatten();
    let files = files.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.map(ignore::DirEntry::into_path)
}

/// The folders below `folder` that Pact libraries write to, and those with a configuration
/// file, also inside what git ignores; not inside hidden folders, where nobody lets a library
/// write.
fn special_folders(folder: &Path, only: Option<&Path>) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut folders = walker(folder, false, None);
    let only = only.map(Path::to_owned);
    folders.filter_entry(move |entry| {
        let name = entry.file_name().to_string_lossy();
        let entered = !FOREIGN_FOLDERS.contains(&&*name) && !name.starts_with('.');
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        let on_the_way = leads_to(entry.path(), only.as_deref());
        entry.depth() == 0 || entered && is_dir && on_the_way || FILE_NAMES.contains(&&*name)
    });
    let (mut pacts, mut configs) = (Vec::new(), Vec::new());
    for entry in folders.build().flatten() {
        if entry.file_name() == PACT_FOLDER && entry.path().is_dir() {
            pacts.push(entry.into_path());
        } else if FILE_NAMES.iter().any(|name| entry.file_name() == *name) {
            configs.extend(entry.path().parent().map(Path::to_owned));
        }
    }
    (pacts, configs)
}

/// Whether a path leads to the file that alone is looked for, if one is.
fn leads_to(path: &Path, only: Option<&Path>) -> bool {
    only.is_none_or(|only| only.starts_with(path))
}

fn walker(folder: &Path, honour_ignores: bool, only: Option<&Path>) -> WalkBuilder {
    let mut builder = WalkBuilder::new(folder);
    builder
        .standard_filters(honour_ignores)
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(Ord::cmp);
    let only = only.map(Path::to_owned);
    builder.filter_entry(move |entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !FOREIGN_FOLDERS.contains(&&*name) && leads_to(entry.path(), only.as_deref())
    });
    builder
}

/// Whether a search would find a file, `path` being below the folder to search and no file
/// there saying what to ignore.
pub fn is_candidate(path: &Path) -> bool {
    let foreign = |name: &std::ffi::OsStr| FOREIGN_FOLDERS.iter().any(|folder| name == *folder);
    is_json(path) && !path.iter().any(foreign)
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

    #[test]
    fn a_file_is_replaced_only_as_it_was_read() {
        let dir = tree(&["a.json=old"]);
        let path = dir.path().join("a.json");
        assert!(matches!(replace(&path, "other", "new"), Err(NotWritten::Changed)));
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "old");
        replace(&path, "old", "new").expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "new");
        let names = fs::read_dir(dir.path()).expect("the folder is there").flatten();
        assert_eq!(
            names.map(|entry| entry.file_name()).collect::<Vec<_>>(),
            ["a.json"],
            "nothing is left over"
        );
    }
}
