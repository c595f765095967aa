//! `pactlens lint`: how a run goes. One file of it is in `check`, all of them at once in
//! `together`, what is known already in `known`, what is printed in `print`.

mod args;
mod check;
pub(super) mod known;
mod print;
mod together;

use std::time::Instant;

use rayon::prelude::*;

use crate::analysis::hints::Workspaces;
use crate::analysis::{AcrossOptions, RunOptions, Secrets, is_internal};
use crate::cli::changed::Narrowed;
use crate::cli::fix::Told;
use crate::cli::inputs::{Input, inputs};
use crate::cli::memory::Digest;
use crate::cli::output::Stream;
use crate::cli::progress::Progress;
use crate::cli::selection::Selection;
use crate::cli::{Outcome, config, show, trouble};
use crate::report::{self, Format, Summary};

pub(super) use args::LintArgs;
pub(super) use check::Checked;
use check::{Found, Reading};

/// Most findings that are reported of one file, the worst first: a report is for reading,
/// and a file made to have millions must not eat the memory.
const MAX_FINDINGS: usize = 20_000;

pub(super) fn run(args: &LintArgs) -> Outcome {
    outcome(args).unwrap_or_else(|error| trouble(&error))
}

/// What the run comes to, or why it is none.
fn outcome(args: &LintArgs) -> Result<Outcome, String> {
    let started = Instant::now();
    if let Some(error) = args.misused() {
        return Err(error.to_owned());
    }
    let selection = args.selection.resolve(args.settings())?;
    if let Some(path) = args.show.settings() {
        return Ok(show::settings(&selection, path));
    }
    // A person who types the input has no need of it.
    let typed = args.paths.iter().any(|path| path.as_os_str() == "-");
    let progress = args.progress.start(!typed);
    let (inputs, excluded_named) = inputs(&args.paths, &selection, &args.selection.stdin_filename)?;
    let configs = config::checked(&selection);
    if config::unusable(&configs) {
        drop(progress);
        return print::unusable(args, &configs);
    }
    if args.show.files() {
        drop(progress);
        return Ok(show::files(&inputs));
    }
    let known = known::load(&args.baseline, &selection)?;
    let way = || args.way(&selection, &known);
    let Narrowed { mut inputs, note, ignored } = args.changed.narrow(inputs, &args.paths, way)?;
    let handlers = config::handlers(&selection, None)?.handlers;
    args.fixing.once(&mut inputs);

    let baseline = (!args.baseline.writes()).then(|| known.baseline());
    let secrets = if args.show_secrets { Secrets::Shown } else { Secrets::Hidden };
    let options = RunOptions {
        profile: args.profile,
        // One file gets all cores inside, several get one each.
        one_core: inputs.len() != 1,
        most: Some(MAX_FINDINGS),
        summary: true,
        suppressed: true,
        once: true,
        baseline,
        secrets,
        ..RunOptions::default()
    };
    let (readings, told) = check_each(&inputs, args, &selection, options, &progress);
    drop(progress);
    if let Some(note) = note {
        eprintln!("pactlens: {}", report::escape(&note));
    }
    let fixing = args.fixing.tell(&told);
    let Found { mut checked, skipped, nothing, failed } = Found::of(&inputs, readings);
    let mut trouble_met = failed || fixing == Outcome::Trouble;
    if args.fixing.only_diff() {
        return Ok(match fixing {
            _ if trouble_met => Outcome::Trouble,
            Outcome::Findings => Outcome::Findings,
            _ if nothing => args.found_nothing(excluded_named),
            _ => Outcome::Fine,
        });
    }

    let across = AcrossOptions {
        secrets,
        handlers: &handlers,
        baseline,
        suppressed: true,
        ..AcrossOptions::default()
    };
    let mut origins = args.origin.origins();
    together::look(&mut checked, &mut origins, across);
    let seen: Vec<(String, Option<Digest>)> =
        checked.iter().filter(|file| !file.beside).map(|file| (file.shown.clone(), file.digest)).collect();
    checked.retain(|file| !file.beside || !file.analysis.findings.is_empty());
    together::look_for_tests(&mut checked, &mut origins);
    write_hints(args, &mut checked, &selection);
    print::unlisted(&checked);
    let searched = inputs.iter().any(|input| !input.named);
    let pruned = known::see_to(args, &known, &mut checked, searched).unwrap_or_else(|error| {
        trouble(&error);
        trouble_met = true;
        false
    });

    let mut summary = Summary { files_checked: checked.len(), files_skipped: skipped, ..Summary::default() };
    checked.splice(0..0, configs);
    print::count(&checked, &mut summary);
    summary.elapsed = started.elapsed();
    if args.profile {
        print::profile(&checked);
    }
    // Of no file at all, "nothing found" would read like "all is well".
    if !checked.is_empty() || !matches!(args.format, Format::Text | Format::Concise) {
        let stream = if args.fixing.echoes(&inputs) { Stream::Error } else { Stream::Out };
        print::report(args, &checked, &summary, stream)?;
    }
    if trouble_met || checked.iter().any(|file| file.analysis.findings.iter().any(is_internal)) {
        return Ok(Outcome::Trouble);
    }
    let failing = print::failing(args.fail_on, &checked, &selection);
    if let Some(ignored) = ignored {
        ignored.learn(seen, &failing);
    }
    Ok(match () {
        () if pruned || !failing.is_empty() => Outcome::Findings,
        () if nothing => args.found_nothing(excluded_named),
        () => Outcome::Fine,
    })
}

/// Checks the files, each by itself.
fn check_each(
    inputs: &[Input],
    args: &LintArgs,
    selection: &Selection,
    options: RunOptions<'_>,
    progress: &Progress,
) -> (Vec<Reading>, Vec<Told>) {
    progress.check(inputs.len());
    let one = |input: &Input| {
        let mut told = Told::default();
        let reading = check::check(input, args, selection, options, &mut told);
        progress.step();
        (reading, told)
    };
    if options.one_core { inputs.par_iter().map(one).unzip() } else { inputs.iter().map(one).unzip() }
}

/// Gives findings what to write in the consumer's tests.
fn write_hints(args: &LintArgs, checked: &mut [Checked], selection: &Selection) {
    let workspaces = Workspaces::default();
    for Checked { changes, analysis, source, path, pact, .. } in checked {
        let project = selection.index.project(path);
        let dsl = project.dsl(pact[0].as_deref()).and_then(|from| from.value);
        args.hints.write(changes, &mut analysis.findings, source, &workspaces, dsl);
    }
}
