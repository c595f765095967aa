//! `pactlens states`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::analysis::states::{PactStates, compare, index};
use crate::cli::config;
use crate::cli::inputs::{Input, inputs};
use crate::cli::selection::SelectionArgs;
use crate::cli::{Outcome, output, trouble};
use crate::config::{Settings, today};
use crate::report::{self, ColourChoice, StatesFormat, StatesReport, StubLanguage};

const EXIT_CODES: &str = "\
Exit codes, the same for every format:
  0  listed; with --check also: every state of the providers that are judged has a handler
  1  with --check: a state has no handler
  2  wrong usage, a mistake in pactlens.toml, unreadable input, or a named file that is no pact
     (unless --if-pact)
  3  nothing to check: no pact, or, with --check, states but no handler to hold them against
     (0 with --allow-empty; without a pact also with --if-pact)";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct StatesArgs {
    /// Pacts and folders to search for pacts, or `-` for standard input; by default the current
    /// folder.
    paths: Vec<PathBuf>,
    /// Source files and folders to search for handlers (repeatable); by default what
    /// pactlens.toml names, else the current folder.
    #[arg(long, value_name = "PATH")]
    handlers: Vec<PathBuf>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: StatesFormat,
    /// The language to write stubs of missing handlers in; by default that of most handlers.
    #[arg(long, value_enum, value_name = "LANG")]
    stub: Option<StubLanguage>,
    /// Exit 1 if a state has no handler.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    selection: SelectionArgs,
    /// When to colour the output.
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    color: ColourChoice,
}

enum Reading {
    Pact(PactStates),
    Skipped,
    Failed(String),
}

pub(super) fn run(args: &StatesArgs) -> Outcome {
    let settings = Settings { today: today(), ..Settings::default() };
    let selected = args.selection.resolve(settings).and_then(|selection| {
        let inputs = inputs(&args.paths, &selection, &args.selection.stdin_filename)?;
        Ok((selection, inputs))
    });
    let (selection, (inputs, excluded_named)) = match selected {
        Ok(selected) => selected,
        Err(error) => return trouble(&error),
    };
    if inputs.is_empty() {
        // The folder that was searched has a configuration all the same.
        selection.index.project_of_folder(Path::new("."));
    }
    if !config::tell(&selection) {
        return Outcome::Trouble;
    }
    let found = match config::handlers(&selection, Some(&args.handlers)) {
        Ok(found) => found,
        Err(error) => return trouble(&error),
    };
    let readings: Vec<Reading> = inputs.par_iter().map(|input| read(input, args.selection.if_pact)).collect();
    let mut outcome = Outcome::Fine;
    let mut pacts = Vec::new();
    for reading in readings {
        match reading {
            Reading::Pact(pact) => pacts.push(pact),
            Reading::Skipped => {}
            Reading::Failed(error) => outcome = trouble(&error),
        }
    }
    let providers = index(&pacts);
    let compared = compare(&providers, &found.handlers);
    let report = StatesReport {
        providers: &providers,
        handlers: &found.handlers,
        compared: &compared,
        dynamic: &found.dynamic,
        pacts: pacts.len(),
        sources: found.sources,
        stub: args.stub,
    };
    if pacts.is_empty() && args.format == StatesFormat::Text {
        // A list of nothing would read like "no state is missing".
    } else if let Err(error) = print(args, &report) {
        return trouble(&format!("cannot write to standard output: {error}"));
    }
    if outcome == Outcome::Trouble {
        return outcome;
    }
    if pacts.is_empty() {
        return args.selection.found_nothing(excluded_named, "check");
    }
    if args.check && !compared.missing.is_empty() {
        return Outcome::Findings;
    }
    let any_state = providers.iter().any(|provider| !provider.states.is_empty());
    if args.check && any_state && found.handlers.is_empty() {
        eprintln!("pactlens: found no handler to hold the states against");
        return args.selection.empty();
    }
    Outcome::Fine
}

fn print(args: &StatesArgs, report: &StatesReport<'_>) -> std::io::Result<()> {
    let colour = output::colour(args.color);
    output::write(|out: &mut dyn Write| report::render_states(args.format, report, colour, out))
}

fn read(input: &Input, if_pact: bool) -> Reading {
    if input.excluded {
        return Reading::Skipped;
    }
    match input.pact(if_pact) {
        Ok(Some((doc, _))) => Reading::Pact(PactStates::of(&input.shown, &doc)),
        Ok(None) => Reading::Skipped,
        Err(error) => Reading::Failed(error),
    }
}
