//! The language server.
//!
//! A session on a thread of its own knows everything and does all the work; handlers only
//! carry events to it and answers back; one task says what the session has to say.

mod aside;
mod backend;
mod background;
mod configs;
mod convert;
mod event;
mod file;
mod frames;
mod gone;
mod heavy;
mod inbox;
mod known;
mod log;
mod notes;
mod pages;
#[cfg(feature = "runner")]
mod progress;
mod reader;
mod requests;
#[cfg(feature = "runner")]
mod runs;
mod session;
#[cfg(test)]
mod tests;
mod unopened;
mod workspace;

#[cfg(feature = "runner")]
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use tower_lsp::{Client, LspService, Server, ls_types};

use crate::analysis::cache;
use crate::analysis::configs::Lookup;
use crate::config::{Settings, today};
use backend::Backend;
use configs::Configs;
use event::Said;
use heavy::Unloading;
use pages::Pages;
use session::Session;

/// How many requests may be open at a time. An open one only waits, and a client that
/// reaches the limit would be heard no more, not even to cancel.
const OPEN_REQUESTS: usize = 1024;

/// How many bytes of messages may lie between the wire and the server; large ones go another way.
const PASSING: usize = 1 << 16;

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client asked to shut down first.
    Orderly,
    /// The client just went away.
    Abruptly,
    /// The server could not start.
    NotStarted,
}

/// What a server is started with.
#[derive(Debug, Default)]
pub struct Options {
    /// Where configuration is looked for.
    pub lookup: Lookup,
    /// The program whose hidden command judges what could take a server down that runs pacts.
    /// Without one such an interaction could not be judged.
    #[cfg(feature = "runner")]
    pub judge: Option<PathBuf>,
}

/// Serves a client on standard input and output until it leaves. The exit code is the one
/// that the protocol asks for: 0 after a shutdown request, else 1.
pub fn run_stdio(options: Options) -> ExitCode {
    log::panics_without_contents();
    let runtime = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            log::line(&format!("the server could not start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(async {
        let (post, inbox) = inbox::inbox();
        let pages = Pages::new(cache::folder("rules"));
        let mut bodies = frames::of_stdin();
        let next = async || bodies.recv().await;
        serve_with(post, inbox, pages, options, next, tokio::io::stdout()).await
    });
    // A read from standard input cannot be interrupted, and a client may leave it open.
    runtime.shutdown_background();
    if ended == Ended::Orderly { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Serves one client until it leaves, without pages of rules. Must run in a tokio runtime.
pub async fn serve(input: impl AsyncRead + Unpin, output: impl AsyncWrite) -> Ended {
    let (post, inbox) = inbox::inbox();
    serve_with(post, inbox, Pages::default(), Options::default(), frames::of(input), output).await
}

async fn serve_with(
    post: inbox::Post,
    inbox: inbox::Inbox,
    pages: Pages,
    options: Options,
    next: impl AsyncFnMut() -> Option<Vec<u8>>,
    output: impl AsyncWrite,
) -> Ended {
    let (say, said) = unbounded_channel();
    let say = move |words: Said| {
        // Without a listener there is nobody to tell.
        let _ = say.send(words);
    };
    let settings = Settings { today: today(), ..Settings::default() };
    let Some(configs) = Configs::new(options.lookup, settings) else { return Ended::NotStarted };
    let session = Session::new(inbox, post.clone(), configs, pages, say);
    #[cfg(feature = "runner")]
    let session = session.judging_with(options.judge);
    let thread = std::thread::Builder::new().name("session".to_owned()).spawn(move || session.run());
    if let Err(error) = thread {
        log::line(&format!("the server could not start: {error}"));
        return Ended::NotStarted;
    }
    // Other threads hold ways into the session too, so it is told when nobody listens.
    let _leave = Leave(post.clone());
    let shut_down = Arc::new(AtomicBool::new(false));
    let backend = Backend { post: post.clone(), shut_down: Arc::clone(&shut_down) };
    let mut listener = None;
    let service = LspService::build(|client| {
        listener = Some(client);
        backend
    });
    #[cfg(feature = "runner")]
    let service = service.custom_method("window/workDoneProgress/cancel", Backend::cancel_run);
    let (service, socket) = service.finish();
    if let Some(client) = listener {
        tokio::spawn(speak(client, said, post.clone()));
    }
    let (readable, input_end) = tokio::io::duplex(PASSING);
    let (loading, heavy) = tokio::sync::mpsc::channel(heavy::MOST);
    let service = Unloading { service, heavy };
    let server = Server::new(readable, output, socket).concurrency_level(OPEN_REQUESTS).serve(service);
    let passing = async {
        frames::pass_on(next, input_end, loading, &post).await;
        // Whether more arrives or not, it is the server that ends.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = server => {}
        () = passing => {}
    }
    if shut_down.load(Ordering::Acquire) { Ended::Orderly } else { Ended::Abruptly }
}

/// Tells the session that the connection is gone, however it went.
struct Leave(inbox::Post);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.send(event::Event::Left);
    }
}

/// Says what the session has to say, one thing after the other.
async fn speak(client: Client, mut said: UnboundedReceiver<Said>, post: inbox::Post) {
    #[cfg(not(feature = "runner"))]
    drop(post);
    #[cfg(feature = "runner")]
    let mut under_way = progress::UnderWay::default();
    let mut reading: Option<Reading> = None;
    let mut readings = 0;
    while let Some(words) = said.recv().await {
        match words {
            Said::Findings { uri, version, notes } => {
                // It came from the client, so it is one.
                let Ok(uri) = ls_types::Uri::from_str(&uri) else { continue };
                let diagnostics = convert::outgoing::diagnostics(&uri, notes);
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Said::Refresh => {
                // The client answers when it has asked again, which must not hold us up.
                let client = client.clone();
                tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
            }
            Said::Reading(true) => {
                readings += 1;
                drop(reading.replace(Reading::start(client.clone(), readings)));
            }
            // Dropped, it ends.
            Said::Reading(false) => drop(reading.take()),
            Said::RefreshLenses => {
                let client = client.clone();
                tokio::spawn(async move { client.code_lens_refresh().await });
            }
            Said::Show(uri) => {
                let Ok(uri) = ls_types::Uri::from_str(&uri) else { continue };
                let client = client.clone();
                tokio::spawn(async move { client.show_document(convert::outgoing::shown(uri)).await });
            }
            Said::Watch => {
                let client = client.clone();
                tokio::spawn(async move { client.register_capability(convert::outgoing::watching()).await });
            }
            #[cfg(feature = "runner")]
            Said::Tell { text, error } => {
                let kind = if error { ls_types::MessageType::WARNING } else { ls_types::MessageType::INFO };
                client.show_message(kind, text).await;
            }
            #[cfg(feature = "runner")]
            Said::Log(text) => client.log_message(ls_types::MessageType::INFO, text).await,
            #[cfg(feature = "runner")]
            Said::Ask { addresses, run } => {
                tokio::spawn(progress::ask(client.clone(), post.clone(), addresses, run));
            }
            #[cfg(feature = "runner")]
            Said::Offer { text, title, does, shows } => {
                tokio::spawn(progress::offer(client.clone(), text, title, does, shows));
            }
            #[cfg(feature = "runner")]
            Said::Began { number, title } => under_way.begin(&client, number, title),
            #[cfg(feature = "runner")]
            Said::Advanced { number, text, percent } => under_way.advance(number, text, percent),
            #[cfg(feature = "runner")]
            Said::Ended { number } => under_way.end(number),
            #[cfg(test)]
            Said::Settled => client.log_message(ls_types::MessageType::LOG, "settled").await,
        }
    }
}

/// A sign in the editor that folders are being read, until it is dropped.
struct Reading {
    _until: oneshot::Sender<()>,
}

impl Reading {
    fn start(client: Client, number: i32) -> Reading {
        let (until, ended) = oneshot::channel();
        tokio::spawn(async move {
            let token = ls_types::ProgressToken::String(format!("pactlens/{number}"));
            // A client that does not want it is not troubled with it.
            if client.create_work_done_progress(token.clone()).await.is_ok() {
                let progress = client.progress(token, "Reading pacts").begin().await;
                // It ends by being dropped.
                let _ = ended.await;
                progress.finish().await;
            }
        });
        Reading { _until: until }
    }
}
