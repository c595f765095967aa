//! The user's cache folder: what is in it may be gone at any time.
#![allow(clippy::disallowed_methods, reason = "the cache folder of the user is written here only")]

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folder for one kind of things in the cache of the user, by the conventions of the
/// system, for this version. `None` where no such folder is known; it need not exist.
pub fn folder(kind: &str) -> Option<PathBuf> {
    let named = |name: &str| {
        let path = PathBuf::from(env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let cache = if cfg!(windows) {
        named("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        named("HOME").map(|home| home.join("Library/Caches"))
    } else {
        named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")))
    };
    Some(cache?.join("pactlens").join(env!("CARGO_PKG_VERSION")).join(kind))
}

/// Writes a file so that no reader ever sees half of it.
pub fn write(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|known| known == text.as_bytes()) {
        return Ok(path);
    }
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}

/// Removes the files of a folder that were written longest ago, until `most` are left.
pub fn prune(folder: &Path, most: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let written = |entry: &fs::DirEntry| entry.metadata().and_then(|it| it.modified());
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .map(|entry| (written(&entry).unwrap_or(SystemTime::UNIX_EPOCH), entry.path()))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(most);
    for (_, path) in &files[..surplus] {
        // What cannot be removed now is tried again the next time.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_small() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for name in ["a", "b", "c", "c"] {
            write(&folder.path().join("x"), name, "text").expect("it can be written");
        }
        prune(&folder.path().join("x"), 2);
        assert_eq!(fs::read_dir(folder.path().join("x")).expect("it is there").count(), 2);
        prune(&folder.path().join("none"), 2);
    }
}
