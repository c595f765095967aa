//! What the results of a pact come to, in the words of a Broker, and what it is not told.

use serde_json::{Map, Value, json};

use crate::broker::Links;
use crate::runner::contract::{Contract, Item};
use crate::runner::engine::{Mismatch, Part};
use crate::runner::explain::{Show, Shower};
use crate::runner::verify::outcome::{InteractionResult, PactResult, Verdict};
use crate::text::counted;

/// A text takes so many columns.
const TEXT: usize = 1_000;
/// So many differences of an interaction are sent.
const MOST: usize = 100;

/// What the results of a pact come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    /// All of its interactions were verified, and passed.
    Passed,
    /// One of them failed.
    Failed,
    /// None failed, and so many were not verified: neither can be claimed.
    Unknown(usize),
}

impl Sum {
    /// Of all interactions of a pact; one that was filtered out was not verified.
    pub(super) fn of(pact: &PactResult) -> Sum {
        let count = |fits: fn(&InteractionResult) -> bool| pact.results.iter().filter(|it| fits(it)).count();
        if count(has_failed) > 0 {
            return Sum::Failed;
        }
        match pact.contract.items.len() - count(|it| it.verdict == Verdict::Passed) {
            0 if !pact.results.is_empty() => Sum::Passed,
            open => Sum::Unknown(open),
        }
    }
}

/// Whether an answer was seen that is not what the pact asks for, or a state was refused. A
/// handler that nobody could reach says nothing about the provider.
fn has_failed(result: &InteractionResult) -> bool {
    match result.verdict {
        Verdict::Failed(_) => true,
        Verdict::State => {
            result.states.iter().any(|it| it.outcome.as_ref().is_err_and(|it| it.status.is_some()))
        }
        _ => false,
    }
}

/// The links of a pact as the Broker gave it.
pub(super) fn links(contract: &Contract) -> Links {
    let root = contract.document.spine_root();
    Links::from(root.and_then(|root| root.get("_links")?.to_value()))
}

/// The results of its interactions. Texts have no secrets in them: who may read the Broker is
/// not who may read the provider.
pub(super) fn tests(pact: &PactResult) -> Vec<Value> {
    pact.results.iter().filter_map(|it| test(&pact.contract, it)).collect()
}

fn test(contract: &Contract, result: &InteractionResult) -> Option<Value> {
    let item = contract.items.get(result.item)?;
    let response = result.exchange.as_ref().and_then(|it| it.response.clone()).unwrap_or_default();
    let shower = Shower::new(Some((contract, item)), &response.headers, &response.body, Show::Masked);
    let mut test = Map::new();
    if let Some(id) = id(contract, item) {
        test.insert("interactionId".to_owned(), json!(id));
    }
    test.insert("interactionDescription".to_owned(), json!(shower.text(&item.description, TEXT)));
    test.insert("success".to_owned(), json!(result.verdict == Verdict::Passed));
    let exceptions: Vec<Value> =
        exceptions(result).iter().map(|it| json!({"message": shower.text(it, TEXT)})).collect();
    match &result.verdict {
        Verdict::Failed(list) => {
            let list: Vec<Value> = list.iter().take(MOST).map(|it| mismatch(&shower, it)).collect();
            test.insert("mismatches".to_owned(), json!(list));
        }
        _ if exceptions.is_empty() => {}
        _ => {
            test.insert("exceptions".to_owned(), json!(exceptions));
        }
    }
    Some(Value::Object(test))
}

/// What the Broker calls an interaction.
fn id(contract: &Contract, item: &Item) -> Option<String> {
    let (chunk, _) = contract.document.chunk(item.chunk)?;
    Some(chunk.root()?.get("_id")?.as_str()?.into_owned())
}

fn mismatch(shower: &Shower, mismatch: &Mismatch) -> Value {
    let (attribute, at) = match mismatch.part {
        Part::ContentType => ("body", Some("$")),
        Part::Body | Part::Header | Part::Query | Part::Metadata => {
            (mismatch.part.name(), Some(mismatch.at.as_str()))
        }
        part => (part.name(), None),
    };
    let hides = |value: &Option<String>| {
        mismatch.part == Part::Header
            && value.as_deref().is_some_and(|value| shower.header(&mismatch.at, value) != value)
    };
    let said = if hides(&mismatch.expected) || hides(&mismatch.actual) {
        "The value of a header that holds credentials differs".to_owned()
    } else {
        shower.text(&mismatch.said, TEXT)
    };
    let mut out = json!({"attribute": attribute, "description": said});
    if let Some(at) = at {
        out["identifier"] = json!(shower.text(at, TEXT));
    }
    out
}

/// Why there is no verdict on an answer.
fn exceptions(result: &InteractionResult) -> Vec<String> {
    match &result.verdict {
        Verdict::Passed | Verdict::Failed(_) => Vec::new(),
        Verdict::NoAnswer(why) | Verdict::Unjudged(why) => vec![why.clone()],
        Verdict::NotRun(why) => vec![format!("not verified: {why}")],
        Verdict::State => result
            .states
            .iter()
            .filter_map(|call| Some((call, call.outcome.as_ref().err()?)))
            .map(|(call, fault)| {
                let status = fault.status.map(|it| format!(" ({it})")).unwrap_or_default();
                format!("the state '{}' could not be set up{status}: {}", call.state, fault.said)
            })
            .collect(),
    }
}

/// Why the results of a pact are not published, of which so many interactions are `open`.
pub(super) fn withheld(pact: &PactResult, open: usize) -> String {
    if pact.contract.items.is_empty() {
        return "it has no interaction".to_owned();
    }
    let why = pact.results.iter().find_map(|it| match &it.verdict {
        Verdict::NotRun(why) => Some(why.to_string()),
        Verdict::NoAnswer(_) => Some("the provider did not answer".to_owned()),
        Verdict::Unjudged(_) => Some("an answer could not be judged".to_owned()),
        Verdict::State => Some("the state handler did not answer".to_owned()),
        Verdict::Passed | Verdict::Failed(_) => None,
    });
    format!(
        "{} of {} not verified ({}), and what is not known to pass is not called so",
        open,
        counted(pact.contract.items.len(), "interaction"),
        why.unwrap_or_else(|| "left out of this run".to_owned())
    )
}
