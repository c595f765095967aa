//! What the session does about pacts that nobody opened, when there is nothing else to do: one
//! file at a time, on another thread and on one core.

use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::lsp::convert::place;
use crate::lsp::event::{Note, Report, Said, Uri};
use crate::lsp::notes;
use crate::lsp::session::Session;
use crate::lsp::unopened::{Job, Looked, look};

impl Session {
    /// Whether there is something to do about files that nobody opened.
    pub(super) fn has_unopened_work(&self) -> bool {
        let dirty = self.workspace.has_dirty();
        let idle = !self.unopened.is_busy();
        idle && (dirty || self.unopened.has_news() && !self.workspace.is_reading())
    }

    /// Looks at the next file, or else answers those who wait for news.
    pub(super) fn work_on_unopened(&mut self) {
        match self.next_job() {
            Some(job) => self.unopened.start(job, &self.post),
            None if self.workspace.is_reading() => {}
            None => self.answer_waiting(),
        }
    }

    /// The next file to be looked at. Those that are none any more are taken back.
    fn next_job(&mut self) -> Option<Job> {
        while let Some(path) = self.workspace.next_dirty() {
            if !self.client.all_pacts {
                continue;
            }
            if !self.workspace.is_unopened(&path) {
                self.take_back(&path);
                continue;
            }
            let serial = self.unopened.next_serial();
            return Some(self.job(path, serial));
        }
        None
    }

    fn job(&self, path: Arc<str>, serial: u64) -> Job {
        let across = self.workspace.found(&path);
        let across = across.map(|(summary, found)| (Arc::clone(summary), found.to_vec()));
        Job {
            serial,
            index: Arc::clone(self.configs.index()),
            baseline: self.workspace.baseline(&path).cloned(),
            across,
            client: self.client,
            path,
        }
    }

    /// The notes of a file that is not open, read at once: an editor that closes a document asks
    /// one last time.
    pub(super) fn notes_on_disk(&mut self, uri: &Uri) -> Vec<Note> {
        let path: Arc<str> = place::path_of(uri).into();
        let here: &Path = (*path).as_ref();
        let folder = self.workspace.folder_of(here).filter(|_| self.client.all_pacts);
        if !folder.is_some_and(|folder| self.configs.index().finds_pact(folder, here)) {
            return Vec::new();
        }
        let Some(mut looked) = look(&self.job(Arc::clone(&path), 0), &|| true).1 else { return Vec::new() };
        self.unopened.linger(uri);
        self.workspace.attach_tests(&mut looked.findings, &looked.summary, &path);
        notes::of_places(&looked.findings, &looked.places, looked.total, &self.client)
    }

    /// A file was looked at.
    pub(super) fn looked(
        &mut self,
        path: &Arc<str>,
        serial: u64,
        stamp: Option<u64>,
        looked: Option<Looked>,
    ) {
        // What was seen while the file is being written is not what holds in the end.
        let doubted = |stamp| self.workspace.doubts(path, stamp);
        if !self.unopened.is_over(serial) || stamp.is_some_and(doubted) {
            return;
        }
        self.unopened.take(path, looked);
        if self.workspace.is_unopened(path) {
            self.tell_unopened(path);
        } else {
            // What was told of it stays until it is known what the disk holds.
            self.unopened.remove_untold(path);
        }
    }

    /// Tells the client what is wrong with a file, unless it knows.
    fn tell_unopened(&mut self, path: &Arc<str>) {
        let workspace = &self.workspace;
        let attach = |findings: &mut [_], summary: &_| workspace.attach_tests(findings, summary, path);
        let mut notes = self.unopened.notes(path, &self.client, attach);
        if self.client.pages {
            notes.iter_mut().for_each(|note| self.pages.put(note));
        }
        if !self.client.pulls && !self.unopened.tell(path, &notes) {
            (self.say)(Said::Findings { uri: place::uri_of(path).into(), version: None, notes });
        }
    }

    /// The tests of all files are others now.
    pub(super) fn tell_tests_of_unopened(&mut self) {
        for path in self.unopened.paths() {
            if self.workspace.is_unopened(&path) {
                self.tell_unopened(&path);
            }
        }
    }

    /// Takes back what was said of a file that is none any more.
    fn take_back(&mut self, path: &Arc<str>) {
        if self.unopened.remove(path).is_some() {
            (self.say)(Said::Findings { uri: place::uri_of(path).into(), version: None, notes: Vec::new() });
        }
    }

    /// A document is being opened: what was told of the file is told of it, if the client calls
    /// both the same.
    pub(super) fn hand_over(&mut self, uri: &Uri, path: &Arc<str>) -> Option<u64> {
        let told = self.unopened.remove(path)?;
        let ours: Uri = place::uri_of(path).into();
        if ours == *uri {
            return Some(told);
        }
        (self.say)(Said::Findings { uri: ours, version: None, notes: Vec::new() });
        None
    }

    /// A document was closed: what was told of it stays until it is known what the disk holds.
    /// `false` if it is to be taken back at once.
    pub(super) fn take_over(&mut self, uri: &Uri, path: &Arc<str>, told: u64) -> bool {
        let stays = self.client.all_pacts
            && !self.client.pulls
            && self.workspace.folder_of(path.as_ref().as_ref()).is_some()
            && *place::uri_of(path) == **uri;
        if stays {
            self.unopened.inherit(path, told);
        }
        stays
    }

    /// Answers those who wait and do not know what is known.
    fn answer_waiting(&mut self) {
        for (previous, reply) in self.unopened.take_waiting() {
            if reply.is_unwanted() {
                continue;
            }
            let mut items = Vec::new();
            let mut news = previous.is_empty();
            for (path, uri, id) in self.unopened.identities(&previous) {
                let known = previous.get(&uri) == Some(&id);
                news |= !known;
                let notes = (!known).then(|| {
                    let workspace = &self.workspace;
                    let attach =
                        |findings: &mut [_], summary: &_| workspace.attach_tests(findings, summary, &path);
                    let mut notes = self.unopened.notes(&path, &self.client, attach);
                    notes.iter_mut().for_each(|note| self.put_page(note));
                    notes
                });
                items.push((uri, Report { id, notes }));
            }
            let lingering = std::mem::take(&mut self.unopened.lingering);
            let mut answered: FxHashSet<Uri> = items.iter().map(|(uri, _)| Arc::clone(uri)).collect();
            for uri in previous.keys().chain(&lingering) {
                if !answered.insert(Arc::clone(uri)) {
                    continue;
                }
                let path = place::path_of(uri);
                // Of an open document the client asks by itself.
                let open = self.files.values().any(|file| **file.path() == *path);
                if !open {
                    news = true;
                    items.push((Arc::clone(uri), Report { id: String::new(), notes: Some(Vec::new()) }));
                }
            }
            match news {
                true => reply.send(Ok(items)),
                false => self.unopened.keep_waiting(previous, reply),
            }
        }
    }

    /// Tells the client that folders are being read, or have been.
    pub(super) fn tell_reading(&mut self) {
        let reading = self.workspace.is_reading();
        if self.client.progress && reading != self.told_reading {
            self.told_reading = reading;
            (self.say)(Said::Reading(reading));
        }
    }

    /// Does the next thing at once; `false` when there is none.
    #[cfg(test)]
    pub(super) fn settle_unopened(&mut self) -> bool {
        self.unopened.abandon().into_iter().for_each(|path| self.workspace.set_dirty(path));
        match self.next_job() {
            Some(job) => {
                let (stamp, looked) = look(&job, &|| true);
                self.looked(&job.path, job.serial, Some(stamp), looked);
                true
            }
            None => {
                self.answer_waiting();
                false
            }
        }
    }
}
