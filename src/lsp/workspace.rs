//! All pacts of the workspace, open or not, and what they have to do with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use rustc_hash::FxHashSet;

use crate::analysis::configs::ConfigIndex;
use crate::analysis::files::{self, Loaded};
use crate::analysis::origin::{TestFile, TestIndex, Wrote, attach};
use crate::analysis::source::Language;
use crate::analysis::states::PlacedHandler;
use crate::analysis::{AcrossOptions, CrossFinding, Document, Secrets};
use crate::config::{BASELINE_NAME, Baseline};
use crate::diagnostic::{Elsewhere, Finding};
#[cfg(test)]
use crate::lsp::event::Event;
use crate::lsp::event::OnDisk;
use crate::lsp::inbox::Post;
use crate::lsp::known::{Outcome, Pacts, Terms};
use crate::lsp::reader::{self, Task};
use crate::model::FileSummary;
use crate::text::Encoding;

/// The folders of the workspace, and all pacts.
#[derive(Debug)]
pub(super) struct Workspace {
    index: Arc<ConfigIndex>,
    folders: Vec<PathBuf>,
    pacts: Pacts,
    /// By folder: the handlers of provider states that its configuration tells of.
    handlers: BTreeMap<PathBuf, Vec<PlacedHandler>>,
    /// The tests that pacts come from.
    tests: TestIndex,
    /// Folders whose tests are not read, because there is no pact yet.
    untested: Vec<PathBuf>,
    /// By folder: the findings that are known in it.
    baselines: BTreeMap<PathBuf, Arc<Baseline>>,
    reader: Option<Sender<Task>>,
    /// Documents that an editor has open: there the disk does not count.
    overlaid: FxHashSet<Arc<str>>,
    /// Files whose findings may be others than before, for who wants to know of all files.
    dirty: BTreeSet<Arc<str>>,
    /// So many folders are being read.
    reading: usize,
}

impl Workspace {
    /// One without files.
    pub(super) fn new(index: Arc<ConfigIndex>) -> Workspace {
        Workspace {
            index,
            folders: Vec::new(),
            pacts: Pacts::default(),
            handlers: BTreeMap::new(),
            tests: TestIndex::default(),
            untested: Vec::new(),
            baselines: BTreeMap::new(),
            reader: None,
            overlaid: FxHashSet::default(),
            dirty: BTreeSet::new(),
            reading: 0,
        }
    }

    /// From now on `index` says what holds where.
    pub(super) fn govern(&mut self, index: Arc<ConfigIndex>) {
        self.index = index;
        self.pacts.levels_changed();
        self.dirty.extend(self.pacts.paths().cloned());
        // What is searched, which handlers there are and where the baseline lies is said there
        // too.
        for folder in self.folders.clone() {
            self.read_folder(&folder);
        }
    }

    fn read_folder(&mut self, folder: &Path) {
        self.reading += usize::from(self.reader.is_some());
        // What is known comes first, so that little of it is told and taken back.
        self.send(Task::Baseline(folder.to_owned(), Arc::clone(&self.index)));
        self.send(Task::Folder(folder.to_owned(), Arc::clone(&self.index)));
    }

    /// Whether a path is that of a baseline.
    fn is_baseline(&self, path: &str) -> bool {
        let path = Path::new(path);
        path.file_name().is_some_and(|name| name == BASELINE_NAME)
            || self.folders.iter().any(|folder| reader::baseline_of(folder, &self.index) == path)
    }

    /// The first folder of the workspace.
    pub(super) fn first_folder(&self) -> Option<PathBuf> {
        self.folders.first().cloned()
    }

    fn send(&self, task: Task) {
        // Without a reader there is nothing to tell it.
        if let Some(reader) = &self.reader {
            let _ = reader.send(task);
        }
    }

    /// Reads these folders, on another thread; what is found arrives as events.
    pub(super) fn read_folders(&mut self, folders: Vec<PathBuf>, encoding: Encoding, post: &Post) {
        if folders.is_empty() {
            return;
        }
        let reader = self.reader.take().or_else(|| reader::start(post.clone(), encoding));
        self.reader = reader;
        for folder in &folders {
            self.read_folder(folder);
        }
        self.folders.extend(folders.iter().cloned());
        self.untested.extend(folders);
        self.read_tests();
    }

    /// Has tests read once there is a pact that one of them may have written.
    fn read_tests(&mut self) {
        if let Some(reader) = self.reader.as_ref().filter(|_| !self.pacts.is_empty()) {
            self.untested.drain(..).for_each(|folder| _ = reader.send(Task::Tests(folder)));
        }
    }

    /// Forgets the files below a folder that are in no other. Tells whether it had a baseline.
    pub(super) fn leave_folder(&mut self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        if self.handlers.remove(Path::new(folder)).is_some() {
            self.handlers_changed();
        }
        self.untested.retain(|untested| untested != Path::new(folder));
        self.tests.remove_below(folder);
        self.pacts.tests_changed();
        self.folders.retain(|known| known != Path::new(folder));
        let had_baseline = self.baselines.remove(Path::new(folder)).is_some();
        let outside = |path: &&Arc<str>| self.folder_of(Path::new(&***path)).is_none();
        let gone: Vec<Arc<str>> = self.pacts.paths().filter(outside).cloned().collect();
        gone.iter().for_each(|path| self.drop_file(path));
        if had_baseline {
            self.dirty.extend(self.pacts.paths().cloned());
        }
        had_baseline
    }

    /// Forgets what the disk holds under a path.
    fn drop_file(&mut self, path: &Arc<str>) {
        if self.pacts.is_open(path) != Some(true) {
            self.pacts.remove(path);
            self.dirty.insert(Arc::clone(path));
        }
    }

    /// The handlers that the configuration for a folder tells of.
    pub(super) fn handled(&mut self, folder: PathBuf, handlers: Vec<PlacedHandler>) {
        if !self.folders.contains(&folder) {
            return;
        }
        let known = self.handlers.insert(folder, handlers.clone()).unwrap_or_default();
        if known != handlers {
            self.handlers_changed();
        }
    }

    fn handlers_changed(&mut self) {
        self.pacts.has_handlers = self.handlers.values().any(|handlers| !handlers.is_empty());
        self.pacts.handlers_changed();
    }

    /// What source files tell of interactions; says whether anything is different now.
    pub(super) fn tested(&mut self, found: Vec<(Arc<str>, TestFile)>) -> bool {
        let different = self.tests.put_all(found);
        if different {
            self.pacts.tests_changed();
        }
        different
    }

    /// Gives findings in a pact the tests that they come from.
    pub(super) fn attach_tests(&self, findings: &mut [Finding], summary: &FileSummary, path: &str) {
        // Those of before may be gone.
        findings.iter_mut().for_each(|finding| finding.test = None);
        attach(findings, summary, path, &self.tests);
    }

    /// A file changed, came or went on the disk.
    pub(super) fn read_again(&self, path: &str) {
        if self.is_baseline(path) {
            for folder in &self.folders {
                self.send(Task::Baseline(folder.clone(), Arc::clone(&self.index)));
            }
        } else if Language::of_path(Path::new(path)).is_some() {
            self.send(Task::Source(PathBuf::from(path)));
        } else if !self.is_open(path) {
            let (folders, index) = (self.folders.clone(), Arc::clone(&self.index));
            self.send(Task::File(PathBuf::from(path), folders, index));
        }
    }

    /// What a folder's baseline knows. Tells whether that is something else than before.
    pub(super) fn knows(&mut self, folder: PathBuf, baseline: Option<Arc<Baseline>>) -> bool {
        if !self.folders.contains(&folder) {
            return false;
        }
        let known = match baseline.clone() {
            Some(baseline) => self.baselines.insert(folder, baseline),
            None => self.baselines.remove(&folder),
        };
        let different = known != baseline;
        if different {
            self.dirty.extend(self.pacts.paths().cloned());
        }
        different
    }

    /// The findings that are known of the file at a path: those of the innermost folder.
    pub(super) fn baseline(&self, path: &str) -> Option<&Arc<Baseline>> {
        let around = self.baselines.iter().filter(|(folder, _)| Path::new(path).starts_with(folder));
        around.max_by_key(|(folder, _)| folder.components().count()).map(|(_, baseline)| baseline)
    }

    /// What the disk holds under some paths.
    pub(super) fn on_disk(&mut self, found: Vec<OnDisk>) {
        for OnDisk { path, summary, stamp } in found {
            if self.pacts.believe(&path) {
                self.dirty.insert(Arc::clone(&path));
            }
            match summary {
                _ if self.is_open(&path) => {}
                Some(summary) if self.folder_of(Path::new(&*path)).is_some() => {
                    if !self.pacts.holds(&path, stamp) {
                        self.dirty.insert(Arc::clone(&path));
                    }
                    self.put(path, summary, false, stamp);
                }
                _ => self.drop_file(&path),
            }
        }
    }

    /// All that the disk holds below a folder.
    pub(super) fn in_folder(&mut self, folder: &Path, found: Vec<OnDisk>) {
        self.reading = self.reading.saturating_sub(1);
        if !self.folders.iter().any(|known| known == folder) {
            return;
        }
        let is_there = found.iter().filter(|file| file.summary.is_some());
        let there: FxHashSet<Arc<str>> = is_there.map(|file| Arc::clone(&file.path)).collect();
        let gone = |path: &Arc<str>| {
            Path::new(&**path).starts_with(folder) && !there.contains(path) && !self.overlaid.contains(path)
        };
        let gone: Vec<Arc<str>> = self.pacts.paths().filter(|path| gone(path)).cloned().collect();
        for path in gone {
            // Of folders in each other either may know it.
            match self.folders.iter().filter(|folder| Path::new(&*path).starts_with(folder)).count() {
                0 | 1 => self.drop_file(&path),
                _ => self.read_again(&path),
            }
        }
        self.on_disk(found);
    }

    /// Whether folders are being read.
    pub(super) fn is_reading(&self) -> bool {
        self.reading > 0
    }

    /// A document was opened.
    pub(super) fn overlay(&mut self, path: &Arc<str>) {
        self.overlaid.insert(Arc::clone(path));
    }

    /// What an open document holds now.
    pub(super) fn opened(&mut self, path: Arc<str>, summary: Arc<FileSummary>) {
        self.put(path, summary, true, 0);
    }

    /// An open document is no pact.
    pub(super) fn is_none(&mut self, path: &str) {
        self.pacts.remove(path);
    }

    /// A document was closed: the disk counts again.
    pub(super) fn closed(&mut self, path: &Arc<str>) {
        self.overlaid.remove(path);
        match self.pacts.is_open(path) {
            Some(true) if self.reader.is_some() => self.pacts.close(path),
            Some(true) => _ = self.pacts.remove(path),
            Some(false) => _ = self.dirty.insert(Arc::clone(path)),
            None => {}
        }
        self.read_again(path);
    }

    /// A file whose findings are to be looked for again.
    pub(super) fn next_dirty(&mut self) -> Option<Arc<str>> {
        self.dirty.pop_first()
    }

    /// Has a file looked at again.
    #[cfg(test)]
    pub(super) fn set_dirty(&mut self, path: Arc<str>) {
        self.dirty.insert(path);
    }

    /// Whether there is one.
    pub(super) fn has_dirty(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Whether the disk holds a pact there that nobody opened.
    pub(super) fn is_unopened(&self, path: &str) -> bool {
        !self.is_open(path) && self.pacts.is_open(path) == Some(false)
    }

    /// An open document was edited, so places in it may have moved.
    pub(super) fn edited(&mut self, path: &str) {
        self.pacts.edited(path);
    }

    fn is_open(&self, path: &str) -> bool {
        self.overlaid.contains(path)
    }

    fn put(&mut self, path: Arc<str>, summary: Arc<FileSummary>, open: bool, stamp: u64) {
        self.pacts.put(path, summary, open, stamp);
        self.read_tests();
    }

    /// What was looked at is not what is known of the file: it is being written. Tells whether
    /// that is so.
    pub(super) fn doubts(&mut self, path: &Arc<str>, stamp: u64) -> bool {
        let doubted = self.is_unopened(path) && !self.pacts.holds(path, stamp);
        if doubted {
            self.pacts.doubt(path);
            self.read_again(path);
        }
        doubted
    }

    /// Lets the session settle once all that is to be read has been.
    #[cfg(test)]
    pub(super) fn settle(&self, post: &Post) {
        match &self.reader {
            Some(reader) => reader.send(Task::Settle).expect("the reader lives"),
            None => post.send(Event::Settle),
        }
    }

    /// Whether [`Workspace::check`] might find something else than the last time.
    pub(super) fn is_changed(&self) -> bool {
        self.pacts.is_stale()
    }

    /// Leaves all as it was found last.
    pub(super) fn give_up(&mut self) {
        self.pacts.give_up();
    }

    /// Looks together at files that something changed in or around. `open` gives an open document
    /// as it was told of last. Tells the paths whose findings are others than before. What a file
    /// has a part in that is being written is looked at once that is read.
    pub(super) fn check(
        &mut self,
        encoding: Encoding,
        open: &dyn Fn(&str) -> Option<Document>,
    ) -> FxHashSet<Arc<str>> {
        let mut handlers = self.handlers.values().flatten().cloned().collect::<Vec<_>>();
        // Folders of a workspace may share their configuration.
        handlers.sort();
        handlers.dedup();
        let options = AcrossOptions {
            encoding,
            secrets: Secrets::InEdits,
            handlers: &handlers,
            ..AcrossOptions::default()
        };
        let Outcome { touched, doubted } =
            self.pacts.check(Terms { index: &self.index, tests: &self.tests, options, open });
        doubted.iter().for_each(|path| self.read_again(path));
        self.dirty.extend(touched.iter().cloned());
        touched
    }

    /// What is known of a pact.
    pub(super) fn summary(&self, path: &str) -> Option<Arc<FileSummary>> {
        self.pacts.summary(path).map(Arc::clone)
    }

    /// Whether any tests are known.
    pub(super) fn has_tests(&self) -> bool {
        !self.tests.is_empty()
    }

    /// The test of an interaction of a pact, by its number.
    pub(super) fn test_of(&self, path: &str, summary: &FileSummary, index: usize) -> Option<Elsewhere> {
        let it = summary.interactions.get(index)?;
        let states: Vec<&str> = it.states.iter().map(|state| state.name.as_str()).collect();
        self.tests.find(&Wrote {
            description: &it.description,
            states: &states,
            test_name: it.test_name.as_deref(),
            consumer: summary.consumer.as_ref().map(|party| party.name.as_str()),
            pact: path,
        })
    }

    /// The innermost folder of the workspace that a file lies in.
    pub(super) fn folder_of(&self, path: &Path) -> Option<&Path> {
        let around = self.folders.iter().filter(|folder| path.starts_with(folder));
        around.max_by_key(|folder| folder.components().count()).map(PathBuf::as_path)
    }

    /// A path as a reader wants to see it: from the folder of the workspace on.
    pub(super) fn shown(&self, path: &str) -> String {
        let folder = self.folder_of(Path::new(path));
        let below = folder.and_then(|folder| Path::new(path).strip_prefix(folder).ok());
        below.map_or_else(|| path.to_owned(), |below| below.to_string_lossy().replace('\\', "/"))
    }

    /// What is known of all pacts, by path.
    pub(super) fn summaries(&self) -> impl Iterator<Item = (&Arc<str>, &FileSummary)> {
        self.pacts.summaries()
    }

    /// What was found in a file when all were looked at together.
    pub(super) fn found(&self, path: &str) -> Option<(&Arc<FileSummary>, &[CrossFinding])> {
        self.pacts.found(path)
    }
}

/// The document that the disk holds under a path.
pub(super) fn on_disk(path: &str) -> Option<Document> {
    match files::load(Path::new(path)) {
        Ok(Loaded::Text(text, _)) => Some(Document::new(text)),
        _ => None,
    }
}
