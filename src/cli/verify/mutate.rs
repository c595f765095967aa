//! What pacts would not notice.

use crate::cli::output::{Stream, write_to};
use crate::http::wire::Response;
use crate::report::mutation;
use crate::runner::contract::{Item, Runnable};
use crate::runner::engine::Subject;
use crate::runner::mutate::{Coverage, answer};
use crate::runner::verify::outcome::{InteractionResult, PactResult, Verdict, Verification};

/// Changes each answer that passed, and prints which changes were not noticed: beside a report
/// that is for programs on standard error.
pub(super) async fn print(run: &Verification, is_text: bool) -> Result<(), String> {
    let mut of: Vec<(&Item, Coverage)> = Vec::new();
    for (pact, result) in run.pacts.iter().flat_map(|pact| pact.results.iter().map(move |it| (pact, it))) {
        let Some((item, subject, response)) = passed(pact, result) else { continue };
        // Where the stack is deep.
        let coverage = tokio::task::spawn_blocking(move || answer(&subject, &response)).await;
        of.push((item, coverage.map_err(|_| "changing an answer failed; please report this".to_owned())?));
    }
    let stream = if is_text { Stream::Out } else { Stream::Error };
    let text = mutation::text(&of);
    write_to(stream, |out| write!(out, "\n{text}")).map_err(|error| format!("cannot write: {error}"))
}

fn passed<'a>(pact: &'a PactResult, result: &InteractionResult) -> Option<(&'a Item, Subject, Response)> {
    let item = pact.contract.items.get(result.item)?;
    let response =
        result.exchange.as_ref().filter(|_| result.verdict == Verdict::Passed)?.response.clone()?;
    match &item.runnable {
        Runnable::Ready(subject) => Some((item, subject.clone(), response)),
        Runnable::Not(_) => None,
    }
}
