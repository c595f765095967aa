//! Whether a version may be deployed, as text, JSON, Markdown and JUnit's XML.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::broker::matrix::{Answer, Party, Question, Row, Selector, Target};
use crate::report::table;
use crate::report::xml::xml;
use crate::text::clip;

/// A column of the table is at most so wide.
const WIDEST: usize = 60;

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
        Format::Text => text(report, out),
        Format::Json => writeln!(out, "{:#}", json_of(report)),
        Format::Markdown => markdown(report, out),
        Format::Junit => junit(report, out),
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
            for line in notice.text.lines() {
                let line = self.shown(line);
                if !all.iter().any(|(_, known)| *known == line) {
                    all.push((notice.kind.as_str(), line));
                }
            }
        }
        if all.is_empty() {
            all.extend(self.answer.reason.lines().map(|line| ("info", self.shown(line))));
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

fn text(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", report.title())?;
    let rows = &report.answer.rows;
    if !rows.is_empty() {
        let head = ["CONSUMER", "PROVIDER", "RESULT", "VERIFIED", "WHY"].map(str::to_owned);
        let cells = |row: &Row| {
            let status = Status::of(row);
            let verified = row.verified.as_ref().map(|it| minute(&report.shown(&it.at))).unwrap_or_default();
            let [consumer, provider] =
                [&row.consumer, &row.provider].map(|it| clip(&report.party(it), WIDEST));
            let result = format!("{} {}", status.sign(), status.name());
            vec![consumer, provider, result, verified, report.why(row)]
        };
        let all: Vec<Vec<String>> = std::iter::once(head.to_vec()).chain(rows.iter().map(cells)).collect();
        let mut told: Option<String> = None;
        for (at, line) in table::lines(&all).iter().enumerate() {
            writeln!(out, "{line}")?;
            let next = at.checked_sub(1).and_then(|at| report.next(&rows[at]));
            if let Some(next) = next.filter(|next| told.as_ref() != Some(next)) {
                writeln!(out, "      → {next}")?;
                told = Some(next);
            }
        }
    }
    writeln!(out)?;
    for (kind, line) in report.notices() {
        let sign = match kind {
            "warning" => "warning: ",
            _ => "",
        };
        writeln!(out, "{sign}{line}")?;
    }
    let dry = if report.dry_run { " (dry run)" } else { "" };
    writeln!(out, "{}.   exit {}{dry}", report.verdict(), report.exit)
}

fn json_of(report: &Report<'_>) -> Value {
    let shown = |text: &str| report.shown(text);
    let party = |it: &Party| {
        let environments: Vec<String> = it.environments.iter().map(|name| shown(name)).collect();
        let version = it.version.as_ref().map(|number| {
            json!({"number": shown(number), "branch": it.branch.as_deref().map(shown), "environments": environments})
        });
        json!({"name": shown(&it.name), "version": version})
    };
    let row = |row: &Row| {
        let result = row.verified.as_ref();
        json!({
            "consumer": party(&row.consumer), "provider": party(&row.provider),
            "status": Status::of(row).name(), "why": report.why(row), "next": report.next(row), "pact": row.pact,
            "verificationResult":
                result.map(|it| json!({"success": it.success, "verifiedAt": shown(&it.at), "link": it.link})),
        })
    };
    let lines = |text: &str| text.lines().map(shown).collect::<Vec<_>>().join("\n");
    let notice =
        |it: &crate::broker::publish::Notice| json!({"type": shown(&it.kind), "text": lines(&it.text)});
    json!({
        "version": 1,
        "summary": {
            "deployable": report.answer.deployable, "reason": lines(&report.answer.reason),
            "success": report.count(Status::Passed), "failed": report.count(Status::Failed),
            "unknown": report.count(Status::Unknown), "ignored": report.count(Status::Ignored),
        },
        "notices": report.answer.notices.iter().map(notice).collect::<Vec<_>>(),
        "matrix": report.answer.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

/// A text in Markdown, of which nothing is read as Markdown.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => out.extend(['\\', ch]),
            ch => out.push(ch),
        }
    }
    out
}

fn markdown(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let sign = match report.answer.deployable {
        Some(true) => "✅",
        Some(false) => "❌",
        None => "❔",
    };
    writeln!(out, "## {sign} {}: {}\n", plain(&report.title()), plain(&report.verdict()))?;
    if !report.answer.rows.is_empty() {
        writeln!(out, "| consumer | provider | result | verified | why |\n|---|---|---|---|---|")?;
    }
    for row in &report.answer.rows {
        let status = Status::of(row);
        let result = format!("{} {}", status.sign(), status.name());
        let link = row.verified.as_ref().and_then(|it| it.link.as_ref()).or(row.pact.as_ref());
        let result = match link {
            Some(link) => format!("[{result}](<{}>)", link.replace(['<', '>', '|'], "")),
            None => result,
        };
        let verified = row.verified.as_ref().map(|it| minute(&report.shown(&it.at))).unwrap_or_default();
        let [consumer, provider] = [&row.consumer, &row.provider].map(|it| plain(&report.party(it)));
        writeln!(
            out,
            "| {consumer} | {provider} | {result} | {} | {} |",
            plain(&verified),
            plain(&report.why(row))
        )?;
    }
    writeln!(out)?;
    for (_, line) in report.notices() {
        writeln!(out, "- {}", plain(&line))?;
    }
    let mut steps: Vec<String> = report.answer.rows.iter().filter_map(|row| report.next(row)).collect();
    steps.dedup();
    steps.iter().try_for_each(|next| writeln!(out, "- next: {}", plain(next)))
}

fn junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = &report.answer.rows;
    // Without rows the answer itself is the test.
    let alone = rows.is_empty();
    let own = |status| usize::from(alone && status == report.answer.deployable);
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        rows.len().max(1),
        report.count(Status::Failed) + own(Some(false)),
        report.count(Status::Unknown) + own(None),
        report.count(Status::Ignored)
    );
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"pactlens broker can-i-deploy\" {counts}>")?;
    let title = xml(&report.title());
    writeln!(out, "  <testsuite name=\"{title}\" {counts}>")?;
    let reason = xml(&report.shown(&report.answer.reason.replace('\n', " ")));
    if alone {
        let inner = match report.answer.deployable {
            Some(true) => String::new(),
            Some(false) => format!("<failure message=\"{reason}\"/>"),
            None => format!("<error message=\"{reason}\"/>"),
        };
        writeln!(out, "    <testcase name=\"{title}\" classname=\"can-i-deploy\">{inner}</testcase>")?;
    }
    for row in rows {
        let [consumer, provider] = [&row.consumer, &row.provider].map(|it| xml(&report.party(it)));
        let (why, next) = (xml(&report.why(row)), xml(&report.next(row).unwrap_or_default()));
        let inner = match Status::of(row) {
            Status::Passed => String::new(),
            Status::Failed => format!("<failure message=\"{why}\">{next}</failure>"),
            Status::Unknown => format!("<error message=\"{why}\">{next}</error>"),
            Status::Ignored => format!("<skipped message=\"{why}\"/>"),
        };
        let name = format!("{consumer} → {provider}");
        writeln!(out, "    <testcase name=\"{name}\" classname=\"can-i-deploy\">{inner}</testcase>")?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}
