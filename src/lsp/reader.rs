//! The thread that reads what the workspace holds on the disk. What it finds arrives as events.

use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rustc_hash::{FxHashSet, FxHasher};

use crate::analysis::configs::ConfigIndex;
use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::find_handlers_in;
use crate::analysis::origin::{read_test_file, read_tests};
use crate::analysis::{Document, summary_of};
use crate::config::{BASELINE_NAME, Baseline};
use crate::lsp::event::{Event, OnDisk};
use crate::lsp::inbox::Post;
use crate::lsp::log;
use crate::text::Encoding;

/// Something to be read from the disk.
pub(super) enum Task {
    Folder(PathBuf, Arc<ConfigIndex>),
    /// One file, if it is a pact of one of these folders.
    File(PathBuf, Vec<PathBuf>, Arc<ConfigIndex>),
    /// The tests of a folder.
    Tests(PathBuf),
    /// One source file.
    Source(PathBuf),
    /// The baseline of a folder.
    Baseline(PathBuf, Arc<ConfigIndex>),
    #[cfg(test)]
    Settle,
}

/// Starts the thread that reads files. It ends with the session, which holds the sender.
pub(super) fn start(post: Post, encoding: Encoding) -> Option<Sender<Task>> {
    let (sender, tasks) = channel::<Task>();
    let work = move || {
        let mut reader =
            Reader { post, encoding, tested: Vec::new(), doubtful: Vec::new(), whole: FxHashSet::default() };
        loop {
            let task = match reader.doubtful.first() {
                Some(doubt) => tasks.recv_timeout(doubt.until.saturating_duration_since(Instant::now())),
                None => tasks.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match task {
                Ok(task) => reader.work(task),
                Err(RecvTimeoutError::Timeout) => reader.settle_doubts(false),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    };
    std::thread::Builder::new().name("workspace".to_owned()).spawn(work).ok().map(|_| sender)
}

/// A file that seems to be gone, or to be a whole pact no more. Many libraries delete a pact and
/// write it anew, several times in one run of the tests, and nobody wants to see its findings
/// vanish for that time.
struct Doubt {
    path: PathBuf,
    folders: Vec<PathBuf>,
    index: Arc<ConfigIndex>,
    until: Instant,
}

/// For so long it is not believed.
const DOUBT: Duration = Duration::from_millis(500);

struct Reader {
    post: Post,
    encoding: Encoding,
    /// Folders whose tests were read.
    tested: Vec<PathBuf>,
    /// By time.
    doubtful: Vec<Doubt>,
    /// Where a whole pact was seen last.
    whole: FxHashSet<PathBuf>,
}

impl Reader {
    fn work(&mut self, task: Task) {
        let show = |path: &Path| path.to_string_lossy().into_owned();
        match task {
            #[cfg(test)]
            Task::Settle => {
                self.settle_doubts(true);
                self.post.send(Event::Settle);
            }
            Task::Tests(folder) => {
                let stop = || !self.post.is_heard();
                self.post.send(Event::Tests(read_tests(&folder, self.encoding, &show, &stop)));
                self.tested.push(folder);
            }
            Task::Source(path) => {
                if self.tested.iter().any(|folder| path.starts_with(folder)) {
                    let file = read_test_file(&path, &self.tested, self.encoding);
                    self.post.send(Event::Tests(vec![(show(&path).into(), file)]));
                }
            }
            Task::Baseline(folder, index) => self.post.send(baseline(folder, &index)),
            Task::File(path, folders, index) => {
                let (file, whole) = read_one(&path, &folders, &index);
                self.doubtful.retain(|doubt| doubt.path != path);
                if file.summary.is_some() && (whole || !self.whole.contains(&path)) {
                    if whole {
                        self.whole.insert(path);
                    }
                    self.post.send(Event::OnDisk(vec![file]));
                } else {
                    let until = Instant::now() + DOUBT;
                    self.doubtful.push(Doubt { path, folders, index, until });
                }
            }
            // A folder that cannot be searched holds nothing for us. Its files arrive
            // at once, so that they are looked at together once.
            Task::Folder(folder, index) => {
                let paths = index.find_pacts(&folder, &[], false).unwrap_or_default();
                let mut found: Vec<OnDisk> = Vec::new();
                for path in paths.iter().take_while(|_| self.post.is_heard()) {
                    let (file, whole) = read(path);
                    if whole {
                        self.whole.insert(path.clone());
                    }
                    found.extend(Some(file).filter(|file| file.summary.is_some()));
                }
                // What was doubted by other rules of what belongs here is answered by this.
                let (answered, doubtful) =
                    self.doubtful.drain(..).partition(|doubt| doubt.path.starts_with(&folder));
                self.doubtful = doubtful;
                let known: FxHashSet<Arc<str>> = found.iter().map(|file| Arc::clone(&file.path)).collect();
                let gone = Vec::into_iter(answered).map(|doubt: Doubt| Arc::from(show(&doubt.path)));
                let gone = gone.filter(|path| !known.contains(path));
                found.extend(gone.map(|path| OnDisk { path, summary: None, stamp: 0 }));
                self.post.send(Event::InFolder { folder: folder.clone(), found });
                self.post.send(handlers(folder, &index));
            }
        }
    }

    /// Believes what was doubted long enough, or all of it.
    fn settle_doubts(&mut self, all: bool) {
        let now = Instant::now();
        let (sure, doubtful) = self.doubtful.drain(..).partition(|doubt| all || doubt.until <= now);
        self.doubtful = doubtful;
        let mut found: Vec<OnDisk> = Vec::new();
        for doubt in Vec::into_iter(sure) {
            let Doubt { path, folders, index, .. } = doubt;
            let (file, whole) = read_one(&path, &folders, &index);
            if whole {
                self.whole.insert(path);
            } else {
                self.whole.remove(&path);
            }
            found.push(file);
        }
        self.post.send(Event::OnDisk(found));
    }
}

/// A file if it is a pact of one of the folders, and whether it is a whole one.
fn read_one(path: &Path, folders: &[PathBuf], index: &ConfigIndex) -> (OnDisk, bool) {
    let (file, whole) = read(path);
    let mut around = folders.iter().filter(|folder| path.starts_with(folder));
    let is_member = file.summary.is_some() && around.any(|folder| index.finds_pact(folder, path));
    (OnDisk { summary: file.summary.filter(|_| is_member), ..file }, whole && is_member)
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

/// Where the baseline of a folder lies: where its configuration says, or beside that.
pub(super) fn baseline_of(folder: &Path, index: &ConfigIndex) -> PathBuf {
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

/// What is at a path, and whether it is a whole pact.
fn read(path: &Path) -> (OnDisk, bool) {
    let name: Arc<str> = path.to_string_lossy().into();
    let (doc, stamp) = load(&name).map_or((None, 0), |(doc, stamp)| (Some(doc), stamp));
    let whole = doc.as_ref().is_some_and(Document::is_sound);
    (OnDisk { path: name, summary: doc.map(|doc| Arc::new(summary_of(&doc))), stamp }, whole)
}

/// The pact that the disk holds under a path, with its stamp.
pub(super) fn load(path: &str) -> Option<(Document, u64)> {
    let Ok(Loaded::Text(text, _)) = files::load(Path::new(path)) else { return None };
    let stamp = stamp(&text);
    let doc = files::may_be_pact(&text).then(|| Document::new(text))?;
    (doc.pact_keys() >= 2).then_some((doc, stamp))
}

/// Equal for equal texts.
pub(super) fn stamp(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
