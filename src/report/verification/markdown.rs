//! Markdown for the summary of a job.

use std::io::{self, Write};

use crate::report::verification::Options;
use crate::report::verification::told::{Status, Told, Totals, parties, path, time};
use crate::runner::verify::outcome::{PactResult, Verification};
use crate::text::counted;

/// So many interactions that did not pass are told: a summary may have one megabyte.
const MOST: usize = 100;

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = Totals::of(run);
    let sign = if totals.bad() > 0 { "❌" } else { "✅" };
    writeln!(out, "## {sign} Pact verification: {}\n", totals.words())?;
    writeln!(out, "| provider | consumer | pact | passed | failed | pending | not verified |")?;
    writeln!(out, "|---|---|---|--:|--:|--:|--:|")?;
    for pact in &run.pacts {
        let totals = Totals::of_pact(pact);
        let (consumer, provider) = parties(&pact.contract, options);
        let Totals { passed, pending, not_run, .. } = totals;
        writeln!(
            out,
            "| {} | {} | {} | {passed} | {} | {pending} | {not_run} |",
            plain(&provider),
            plain(&consumer),
            code(&path(&pact.contract)).replace('|', "\\|"),
            totals.bad()
        )?;
    }
    writeln!(out)?;
    let mut told = 0;
    let mut left = 0;
    for pact in &run.pacts {
        one_pact(pact, options, &mut told, &mut left, out)?;
    }
    if left > 0 {
        writeln!(out, "And {} that did not pass.\n", counted(left, "more interaction"))?;
    }
    writeln!(out, "{}", time(run.took))
}

fn one_pact(
    pact: &PactResult,
    options: &Options<'_>,
    shown: &mut usize,
    left: &mut usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    for result in &pact.results {
        if *shown >= MOST {
            *left += usize::from(result.verdict != crate::runner::verify::outcome::Verdict::Passed);
            continue;
        }
        let Some(told) = Told::new(&pact.contract, result, options) else { continue };
        let sign = match told.status {
            Status::Passed => continue,
            Status::NotRun => "⚪",
            _ if told.pending => "⚪",
            Status::NoAnswer | Status::Unjudged => "❓",
            Status::Failed | Status::State => "❌",
        };
        *shown += 1;
        let pending = if told.pending { ", pending" } else { "" };
        let given = told.given();
        let given = if given.is_empty() { given } else { format!(" *{}*", plain(&given)) };
        writeln!(out, "### {sign} {}{given}{pending}\n", plain(&told.description()))?;
        let test = told.test_place().map(|it| format!(", test {}", code(&it))).unwrap_or_default();
        writeln!(out, "{}{test}\n", code(&format!("{}:{}", path(told.contract), told.at().line)))?;
        if let Some(why) = told.why() {
            writeln!(out, "{}\n", plain(&why))?;
        }
        let differences: Vec<_> = told.differences().collect();
        if !differences.is_empty() {
            writeln!(out, "| where | expected | got | because of |\n|---|---|---|---|")?;
            for one in &differences {
                let near =
                    one.near.as_ref().map(|it| format!(" did you mean {}?", code(it))).unwrap_or_default();
                let cells = [
                    code(&one.at),
                    code(&one.expected),
                    format!("{}{near}", code(&one.got)),
                    code(&one.because()),
                ];
                writeln!(out, "| {} |", cells.map(|it| it.replace('|', "\\|")).join(" | "))?;
            }
            writeln!(out)?;
        }
        if told.more() > 0 {
            writeln!(out, "and {} more\n", told.more())?;
        }
        let notes = told.state_notes();
        for note in &notes {
            writeln!(out, "- state {}", plain(note))?;
        }
        if !notes.is_empty() {
            writeln!(out)?;
        }
        if let Some(actual) = told.actual() {
            writeln!(out, "The answer: {}\n", code(actual))?;
        }
        let diff = told.diff_texts();
        if !diff.is_empty() {
            fenced("diff", &diff.join("\n"), out)?;
        }
        if let Some(curl) = &told.curl {
            fenced("sh", curl, out)?;
        }
    }
    Ok(())
}

/// Text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for ch in crate::report::escape(text).chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Whom an at sign names would be told.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => out.extend(['\\', ch]),
            ch => out.push(ch),
        }
    }
    out
}

/// A span of code, whatever it holds.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let text = crate::report::escape(text);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

fn fenced(kind: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let lines: Vec<_> = text.split('\n').map(crate::report::escape).collect();
    writeln!(out, "{fence}{kind}\n{}\n{fence}\n", lines.join("\n"))
}

fn longest_run(text: &str) -> usize {
    text.split(|ch| ch != '`').map(str::len).max().unwrap_or(0)
}
