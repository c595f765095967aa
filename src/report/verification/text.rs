//! The report for a person at a terminal.

use std::io::{self, Write};

use crate::report::colour::{Tone, paint};
use crate::report::escape;
use crate::report::verification::Options;
use crate::report::verification::told::{Look, Status, Told, Totals, WHY, parties, path, time};
use crate::runner::explain::{DiffLine, Side};
use crate::runner::verify::outcome::{PactResult, Verification};
use crate::text::counted;

/// Descriptions and states are lined up to these many columns.
const DESCRIPTION: usize = 50;
const GIVEN: usize = 30;
/// Lines about an interaction are indented by this.
const INDENT: &str = "     ";

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    for pact in &run.pacts {
        one_pact(pact, options, out)?;
    }
    let totals = Totals::of(run);
    let mut line = format!("{}   {}", totals.words(), time(run.took));
    line.extend(options.exit.map(|exit| format!("   exit {exit}")));
    let bad = totals.bad();
    line.extend(options.repeat.filter(|_| bad > 0).map(|it| format!("   repeat: {it}")));
    let tone = if bad > 0 { Tone::Bad } else { Tone::Strong };
    writeln!(out, "{}", paint(options.colour, tone, line))
}

fn one_pact(pact: &PactResult, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (consumer, provider) = parties(&pact.contract, options);
    let count = counted(pact.results.len(), "interaction");
    let title = paint(options.colour, Tone::Strong, format!("{provider} ◀ {consumer}"));
    writeln!(out, "{title}   {}   {count}", path(&pact.contract))?;
    for result in &pact.results {
        let Some(told) = Told::new(&pact.contract, result, options) else { continue };
        if !(options.quiet && told.status == Status::Passed) {
            head(&told, options, out)?;
            body(&told, options, out)?;
        }
    }
    writeln!(out)
}

/// The line of an interaction.
fn head(told: &Told<'_>, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (sign, look) = told.sign();
    let tone = match look {
        Look::Good => Tone::Good,
        Look::Faint => Tone::Faint,
        Look::Bad => Tone::Bad,
    };
    let description = told.description();
    let description =
        format!("{description}{}", " ".repeat(DESCRIPTION.saturating_sub(description.chars().count())));
    let given = told.given();
    let given = format!("{given}{}", " ".repeat(GIVEN.saturating_sub(given.chars().count())));
    let took = if told.status == Status::NotRun { String::new() } else { time(told.result.took) };
    let line = format!("{description} {} {took:>7}", paint(options.colour, Tone::Faint, given));
    writeln!(out, " {} {}", paint(options.colour, tone, sign), line.trim_end())
}

/// What there is to say of an interaction that did not pass.
fn body(told: &Told<'_>, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<(String, Tone)> = Vec::new();
    if told.pending {
        lines.push(("pending: reported, not counted".to_owned(), Tone::Faint));
    }
    if told.status == Status::Passed {
        // A teardown may have failed.
        lines.extend(told.state_notes().into_iter().map(|note| (format!("state    {note}"), Tone::Bad)));
        return print(&lines, options, out);
    }
    if told.status == Status::NotRun {
        lines.extend(told.why().map(|why| (why, Tone::Faint)));
        return print(&lines, options, out);
    }
    let place = format!("{}:{}", path(told.contract), told.at().line);
    let test = told.test_place().map(|test| format!("   test: {test}")).unwrap_or_default();
    lines.push((format!("{place}{test}"), Tone::Faint));
    lines.extend(told.curl.iter().map(|curl| (curl.clone(), Tone::Faint)));
    lines.extend(told.why().map(|why| (why, Tone::Bad)));
    lines.extend(differences(told).into_iter().map(|line| (line, Tone::Strong)));
    lines.extend(told.actual().map(|it| (format!("actual   {it}"), Tone::Help)));
    lines.extend(told.following().map(|it| (format!("also     {it}"), Tone::Faint)));
    for note in told.state_notes() {
        lines.push((format!("state    {note}"), Tone::Bad));
    }
    if let Some(stub) = options.stub.filter(|_| told.state_failed()) {
        lines.push((format!("         a stub of it: {}", escape(stub)), Tone::Help));
    }
    print(&lines, options, out)?;
    for DiffLine { side, text } in told.diff() {
        let tone = match side {
            Side::Both => Tone::Faint,
            Side::Expected => Tone::Bad,
            Side::Actual => Tone::Good,
        };
        let line = format!("{} {text}", side.sign());
        writeln!(out, "{INDENT}{}", paint(options.colour, tone, line.trim_end()))?;
    }
    Ok(())
}

fn print(lines: &[(String, Tone)], options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (line, tone) in lines {
        writeln!(out, "{INDENT}{}", paint(options.colour, *tone, line))?;
    }
    Ok(())
}

/// The differences, lined up.
pub(super) fn differences(told: &Told<'_>) -> Vec<String> {
    let all: Vec<_> = told.differences().collect();
    let width = |texts: &mut dyn Iterator<Item = usize>, most: usize| {
        texts.filter(|it| *it <= most).max().unwrap_or(0)
    };
    let at = width(&mut all.iter().map(|it| it.at.chars().count()), 36).max(8);
    let texts: Vec<String> = all.iter().map(|it| it.told("   ")).collect();
    let told_width = width(&mut texts.iter().map(|it| it.chars().count()), 60);
    let mut out = Vec::new();
    for (one, text) in all.iter().zip(&texts) {
        let line = format!("{:<at$} {text:<told_width$}   {}", one.at, one.because());
        out.push(line.trim_end().to_owned());
        if let Some(near) = &one.near {
            out.push(format!("{:<at$} did you mean {near}?", ""));
        }
    }
    out.extend(told.more_words());
    let most = 3 * WHY;
    out.iter_mut().filter(|it| it.len() > 4 * most).for_each(|it| *it = it.chars().take(most).collect());
    out
}
