//! Pacts at work from the editor: mock servers, and verification against the provider that the
//! configuration names.
//!
//! Nothing happens unless somebody asks for it with a command, in a workspace that the client
//! does not call untrusted; an address that is not this machine is asked about once more. A run
//! works on a runtime of its own and comes back into the session as events.

mod mocks;
mod results;
mod words;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::oneshot;

use crate::analysis::Document;
use crate::config::file::RunsConfig;
use crate::http::Address;
use crate::lsp::event::{Note, Run, RunKind, Said, Uri};
use crate::lsp::requests::provider;
use crate::lsp::session::Session;
use crate::runner::engine::{STACK, Worker};

use mocks::Mocks;
pub(in crate::lsp) use mocks::{Mocked, has_request, mark};
use results::Results;
pub(in crate::lsp) use results::Verified;
pub(in crate::lsp) use work::{Ran, Served};

/// What the session knows of runs.
#[derive(Default)]
pub(in crate::lsp) struct Runs {
    runtime: Option<tokio::runtime::Runtime>,
    /// The program that judges what could take this one down.
    judge: Option<PathBuf>,
    /// Addresses that somebody agreed to, once for the life of the server.
    allowed: FxHashSet<String>,
    /// What came of the last runs, by the path of the pact.
    results: FxHashMap<Arc<str>, Results>,
    mocks: Mocks,
    /// What is under way; it stops when this is dropped.
    under_way: FxHashMap<i32, oneshot::Sender<()>>,
    last: i32,
}

impl Runs {
    /// What came of the runs of a pact, at the places where its interactions are now. One that
    /// was changed since has nothing to tell.
    pub(in crate::lsp) fn notes(
        &self,
        path: &str,
        doc: &Document,
        session: &crate::lsp::event::ClientFacts,
    ) -> Vec<Note> {
        self.results.get(path).map(|results| results.notes(doc, session)).unwrap_or_default()
    }

    /// Whether an interaction passed its last run; `None` if it was changed since, or never run.
    pub(in crate::lsp) fn verified(&self, path: &str, doc: &Document, chunk: usize) -> Option<Verified> {
        self.results.get(path)?.of(doc, chunk)
    }

    /// The address of the mock server of a pact, or of one of its interactions.
    pub(in crate::lsp) fn mock_of(&self, mocked: &Mocked) -> Option<&str> {
        self.mocks.url(mocked)
    }

    /// Whether single interactions of a pact are mocked.
    pub(in crate::lsp) fn mocks_single(&self, path: &str) -> bool {
        self.mocks.has_single(path)
    }

    /// The runtime of all runs, made when the first one begins.
    fn runtime(&mut self) -> Result<tokio::runtime::Handle, String> {
        if self.runtime.is_none() {
            let made = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .thread_stack_size(STACK)
                .thread_name("run")
                .enable_all()
                .build();
            self.runtime = Some(made.map_err(|error| format!("No run can be started: {error}"))?);
        }
        let runtime = self.runtime.as_ref().map(tokio::runtime::Runtime::handle);
        runtime.cloned().ok_or_else(|| "No run can be started".to_owned())
    }

    /// A judge for one run, so that its process, if it needs one, ends with the run.
    fn worker(&self) -> Option<Arc<Worker>> {
        self.judge.clone().map(|program| Arc::new(Worker::new(program)))
    }

    /// A number for a run, and what tells it to stop.
    fn begin(&mut self) -> (i32, oneshot::Receiver<()>) {
        self.last += 1;
        let (sender, stopped) = oneshot::channel();
        self.under_way.insert(self.last, sender);
        (self.last, stopped)
    }

    /// Somebody wants a run to stop.
    pub(in crate::lsp) fn cancel(&mut self, number: i32) {
        self.under_way.remove(&number);
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        // A request that never ends must not keep the server from ending.
        self.runtime.take().into_iter().for_each(tokio::runtime::Runtime::shutdown_background);
    }
}

/// Whether an address is on this machine, so that asking for a run is enough.
fn is_local(url: &str) -> bool {
    Address::exact(url).is_ok_and(|address| address.is_near())
}

/// An address as it may be shown.
pub(in crate::lsp) fn shown(url: &str) -> String {
    Address::exact(url).map_or_else(|_| "an address that is none".to_owned(), |address| address.shown())
}

impl Session {
    /// Has what could take this process down judged by a process of `program`.
    pub(in crate::lsp) fn judging_with(mut self, program: Option<PathBuf>) -> Session {
        self.runs.judge = program;
        self
    }

    /// What `pactlens.toml` says of runs of a pact.
    pub(in crate::lsp) fn runs_config(&self, path: &str) -> RunsConfig {
        self.configs.index().project(Path::new(path)).runs()
    }

    /// Begins what somebody asked for. An error says why it cannot be.
    pub(in crate::lsp) fn begin(&mut self, run: Run) -> Result<(), String> {
        if !self.client.trusted {
            return Err("This workspace is not trusted, so nothing is run in it".to_owned());
        }
        let path = self.files.get(&run.uri).map(|file| Arc::clone(file.path()));
        let path = path.ok_or("Open the pact first: what is run is what the editor shows")?;
        let doc = self.pact(&run.uri).cloned().ok_or("This is no pact")?;
        if run.index.is_some_and(|index| doc.chunk(index).is_none()) {
            return Err("The pact was changed meanwhile; there is no such interaction".to_owned());
        }
        let config = self.runs_config(&path);
        let mocked = |path| (path, run.index.map(|index| mark(&doc, index)));
        match run.kind {
            RunKind::Mock => self.serve(mocked(path), doc.clone(), run.index, &config),
            RunKind::StopMock => {
                let name = named(run.index.is_some());
                let stopped = self.runs.mocks.stop(&mocked(path));
                stopped.ok_or_else(|| format!("No mock server of {name} is running"))?;
                self.refresh_lenses();
                Ok(())
            }
            RunKind::Verify | RunKind::Try => {
                let Some(provider) = config.provider.clone() else {
                    self.tell_of_no_provider(&path);
                    return Ok(());
                };
                let state_url = config.state_url();
                let addresses = [Some(provider.value.clone()), state_url.clone()];
                let foreign = addresses.into_iter().flatten();
                let foreign = foreign.filter(|url| !is_local(url) && !self.runs.allowed.contains(url));
                let foreign: Vec<String> = foreign.collect();
                if !foreign.is_empty() {
                    (self.say)(Said::Ask { addresses: foreign, run });
                    return Ok(());
                }
                self.verify(path, doc, provider.value, state_url, &run)
            }
        }
    }

    /// Editors show a message; of a command that failed some tell only in a log.
    fn tell_of_no_provider(&self, path: &str) {
        let text = NO_PROVIDER.to_owned();
        let added = provider(self, path).filter(|_| self.client.makes_edits);
        (self.say)(match added {
            Some((file, does)) => {
                let shows = self.client.shows_documents;
                Said::Offer { text, title: format!("Add it to {file}"), does, shows }
            }
            None => Said::Tell { text, error: true },
        });
    }

    /// A document was saved: its mock servers, if there are some, serve what it says now. Of an
    /// interaction that is gone there is nothing to serve.
    pub(in crate::lsp) fn saved(&mut self, uri: &Uri) {
        let Some(file) = self.files.get(uri) else { return };
        let path = Arc::clone(file.path());
        let Some(doc) = self.pact(uri).cloned() else { return };
        if self.runs.mocks.of(&path).next().is_none() {
            return;
        }
        let Ok(runtime) = self.runs.runtime() else { return };
        let mut gone = Vec::new();
        for (mocked, mock) in self.runs.mocks.of(&path) {
            let index = mocked.1.map(|mark| mocks::marked(&doc, mark));
            match index {
                Some(None) if doc.is_sound() => gone.push(mocked.clone()),
                Some(None) => {}
                _ => drop(runtime.spawn_blocking(mock.replacing(&path, doc.clone(), index.flatten()))),
            }
        }
        for mocked in gone {
            if let Some(mock) = self.runs.mocks.stop(&mocked) {
                let text = format!(
                    "The interaction that was mocked at {} was removed or has another name, so its mock \
                     server was stopped",
                    mock.url()
                );
                (self.say)(Said::Tell { text, error: false });
            }
            self.refresh_lenses();
        }
    }

    /// Somebody agreed that these addresses be asked.
    pub(in crate::lsp) fn allow(&mut self, addresses: Vec<String>, run: Run) {
        self.runs.allowed.extend(addresses);
        if let Err(why) = self.begin(run) {
            (self.say)(Said::Tell { text: why, error: true });
        }
    }

    fn serve(
        &mut self,
        mocked: Mocked,
        doc: Document,
        only: Option<usize>,
        config: &RunsConfig,
    ) -> Result<(), String> {
        let name = named(only.is_some());
        if let Some(url) = self.runs.mock_of(&mocked) {
            return Err(format!("A mock server of {name} listens at {url} already"));
        }
        if only.is_some_and(|index| !has_request(&doc, index)) {
            return Err("A message has no request that a mock server could answer".to_owned());
        }
        let wanted = config.mock_port.as_ref().map_or(0, |port| port.value);
        let (runtime, post, worker) = (self.runs.runtime()?, self.post.clone(), self.runs.worker());
        let port = self.runs.mocks.starts(mocked.clone(), wanted);
        let port = port.ok_or_else(|| format!("A mock server of {name} is about to listen"))?;
        runtime.spawn_blocking(move || work::serve(mocked, &doc, (only, port), worker, &post));
        Ok(())
    }

    fn verify(
        &mut self,
        path: Arc<str>,
        doc: Document,
        provider: String,
        state_url: Option<String>,
        run: &Run,
    ) -> Result<(), String> {
        let runtime = self.runs.runtime()?;
        let (number, stopped) = self.runs.begin();
        let title = if run.kind == RunKind::Try { "Trying" } else { "Verifying" };
        if self.client.progress {
            (self.say)(Said::Began { number, title: format!("{title} against {}", shown(&provider)) });
        }
        let job = work::Job {
            number,
            path,
            uri: Uri::clone(&run.uri),
            doc,
            worker: self.runs.worker(),
            only: run.index,
            provider,
            // Trying a request is the request alone.
            state_url: state_url.filter(|_| run.kind == RunKind::Verify),
            tries: run.kind == RunKind::Try,
        };
        runtime.spawn(work::verify(job, stopped, self.post.clone()));
        Ok(())
    }

    /// A run came to its end.
    pub(in crate::lsp) fn ran(&mut self, ran: Ran) {
        self.runs.under_way.remove(&ran.number);
        (self.say)(Said::Ended { number: ran.number });
        (self.say)(Said::Log(ran.log));
        (self.say)(Said::Tell { text: ran.text, error: ran.failed });
        if let Some(results) = ran.results {
            self.runs.results.entry(ran.path).or_default().take(results);
            if let Some(file) = self.files.get_mut(&ran.uri) {
                file.stale = true;
            }
            self.refresh();
            self.refresh_lenses();
        }
    }

    /// A mock server listens, or does not.
    pub(in crate::lsp) fn served(&mut self, served: Served) {
        let (text, mock) = match served.mock {
            Ok(mock) => {
                let name = named(served.mocked.1.is_some());
                (format!("A mock server of {name} listens at {}", mock.url()), Some(mock))
            }
            Err(why) => (why, None),
        };
        (self.say)(Said::Tell { text, error: mock.is_none() });
        let listens = mock.is_some();
        self.runs.mocks.started(served.mocked, mock);
        if listens {
            self.refresh_lenses();
        }
    }
}

/// What is mocked, in words.
fn named(one: bool) -> &'static str {
    if one { "this interaction" } else { "this pact" }
}

const NO_PROVIDER: &str = "No provider is named: write provider = \"http://localhost:8080\", or where \
                           yours listens, under [verify] in pactlens.toml";

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn this_machine_is_told_from_others() {
        for url in [
            "http://localhost:8080",
            "https://127.0.0.1/x",
            "http://[::1]:80/",
            "http://LOCALHOST",
            "http://127.9.9.9",
        ] {
            assert!(is_local(url), "{url}");
        }
        for url in [
            "http://example.org",
            "http://localhost.example.org",
            "http://localhost@example.org:80/",
            "http://127.0.0.1.example.org",
            "http://[2001:db8::1]/",
            "http://example.org/127.0.0.1",
            "http://example.org?@localhost",
            "http://example.org\\@localhost",
        ] {
            assert!(!is_local(url), "{url}");
        }
    }
}
