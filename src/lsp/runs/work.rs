//! The work of a run, on a thread that is not the session's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::analysis::Document;
use crate::diagnostic::Severity;
use crate::http::Address;
use crate::lsp::event::{Event, Uri};
use crate::lsp::inbox::Post;
use crate::lsp::runs::mocks::Mocked;
use crate::lsp::runs::results::{Outcome, Told};
use crate::lsp::runs::words::{One, each, log, summary};
use crate::runner::engine::Worker;
use crate::runner::mock::{self, Handle};
use crate::runner::verify::outcome::{Verdict, Verification};
use crate::runner::verify::{Options, Selected, StateOptions, Verifier};
use crate::runner::{Contract, explain};
use crate::text::{Encoding, LineCol, Span};

/// What is to be verified.
pub(super) struct Job {
    pub(super) number: i32,
    pub(super) path: Arc<str>,
    pub(super) uri: Uri,
    pub(super) doc: Document,
    /// Judges what cannot be judged in this process.
    pub(super) worker: Option<Arc<Worker>>,
    /// The chunk of the one interaction that is wanted.
    pub(super) only: Option<usize>,
    pub(super) provider: String,
    pub(super) state_url: Option<String>,
    /// The request alone is tried: no states, and nothing is told of the pact.
    pub(super) tries: bool,
}

/// What came of a run.
#[derive(Debug)]
pub(in crate::lsp) struct Ran {
    pub(super) number: i32,
    pub(super) path: Arc<str>,
    pub(super) uri: Uri,
    /// In a line.
    pub(super) text: String,
    pub(super) failed: bool,
    /// In full.
    pub(super) log: String,
    /// What there is to tell of the pact.
    pub(super) results: Option<Vec<Outcome>>,
}

/// Verifies, and tells the session.
pub(super) async fn verify(job: Job, stopped: oneshot::Receiver<()>, post: Post) {
    let number = job.number;
    let (path, uri) = (Arc::clone(&job.path), Uri::clone(&job.uri));
    let verification = attempt(&job, stopped, &post).await;
    let ran = match verification {
        Ok(verification) => {
            let all = each(&verification);
            let text = summary(&verification, &all, job.tries);
            let results = (!job.tries).then(|| outcomes(&all));
            let log = log(&all, job.tries);
            Ran { number, path, uri, text, failed: all.iter().any(One::counts), log, results }
        }
        Err(why) => Ran { number, path, uri, log: why.clone(), text: why, failed: true, results: None },
    };
    post.send(Event::Ran(Box::new(ran)));
}

async fn attempt(job: &Job, stopped: oneshot::Receiver<()>, post: &Post) -> Result<Verification, String> {
    let mut options = Options::new(Address::parse(&job.provider)?);
    if let Some(url) = &job.state_url {
        options.states = Some(StateOptions::new(Address::parse(url)?));
    }
    let verifier = Verifier::new(options)?;
    let contract = contract(&job.path, &job.doc, job.only, job.worker.as_ref())?;
    let selected = [Selected::from(Arc::new(contract))];
    let total = selected[0].items.len();
    let (mut done, number) = (0, job.number);
    let on_event = |_: crate::runner::verify::Event<'_>| {
        done += 1;
        let percent = (100 * done / total.max(1)) as u32;
        post.send(Event::Advanced { number, text: format!("{done} of {total}"), percent });
    };
    let cancelled = async {
        // Sent to or dropped: either way nobody waits for it any more.
        let _ = stopped.await;
    };
    Ok(verifier.run(&selected, on_event, cancelled).await)
}

/// The pact as it is in the editor, ready to run; of one interaction if that is all that is wanted.
fn contract(
    path: &str,
    doc: &Document,
    only: Option<usize>,
    worker: Option<&Arc<Worker>>,
) -> Result<Contract, String> {
    let wanted = |chunk| only.is_none_or(|it| it == chunk);
    let mut contract = Contract::of(path, doc.clone(), wanted).map_err(|fault| fault.placed(path))?;
    if contract.items.is_empty() {
        return Err("There is no interaction here that the official core reads".to_owned());
    }
    worker.into_iter().for_each(|worker| contract.set_worker(worker));
    Ok(contract)
}

/// What there is to tell of each interaction.
fn outcomes(all: &[One<'_>]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for one in all {
        let document = &one.contract.document;
        let Some((chunk, base)) = document.chunk(one.item.chunk) else { continue };
        let severity = match (one.result.pending, &one.result.verdict) {
            (true, _) | (_, Verdict::NotRun(_)) => Severity::Info,
            (_, Verdict::NoAnswer(_) | Verdict::Unjudged(_)) => Severity::Warning,
            _ => Severity::Error,
        };
        let pending = if one.result.pending { "Pending: " } else { "" };
        let at = |offset: u32| {
            let node = chunk.root().map(|root| root.node_at(offset.saturating_sub(base)).span());
            node.unwrap_or(Span::at(0))
        };
        let whole = document.offset_at(one.item.at, Encoding::Utf8);
        let place = |place: explain::Place| {
            let at_line = LineCol { line: place.line.saturating_sub(1), col: place.column.saturating_sub(1) };
            at(document.offset_at(at_line, Encoding::Utf32))
        };
        let told = one.wrong.iter().map(|(text, difference)| {
            let span = difference.as_ref().and_then(|it| it.place).map_or_else(|| at(whole), place);
            let rule = difference.as_ref().and_then(|it| it.rule.as_ref());
            let labels = rule.into_iter().map(|rule| (place(rule.place), format!("rule {}", rule.text)));
            Told { severity, span, message: format!("{pending}{text}"), labels: labels.collect() }
        });
        outcomes.push(Outcome { hash: chunk.hash(), verified: one.verified(), told: told.collect() });
    }
    outcomes
}

/// A mock server that listens, until it is dropped.
#[derive(Debug)]
pub(in crate::lsp) struct Mock {
    handle: Arc<Handle>,
    url: String,
    worker: Option<Arc<Worker>>,
    /// The port that was asked for; 0 is any free one.
    pub(super) port: u16,
    /// How often another text was to be served, and which of those is served now.
    asked: AtomicU64,
    served: Arc<Mutex<u64>>,
}

impl Mock {
    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The way to have another text served, or one interaction of it; one that is half typed is
    /// not, nor is one that is ready only after a later one.
    pub(super) fn replacing(
        &self,
        path: &Arc<str>,
        doc: Document,
        only: Option<usize>,
    ) -> impl FnOnce() + Send + 'static {
        let (handle, path) = (Arc::clone(&self.handle), Arc::clone(path));
        let (worker, served) = (self.worker.clone(), Arc::clone(&self.served));
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        move || {
            let Ok(contract) = contract(&path, &doc, only, worker.as_ref()) else { return };
            let mut served = served.lock().unwrap_or_else(PoisonError::into_inner);
            if *served < number {
                *served = number;
                // There is one port, and it is bound.
                let _ = handle.replace(vec![Arc::new(contract)]);
            }
        }
    }
}

/// What came of starting a mock server.
#[derive(Debug)]
pub(in crate::lsp) struct Served {
    pub(super) mocked: Mocked,
    pub(super) mock: Result<Mock, String>,
}

/// Starts a mock server, and tells the session. Waits for the start, so it has a thread of its own.
pub(super) fn serve(
    mocked: Mocked,
    doc: &Document,
    (only, port): (Option<usize>, u16),
    worker: Option<Arc<Worker>>,
    post: &Post,
) {
    let options = mock::Options { port, events: false, ..mock::Options::default() };
    let made = contract(&mocked.0, doc, only, worker.as_ref());
    let started = made.and_then(|it| mock::start(vec![Arc::new(it)], options));
    let mock = started.map(|handle| {
        let (asked, served) = (AtomicU64::new(0), Arc::default());
        Mock { url: handle.url(), handle: Arc::new(handle), worker, port, asked, served }
    });
    let mock = mock.map_err(|why| format!("No mock server was started: {why}"));
    post.send(Event::Served(Box::new(Served { mocked, mock })));
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;
    use crate::lsp::inbox::{Next, inbox};

    fn pact(status: u16) -> Document {
        Document::new(format!(
            r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{{"description": "d",
            "request": {{"method": "GET", "path": "/"}}, "response": {{"status": {status}}}}}]}}"#
        ))
    }

    fn answer(mock: &Mock) -> String {
        let mut stream = TcpStream::connect(mock.url().trim_start_matches("http://")).expect("it listens");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer[9..12].to_owned()
    }

    #[test]
    fn of_two_texts_the_later_one_is_served_whichever_is_ready_first() {
        let (post, mut inbox) = inbox();
        let path: Arc<str> = "/w/a.json".into();
        serve((Arc::clone(&path), None), &pact(200), (None, 0), None, &post);
        let Next::Event(Event::Served(served)) = inbox.next(false, None) else { panic!("it was started") };
        let mock = served.mock.expect("it listens");
        let [first, second] = [201, 202].map(|status| mock.replacing(&path, pact(status), None));
        second();
        first();
        assert_eq!(answer(&mock), "202");
        mock.replacing(&path, pact(203), None)();
        assert_eq!(answer(&mock), "203");
    }
}
