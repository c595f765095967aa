//! What is printed, and where.

use std::path::PathBuf;

use clap::Args;

use crate::report::ColourChoice;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// Show the command that sends a request again, also where it passed.
    #[arg(long)]
    pub(super) curl: bool,
    /// Show secrets and personal data instead of asterisks.
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// Write the results as JSON, too.
    #[arg(short, long, value_name = "FILE", env = "PACT_VERIFIER_JSON_REPORT", hide_short_help = true)]
    pub(super) json: Option<PathBuf>,
    /// Write the results as JUnit XML, too.
    #[arg(short = 'x', long, value_name = "FILE", env = "PACT_VERIFIER_JUNIT_REPORT", hide_short_help = true)]
    pub(super) junit: Option<PathBuf>,
    /// Write the results as HTML, too.
    #[arg(long, value_name = "FILE", env = "PACT_VERIFIER_HTML_REPORT", hide_short_help = true)]
    pub(super) html: Option<PathBuf>,
    /// When to colour the output.
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    pub(super) color: ColourChoice,
    /// The same as --color never.
    #[arg(long, alias = "no-color", hide_short_help = true)]
    pub(super) no_colour: bool,
}
