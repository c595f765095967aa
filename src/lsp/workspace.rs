//! All pacts of the workspace, open or not, and what they have to do with each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::configs::ConfigIndex;
use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::find_handlers_in;
use crate::analysis::origin::{TestFile, TestIndex, Wrote, attach, read_test_file, read_tests};
use crate::analysis::source::Language;
use crate::analysis::states::PlacedHandler;
use crate::analysis::{AcrossOptions, CrossFinding, Document, Member, Secrets, check_across, summary_of};
use crate::config::{BASELINE_NAME, Baseline, Levels, Traits};
use crate::diagnostic::{Elsewhere, Finding};
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
    /// By folder: the handlers of provider states that its configuration tells of.
    handlers: BTreeMap<PathBuf, Vec<PlacedHandler>>,
    /// The tests that pacts come from.
    tests: TestIndex,
    /// Folders whose tests are not read, because there is no pact yet.
    untested: Vec<PathBuf>,
    /// By folder: the findings that are known in it.
    baselines: BTreeMap<PathBuf, Arc<Baseline>>,
    reader: Option<Sender<Task>>,
}

/// Something to be read from the disk.
enum Task {
    Folder(PathBuf, Arc<ConfigIndex>),
    File(PathBuf),
    /// The tests of a folder.
    Tests(PathBuf),
    /// One source file.
    Source(PathBuf),
    /// The baseline of a folder.
    Baseline(PathBuf, Arc<ConfigIndex>),
    #[cfg(test)]
    Settle,
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
            handlers: BTreeMap::new(),
            tests: TestIndex::default(),
            untested: Vec::new(),
            baselines: BTreeMap::new(),
            reader: None,
        }
    }

    /// From now on `index` says what holds where.
    pub(super) fn govern(&mut self, index: Arc<ConfigIndex>) {
        self.index = index;
        self.changed |= !self.known.is_empty();
        self.known.values_mut().for_each(|known| known.levels = None);
        // What is searched, which handlers there are and where the baseline lies is said there
        // too.
        self.folders.iter().for_each(|folder| self.read_folder(folder));
    }

    fn read_folder(&self, folder: &Path) {
        // What is known comes first, so that little of it is told and taken back.
        self.send(Task::Baseline(folder.to_owned(), Arc::clone(&self.index)));
        self.send(Task::Folder(folder.to_owned(), Arc::clone(&self.index)));
    }

    /// Whether a path is that of a baseline.
    fn is_baseline(&self, path: &str) -> bool {
        let path = Path::new(path);
        path.file_name().is_some_and(|name| name == BASELINE_NAME)
            || self.folders.iter().any(|folder| baseline_of(folder, &self.index) == path)
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
        let reader = self.reader.take().or_else(|| start_reader(post.clone(), encoding));
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

    /// Forgets the files below a folder that are not open. Tells whether it had a baseline.
    pub(super) fn leave_folder(&mut self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        self.changed |= self.handlers.remove(Path::new(folder)).is_some();
        self.untested.retain(|untested| untested != Path::new(folder));
        self.tests.remove_below(folder);
        self.folders.retain(|known| known != Path::new(folder));
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
        if self.is_baseline(path) {
            for folder in &self.folders {
                self.send(Task::Baseline(folder.clone(), Arc::clone(&self.index)));
            }
        } else if Language::of_path(Path::new(path)).is_some() {
            self.send(Task::Source(PathBuf::from(path)));
        } else if !self.is_open(path) {
            self.send(Task::File(PathBuf::from(path)));
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
        let known = self.known.insert(path, Known { summary: Arc::clone(&summary), open, levels: None });
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
        encoding: Encoding,
        open: &dyn Fn(&str) -> Option<Document>,
    ) -> Vec<Arc<str>> {
        self.changed = false;
        let mut handlers = self.handlers.values().flatten().cloned().collect::<Vec<_>>();
        // Folders of a workspace may share their configuration.
        handlers.sort();
        handlers.dedup();
        let (mut members, mut each) = (Vec::new(), Vec::new());
        for (name, known) in &mut self.known {
            if let Some(levels) = known.levels(&self.index, name) {
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
        let document = |index: usize| {
            let path = &*members[index].name;
            open(path).or_else(|| on_disk(path))
        };
        let found = match each.first() {
            Some(levels) => check_across(&members, levels, options, &document),
            None => Vec::new(),
        };
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
                Task::Baseline(folder, index) => post.send(baseline(folder, &index)),
                Task::File(path) => post.send(Event::OnDisk(vec![read(&path)])),
                // A folder that cannot be searched holds nothing for us. Its files arrive
                // at once, so that they are looked at together once.
                Task::Folder(folder, index) => {
                    let paths = index.find_pacts(&folder, &[], false).unwrap_or_default();
                    let read = paths.iter().take_while(|_| post.is_heard()).map(|path| read(path));
                    post.send(Event::OnDisk(read.filter(|file| file.summary.is_some()).collect()));
                    post.send(handlers(folder, &index));
                }
            }
        }
    };
    std::thread::Builder::new().name("workspace".to_owned()).spawn(work).ok().map(|_| sender)
}

/// The handlers that the configuration of a folder, and of what is below it, tells of.
fn handlers(folder: PathBuf, index: &ConfigIndex) -> Event {
    let mut projects = index.projects();
    let own = index.project_of_folder(&folder);
    projects.retain(|project| Arc::ptr_eq(project, &own) || project.folder().starts_with(&folder));
    let states: Vec<_> = projects.iter().flat_map(|project| project.states()).collect();
    let show = |path: &Path| path.to_string_lossy().into_owned();
    let found = find_handlers_in(&states, None, &show).map_err(|error| log::line(&error));
    Event::Handlers { folder, handlers: found.map(|found| found.handlers).unwrap_or_default() }
}

/// The baseline that lies beside the configuration for a folder, or else in it.
/// Where the baseline of a folder lies: where its configuration says, or beside that.
fn baseline_of(folder: &Path, index: &ConfigIndex) -> PathBuf {
    let project = index.project_of_folder(folder);
    let beside = || match project.layers().next().filter(|_| index.is_looked_for()) {
        Some(_) => project.folder().join(BASELINE_NAME),
        None => folder.join(BASELINE_NAME),
    };
    project.baseline_path().unwrap_or_else(beside)
}

fn baseline(folder: PathBuf, index: &ConfigIndex) -> Event {
    let path = baseline_of(&folder, index);
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
