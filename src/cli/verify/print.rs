//! The report.

use crate::cli::output;
use crate::cli::selection::Selection;
use crate::cli::verify::args::VerifyArgs;
use crate::report::escape;
use crate::runner::verify::outcome::{Verdict, Verification};

/// Writes the reports that are asked for.
pub(super) fn print(_: &VerifyArgs, _: &Selection, verification: &Verification) -> Result<(), String> {
    output::write(|out| {
        for pact in &verification.pacts {
            writeln!(out, "{} <- {}   {}", pact.contract.provider, pact.contract.consumer, pact.contract.name)?;
            for result in &pact.results {
                let item = &pact.contract.items[result.item];
                let description = escape(&item.description);
                match &result.verdict {
                    Verdict::Passed => writeln!(out, "  passed  {description}")?,
                    Verdict::Failed(list) => {
                        writeln!(out, "  FAILED  {description}")?;
                        for mismatch in list {
                            writeln!(out, "          {} {}: {}", mismatch.part.name(), escape(&mismatch.at), escape(&mismatch.said))?;
                        }
                    }
                    Verdict::State => writeln!(out, "  STATE   {description} {:?}", result.states)?,
                    Verdict::NoAnswer(why) => writeln!(out, "  NO ANSWER {description}: {}", escape(why))?,
                    Verdict::Unjudged(why) => writeln!(out, "  UNJUDGED {description}: {}", escape(why))?,
                    Verdict::NotRun(why) => writeln!(out, "  NOT RUN {description}: {}", escape(&why.to_string()))?,
                }
            }
        }
        Ok(())
    })
    .map_err(|error| format!("cannot write to standard output: {error}"))
}
