//! Flags of pact_verifier_cli that are taken and do nothing.

use clap::Args;

// Flags about logs. There are none: what there is to say is in the report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Taken from pact_verifier_cli")]
pub(super) struct LogArgs {
    #[arg(short, long, hide = true, value_parser = ["error", "warn", "info", "debug", "trace", "none"])]
    loglevel: Option<String>,
    #[arg(long, hide = true)]
    pretty_log: bool,
    #[arg(long, hide = true)]
    full_log: bool,
    #[arg(long, hide = true)]
    compact_log: bool,
}
