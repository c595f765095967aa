//! Reading pacts from the disk while tests write them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::files::{self, Loaded};
use crate::analysis::{Document, summary_of};
use crate::lsp::event::OnDisk;
use crate::lsp::workspace::Task;

/// How long a pact may be away, or broken, before that is believed. Many libraries delete a
/// pact and write it anew, several times in one run of the tests.
const GRACE: Duration = Duration::from_millis(500);

/// What was read from the disk.
#[derive(Debug, Default)]
pub(super) struct Pacts {
    /// Where a whole pact was seen last.
    whole: FxHashSet<PathBuf>,
    /// Where there is none at present, and until when that is not believed.
    doubted: FxHashMap<PathBuf, Instant>,
}

impl Pacts {
    /// The next task. `None` when there will be none.
    pub(super) fn next(&self, tasks: &Receiver<Task>) -> Option<Task> {
        let Some(until) = self.doubted.values().min() else { return tasks.recv().ok() };
        match tasks.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(task) => Some(task),
            Err(RecvTimeoutError::Timeout) => Some(Task::Late),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// What is at a path; `None` if it is to be looked at again before that is believed.
    pub(super) fn read(&mut self, path: &Path) -> Option<OnDisk> {
        let (found, whole) = read(path);
        if !whole && self.whole.contains(path) {
            self.doubted.insert(path.to_owned(), Instant::now() + GRACE);
            return None;
        }
        self.doubted.remove(path);
        if whole {
            self.whole.insert(path.to_owned());
        }
        Some(found)
    }

    /// What is at the paths that were doubted, the time for which is over.
    pub(super) fn late(&mut self) -> Vec<OnDisk> {
        let now = Instant::now();
        let due = |until: &Instant| cfg!(test) || *until <= now;
        let due: Vec<PathBuf> =
            self.doubted.iter().filter(|(_, until)| due(until)).map(|(path, _)| path.clone()).collect();
        due.iter().for_each(|path| _ = self.whole.remove(path));
        due.iter().filter_map(|path| self.read(path)).collect()
    }
}

/// What is at a path, and whether it is a whole pact.
fn read(path: &Path) -> (OnDisk, bool) {
    let name: Arc<str> = path.to_string_lossy().into();
    let text = match files::load(path) {
        Ok(Loaded::Text(text, _)) if files::may_be_pact(&text) => Some(text),
        _ => None,
    };
    let doc = text.map(Document::new).filter(|doc| doc.pact_keys() >= 2);
    let whole = doc.as_ref().is_some_and(Document::is_sound);
    (OnDisk { path: name, summary: doc.map(|doc| Arc::new(summary_of(&doc))) }, whole)
}
