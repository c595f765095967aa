//! The work of a run, on a thread that is not the session's.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::analysis::Document;
use crate::diagnostic::Severity;
use crate::lsp::event::{Event, Uri};
use crate::lsp::inbox::Post;
use crate::lsp::runs::results::{Outcome, Told, Verified};
use crate::runner::explain::{self, Difference, Show};
use crate::runner::mock::{self, Handle};
use crate::runner::verify::outcome::{InteractionResult, StateCall, Verdict, Verification};
use crate::runner::verify::{Address, Options, Selected, StateOptions, Verifier};
use crate::runner::{Contract, Item};
use crate::text::{Encoding, LineCol, Span};

/// How often it is looked whether a run is still wanted.
const GLANCE: Duration = Duration::from_millis(50);

/// What is to be verified.
pub(super) struct Job {
    pub(super) number: i32,
    pub(super) path: Arc<str>,
    pub(super) uri: Uri,
    pub(super) doc: Document,
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
pub(super) async fn verify(job: Job, stop: Arc<AtomicBool>, post: Post) {
    let number = job.number;
    let (path, uri) = (Arc::clone(&job.path), Uri::clone(&job.uri));
    let verification = attempt(&job, &stop, &post).await;
    let ran = match verification {
        Ok(verification) => {
            let log = log_of(&verification);
            let text = summary_of(&verification, job.tries);
            let failed = verification.pacts.iter().flat_map(|pact| &pact.results).any(counts);
            let results = (!job.tries).then(|| outcomes(&verification));
            Ran { number, path, uri, text, failed, log, results }
        }
        Err(why) => Ran { number, path, uri, log: why.clone(), text: why, failed: true, results: None },
    };
    post.send(Event::Ran(Box::new(ran)));
}

async fn attempt(job: &Job, stop: &AtomicBool, post: &Post) -> Result<Verification, String> {
    let mut options = Options::new(Address::parse(&job.provider)?);
    if let Some(url) = &job.state_url {
        let address = Address::parse(url)?;
        options.states = Some(StateOptions { address, teardown: false, as_query: false, retries: 2 });
    }
    let verifier = Verifier::new(options)?;
    let contract = contract(&job.path, &job.doc, job.only)?;
    let selected = [Selected::from(Arc::new(contract))];
    let total = selected[0].items.len();
    let (mut done, number) = (0, job.number);
    let on_event = |_: crate::runner::verify::Event<'_>| {
        done += 1;
        let percent = (100 * done / total.max(1)) as u32;
        post.send(Event::Advanced { number, text: format!("{done} of {total}"), percent });
    };
    let cancelled = async {
        while !stop.load(Ordering::Acquire) {
            tokio::time::sleep(GLANCE).await;
        }
    };
    Ok(verifier.run(&selected, on_event, cancelled).await)
}

/// The pact as it is in the editor, ready to run; of one interaction if that is all that is wanted.
fn contract(path: &str, doc: &Document, only: Option<usize>) -> Result<Contract, String> {
    let mut contract = Contract::new(path, doc.clone()).map_err(|fault| fault.message)?;
    if let Some(chunk) = only {
        contract.items.retain(|item| item.chunk == chunk);
    }
    if contract.items.is_empty() {
        return Err("There is no interaction here that the official core reads".to_owned());
    }
    Ok(contract)
}

/// Whether it is a failure that counts.
fn counts(result: &InteractionResult) -> bool {
    !result.pending && !matches!(result.verdict, Verdict::Passed | Verdict::NotRun(_))
}

fn verified(result: &InteractionResult) -> Verified {
    match result.verdict {
        Verdict::Passed => Verified::Passed,
        Verdict::Failed(_) | Verdict::State => Verified::Failed,
        Verdict::NoAnswer(_) | Verdict::Unjudged(_) | Verdict::NotRun(_) => Verified::Unknown,
    }
}

/// How it went, in a line.
fn summary_of(verification: &Verification, tries: bool) -> String {
    let results: Vec<&InteractionResult> = verification.pacts.iter().flat_map(|pact| &pact.results).collect();
    if let (true, [result]) = (tries, &results[..]) {
        let pact = &verification.pacts[0];
        let item = &pact.contract.items[result.item];
        let answered = result.exchange.as_ref().and_then(|it| it.response.as_ref());
        let status = answered.map_or_else(String::new, |answer| format!("{} ", answer.status));
        let first = sentences(&pact.contract, item, result).into_iter().next();
        let told = first.map_or_else(|| "what the pact asks for".to_owned(), |(text, _)| text);
        return format!("'{}': {status}in {} ms: {told}", item.description, result.took.as_millis());
    }
    let count = |wanted: Verified| results.iter().filter(|result| verified(result) == wanted).count();
    let (passed, failed, unknown) =
        (count(Verified::Passed), count(Verified::Failed), count(Verified::Unknown));
    let mut text = format!("Verified against {}: {passed} passed", verification.provider);
    for (number, word) in [(failed, "failed"), (unknown, "not known"), (verification.left, "not reached")] {
        if number > 0 {
            let _ = write!(text, ", {number} {word}");
        }
    }
    text
}

/// How it went, in full.
fn log_of(verification: &Verification) -> String {
    let mut log = format!("verification against {}\n", verification.provider);
    for pact in &verification.pacts {
        for result in &pact.results {
            let item = &pact.contract.items[result.item];
            let sign = match verified(result) {
                Verified::Passed => "passed",
                Verified::Failed => "failed",
                Verified::Unknown => "unknown",
            };
            let _ = writeln!(log, "{sign}: {} ({} ms)", item.description, result.took.as_millis());
            if result.verdict == Verdict::Passed {
                continue;
            }
            if let Some(exchange) = &result.exchange {
                let _ = writeln!(log, "  {}", explain::curl(&exchange.url, &exchange.request, Show::Masked));
            }
            for (text, _) in sentences(&pact.contract, item, result) {
                let _ = writeln!(log, "  {text}");
            }
        }
    }
    log
}

/// What is wrong, each with the place of a difference.
fn sentences(
    contract: &Contract,
    item: &Item,
    result: &InteractionResult,
) -> Vec<(String, Option<Difference>)> {
    match &result.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Failed(mismatches) => {
            let answer = result.exchange.as_ref().and_then(|it| it.response.clone()).unwrap_or_default();
            let explained = explain::response(contract, item, &answer, mismatches, Show::Masked);
            let told = explained.differences.into_iter().filter(|it| !it.follows);
            let mut told: Vec<_> = told.map(|it| (it.sentence(), Some(it))).collect();
            if let (Some((first, _)), Some(actual)) = (told.first_mut(), explained.actual) {
                let _ = write!(first, "\nthe answer was: {actual}");
            }
            told
        }
        Verdict::State => {
            let failed = result.states.iter().filter_map(|call| Some((call, call.outcome.as_ref().err()?)));
            failed.map(|(call, fault)| (state_sentence(call, &fault.said, fault.status), None)).collect()
        }
        Verdict::NoAnswer(why) => vec![(format!("The provider gave no answer: {why}"), None)],
        Verdict::Unjudged(why) => vec![(format!("The answer could not be judged: {why}"), None)],
        Verdict::NotRun(why) => vec![(format!("Not verified: {why}"), None)],
    }
}

fn state_sentence(call: &StateCall, said: &str, status: Option<u16>) -> String {
    let what = if call.setup { "set up" } else { "taken down" };
    let status = status.map_or_else(String::new, |status| format!("{status} "));
    format!("The provider state '{}' could not be {what}: {status}{said}", call.state)
}

/// What there is to tell of each interaction.
fn outcomes(verification: &Verification) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for pact in &verification.pacts {
        let contract = &pact.contract;
        for result in &pact.results {
            let item = &contract.items[result.item];
            let Some((chunk, base)) = contract.document.chunk(item.chunk) else { continue };
            let severity = match (result.pending, &result.verdict) {
                (true, _) | (_, Verdict::NotRun(_)) => Severity::Info,
                (_, Verdict::NoAnswer(_) | Verdict::Unjudged(_)) => Severity::Warning,
                _ => Severity::Error,
            };
            let pending = if result.pending { "Pending: " } else { "" };
            let whole = contract.document.offset_at(item.at, Encoding::Utf8);
            let at = |offset: u32| {
                let node = chunk.root().map(|root| root.node_at(offset.saturating_sub(base)).span());
                node.unwrap_or(Span::at(0))
            };
            let place = |place: explain::Place| {
                let at_line =
                    LineCol { line: place.line.saturating_sub(1), col: place.column.saturating_sub(1) };
                at(contract.document.offset_at(at_line, Encoding::Utf32))
            };
            let told = sentences(contract, item, result).into_iter().map(|(text, difference)| {
                let span = difference.as_ref().and_then(|it| it.place).map_or_else(|| at(whole), place);
                let rule = difference.and_then(|it| it.rule);
                let labels = rule.into_iter().map(|rule| (place(rule.place), format!("rule {}", rule.text)));
                Told { severity, span, message: format!("{pending}{text}"), labels: labels.collect() }
            });
            outcomes.push(Outcome { hash: chunk.hash(), verified: verified(result), told: told.collect() });
        }
    }
    outcomes
}

/// A mock server that listens, until it is dropped.
#[derive(Debug)]
pub(in crate::lsp) struct Mock {
    handle: Arc<Handle>,
    url: String,
}

impl Mock {
    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The way to have another text served; one that is half typed is not.
    pub(super) fn replacing(&self, path: Arc<str>, doc: Document) -> impl FnOnce() + Send + 'static {
        let handle = Arc::clone(&self.handle);
        move || {
            if let Ok(contract) = contract(&path, &doc, None) {
                // There is one port, and it is bound.
                let _ = handle.replace(vec![Arc::new(contract)]);
            }
        }
    }
}

/// What came of starting a mock server.
#[derive(Debug)]
pub(in crate::lsp) struct Served {
    pub(super) path: Arc<str>,
    pub(super) mock: Result<Mock, String>,
}

/// Starts a mock server, and tells the session. Waits for the start, so it has a thread of its own.
pub(super) fn serve(path: Arc<str>, doc: &Document, port: u16, post: &Post) {
    let options = mock::Options { port, events: false, ..mock::Options::default() };
    let started = contract(&path, doc, None).and_then(|it| mock::start(vec![Arc::new(it)], options));
    let mock = started.map(|handle| Mock { url: handle.url(), handle: Arc::new(handle) });
    let mock = mock.map_err(|why| format!("No mock server was started: {why}"));
    post.send(Event::Served(Box::new(Served { path, mock })));
}
