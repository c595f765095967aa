//! What is printed of a run, and what it means for the exit code.

use std::collections::HashSet;
use std::io::Write;

use crate::analysis::Profile;
use crate::cli::lint::{Checked, LintArgs};
use crate::cli::output::{self, Stream};
use crate::cli::selection::Selection;
use crate::cli::{Outcome, origin};
use crate::config::file::FailOn;
use crate::diagnostic::Severity;
use crate::report::{self, FileReport, Summary};
use crate::rules::ALL;
use crate::text::LineIndex;

/// Prints what makes a configuration file unusable.
pub(super) fn unusable(args: &LintArgs, configs: &[Checked]) -> Result<Outcome, String> {
    let mut summary = Summary::default();
    count(configs, &mut summary);
    let stream = if args.fixing.only_diff() { Stream::Error } else { Stream::Out };
    report(args, configs, &summary, stream)?;
    Ok(Outcome::Trouble)
}

/// Says of which files not all findings are listed.
pub(super) fn unlisted(checked: &[Checked]) {
    for file in checked {
        let unlisted = file.analysis.total.saturating_sub(file.analysis.findings.len());
        if unlisted > 0 {
            let name = report::escape(&file.shown);
            eprintln!("pactlens: {name} has {unlisted} more findings, none worse than those listed");
        }
    }
}

/// Adds the findings of these files up.
pub(super) fn count(checked: &[Checked], summary: &mut Summary) {
    for file in checked {
        summary.suppressed += file.analysis.aside.suppressed;
        summary.in_baseline += file.analysis.aside.in_baseline;
    }
    for finding in checked.iter().flat_map(|file| &file.analysis.findings) {
        match finding.severity {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Info => summary.infos += 1,
        }
    }
}

/// The files with a finding that makes the run fail, and those that such a finding points to.
pub(super) fn failing<'a>(
    flag: Option<FailOn>,
    checked: &'a [Checked],
    selection: &Selection,
) -> HashSet<&'a str> {
    let mut failing = HashSet::new();
    for file in checked.iter().filter(|file| !file.analysis.findings.is_empty()) {
        let project = selection.index.project(&file.path);
        let fail_on = flag.or_else(|| project.fail_on().map(|from| *from.value));
        let least = match fail_on.unwrap_or_default() {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Never => continue,
        };
        for finding in file.analysis.findings.iter().filter(|finding| finding.severity >= least) {
            failing.insert(file.shown.as_str());
            failing.extend(finding.elsewhere.iter().map(|place| &*place.file));
        }
    }
    failing
}

/// Prints the report.
pub(super) fn report(
    args: &LintArgs,
    checked: &[Checked],
    summary: &Summary,
    stream: Stream,
) -> Result<(), String> {
    // Where there is nothing to show there is no need to know where the lines are.
    let lines: Vec<LineIndex> = checked.iter().map(|file| LineIndex::new(&file.text)).collect();
    let untracked = match args.format {
        // It only matters where there is another place to show.
        report::Format::Sarif => origin::untracked(checked.iter().map(|file| {
            let tested = file.analysis.findings.iter().any(|finding| finding.test.is_some());
            file.source.path().filter(|_| tested)
        })),
        _ => Vec::new(),
    };
    let files: Vec<FileReport<'_>> = checked
        .iter()
        .zip(&lines)
        .enumerate()
        .map(|(at, (file, lines))| FileReport {
            untracked: untracked.get(at).is_some_and(|untracked| *untracked),
            ..file.report(lines)
        })
        .collect();
    let rules: Vec<_> = ALL.iter().map(|rule| &rule.meta).collect();
    let options = report::Options {
        colour: output::colour_on(stream, args.color),
        statistics: args.statistics,
        ..report::Options::default()
    };
    output::write_to(stream, |out: &mut dyn Write| {
        report::render(args.format, &files, summary, &rules, &options, out)
    })
    .map_err(|error| format!("cannot write the report: {error}"))
}

/// Prints the time that each rule took.
pub(super) fn profile(checked: &[Checked]) {
    let mut sum = Profile::default();
    for profile in checked.iter().filter_map(|file| file.analysis.profile.as_ref()) {
        sum.add(profile);
    }
    let mut rows: Vec<(f64, &str)> =
        sum.rules.iter().zip(ALL).map(|(time, rule)| (time.as_secs_f64() * 1e3, rule.meta.name)).collect();
    rows.push((sum.schema.as_secs_f64() * 1e3, "(schema)"));
    rows.push((sum.model.as_secs_f64() * 1e3, "(model)"));
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    eprintln!("{:>10}  rule", "ms");
    for (time, name) in rows.iter().filter(|row| row.0 > 0.0) {
        eprintln!("{time:>10.3}  {name}");
    }
}
