//! Pages of rules for editors that can open one from a diagnostic. They are files in the
//! user's cache folder, because the program is complete without a network.
#![allow(clippy::disallowed_methods, reason = "the cache folder of the user is written here only")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ide;
use crate::lsp::convert::place;
use crate::lsp::event::Note;
use crate::lsp::log;
use crate::rules::{ALL, find};

/// Where the pages are, and which of them have been written by this process.
#[derive(Debug, Default)]
pub(super) struct Pages {
    folder: Option<PathBuf>,
    written: FxHashMap<&'static str, Option<Arc<str>>>,
}

impl Pages {
    /// Pages in `folder`; without one there are none.
    pub(super) fn new(folder: Option<PathBuf>) -> Pages {
        Pages { folder, written: FxHashMap::default() }
    }

    /// Gives a note the address of its rule's page.
    pub(super) fn put(&mut self, note: &mut Note) {
        note.page = self.page(note.code);
    }

    /// The address of a rule's page, which is written when first asked for.
    fn page(&mut self, rule: &'static str) -> Option<Arc<str>> {
        if let Some(known) = self.written.get(rule) {
            return known.clone();
        }
        let folder = self.folder.clone()?;
        let page = find(rule).and_then(|index| {
            let meta = &ALL[index].meta;
            let text = format!("# {}/{}\n\n{}", meta.group, meta.name, ide::rule_page(meta));
            match write(&folder, &format!("{rule}.md"), &text) {
                Ok(path) => Some(Arc::from(place::uri_of(&path.to_string_lossy()))),
                Err(error) => {
                    // Told once; diagnostics are as good without.
                    log::line(&format!("no pages of rules: {} cannot be written: {error}", folder.display()));
                    self.folder = None;
                    None
                }
            }
        });
        self.written.insert(rule, page.clone());
        page
    }
}

/// Writes a file so that no reader ever sees half of it.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
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

/// The folder for pages of this version in the cache of the user, by the conventions of the
/// system.
pub(super) fn folder() -> Option<PathBuf> {
    let named = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let cache = if cfg!(windows) {
        named("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        named("HOME").map(|home| home.join("Library/Caches"))
    } else {
        named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")))
    };
    Some(cache?.join("pactlens").join(env!("CARGO_PKG_VERSION")).join("rules"))
}
