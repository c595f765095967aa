//! `pactlens broker publish`.

mod report;

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::broker::forecast::{Forecast, forecast};
use crate::broker::publish::{Publication, Published, publish};
use crate::broker::{Broker, Links, Problem};
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::candidates::{self, Candidate};
use crate::cli::broker::publish::report::Report;
use crate::cli::broker::{Failure, Form, outcome_of, vcs, wait};
use crate::cli::selection::{Selection, SelectionArgs};
use crate::cli::{Outcome, config, trouble};
use crate::config::{Settings, today};
use crate::report::escape;

const AFTER_HELP: &str = "\
Exit codes, the same for every format:
  0  published, or, with --dry-run, it would be
  1  the Broker has another content for this version of the consumer, and keeps it
  2  wrong usage, unreadable input, lint errors, files that do not go together, or the Broker
     refuses
  3  no pact (0 with --allow-empty)
  4  the Broker could not be reached, or has a fault of its own";

/// Publishes the bytes of the files. All files are read, checked and put together before the
/// first request, and all pacts of a consumer are published in one.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct PublishArgs {
    /// Pacts and folders to search for pacts, or `-` for standard input.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The version of the consumer.
    #[arg(
        short = 'a',
        long,
        value_name = "VERSION",
        required_unless_present = "auto_detect_version_properties"
    )]
    consumer_app_version: Option<String>,
    /// The branch of the consumer.
    // pact-broker has -h for it, which is for help in every other command.
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    branch: Option<String>,
    /// Find version, branch and build URL out from the variables of a CI server, or else from git,
    /// as far as they are not given.
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
    /// Give the version this tag (repeatable, or separated by commas).
    #[arg(short, long, value_name = "TAG", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    tag: Vec<String>,
    /// Give the version the name of the branch as a tag.
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,
    /// A link to the build.
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// Publish the interactions of several files of a consumer and a provider as one pact.
    #[arg(long, alias = "merge")]
    merge_files: bool,
    /// Publish pacts with errors, too.
    #[arg(long)]
    no_lint: bool,
    /// Tell what would be published and what would come of it, and publish nothing. Without a
    /// Broker nothing is asked.
    #[arg(long)]
    dry_run: bool,
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten, next_help_heading = "Which files")]
    selection: SelectionArgs,
    #[command(flatten)]
    access: AccessArgs,
}

/// What is said of the version.
struct Version {
    number: String,
    branch: Option<String>,
    tags: Vec<String>,
    build_url: Option<String>,
}

impl PublishArgs {
    fn version(&self) -> Result<Version, String> {
        let get = |name: &str| env::var(name).ok();
        let detects = self.auto_detect_version_properties;
        let given = self.consumer_app_version.clone().filter(|it| !it.trim().is_empty());
        let number = match given {
            Some(number) => number,
            None if detects => vcs::commit(&get)?,
            None => return Err("--consumer-app-version is empty".to_owned()),
        };
        let named = |what: &str, text: &str| match text.contains(|ch: char| ch.is_control()) {
            true => {
                Err(format!("the {what} '{}' has control characters, which the Broker refuses", escape(text)))
            }
            false => Ok(()),
        };
        let branch = match &self.branch {
            Some(branch) => Some(branch.clone()),
            None if detects => Some(vcs::branch(&get)?),
            None => None,
        };
        let mut tags = self.tag.clone();
        if self.tag_with_git_branch {
            tags.push(vcs::branch(&get)?);
        }
        named("version", &number)?;
        branch.iter().try_for_each(|it| named("branch", it))?;
        tags.iter().try_for_each(|it| named("tag", it))?;
        tags.dedup();
        let build_url = self.build_url.clone().filter(|it| !it.is_empty());
        let build_url = build_url.or_else(|| detects.then(|| vcs::build_url(&get)).flatten());
        Ok(Version { number, branch, tags, build_url })
    }
}

pub(super) fn run(args: &PublishArgs) -> Outcome {
    let ready = args.version().and_then(|version| {
        let selection = args.selection.resolve(Settings { today: today(), ..Settings::default() })?;
        Ok((version, selection))
    });
    let (version, selection) = match ready {
        Ok(ready) => ready,
        Err(error) => return trouble(&error),
    };
    if !config::tell(&selection) {
        return Outcome::Trouble;
    }
    let (pacts, outcome) = match candidates(args, &selection) {
        Ok(both) => both,
        Err(error) => return trouble(&error),
    };
    match outcome {
        Some(outcome) => outcome,
        None => wait(send(args, version, pacts)),
    }
}

/// The pacts to publish, or what it means that there are none.
fn candidates(
    args: &PublishArgs,
    selection: &Selection,
) -> Result<(Vec<Candidate>, Option<Outcome>), String> {
    let found = candidates::find(&args.paths, &args.selection, selection, !args.no_lint, args.merge_files)?;
    found.notes.iter().for_each(|note| eprintln!("pactlens: note: {note}"));
    if found.excluded {
        eprintln!(
            "pactlens: note: a file that was named is excluded, and not published; --no-exclude takes it"
        );
    }
    found.errors.iter().for_each(|error| _ = trouble(error));
    let outcome = match (found.errors.is_empty(), found.pacts.is_empty()) {
        (false, _) => {
            eprintln!("pactlens: nothing was published");
            Some(Outcome::Trouble)
        }
        // To say nothing, as a linter may of what is excluded, would look like all is published.
        (true, true) => Some(args.selection.found_nothing(false, "publish")),
        (true, false) => None,
    };
    Ok((found.pacts, outcome))
}

async fn send(args: &PublishArgs, version: Version, pacts: Vec<Candidate>) -> Result<Outcome, Failure> {
    let offline = args.dry_run && !args.access.is_given();
    let broker = if offline { None } else { Some(args.access.connect()?) };
    let index = match &broker {
        Some(broker) => Links::of(&broker.index().await?),
        None => Links::default(),
    };
    let mut report =
        Report { args, version: &version, broker: broker.as_ref(), lines: Vec::new(), notices: Vec::new() };
    let mut refused = None;
    let outcome = match &broker {
        None => {
            pacts
                .iter()
                .for_each(|it| report.add(it, "not-asked", "can be published; no Broker was asked", None));
            Outcome::Fine
        }
        Some(broker) if args.dry_run => foresee(broker, &index, &pacts, &mut report).await?,
        Some(broker) => {
            let (outcome, problem) = publish_all(broker, &index, &pacts, &mut report).await;
            refused = problem;
            outcome
        }
    };
    report.print()?;
    if let Some(problem) = refused {
        trouble(&problem.message);
    }
    Ok(outcome)
}

/// Says what would come of publishing.
async fn foresee<'a>(
    broker: &Broker,
    index: &Links,
    pacts: &'a [Candidate],
    report: &mut Report<'a>,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Fine;
    for pact in pacts {
        let place = [&pact.consumer, &pact.provider, &report.version.number].map(String::as_str);
        match forecast(broker, index, place, &pact.text).await? {
            Forecast::NoChange => {
                report.add(pact, "no-change", "no change: the version has this content", None);
            }
            Forecast::New => report.add(pact, "new", "new content", None),
            Forecast::Conflict(differences) => {
                outcome = Outcome::Findings;
                let said = "would be refused (409): the version has another content";
                report.add(pact, "conflict", said, None);
                report.differ(differences);
            }
        }
    }
    Ok(outcome)
}

/// Publishes the pacts, in one request a consumer, up to the first that the Broker does not
/// understand: what is wrong with it is wrong with the next.
async fn publish_all<'a>(
    broker: &Broker,
    index: &Links,
    pacts: &'a [Candidate],
    report: &mut Report<'a>,
) -> (Outcome, Option<Problem>) {
    let mut outcome = Outcome::Fine;
    let mut refused = None;
    let consumers: BTreeSet<&str> = pacts.iter().map(|it| it.consumer.as_str()).collect();
    for consumer in consumers {
        let own: Vec<&Candidate> = pacts.iter().filter(|it| it.consumer == consumer).collect();
        let contract = |it: &&Candidate| (it.provider.clone(), Bytes::from(it.text.clone()));
        let Version { number, branch, tags, build_url } = report.version;
        let publication = Publication {
            consumer: consumer.to_owned(),
            version: number.clone(),
            branch: branch.clone(),
            tags: tags.clone(),
            build_url: build_url.clone(),
            contracts: own.iter().map(contract).collect(),
        };
        let published = match refused {
            None => publish(broker, index, &publication).await,
            Some(_) => {
                own.into_iter().for_each(|it| report.add(it, "not-tried", "NOT published: not tried", None));
                continue;
            }
        };
        match published {
            Ok(Published::Taken { notices, links }) => {
                for (at, pact) in own.into_iter().enumerate() {
                    report.add(pact, "published", "published", links.get(at).cloned());
                }
                report.notices.extend(notices);
            }
            Ok(Published::Conflict(notices)) => {
                outcome = outcome.or_worse(Outcome::Findings);
                own.into_iter().for_each(|it| report.add(it, "conflict", "NOT published (409)", None));
                report.notices.extend(notices);
            }
            Err(problem) => {
                outcome = outcome.or_worse(outcome_of(&problem));
                own.into_iter().for_each(|it| report.add(it, "failed", "NOT published", None));
                refused = Some(problem);
            }
        }
    }
    (outcome, refused)
}
