//! Pages of rules for editors that can open one from a diagnostic. They are files in the
//! user's cache folder, because the program is complete without a network.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::cache;
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

    /// Whether there are any.
    pub(super) fn are_there(&self) -> bool {
        self.folder.is_some()
    }

    /// The address of a rule's page, which is written when first asked for.
    pub(super) fn page(&mut self, rule: &'static str) -> Option<Arc<str>> {
        if let Some(known) = self.written.get(rule) {
            return known.clone();
        }
        let folder = self.folder.clone()?;
        let page = find(rule).and_then(|index| {
            let meta = &ALL[index].meta;
            let text = format!("# {}/{}\n\n{}", meta.group, meta.name, ide::rule_page(meta));
            match cache::write(&folder, &format!("{rule}.md"), &text) {
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
