//! `pactlens lint`.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use crate::analysis::files::{self, Loaded};
use crate::analysis::hints::{Changes, Workspaces};
use crate::analysis::{
    AcrossOptions, Analysis, Document, Overview, Profile, RunOptions, Secrets, Seen, analyse, input_fault,
    is_internal, put_aside, summary_of,
};
use crate::cli::baseline::{BaselineArgs, Known};
use crate::cli::changed::{self, ChangedArgs, Narrowed};
use crate::cli::config;
use crate::cli::fix::{FixArgs, Told};
use crate::cli::hints::HintArgs;
use crate::cli::inputs::{Input, Part, Source, inputs};
use crate::cli::memory::Digest;
use crate::cli::origin::{self, OriginArgs, Origins};
use crate::cli::output::{self, ColorArg, Stream};
use crate::cli::progress::ProgressArgs;
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
#[command(after_help = format!("{EXIT_CODES}\n\n{}", changed::HELP))]
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
    #[command(flatten)]
    changed: ChangedArgs,
    #[command(flatten)]
    origin: OriginArgs,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    hints: HintArgs,
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
    /// Print how often each rule found something in place of the findings; in JSON, besides
    /// them.
    #[arg(long)]
    statistics: bool,
    /// Print the time that each rule took, on standard error.
    #[arg(long)]
    profile: bool,
    #[command(flatten)]
    progress: ProgressArgs,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
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
    pub(super) changes: Changes,
    /// A library wrote it, and will again.
    pub(super) generated: bool,
    pub(super) pact: [Option<String>; 2],
    pub(super) specification: Option<&'static str>,
    /// What tells its content, if that is to be remembered.
    pub(super) digest: Option<Digest>,
    /// It is only there for others to be held against.
    pub(super) beside: bool,
    /// For a baseline, if it is a pact.
    pub(super) seen: Option<Seen>,
}

impl Checked {
    /// The same for a report.
    pub(super) fn report<'a>(&'a self, lines: &'a LineIndex) -> FileReport<'a> {
        FileReport {
            path: &self.shown,
            text: &self.text,
            lines,
            findings: &self.analysis.findings,
            suppressed: &self.analysis.suppressed,
            generated: self.generated,
            pact: self.specification.map(|specification| PactRef {
                consumer: self.pact[0].as_deref(),
                provider: self.pact[1].as_deref(),
                specification: Some(specification),
            }),
            untracked: false,
        }
    }
}

enum Reading {
    Checked(Box<Checked>),
    /// Did not change, and is no pact or cannot be read.
    Unchanged,
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
    if let Some(error) = args.changed.misused(&args.paths, args.fixing.writes()) {
        return trouble(error);
    }
    if args.statistics && matches!(args.format, FormatArg::Sarif) {
        return trouble("--statistics goes with --format text, concise or json");
    }
    let selection = match args.selection.resolve(settings(args)) {
        Ok(selection) => selection,
        Err(error) => return trouble(&error),
    };
    if let Some(path) = args.show.settings() {
        return show::settings(&selection, path);
    }
    // A person who types the input has no need of it.
    let typed = args.paths.iter().any(|path| path.as_os_str() == "-");
    let progress = args.progress.start(!typed);
    let found = inputs(&args.paths, &selection, &args.stdin_filename);
    let (inputs, excluded_named) = match found {
        Ok(inputs) => inputs,
        Err(error) => {
            drop(progress);
            return trouble(&error);
        }
    };
    let configs = config::checked(&selection);
    if config::unusable(&configs) {
        drop(progress);
        return unusable(args, &configs);
    }
    if args.show.files() {
        drop(progress);
        return show::files(&inputs);
    }
    let found = known(args, &selection).and_then(|known| {
        let way = way(args, &selection, &known);
        let narrowed = args.changed.narrow(inputs, &args.paths, way)?;
        let handlers = config::handlers(&selection, None)?.handlers;
        Ok((narrowed, handlers, known))
    });
    let (Narrowed { mut inputs, note, ignored }, handlers, known) = match found {
        Ok(found) => found,
        Err(error) => {
            drop(progress);
            return trouble(&error);
        }
    };
    args.fixing.once(&mut inputs);
    let baseline = (!args.baseline.writes()).then(|| known.baseline());
    progress.check(inputs.len());
    // One file gets both cores inside, several get one each.
    let alone = inputs.len() == 1;
    let options = RunOptions {
        profile: args.profile,
        one_core: !alone,
        most: Some(MAX_FINDINGS),
        summary: true,
        suppressed: true,
        baseline,
        secrets: if args.show_secrets { Secrets::Shown } else { Secrets::Hidden },
        ..RunOptions::default()
    };
    let read = |input: &Input| {
        let mut told = Told::default();
        let reading = check(input, args, &selection, options, &mut told);
        progress.step();
        (reading, told)
    };
    let (results, told): (Vec<Reading>, Vec<Told>) =
        if alone { inputs.iter().map(read).unzip() } else { inputs.par_iter().map(read).unzip() };
    drop(progress);
    if let Some(note) = note {
        eprintln!("pactlens: {}", report::escape(&note));
    }

    let fixing = args.fixing.tell(&told);
    let mut outcome = if fixing == Outcome::Trouble { fixing } else { Outcome::Fine };
    let mut checked = Vec::new();
    let mut summary = Summary::default();
    let mut nothing = true;
    for (input, result) in inputs.iter().zip(results) {
        match result {
            Reading::Checked(file) => {
                nothing &= file.beside;
                checked.push(*file);
            }
            Reading::Unchanged => {}
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
    let together = AcrossOptions {
        secrets: options.secrets,
        handlers: &handlers,
        baseline,
        suppressed: true,
        ..AcrossOptions::default()
    };
    if nothing {
        // Those beside are there for others.
        checked.clear();
    }
    let mut origins = args.origin.origins();
    look_at_all_together(&mut checked, &mut origins, together);
    let seen: Vec<(String, Option<Digest>)> =
        checked.iter().filter(|file| !file.beside).map(|file| (file.shown.clone(), file.digest)).collect();
    checked.retain(|file| !file.beside || !file.analysis.findings.is_empty());
    look_for_tests(&mut checked, &mut origins);
    let workspaces = Workspaces::default();
    for Checked { changes, analysis, source, path, pact, .. } in &mut checked {
        let project = selection.index.project(path);
        let dsl = project.dsl(pact[0].as_deref()).and_then(|from| from.value);
        args.hints.write(changes, &mut analysis.findings, source, &workspaces, dsl);
    }
    for file in &checked {
        let unlisted = file.analysis.total.saturating_sub(file.analysis.findings.len());
        if unlisted > 0 {
            let name = report::escape(&file.shown);
            eprintln!("pactlens: {name} has {unlisted} more findings, none worse than those listed");
        }
    }
    let searched = inputs.iter().any(|input| !input.named);
    match see_to_the_baseline(args, &known, &mut checked, searched) {
        Ok(changed) if changed && outcome == Outcome::Fine => outcome = Outcome::Findings,
        Ok(_) => {}
        Err(error) => outcome = trouble(&error),
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
    let failed = failing(args.fail_on, &checked, &selection);
    if let Some(ignored) = ignored {
        ignored.learn(seen, &failed);
    }
    if outcome == Outcome::Findings || !failed.is_empty() {
        return Outcome::Findings;
    }
    if nothing { found_nothing(args, excluded_named) } else { Outcome::Fine }
}

/// The baseline that counts: the one beside or in the configuration of the current folder. A
/// file named by --config may serve many projects, so it does not say where this is.
fn known(args: &LintArgs, selection: &Selection) -> Result<Known, String> {
    let project = selection.index.project_of_folder(Path::new(""));
    let configured = project.baseline_path().map(|path| selection.relative(&path));
    let folder = selection.is_found().then(|| selection.relative(project.folder()));
    args.baseline.load(configured, folder.as_deref())
}

/// How files are checked, in one number: another way may find something else. The day is left
/// out, so that what was seen yesterday is not new.
fn way(args: &LintArgs, selection: &Selection, known: &Known) -> u64 {
    let mut hasher = DefaultHasher::new();
    let levels = Settings { today: 0, ..settings(args) }.resolve().map_or(0, |levels| levels.key);
    (levels, args.fail_on, known.text()).hash(&mut hasher);
    selection.index.reports().iter().for_each(|report| report.text.hash(&mut hasher));
    hasher.finish()
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
    if args.if_pact() || excluded_named {
        return Outcome::Fine;
    }
    eprintln!("pactlens: found no pact to check");
    if args.allow_empty { Outcome::Fine } else { Outcome::Nothing }
}

impl LintArgs {
    /// Whether files that are no pacts are fine, even if they are named.
    fn if_pact(&self) -> bool {
        self.if_pact || self.changed.on()
    }
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
        Err(_) if input.part == Part::Beside => return Reading::Unchanged,
        Err(error) => {
            return Reading::Failed(format!("cannot read {}: {error}", report::escape(&input.shown)));
        }
    };
    if input.part.is_beside(&loaded) {
        return beside(input, loaded, selection, options.secrets);
    }
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
        Loaded::TooLarge(_) if !input.named || args.if_pact() => return Reading::Skipped,
        Loaded::TooLarge(_) => String::new(),
    };
    let certain = input.named && !args.if_pact();
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
    let remembered = is_text && matches!(input.part, Part::Unless(_));
    let digest = remembered.then(|| Digest::of_text(&doc.text()));
    // Only what there is something to say about is shown again.
    let quiet = analysis.findings.is_empty() && analysis.suppressed.is_empty();
    let shown = doc.shown(options.secrets, !quiet);
    let seen = analysis.summary.as_ref().filter(|_| keys > 0).map(|summary| Seen::new(&doc, summary));
    let generated = generated.counts(facts.library.is_some());
    // One line a finding has room for code only where nothing else would last.
    let hinted = generated || !matches!(args.format, FormatArg::Concise);
    let changes = if hinted {
        args.hints.changes(&doc, &analysis.findings, options.secrets)
    } else {
        Changes::default()
    };
    let checked = Box::new(Checked {
        source,
        path: input.path.clone(),
        levels: Some(levels),
        shown: input.shown.clone(),
        pact: [shown.consumer, shown.provider],
        specification: (keys > 0).then(|| facts.version().name()),
        text: shown.text,
        changes,
        generated,
        analysis,
        digest,
        beside: false,
        seen,
    });
    if keys == 0 && !too_large { Reading::NotAPact(checked) } else { Reading::Checked(checked) }
}

/// What others need to know of a file that did not change.
fn beside(input: &Input, loaded: Loaded, selection: &Selection, secrets: Secrets) -> Reading {
    let Loaded::Text(text, _) = loaded else { return Reading::Unchanged };
    if !files::may_be_pact(&text) {
        return Reading::Unchanged;
    }
    let doc = Document::new(text);
    if doc.pact_keys() < 2 {
        return Reading::Unchanged;
    }
    let shown = doc.shown(secrets, false);
    Reading::Checked(Box::new(Checked {
        source: input.source(|| doc.text()),
        shown: input.shown.clone(),
        path: input.path.clone(),
        levels: Some(selection.index.levels(&input.path, Traits::of(doc.facts()))),
        pact: [shown.consumer, shown.provider],
        specification: Some(doc.facts().version().name()),
        text: String::new(),
        analysis: Analysis { summary: Some(summary_of(&doc).into()), ..Analysis::default() },
        changes: Changes::default(),
        generated: doc.facts().library.is_some(),
        digest: None,
        beside: true,
        seen: None,
    }))
}

/// Adds what rules over many files find; in a file that did not change, only what points to
/// one that did.
fn look_at_all_together(checked: &mut [Checked], origins: &mut Origins, options: AcrossOptions<'_>) {
    let files: Vec<Together<'_>> = checked
        .iter()
        .filter_map(|file| {
            let summary = file.analysis.summary.clone()?;
            let levels = Arc::clone(file.levels.as_ref()?);
            Some(Together { shown: file.shown.as_str().into(), summary, source: &file.source, levels })
        })
        .collect();
    let pacts = files.iter().map(|file| (&*file.summary, file.source.path()));
    let tests = origins.of_pacts(pacts, files.iter().map(|file| &*file.levels));
    let found = together::findings(&files, AcrossOptions { tests: &tests, ..options });
    let news: HashSet<String> =
        checked.iter().filter(|file| !file.beside).map(|file| file.shown.clone()).collect();
    for (file, mut found) in checked.iter_mut().filter(|file| file.analysis.summary.is_some()).zip(found) {
        if file.beside {
            found.findings.retain(|it| it.elsewhere.iter().any(|place| news.contains(&*place.file)));
        }
        if file.text.is_empty() && !(found.findings.is_empty() && found.suppressed.is_empty()) {
            let doc = Document::new(file.source.text().unwrap_or_default());
            file.text = doc.shown(options.secrets, true).text;
        }
        file.analysis.add(found);
    }
}

/// Tells findings the tests that they come from.
fn look_for_tests(checked: &mut [Checked], origins: &mut Origins) {
    for file in checked {
        let Some(summary) = file.analysis.summary.clone() else { continue };
        origins.attach(&mut file.analysis.findings, &summary, file.source.path(), &file.shown);
    }
}

/// Writes, prunes or checks the baseline. Tells whether there was something to prune.
fn see_to_the_baseline(
    args: &LintArgs,
    known: &Known,
    checked: &mut [Checked],
    searched: bool,
) -> Result<bool, String> {
    // With secrets shown, findings are called by other names than in the baseline.
    if args.show_secrets || !(args.baseline.writes() || known.exists()) {
        return Ok(false);
    }
    let files: Vec<Seen> = checked
        .iter_mut()
        .filter_map(|file| {
            let mut seen = file.seen.take()?;
            seen.note(&file.analysis);
            Some(seen)
        })
        .collect();
    let mut levels: Vec<Arc<Levels>> = checked.iter().filter_map(|file| file.levels.clone()).collect();
    levels.dedup_by(|a, b| Arc::ptr_eq(a, b));
    let overview = Overview { files: &files, levels: &levels, searched };
    if args.baseline.prunes() {
        return known.prune(&overview);
    }
    if !args.baseline.writes() {
        known.remind(&overview);
        return Ok(false);
    }
    checked.iter_mut().filter(|file| file.specification.is_some()).for_each(|it| put_aside(&mut it.analysis));
    let counts = checked.iter().map(|file| file.analysis.aside.in_baseline).filter(|count| *count > 0);
    known.write(&overview, counts.clone().sum(), counts.count())?;
    Ok(false)
}

fn count(checked: &[Checked], summary: &mut Summary) {
    for file in checked {
        summary.suppressed += file.analysis.aside.suppressed;
        summary.in_baseline += file.analysis.aside.in_baseline;
    }
    for finding in checked.iter().flat_map(|file| &file.analysis.findings) {
        match finding.severity {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Info => summary.infos += 1,
        }
    }
}

/// The files with a finding that makes the run fail, and those that such a finding points to.
fn failing<'a>(flag: Option<FailOnArg>, checked: &'a [Checked], selection: &Selection) -> HashSet<&'a str> {
    let mut failing = HashSet::new();
    for file in checked.iter().filter(|file| !file.analysis.findings.is_empty()) {
        let project = selection.index.project(&file.path);
        let fail_on = flag.map(FailOn::from).or_else(|| project.fail_on().map(|from| *from.value));
        let least = match fail_on.unwrap_or_default() {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Never => continue,
        };
        for finding in file.analysis.findings.iter().filter(|finding| finding.severity >= least) {
            failing.insert(file.shown.as_str());
            failing.extend(finding.elsewhere.iter().map(|place| &*place.file));
        }
    }
    failing
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
    let untracked = match format {
        // It only matters where there is another place to show.
        report::Format::Sarif => origin::untracked(checked.iter().map(|file| {
            let tested = file.analysis.findings.iter().any(|finding| finding.test.is_some());
            file.source.path().filter(|_| tested)
        })),
        _ => Vec::new(),
    };
    let files: Vec<FileReport<'_>> = checked
        .iter()
        .zip(&lines)
        .enumerate()
        .map(|(at, (file, lines))| FileReport {
            untracked: untracked.get(at).is_some_and(|untracked| *untracked),
            ..file.report(lines)
        })
        .collect();
    let rules: Vec<_> = ALL.iter().map(|rule| &rule.meta).collect();
    let options = report::Options {
        colour: output::colour_on(stream, choice),
        statistics: args.statistics,
        ..report::Options::default()
    };
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
