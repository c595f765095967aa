//! JUnit's XML, as CI servers read it: `testsuites`, a `testsuite` a pact, a `testcase` an
//! interaction.

use std::io::{self, Write};
use std::time::Duration;

use crate::report::escape;
use crate::report::verification::Options;
use crate::report::verification::text;
use crate::report::verification::told::{Status, Told, Totals, parties, path};
use crate::report::xml::xml;
use crate::runner::verify::outcome::{PactResult, Verification};

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = Totals::of(run);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"pactlens verify\"{}>", counts(&totals, run.took))?;
    for pact in &run.pacts {
        suite(pact, options, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn counts(totals: &Totals, took: Duration) -> String {
    let Totals { passed, failed, pending, unanswered, unjudged, not_run, left: _ } = *totals;
    let errors = unanswered + unjudged;
    let skipped = pending + not_run;
    format!(
        " tests=\"{}\" failures=\"{failed}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{:.3}\"",
        passed + failed + errors + skipped,
        took.as_secs_f64()
    )
}

fn suite(pact: &PactResult, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = Totals::of_pact(pact);
    let took = pact.results.iter().map(|it| it.took).sum();
    let (consumer, provider) = parties(&pact.contract, options);
    writeln!(
        out,
        "  <testsuite name=\"{}\" file=\"{}\"{}>",
        xml(&format!("{consumer} → {provider}")),
        xml(&path(&pact.contract)),
        counts(&totals, took)
    )?;
    let class = xml(&format!("{consumer}.{provider}"));
    for result in &pact.results {
        let Some(told) = Told::new(&pact.contract, result, options) else { continue };
        let name = match told.given() {
            given if given.is_empty() => told.description(),
            given => format!("{} ({given})", told.description()),
        };
        let head = format!(
            "    <testcase name=\"{}\" classname=\"{class}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
            xml(&name),
            xml(&path(&pact.contract)),
            told.at().line,
            result.took.as_secs_f64()
        );
        if told.status == Status::Passed {
            writeln!(out, "{head}/>")?;
            continue;
        }
        writeln!(out, "{head}>")?;
        let message = xml(&told.headline());
        match told.status {
            Status::NotRun => writeln!(out, "      <skipped message=\"{message}\"/>")?,
            _ if told.pending => writeln!(out, "      <skipped message=\"pending: {message}\"/>")?,
            status => {
                let tag = if matches!(status, Status::Failed | Status::State) { "failure" } else { "error" };
                let kind = told.differences().next().map_or(status.name(), |it| it.part.name());
                let all = xml(&details(&told));
                writeln!(out, "      <{tag} type=\"{}\" message=\"{message}\">{all}</{tag}>", xml(kind))?;
            }
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

/// What the text report says, line by line.
pub(super) fn details(told: &Told<'_>) -> String {
    let mut lines = vec![format!("{}:{}", path(told.contract), told.at().line)];
    lines.extend(told.test_place().map(|test| format!("test: {test}")));
    lines.extend(told.curl.clone());
    lines.extend(told.why());
    lines.extend(text::differences(told));
    lines.extend(told.actual().map(|it| format!("actual   {it}")));
    lines.extend(told.following().map(|it| format!("also     {it}")));
    lines.extend(told.state_notes().into_iter().map(|it| format!("state    {it}")));
    lines.extend(told.diff_texts());
    let lines: Vec<String> = lines.iter().map(|line| escape(line).trim_end().to_owned()).collect();
    lines.join("\n")
}
