//! What the core says of an actual, before and after a fix.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pact_matching::{match_message, match_request, match_response, match_sync_message};
use pact_models::interaction::Interaction;
use tokio::runtime::Runtime;

use crate::fixes::actual::{Actual, examples};
use crate::fixes::hints::Hints;
use crate::judge::{CoreInteraction, CorePact, open};
use crate::random::Random;

/// What the core says of an actual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is what was agreed on.
    Match,
    /// It is not.
    Mismatch,
    /// The core gives up.
    Panic,
}

/// An interaction of a pact that was read from a text.
pub struct Place<'a> {
    /// The text.
    pub text: &'a str,
    /// Position of the interaction, as the core counts.
    pub at: usize,
}

/// How many actuals were judged, and how many of them match.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    /// All.
    pub judged: usize,
    /// Those that the interaction accepts.
    pub accepted: usize,
}

/// Has the core judge `many` actuals before and after; `Err` with the first that it judges
/// otherwise.
pub fn compare(
    before: &Place<'_>,
    after: &Place<'_>,
    hints: &Hints,
    many: usize,
    seed: u64,
) -> Result<Count, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let [old, new] = [open(before.text)?, open(after.text)?];
    let (one, other) = (interaction(&old, before.at)?, interaction(&new, after.at)?);
    let actuals = actuals(&one, &other, hints, many, seed);
    let mut count = Count::default();
    for actual in &actuals {
        let (a, _) = judge(&runtime, &one, &old, actual);
        let (b, _) = judge(&runtime, &other, &new, actual);
        count.judged += 1;
        count.accepted += usize::from(a == Verdict::Match);
        if a != b {
            differs(&runtime, before, after, actual)?;
        }
    }
    Ok(count)
}

fn interaction(pact: &CorePact, at: usize) -> Result<CoreInteraction, String> {
    pact.interactions().get(at).map(|it| it.boxed()).ok_or_else(|| format!("there is no interaction {at}"))
}

/// So often is looked before a verdict is called another one.
const LOOKS: usize = 400;

/// Where rules weigh the same, the core takes one of them by chance: whether the verdict is
/// another one shows only after many looks. What was a matter of chance may be settled.
fn differs(runtime: &Runtime, before: &Place<'_>, after: &Place<'_>, actual: &Actual) -> Result<(), String> {
    let look = |place: &Place<'_>| -> Result<(Verdict, String), String> {
        let pact = open(place.text)?;
        Ok(judge(runtime, &interaction(&pact, place.at)?, &pact, actual))
    };
    let (mut new, mut why_new) = (BTreeSet::new(), String::new());
    for _ in 0..12 {
        let (verdict, why) = look(after)?;
        new.insert(verdict);
        why_new = why;
    }
    let (mut old, mut why_old) = (BTreeSet::new(), String::new());
    for _ in 0..LOOKS {
        let (verdict, why) = look(before)?;
        old.insert(verdict);
        why_old = why;
        if new.is_subset(&old) {
            return Ok(());
        }
    }
    Err(format!(
        "interaction {}: {old:?} before, {new:?} after\n    actual {}\n    before {why_old}\n    after {why_new}",
        before.at,
        actual.text()
    ))
}

fn judge(runtime: &Runtime, it: &CoreInteraction, pact: &CorePact, actual: &Actual) -> (Verdict, String) {
    let judged = catch_unwind(AssertUnwindSafe(|| runtime.block_on(mismatches(it, pact, actual))));
    match judged {
        Ok(found) if found.is_empty() => (Verdict::Match, String::new()),
        Ok(found) => (Verdict::Mismatch, found.join("; ").chars().take(400).collect()),
        Err(_) => (Verdict::Panic, String::new()),
    }
}

async fn mismatches(it: &CoreInteraction, pact: &CorePact, actual: &Actual) -> Vec<String> {
    let other = || vec!["another kind of interaction".to_owned()];
    match actual {
        Actual::Request(actual) => {
            let Some(http) = it.as_v4_http() else { return other() };
            match match_request(http.request, actual.clone(), pact, it).await {
                Ok(result) => result.mismatches().iter().map(|m| format!("{m:?}")).collect(),
                Err(error) => vec![format!("{error:#}")],
            }
        }
        Actual::Response(actual) => {
            let Some(http) = it.as_v4_http() else { return other() };
            match match_response(http.response, actual.clone(), pact, it).await {
                Ok(result) => result.iter().map(|m| format!("{m:?}")).collect(),
                Err(error) => vec![format!("{error:#}")],
            }
        }
        Actual::Sync(actual) => {
            let Some(message) = it.as_v4_sync_message() else { return other() };
            let result = match_sync_message(message, (**actual).clone(), pact).await;
            result.iter().map(|m| format!("{m:?}")).collect()
        }
        Actual::Message(actual) => {
            let Some(mut message) = it.as_v4_async_message() else { return other() };
            message.contents = actual.clone();
            let result = match_message(it, &Interaction::boxed(&message), pact).await;
            result.iter().map(|m| format!("{m:?}")).collect()
        }
    }
}

/// The examples of both interactions, and others made of them, no two alike.
fn actuals(
    one: &CoreInteraction,
    other: &CoreInteraction,
    hints: &Hints,
    many: usize,
    seed: u64,
) -> Vec<Actual> {
    let mut all = Vec::new();
    let mut seen = HashSet::new();
    for example in examples(one).into_iter().chain(examples(other)) {
        if seen.insert(example.text()) {
            all.push(example);
        }
    }
    let examples = all.clone();
    if examples.is_empty() {
        return all;
    }
    let mut random = Random::new(seed);
    let likely: Vec<&Actual> = examples.iter().filter(|it| hints.names(it.part())).collect();
    for _ in 0..many * 10 {
        if all.len() >= many {
            break;
        }
        let example = match &likely[..] {
            [_, ..] if random.below(5) > 0 => *random.pick(&likely),
            _ => random.pick(&examples),
        };
        let actual = example.vary(hints, &mut random);
        if seen.insert(actual.text()) {
            all.push(actual);
        }
    }
    all
}
