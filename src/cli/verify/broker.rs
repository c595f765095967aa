//! Flags about a Pact Broker, and how it is reached.

use std::sync::Arc;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::Value;

use crate::broker::pacts::Selection;
use crate::broker::{Access, Broker};
use crate::cli::reach::broker_url;
use crate::cli::verify::args::{SourceArgs, VerifyArgs};
use crate::http::Address;
use crate::report::escape;
use crate::runner::verify::Options;

#[derive(Debug, Args)]
#[command(next_help_heading = "Pacts of a Pact Broker")]
pub(super) struct BrokerArgs {
    /// A Pact Broker whose pacts for --provider-name are verified. Without PATHS the variable
    /// PACT_BROKER_BASE_URL names it as well. Who asks is said by --token, or --user and
    /// --password, or their variables.
    #[arg(short, long, alias = "broker-base-url", value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    broker_url: Option<String>,
    /// A selector of consumer versions, as JSON: {"branch": "main"} (repeatable). By default the
    /// latest pact of each consumer is taken.
    #[arg(long, value_name = "JSON", value_parser = selector, conflicts_with = "consumer_version_tags")]
    consumer_version_selectors: Vec<Value>,
    /// Take the latest pact of each consumer with one of these tags (repeatable, or separated by
    /// commas).
    #[arg(long, value_name = "TAG", value_delimiter = ',', hide_short_help = true, value_parser = NonEmptyStringValueParser::new())]
    consumer_version_tags: Vec<String>,
    /// Failures of pacts that no version of --provider-branch has passed do not count.
    #[arg(long)]
    enable_pending: bool,
    /// Take pacts too that nobody selected and that were published since; their failures do not
    /// count.
    #[arg(long, value_name = "DATE", hide_short_help = true, value_parser = NonEmptyStringValueParser::new())]
    include_wip_pacts_since: Option<String>,
    /// The URL of the one pact of the Broker to verify, as its webhook gave it.
    #[arg(
        long,
        value_name = "URL",
        env = "PACT_WEBHOOK_CALLBACK_URL",
        hide_env_values = true,
        hide_short_help = true
    )]
    webhook_callback_url: Option<String>,
    /// How often a request is sent again that the Broker answers with 408, 429 or 5xx: after half
    /// a second, and each time after twice as long, up to 30 seconds.
    #[arg(
        long,
        value_name = "N",
        env = "PACT_BROKER_HTTP_RETRIES",
        hide_env_values = true,
        default_value_t = 8,
        hide_short_help = true
    )]
    retries: u8,
    /// Publish the results to the Broker; it needs --provider-version.
    #[arg(long, requires = "provider_version")]
    pub(super) publish: bool,
    /// The version of the provider that is verified.
    #[arg(long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    pub(super) provider_version: Option<String>,
    /// The branch of the provider, by which the Broker knows what is pending, and on which the
    /// published version is put.
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub(super) provider_branch: Option<String>,
    /// Tags of the provider, as for its branch (repeatable, or separated by commas).
    #[arg(long, value_name = "TAG", value_delimiter = ',', hide_short_help = true, value_parser = NonEmptyStringValueParser::new())]
    pub(super) provider_tags: Vec<String>,
    /// A link from the published results to the build.
    #[arg(long, value_name = "URL", hide_short_help = true, value_parser = NonEmptyStringValueParser::new())]
    pub(super) build_url: Option<String>,
}

fn selector(text: &str) -> Result<Value, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let is_selectors = match &value {
        Value::Array(list) => list.iter().all(Value::is_object),
        one => one.is_object(),
    };
    if is_selectors {
        Ok(value)
    } else {
        Err("a JSON object is wanted, such as {\"branch\": \"main\"}".to_owned())
    }
}

impl BrokerArgs {
    /// The address of the Broker, whether or not its pacts are wanted.
    pub(super) fn url(&self) -> Option<String> {
        self.broker_url.clone().or_else(broker_url)
    }

    /// The one pact that is wanted.
    pub(super) fn webhook(&self) -> Option<&str> {
        self.webhook_callback_url.as_deref().filter(|it| !it.is_empty())
    }

    /// What only a Broker can do and is asked for.
    fn asked(&self) -> Option<&'static str> {
        let asked = [
            ("--publish", self.publish),
            ("--consumer-version-selectors", !self.consumer_version_selectors.is_empty()),
            ("--consumer-version-tags", !self.consumer_version_tags.is_empty()),
            ("--enable-pending", self.enable_pending),
            ("--include-wip-pacts-since", self.include_wip_pacts_since.is_some()),
            ("--webhook-callback-url", self.webhook().is_some()),
        ];
        asked.into_iter().find_map(|(flag, given)| given.then_some(flag))
    }

    /// The selectors, each of them one object.
    fn selectors(&self) -> impl Iterator<Item = &Value> {
        self.consumer_version_selectors.iter().flat_map(|it| match it {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        })
    }

    /// Whether a branch is called by what git says where there is none.
    fn names_no_branch(&self) -> bool {
        let is_head = |name: &str| name.trim_start_matches("origin/") == "HEAD";
        let mut selected = self.selectors().filter_map(|it| it.get("branch")?.as_str());
        self.provider_branch.as_deref().is_some_and(is_head) || selected.any(is_head)
    }

    /// Which pacts are wanted otherwise.
    pub(super) fn selection(&self, provider: &str) -> Selection {
        let tagged = self.consumer_version_tags.iter();
        let tagged = tagged.map(|tag| serde_json::json!({"tag": tag, "latest": true}));
        let given = self.selectors().cloned();
        Selection {
            provider: provider.to_owned(),
            branch: self.provider_branch.clone(),
            tags: self.provider_tags.clone(),
            selectors: given.chain(tagged).collect(),
            pending: self.enable_pending,
            wip_since: self.include_wip_pacts_since.clone(),
        }
    }
}

/// What is wrong with the flags, beyond what their parser sees.
pub(super) fn misused(args: &VerifyArgs) -> Option<String> {
    let broker = &args.broker;
    if let Some(flag) = broker.asked().filter(|_| broker.url().is_none()) {
        return Some(format!("{flag}: which Broker? Give --broker-url URL or PACT_BROKER_BASE_URL"));
    }
    if broker.webhook().is_some() {
        return names_pacts(args)
            .then(|| "--webhook-callback-url names the one pact to verify; leave out the others".to_owned());
    }
    if is_wanted(args) && args.provider.provider_name.is_none() {
        return Some("--broker-url: the pacts of which provider? Give --provider-name NAME".to_owned());
    }
    let hinders = [("--exit-on-first", args.run.exit_on_first), ("--last-failed", args.filter.last_failed)];
    let (flag, _) = hinders.into_iter().find(|(_, given)| broker.publish && *given)?;
    Some(format!("{flag} and --publish: results are published of pacts that were verified as a whole"))
}

/// Whether pacts are named that are not of the Broker.
fn names_pacts(args: &VerifyArgs) -> bool {
    let SourceArgs { file, dir, url, .. } = &args.sources;
    !(args.paths.is_empty() && file.is_empty() && dir.is_empty() && url.is_empty())
}

/// Whether pacts of the Broker are verified. The variable alone does not change what is done with
/// paths that are named.
fn is_wanted(args: &VerifyArgs) -> bool {
    let by_variable = || {
        let whole = args.paths.is_empty() && args.provider.provider_name.is_some();
        args.broker.url().is_some() && (whole || args.broker.asked().is_some())
    };
    args.broker.broker_url.is_some() || by_variable()
}

/// The Broker, if its pacts are wanted.
pub(super) fn connect(args: &VerifyArgs, options: &Options) -> Result<Option<Broker>, String> {
    let Some(url) = args.broker.url() else { return Ok(None) };
    if !is_wanted(args) {
        if !names_pacts(args) {
            eprintln!(
                "pactlens: note: PACT_BROKER_BASE_URL names a Broker; with --provider-name NAME its pacts are \
                 verified and not those of this folder"
            );
        }
        return Ok(None);
    }
    let address =
        Address::parse(&url).map_err(|why| format!("--broker-url cannot be used: {}", escape(&why)))?;
    let credentials = args.sources.credentials();
    let access = Access { address, credentials, retries: args.broker.retries.into() };
    let tell = |line: &str| eprintln!("pactlens: note: {line}");
    if args.broker.names_no_branch() {
        tell(
            "a branch is called HEAD, which is what git answers in a checkout that is on no branch, as CI \
             makes it: the Broker takes that for a branch of its own, so what is pending and what may be \
             deployed is looked up in the wrong place; name the branch by the variable that the CI has for it",
        );
    }
    Broker::new(access, &options.http, Arc::new(tell)).map(Some)
}
