//! Workflow commands of GitHub Actions: an annotation an interaction, at the line of the pact
//! that it goes against.

use std::io::{self, Write};

use crate::report::verification::Options;
use crate::report::verification::told::{Status, Told, Totals};
use crate::runner::verify::outcome::Verification;

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    for pact in &run.pacts {
        for result in &pact.results {
            let Some(told) = Told::new(&pact.contract, result, options) else { continue };
            if told.status != Status::Passed {
                one(&told, out)?;
            }
        }
    }
    writeln!(out, "{}", data(&Totals::of(run).words()))
}

fn one(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let command = match told.status {
        Status::NotRun => "warning",
        _ if told.pending => "notice",
        _ => "error",
    };
    let first = told.differences().next();
    let at = first.and_then(|it| it.place).map_or((told.at().line, 1), |it| (it.line, it.column));
    let mut lines: Vec<String> = told.differences().map(|it| it.sentence()).collect();
    lines.extend(told.why());
    lines.extend(told.actual().map(|it| format!("actual: {it}")));
    lines.extend(told.state_notes());
    lines.extend(told.test_place().map(|it| format!("test: {it}")));
    lines.extend(told.curl.clone());
    let pending = if told.pending { " (pending)" } else { "" };
    let title = format!("{}{pending}", told.description());
    writeln!(
        out,
        "::{command} file={},line={},col={},title={}::{}",
        property(&told.contract.name),
        at.0,
        at.1,
        property(&title),
        data(&lines.join("\n"))
    )
}

/// The message of a command: one line, whatever it holds.
fn data(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| crate::report::escape(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// A property of a command, in which colons and commas mean something.
fn property(text: &str) -> String {
    crate::report::escape(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
