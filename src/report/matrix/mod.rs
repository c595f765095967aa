//! Whether a version may be deployed, as text, JSON, Markdown and JUnit's XML.

mod formats;

use std::io::{self, Write};

use crate::broker::matrix::{Answer, Party, Question, Row, Selector, Target};

/// The shape of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For the summary of a job.
    Markdown,
    /// For CI servers.
    Junit,
}

/// So many lines of what the Broker says are shown.
const MOST_LINES: usize = 200;

/// What is reported.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// What the matrix says.
    pub answer: &'a Answer,
    /// Where the Broker is.
    pub broker: &'a str,
    /// The exit code.
    pub exit: u8,
    /// Whether the answer plays no part in it.
    pub dry_run: bool,
    /// Takes secrets and control characters out of a text of the Broker.
    pub shown: &'a dyn Fn(&str) -> String,
}

/// How a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Passed,
    Failed,
    Unknown,
    Ignored,
}

impl Status {
    fn of(row: &Row) -> Status {
        match &row.verified {
            _ if row.ignored => Status::Ignored,
            Some(it) if it.success => Status::Passed,
            Some(_) => Status::Failed,
            None => Status::Unknown,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Unknown => "unknown",
            Status::Ignored => "ignored",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Status::Passed => "✓",
            Status::Failed => "✗",
            Status::Unknown => "?",
            Status::Ignored => "○",
        }
    }
}

/// Writes the report.
///
/// The JSON is one object. Keys may be added within a version, none changes its meaning.
///
/// | key | holds |
/// |---|---|
/// | `version` | `1` |
/// | `summary` | `{deployable, reason, success, failed, unknown, ignored}`; `deployable` is null where that is not known yet |
/// | `notices[]` | `{type, text}`, as the Broker has them |
/// | `matrix[]` | `{consumer, provider, status, why, next, pact, verificationResult}`; `status` is `passed`, `failed`, `unknown` or `ignored`; `next` is what to do, or null |
/// | `consumer`, `provider` | `{name, version}`; `version` is null or `{number, branch, environments}` |
/// | `verificationResult` | null or `{success, verifiedAt, link}` |
pub fn render(format: Format, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => formats::text(report, out),
        Format::Json => writeln!(out, "{:#}", formats::json(report)),
        Format::Markdown => formats::markdown(report, out),
        Format::Junit => formats::junit(report, out),
    }
}

impl Report<'_> {
    fn shown(&self, text: &str) -> String {
        (self.shown)(text)
    }

    fn count(&self, status: Status) -> usize {
        self.answer.rows.iter().filter(|it| Status::of(it) == status).count()
    }

    /// What is to go where.
    fn title(&self) -> String {
        let what: Vec<String> = self.question.selectors.iter().map(named).collect();
        let to = match &self.question.target {
            Target::Latest => String::new(),
            Target::Environment(name) => format!(" → {name}"),
            Target::Tag(tag) => format!(" → tag {tag}"),
            Target::MainBranches => " → main branches".to_owned(),
        };
        self.shown(&format!("{}{to}", what.join(" + ")))
    }

    /// Why a row is as it is, in a few words.
    fn why(&self, row: &Row) -> String {
        match (Status::of(row), &row.verified) {
            (Status::Passed, _) => String::new(),
            (Status::Ignored, _) => "plays no part, as was asked".to_owned(),
            (Status::Failed, Some(it)) => {
                it.why.as_ref().map_or_else(|| "the verification failed".to_owned(), |why| self.shown(why))
            }
            (_, _) if row.absent => format!("no version is recorded{}", self.in_target()),
            (_, _) if row.provider.version.is_none() => {
                format!("never verified by the version{}", self.in_target())
            }
            _ => "never verified".to_owned(),
        }
    }

    fn in_target(&self) -> String {
        match &self.question.target {
            Target::Environment(name) => format!(" in {}", self.shown(name)),
            Target::Tag(tag) => format!(" tagged {}", self.shown(tag)),
            Target::MainBranches => " of the main branch".to_owned(),
            Target::Latest => " that is the latest".to_owned(),
        }
    }

    /// What to do about a row.
    fn next(&self, row: &Row) -> Option<String> {
        let provider = self.shown(&row.provider.name);
        match Status::of(row) {
            Status::Passed | Status::Ignored => None,
            Status::Failed => row
                .verified
                .as_ref()
                .and_then(|it| it.link.clone())
                .map(|link| format!("the results: {link}")),
            Status::Unknown if row.absent => {
                let own =
                    |it: &Party| self.question.selectors.iter().any(|wanted| wanted.pacticipant == it.name);
                let absent =
                    self.shown(if own(&row.provider) { &row.consumer.name } else { &row.provider.name });
                Some(match &self.question.target {
                    Target::Environment(name) => format!(
                        "deploy {absent} first; if it runs there, say so: pactlens broker record-deployment -a {absent} -e VERSION \
                         --environment {}; --ignore {absent} leaves it out",
                        self.shown(name)
                    ),
                    _ => format!("--ignore {absent} leaves it out"),
                })
            }
            Status::Unknown => Some(format!(
                "verify the pact in the build of {provider}{} and publish the results (pactlens verify --provider-name {provider} \
                 --publish …); --retry-while-unknown N waits for that",
                row.provider
                    .version
                    .as_ref()
                    .map_or_else(|| self.in_target(), |it| format!(" {}", self.shown(it)))
            )),
        }
    }

    /// The answer in a line.
    fn verdict(&self) -> String {
        let parts = [(Status::Failed, "failed"), (Status::Unknown, "unknown"), (Status::Ignored, "ignored")];
        let parts =
            parts.iter().map(|(status, word)| (self.count(*status), word)).filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, word)| format!("{count} {word}")).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        let word = match self.answer.deployable {
            Some(true) => "Yes",
            Some(false) => "No",
            None => "Not known yet",
        };
        format!("{word}{parts}")
    }

    /// What the Broker has to say, each thing once.
    fn notices(&self) -> Vec<(&str, String)> {
        let mut all: Vec<(&str, String)> = Vec::new();
        for notice in &self.answer.notices {
            for line in notice.text.lines().take(MOST_LINES.saturating_sub(all.len())) {
                let line = self.shown(line);
                if !all.iter().any(|(_, known)| *known == line) {
                    all.push((notice.kind.as_str(), line));
                }
            }
        }
        if all.is_empty() {
            all.extend(self.answer.reason.lines().take(MOST_LINES).map(|line| ("info", self.shown(line))));
        }
        all
    }

    /// A version as it is told: `web 1.0 (prod)`.
    fn party(&self, party: &Party) -> String {
        let version = party.version.as_deref().unwrap_or("?");
        let mut places: Vec<&str> = party.environments.iter().map(String::as_str).collect();
        if places.is_empty() {
            places.extend(party.branch.as_deref());
        }
        let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
        self.shown(&format!("{} {version}{places}", party.name))
    }
}

fn named(selector: &Selector) -> String {
    let which = match selector {
        Selector { version: Some(version), .. } => version.clone(),
        Selector { tag: Some(tag), .. } => format!("(latest tagged {tag})"),
        Selector { branch: Some(branch), .. } => format!("(latest of branch {branch})"),
        Selector { main_branch: true, .. } => "(latest of the main branch)".to_owned(),
        Selector { latest: true, .. } => "(latest)".to_owned(),
        _ => "(any version)".to_owned(),
    };
    format!("{} {which}", selector.pacticipant)
}

/// The day and the minute of a time as the Broker writes it.
fn minute(time: &str) -> String {
    match time.get(..16) {
        Some(minute) if minute.as_bytes().get(10) == Some(&b'T') => minute.replacen('T', " ", 1),
        _ => String::new(),
    }
}
