//! All pacts of the workspace, open or not, and what they have to do with each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::configs::ConfigIndex;
use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::find_handlers_in;
use crate::analysis::states::PlacedHandler;
use crate::analysis::{AcrossOptions, CrossFinding, Document, Member, Secrets, check_across, summary_of};
use crate::config::{Levels, Traits};
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
    reader: Option<Sender<Task>>,
}

/// Something to be read from the disk.
enum Task {
    Folder(PathBuf, Arc<ConfigIndex>),
    File(PathBuf),
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
            reader: None,
        }
    }

    /// From now on `index` says what holds where.
    pub(super) fn govern(&mut self, index: Arc<ConfigIndex>) {
        self.index = index;
        self.changed |= !self.known.is_empty();
        self.known.values_mut().for_each(|known| known.levels = None);
        // What is searched, and which handlers there are, is said there too.
        for folder in &self.folders {
            self.send(Task::Folder(folder.clone(), Arc::clone(&self.index)));
        }
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
    pub(super) fn read_folders(&mut self, folders: Vec<PathBuf>, post: &Post) {
        if folders.is_empty() {
            return;
        }
        let reader = self.reader.take().or_else(|| start_reader(post.clone()));
        self.reader = reader;
        for folder in folders {
            self.send(Task::Folder(folder.clone(), Arc::clone(&self.index)));
            self.folders.push(folder);
        }
    }

    /// Forgets the files below a folder that are not open.
    pub(super) fn leave_folder(&mut self, folder: &str) {
        let folder = folder.trim_end_matches('/');
        self.changed |= self.handlers.remove(Path::new(folder)).is_some();
        self.folders.retain(|known| known != Path::new(folder));
        let before = self.known.len();
        self.known.retain(|path, known| {
            let below = path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            known.open || !below
        });
        self.changed |= self.known.len() != before;
    }

    /// The handlers that the configuration for a folder tells of.
    pub(super) fn handled(&mut self, folder: PathBuf, handlers: Vec<PlacedHandler>) {
        let known = self.handlers.insert(folder, handlers.clone()).unwrap_or_default();
        self.changed |= known != handlers;
    }

    /// A file changed, came or went on the disk.
    pub(super) fn read_again(&self, path: &str) {
        if !self.is_open(path) {
            self.send(Task::File(PathBuf::from(path)));
        }
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
        let secrets = Secrets::InEdits;
        let options = AcrossOptions { encoding, secrets, handlers: &handlers, each: Some(&each) };
        let document = |index: usize| {
            let path = &*members[index].name;
            open(path).or_else(|| match files::load(Path::new(path)) {
                Ok(Loaded::Text(text, _)) => Some(Document::new(text)),
                _ => None,
            })
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

    /// What was found in a file when all were looked at together.
    pub(super) fn found(&self, path: &str) -> Option<(&FileSummary, &[CrossFinding])> {
        Some((&self.known.get(path)?.summary, self.found.get(path)?))
    }
}

/// Starts the thread that reads files. It ends with the session, which holds the sender.
fn start_reader(post: Post) -> Option<Sender<Task>> {
    let (sender, tasks) = channel::<Task>();
    let work = move || {
        for task in tasks {
            match task {
                #[cfg(test)]
                Task::Settle => post.send(Event::Settle),
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

fn read(path: &Path) -> OnDisk {
    let name: Arc<str> = path.to_string_lossy().into();
    let text = match files::load(path) {
        Ok(Loaded::Text(text, _)) if files::may_be_pact(&text) => Some(text),
        _ => None,
    };
    let doc = text.map(Document::new).filter(|doc| doc.pact_keys() >= 2);
    OnDisk { path: name, summary: doc.map(|doc| Arc::new(summary_of(&doc))) }
}
