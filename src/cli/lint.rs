//! `pactlens lint`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use crate::analysis::files::{self, Loaded};
use crate::analysis::{
    AcrossOptions, Analysis, Document, Profile, RunOptions, Secrets, analyse, input_fault, is_internal,
};
use crate::cli::config;
use crate::cli::fix::{FixArgs, Told};
use crate::cli::inputs::{Input, Source, inputs};
use crate::cli::output::{self, ColorArg, Stream};
use crate::cli::selection::{Selection, SelectionArgs};
use crate::cli::show::{self, ShowArgs};
use crate::cli::together::{self, Together};
use crate::cli::{Outcome, trouble};
use crate::config::file::{FailOn, Generated};
use crate::config::{Levels, Settings, Traits, today};
use crate::diagnostic::Severity;
use crate::model::regex::Target;
use crate::report::{self, FileReport, PactRef, Summary};
use crate::rules::{ALL, Preset};
use crate::text::LineIndex;

/// Most findings that are reported of one file, the worst first: a report is for reading,
/// and a file made to have millions must not eat the memory.
const MAX_FINDINGS: usize = 20_000;

const EXIT_CODES: &str = "\
Exit codes, the same for every format:
  0  nothing at or above --fail-on; with --diff: nothing to change
  1  findings at or above --fail-on; invalid JSON in a pact is one; with --fix those that are
     left; with --diff: something to change
  2  wrong usage, unreadable input, a named file that is no pact (unless --if-pact), or a file
     that could not be fixed
  3  nothing to check (0 with --allow-empty or --if-pact)";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct LintArgs {
    /// Files and folders to check, or `-` for standard input; by default the current folder.
    paths: Vec<PathBuf>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// The set of rules to start from; by default that of pactlens.toml, else recommended.
    #[arg(long, value_enum)]
    preset: Option<PresetArg>,
    /// Run only these rules or groups (repeatable, or separated by commas).
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    select: Vec<String>,
    /// Do not run these rules or groups (repeatable, or separated by commas).
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    ignore: Vec<String>,
    /// Engines that regular expressions must suit (repeatable, or separated by commas). By
    /// default those that verify providers today: rust and jvm, for pact-ruby's files also ruby.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ENGINE")]
    regex_target: Vec<TargetArg>,
    #[command(flatten)]
    fixing: FixArgs,
    /// The least severity that makes the exit code 1; by default that of pactlens.toml, else
    /// error.
    #[arg(long, value_enum)]
    fail_on: Option<FailOnArg>,
    /// Skip named files that are no pacts, and exit 0 if nothing is left: for hooks.
    #[arg(long)]
    if_pact: bool,
    /// Exit 0 instead of 3 when there is nothing to check.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    show: ShowArgs,
    /// What to call standard input in the report.
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    stdin_filename: String,
    /// When to colour the output.
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    color: ColorArg,
    /// Show secrets and personal data instead of asterisks.
    #[arg(long)]
    show_secrets: bool,
    /// Print the time that each rule took, on standard error.
    #[arg(long)]
    profile: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum FormatArg {
    #[default]
    Text,
    Concise,
    Json,
    Sarif,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PresetArg {
    Minimal,
    Recommended,
    Strict,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TargetArg {
    /// The official core and all libraries built on it.
    Rust,
    /// pact-jvm.
    Jvm,
    /// pact-ruby and its standalone tools.
    Ruby,
    /// RegExp of JavaScript.
    Js,
    /// The re module of Python.
    Python,
    /// The official core compiled to WebAssembly.
    Wasm,
}

impl From<TargetArg> for Target {
    fn from(target: TargetArg) -> Target {
        match target {
            TargetArg::Rust => Target::Rust,
            TargetArg::Jvm => Target::Jvm,
            TargetArg::Ruby => Target::Ruby,
            TargetArg::Js => Target::Js,
            TargetArg::Python => Target::Python,
            TargetArg::Wasm => Target::Wasm,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOnArg {
    Error,
    Warning,
    Info,
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(arg: FailOnArg) -> FailOn {
        match arg {
            FailOnArg::Error => FailOn::Error,
            FailOnArg::Warning => FailOn::Warning,
            FailOnArg::Info => FailOn::Info,
            FailOnArg::Never => FailOn::Never,
        }
    }
}

/// A file that was read.
pub(super) struct Checked {
    pub(super) shown: String,
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) source: Source,
    pub(super) analysis: Analysis,
    /// `None` for a configuration file.
    pub(super) levels: Option<Arc<Levels>>,
    pub(super) pact: [Option<String>; 2],
    pub(super) specification: Option<&'static str>,
}

impl Checked {
    /// The same for a report.
    pub(super) fn report<'a>(&'a self, lines: &'a LineIndex) -> FileReport<'a> {
        FileReport {
            path: &self.shown,
            text: &self.text,
            lines,
            findings: &self.analysis.findings,
            pact: self.specification.map(|specification| PactRef {
                consumer: self.pact[0].as_deref(),
                provider: self.pact[1].as_deref(),
                specification: Some(specification),
            }),
        }
    }
}

enum Reading {
    Checked(Box<Checked>),
    /// Not a pact.
    Skipped,
    /// Not a pact, but named as one; with what is wrong with it.
    NotAPact(Box<Checked>),
    Failed(String),
}

pub(super) fn run(args: &LintArgs) -> Outcome {
    let started = Instant::now();
    if let Some(error) = args.fixing.misused() {
        return trouble(error);
    }
    let selection = match args.selection.resolve(settings(args)) {
        Ok(selection) => selection,
        Err(error) => return trouble(&error),
    };
    if let Some(path) = args.show.settings() {
        return show::settings(&selection, path);
    }
    let (mut inputs, excluded_named) = match inputs(&args.paths, &selection, &args.stdin_filename) {
        Ok(inputs) => inputs,
        Err(error) => return trouble(&error),
    };
    let configs = config::checked(&selection);
    if config::unusable(&configs) {
        return unusable(args, &configs);
    }
    if args.show.files() {
        return show::files(&inputs);
    }
    args.fixing.once(&mut inputs);
    let handlers = match config::handlers(&selection, None) {
        Ok(found) => found.handlers,
        Err(error) => return trouble(&error),
    };
    // One file gets both cores inside, several get one each.
    let alone = inputs.len() == 1;
    let options = RunOptions {
        profile: args.profile,
        one_core: !alone,
        most: Some(MAX_FINDINGS),
        summary: true,
        secrets: if args.show_secrets { Secrets::Shown } else { Secrets::Hidden },
        ..RunOptions::default()
    };
    let read = |input: &Input| {
        let mut told = Told::default();
        (check(input, args, &selection, options, &mut told), told)
    };
    let (results, told): (Vec<Reading>, Vec<Told>) =
        if alone { inputs.iter().map(read).unzip() } else { inputs.par_iter().map(read).unzip() };

    let fixing = args.fixing.tell(&told);
    let mut outcome = if fixing == Outcome::Trouble { fixing } else { Outcome::Fine };
    let mut checked = Vec::new();
    let mut summary = Summary::default();
    let mut nothing = true;
    for (input, result) in inputs.iter().zip(results) {
        match result {
            Reading::Checked(file) => {
                nothing = false;
                checked.push(*file);
            }
            Reading::Skipped => summary.files_skipped += 1,
            Reading::NotAPact(file) => {
                nothing = false;
                let name = report::escape(&input.shown);
                outcome = trouble(&format!("{name} is no pact; --if-pact skips such files"));
                checked.push(*file);
            }
            Reading::Failed(error) => {
                nothing = false;
                outcome = trouble(&error);
            }
        }
    }
    if args.fixing.only_diff() {
        return match (outcome, fixing) {
            (Outcome::Trouble, _) => Outcome::Trouble,
            (_, Outcome::Findings) => Outcome::Findings,
            _ if nothing => found_nothing(args, excluded_named),
            _ => Outcome::Fine,
        };
    }
    let together =
        AcrossOptions { secrets: options.secrets, handlers: &handlers, ..AcrossOptions::default() };
    look_at_all_together(&mut checked, together);
    for file in &checked {
        let unlisted = file.analysis.total.saturating_sub(file.analysis.findings.len());
        if unlisted > 0 {
            let name = report::escape(&file.shown);
            eprintln!("pactlens: {name} has {unlisted} more findings, none worse than those listed");
        }
    }
    summary.files_checked = checked.len();
    checked.splice(0..0, configs);
    count(&checked, &mut summary);
    summary.elapsed = started.elapsed();
    if args.profile {
        print_profile(&checked);
    }
    if checked.is_empty() && matches!(args.format, FormatArg::Text | FormatArg::Concise) {
        // "Nothing found" would read like "all is well".
    } else {
        let stream = if args.fixing.echoes(&inputs) { Stream::Error } else { Stream::Out };
        if let Err(error) = print(args, &checked, &summary, stream) {
            return trouble(&format!("cannot write the report: {error}"));
        }
    }
    if outcome == Outcome::Trouble || checked.iter().any(|f| f.analysis.findings.iter().any(is_internal)) {
        return Outcome::Trouble;
    }
    if fails(args.fail_on, &checked, &selection) {
        return Outcome::Findings;
    }
    if nothing { found_nothing(args, excluded_named) } else { Outcome::Fine }
}

/// Prints what makes a configuration file unusable.
fn unusable(args: &LintArgs, configs: &[Checked]) -> Outcome {
    let mut summary = Summary::default();
    count(configs, &mut summary);
    let stream = if args.fixing.only_diff() { Stream::Error } else { Stream::Out };
    match print(args, configs, &summary, stream) {
        Ok(()) => Outcome::Trouble,
        Err(error) => trouble(&format!("cannot write the report: {error}")),
    }
}

fn found_nothing(args: &LintArgs, excluded_named: bool) -> Outcome {
    // A hook names files, and what is excluded is none of its business.
    if args.if_pact || excluded_named {
        return Outcome::Fine;
    }
    eprintln!("pactlens: found no pact to check");
    if args.allow_empty { Outcome::Fine } else { Outcome::Nothing }
}

fn settings(args: &LintArgs) -> Settings {
    let preset = args.preset.map(|preset| match preset {
        PresetArg::Minimal => Preset::Minimal,
        PresetArg::Recommended => Preset::Recommended,
        PresetArg::Strict => Preset::Strict,
    });
    let targets = args.regex_target.iter().map(|target| Target::from(*target)).collect();
    Settings { preset, select: args.select.clone(), ignore: args.ignore.clone(), today: today(), targets }
}

fn check(
    input: &Input,
    args: &LintArgs,
    selection: &Selection,
    options: RunOptions<'_>,
    told: &mut Told,
) -> Reading {
    let loaded = match input.load() {
        Ok(loaded) => loaded,
        Err(error) => {
            return Reading::Failed(format!("cannot read {}: {error}", report::escape(&input.shown)));
        }
    };
    match &loaded {
        Loaded::Text(text, None) => args.fixing.leave(input, Ok(text), told),
        Loaded::Text(_, Some(_)) => args.fixing.leave(input, Err("it is not UTF-8"), told),
        Loaded::TooLarge(_) => args.fixing.leave(input, Err("it is too large"), told),
    }
    if input.excluded {
        return Reading::Skipped;
    }
    let is_text = matches!(loaded, Loaded::Text(_, None));
    let fault = input_fault(&loaded);
    let text = match loaded {
        Loaded::Text(text, _) => text,
        // Nothing of it was read, so only a file named as a pact counts as one.
        Loaded::TooLarge(_) if !input.named || args.if_pact => return Reading::Skipped,
        Loaded::TooLarge(_) => String::new(),
    };
    let certain = input.named && !args.if_pact;
    if !certain && !files::may_be_pact(&text) {
        return Reading::Skipped;
    }
    let too_large = text.is_empty() && fault.is_some();
    let doc = Document::new(text);
    let keys = doc.pact_keys();
    if !certain && keys < 2 {
        return Reading::Skipped;
    }
    let levels = selection.index.levels(&input.path, Traits::of(doc.facts()));
    let project = selection.index.project(&input.path);
    let generated = project.generated().map_or(Generated::default(), |from| *from.value);
    let doc = if keys == 0 {
        doc
    } else {
        args.fixing.mend(input, doc, is_text, &levels, generated, options, told)
    };
    let mut analysis = if too_large { Analysis::default() } else { analyse(&doc, &levels, options) };
    analysis.findings.splice(0..0, fault.and_then(|fault| fault.finding(&levels)));
    let facts = doc.facts();
    let source = input.source(|| doc.text());
    // Only what there is something to say about is shown again.
    let shown = doc.shown(options.secrets, !analysis.findings.is_empty());
    let checked = Box::new(Checked {
        source,
        path: input.path.clone(),
        levels: Some(levels),
        shown: input.shown.clone(),
        pact: [shown.consumer, shown.provider],
        specification: (keys > 0).then(|| facts.version().name()),
        text: shown.text,
        analysis,
    });
    if keys == 0 && !too_large { Reading::NotAPact(checked) } else { Reading::Checked(checked) }
}

/// Adds what rules over many files find.
fn look_at_all_together(checked: &mut [Checked], options: AcrossOptions<'_>) {
    let files: Vec<Together<'_>> = checked
        .iter()
        .filter_map(|file| {
            let summary = file.analysis.summary.clone()?;
            let levels = Arc::clone(file.levels.as_ref()?);
            Some(Together { shown: file.shown.as_str().into(), summary, source: &file.source, levels })
        })
        .collect();
    let found = together::findings(&files, options);
    for (file, found) in checked.iter_mut().filter(|file| file.analysis.summary.is_some()).zip(found) {
        if file.text.is_empty() && !found.is_empty() {
            let doc = Document::new(file.source.text().unwrap_or_default());
            file.text = doc.shown(options.secrets, true).text;
        }
        file.analysis.total += found.len();
        file.analysis.findings.extend(found);
    }
}

fn count(checked: &[Checked], summary: &mut Summary) {
    for finding in checked.iter().flat_map(|file| &file.analysis.findings) {
        match finding.severity {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Info => summary.infos += 1,
        }
    }
}

fn fails(flag: Option<FailOnArg>, checked: &[Checked], selection: &Selection) -> bool {
    checked.iter().filter(|file| !file.analysis.findings.is_empty()).any(|file| {
        let project = selection.index.project(&file.path);
        let fail_on = flag.map(FailOn::from).or_else(|| project.fail_on().map(|from| *from.value));
        let least = match fail_on.unwrap_or_default() {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Never => return false,
        };
        file.analysis.findings.iter().any(|finding| finding.severity >= least)
    })
}

fn print(args: &LintArgs, checked: &[Checked], summary: &Summary, stream: Stream) -> io::Result<()> {
    let format = match args.format {
        FormatArg::Text => report::Format::Text,
        FormatArg::Concise => report::Format::Concise,
        FormatArg::Json => report::Format::Json,
        FormatArg::Sarif => report::Format::Sarif,
    };
    let choice = args.color.choice();
    // Where there is nothing to show there is no need to know where the lines are.
    let lines: Vec<LineIndex> = checked.iter().map(|file| LineIndex::new(&file.text)).collect();
    let files: Vec<FileReport<'_>> =
        checked.iter().zip(&lines).map(|(file, lines)| file.report(lines)).collect();
    let rules: Vec<_> = ALL.iter().map(|rule| &rule.meta).collect();
    let options = report::Options { colour: output::colour_on(stream, choice), ..report::Options::default() };
    output::write_to(stream, |out: &mut dyn Write| {
        report::render(format, &files, summary, &rules, &options, out)
    })
}

fn print_profile(checked: &[Checked]) {
    let mut sum = Profile::default();
    for profile in checked.iter().filter_map(|file| file.analysis.profile.as_ref()) {
        sum.add(profile);
    }
    let mut rows: Vec<(f64, &str)> =
        sum.rules.iter().zip(ALL).map(|(time, rule)| (time.as_secs_f64() * 1e3, rule.meta.name)).collect();
    rows.push((sum.schema.as_secs_f64() * 1e3, "(schema)"));
    rows.push((sum.model.as_secs_f64() * 1e3, "(model)"));
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    eprintln!("{:>10}  rule", "ms");
    for (time, name) in rows.iter().filter(|row| row.0 > 0.0) {
        eprintln!("{time:>10.3}  {name}");
    }
}
