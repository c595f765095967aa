//! `pactlens mock`.

mod log;
mod mutate;
mod pacts;
mod table;
mod watch;

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;

use crate::cli::selection::SelectionArgs;
use crate::cli::{Outcome, trouble};
use crate::report::escape;
use crate::runner::Contract;
use crate::runner::mock::{self, Limits, Options, Report, Tls};

use mutate::MutateArgs;

const HELP: &str = "\
A request that no interaction matches is answered with status 500 and the reasons in JSON; one
whose interaction needs a plugin, or is not loaded by the official core, with 501. Such an
interaction is known by its method, and by its path or the rules of that.

Provider states: --state, or the header x-pact-state of a request, narrows the interactions to
those with a provider state of this name; if no pact has that name, it is a regular expression
that is searched for in the names. Interactions without a provider state are then left out,
unless --stateless serves them where none with the state matches. A --state that no interaction
has is refused, unless --watch may bring one.

Exit codes, the same for every format:
  0  served until stopped
  1  with --strict: an interaction was never called, or an unexpected request came; with a
     command after --: the command failed as it is, or, with --strict, fields are over-specified
  2  wrong usage, a mistake in pactlens.toml, unreadable input, no port to listen on, or a
     provider state that no interaction has
  3  nothing to serve (0 with --allow-empty)";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct MockArgs {
    /// Pacts and folders to search for pacts; by default the current folder.
    paths: Vec<PathBuf>,
    /// The port to listen on; 0 for one that is free. By default that of [mock] in
    /// pactlens.toml of the current folder, or else one that is free.
    #[arg(long)]
    port: Option<u16>,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    host: IpAddr,
    /// Serve each provider on a port of its own.
    #[arg(long)]
    per_provider: bool,
    /// Answer preflight requests of browsers.
    #[arg(long)]
    cors: bool,
    /// Serve only interactions with this provider state (a name or a regular expression).
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// The header that names the provider state for one request.
    #[arg(long, value_name = "HEADER", default_value = "x-pact-state")]
    state_header: String,
    /// With a provider state: serve also interactions that have none.
    #[arg(long, alias = "empty-provider-state")]
    stateless: bool,
    /// Read pacts again when they change.
    #[arg(long)]
    watch: bool,
    /// Speak TLS, with a certificate made for this run.
    #[arg(long)]
    tls: bool,
    /// Speak TLS with the certificates in this file (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// The largest body of a request, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body)]
    max_body: usize,
    /// The largest headers of a request, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().headers)]
    max_headers: usize,
    /// The most connections at a time.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// How long to wait for a request, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().read.as_secs())]
    read_timeout: u64,
    /// When stopped, tell what was never called and what was not expected, on standard error.
    #[arg(long)]
    report: bool,
    /// When stopped, write the same to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    report_json: Option<PathBuf>,
    /// Exit 1 if an interaction was never called, or a request was not expected.
    #[arg(long)]
    strict: bool,
    /// Print no line for each request.
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    mutate: MutateArgs,
    #[command(flatten)]
    selection: SelectionArgs,
}

fn host(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse().map_err(|_| "it is no IP address (names are not looked up)".to_owned())
}

pub(super) fn run(args: &MockArgs) -> Outcome {
    let pacts = match pacts::Pacts::new(&args.paths, &args.selection) {
        Ok(pacts) => pacts,
        Err(outcome) => return outcome,
    };
    let options = match options(args, pacts.port) {
        Ok(options) => options,
        Err(error) => return trouble(&error),
    };
    let read = pacts.read();
    for fault in &read.faults {
        eprintln!("pactlens: {}", escape(fault));
    }
    if !read.faults.is_empty() && !args.watch {
        return Outcome::Trouble;
    }
    if read.contracts.is_empty() && !args.watch {
        return args.selection.found_nothing(pacts.excluded_named, "serve");
    }
    if let Some(command) = args.mutate.command() {
        return mutate::run(args, command, read.contracts, options);
    }
    serve(args, pacts, read.contracts, options)
}

/// What the flags come down to; `configured` is the port of pactlens.toml.
fn options(args: &MockArgs, configured: Option<u16>) -> Result<Options, String> {
    let read = |path: &PathBuf| {
        fs::read(path).map_err(|error| format!("cannot read {}: {error}", escape(&path.to_string_lossy())))
    };
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some(Tls::Pem { certificates: read(cert)?, key: read(key)? }),
        _ => args.tls.then_some(Tls::SelfSigned),
    };
    let limits = Limits {
        body: args.max_body,
        headers: args.max_headers,
        read: Duration::from_secs(args.read_timeout.max(1)),
        connections: args.max_connections.max(1),
        ..Limits::default()
    };
    Ok(Options {
        host: args.host,
        port: args.port.or(configured).unwrap_or(0),
        per_provider: args.per_provider,
        cors: args.cors,
        state: args.state.clone(),
        state_header: args.state_header.clone(),
        stateless: args.stateless,
        tls,
        limits,
        events: !args.quiet,
    })
}

fn serve(
    args: &MockArgs,
    mut pacts: pacts::Pacts,
    contracts: Vec<Arc<Contract>>,
    options: Options,
) -> Outcome {
    let handle = match start(args, contracts, options) {
        Ok(handle) => handle,
        Err(error) => return trouble(&error),
    };
    let signal = match Signal::new() {
        Ok(signal) => signal,
        Err(error) => return trouble(&error),
    };
    table::print(&handle, args.watch);
    let (watched, stopped) = (AtomicBool::new(true), AtomicBool::new(false));
    let report = std::thread::scope(|scope| {
        if let Some(events) = handle.events() {
            scope.spawn(|| log::print(events, &stopped));
        }
        let watcher = args.watch.then(|| scope.spawn(|| watch::run(&mut pacts, &handle, &watched)));
        signal.wait();
        watched.store(false, Ordering::Relaxed);
        if let Some(watcher) = watcher {
            drop(watcher.join());
        }
        let report = handle.stop();
        stopped.store(true, Ordering::Relaxed);
        report
    });
    end(args, &report)
}

/// Starts the server; the error says what was wrong, and with what.
fn start(args: &MockArgs, contracts: Vec<Arc<Contract>>, options: Options) -> Result<mock::Handle, String> {
    let configured = args.port.is_none() && options.port != 0;
    let handle = mock::start(contracts, options).map_err(|error| match configured {
        true => format!("{error} (the port is that of pactlens.toml; --port 0 takes one that is free)"),
        false => error,
    })?;
    match handle.state_fault() {
        // A pact that changes may have it soon.
        Some(fault) if args.watch => eprintln!("pactlens: {}", escape(&fault)),
        Some(fault) => return Err(escape(&fault).into_owned()),
        None => {}
    }
    Ok(handle)
}

/// Tells what has happened.
fn end(args: &MockArgs, report: &Report) -> Outcome {
    if args.report || args.strict {
        table::report(report);
    }
    if let Some(path) = &args.report_json {
        let text = serde_json::to_string_pretty(report).unwrap_or_default() + "\n";
        if let Err(error) = fs::write(path, text) {
            return trouble(&format!("cannot write {}: {error}", escape(&path.to_string_lossy())));
        }
    }
    let complaint = !report.never_called.is_empty() || !report.unexpected.is_empty();
    if args.strict && complaint { Outcome::Findings } else { Outcome::Fine }
}

/// What ends a run: ctrl-c, or a signal to terminate.
struct Signal {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signal {
    /// Listens from now on, so that a signal that comes early is not lost.
    fn new() -> Result<Signal, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot wait for signals: {error}"))?;
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let entered = runtime.enter();
            let listen = |kind| signal(kind).map_err(|error| format!("cannot wait for signals: {error}"));
            let (terminate, interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
            drop(entered);
            Ok(Signal { runtime, terminate, interrupt })
        }
        #[cfg(not(unix))]
        Ok(Signal { runtime })
    }

    #[cfg(unix)]
    fn wait(mut self) {
        self.runtime.block_on(async {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        });
    }

    #[cfg(not(unix))]
    fn wait(self) {
        drop(self.runtime.block_on(tokio::signal::ctrl_c()));
    }
}
