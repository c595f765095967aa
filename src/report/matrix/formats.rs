//! The report in each of its formats.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::broker::matrix::{Party, Row};
use crate::broker::publish::Notice;
use crate::report::matrix::{Report, Status, minute};
use crate::report::table;
use crate::report::xml::xml;
use crate::text::clip;

/// A column of the table is at most so wide.
const WIDEST: usize = 60;

pub(super) fn text(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
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

pub(super) fn json(report: &Report<'_>) -> Value {
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
    let notice = |it: &Notice| json!({"type": shown(&it.kind), "text": lines(&it.text)});
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

pub(super) fn markdown(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
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

pub(super) fn junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
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
