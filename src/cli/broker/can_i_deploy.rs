//! `pactlens broker can-i-deploy`.

use std::time::Duration;

use clap::builder::{FalseyValueParser, NonEmptyStringValueParser};
use clap::{Args, ValueEnum};

use crate::broker::Broker;
use crate::broker::matrix::{Answer, Question, Selector, Target, ask, explain};
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::selectors::Selectors;
use crate::cli::broker::{Failure, wait};
use crate::cli::{Outcome, output};
use crate::report::matrix::{Format, Report, render};

/// So many verifications that failed are looked into.
const MOST_EXPLAINED: usize = 10;

const AFTER_HELP: &str = "\
Exit codes, the same for every format:
  0  yes; also with --dry-run, whatever the answer is
  1  no: a verification failed, or the version does not exist
  2  wrong usage, or the Broker knows no such application or environment, or not who asks
  4  not known yet: a pact is not verified; or the Broker could not be reached

Examples:
  pactlens broker can-i-deploy -a web -e 3f2c1e9 --to-environment production
  pactlens broker can-i-deploy -a web --branch main --to-environment test --retry-while-unknown 20
  pactlens broker can-i-deploy -a web -e 3f2c1e9 -a orders -e 8d0";

/// Asks for the versions that an environment has, each of them: one that does not fit is not
/// hidden by another that does.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct CanIDeployArgs {
    #[command(flatten)]
    selectors: Selectors,
    /// The environment that they are to go to.
    #[arg(long, value_name = "ENVIRONMENT", conflicts_with_all = ["to", "with_main_branches"], value_parser = NonEmptyStringValueParser::new())]
    to_environment: Option<String>,
    /// The tag whose latest versions they are to go with.
    #[arg(long, value_name = "TAG", conflicts_with = "with_main_branches", value_parser = NonEmptyStringValueParser::new())]
    to: Option<String>,
    /// They are to go with the latest versions of the main branches.
    #[arg(long)]
    with_main_branches: bool,
    /// Ask so often again while a verification is missing.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=10_000))]
    retry_while_unknown: u32,
    /// How long to wait before asking again.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=3_600))]
    retry_interval: u32,
    /// Exit 0 whatever the answer is, and do not wait for another.
    #[arg(
        long,
        env = "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN",
        hide_env_values = true,
        value_parser = FalseyValueParser::new()
    )]
    dry_run: bool,
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Output {
    /// A table, for people.
    #[default]
    #[value(alias = "table")]
    Text,
    /// For programs.
    Json,
    /// For the summary of a job.
    Markdown,
    /// For CI servers.
    Junit,
}

impl CanIDeployArgs {
    fn question(&self) -> Question {
        let target = match (&self.to_environment, &self.to) {
            (Some(name), _) => Target::Environment(name.clone()),
            (_, Some(tag)) => Target::Tag(tag.clone()),
            _ if self.with_main_branches => Target::MainBranches,
            _ => Target::Latest,
        };
        Question { selectors: self.selectors.wanted.clone(), ignored: self.selectors.ignored.clone(), target }
    }
}

pub(super) fn run(args: &CanIDeployArgs) -> Outcome {
    wait(decide(args))
}

async fn decide(args: &CanIDeployArgs) -> Result<Outcome, Failure> {
    let broker = args.access.connect()?;
    let question = args.question();
    let mut answer = ask_until_known(args, &broker, &question).await?;
    explain(&broker, &mut answer, MOST_EXPLAINED).await;
    let outcome = match (answer.deployable, args.dry_run) {
        (_, true) | (Some(true), _) => Outcome::Fine,
        (Some(false), _) => Outcome::Findings,
        (None, _) => Outcome::Unknown,
    };
    let format = match args.output {
        Output::Text => Format::Text,
        Output::Json => Format::Json,
        Output::Markdown => Format::Markdown,
        Output::Junit => Format::Junit,
    };
    let shown = |text: &str| broker.shown(text);
    let report = Report {
        question: &question,
        answer: &answer,
        broker: broker.address(),
        exit: outcome.number(),
        dry_run: args.dry_run,
        shown: &shown,
    };
    output::write(|out| render(format, &report, out))
        .map_err(|error| Failure::Usage(format!("cannot write to standard output: {error}")))?;
    Ok(outcome)
}

async fn ask_until_known(
    args: &CanIDeployArgs,
    broker: &Broker,
    question: &Question,
) -> Result<Answer, Failure> {
    let mut answer = ask(broker, question).await?;
    let most = if args.dry_run { 0 } else { args.retry_while_unknown };
    for time in 1..=most {
        // What failed stays so, whatever the rest comes to.
        if answer.deployable.is_some() {
            break;
        }
        let all = u64::from(most) * u64::from(args.retry_interval);
        let missing = answer.rows.iter().filter(|it| it.verified.is_none() && !it.ignored).count();
        eprintln!(
            "pactlens: {missing} not verified yet; asking again in {} s ({time} of {most}, {all} s at most)",
            args.retry_interval
        );
        tokio::time::sleep(Duration::from_secs(args.retry_interval.into())).await;
        answer = ask(broker, question).await?;
    }
    if question.selectors.iter().any(|it: &Selector| it.latest) && args.access.verbose {
        eprintln!(
            "pactlens: note: what the latest version is may change between this question and the deployment"
        );
    }
    Ok(answer)
}
