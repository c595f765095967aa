//! `pactlens broker`: one file a command.

mod access;
mod can_i_deploy;
mod candidates;
mod doctor;
mod environments;
mod fetch;
mod fit;
mod merge;
mod publish;
mod record;
mod selectors;
mod status;
mod vcs;

use std::future::Future;
use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};

use crate::broker::Problem;
use crate::cli::{Outcome, output, trouble};
use crate::model::secrets::Mask;
use crate::report::escape;

const AFTER_HELP: &str = "\
Where the Broker is and who asks is said by PACT_BROKER_BASE_URL and PACT_BROKER_TOKEN, or
PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, or by flags. Credentials go to that address and
nowhere else, even where links of the Broker lead elsewhere.

Exit codes, the same for every format:
  0  done, or yes
  1  no: it may not be deployed, it would not be taken, or it was not because it is a conflict
  2  wrong usage, unreadable input, or the Broker refuses what it was asked
  3  nothing to publish or to fetch
  4  not known yet, or the Broker could not be reached or has a fault of its own";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct BrokerArgs {
    #[command(subcommand)]
    command: BrokerCommand,
}

#[derive(Debug, Subcommand)]
enum BrokerCommand {
    /// Publish pacts, byte by byte as they are.
    Publish(Box<publish::PublishArgs>),
    /// Ask whether versions may be deployed, and why not.
    CanIDeploy(Box<can_i_deploy::CanIDeployArgs>),
    /// Record that a version runs in an environment, in place of the one before.
    RecordDeployment(record::DeploymentArgs),
    /// Record that an application does not run in an environment any more.
    RecordUndeployment(record::UndeploymentArgs),
    /// Record that a version is offered in an environment, beside others.
    RecordRelease(record::ReleaseArgs),
    /// List, make, describe and remove environments.
    Environments(environments::EnvironmentsArgs),
    /// Write pacts of the Broker to a folder.
    Fetch(fetch::FetchArgs),
    /// Show how the latest pacts stand.
    Status(status::StatusArgs),
    /// Look whether the Broker is there, and set up well.
    Doctor(doctor::DoctorArgs),
    // As pact-broker calls them.
    #[command(hide = true)]
    ListEnvironments(environments::ListArgs),
    #[command(hide = true)]
    CreateEnvironment(environments::CreateArgs),
    #[command(hide = true)]
    DescribeEnvironment(environments::OneArgs),
    #[command(hide = true)]
    DeleteEnvironment(environments::OneArgs),
}

/// What is printed, where there is nothing else to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people.
    #[default]
    #[value(alias = "table")]
    Text,
    /// For programs.
    Json,
}

pub(super) fn run(args: &BrokerArgs) -> Outcome {
    use BrokerCommand as It;
    match &args.command {
        It::Publish(args) => publish::run(args),
        It::CanIDeploy(args) => can_i_deploy::run(args),
        It::RecordDeployment(args) => record::deployment(args),
        It::RecordUndeployment(args) => record::undeployment(args),
        It::RecordRelease(args) => record::release(args),
        It::Environments(args) => environments::run(args),
        It::Fetch(args) => fetch::run(args),
        It::Status(args) => status::run(args),
        It::Doctor(args) => doctor::run(args),
        It::ListEnvironments(args) => environments::list(args),
        It::CreateEnvironment(args) => environments::create(args),
        It::DescribeEnvironment(args) => environments::describe(args),
        It::DeleteEnvironment(args) => environments::delete(args),
    }
}

/// Why a command came to nothing.
enum Failure {
    /// The user has to do something else.
    Usage(String),
    /// The Broker did not do what it was asked.
    Broker(Problem),
}

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure::Usage(message)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Broker(problem)
    }
}

/// Runs a command to its end, and says why it came to none.
fn wait(work: impl Future<Output = Result<Outcome, Failure>>) -> Outcome {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return trouble(&format!("cannot start: {error}")),
    };
    match runtime.block_on(work) {
        Ok(outcome) => outcome,
        Err(Failure::Usage(message)) => trouble(&message),
        Err(Failure::Broker(problem)) => {
            trouble(&problem.message);
            outcome_of(&problem)
        }
    }
}

/// A refusal will be one again, another fault may pass.
fn outcome_of(problem: &Problem) -> Outcome {
    match problem.status {
        Some(408 | 429) => Outcome::Unknown,
        Some(..=499) => Outcome::Trouble,
        _ => Outcome::Unknown,
    }
}

/// A text of a pact as it may be shown: without secrets that are known by their form, and
/// without control characters.
fn shown(text: &str) -> String {
    escape(&Mask::default().whole(text)).into_owned()
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Failure> {
    output::write(|out: &mut dyn Write| out.write_all(text.as_bytes()))
        .map_err(|error| Failure::Usage(format!("cannot write to standard output: {error}")))
}

/// Writes JSON to standard output.
fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// Rows of a table.
fn table(rows: &[Vec<String>]) -> String {
    crate::report::table::lines(rows).iter().map(|line| format!("{line}\n")).collect()
}
