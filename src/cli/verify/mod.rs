//! `pactlens verify`.

mod args;
#[cfg(feature = "broker")]
mod broker;
mod failed;
#[cfg(feature = "broker")]
mod fetched;
mod mutate;
mod official;
mod options;
mod output;
mod proxy;
#[cfg(feature = "broker")]
mod published;
#[cfg(feature = "broker")]
mod results;
mod sources;
mod stubs;

use std::path::Path;
use std::sync::Arc;

use clap::CommandFactory;

pub(super) use args::VerifyArgs;

use crate::cli::selection::Selection;
use crate::cli::verify::failed::Failed;
#[cfg(feature = "broker")]
use crate::cli::verify::published::Published;
use crate::cli::verify::sources::{Found, Origin};
use crate::cli::{Cli, Outcome, config, trouble};
use crate::config::{Settings, today};
use crate::http::Address;
use crate::runner::contract::Contract;
use crate::runner::engine::STACK;
use crate::runner::verify::outcome::{Verdict, Verification};
use crate::runner::verify::{Event, Options, Selected, Verifier};
use crate::text::counted;

pub(super) fn run(args: &VerifyArgs) -> Outcome {
    if args.provider.hostname.as_deref() == Some("") {
        let mut cli = Cli::command();
        cli.build();
        let printed = cli.find_subcommand_mut("verify").map(clap::Command::print_help);
        return if matches!(printed, Some(Ok(()))) { Outcome::Fine } else { Outcome::Trouble };
    }
    if let Some(language) = args.provider.message_stub {
        let text = proxy::stub(language);
        let printed = crate::cli::output::write(|out| out.write_all(text.as_bytes()));
        return printed.map_or(Outcome::Trouble, |()| Outcome::Fine);
    }
    #[cfg(feature = "broker")]
    if let Some(wrong) = broker::misused(args) {
        return trouble(&wrong);
    }
    let (selection, options) = match resolve(args) {
        Ok(resolved) => resolved,
        Err(error) => return trouble(&error),
    };
    let threads = options.jobs.clamp(1, std::thread::available_parallelism().map_or(1, usize::from));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return trouble(&format!("cannot start threads: {error}")),
    };
    let outcome = runtime.block_on(verify(args, &selection, options)).unwrap_or_else(|error| trouble(&error));
    // What was stopped in the middle is not waited for.
    runtime.shutdown_background();
    outcome
}

/// What the flags and the configuration of the current folder come down to.
fn resolve(args: &VerifyArgs) -> Result<(Selection, Options), String> {
    let selection = args.selection.resolve(Settings { today: today(), ..Settings::default() })?;
    let options = match args.states.stub {
        // Nothing is sent, except to --url and the Broker.
        Some(_) => {
            Options { http: options::fetching(&args.provider)?, ..Options::new(Address::parse("localhost")?) }
        }
        None => options::options(args, &selection.index.project_of_folder(Path::new(".")).runs())?,
    };
    Ok((selection, options))
}

async fn verify(args: &VerifyArgs, selection: &Selection, options: Options) -> Result<Outcome, String> {
    let progress = args.progress.start(true);
    let found = sources::find(args, selection, &options).await?;
    if !config::tell(selection) {
        return Ok(Outcome::Trouble);
    }
    let mut outcome = Outcome::Fine;
    for error in &found.refused {
        eprintln!("pactlens: {error}");
        outcome = Outcome::Unknown;
    }
    for error in &found.errors {
        outcome = trouble(error);
    }
    found.note().iter().for_each(|note| eprintln!("pactlens: {note}"));
    let selected = select(args, &found);
    let total: usize = selected.iter().map(|pact| pact.items.len()).sum();
    if total == 0 {
        return Ok(if outcome == Outcome::Fine { nothing(args, &found) } else { outcome });
    }
    if let Some(language) = args.states.stub {
        return Ok(outcome.or_worse(stubs::print(language, &found, &selected)?));
    }
    let verifier = Verifier::new(options)?;
    progress.verify(total);
    let step = |event: Event<'_>| match event {
        Event::Done { .. } => progress.step(),
    };
    let verification = verifier.run(&selected, step, stopped()).await;
    drop(progress);
    for ((origin, _), result) in found.contracts.iter().zip(&verification.pacts) {
        if let Some(key) = sources::key(origin) {
            Failed::of(key).learn(result);
        }
    }
    outcome = outcome.or_worse(judge(&verification));
    #[cfg(feature = "broker")]
    let published = tokio::select! {
        published = published::publish(args, &found, &verification) => published,
        () = stopped() => Published::stopped(),
    };
    #[cfg(feature = "broker")]
    {
        outcome = outcome.or_worse(published.outcome);
    }
    let stub = stubs::command(args, selection, &found, &verification);
    let written = args.output.write(&found, &verification, outcome, stub.as_deref());
    #[cfg(feature = "broker")]
    published.lines.iter().for_each(|line| eprintln!("{line}"));
    written?;
    if args.run.mutate {
        mutate::print(&verification, args.output.is_text()).await?;
    }
    if verification.left > 0 {
        eprintln!(
            "pactlens: the run was stopped; {} of {total} interactions were not verified",
            verification.left
        );
    }
    Ok(outcome)
}

/// Ends when the user presses ctrl-c.
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Which interactions are verified.
fn select(args: &VerifyArgs, found: &Found) -> Vec<Selected> {
    let filter = options::filter(&args.filter);
    let mut selected: Vec<Selected> = found
        .contracts
        .iter()
        .map(|(_, contract)| {
            let picked = |at: &usize| filter.picks(&contract.items[*at]);
            Selected { contract: contract.clone(), items: (0..contract.items.len()).filter(picked).collect() }
        })
        .collect();
    if args.filter.last_failed {
        let failed = |(origin, contract): &(Origin, Arc<Contract>)| {
            sources::key(origin).map(|key| Failed::of(key).items(contract)).unwrap_or_default()
        };
        let failed: Vec<Vec<usize>> = found.contracts.iter().map(failed).collect();
        if failed.iter().all(Vec::is_empty) {
            eprintln!(
                "pactlens: no failure of an earlier run is known, so that all interactions are verified"
            );
        } else {
            for (pact, failed) in selected.iter_mut().zip(failed) {
                pact.items.retain(|item| failed.binary_search(item).is_ok());
            }
        }
    }
    selected
}

fn nothing(args: &VerifyArgs, found: &Found) -> Outcome {
    let empty = |outcome| if args.sources.ignore_no_pacts_error { Outcome::Fine } else { outcome };
    if found.contracts.is_empty() {
        return empty(args.selection.found_nothing(found.excluded, "verify"));
    }
    let of = counted(found.contracts.len(), "pact");
    eprintln!("pactlens: no interaction is left to verify, of {of}");
    empty(args.selection.empty())
}

/// What a run comes down to.
fn judge(verification: &Verification) -> Outcome {
    let results = || verification.pacts.iter().flat_map(|pact| &pact.results);
    let mut outcome = if verification.left > 0 { Outcome::Unknown } else { Outcome::Fine };
    for result in results().filter(|result| !result.pending) {
        outcome = outcome.or_worse(match &result.verdict {
            Verdict::Passed => Outcome::Fine,
            Verdict::Failed(_) => Outcome::Findings,
            // Nobody there is not the same as a handler that fails.
            Verdict::State
                if result
                    .states
                    .iter()
                    .all(|call| call.outcome.as_ref().err().is_none_or(|it| it.status.is_none())) =>
            {
                Outcome::Unknown
            }
            Verdict::State => Outcome::Findings,
            Verdict::NoAnswer(_) | Verdict::Unjudged(_) | Verdict::NotRun(_) => Outcome::Unknown,
        });
    }
    // Where everything is pending and nothing was seen, nothing is known.
    let seen = |verdict: &Verdict| matches!(verdict, Verdict::Passed | Verdict::Failed(_) | Verdict::State);
    if outcome == Outcome::Fine && !results().any(|result| seen(&result.verdict)) {
        Outcome::Unknown
    } else {
        outcome
    }
}
