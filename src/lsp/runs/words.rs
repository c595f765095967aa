//! How a run went, in words: short, without secrets and without control characters.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::lsp::runs::results::Verified;
use crate::runner::explain::{self, Difference, Show, Shower};
use crate::runner::verify::outcome::{
    Exchange, InteractionResult, PactResult, StateCall, Verdict, Verification,
};
use crate::runner::{Contract, Item};

/// Names and descriptions are cut to this many columns.
const NAME: usize = 120;
/// Reasons are cut to this many.
const WHY: usize = 400;

/// An interaction that was run.
pub(super) struct One<'a> {
    pub(super) contract: &'a Contract,
    pub(super) item: &'a Item,
    pub(super) result: &'a InteractionResult,
    /// What it is called.
    name: String,
    /// What is wrong, each with the difference that it is about.
    pub(super) wrong: Vec<(String, Option<Difference>)>,
}

/// Every interaction of a run.
pub(super) fn each<'v>(verification: &'v Verification) -> Vec<One<'v>> {
    let results = verification.pacts.iter().flat_map(|pact| pact.results.iter().map(move |it| (pact, it)));
    let one = |(pact, result): (&'v PactResult, &'v InteractionResult)| {
        let contract: &Contract = &pact.contract;
        let item = contract.items.get(result.item)?;
        let answer = result.exchange.as_ref().and_then(|it| it.response.as_ref());
        let (headers, body) = answer.map_or((&[][..], Bytes::new()), |it| (&it.headers[..], it.body.clone()));
        let shower = Shower::new(Some((contract, item)), headers, &body, Show::Masked);
        let wrong = wrong(contract, item, result, &shower);
        Some(One { contract, item, result, name: shower.text(&item.description, NAME), wrong })
    };
    results.filter_map(one).collect()
}

impl One<'_> {
    /// Whether it is a failure that counts.
    pub(super) fn counts(&self) -> bool {
        !self.result.pending && !matches!(self.result.verdict, Verdict::Passed | Verdict::NotRun(_))
    }

    pub(super) fn verified(&self) -> Verified {
        match self.result.verdict {
            Verdict::Passed => Verified::Passed,
            _ if self.result.pending => Verified::Pending,
            Verdict::Failed(_) | Verdict::State => Verified::Failed,
            Verdict::NoAnswer(_) | Verdict::Unjudged(_) | Verdict::NotRun(_) => Verified::Unknown,
        }
    }
}

/// How it went, in a line.
pub(super) fn summary(verification: &Verification, all: &[One<'_>], tries: bool) -> String {
    if let (true, [one]) = (tries, all) {
        let answer = one.result.exchange.as_ref().and_then(|it| it.response.as_ref());
        let status = answer.map_or_else(String::new, |answer| format!("{} ", answer.status));
        let told = one.wrong.first().map_or("what the pact asks for", |(text, _)| text);
        return format!("'{}': {status}in {} ms: {told}", one.name, one.result.took.as_millis());
    }
    let count = |wanted: Verified| all.iter().filter(|one| one.verified() == wanted).count();
    let done = if tries { "Tried" } else { "Verified" };
    let mut text = format!("{done} against {}: {} passed", verification.provider, count(Verified::Passed));
    for (number, word) in [
        (count(Verified::Failed), "failed"),
        (count(Verified::Pending), "pending"),
        (count(Verified::Unknown), "not known"),
        (verification.left, "not reached"),
    ] {
        if number > 0 {
            let _ = write!(text, ", {number} {word}");
        }
    }
    text
}

/// How it went, in full. What was only tried is told with every request, as a `curl` line.
pub(super) fn log(all: &[One<'_>], tries: bool) -> String {
    let mut log = if tries { "trial\n" } else { "verification\n" }.to_owned();
    for one in all {
        let sign = match one.verified() {
            Verified::Passed => "passed",
            Verified::Failed => "failed",
            Verified::Pending => "pending",
            Verified::Unknown => "unknown",
        };
        let _ = writeln!(log, "{sign}: {} ({} ms)", one.name, one.result.took.as_millis());
        if let Some(Exchange { url, request, .. }) =
            one.result.exchange.as_ref().filter(|_| tries || !one.wrong.is_empty())
        {
            let _ = writeln!(log, "  {}", explain::curl(url, request, Show::Masked));
        }
        for (text, _) in &one.wrong {
            let _ = writeln!(log, "  {text}");
        }
    }
    log
}

fn wrong(
    contract: &Contract,
    item: &Item,
    result: &InteractionResult,
    shower: &Shower,
) -> Vec<(String, Option<Difference>)> {
    let why = |what: &str, why: &str| vec![(format!("{what}: {}", shower.text(why, WHY)), None)];
    match &result.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Failed(mismatches) => {
            // Of very much that came not everything is kept.
            let Some(answer) = result.exchange.as_ref().and_then(|it| it.response.as_ref()) else {
                return vec![("The answer is not what the pact asks for".to_owned(), None)];
            };
            let explained = explain::response(contract, item, answer, mismatches, Show::Masked);
            let told = explained.differences.into_iter().filter(|it| !it.follows);
            let mut told: Vec<_> = told.map(|it| (it.sentence(), Some(it))).collect();
            if let (Some((first, _)), Some(actual)) = (told.first_mut(), explained.actual) {
                let _ = write!(first, "\nthe answer was: {actual}");
            }
            told
        }
        Verdict::State => {
            result.states.iter().filter_map(|call| Some((state(call, shower)?, None))).collect()
        }
        Verdict::NoAnswer(said) => why("The provider gave no answer", said),
        Verdict::Unjudged(said) if result.exchange.is_none() => why("The request could not be made", said),
        Verdict::Unjudged(said) => why("The answer could not be judged", said),
        Verdict::NotRun(reason) => why("Not verified", &reason.to_string()),
    }
}

/// What is wrong with a call of the state handler, if something is.
fn state(call: &StateCall, shower: &Shower) -> Option<String> {
    let fault = call.outcome.as_ref().err()?;
    let what = if call.setup { "set up" } else { "taken down" };
    let status = fault.status.map_or_else(String::new, |status| format!("{status} "));
    let (name, said) = (shower.text(&call.state, NAME), shower.text(&fault.said, WHY));
    Some(format!("The provider state '{name}' could not be {what}: {status}{said}"))
}
