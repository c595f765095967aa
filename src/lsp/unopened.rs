//! Pacts that nobody opened: what is wrong with them, for clients that want to hear of all pacts
//! of the workspace. Their findings are kept, never their texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rustc_hash::FxHashMap;

use crate::analysis::configs::ConfigIndex;
use crate::analysis::files::{self, Loaded};
use crate::analysis::{
    AcrossOptions, CrossFinding, Document, InputFault, RunOptions, Secrets, analyse, input_fault,
    place_across, sort_findings,
};
use crate::config::{Baseline, Traits};
use crate::diagnostic::{Finding, Fixes};
use crate::lsp::convert::place;
use crate::lsp::event::{ClientFacts, Event, Note, Reply, Report, Uri};
use crate::lsp::inbox::Post;
use crate::lsp::notes::{self, Placed};
use crate::lsp::reader::stamp;
use crate::model::FileSummary;

/// Findings of all files together. A file that has no room any more only tells how many it has.
const MOST_FINDINGS: usize = 20_000;

/// A file to be looked at, and what holds for it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) path: Arc<str>,
    pub(super) serial: u64,
    pub(super) index: Arc<ConfigIndex>,
    pub(super) baseline: Option<Arc<Baseline>>,
    /// What rules over many files found in it, when this was known of it.
    pub(super) across: Option<(Arc<FileSummary>, Vec<CrossFinding>)>,
    pub(super) client: ClientFacts,
}

/// What was found in a file as it lies on the disk.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) summary: Arc<FileSummary>,
    pub(super) findings: Vec<Finding>,
    pub(super) places: Vec<Placed>,
    /// How many there were.
    pub(super) total: usize,
}

/// What is known of one file.
#[derive(Debug, Default)]
struct Known {
    looked: Option<Looked>,
    /// A hash of its notes, and how many there are.
    now: (u64, usize),
    /// A hash of what a client that is told was told.
    told: Option<u64>,
    /// Another number each time that the file is known anew: a client that had it open in between
    /// shows something else than what it was told before.
    born: u64,
}

/// A client that waits for news: what it knows, by document.
pub(super) type Previous = FxHashMap<Uri, String>;

/// An item of the answer to it.
pub(super) type Item = (Uri, Report);

/// What is known of pacts that nobody opened.
#[derive(Debug, Default)]
pub(super) struct Unopened {
    known: BTreeMap<Arc<str>, Known>,
    findings: usize,
    /// The file that is being looked at, and which time it is.
    running: Option<Arc<str>>,
    serial: u64,
    born: u64,
    checker: Option<Sender<Job>>,
    waiting: Vec<(Previous, Reply<Vec<Item>>)>,
    /// Documents that a client asked for once more after it closed them: should they be gone
    /// now, it knows no identity that it would ask with.
    pub(super) lingering: BTreeSet<Uri>,
    /// There may be news for those who wait.
    news: bool,
}

impl Unopened {
    /// Whether a file is being looked at.
    pub(super) fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    /// A number for the next look.
    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Has a file looked at on another thread; what is found arrives as an event.
    pub(super) fn start(&mut self, job: Job, post: &Post) {
        let checker = self.checker.take().or_else(|| start_checker(post.clone()));
        let path = Arc::clone(&job.path);
        if checker.as_ref().is_some_and(|checker| checker.send(job).is_ok()) {
            self.running = Some(path);
        }
        self.checker = checker;
    }

    /// A look is over; `false` if it is not the one that was asked for last.
    pub(super) fn is_over(&mut self, serial: u64) -> bool {
        let last = serial == self.serial;
        self.running = self.running.take().filter(|_| !last);
        last
    }

    /// Takes in what was found.
    pub(super) fn take(&mut self, path: &Arc<str>, looked: Option<Looked>) {
        self.born += 1;
        let new = Known { born: self.born, ..Known::default() };
        let known = self.known.entry(Arc::clone(path)).or_insert(new);
        self.findings -= known.looked.as_ref().map_or(0, |looked| looked.findings.len());
        known.looked = looked;
        if let Some(looked) = &mut known.looked {
            if self.findings + looked.findings.len() > MOST_FINDINGS {
                looked.findings.clear();
                looked.places.clear();
            }
            self.findings += looked.findings.len();
        }
    }

    /// Forgets a file; gives a hash of what was told of it.
    pub(super) fn remove(&mut self, path: &str) -> Option<u64> {
        let known = self.known.remove(path)?;
        self.findings -= known.looked.as_ref().map_or(0, |looked| looked.findings.len());
        self.news = true;
        known.told
    }

    /// Forgets a file of which nothing was told.
    pub(super) fn remove_untold(&mut self, path: &str) {
        if self.known.get(path).is_some_and(|known| known.told.is_none()) {
            self.remove(path);
        }
    }

    /// Gives up on the file that is being looked at.
    #[cfg(test)]
    pub(super) fn abandon(&mut self) -> Option<Arc<str>> {
        self.serial += 1;
        self.running.take()
    }

    /// From now on the disk counts; this was told of the file.
    pub(super) fn inherit(&mut self, path: &Arc<str>, told: u64) {
        self.known.entry(Arc::clone(path)).or_default().told = Some(told);
    }

    /// All files.
    pub(super) fn paths(&self) -> Vec<Arc<str>> {
        self.known.keys().cloned().collect()
    }

    /// The notes of a file, `attach` having told its findings their tests.
    pub(super) fn notes(
        &mut self,
        path: &str,
        client: &ClientFacts,
        attach: impl FnOnce(&mut [Finding], &FileSummary),
    ) -> Vec<Note> {
        let Some(Known { looked: Some(looked), now, .. }) = self.known.get_mut(path) else {
            return Vec::new();
        };
        attach(&mut looked.findings, &looked.summary);
        let notes = notes::of_places(&looked.findings, &looked.places, looked.total, client);
        let fresh = (crate::lsp::file::hash(&notes), notes.len());
        self.news |= *now != fresh;
        *now = fresh;
        notes
    }

    /// Notes that a client is being told `notes` of a file; whether it knew them already.
    pub(super) fn tell(&mut self, path: &str, notes: &[Note]) -> bool {
        let Some(known) = self.known.get_mut(path) else { return true };
        let hash = crate::lsp::file::hash(notes);
        if known.told.is_none() && notes.is_empty() {
            return true;
        }
        known.told.replace(hash) == Some(hash)
    }

    /// Somebody waits for what is not known to it.
    pub(super) fn wait(&mut self, previous: Previous, reply: Reply<Vec<Item>>) {
        // A client has one such request at a time; another one takes its place.
        self.waiting.retain(|(_, reply)| !reply.is_unwanted());
        self.waiting.push((previous, reply));
        self.news = true;
    }

    /// A client was told of a document that it had closed.
    pub(super) fn linger(&mut self, uri: &Uri) {
        self.lingering.insert(Arc::clone(uri));
        self.news = true;
    }

    /// Whether somebody waits and there may be news.
    pub(super) fn has_news(&self) -> bool {
        self.news && !self.waiting.is_empty()
    }

    /// Those who wait; from now on there is no news.
    pub(super) fn take_waiting(&mut self) -> Vec<(Previous, Reply<Vec<Item>>)> {
        self.news = false;
        std::mem::take(&mut self.waiting)
    }

    /// Lets somebody wait on.
    pub(super) fn keep_waiting(&mut self, previous: Previous, reply: Reply<Vec<Item>>) {
        self.waiting.push((previous, reply));
    }

    /// Each file that has or had something to tell, with the identity of what it is now.
    pub(super) fn identities(&self, previous: &Previous) -> Vec<(Arc<str>, Uri, String)> {
        let one = |(path, known): (&Arc<str>, &Known)| {
            let uri: Uri = place::uri_of(path).into();
            let tells = known.now.1 > 0 || previous.contains_key(&uri);
            tells.then(|| (Arc::clone(path), uri, format!("{:016x}-{}", known.now.0, known.born)))
        };
        self.known.iter().filter_map(one).collect()
    }
}

/// Starts the thread that looks at files. It ends with the session, which holds the sender.
fn start_checker(post: Post) -> Option<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    let work = move || {
        for job in jobs {
            let wanted = || post.is_heard();
            let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look(&job, &wanted)));
            let (stamp, looked) = looked.map_or((None, None), |(stamp, looked)| (Some(stamp), looked));
            post.send(Event::Looked { path: job.path, serial: job.serial, stamp, looked });
        }
    };
    std::thread::Builder::new().name("unopened".to_owned()).spawn(work).ok().map(|_| sender)
}

/// Looks at a file as it lies on the disk. Gives the stamp of what it holds, and `None` if that is
/// no pact, or excluded.
pub(super) fn look(job: &Job, wanted: &(dyn Fn() -> bool + Sync)) -> (u64, Option<Looked>) {
    let Ok(loaded) = files::load(Path::new(&*job.path)) else { return (0, None) };
    let fault = input_fault(&loaded);
    let Loaded::Text(text, _) = loaded else { return (0, None) };
    (stamp(&text), look_at(job, text, fault, wanted))
}

fn look_at(
    job: &Job,
    text: String,
    fault: Option<InputFault>,
    wanted: &(dyn Fn() -> bool + Sync),
) -> Option<Looked> {
    let path = Path::new(&*job.path);
    if !files::may_be_pact(&text) {
        return None;
    }
    let doc = Document::new(text);
    if doc.pact_keys() < 2 || job.index.excludes(path) {
        return None;
    }
    let levels = job.index.levels(path, Traits::of(doc.facts()));
    let baseline = job.baseline.as_deref();
    let stop = || !wanted();
    let options = RunOptions {
        cancelled: Some(&stop),
        most: Some(notes::MOST),
        summary: true,
        one_core: true,
        once: true,
        secrets: Secrets::InEdits,
        baseline,
        ..RunOptions::default()
    };
    let mut found = analyse(&doc, &levels, options);
    let summary = found.summary.clone()?;
    if let Some((known, across)) = &job.across {
        let options = AcrossOptions { secrets: Secrets::InEdits, baseline, ..AcrossOptions::default() };
        found.add(place_across(&doc, known, across, &levels, options));
    }
    if let Some(finding) = fault.and_then(|fault| fault.finding(&levels)) {
        found.findings.push(finding);
        found.total += 1;
    }
    sort_findings(&mut found.findings);
    let mut findings = found.findings;
    // Edits are asked for in an editor, where the document is open.
    findings.iter_mut().for_each(|finding| finding.fixes = Fixes::default());
    findings.shrink_to_fit();
    let places = findings.iter().map(|finding| Placed::of(&doc, finding, job.client.encoding)).collect();
    Some(Looked { summary, findings, places, total: found.total })
}
