//! Why no interaction matches a request.

use serde::Serialize;

use crate::model::secrets::is_credential;
use crate::runner::contract::{Contract, Item};
use crate::runner::engine::{Judgement, Mismatch, Part};
use crate::runner::mock::index::Index;
use crate::runner::mock::states::Choice;
use crate::runner::wire::Request;

/// So many interactions are told of.
const CLOSEST: usize = 3;
/// So many are judged to find them.
const JUDGED: usize = 24;
/// So many differences of each are told.
const DIFFERENCES: usize = 12;
/// Longer texts are cut, in characters.
const LONGEST: usize = 240;
/// The parts of a request that are compared.
const PARTS: [&str; 5] = ["method", "path", "query", "headers", "body"];

/// What is told of a request that no interaction matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// What is wrong.
    pub error: String,
    /// The method of the request.
    pub method: String,
    /// Its path and query, without secrets.
    pub target: String,
    /// The interactions that are closest to it, the closest first.
    pub closest: Vec<Near>,
}

/// An interaction that is close to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Near {
    /// Its description.
    pub description: String,
    /// Its provider states.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<String>,
    /// The pact.
    pub pact: String,
    /// Its line there, from 1.
    pub line: u32,
    /// The parts of the request that match.
    pub matched: Vec<&'static str>,
    /// The parts that do not.
    pub differs: Vec<&'static str>,
    /// How they differ.
    pub differences: Vec<Difference>,
    /// How many more differences there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// A difference between a request and an interaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The part of the request.
    pub part: Part,
    /// Where in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// What is wrong.
    pub said: String,
    /// The line of the pact that asks for it, from 1.
    pub line: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The line of a pact that a difference comes from, from 1, and what to say of it.
fn explain(_contract: &Contract, item: &Item, mismatch: &Mismatch) -> (u32, String) {
    let said = match (mismatch.part, &mismatch.expected, &mismatch.actual) {
        (Part::Method, Some(expected), Some(actual)) => format!("Expected {expected} but received {actual}"),
        _ => mismatch.said.clone(),
    };
    (item.at.line + 1, said)
}

/// The name of the part of the request that a difference is in.
fn part(mismatch: &Mismatch) -> &'static str {
    match mismatch.part {
        Part::Method => "method",
        Part::Path => "path",
        Part::Query => "query",
        Part::Header => "headers",
        _ => "body",
    }
}

/// Whether what stands at a name or path is nobody's business: a password, a token, a cookie.
pub(super) fn is_secret(at: &str) -> bool {
    const WORDS: [&str; 9] =
        ["token", "secret", "passw", "pwd", "api_key", "apikey", "api-key", "signature", "authorization"];
    let name = at.rsplit(['.', '/']).next().unwrap_or(at);
    let lower = name.to_ascii_lowercase();
    is_credential(name) || WORDS.iter().any(|word| lower.contains(word))
}

/// The path and query of a request, without secrets.
pub(super) fn target(index: &Index, path: &str, query: Option<&str>) -> String {
    let mut out = shortened(path);
    if let Some(query) = query {
        out.push('?');
        for (position, pair) in query.split('&').enumerate() {
            if position > 0 {
                out.push('&');
            }
            match pair.split_once('=') {
                Some((name, _)) if is_secret(name) => out.extend([name, "=***"]),
                _ => out.push_str(pair),
            }
            if out.len() > LONGEST * 2 {
                out = shortened(&out);
                break;
            }
        }
    }
    index.mask.apply(&mut out);
    out
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl Miss {
    /// Finds the closest interactions of those that the choice allows.
    pub(super) fn new(index: &Index, request: &Request, choice: &Choice) -> Miss {
        let mut judged: Vec<(usize, i32, usize, Vec<Mismatch>)> = Vec::new();
        for number in index.likely(request, choice, JUDGED) {
            let Some(entry) = index.entries.get(number) else { continue };
            let verdict = entry.subject.judge_request(request);
            let Judgement::Mismatches(mismatches) = verdict.judgement else { continue };
            let differing = PARTS.iter().filter(|name| mismatches.iter().any(|it| part(it) == **name));
            let wrong_target = mismatches.iter().any(|it| matches!(it.part, Part::Method | Part::Path));
            let rank = differing.count() + usize::from(wrong_target);
            judged.push((rank, -verdict.score, number, mismatches));
        }
        judged.sort_by_key(|(rank, score, number, _)| (*rank, *score, *number));
        let closest = judged.iter().take(CLOSEST);
        Miss {
            error: "No interaction of the pacts matches this request".to_owned(),
            method: request.method.clone(),
            target: target(index, &request.path, request.query.as_deref()),
            closest: closest.filter_map(|(_, _, number, found)| near(index, *number, found)).collect(),
        }
    }

    /// Whether method and path are those of an interaction.
    pub fn is_known(&self) -> bool {
        let right = |near: &Near| !near.differs.iter().any(|it| matches!(*it, "method" | "path"));
        self.closest.first().is_some_and(right)
    }
}

fn near(index: &Index, number: usize, mismatches: &[Mismatch]) -> Option<Near> {
    let entry = index.entries.get(number)?;
    let (contract, item) = index.item(entry)?;
    let differs = |name: &&str| mismatches.iter().any(|it| part(it) == *name);
    let mut ordered: Vec<&Mismatch> = mismatches.iter().collect();
    ordered.sort_by(|a, b| (a.part, &a.at).cmp(&(b.part, &b.at)));
    let difference = |mismatch: &&Mismatch| {
        let (line, said) = explain(contract, item, mismatch);
        let mut said = shortened(&said);
        let mut at = mismatch.at.clone();
        if is_secret(&mismatch.at) {
            said = "The values differ (they are not shown, for they may be secret)".to_owned();
        }
        index.mask.apply(&mut said);
        index.mask.apply(&mut at);
        Difference { part: mismatch.part, at, said, line }
    };
    let masked = |text: &String| {
        let mut text = text.clone();
        index.mask.apply(&mut text);
        text
    };
    Some(Near {
        description: entry.title.clone(),
        states: item.states.iter().map(|state| masked(&state.name)).collect(),
        pact: contract.name.clone(),
        line: item.at.line + 1,
        matched: PARTS.into_iter().filter(|name| !differs(name)).collect(),
        differs: PARTS.into_iter().filter(differs).collect(),
        differences: ordered.iter().take(DIFFERENCES).map(difference).collect(),
        more: mismatches.len().saturating_sub(DIFFERENCES),
    })
}
