//! The session: everything the server knows, on one thread. It takes events in order,
//! and when there are none, looks at the documents that the client wants to hear about.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;

use crate::analysis::{
    AcrossOptions, Analysis, Document, RunOptions, Secrets, analyse, place_across, sort_findings,
};
use crate::config::{Baseline, Levels};
use crate::lsp::aside::Aside;
use crate::lsp::configs::{Configs, levels};
use crate::lsp::convert::place;
use crate::lsp::event::{ClientFacts, Event, Note, Refusal, Said, Uri};
use crate::lsp::file::{Extent, File, Look};
use crate::lsp::gone::Gone;
use crate::lsp::inbox::{Inbox, Next, Post};
use crate::lsp::pages::Pages;
#[cfg(feature = "runner")]
use crate::lsp::runs::Runs;
use crate::lsp::unopened::Unopened;
use crate::lsp::workspace::{self, Workspace};
use crate::lsp::{log, notes, requests};
use crate::model::FileSummary;
use crate::rules::{ALL, find};

/// Everything the server knows.
pub(super) struct Session {
    inbox: Inbox,
    /// The way back in, for what is read from the disk.
    pub(super) post: Post,
    pub(super) say: Box<dyn Fn(Said) + Send>,
    pub(super) configs: Configs,
    pub(super) client: ClientFacts,
    pub(super) files: FxHashMap<Uri, File>,
    pub(super) workspace: Workspace,
    gone: Gone,
    pub(super) unopened: Unopened,
    pub(super) aside: Aside,
    /// The client was told that folders are being read.
    pub(super) told_reading: bool,
    pub(super) pages: Pages,
    #[cfg(feature = "runner")]
    pub(super) runs: Runs,
}

/// Why work was not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Something else has to be done first.
    Interrupted,
    /// The document changes before the answer would be known.
    Outdated,
    /// Nobody wants it any more.
    Unwanted,
}

/// Who waits for findings.
#[derive(Clone, Copy)]
pub(super) enum For<'a> {
    /// Nobody in particular: anything else comes first.
    Later,
    /// Somebody, until this says otherwise.
    Question(&'a (dyn Fn() -> bool + Sync)),
}

impl Session {
    /// A session that hears through `inbox` and speaks through `say`.
    pub(super) fn new(
        inbox: Inbox,
        post: Post,
        configs: Configs,
        pages: Pages,
        say: impl Fn(Said) + Send + 'static,
    ) -> Session {
        let (client, files) = (ClientFacts::default(), FxHashMap::default());
        let workspace = Workspace::new(Arc::clone(configs.index()));
        let (say, unopened, told_reading) = (Box::new(say), Unopened::default(), false);
        let (gone, aside) = (Gone::default(), Aside::default());
        Session {
            inbox,
            post,
            say,
            configs,
            client,
            files,
            workspace,
            gone,
            unopened,
            aside,
            told_reading,
            pages,
            #[cfg(feature = "runner")]
            runs: Runs::default(),
        }
    }

    /// Works until nothing will arrive any more.
    pub(super) fn run(mut self) {
        loop {
            self.tell_configs();
            let stale = self.stale();
            self.tell_reading();
            let has_work = stale.is_some()
                || self.aside.has_some()
                || self.workspace.is_changed()
                || self.has_unopened_work();
            match self.inbox.next(has_work, self.gone.until()) {
                Next::Event(Event::Left) | Next::End => return,
                Next::Event(event) => self.handle_guarded(event),
                Next::Idle => match stale {
                    Some(uri) => self.publish_guarded(&uri),
                    None if self.aside.has_some() => self.answer_next(),
                    None if self.workspace.is_changed() => self.look_guarded(),
                    None if has_work => self.work_on_unopened(),
                    None => self.take_back_the_gone(),
                },
            }
        }
    }

    /// A document that the client is to be told about.
    fn stale(&self) -> Option<Uri> {
        if self.client.pulls {
            return None;
        }
        self.files.iter().find(|(_, file)| file.stale).map(|(uri, _)| Arc::clone(uri))
    }

    /// A panic of ours costs an answer, or at worst one document, never the server.
    fn handle_guarded(&mut self, event: Event) {
        let changed = event.changes().cloned();
        if catch_unwind(AssertUnwindSafe(|| self.handle(event))).is_err() {
            log::line("an event could not be handled");
            if let Some(uri) = changed {
                self.forget(&uri);
            }
        }
    }

    fn publish_guarded(&mut self, uri: &Uri) {
        if catch_unwind(AssertUnwindSafe(|| self.publish(uri))).is_err() {
            log::line("a document could not be analysed");
            if let Some(file) = self.files.get_mut(uri) {
                file.stale = false;
            }
        }
    }

    fn answer_next(&mut self) {
        if let Some(question) = self.aside.next() {
            self.handle_guarded(Event::Question(question));
        }
    }

    fn look_guarded(&mut self) {
        if catch_unwind(AssertUnwindSafe(|| self.look_at_all_together(For::Later))).is_err() {
            log::line("the files of the workspace could not be looked at together");
            self.workspace.give_up();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Configured(client, wishes, folders) => {
                self.client = client;
                self.configs.wish(wishes, folders.first());
                self.workspace.govern(Arc::clone(self.configs.index()));
                self.workspace.read_folders(folders, self.client.encoding, &self.post);
            }
            Event::Wished(wishes) => {
                self.configs.wish(wishes, self.workspace.first_folder().as_ref());
                self.configuration_changed();
            }
            Event::Ready if self.client.watches => (self.say)(Said::Watch),
            Event::Ready => {}
            Event::Folders { added, removed } => {
                let known = removed.iter().filter(|folder| self.workspace.leave_folder(folder)).count();
                self.workspace.read_folders(added, self.client.encoding, &self.post);
                if known > 0 {
                    self.look_again();
                }
            }
            Event::Watched(uris) => {
                self.configuration_may_have_changed(&uris);
                uris.iter().for_each(|uri| self.workspace.read_again(&place::path_of(uri)));
            }
            Event::OnDisk(found) => self.workspace.on_disk(found),
            Event::InFolder { folder, found } => self.workspace.in_folder(&folder, found),
            Event::Looked { path, serial, stamp, looked } => self.looked(&path, serial, stamp, looked),
            Event::Handlers { folder, handlers } => self.workspace.handled(folder, handlers),
            Event::Tests(found) => {
                if self.workspace.tested(found) {
                    self.look_again();
                    self.tell_tests_of_unopened();
                    if !self.files.is_empty() {
                        self.refresh_lenses();
                    }
                }
            }
            Event::Baseline { folder, baseline } => {
                if self.workspace.knows(folder, baseline) {
                    self.look_again();
                }
            }
            // The loop ends with it.
            Event::Left => {}
            Event::Opened { uri, version, text } => {
                // A client that opens twice has lost track; start afresh.
                self.forget(&uri);
                let mut file = File::open(&uri, version, text);
                self.workspace.overlay(file.path());
                let handed = self.hand_over(&uri, file.path());
                // What was not taken back yet is replaced, by whatever there is to tell.
                file.told = self.gone.returned(&uri).map(|told| !told).or(handed);
                self.files.insert(uri, file);
            }
            Event::Changed { uri, version, changes } => {
                if let Some(file) = self.files.get_mut(&uri) {
                    file.change(version, changes, self.client.encoding);
                    self.workspace.edited(file.path());
                }
            }
            #[cfg(feature = "runner")]
            Event::Saved { uri } => self.saved(&uri),
            #[cfg(not(feature = "runner"))]
            Event::Saved { .. } => {}
            Event::Closed { uri } => self.forget(&uri),
            Event::Question(question) => (question.0)(self),
            #[cfg(feature = "runner")]
            Event::Allowed { addresses, run } => self.allow(addresses, run),
            #[cfg(feature = "runner")]
            Event::Ran(ran) => self.ran(*ran),
            #[cfg(feature = "runner")]
            Event::Served(served) => self.served(*served),
            #[cfg(feature = "runner")]
            Event::Advanced { number, text, percent } => (self.say)(Said::Advanced { number, text, percent }),
            #[cfg(feature = "runner")]
            Event::Cancelled(number) => self.runs.cancel(number),
            Event::Aside(question) => self.aside.put(question),
            Event::Hover { uri, at, reply } => requests::hover(self, &uri, at, reply),
            Event::Pull { uri, previous, reply } => requests::pull(self, &uri, previous.as_deref(), reply),
            Event::Actions { uri, range, kinds, reply } => requests::actions(self, &uri, range, kinds, reply),
            #[cfg(test)]
            Event::Hold(until) => drop(until.recv()),
            #[cfg(test)]
            Event::Panic { .. } => panic!("as the test wishes"),
            #[cfg(test)]
            Event::SettleDisk => self.workspace.settle(&self.post),
            #[cfg(test)]
            Event::Settle => {
                loop {
                    self.tell_configs();
                    match self.stale() {
                        Some(uri) => self.publish_guarded(&uri),
                        None if self.workspace.is_changed() => _ = self.look_at_all_together(For::Later),
                        None if self.settle_unopened() => {}
                        None => break,
                    }
                }
                self.take_back_the_gone();
                (self.say)(Said::Settled);
            }
        }
    }

    /// Lets the client hear of each document anew, when something else than the document
    /// changed. What is said already is not said twice.
    fn look_again(&mut self) {
        for file in self.files.values_mut() {
            file.found = [None, None];
            file.stale = true;
        }
        if !self.files.is_empty() {
            self.refresh();
        }
    }

    /// Has a client that asks for diagnostics ask again.
    pub(super) fn refresh(&self) {
        if self.client.pulls && self.client.refreshes {
            (self.say)(Said::Refresh);
        }
    }

    /// Has a client ask for lenses again.
    pub(super) fn refresh_lenses(&self) {
        if self.client.refreshes_lenses {
            (self.say)(Said::RefreshLenses);
        }
    }

    /// Drops a document; what was said of it is taken back soon.
    fn forget(&mut self, uri: &Uri) {
        let Some(file) = self.files.remove(uri) else { return };
        self.workspace.closed(file.path());
        if let Some(told) = file.told.filter(|told| !self.take_over(uri, file.path(), *told)) {
            self.gone.left(uri, told);
        }
    }

    /// Takes back what was said of documents that are gone.
    fn take_back_the_gone(&mut self) {
        for uri in self.gone.take() {
            (self.say)(Said::Findings { uri, version: None, notes: Vec::new() });
        }
    }

    /// Tells the client what is wrong with a document, unless it knows.
    fn publish(&mut self, uri: &Uri) {
        let found = self.findings(uri, Extent::Shown, For::Later);
        let (Ok(found), Some(file)) = (found, self.files.get(uri)) else { return };
        let known = file.told.is_some();
        let notes = match (found, file.document()) {
            (Found::Pact(found), Some(doc)) => Some(self.notes_of(file, doc, &found)),
            (Found::TooLarge, _) => Some(vec![notes::too_large()]),
            // It is no pact any more, so what was said of it no longer holds. Of what nothing was
            // ever said, nothing has to be.
            _ => known.then(Vec::new),
        };
        let Some(mut notes) = notes else {
            self.files.entry(Arc::clone(uri)).and_modify(|file| file.stale = false);
            return;
        };
        notes.iter_mut().for_each(|note| self.put_page(note));
        let Some(file) = self.files.get_mut(uri) else { return };
        let version = Some(file.version);
        if !file.tell(&notes) {
            (self.say)(Said::Findings { uri: Arc::clone(uri), version, notes });
        }
    }

    /// What is told of a pact: what was found in it, and what came of its runs.
    #[cfg_attr(not(feature = "runner"), allow(unused_mut, unused_variables))]
    pub(super) fn notes_of(&self, file: &File, doc: &Document, found: &Analysis) -> Vec<Note> {
        let mut notes = notes::notes(doc, found, &self.client);
        #[cfg(feature = "runner")]
        notes.extend(self.runs.notes(file.path(), doc, &self.client));
        notes
    }

    /// Gives a note the address of its rule's page, for a client that opens it.
    pub(super) fn put_page(&mut self, note: &mut Note) {
        if self.client.pages {
            self.pages.put(note);
        }
    }

    /// Whether rules have pages.
    pub(super) fn has_pages(&self) -> bool {
        self.pages.are_there()
    }

    /// Has the client show the page of a rule. An error says why it cannot be.
    pub(super) fn explain(&mut self, rule: &str) -> Result<(), String> {
        let index = find(rule).ok_or_else(|| format!("There is no rule '{rule}'"))?;
        let page = self.pages.page(ALL[index].meta.name);
        (self.say)(Said::Show(page.ok_or("The page of this rule cannot be written")?));
        Ok(())
    }

    /// Lets rules over many files look, and the client hear what is new.
    fn look_at_all_together(&mut self, who: For<'_>) -> Result<(), Stopped> {
        // Documents count as they are now, also those that nobody asked for yet.
        let unseen = self.files.iter().filter(|(_, file)| file.found[Extent::Shown as usize].is_none());
        let unseen: Vec<Uri> = unseen.map(|(uri, _)| Arc::clone(uri)).collect();
        for uri in unseen {
            self.own_findings(&uri, Extent::Shown, who)?;
        }
        let files = &self.files;
        let open = |path: &str| {
            let file = files.values().find(|file| &**file.path() == path)?;
            file.document().cloned()
        };
        let touched = self.workspace.check(self.client.encoding, &open);
        let mut any = false;
        for file in self.files.values_mut().filter(|file| touched.contains(file.path())) {
            file.stale = true;
            any = true;
        }
        if any {
            self.refresh();
        }
        Ok(())
    }

    /// An open pact as it is now.
    pub(super) fn pact(&mut self, uri: &Uri) -> Option<&Document> {
        match self.files.get_mut(uri)?.look() {
            Look::Pact(doc) => Some(doc),
            Look::TooLarge | Look::Other => None,
        }
    }

    /// A pact of the workspace, open or not.
    pub(super) fn document(&self, path: &str) -> Option<Document> {
        let open = self.files.values().find(|file| &**file.path() == path);
        open.and_then(|file| file.document().cloned()).or_else(|| workspace::on_disk(path))
    }

    /// What is known of all pacts of the workspace, by path.
    pub(super) fn summaries(&self) -> impl Iterator<Item = (&Arc<str>, &FileSummary)> {
        self.workspace.summaries()
    }

    /// The findings that are known of a file.
    pub(super) fn baseline(&self, path: &str) -> Option<&Baseline> {
        self.workspace.baseline(path).map(|it| &**it)
    }

    /// How rules are set for a document; `None` when it is excluded.
    pub(super) fn levels(&self, file: &File) -> Option<Arc<Levels>> {
        levels(self.configs.index(), file)
    }

    /// The findings of a document as it is now, with those that other files have a part in.
    pub(super) fn findings(&mut self, uri: &Uri, extent: Extent, who: For<'_>) -> Result<Found, Stopped> {
        let question = matches!(who, For::Question(_));
        let found = self.own_findings(uri, extent, who)?;
        let Found::Pact(own) = found else { return Ok(found) };
        let path = self.files.get(uri).map(File::path);
        // What others have a part in would be gone for a moment if it was looked at later.
        let at_once = question || path.is_some_and(|path| self.workspace.found(path).is_some());
        if at_once && self.workspace.is_changed() {
            let looked = self.look_at_all_together(who);
            // Who asks is told what is known; nobody else is told twice.
            looked.or_else(|stopped| if question { Ok(()) } else { Err(stopped) })?;
        }
        let Some(file) = self.files.get(uri) else { return Ok(Found::Pact(own)) };
        let (Some(doc), Some((summary, across))) = (file.document(), self.workspace.found(file.path()))
        else {
            return Ok(Found::Pact(own));
        };
        let baseline = self.workspace.baseline(file.path()).map(|it| &**it);
        let options = AcrossOptions { secrets: Secrets::InEdits, baseline, ..AcrossOptions::default() };
        let Some(levels) = self.levels(file) else { return Ok(Found::Pact(own)) };
        let mut across = place_across(doc, summary, across, &levels, options);
        if across.findings.is_empty() {
            return Ok(Found::Pact(own));
        }
        self.workspace.attach_tests(&mut across.findings, summary, file.path());
        let mut all = (*own).clone();
        all.add(across);
        sort_findings(&mut all.findings);
        Ok(Found::Pact(Arc::new(all)))
    }

    fn own_findings(&mut self, uri: &Uri, extent: Extent, who: For<'_>) -> Result<Found, Stopped> {
        let wanted = || match who {
            For::Later => true,
            For::Question(wanted) => wanted(),
        };
        let index = Arc::clone(self.configs.index());
        let Some(file) = self.files.get_mut(uri) else { return Ok(Found::Other) };
        if let Some(known) = &file.found[extent as usize] {
            return Ok(Found::Pact(Arc::clone(known)));
        }
        let baseline = self.workspace.baseline(file.path()).cloned();
        let arrivals = self.inbox.arrivals();
        loop {
            let seen = arrivals();
            self.inbox.take_in();
            if !wanted() {
                return Err(Stopped::Unwanted);
            }
            if self.inbox.changes(uri) {
                return Err(Stopped::Outdated);
            }
            match file.look() {
                Look::Pact(_) => {}
                Look::TooLarge => {
                    self.workspace.is_none(&Arc::clone(file.path()));
                    return Ok(Found::TooLarge);
                }
                Look::Other => {
                    self.workspace.is_none(&Arc::clone(file.path()));
                    return Ok(Found::Other);
                }
            }
            let levels = levels(&index, file);
            file.governed_by = Some(levels.as_ref().map(|levels| levels.key));
            let (Some(levels), Look::Pact(doc)) = (levels, file.look()) else { return Ok(Found::Other) };
            let stopped = AtomicBool::new(false);
            let cancelled = || {
                let stop = arrivals() != seen || !wanted();
                stopped.fetch_or(stop, Ordering::Relaxed);
                stop
            };
            let most = (extent == Extent::Shown).then_some(notes::MOST);
            let options = RunOptions {
                typed: true,
                cancelled: Some(&cancelled),
                most,
                summary: true,
                secrets: Secrets::InEdits,
                baseline: baseline.as_deref(),
                ..RunOptions::default()
            };
            let mut analysis = analyse(doc, &levels, options);
            if !stopped.load(Ordering::Relaxed) {
                if let Some(summary) = analysis.summary.clone() {
                    self.workspace.attach_tests(&mut analysis.findings, &summary, file.path());
                }
                let found = Arc::new(analysis);
                if let Some(summary) = &found.summary {
                    self.workspace.opened(Arc::clone(file.path()), Arc::clone(summary));
                }
                if found.findings.len() == found.total {
                    file.found[Extent::All as usize] = Some(Arc::clone(&found));
                }
                file.found[extent as usize] = Some(Arc::clone(&found));
                return Ok(Found::Pact(found));
            }
            if matches!(who, For::Later) {
                return Err(Stopped::Interrupted);
            }
            // What is done so far is kept with the interactions; go on from there.
        }
    }
}

/// What is known of a document.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// What was found in a pact.
    Pact(Arc<Analysis>),
    /// It is too large to be looked into.
    TooLarge,
    /// It is no pact, or not open.
    Other,
}

impl Stopped {
    /// What to answer, if there is somebody to answer to.
    pub(super) fn refusal(self) -> Refusal {
        match self {
            Stopped::Interrupted | Stopped::Outdated | Stopped::Unwanted => Refusal::Outdated,
        }
    }
}
