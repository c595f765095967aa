//! The flags of `pactlens verify`.
//!
//! Those of pact_verifier_cli (args.rs) are taken as they are, with their variables, beside
//! names of our own.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, NonEmptyStringValueParser};
use clap::{ArgAction, Args};
use regex::Regex;

use crate::cli::progress::ProgressArgs;
use crate::cli::reach::{ReachArgs, credentials, seconds};
use crate::cli::selection::SelectionArgs;
#[cfg(feature = "broker")]
use crate::cli::verify::broker::BrokerArgs;
use crate::cli::verify::official::LogArgs;
use crate::cli::verify::output::OutputArgs;
use crate::cli::verify::proxy;
use crate::http::Credentials;
use crate::report::StubLanguage;
use crate::runner::engine::core_versions;
use crate::runner::verify::StateOptions;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\njudges: ", core_versions!());

const AFTER_HELP: &str = "\
Exit codes, the same for every format:
  0  every interaction that counts passed
  1  an answer is not what its pact asks for, or a state could not be set up
  2  wrong usage, unreadable input, or a named file that is no pact
  3  nothing to verify (0 with --allow-empty)
  4  the provider could not be reached or gave no whole answer, an answer could not be judged,
     an interaction was not run because it needs a plugin, the run was stopped, or the Broker
     could not be reached or refused what it was asked
Where several apply, the first of 2, 1, 4, 3 counts. Pending interactions are told and do not
count.";

const AFTER_LONG_HELP: &str = "\
Requests go to the provider, the state handler, --url and the Broker, and nowhere else.
Redirects are followed within the same host and port; one that leads elsewhere is judged as
the answer. Links of the Broker that lead elsewhere are followed at the address that was given.
Proxies are those of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, or of the system, but
never for this machine (localhost, 127.0.0.0/8, ::1); --proxy names one for every request.

Messages are fetched over HTTP: for each one POST goes to the provider (or to --transports
message:PORT) with {\"description\": …, \"providerStates\": […]}; the answer is the message, and
the header Pact-Message-Metadata holds its metadata, as JSON in Base64. `--message-stub LANG`
prints such an endpoint.

The state handler gets POST {\"state\": …, \"params\": {…}, \"action\": \"setup\"} for each state of
an interaction, and once with an empty state for an interaction without any. Members of a
JSON object that it returns are the values of `ProviderState` generators.";

#[derive(Debug, Args)]
#[command(
    disable_help_flag = true,
    disable_version_flag = true,
    version = VERSION,
    after_help = AFTER_HELP,
    after_long_help = format!("{AFTER_LONG_HELP}\n\n{AFTER_HELP}\n\n{}", proxy::all()),
)]
pub(in crate::cli) struct VerifyArgs {
    /// Pacts and folders to search for pacts, or `-` for standard input; by default the current
    /// folder.
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) provider: ProviderArgs,
    #[command(flatten)]
    pub(super) states: StateArgs,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    #[command(flatten)]
    pub(super) run: RunArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) sources: SourceArgs,
    #[command(flatten, next_help_heading = "Which files")]
    pub(super) selection: SelectionArgs,
    #[command(flatten, next_help_heading = "Output")]
    pub(super) progress: ProgressArgs,
    #[cfg(feature = "broker")]
    #[command(flatten)]
    pub(super) broker: BrokerArgs,
    #[command(flatten)]
    pub(super) log: LogArgs,
    /// Print help (`-h` alone prints less).
    #[arg(long, action = ArgAction::HelpLong, help_heading = "Output")]
    help: Option<bool>,
    /// Print the version, and those of the crates that judge.
    #[arg(short = 'v', long, action = ArgAction::Version, help_heading = "Output")]
    version: Option<bool>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Provider")]
pub(super) struct ProviderArgs {
    /// Where the provider is, with its base path: http://localhost:8080/api. It goes before
    /// --hostname and the other parts; by default that of pactlens.toml, if it is on this machine.
    #[arg(long, value_name = "URL")]
    pub(super) provider: Option<String>,
    /// Its host, in place of --provider [default: localhost].
    // Alone it asks for help, as everywhere else.
    #[arg(short = 'h', long, value_name = "HOST", env = "PACT_PROVIDER_HOSTNAME", hide_env_values = true, num_args = 0..=1, default_missing_value = "")]
    pub(super) hostname: Option<String>,
    /// Its port, in place of --provider.
    #[arg(short, long, env = "PACT_PROVIDER_PORT", hide_env_values = true, hide_short_help = true)]
    pub(super) port: Option<u16>,
    /// Its scheme, in place of --provider: http or https [default: http].
    #[arg(long, alias = "scheme", value_name = "SCHEME", env = "PACT_PROVIDER_TRANSPORT", hide_env_values = true, hide_short_help = true, value_parser = NonEmptyStringValueParser::new())]
    pub(super) transport: Option<String>,
    /// A path before that of every request, in place of --provider.
    #[arg(
        long,
        value_name = "PATH",
        env = "PACT_PROVIDER_BASE_PATH",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(super) base_path: Option<String>,
    /// Where interactions of other transports go: message:8081/path (repeatable, or separated
    /// by spaces).
    #[arg(long, value_name = "NAME:PORT[/PATH]", value_delimiter = ' ', hide_short_help = true)]
    pub(super) transports: Vec<String>,
    /// Only pacts of this provider, of those that are found in folders or at the Broker.
    #[arg(short = 'n', long, value_name = "NAME", env = "PACT_PROVIDER_NAME", hide_env_values = true)]
    pub(super) provider_name: Option<String>,
    /// A header for every request, in place of the pact's (repeatable).
    #[arg(short = 'H', long, value_name = "NAME=VALUE")]
    pub(super) header: Vec<String>,
    /// How long a request may take, answer included [default: 5].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) timeout: Option<f64>,
    /// The same in milliseconds.
    #[arg(
        long,
        value_name = "MILLISECONDS",
        env = "PACT_PROVIDER_REQUEST_TIMEOUT",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(super) request_timeout: Option<u64>,
    /// Judge redirects in place of following them.
    #[arg(long, hide_short_help = true)]
    pub(super) no_follow_redirects: bool,
    #[command(flatten)]
    pub(super) reach: ReachArgs,
    /// Print an endpoint that answers for messages, to be filled in, and stop.
    #[arg(long, value_enum, value_name = "LANG", hide_short_help = true)]
    pub(super) message_stub: Option<StubLanguage>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Provider states")]
pub(super) struct StateArgs {
    /// The URL that sets states up; a path alone is below the provider. By default that of
    /// pactlens.toml; none is called where it is empty.
    #[arg(
        id = "state_url",
        short = 's',
        long = "state-url",
        visible_alias = "state-change-url",
        value_name = "URL",
        env = "PACT_PROVIDER_STATE_CHANGE_URL",
        hide_env_values = true
    )]
    pub(super) url: Option<String>,
    /// Send the state in the query and not in the body.
    #[arg(long = "state-change-as-query", env = "PACT_PROVIDER_STATE_CHANGE_AS_QUERY", hide_env_values = true, value_parser = FalseyValueParser::new(), hide_short_help = true)]
    pub(super) as_query: bool,
    /// Call it after each interaction, too.
    #[arg(long = "state-change-teardown", env = "PACT_PROVIDER_STATE_CHANGE_TEARDOWN", hide_env_values = true, value_parser = FalseyValueParser::new(), hide_short_help = true)]
    pub(super) teardown: bool,
    /// How often it is called again while it answers 408, 429 or 5xx: after one second, and
    /// each time after twice as long, up to 30 seconds. The official verifier calls again 7
    /// times, which takes two minutes for each state that the handler does not know.
    #[arg(id = "state_retries", long = "state-retries", value_name = "N", default_value_t = StateOptions::RETRIES, hide_short_help = true, value_parser = clap::value_parser!(u32).range(..=16))]
    pub(super) retries: u32,
    /// Print handlers for the states of these interactions, to be filled in, and stop.
    #[arg(long = "states-stub", value_enum, value_name = "LANG")]
    pub(super) stub: Option<StubLanguage>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Which interactions")]
pub(super) struct FilterArgs {
    /// Only interactions with this text in their description (repeatable).
    #[arg(long, value_name = "DESCRIPTION", value_parser = NonEmptyStringValueParser::new())]
    pub(super) only: Vec<String>,
    /// Only those that failed the last time, as the cache folder of the user remembers.
    #[arg(long)]
    pub(super) last_failed: bool,
    /// Only interactions whose description matches this.
    #[arg(long, value_name = "REGEX", env = "PACT_DESCRIPTION", hide_env_values = true, value_parser = pattern)]
    pub(super) filter_description: Option<Regex>,
    /// Only interactions with a state that matches this.
    #[arg(long, value_name = "REGEX", env = "PACT_PROVIDER_STATE", hide_env_values = true, value_parser = pattern, conflicts_with = "filter_no_state")]
    pub(super) filter_state: Option<Regex>,
    /// Only interactions without a state.
    #[arg(long, env = "PACT_PROVIDER_NO_STATE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub(super) filter_no_state: bool,
    /// Only pacts of this consumer (repeatable, or separated by commas).
    #[arg(short = 'c', long, value_name = "NAME")]
    pub(super) filter_consumer: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(super) struct RunArgs {
    /// So many interactions at once, of those for which no state handler is called.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(super) jobs: u32,
    /// Stop at the first failure that counts.
    #[arg(long, visible_alias = "exit-on-first-error")]
    pub(super) exit_on_first: bool,
    /// Change each answer that passed in small ways and tell which changes its pact would not
    /// notice.
    #[arg(long)]
    pub(super) mutate: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Pacts from elsewhere")]
pub(super) struct SourceArgs {
    /// A pact (repeatable).
    #[arg(short, long, value_name = "FILE", hide_short_help = true)]
    pub(super) file: Vec<PathBuf>,
    /// A folder of pacts (repeatable).
    #[arg(short, long, value_name = "FOLDER", hide_short_help = true)]
    pub(super) dir: Vec<PathBuf>,
    /// The URL of a pact (repeatable).
    #[arg(short, long, alias = "pact-url", value_name = "URL")]
    pub(super) url: Vec<String>,
    /// The user for --url and the Broker.
    #[arg(long, conflicts_with = "token", hide_short_help = true)]
    pub(super) user: Option<String>,
    /// The password for --url and the Broker.
    #[arg(long, conflicts_with = "token", hide_short_help = true)]
    pub(super) password: Option<String>,
    /// The bearer token for --url and the Broker. What PACT_BROKER_USERNAME,
    /// PACT_BROKER_PASSWORD and PACT_BROKER_TOKEN hold goes to the host of the Broker only.
    #[arg(short, long, hide_short_help = true)]
    pub(super) token: Option<String>,
    /// Exit 0 when there is nothing to verify, as --allow-empty does.
    #[arg(long, hide_short_help = true)]
    pub(super) ignore_no_pacts_error: bool,
}

impl SourceArgs {
    /// Who asks for --url and the Broker.
    pub(super) fn credentials(&self) -> Credentials {
        credentials(self.token.as_deref(), self.user.as_deref(), self.password.as_deref())
    }
}

fn pattern(text: &str) -> Result<Regex, String> {
    if text.is_empty() {
        return Err("the pattern is empty".to_owned());
    }
    Regex::new(text).map_err(|error| error.to_string())
}
