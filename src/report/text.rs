//! The report for a person at a terminal.

use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::diagnostic::{Applicability, Finding, Hint, InteractionRef, Severity};
use crate::report::colour::{Tone, paint};
use crate::report::cut::Mark;
use crate::report::escape::clip;
use crate::report::excerpt::Excerpt;
use crate::report::position::{Position, Positions};
use crate::report::{
    FileReport, Options, PactRef, Summary, count_fixable, count_with_findings, escape, statistics,
};
use crate::text::counted;

/// A finding takes no more bytes than this, short of a very long path.
const FINDING_BYTES: usize = 4_000;
/// How often to try, and with what: labels in the snippets, lines of context.
const ATTEMPTS: [(usize, bool); 4] = [(8, true), (4, false), (2, false), (0, false)];
/// Message and help are cut to this many columns each.
const PROSE_COLUMNS: usize = 400;
/// Descriptions, titles and labels without a snippet are cut to this many columns.
const NAME_COLUMNS: usize = 120;
/// Lists of states, fixes and labels without a snippet are cut to this many items.
const LIST_ITEMS: usize = 3;
/// So many lines of code for the test are shown.
const HINTS: usize = 5;
/// Columns that miette takes at the left for line numbers and frame.
const GUTTER: usize = 10;

/// Writes every finding with its snippets, then the totals.
pub(super) fn write(
    files: &[FileReport<'_>],
    summary: &Summary,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.statistics {
        statistics::write(files, options, out)?;
        if count_with_findings(files) > 0 {
            writeln!(out)?;
        }
        return writeln!(out, "{}", totals(files, summary, options));
    }
    for file in files {
        let mut positions = Positions::new(file.text, file.lines);
        for finding in file.sorted() {
            writeln!(out, "{}", one(file, &mut positions, finding, options))?;
        }
    }
    writeln!(out, "{}", totals(files, summary, options))
}

/// One finding, with a line feed at its end.
fn one(file: &FileReport<'_>, positions: &mut Positions<'_>, finding: &Finding, options: &Options) -> String {
    let at = positions.at(finding.span.start);
    let place = format!("{}:{}:{}", escape(file.path), at.line, at.column);
    let rule = format!("{}[{}]", finding.severity.name(), finding.rule);
    let mut out = format!(
        "{} {}: {}\n",
        paint(options.colour, Tone::Strong, place),
        paint(options.colour, Tone::Severity(finding.severity), rule),
        paint(options.colour, Tone::Strong, clip(&finding.message, PROSE_COLUMNS)),
    );
    let notes = notes(file, finding, options);
    let room = FINDING_BYTES.saturating_sub(out.len() + notes.len());
    out.push_str(&snippets(file, positions, finding, options, room));
    out.push_str(&notes);
    out
}

/// The snippets of a finding, with as many labels as fit into `room` bytes; the
/// others are named by their position.
fn snippets(
    file: &FileReport<'_>,
    positions: &mut Positions<'_>,
    finding: &Finding,
    options: &Options,
    room: usize,
) -> String {
    if file.text.is_empty() {
        return String::new();
    }
    let labels = finding.labels.iter().map(|label| Mark { span: label.span, text: &label.text });
    let marks: Vec<Mark<'_>> = [Mark { span: finding.span, text: "" }].into_iter().chain(labels).collect();
    let width = options.width.saturating_sub(GUTTER).clamp(40, 160);
    let mut out = String::new();
    for (count, context) in ATTEMPTS {
        let (shown, named) = marks.split_at(marks.len().min(count + 1));
        let excerpt = Excerpt::new(file, positions, finding.severity, shown, width, context);
        out = draw(&excerpt, options.colour);
        for mark in named.iter().take(LIST_ITEMS) {
            let at = positions.at(mark.span.start);
            let words = clip(mark.text, NAME_COLUMNS);
            note(&mut out, options, "see", &format!("{}:{} {words}", at.line, at.column));
        }
        if named.len() > LIST_ITEMS {
            note(&mut out, options, "see", &format!("{} more places", named.len() - LIST_ITEMS));
        }
        if out.len() <= room {
            break;
        }
    }
    out
}

/// Lets miette draw an excerpt.
fn draw(excerpt: &Excerpt, colour: bool) -> String {
    let mut theme = GraphicalTheme::unicode_nocolor();
    if colour {
        theme = GraphicalTheme::unicode();
        let styles = &mut theme.styles;
        let primary = match excerpt.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        // miette gives the marks these styles in turn: the finding's own place has
        // the colour of its severity, the others that of help.
        styles.highlights = vec![styles.help; excerpt.mark_count()];
        if let Some(style) = styles.highlights.get_mut(excerpt.primary()) {
            *style = primary;
        }
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .without_syntax_highlighting()
        .without_primary_span_start()
        .with_wrap_lines(false);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, excerpt).is_err() {
        // Writing to a string does not fail, and the excerpt serves its own labels.
        return String::new();
    }
    // The first line holds miette's own header, which has nothing to say.
    let lines = drawn.lines().skip(1).map(str::trim_end);
    lines.fold(String::new(), |out, line| out + line + "\n")
}

/// What is said below the snippets.
fn notes(file: &FileReport<'_>, finding: &Finding, options: &Options) -> String {
    let mut out = String::new();
    let whose = whose(file.pact.as_ref(), finding.interaction.as_deref());
    if !whose.is_empty() {
        note(&mut out, options, "", &whose);
    }
    for place in finding.elsewhere.iter().take(LIST_ITEMS) {
        let Position { line, column } = place.start.into();
        let (file, text) = (clip(&place.file, NAME_COLUMNS), clip(&place.text, NAME_COLUMNS));
        note(&mut out, options, "see", &format!("{file}:{line}:{column} {text}"));
    }
    if let Some(test) = &finding.test {
        let line = test.start.line + 1;
        note(&mut out, options, "test", &format!("{}:{line}", escape(&test.file)));
    }
    if let Some(help) = &finding.help {
        note(&mut out, options, "help", &clip(help, PROSE_COLUMNS));
    }
    for Hint { library, code } in finding.hints.iter().take(HINTS) {
        note(&mut out, options, library, &clip(code, PROSE_COLUMNS));
    }
    if let Some(Hint { library, .. }) = finding.hints.get(HINTS) {
        note(&mut out, options, library, &format!("{} more like these", finding.hints.len() - HINTS));
    }
    // A fix of a generated file is gone with the next run of the test.
    let lasts = !file.generated || finding.hints.is_empty();
    let fixes = if options.fix_hints && lasts { &*finding.fixes } else { &[] };
    for fix in fixes.iter().take(LIST_ITEMS) {
        let (name, flag) = match fix.applicability {
            Applicability::Safe => ("fix available", "--fix"),
            Applicability::Unsafe => ("fix available", "--fix=all"),
            Applicability::DisplayOnly => ("suggestion", ""),
        };
        let flag = match flag {
            "" => String::new(),
            flag if file.generated => format!(" [{flag} --fix-generated]"),
            flag => format!(" [{flag}]"),
        };
        note(&mut out, options, name, &(clip(&fix.title, NAME_COLUMNS) + &flag));
    }
    if fixes.len() > LIST_ITEMS {
        note(&mut out, options, "fix available", &format!("{} more", fixes.len() - LIST_ITEMS));
    }
    out
}

/// Adds one line below the snippets.
fn note(out: &mut String, options: &Options, name: &str, text: &str) {
    let glue = if name.is_empty() { "" } else { ": " };
    out.push_str("  ");
    out.push_str(&paint(options.colour, Tone::Faint, "="));
    out.push(' ');
    out.push_str(&paint(options.colour && !name.is_empty(), Tone::Help, name));
    out.push_str(glue);
    out.push_str(text);
    out.push('\n');
}

/// Which contract and which interaction a finding is about, as far as it is known.
fn whose(pact: Option<&PactRef<'_>>, interaction: Option<&InteractionRef>) -> String {
    let mut parts = Vec::new();
    if let Some(PactRef { consumer, provider, .. }) = pact
        && (consumer.is_some() || provider.is_some())
    {
        let name = |name: &Option<&str>| name.map_or("?".to_owned(), |name| clip(name, NAME_COLUMNS));
        parts.push(format!("{} -> {}", name(consumer), name(provider)));
    }
    if let Some(InteractionRef { section, index, description, states }) = interaction {
        parts.push(match description.as_str() {
            "" => format!("{section}[{index}]"),
            _ => format!("\"{}\"", clip(description, NAME_COLUMNS)),
        });
        let shown = states.iter().take(LIST_ITEMS);
        let mut given: Vec<String> =
            shown.map(|state| format!("\"{}\"", clip(state, NAME_COLUMNS))).collect();
        if states.len() > LIST_ITEMS {
            given.push(format!("{} more", states.len() - LIST_ITEMS));
        }
        if !given.is_empty() {
            parts.push(format!("given {}", given.join(", ")));
        }
    }
    parts.join(" · ")
}

/// The last line: how many findings in how many pacts, and how long it took.
fn totals(files: &[FileReport<'_>], summary: &Summary, options: &Options) -> String {
    let &Summary { files_checked, files_skipped, errors, warnings, infos, suppressed, in_baseline, elapsed } =
        summary;
    let tones = [(errors, Severity::Error), (warnings, Severity::Warning), (infos, Severity::Info)];
    let found: Vec<String> = tones
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| {
            paint(options.colour, Tone::Severity(severity), counted(count, severity.name()))
        })
        .collect();
    let aside: Vec<String> = [(in_baseline, "in baseline"), (suppressed, "suppressed")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{count} {how}"))
        .collect();
    let new = if in_baseline > 0 { " new" } else { "" };
    let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join(", ")) };
    let mut out = if found.is_empty() {
        format!("Found nothing{new} in {}{aside}.", counted(files_checked, "pact"))
    } else {
        // A configuration file may be among them, which is no pact.
        let of_pacts = |file: &&FileReport<'_>| file.findings.iter().any(|it| it.group != "config");
        let touched = files.iter().filter(of_pacts).count();
        if files_checked == 0 {
            return format!("Found {}. No pact was checked.", found.join(", "));
        }
        format!("Found {} in {touched} of {}{aside}.", found.join(", "), counted(files_checked, "pact"))
    };
    if files_skipped > 0 {
        let hold = if files_skipped == 1 { "holds" } else { "hold" };
        out += &format!(" Skipped {} that {hold} no pact.", counted(files_skipped, "file"));
    }
    let fixable = count_fixable(files);
    if options.fix_hints && fixable > 0 {
        out += &format!(" {fixable} fixable with --fix.");
    }
    let elapsed = match elapsed.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", elapsed.as_secs_f64()),
    };
    out + " " + &paint(options.colour, Tone::Faint, elapsed)
}

#[cfg(test)]
mod tests;
