//! `pactlens broker publish`.

use std::env;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::{Value, json};

use crate::broker::publish::{Difference, Forecast, Notice, Publication, Published, forecast, publish};
use crate::broker::{Broker, Links, Problem};
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::candidates::{self, Candidate};
use crate::cli::broker::{Failure, Form, outcome_of, print, print_json, vcs, wait};
use crate::cli::selection::{Selection, SelectionArgs};
use crate::cli::{Outcome, config, trouble};
use crate::config::{Settings, today};
use crate::report::escape;
use crate::text::counted;

const AFTER_HELP: &str = "\
Exit codes, the same for every format:
  0  published, or, with --dry-run, it would be
  1  the Broker has another content for this version of the consumer, and keeps it
  2  wrong usage, unreadable input, lint errors, files that do not go together, or the Broker
     refuses
  3  no pact (0 with --allow-empty)
  4  the Broker could not be reached, or has a fault of its own";

/// So many interactions that are not the same are listed.
const MOST_DIFFERENCES: usize = 20;

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
    found.errors.iter().for_each(|error| _ = trouble(error));
    let outcome = match (found.errors.is_empty(), found.pacts.is_empty()) {
        (false, _) => {
            eprintln!("pactlens: nothing was published");
            Some(Outcome::Trouble)
        }
        (true, true) => Some(args.selection.found_nothing(found.excluded, "publish")),
        (true, false) => None,
    };
    Ok((found.pacts, outcome))
}

/// How an interaction is not the same.
fn kind(difference: &Difference) -> &'static str {
    match (difference.there, difference.here) {
        (true, false) => "gone",
        (false, _) => "new",
        (true, true) => "changed",
    }
}

/// What became of a pact.
struct Line<'a> {
    pact: &'a Candidate,
    /// A word for programs.
    status: &'static str,
    /// The same for people.
    said: &'static str,
    link: Option<String>,
    /// What is not the same at the Broker.
    differences: Vec<Difference>,
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
    let mut outcome = Outcome::Fine;
    let mut problem: Option<Problem> = None;
    if args.dry_run {
        for pact in &pacts {
            let Some(broker) = &broker else {
                report.add(pact, "not-asked", "can be published; no Broker was asked", None);
                continue;
            };
            let place = [&pact.consumer, &pact.provider, &version.number].map(String::as_str);
            match forecast(broker, &index, place, &pact.text).await? {
                Forecast::NoChange => {
                    report.add(pact, "no-change", "no change: the version has this content", None)
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
    } else if let Some(broker) = &broker {
        let mut consumers: Vec<&str> = pacts.iter().map(|it| it.consumer.as_str()).collect();
        consumers.dedup();
        consumers.sort_unstable();
        consumers.dedup();
        for consumer in consumers {
            let own: Vec<&Candidate> = pacts.iter().filter(|it| it.consumer == consumer).collect();
            let publication = Publication {
                consumer: consumer.to_owned(),
                version: version.number.clone(),
                branch: version.branch.clone(),
                tags: version.tags.clone(),
                build_url: version.build_url.clone(),
                contracts: own.iter().map(|it| (it.provider.clone(), Bytes::from(it.text.clone()))).collect(),
            };
            match publish(broker, &index, &publication).await {
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
                Err(found) => {
                    outcome = outcome.or_worse(outcome_of(&found));
                    own.into_iter().for_each(|it| report.add(it, "failed", "NOT published", None));
                    problem = Some(found);
                    // What is wrong with one request is wrong with the next.
                    break;
                }
            }
        }
    }
    report.print()?;
    if let Some(problem) = problem {
        trouble(&problem.message);
    }
    Ok(outcome)
}

/// What is told at the end.
struct Report<'a> {
    args: &'a PublishArgs,
    version: &'a Version,
    broker: Option<&'a Broker>,
    lines: Vec<Line<'a>>,
    notices: Vec<Notice>,
}

impl<'a> Report<'a> {
    fn add(&mut self, pact: &'a Candidate, status: &'static str, said: &'static str, link: Option<String>) {
        self.lines.push(Line { pact, status, said, link, differences: Vec::new() });
    }

    /// Adds what is not the same to the last pact.
    fn differ(&mut self, differences: Vec<Difference>) {
        if let Some(line) = self.lines.last_mut() {
            line.differences = differences;
        }
    }

    fn shown(&self, text: &str) -> String {
        self.broker.map_or_else(|| escape(text).into_owned(), |broker| broker.shown(text))
    }

    fn print(&self) -> Result<(), Failure> {
        match self.args.output {
            Form::Json => print_json(&self.json()),
            Form::Text => print(&self.text()),
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        let Version { number, branch, tags, .. } = self.version;
        let mut about = format!("version {number}");
        branch.iter().for_each(|it| about.push_str(&format!(", branch {it}")));
        if !tags.is_empty() {
            about.push_str(&format!(", tagged {}", tags.join(", ")));
        }
        let to = self.broker.map_or_else(String::new, |broker| format!(" → {}", broker.address()));
        out.push_str(&format!("{}, {}{to}\n", counted(self.lines.len(), "pact"), self.shown(&about)));
        for line in &self.lines {
            let Candidate { files, consumer, provider, sha, .. } = line.pact;
            let files = self.shown(&files.join(", "));
            out.push_str(&format!("  {} → {}  {files}\n", self.shown(consumer), self.shown(provider)));
            let link = line.link.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
            out.push_str(&format!("    {}{link}\n", line.said));
            for one in line.differences.iter().take(MOST_DIFFERENCES) {
                out.push_str(&format!("      {:<7} '{}'\n", kind(one), self.shown(&one.description)));
            }
            let left = line.differences.len().saturating_sub(MOST_DIFFERENCES);
            if left > 0 {
                out.push_str(&format!("      and {left} more\n"));
            }
            if self.args.dry_run {
                out.push_str(&format!("    content {sha}\n"));
            }
        }
        for notice in &self.notices {
            if notice.kind == "debug" && !self.args.access.verbose {
                continue;
            }
            let sign = match notice.kind.as_str() {
                "success" => "ok      ",
                "warning" => "warning ",
                "error" | "danger" => "error   ",
                _ => "        ",
            };
            let lines = notice.text.lines().map(|it| self.shown(it));
            out.extend(lines.map(|it| format!("{sign}{it}").trim_end().to_owned() + "\n"));
        }
        // The other reason is a name that is nearly that of another, and of that the notice says all.
        let changed = |it: &Notice| it.text.starts_with("Cannot change the content");
        if self.lines.iter().any(|it| it.status == "conflict")
            && (self.args.dry_run || self.notices.iter().any(changed))
        {
            out.push_str(
                "\nThe Broker keeps one content for each version of a consumer: give each build a version of its own, such as \
                 the commit. Where nobody changed the test, an example is made anew in every run: give it a fixed value, with a \
                 matcher; `pactlens lint --preset strict` looks for such examples\n",
            );
        }
        out
    }

    fn json(&self) -> Value {
        let pacts = self.lines.iter().map(|line| {
            let files: Vec<String> = line.pact.files.iter().map(|it| self.shown(it)).collect();
            json!({
                "consumer": self.shown(&line.pact.consumer), "provider": self.shown(&line.pact.provider),
                "files": files, "content": line.pact.sha, "status": line.status, "link": line.link,
                "differences": line.differences.iter()
                    .map(|it| json!({"description": self.shown(&it.description), "kind": kind(it)})).collect::<Vec<_>>(),
            })
        });
        let lines = |text: &str| text.lines().map(|it| self.shown(it)).collect::<Vec<_>>().join("\n");
        let notices =
            self.notices.iter().map(|it| json!({"type": self.shown(&it.kind), "text": lines(&it.text)}));
        json!({
            "version": 1,
            "dry_run": self.args.dry_run,
            "consumer_version": {
                "number": self.shown(&self.version.number), "branch": self.version.branch.as_deref().map(|it| self.shown(it)),
                "tags": self.version.tags.iter().map(|it| self.shown(it)).collect::<Vec<_>>(),
            },
            "pacts": pacts.collect::<Vec<_>>(),
            "notices": notices.collect::<Vec<_>>(),
        })
    }
}
