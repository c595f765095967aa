//! All pacts of the workspace, open or not, and what they have to do with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::{ConfiguredStates, find_handlers_in};
use crate::analysis::origin::{TestFile, TestIndex, attach, read_test_file, read_tests};
use crate::analysis::source::Language;
use crate::analysis::states::PlacedHandler;
use crate::analysis::{AcrossOptions, CrossFinding, Document, Member, Secrets, check_across, summary_of};
use crate::config::file::{self as config_file, FILE_NAMES};
use crate::config::{BASELINE_NAME, Baseline, Levels};
use crate::diagnostic::Finding;
use crate::lsp::event::{Event, OnDisk};
use crate::lsp::inbox::Post;
use crate::lsp::log;
use crate::model::FileSummary;
use crate::text::Encoding;

/// Most files that are looked at together. More are left out, those found last.
const MOST_FILES: usize = 20_000;

/// A pact, and who knows of it.
#[derive(Debug)]
struct Known {
    summary: Arc<FileSummary>,
    /// An editor has it open, so the disk does not count.
    open: bool,
}

/// All pacts, by path.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    known: FxHashMap<Arc<str>, Known>,
    found: FxHashMap<Arc<str>, Vec<CrossFinding>>,
    /// Files that findings in other files point into.
    pointed_at: FxHashSet<Arc<str>>,
    changed: bool,
    /// By folder: the handlers of provider states that its configuration tells of.
    handlers: BTreeMap<PathBuf, Vec<PlacedHandler>>,
    /// The tests that pacts come from.
    tests: TestIndex,
    /// Folders whose tests are not read, because there is no pact yet.
    untested: Vec<PathBuf>,
    /// By folder: the findings that are known in it.
    baselines: BTreeMap<PathBuf, Arc<Baseline>>,
    /// The folders of the workspace.
    folders: BTreeSet<PathBuf>,
    reader: Option<Sender<Task>>,
}

/// Something to be read from the disk.
enum Task {
    Folder(PathBuf),
    File(PathBuf),
    /// The handlers that the configuration for a folder tells of.
    Handlers(PathBuf),
    /// The tests of a folder.
    Tests(PathBuf),
    /// One source file.
    Source(PathBuf),
    /// The baseline of a folder.
    Baseline(PathBuf),
    #[cfg(test)]
    Settle,
}

impl Workspace {
    /// Reads these folders, on another thread; what is found arrives as events.
    pub(super) fn read_folders(&mut self, folders: Vec<PathBuf>, encoding: Encoding, post: &Post) {
        if folders.is_empty() {
            return;
        }
        let reader = self.reader.take().or_else(|| start_reader(post.clone(), encoding));
        for folder in &folders {
            // What is known comes first, so that little of it is told and taken back.
            if let Some(reader) = &reader {
                _ = reader.send(Task::Baseline(folder.clone()));
                _ = reader.send(Task::Folder(folder.clone()));
            }
            self.folders.insert(folder.clone());
        }
        self.reader = reader;
        self.untested.extend(folders);
        self.read_tests();
    }

    /// Has tests read once there is a pact that one of them may have written.
    fn read_tests(&mut self) {
        if let Some(reader) = self.reader.as_ref().filter(|_| !self.known.is_empty()) {
            self.untested.drain(..).for_each(|folder| _ = reader.send(Task::Tests(folder)));
        }
    }

    /// Forgets the files below a folder that are not open. Tells whether it had a baseline.
    pub(super) fn leave_folder(&mut self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        self.changed |= self.handlers.remove(Path::new(folder)).is_some();
        self.untested.retain(|untested| untested != Path::new(folder));
        self.tests.remove_below(folder);
        self.folders.remove(Path::new(folder));
        let had_baseline = self.baselines.remove(Path::new(folder)).is_some();
        let before = self.known.len();
        self.known.retain(|path, known| {
            let below = path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            known.open || !below
        });
        self.changed |= self.known.len() != before;
        had_baseline
    }

    /// The handlers that the configuration for a folder tells of.
    pub(super) fn handled(&mut self, folder: PathBuf, handlers: Vec<PlacedHandler>) {
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
        attach(findings, summary, path, &self.tests);
    }

    /// A file changed, came or went on the disk.
    pub(super) fn read_again(&self, path: &str) {
        let name = Path::new(path).file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| FILE_NAMES.contains(&name)) {
            self.ask(Task::Handlers);
            // It also says where the baseline lies.
            self.ask(Task::Baseline);
            return;
        }
        if name == Some(BASELINE_NAME) {
            self.ask(Task::Baseline);
            return;
        }
        let is_source = Language::of_path(Path::new(path)).is_some();
        let task = if is_source { Task::Source } else { Task::File };
        if let Some(reader) = self.reader.as_ref().filter(|_| !self.is_open(path)) {
            // Without a reader there is nothing to tell it.
            let _ = reader.send(task(PathBuf::from(path)));
        }
    }

    /// Has something read for each folder.
    fn ask(&self, task: impl Fn(PathBuf) -> Task) {
        let Some(reader) = &self.reader else { return };
        self.folders.iter().for_each(|folder| _ = reader.send(task(folder.clone())));
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
        known != baseline
    }

    /// The findings that are known of the file at a path: those of the innermost folder.
    pub(super) fn baseline(&self, path: &str) -> Option<&Arc<Baseline>> {
        let around = self.baselines.iter().filter(|(folder, _)| Path::new(path).starts_with(folder));
        around.max_by_key(|(folder, _)| folder.components().count()).map(|(_, baseline)| baseline)
    }

    /// What the disk holds under some paths.
    pub(super) fn on_disk(&mut self, found: Vec<OnDisk>) {
        for OnDisk { path, summary } in found {
            match summary {
                _ if self.is_open(&path) => {}
                Some(summary) => self.put(path, summary, false),
                None => self.changed |= self.known.remove(&path).is_some(),
            }
        }
    }

    /// What an open document holds now.
    pub(super) fn opened(&mut self, path: Arc<str>, summary: Arc<FileSummary>) {
        self.put(path, summary, true);
    }

    /// An open document was closed or is no pact any more: the disk counts again.
    pub(super) fn closed(&mut self, path: &str) {
        if self.known.get(path).is_some_and(|known| known.open) {
            self.known.remove(path);
            self.changed = true;
            self.read_again(path);
        }
    }

    /// An open document was edited, so places in it may have moved.
    pub(super) fn edited(&mut self, path: &str) {
        self.changed |= self.pointed_at.contains(path);
    }

    fn is_open(&self, path: &str) -> bool {
        self.known.get(path).is_some_and(|known| known.open)
    }

    fn put(&mut self, path: Arc<str>, summary: Arc<FileSummary>, open: bool) {
        if !open && self.known.len() >= MOST_FILES && !self.known.contains_key(&path) {
            return;
        }
        let known = self.known.insert(path, Known { summary: Arc::clone(&summary), open });
        self.changed |= known.is_none_or(|known| known.summary != summary);
        self.read_tests();
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
    /// findings are others than before.
    pub(super) fn check(
        &mut self,
        levels: &Levels,
        encoding: Encoding,
        open: &dyn Fn(&str) -> Option<Document>,
    ) -> Vec<Arc<str>> {
        self.changed = false;
        let handlers = self.handlers.values().flatten().cloned().collect::<Vec<_>>();
        let tests = vec![Some(&self.tests).filter(|tests| !tests.is_empty()); self.known.len()];
        let secrets = Secrets::InEdits;
        let options = AcrossOptions {
            encoding,
            secrets,
            handlers: &handlers,
            tests: &tests,
            ..AcrossOptions::default()
        };
        let members: Vec<Member> = self
            .known
            .iter()
            .map(|(name, known)| Member { name: Arc::clone(name), summary: Arc::clone(&known.summary) })
            .collect();
        let document = |index: usize| {
            let path = &*members[index].name;
            open(path).or_else(|| on_disk(path))
        };
        let found = check_across(&members, levels, options, &document);
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
        touched
    }

    /// What is known of all pacts, by path.
    pub(super) fn summaries(&self) -> impl Iterator<Item = (&Arc<str>, &FileSummary)> {
        self.known.iter().map(|(path, known)| (path, &*known.summary))
    }

    /// What was found in a file when all were looked at together.
    pub(super) fn found(&self, path: &str) -> Option<(&FileSummary, &[CrossFinding])> {
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

/// Starts the thread that reads files. It ends with the session, which holds the sender.
fn start_reader(post: Post, encoding: Encoding) -> Option<Sender<Task>> {
    let (sender, tasks) = channel::<Task>();
    let work = move || {
        // Those whose tests were read.
        let mut tested: Vec<PathBuf> = Vec::new();
        let show = |path: &Path| path.to_string_lossy().into_owned();
        for task in tasks {
            match task {
                #[cfg(test)]
                Task::Settle => post.send(Event::Settle),
                Task::Handlers(folder) => post.send(handlers(folder)),
                Task::Tests(folder) => {
                    let stop = || !post.is_heard();
                    post.send(Event::Tests(read_tests(&folder, encoding, &show, &stop)));
                    tested.push(folder);
                }
                Task::Source(path) => {
                    if tested.iter().any(|folder| path.starts_with(folder)) {
                        let file = read_test_file(&path, &tested, encoding);
                        post.send(Event::Tests(vec![(show(&path).into(), file)]));
                    }
                }
                Task::Baseline(folder) => post.send(baseline(folder)),
                Task::File(path) => post.send(Event::OnDisk(vec![read(&path)])),
                // A folder that cannot be searched holds nothing for us. Its files arrive
                // at once, so that they are looked at together once.
                Task::Folder(folder) => {
                    let paths = files::walk(&folder, &[]).unwrap_or_default();
                    let read = paths.iter().take_while(|_| post.is_heard()).map(|path| read(path));
                    post.send(Event::OnDisk(read.filter(|file| file.summary.is_some()).collect()));
                    post.send(handlers(folder));
                }
            }
        }
    };
    std::thread::Builder::new().name("workspace".to_owned()).spawn(work).ok().map(|_| sender)
}

fn handlers(folder: PathBuf) -> Event {
    let configured = || {
        let path = files::find_config(&folder)?;
        let Ok(Loaded::Text(text, None)) = files::load(&path) else { return None };
        let config = match config_file::parse(&text) {
            Ok(config) => config,
            Err(error) => {
                log::line(&format!("{}:{error}", path.display()));
                return None;
            }
        };
        let states = ConfiguredStates { path: &path, text: &text, states: &config.states };
        let show = |path: &Path| path.to_string_lossy().into_owned();
        find_handlers_in(Some(states), None, &show).map_err(|error| log::line(&error)).ok()
    };
    let handlers = configured().map(|found| found.handlers).unwrap_or_default();
    Event::Handlers { folder, handlers }
}

/// The baseline that lies beside the configuration for a folder, or else in it.
fn baseline(folder: PathBuf) -> Event {
    let config = files::find_config(&folder);
    let beside = config.as_deref().and_then(Path::parent).unwrap_or(&folder);
    let path = beside.join(BASELINE_NAME);
    let baseline = match files::load(&path) {
        Ok(Loaded::Text(text, None)) => Baseline::parse(&text)
            .map_err(|error| log::line(&format!("{}:{error}", path.display())))
            .ok()
            .map(Arc::new),
        _ => None,
    };
    Event::Baseline { folder, baseline }
}

fn read(path: &Path) -> OnDisk {
    let name: Arc<str> = path.to_string_lossy().into();
    let text = match files::load(path) {
        Ok(Loaded::Text(text, _)) if files::may_be_pact(&text) => Some(text),
        _ => None,
    };
    let doc = text.map(Document::new).filter(|doc| doc.pact_keys() >= 2);
    OnDisk { path: name, summary: doc.map(|doc| Arc::new(summary_of(&doc))) }
}
