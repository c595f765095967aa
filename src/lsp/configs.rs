//! The configuration of the session: what holds for which document, and what is wrong with
//! the files that say so.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::configs::{ConfigIndex, Lookup};
use crate::config::{Levels, Settings, Traits};
use crate::lsp::convert::place;
use crate::lsp::event::{Note, Said, Uri, Wishes};
use crate::lsp::file::{File, hash};
use crate::lsp::session::Session;
use crate::lsp::{log, notes};

/// The configuration, and what the client was told of it.
pub(super) struct Configs {
    index: Arc<ConfigIndex>,
    /// What holds whatever the client wishes.
    basis: (Lookup, Settings),
    /// Hashes of what was told, by configuration file.
    told: FxHashMap<Uri, u64>,
    /// How many files were read when it was told; another number when files are read anew.
    seen: usize,
}

impl Configs {
    /// For `settings`, which win over every file.
    pub(super) fn new(lookup: Lookup, settings: Settings) -> Option<Configs> {
        let index = index(lookup.clone(), None, settings.clone())?;
        Some(Configs {
            index: Arc::new(index),
            basis: (lookup, settings),
            told: FxHashMap::default(),
            seen: 0,
        })
    }

    /// What holds where.
    pub(super) fn index(&self) -> &Arc<ConfigIndex> {
        &self.index
    }

    /// Takes what the client wishes into account. Relative paths start from `folder`.
    pub(super) fn wish(&mut self, wishes: Wishes, folder: Option<&PathBuf>) {
        let (lookup, mut settings) = self.basis.clone();
        settings.preset = wishes.preset.or(settings.preset);
        if !wishes.targets.is_empty() {
            settings.targets = wishes.targets;
        }
        let lookup = wishes.config.map_or(lookup, Lookup::File);
        if let Some(index) = index(lookup, folder, settings) {
            self.index = Arc::new(index);
            self.seen = usize::MAX;
        }
    }

    /// Forgets what was read.
    fn read_anew(&mut self) {
        self.index = Arc::new(self.index.anew());
        self.seen = usize::MAX;
    }
}

fn index(lookup: Lookup, folder: Option<&PathBuf>, settings: Settings) -> Option<ConfigIndex> {
    let here = folder.cloned().unwrap_or_else(|| PathBuf::from("/"));
    ConfigIndex::new(lookup, here, settings).map_err(|error| log::line(&error.to_string())).ok()
}

impl Session {
    /// Files changed, came or went on the disk; if configuration is among them, all that
    /// depends on it is looked at anew.
    pub(super) fn configuration_may_have_changed(&mut self, uris: &[Uri]) -> bool {
        let index = self.configs.index();
        let concerned = uris.iter().any(|uri| index.depends_on(Path::new(&place::path_of(uri))));
        if concerned {
            self.configs.read_anew();
            self.configuration_changed();
        }
        concerned
    }

    /// Runs documents again for which something else holds than before.
    pub(super) fn configuration_changed(&mut self) {
        let index = Arc::clone(self.configs.index());
        let mut any = false;
        for file in self.files.values_mut().filter(|file| file.governed_by.is_some()) {
            if file.governed_by != Some(levels(&index, file).map(|levels| levels.key)) {
                file.found = [None, None];
                file.stale = true;
                any = true;
            }
        }
        self.workspace.govern(Arc::clone(&index));
        if any {
            self.refresh();
        }
    }

    /// Tells the client what is wrong with configuration files, where it is not what it was
    /// told last.
    pub(super) fn tell_configs(&mut self) {
        let index = Arc::clone(self.configs.index());
        let projects = index.count();
        if projects == self.configs.seen {
            return;
        }
        self.configs.seen = projects;
        let mut before = std::mem::take(&mut self.configs.told);
        for report in index.reports().into_iter().filter(|report| !report.findings.is_empty()) {
            let uri: Uri = place::uri_of(&report.path.to_string_lossy()).into();
            let mut told: Vec<Note> = notes::plain(&report.text, &report.findings, &self.client);
            told.iter_mut().for_each(|note| self.put_page(note));
            let hash = hash(&told);
            if before.remove(&uri) != Some(hash) {
                (self.say)(Said::Findings { uri: Arc::clone(&uri), version: None, notes: told });
            }
            self.configs.told.insert(uri, hash);
        }
        for uri in before.into_keys() {
            (self.say)(Said::Findings { uri, version: None, notes: Vec::new() });
        }
    }
}

/// The levels that hold for a document; `None` when it is excluded.
pub(super) fn levels(index: &ConfigIndex, file: &File) -> Option<Arc<Levels>> {
    let path = Path::new(&**file.path());
    let traits = || file.document().map(|doc| Traits::of(doc.facts())).unwrap_or_default();
    (!index.excludes(path)).then(|| index.levels(path, traits()))
}
