//! The flags of `pactlens lint`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use clap::Args;

use crate::cli::Outcome;
use crate::cli::baseline::{BaselineArgs, Known};
use crate::cli::changed::{self, ChangedArgs};
use crate::cli::fix::FixArgs;
use crate::cli::hints::HintArgs;
use crate::cli::origin::OriginArgs;
use crate::cli::progress::ProgressArgs;
use crate::cli::selection::{Selection, SelectionArgs};
use crate::cli::show::ShowArgs;
use crate::config::file::FailOn;
use crate::config::{Settings, today};
use crate::model::regex::Target;
use crate::report::{ColourChoice, Format};
use crate::rules::Preset;

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
pub(in crate::cli) struct LintArgs {
    /// Files and folders to check, or `-` for standard input; by default the current folder.
    pub(super) paths: Vec<PathBuf>,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// The set of rules to start from; by default that of pactlens.toml, else recommended.
    #[arg(long, value_enum)]
    pub(super) preset: Option<Preset>,
    /// Run only these rules or groups (repeatable, or separated by commas).
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub(super) select: Vec<String>,
    /// Do not run these rules or groups (repeatable, or separated by commas).
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub(super) ignore: Vec<String>,
    /// Engines that regular expressions must suit (repeatable, or separated by commas). By
    /// default those that verify providers today: rust and jvm, for pact-ruby's files also ruby.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ENGINE")]
    pub(super) regex_target: Vec<Target>,
    #[command(flatten)]
    pub(super) fixing: FixArgs,
    #[command(flatten)]
    pub(super) changed: ChangedArgs,
    #[command(flatten)]
    pub(super) origin: OriginArgs,
    #[command(flatten)]
    pub(super) baseline: BaselineArgs,
    #[command(flatten)]
    pub(super) hints: HintArgs,
    /// The least severity that makes the exit code 1; by default that of pactlens.toml, else
    /// error.
    #[arg(long, value_enum)]
    pub(super) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    #[command(flatten)]
    pub(super) show: ShowArgs,
    /// When to colour the output.
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    pub(super) color: ColourChoice,
    /// Show secrets and personal data instead of asterisks.
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// Print how often each rule found something in place of the findings; in JSON, besides
    /// them.
    #[arg(long)]
    pub(super) statistics: bool,
    /// Print the time that each rule took, on standard error.
    #[arg(long)]
    pub(super) profile: bool,
    #[command(flatten)]
    pub(super) progress: ProgressArgs,
}

impl LintArgs {
    /// What is wrong with the flags.
    pub(super) fn misused(&self) -> Option<&'static str> {
        let statistics = self.statistics && self.format == Format::Sarif;
        self.fixing
            .misused()
            .or_else(|| self.changed.misused(&self.paths, self.fixing.writes()))
            .or_else(|| statistics.then_some("--statistics goes with --format text, concise or json"))
    }

    /// Whether files that are no pacts are fine, even if they are named.
    pub(super) fn if_pact(&self) -> bool {
        self.selection.if_pact || self.changed.on()
    }

    /// What it means that no pact was found, if a named file was `excluded`.
    pub(super) fn found_nothing(&self, excluded: bool) -> Outcome {
        self.selection.found_nothing(excluded || self.changed.on(), "check")
    }

    /// What the flags say of rules.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            preset: self.preset,
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            today: today(),
            targets: self.regex_target.clone(),
        }
    }

    /// How files are checked, in one number: another way may find something else. The day is
    /// left out, so that what was seen yesterday is not new.
    pub(super) fn way(&self, selection: &Selection, known: &Known) -> u64 {
        let mut hasher = DefaultHasher::new();
        let levels = Settings { today: 0, ..self.settings() }.resolve().map_or(0, |levels| levels.key);
        (levels, self.fail_on, known.text()).hash(&mut hasher);
        selection.index.reports().iter().for_each(|report| report.text.hash(&mut hasher));
        hasher.finish()
    }
}
