//! `pactlens mock --mutate -- COMMAND`: which fields of the responses a consumer's tests need.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::mock::{MockArgs, Signal};
use crate::cli::{Outcome, output, trouble};
use crate::report::escape;
use crate::runner::Contract;
use crate::runner::mock::{Field, Handle, Index, Kind, Mutation, Options};
use crate::text::counted;

/// How often to look whether the command has ended.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Debug, Args)]
pub(super) struct MutateArgs {
    /// Run the command after -- again and again, each time without one field of a response, and
    /// tell which fields it does not need: members of JSON, elements and attributes of XML,
    /// parameters of forms, headers, and a status that has a rule. Other bodies are left alone.
    #[arg(long, requires = "command")]
    mutate: bool,
    /// The most runs of the command.
    #[arg(long, value_name = "COUNT", default_value_t = 500, requires = "mutate")]
    mutate_runs: usize,
    /// How long a run may take, in seconds; longer ones count as failed.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "mutate")]
    mutate_timeout: u64,
    /// Show what the command prints.
    #[arg(long, short, requires = "mutate")]
    verbose: bool,
    /// The command, which finds the server's URL in PACT_MOCK_URL.
    #[arg(last = true, requires = "mutate", value_name = "COMMAND")]
    command: Vec<String>,
}

impl MutateArgs {
    /// The command and its arguments, if there is one.
    pub(super) fn command(&self) -> Option<&[String]> {
        self.mutate.then_some(&self.command[..])
    }
}

/// How a run of the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Passed,
    Failed,
    TooLong,
    Interrupted,
}

/// What is known of a field.
struct Verdict {
    field: Field,
    /// What is said of it.
    said: String,
    is_needed: bool,
}

struct Runner<'a> {
    command: &'a [String],
    url: String,
    args: &'a MutateArgs,
    interrupted: Arc<AtomicBool>,
    runs: usize,
}

pub(super) fn run(
    args: &MockArgs,
    command: &[String],
    contracts: Vec<Arc<Contract>>,
    options: Options,
) -> Outcome {
    let options = Options { events: false, per_provider: false, ..options };
    let handle = match super::start(args, contracts, options) {
        Ok(handle) => handle,
        Err(error) => return trouble(&error),
    };
    let interrupted = match listen() {
        Ok(interrupted) => interrupted,
        Err(error) => return trouble(&error),
    };
    let mut runner = Runner { command, url: handle.url(), args: &args.mutate, interrupted, runs: 0 };
    let outcome = runner.all(&handle, args.strict);
    handle.stop();
    outcome
}

/// Becomes true when the run is to end.
fn listen() -> Result<Arc<AtomicBool>, String> {
    let signal = Signal::new()?;
    let interrupted = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&interrupted);
    std::thread::spawn(move || {
        signal.wait();
        told.store(true, Ordering::Relaxed);
    });
    Ok(interrupted)
}

impl Runner<'_> {
    fn all(&mut self, handle: &Handle, strict: bool) -> Outcome {
        let named = escape(&self.command.join(" ")).into_owned();
        match self.run() {
            Err(error) => return trouble(&error),
            Ok(Run::Passed) => {}
            Ok(Run::Interrupted) => return trouble("interrupted"),
            Ok(ended) => {
                let how = if ended == Run::TooLong { "takes too long" } else { "fails" };
                eprintln!(
                    "pactlens: {named} {how} with the responses as they are in the pacts, so nothing can be \
                     said of a field; -v shows what it prints"
                );
                super::table::report(&handle.report());
                return Outcome::Findings;
            }
        }
        let Some(index) = handle.index() else { return trouble("the server has stopped") };
        let called = |number: &usize| index.entries.get(*number).is_some_and(|entry| entry.calls() > 0);
        let called: Vec<usize> = (0..index.entries.len()).filter(called).collect();
        if called.is_empty() {
            eprintln!(
                "pactlens: {named} passes, but no interaction was called; it finds the server in PACT_MOCK_URL"
            );
            super::table::report(&handle.report());
            return Outcome::Findings;
        }
        let mut verdicts = Vec::new();
        let mut left = 0;
        for number in &called {
            let (done, skipped) = match self.fields(handle, &index, *number) {
                Ok(found) => found,
                Err(error) => return trouble(&error),
            };
            show(&index, *number, &done);
            verdicts.extend(done);
            left += skipped;
        }
        let not_called = index.entries.len() - called.len();
        self.sum(&verdicts, left, not_called);
        let is_clean = verdicts.iter().all(|verdict| verdict.is_needed);
        if strict && !is_clean { Outcome::Findings } else { Outcome::Fine }
    }

    /// What is known of each field of a response, and how many were left out.
    fn fields(
        &mut self,
        handle: &Handle,
        index: &Index,
        number: usize,
    ) -> Result<(Vec<Verdict>, usize), String> {
        let mut done: Vec<Verdict> = Vec::new();
        let mut left = 0;
        for field in index.fields(number) {
            // What is part of something that nobody misses is not missed either.
            if done.iter().any(|verdict| !verdict.is_needed && field.is_below(&verdict.field)) {
                continue;
            }
            if self.runs >= self.args.mutate_runs {
                left += 1;
                continue;
            }
            let without = self.mutated(handle, &field, Kind::Dropped)?;
            let how = field.without();
            let (said, is_needed) = match without {
                Run::Interrupted => return Err("interrupted".to_owned()),
                Run::Failed => ("needed".to_owned(), true),
                Run::TooLong => (format!("needed ({how} the command takes too long)"), true),
                Run::Passed => (format!("not needed: passes {how}{}", self.emptied(handle, &field)?), false),
            };
            done.push(Verdict { field, said, is_needed });
        }
        Ok((done, left))
    }

    /// What is added of a field that is not needed: whether it may also be empty.
    fn emptied(&mut self, handle: &Handle, field: &Field) -> Result<String, String> {
        let Some(how) = field.emptied() else { return Ok(String::new()) };
        match self.mutated(handle, field, Kind::Emptied)? {
            Run::Interrupted => Err("interrupted".to_owned()),
            Run::Passed => Ok(format!(", and {how}")),
            Run::Failed | Run::TooLong => Ok(format!(" (but not {how})")),
        }
    }

    fn mutated(&mut self, handle: &Handle, field: &Field, kind: Kind) -> Result<Run, String> {
        handle.mutate(Some(Mutation { field: field.clone(), kind }));
        let ended = self.run();
        handle.mutate(None);
        ended
    }

    /// Runs the command once.
    fn run(&mut self) -> Result<Run, String> {
        self.runs += 1;
        let (Some(program), arguments) = (self.command.first(), self.command.get(1..).unwrap_or_default())
        else {
            return Err("there is no command".to_owned());
        };
        let out = || if self.args.verbose { Stdio::inherit() } else { Stdio::null() };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(out()).stderr(out());
        command.env("PACT_MOCK_URL", &self.url).env("PACTLENS_MOCK_URL", &self.url);
        // With a group of its own, so that what it starts can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child =
            command.spawn().map_err(|error| format!("cannot run {}: {error}", escape(program)))?;
        let until = Instant::now() + Duration::from_secs(self.args.mutate_timeout.max(1));
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(if status.success() { Run::Passed } else { Run::Failed }),
                Ok(None) => {}
                Err(error) => return Err(format!("cannot wait for {}: {error}", escape(program))),
            }
            let interrupted = self.interrupted.load(Ordering::Relaxed);
            if interrupted || Instant::now() >= until {
                end(&mut child);
                return Ok(if interrupted { Run::Interrupted } else { Run::TooLong });
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn sum(&self, verdicts: &[Verdict], left: usize, not_called: usize) {
        let needed = verdicts.iter().filter(|verdict| verdict.is_needed).count();
        let all = verdicts.len();
        drop(output::write(|out| {
            let percent = (needed * 100).checked_div(all).map(|it| format!(": {it} %")).unwrap_or_default();
            writeln!(
                out,
                "{needed} of {} needed{percent}   {}",
                counted(all, "field"),
                counted(self.runs, "run")
            )?;
            if needed < all {
                writeln!(
                    out,
                    "what is not needed is over-specified: the provider has to keep it, and nobody would miss it"
                )?;
            }
            if left > 0 {
                writeln!(
                    out,
                    "{} not tried (--mutate-runs {})",
                    counted(left, "field"),
                    self.args.mutate_runs
                )?;
            }
            if not_called > 0 {
                writeln!(
                    out,
                    "{} never called, so nothing is said of them",
                    counted(not_called, "interaction")
                )?;
            }
            Ok(())
        }));
    }
}

/// Ends a command and what it has started.
fn end(child: &mut Child) {
    let id = child.id().to_string();
    let mut killer = if cfg!(windows) {
        let mut command = Command::new("taskkill");
        command.args(["/T", "/F", "/PID", &id]);
        command
    } else {
        let mut command = Command::new("kill");
        command.args(["-KILL", "--", &format!("-{id}")]);
        command
    };
    drop(killer.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status());
    drop(child.kill());
    drop(child.wait());
}

fn show(index: &Index, number: usize, verdicts: &[Verdict]) {
    let Some((entry, (contract, item))) =
        index.entries.get(number).and_then(|it| Some((it, index.item(it)?)))
    else {
        return;
    };
    let rows: Vec<[String; 3]> = verdicts
        .iter()
        .map(|verdict| {
            let sign = if verdict.is_needed { "✓" } else { "✗" };
            let how = if verdict.field.is_ruled { "by rule" } else { "exact" };
            [
                format!("  {sign} {}", escape(&verdict.field.expression())),
                how.to_owned(),
                verdict.said.clone(),
            ]
        })
        .collect();
    drop(output::write(|out: &mut dyn Write| {
        let place = format!("{}:{}", escape(&contract.name), item.at.line + 1);
        writeln!(out, "\"{}\"   {place}", escape(index.title(entry)))?;
        if rows.is_empty() {
            writeln!(out, "  no field in its response")?;
        }
        super::table::write_columns(out, &rows)
    }));
}
