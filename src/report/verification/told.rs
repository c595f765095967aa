//! One interaction of a run, as every format tells it.

use std::time::Duration;

use crate::diagnostic::Elsewhere;
use crate::report::position::Position;
use crate::report::verification::Options;
use crate::runner::contract::{Contract, Item};
use crate::runner::explain::{self, DiffLine, Difference, Explanation, Shower};
use crate::runner::verify::outcome::{InteractionResult, PactResult, StateCall, Verdict, Verification};
use crate::text::counted;

/// Names and descriptions are cut to this many columns.
pub(super) const NAME: usize = 120;
/// Reasons are cut to this many.
pub(super) const WHY: usize = 400;

/// What came of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Passed,
    Failed,
    State,
    NoAnswer,
    Unjudged,
    NotRun,
}

/// How what came of an interaction looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Good,
    Faint,
    Bad,
}

impl Status {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::State => "state",
            Status::NoAnswer => "no-answer",
            Status::Unjudged => "unjudged",
            Status::NotRun => "not-run",
        }
    }

    fn of(verdict: &Verdict) -> Status {
        match verdict {
            Verdict::Passed => Status::Passed,
            Verdict::Failed(_) => Status::Failed,
            Verdict::State => Status::State,
            Verdict::NoAnswer(_) => Status::NoAnswer,
            Verdict::Unjudged(_) => Status::Unjudged,
            Verdict::NotRun(_) => Status::NotRun,
        }
    }
}

/// An interaction, what came of it, and why.
pub(super) struct Told<'a> {
    pub(super) contract: &'a Contract,
    pub(super) item: &'a Item,
    pub(super) result: &'a InteractionResult,
    pub(super) status: Status,
    /// It failed, and is not counted.
    pub(super) pending: bool,
    pub(super) shower: Shower,
    pub(super) explanation: Option<Explanation>,
    pub(super) curl: Option<String>,
    pub(super) test: Option<Elsewhere>,
}

impl<'a> Told<'a> {
    /// `None` for a result that names no interaction.
    pub(super) fn new(
        contract: &'a Contract,
        result: &'a InteractionResult,
        options: &Options<'_>,
    ) -> Option<Told<'a>> {
        let item = contract.items.get(result.item)?;
        let status = Status::of(&result.verdict);
        // Of what passed nothing is told but its name.
        let fine = status == Status::Passed;
        let exchange = result.exchange.as_ref().filter(|_| !fine);
        let response = exchange.and_then(|it| it.response.as_ref());
        let shower = match response {
            Some(it) => Shower::new(Some((contract, item)), &it.headers, &it.body, options.show),
            None => Shower::new(Some((contract, item)), &[], &bytes::Bytes::new(), options.show),
        };
        let explanation = match (&result.verdict, response) {
            (Verdict::Failed(list), Some(it)) => {
                Some(explain::response(contract, item, it, list, options.show))
            }
            _ => None,
        };
        let curl = exchange.map(|it| explain::curl(&it.url, &it.request, options.show));
        let test = options.test.filter(|_| !fine).and_then(|find| find(contract, item));
        let pending = !fine && status != Status::NotRun && result.pending;
        Some(Told { contract, item, result, status, pending, shower, explanation, curl, test })
    }

    /// What the interaction is called.
    pub(super) fn description(&self) -> String {
        if self.item.description.is_empty() {
            return format!("{} {} without a description", self.item.section.name(), self.item.index);
        }
        self.shower.text(&self.item.description, NAME)
    }

    /// Its states: `given a cart exists and a user`; empty without any.
    pub(super) fn given(&self) -> String {
        let names: Vec<String> = self.item.states.iter().map(|it| self.shower.text(&it.name, NAME)).collect();
        if names.is_empty() { String::new() } else { format!("given {}", names.join(" and ")) }
    }

    /// Where its description stands.
    pub(super) fn at(&self) -> Position {
        // Its column is of no use to anybody.
        Position { line: self.item.at.line + 1, column: 1 }
    }

    /// Why there is no verdict.
    pub(super) fn why(&self) -> Option<String> {
        let text = |why: &str| self.shower.text(why, WHY);
        match &self.result.verdict {
            Verdict::Passed | Verdict::Failed(_) => None,
            Verdict::State => Some("the provider could not be brought into its state".to_owned()),
            Verdict::NoAnswer(why) => Some(format!("no answer: {}", text(why))),
            Verdict::Unjudged(why) if self.result.exchange.is_none() => {
                Some(format!("the request could not be made: {}", text(why)))
            }
            Verdict::Unjudged(why) => Some(format!("the answer could not be judged: {}", text(why))),
            Verdict::NotRun(why) => Some(format!("not verified: {}", text(&why.to_string()))),
        }
    }

    /// What differs and is of interest.
    pub(super) fn differences(&self) -> impl Iterator<Item = &Difference> {
        self.explanation.iter().flat_map(|it| &it.differences).filter(|it| !it.follows)
    }

    /// What differs because another answer came: `header X-A, 9 places in the body`.
    pub(super) fn following(&self) -> Option<String> {
        let explanation = self.explanation.as_ref()?;
        let all: Vec<&Difference> = explanation.differences.iter().filter(|it| it.follows).collect();
        let in_body = |it: &&&Difference| it.part == crate::runner::Part::Body;
        let mut parts: Vec<String> =
            all.iter().filter(|it| !in_body(it)).take(3).map(|it| it.at.clone()).collect();
        let places = all.iter().filter(in_body).count() + explanation.more;
        if places > 0 {
            parts.push(format!("{} in the body", counted(places, "place")));
        }
        (!all.is_empty()).then(|| format!("{}, as may be where another answer came", parts.join(", ")))
    }

    /// The number of differences that are not told.
    pub(super) fn more(&self) -> usize {
        self.explanation
            .as_ref()
            .map_or(0, |it| if it.differences.iter().any(|it| it.follows) { 0 } else { it.more })
    }

    /// The same in words, where there are any.
    pub(super) fn more_words(&self) -> Option<String> {
        (self.more() > 0).then(|| format!("and {}", counted(self.more(), "more difference")))
    }

    /// The beginning of the body that came, where that tells more than its differences.
    pub(super) fn actual(&self) -> Option<&str> {
        self.explanation.as_ref()?.actual.as_deref()
    }

    /// The parts of the body that differ.
    pub(super) fn diff(&self) -> impl Iterator<Item = &DiffLine> {
        self.explanation.iter().flat_map(|it| &it.diff)
    }

    /// The same as texts, each with its sign.
    pub(super) fn diff_texts(&self) -> Vec<String> {
        self.diff().map(|it| format!("{} {}", it.side.sign(), it.text)).collect()
    }

    /// The sign for what came of it, and how that looks.
    pub(super) fn sign(&self) -> (&'static str, Look) {
        match self.status {
            Status::Passed => ("✓", Look::Good),
            Status::NotRun => ("○", Look::Faint),
            _ if self.pending => ("○", Look::Faint),
            Status::NoAnswer | Status::Unjudged => ("?", Look::Bad),
            Status::Failed | Status::State => ("✗", Look::Bad),
        }
    }

    /// What is to be said of the states: calls that failed, and that there was none.
    pub(super) fn state_notes(&self) -> Vec<String> {
        let mut out = Vec::new();
        for call in &self.result.states {
            let name = self.shower.text(&call.state, NAME);
            let what = match (name.as_str(), call.setup) {
                ("", true) => "setup".to_owned(),
                ("", false) => "teardown".to_owned(),
                (name, true) => format!("\"{name}\""),
                (name, false) => format!("teardown of \"{name}\""),
            };
            match (&call.outcome, &call.url) {
                (Err(fault), url) => {
                    let status = fault.status.map(|it| format!(" → {it}")).unwrap_or_default();
                    let to = url.as_ref().map(|it| format!(" POST {}{status}", self.shower.text(it, NAME)));
                    let said = self.shower.text(&fault.said, NAME);
                    out.push(format!("{what}:{} {said}", to.unwrap_or_default()).trim_end().to_owned());
                }
                (Ok(_), None) if self.status == Status::Failed && call.setup && !name.is_empty() => {
                    out.push(format!("{what} was not set up: no URL of a state handler was given"));
                }
                _ => {}
            }
        }
        out
    }

    /// Whether a call of the state handler failed.
    pub(super) fn state_failed(&self) -> bool {
        self.result.states.iter().any(|it: &StateCall| it.outcome.is_err())
    }

    /// The place of the test that wrote it: `test/orders.spec.ts:42`.
    pub(super) fn test_place(&self) -> Option<String> {
        let test = self.test.as_ref()?;
        Some(format!("{}:{}", self.shower.text(&test.file, 2 * NAME), test.start.line + 1))
    }

    /// What happened, in one line.
    pub(super) fn headline(&self) -> String {
        match (self.differences().next(), self.why()) {
            (Some(first), _) => first.sentence(),
            (None, Some(why)) => {
                let note = self.state_notes().into_iter().next();
                note.filter(|_| self.status == Status::State)
                    .map_or(why.clone(), |note| format!("{why}: {note}"))
            }
            (None, None) => "it is not what the pact asks for".to_owned(),
        }
    }
}

/// The name of a pact: its path.
pub(super) fn path(contract: &Contract) -> String {
    crate::report::escape(&contract.name).into_owned()
}

/// Where the provider is, masked.
pub(super) fn provider(run: &Verification, options: &Options<'_>) -> String {
    Shower::plain(options.show).text(&run.provider, WHY)
}

/// Consumer and provider of a pact, masked.
pub(super) fn parties(contract: &Contract, options: &Options<'_>) -> (String, String) {
    let shower = Shower::plain(options.show);
    let name = |name: &str, role: &str| {
        if name.is_empty() { format!("({role} without a name)") } else { shower.text(name, NAME) }
    };
    (name(&contract.consumer, "consumer"), name(&contract.provider, "provider"))
}

/// How often what came of an interaction. Failures that are pending are counted as that alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub(super) struct Totals {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) pending: usize,
    pub(super) unanswered: usize,
    pub(super) unjudged: usize,
    pub(super) not_run: usize,
    /// Not reached, because the run was stopped.
    pub(super) left: usize,
}

impl Totals {
    pub(super) fn of(run: &Verification) -> Totals {
        let mut totals = Totals { left: run.left, ..Totals::default() };
        run.pacts.iter().flat_map(|it| &it.results).for_each(|it| totals.add(it));
        totals
    }

    /// Of one pact.
    pub(super) fn of_pact(pact: &PactResult) -> Totals {
        let mut totals = Totals::default();
        pact.results.iter().for_each(|it| totals.add(it));
        totals
    }

    /// How many count as a failure, or leave it open.
    pub(super) fn bad(&self) -> usize {
        self.failed + self.unanswered + self.unjudged
    }

    fn add(&mut self, result: &InteractionResult) {
        let slot = match Status::of(&result.verdict) {
            Status::Passed => &mut self.passed,
            Status::NotRun => &mut self.not_run,
            _ if result.pending => &mut self.pending,
            Status::Failed | Status::State => &mut self.failed,
            Status::NoAnswer => &mut self.unanswered,
            Status::Unjudged => &mut self.unjudged,
        };
        *slot += 1;
    }

    /// `2 failed · 1 passed · 1 pending`.
    pub(super) fn words(&self) -> String {
        let all = [
            (self.failed, "failed"),
            (self.unanswered, "without an answer"),
            (self.unjudged, "not judged"),
            (self.passed, "passed"),
            (self.pending, "pending"),
            (self.not_run, "not verified"),
            (self.left, "not reached"),
        ];
        let some: Vec<String> = all
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if some.is_empty() { "nothing to verify".to_owned() } else { some.join(" · ") }
    }
}

/// A time as people read it: `12 ms`, `1.5 s`.
pub(super) fn time(took: Duration) -> String {
    match took.as_millis() {
        ms @ 0..1_000 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
    }
}
