//! All pacts of the workspace, open or not, and what they have to do with each other.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::configs::ConfigIndex;
use crate::analysis::files::{self, Loaded};
use crate::analysis::origin::{TestFile, TestIndex, Wrote, attach};
use crate::analysis::source::Language;
use crate::analysis::states::PlacedHandler;
use crate::analysis::{AcrossOptions, CrossFinding, Document, Member, Secrets, check_across, summary_of};
use crate::config::{BASELINE_NAME, Baseline, Levels, Traits};
use crate::diagnostic::{Elsewhere, Finding};
#[cfg(test)]
use crate::lsp::event::Event;
use crate::lsp::event::OnDisk;
use crate::lsp::inbox::Post;
use crate::lsp::reader::{self, Task};
use crate::model::FileSummary;
use crate::text::Encoding;

/// Most files that are looked at together. More are left out, those found last.
const MOST_FILES: usize = 20_000;

/// A pact, and who knows of it.
#[derive(Debug)]
struct Known {
    summary: Arc<FileSummary>,
    /// It is what an editor has open.
    open: bool,
    /// Equal for equal contents on the disk.
    stamp: u64,
    /// The levels that hold for it, once they were asked for; `None` in it when it is excluded.
    levels: Option<Option<Arc<Levels>>>,
}

impl Known {
    fn levels(&mut self, index: &ConfigIndex, path: &str) -> Option<Arc<Levels>> {
        let path = Path::new(path);
        let traits = Traits::of_summary(&self.summary);
        self.levels.get_or_insert_with(|| (!index.excludes(path)).then(|| index.levels(path, traits))).clone()
    }
}

/// All pacts, by path.
#[derive(Debug)]
pub(super) struct Workspace {
    index: Arc<ConfigIndex>,
    folders: Vec<PathBuf>,
    known: FxHashMap<Arc<str>, Known>,
    found: FxHashMap<Arc<str>, Vec<CrossFinding>>,
    /// Files that findings in other files point into.
    pointed_at: FxHashSet<Arc<str>>,
    changed: bool,
    /// Files that were not what is known of them when all were looked at together.
    doubted: FxHashSet<Arc<str>>,
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
            known: FxHashMap::default(),
            found: FxHashMap::default(),
            pointed_at: FxHashSet::default(),
            changed: false,
            doubted: FxHashSet::default(),
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
        self.changed |= !self.known.is_empty();
        self.known.values_mut().for_each(|known| known.levels = None);
        self.dirty.extend(self.known.keys().cloned());
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
        if let Some(reader) = self.reader.as_ref().filter(|_| !self.known.is_empty()) {
            self.untested.drain(..).for_each(|folder| _ = reader.send(Task::Tests(folder)));
        }
    }

    /// Forgets the files below a folder that are in no other. Tells whether it had a baseline.
    pub(super) fn leave_folder(&mut self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        self.changed |= self.handlers.remove(Path::new(folder)).is_some();
        self.untested.retain(|untested| untested != Path::new(folder));
        self.tests.remove_below(folder);
        self.folders.retain(|known| known != Path::new(folder));
        let had_baseline = self.baselines.remove(Path::new(folder)).is_some();
        let gone: Vec<Arc<str>> = self
            .known
            .iter()
            .filter(|(path, known)| !known.open && self.folder_of(Path::new(&***path)).is_none())
            .map(|(path, _)| Arc::clone(path))
            .collect();
        gone.iter().for_each(|path| self.drop_file(path));
        if had_baseline {
            self.dirty.extend(self.known.keys().cloned());
        }
        had_baseline
    }

    /// Forgets what the disk holds under a path.
    fn drop_file(&mut self, path: &Arc<str>) {
        if self.known.get(path).is_none_or(|known| !known.open) {
            self.changed |= self.known.remove(path).is_some();
            self.dirty.insert(Arc::clone(path));
        }
    }

    /// The handlers that the configuration for a folder tells of.
    pub(super) fn handled(&mut self, folder: PathBuf, handlers: Vec<PlacedHandler>) {
        if !self.folders.contains(&folder) {
            return;
        }
        let known = self.handlers.insert(folder, handlers.clone()).unwrap_or_default();
        self.changed |= known != handlers;
    }

    /// What source files tell of interactions; says whether anything is different now.
    pub(super) fn tested(&mut self, found: Vec<(Arc<str>, TestFile)>) -> bool {
        let different = self.tests.put_all(found);
        self.changed |= different;
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
            self.dirty.extend(self.known.keys().cloned());
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
            self.changed |= self.doubted.remove(&path);
            match summary {
                _ if self.is_open(&path) => {}
                Some(summary) if self.folder_of(Path::new(&*path)).is_some() => {
                    let same = self.known.get(&path).is_some_and(|known| known.stamp == stamp && !known.open);
                    if !same {
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
        let gone: Vec<Arc<str>> = self.known.keys().filter(|path| gone(path)).cloned().collect();
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
        self.changed |= self.known.remove(path).is_some();
    }

    /// A document was closed: the disk counts again.
    pub(super) fn closed(&mut self, path: &Arc<str>) {
        self.overlaid.remove(path);
        match self.known.get_mut(path) {
            // Until the disk is read, the document counts.
            Some(known) if known.open && self.reader.is_some() => (known.open, known.stamp) = (false, 0),
            Some(known) if known.open => {
                self.known.remove(path);
                self.changed = true;
            }
            Some(_) => _ = self.dirty.insert(Arc::clone(path)),
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
        !self.is_open(path) && self.known.get(path).is_some_and(|known| !known.open)
    }

    /// An open document was edited, so places in it may have moved.
    pub(super) fn edited(&mut self, path: &str) {
        self.changed |= self.pointed_at.contains(path);
    }

    fn is_open(&self, path: &str) -> bool {
        self.overlaid.contains(path)
    }

    fn put(&mut self, path: Arc<str>, summary: Arc<FileSummary>, open: bool, stamp: u64) {
        if !open && self.known.len() >= MOST_FILES && !self.known.contains_key(&path) {
            return;
        }
        let before = self.known.get(&path);
        let same = before.is_some_and(|known| known.summary == summary);
        let rewritten = before.is_some_and(|known| open || known.stamp != stamp);
        self.changed |= !same || rewritten && self.has_twin(&path, &summary);
        self.known.insert(path, Known { summary, open, stamp, levels: None });
        self.read_tests();
    }

    /// Whether another file is of the same consumer and provider: the two are held against each
    /// other by more than their summaries.
    fn has_twin(&self, path: &str, summary: &FileSummary) -> bool {
        fn pair(it: &FileSummary) -> [Option<&str>; 2] {
            [&it.consumer, &it.provider].map(|party| party.as_ref().map(|party| &*party.name))
        }
        let own = pair(summary);
        self.known.iter().any(|(other, known)| **other != *path && pair(&known.summary) == own)
    }

    /// Lets the session settle once all that is to be read has been.
    #[cfg(test)]
    pub(super) fn settle(&self, post: &Post) {
        match &self.reader {
            Some(reader) => reader.send(Task::Settle).expect("the reader lives"),
            None => post.send(Event::Settle),
        }
    }

    /// Whether [`Workspace::check`] would find something else than the last time.
    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Looks at all files together. `open` gives an open document. Tells the paths whose
    /// findings are others than before: none when a file is being written, and all is to be
    /// looked at again once it is read.
    pub(super) fn check(
        &mut self,
        encoding: Encoding,
        open: &dyn Fn(&str) -> Option<Document>,
    ) -> Vec<Arc<str>> {
        self.changed = false;
        let mut handlers = self.handlers.values().flatten().cloned().collect::<Vec<_>>();
        // Folders of a workspace may share their configuration.
        handlers.sort();
        handlers.dedup();
        let (mut members, mut each, mut in_editor) = (Vec::new(), Vec::new(), Vec::new());
        for (name, known) in &mut self.known {
            if let Some(levels) = known.levels(&self.index, name) {
                in_editor.push(known.open);
                members.push(Member { name: Arc::clone(name), summary: Arc::clone(&known.summary) });
                each.push(levels);
            }
        }
        let tests = vec![Some(&self.tests).filter(|tests| !tests.is_empty()); members.len()];
        let options = AcrossOptions {
            encoding,
            secrets: Secrets::InEdits,
            handlers: &handlers,
            tests: &tests,
            each: Some(&each),
            ..AcrossOptions::default()
        };
        let doubted = RefCell::new(Vec::new());
        let document = |index: usize| {
            let Member { name, summary } = &members[index];
            if let Some(doc) = open(name) {
                return Some(doc);
            }
            let doc = on_disk(name);
            let differs = || doc.as_ref().is_none_or(|doc| summary_of(doc) != **summary);
            if !in_editor[index] && differs() {
                doubted.borrow_mut().push(Arc::clone(name));
            }
            doc
        };
        let found = match each.first() {
            Some(levels) => check_across(&members, levels, options, &document),
            None => Vec::new(),
        };
        let doubted = doubted.into_inner();
        if !doubted.is_empty() && self.reader.is_some() {
            doubted.iter().for_each(|path| self.read_again(path));
            self.doubted.extend(doubted);
            return Vec::new();
        }
        let mut before = std::mem::take(&mut self.found);
        let mut touched = Vec::new();
        self.pointed_at.clear();
        for (member, found) in members.iter().zip(found).filter(|(_, found)| !found.is_empty()) {
            self.pointed_at.extend(found.iter().flat_map(CrossFinding::others).cloned());
            let known = before.remove(&member.name).unwrap_or_default();
            if known.len() != found.len() || !known.iter().zip(&found).all(|(a, b)| a.says_the_same(b)) {
                touched.push(Arc::clone(&member.name));
            }
            self.found.insert(Arc::clone(&member.name), found);
        }
        touched.extend(before.into_keys());
        self.dirty.extend(touched.iter().cloned());
        touched
    }

    /// What is known of a pact.
    pub(super) fn summary(&self, path: &str) -> Option<Arc<FileSummary>> {
        self.known.get(path).map(|known| Arc::clone(&known.summary))
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
        self.known.iter().map(|(path, known)| (path, &*known.summary))
    }

    /// What was found in a file when all were looked at together.
    pub(super) fn found(&self, path: &str) -> Option<(&Arc<FileSummary>, &[CrossFinding])> {
        Some((&self.known.get(path)?.summary, self.found.get(path)?))
    }
}

/// The document that the disk holds under a path.
pub(super) fn on_disk(path: &str) -> Option<Document> {
    match files::load(Path::new(path)) {
        Ok(Loaded::Text(text, _)) => Some(Document::new(text)),
        _ => None,
    }
}
