//! Flags of pact_verifier_cli that are taken and do nothing, or cannot be done yet.

use clap::Args;

// Not a doc comment, which would become that of the command: flags about a broker. Each that
// asks for one is refused.
#[derive(Debug, Args)]
#[command(next_help_heading = "Taken from pact_verifier_cli")]
pub(super) struct BrokerArgs {
    #[arg(short, long, value_name = "URL", hide = true)]
    broker_url: Option<String>,
    #[arg(long, value_name = "URL", env = "PACT_WEBHOOK_CALLBACK_URL", hide_env_values = true, hide = true)]
    webhook_callback_url: Option<String>,
    #[arg(long, hide = true)]
    publish: bool,
    #[arg(long, hide = true)]
    provider_version: Option<String>,
    #[arg(long, hide = true)]
    build_url: Option<String>,
    #[arg(long, hide = true)]
    provider_tags: Option<String>,
    #[arg(long, hide = true)]
    provider_branch: Option<String>,
    #[arg(long, hide = true)]
    consumer_version_tags: Option<String>,
    #[arg(long, hide = true)]
    consumer_version_selectors: Vec<String>,
    #[arg(long, hide = true)]
    enable_pending: bool,
    #[arg(long, hide = true)]
    include_wip_pacts_since: Option<String>,
    #[arg(long, env = "PACT_BROKER_HTTP_RETRIES", hide_env_values = true, hide = true)]
    retries: Option<u8>,
}

impl BrokerArgs {
    /// What is wrong with the flags.
    pub(super) fn misused(&self) -> Option<String> {
        let asked = [
            ("--broker-url", self.broker_url.is_some()),
            ("--webhook-callback-url", self.webhook_callback_url.is_some()),
            ("--consumer-version-tags", self.consumer_version_tags.is_some()),
            ("--consumer-version-selectors", !self.consumer_version_selectors.is_empty()),
            ("--enable-pending", self.enable_pending),
            ("--include-wip-pacts-since", self.include_wip_pacts_since.is_some()),
        ];
        if self.publish {
            return Some("--publish: results cannot be published to a broker yet".to_owned());
        }
        let (flag, _) = asked.into_iter().find(|(_, given)| *given)?;
        Some(format!(
            "{flag}: pacts cannot be fetched from a broker by name yet; fetch the pact first and name the file, \
             or give its URL with --url"
        ))
    }
}

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
