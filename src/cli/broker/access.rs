//! Where the Broker is, and who asks.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::broker::{Access, Broker};
use crate::cli::broker::Failure;
use crate::cli::reach::{ReachArgs, broker_url, credentials, seconds};
use crate::http::Address;
use crate::report::escape;

#[derive(Debug, Args)]
#[command(next_help_heading = "Broker")]
pub(super) struct AccessArgs {
    /// Where the Broker is; by default what PACT_BROKER_BASE_URL says.
    #[arg(short, long, alias = "broker-url", value_name = "URL")]
    broker_base_url: Option<String>,
    /// The user who asks; by default that of PACT_BROKER_USERNAME.
    #[arg(short = 'u', long, alias = "user", value_name = "USER", hide_short_help = true)]
    broker_username: Option<String>,
    /// The password; by default that of PACT_BROKER_PASSWORD.
    #[arg(short = 'p', long, alias = "password", value_name = "PASSWORD", hide_short_help = true)]
    broker_password: Option<String>,
    /// The bearer token; by default that of PACT_BROKER_TOKEN.
    #[arg(short = 'k', long, alias = "token", value_name = "TOKEN", hide_short_help = true)]
    broker_token: Option<String>,
    /// How long a request may take, answer included; not less than 30.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, hide_short_help = true)]
    timeout: f64,
    /// How often a request is sent again that is answered with 408, 429 or 5xx: after half a
    /// second, and each time after twice as long, up to 30 seconds.
    #[arg(
        long,
        value_name = "N",
        env = "PACT_BROKER_HTTP_RETRIES",
        hide_env_values = true,
        default_value_t = 3,
        hide_short_help = true
    )]
    retries: u8,
    #[command(flatten)]
    reach: ReachArgs,
    /// Tell more.
    #[arg(short, long)]
    pub(super) verbose: bool,
}

impl AccessArgs {
    /// The address that is given, if any.
    fn url(&self) -> Option<String> {
        given(&self.broker_base_url).map(str::to_owned).or_else(broker_url)
    }

    /// Whether a Broker is named.
    pub(super) fn is_given(&self) -> bool {
        self.url().is_some()
    }

    /// The Broker.
    pub(super) fn connect(&self) -> Result<Broker, Failure> {
        let Some(url) = self.url() else {
            return Err(Failure::Usage(
                "which Broker? Give --broker-base-url URL or PACT_BROKER_BASE_URL".to_owned(),
            ));
        };
        let address = Address::parse(&url)
            .map_err(|why| format!("--broker-base-url cannot be used: {}", escape(&why)))?;
        let credentials = credentials(
            given(&self.broker_token),
            given(&self.broker_username),
            given(&self.broker_password),
        );
        let setup = self.reach.setup(Duration::from_secs_f64(self.timeout))?;
        let tell = |line: &str| eprintln!("pactlens: note: {line}");
        let access = Access { address, credentials, retries: self.retries.into() };
        Ok(Broker::new(access, &setup, Arc::new(tell))?)
    }
}

/// An empty flag is that of a variable that nobody set.
fn given(flag: &Option<String>) -> Option<&str> {
    flag.as_deref().filter(|it| !it.is_empty())
}
