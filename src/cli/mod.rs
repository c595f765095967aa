//! The command line: one file a command.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line is where the environment and the terminal are"
)]

mod baseline;
#[cfg(feature = "broker")]
mod broker;
mod changed;
mod config;
mod explain;
mod fix;
mod git;
mod hints;
mod inputs;
#[cfg(feature = "runner")]
mod judge_worker;
mod lint;
mod memory;
#[cfg(feature = "runner")]
mod mock;
mod origin;
mod output;
mod progress;
#[cfg(feature = "http")]
mod reach;
mod selection;
mod show;
mod states;
mod upgrade;
mod values;
#[cfg(feature = "runner")]
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a run comes down to, for every command and format. Where several apply the
/// order is 2, 1, 4, 3, 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 0: nothing to complain of.
    Fine,
    /// 1: findings at or above `--fail-on`, an answer that is not what a pact asks for.
    Findings,
    /// 2: wrong usage, unreadable input, a rule that failed.
    Trouble,
    /// 3: nothing to check.
    Nothing,
    /// 4: unreachable, or could not be judged.
    #[cfg(feature = "http")]
    Unknown,
}

impl Outcome {
    fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// The exit code.
    fn number(self) -> u8 {
        match self {
            Outcome::Fine => 0,
            Outcome::Findings => 1,
            Outcome::Trouble => 2,
            Outcome::Nothing => 3,
            #[cfg(feature = "http")]
            Outcome::Unknown => 4,
        }
    }

    /// The one of the two that counts.
    #[cfg(feature = "http")]
    fn or_worse(self, other: Outcome) -> Outcome {
        let order = [Outcome::Trouble, Outcome::Findings, Outcome::Unknown, Outcome::Nothing];
        order.into_iter().find(|it| [self, other].contains(it)).unwrap_or(Outcome::Fine)
    }
}

/// Linter and language server for Pact contract files.
#[derive(Debug, Parser)]
#[command(name = "pactlens", version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(after_help = "Exit codes: 0 fine, 1 findings, 2 usage or unreadable input, 3 nothing to check.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    lint: lint::LintArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check pact files (also what `pactlens` alone does).
    Lint(lint::LintArgs),
    /// Show what a rule finds, why, and what to do.
    Explain(explain::ExplainArgs),
    /// List all rules.
    Rules(explain::RulesArgs),
    /// List the provider states that pacts ask for, and find those without a handler.
    States(states::StatesArgs),
    /// Bring pacts to a newer version of the specification, and say what changes in meaning.
    Upgrade(upgrade::UpgradeArgs),
    /// Replay the requests of pacts against a provider and compare its answers.
    #[cfg(feature = "runner")]
    Verify(Box<verify::VerifyArgs>),
    /// Publish pacts to a Pact Broker, and ask it whether a version may be deployed.
    #[cfg(feature = "broker")]
    Broker(Box<broker::BrokerArgs>),
    /// Serve the responses of pacts over HTTP, and say why a request matches none.
    #[cfg(feature = "runner")]
    #[command(visible_alias = "serve")]
    Mock(Box<mock::MockArgs>),
    /// Speak the language server protocol on standard input and output.
    #[cfg(feature = "lsp")]
    Lsp(LspArgs),
    /// Judge what a run hands over (started by `pactlens` itself).
    #[cfg(feature = "runner")]
    #[command(hide = true)]
    JudgeWorker,
}

/// Flags that editors pass to every language server.
#[cfg(feature = "lsp")]
#[derive(Debug, clap::Args)]
struct LspArgs {
    /// Accepted because editors pass it; it is the only transport.
    #[arg(long)]
    stdio: bool,
    #[command(flatten)]
    config: selection::ConfigArgs,
}

/// Says on standard error why a run is none.
fn trouble(message: &str) -> Outcome {
    eprintln!("pactlens: {message}");
    Outcome::Trouble
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are printed as asked and are no failure.
            let code = if error.use_stderr() { Outcome::Trouble } else { Outcome::Fine };
            return error.print().map_or(Outcome::Trouble, |()| code).code();
        }
    };
    match cli.command {
        None => lint::run(&cli.lint).code(),
        Some(Command::Lint(args)) => lint::run(&args).code(),
        Some(Command::Explain(args)) => explain::explain(&args).code(),
        Some(Command::Rules(args)) => explain::rules(&args).code(),
        Some(Command::States(args)) => states::run(&args).code(),
        Some(Command::Upgrade(args)) => upgrade::run(&args).code(),
        #[cfg(feature = "runner")]
        Some(Command::Verify(args)) => verify::run(&args).code(),
        #[cfg(feature = "broker")]
        Some(Command::Broker(args)) => broker::run(&args).code(),
        #[cfg(feature = "runner")]
        Some(Command::Mock(args)) => mock::run(&args).code(),
        #[cfg(feature = "lsp")]
        Some(Command::Lsp(LspArgs { stdio: _, config })) => crate::lsp::run_stdio(crate::lsp::Options {
            lookup: config.lookup(),
            #[cfg(feature = "runner")]
            judge: judge_worker::program(),
        }),
        #[cfg(feature = "runner")]
        Some(Command::JudgeWorker) => judge_worker::run().code(),
    }
}
