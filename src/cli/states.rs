//! `pactlens states`.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use crate::analysis::Document;
use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::{self, Language, MAX_SOURCE_SIZE};
use crate::analysis::states::{PactStates, Place, PlacedHandler, Places, compare, index};
use crate::cli::inputs::{Input, inputs, shown};
use crate::cli::{Outcome, output, trouble};
use crate::config::file::{self, ConfigFile, Named, StateSources};
use crate::report::{self, StatesFormat, StatesReport, StubLanguage, escape};

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
    /// The configuration file; by default the nearest pactlens.toml or .pactlens.toml upward.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// The language to write stubs of missing handlers in; by default that of most handlers.
    #[arg(long, value_enum, value_name = "LANG")]
    stub: Option<StubArg>,
    /// Exit 1 if a state has no handler.
    #[arg(long)]
    check: bool,
    /// Skip named files that are no pacts, and exit 0 if nothing is left: for hooks.
    #[arg(long)]
    if_pact: bool,
    /// Exit 0 instead of 3 when there is nothing to check.
    #[arg(long)]
    allow_empty: bool,
    /// Also search what matches this glob for pacts, even where git ignores it (repeatable).
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// What to call standard input in the report.
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    stdin_filename: String,
    /// When to colour the output.
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    color: ColorArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum FormatArg {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StubArg {
    Java,
    Kotlin,
    Js,
    Ts,
    Python,
    Ruby,
    Csharp,
    Go,
    Php,
}

enum Reading {
    Pact(PactStates),
    Skipped,
    Failed(String),
}

/// What was found in source files.
#[derive(Default)]
struct Found {
    handlers: Vec<PlacedHandler>,
    dynamic: Vec<(String, Place)>,
    /// Number of files.
    sources: usize,
}

pub(super) fn run(args: &StatesArgs) -> Outcome {
    let inputs = match inputs(&args.paths, &args.include, &args.stdin_filename) {
        Ok(inputs) => inputs,
        Err(error) => return trouble(&error),
    };
    let found = match config(args).and_then(|config| find_handlers(args, config)) {
        Ok(found) => found,
        Err(error) => return trouble(&error),
    };
    let readings: Vec<Reading> = inputs.par_iter().map(|input| read(input, args.if_pact)).collect();
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
        stub: args.stub.map(StubArg::language),
    };
    if pacts.is_empty() && args.format == FormatArg::Text {
        // A list of nothing would read like "no state is missing".
    } else if let Err(error) = print(args, &report) {
        return trouble(&format!("cannot write to standard output: {error}"));
    }
    if outcome == Outcome::Trouble {
        return outcome;
    }
    let empty = if args.allow_empty { Outcome::Fine } else { Outcome::Nothing };
    if pacts.is_empty() {
        if args.if_pact {
            return Outcome::Fine;
        }
        eprintln!("pactlens: found no pact to check");
        return empty;
    }
    if args.check && !compared.missing.is_empty() {
        return Outcome::Findings;
    }
    let any_state = providers.iter().any(|provider| !provider.states.is_empty());
    if args.check && any_state && found.handlers.is_empty() {
        eprintln!("pactlens: found no handler to hold the states against");
        return empty;
    }
    Outcome::Fine
}

fn print(args: &StatesArgs, report: &StatesReport<'_>) -> std::io::Result<()> {
    let format = match args.format {
        FormatArg::Text => StatesFormat::Text,
        FormatArg::Json => StatesFormat::Json,
    };
    let choice = match args.color {
        ColorArg::Auto => report::ColourChoice::Auto,
        ColorArg::Always => report::ColourChoice::Always,
        ColorArg::Never => report::ColourChoice::Never,
    };
    let colour = output::colour(choice);
    output::write(|out: &mut dyn Write| report::render_states(format, report, colour, out))
}

fn read(input: &Input, if_pact: bool) -> Reading {
    let name = escape(&input.shown);
    let certain = input.named && !if_pact;
    let text = match input.load() {
        Ok(Loaded::Text(text, _)) => text,
        Ok(Loaded::TooLarge(_)) if !certain => return Reading::Skipped,
        Ok(Loaded::TooLarge(size)) => return Reading::Failed(format!("{name} is too large: {size} bytes")),
        Err(error) => return Reading::Failed(format!("cannot read {name}: {error}")),
    };
    if !certain && !files::may_be_pact(&text) {
        return Reading::Skipped;
    }
    let doc = Document::new(text);
    match doc.pact_keys() {
        0 if certain => Reading::Failed(format!("{name} is no pact; --if-pact skips such files")),
        0 | 1 if !certain => Reading::Skipped,
        _ => Reading::Pact(PactStates::of(&input.shown, &doc)),
    }
}

/// The configuration file that counts, its text and what it says.
struct Config {
    path: PathBuf,
    text: String,
    file: ConfigFile,
}

fn config(args: &StatesArgs) -> Result<Option<Config>, String> {
    let path = match &args.config {
        Some(path) => Some(path.clone()),
        // Without a current folder there is none to look in.
        None => env::current_dir().ok().and_then(|here| {
            let path = files::find_config(&here)?;
            Some(relative(&path, &here))
        }),
    };
    let Some(path) = path else { return Ok(None) };
    let name = shown(&path);
    let name = escape(&name);
    let text = match files::load(&path) {
        Ok(Loaded::Text(text, None)) => text,
        Ok(_) => return Err(format!("cannot read {name}: it is not UTF-8 text")),
        Err(error) => return Err(format!("cannot read {name}: {error}")),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    match file::parse(&text) {
        Ok(file) => Ok(Some(Config { path, text, file })),
        Err(error) => Err(format!("{name}:{}", escape(&error.to_string()))),
    }
}

/// `path`, which lies in `here` or above it, as seen from `here`.
fn relative(path: &Path, here: &Path) -> PathBuf {
    let up = path.parent().and_then(|folder| here.strip_prefix(folder).ok()).map(|below| below.components());
    let Some(up) = up else { return path.to_owned() };
    let mut relative: PathBuf = up.map(|_| "..").collect();
    relative.extend(path.file_name());
    relative
}

fn find_handlers(args: &StatesArgs, config: Option<Config>) -> Result<Found, String> {
    let mut found = Found::default();
    let mut files: Vec<(PathBuf, Language, Option<String>)> = Vec::new();
    let mut search = |folder: &Path, globs: &[String], provider: Option<&str>| {
        let sources = handlers::find_sources(folder, globs)
            .map_err(|error| format!("cannot search {}: {error}", folder.display()))?;
        let provider = provider.map(str::to_owned);
        files.extend(sources.into_iter().map(|(path, language)| (path, language, provider.clone())));
        Ok::<(), String>(())
    };
    let mut searched = !args.handlers.is_empty();
    if let Some(Config { path, text, file }) = &config {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let providers = file.states.providers.iter().map(|(name, sources)| (Some(name.as_str()), sources));
        let all = std::iter::once((None, &file.states.all)).chain(providers);
        let mut places = Places::new(text, Place { line: 1, column: 1 });
        for (provider, StateSources { handlers, sources }) in all {
            for Named { name, span } in handlers {
                found.handlers.push(PlacedHandler {
                    path: shown(path),
                    place: places.at(span.start),
                    name: name.clone(),
                    kind: None,
                    language: None,
                    provider: provider.map(str::to_owned),
                });
            }
            // What is asked for on the command line takes the place of what is written down.
            if !sources.is_empty() && args.handlers.is_empty() {
                search(folder, sources, provider)?;
                searched = true;
            }
        }
    }
    for path in args.handlers.iter().filter(|path| path.is_dir()) {
        search(path, &[], None)?;
    }
    if !searched {
        search(Path::new("."), &[], None)?;
    }
    for path in args.handlers.iter().filter(|path| !path.is_dir()) {
        files.push((path.clone(), language_of(path)?, None));
    }
    files.sort();
    files.dedup();
    let scanned: Vec<Result<Found, String>> = files
        .par_iter()
        .map(|(path, language, provider)| {
            let named = args.handlers.contains(path);
            scan_file(path, *language, provider.as_deref()).or_else(|error| {
                // A file that went away during the search is nothing to stop for.
                if named { Err(error) } else { Ok(Found::default()) }
            })
        })
        .collect();
    for one in scanned {
        let one = one?;
        found.handlers.extend(one.handlers);
        found.dynamic.extend(one.dynamic);
        found.sources += one.sources;
    }
    found.handlers.sort();
    Ok(found)
}

fn language_of(path: &Path) -> Result<Language, String> {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or("").to_ascii_lowercase();
    let name = shown(path);
    Language::of_extension(&extension)
        .ok_or_else(|| format!("{} is no folder and no source file whose language is known", escape(&name)))
}

fn scan_file(path: &Path, language: Language, provider: Option<&str>) -> Result<Found, String> {
    let shown = shown(path);
    let text = match files::load(path) {
        Ok(Loaded::Text(text, _)) if text.len() as u64 <= MAX_SOURCE_SIZE => text,
        Ok(_) => return Err(format!("{} is larger than 1 MB and not read", escape(&shown))),
        Err(error) => return Err(format!("cannot read {}: {error}", escape(&shown))),
    };
    // What has a zero byte is no text, whatever it is called.
    if text.bytes().take(8_000).any(|byte| byte == 0) {
        return Ok(Found::default());
    }
    let scan = handlers::scan(&text, language);
    if scan.handlers.is_empty() && scan.dynamic.is_empty() {
        return Ok(Found { sources: 1, ..Found::default() });
    }
    let mut places = Places::new(&text, Place { line: 1, column: 1 });
    let handlers = scan.handlers.into_iter().map(|handler| PlacedHandler {
        path: shown.clone(),
        place: places.at(handler.span.start),
        name: handler.name,
        kind: Some(handler.kind),
        language: Some(language),
        provider: provider.map(str::to_owned),
    });
    let handlers = handlers.collect();
    let dynamic = scan.dynamic.iter().map(|span| (shown.clone(), places.at(span.start)));
    Ok(Found { handlers, dynamic: dynamic.collect(), sources: 1 })
}

impl StubArg {
    fn language(self) -> StubLanguage {
        match self {
            StubArg::Java => StubLanguage::Java,
            StubArg::Kotlin => StubLanguage::Kotlin,
            StubArg::Js => StubLanguage::Js,
            StubArg::Ts => StubLanguage::Ts,
            StubArg::Python => StubLanguage::Python,
            StubArg::Ruby => StubLanguage::Ruby,
            StubArg::Csharp => StubLanguage::Csharp,
            StubArg::Go => StubLanguage::Go,
            StubArg::Php => StubLanguage::Php,
        }
    }
}
