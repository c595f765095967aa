//! Why no interaction matches a request.

use serde::Serialize;

use crate::http::wire::Request;
use crate::model::secrets::is_credential;
use crate::runner::engine::{Judgement, Part, RequestVerdict};
use crate::runner::explain::{self, Show};
use crate::runner::mock::index::Index;
use crate::runner::mock::states::Choice;

/// So many interactions are told of.
const CLOSEST: usize = 3;
/// So many are judged to find them.
const JUDGED: usize = 24;
/// So many differences of each are told.
const DIFFERENCES: usize = 12;
/// Longer texts are cut, in characters.
const LONGEST: usize = 240;

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
    /// The parts of the request that match, of those that the pact has.
    pub matched: Vec<Part>,
    /// The parts that do not.
    pub differs: Vec<Part>,
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
    /// What is wrong, in a line that names the rule or value of the pact and its line there.
    pub said: String,
    /// The line of the pact that asks for it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Whether what stands at a name or path is nobody's business: a password, a token, a cookie.
pub(super) fn is_secret(at: &str) -> bool {
    const WORDS: [&str; 9] =
        ["token", "secret", "passw", "pwd", "api_key", "apikey", "api-key", "signature", "authorization"];
    let name = at.rsplit(['.', '/', ' ']).next().unwrap_or(at);
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
    index.mask().apply(&mut out);
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
        let mut judged: Vec<(usize, i32, usize, RequestVerdict)> = Vec::new();
        for number in index.likely(request, choice, JUDGED) {
            let Some(entry) = index.entries.get(number) else { continue };
            let verdict = entry.subject.judge_request(request);
            let Judgement::Mismatches(mismatches) = &verdict.judgement else { continue };
            let differing = Part::ALL.iter().filter(|part| mismatches.iter().any(|it| it.part == **part));
            // Another interaction of the same request is likelier than one like it elsewhere.
            let elsewhere = mismatches.iter().any(|it| matches!(it.part, Part::Method | Part::Path));
            judged.push((differing.count() + usize::from(elsewhere), -verdict.score, number, verdict));
        }
        judged.sort_by_key(|(rank, score, number, _)| (*rank, *score, *number));
        let closest = judged.iter().take(CLOSEST);
        Miss {
            error: "No interaction of the pacts matches this request".to_owned(),
            method: request.method.clone(),
            target: target(index, &request.path, request.query.as_deref()),
            closest: closest.filter_map(|(_, _, number, it)| near(index, *number, request, it)).collect(),
        }
    }

    /// Whether method and path are those of an interaction.
    pub fn is_known(&self) -> bool {
        let right = |near: &Near| !near.differs.iter().any(|it| matches!(it, Part::Method | Part::Path));
        self.closest.first().is_some_and(right)
    }
}

fn near(index: &Index, number: usize, request: &Request, verdict: &RequestVerdict) -> Option<Near> {
    let entry = index.entries.get(number)?;
    let (contract, item) = index.item(entry)?;
    let mut found = explain::request(contract, item, request, verdict, Show::Masked);
    let parts = |wanted: bool| {
        found.parts.iter().filter(|it| it.matched == wanted).map(|it| it.part).collect::<Vec<Part>>()
    };
    let (matched, differs) = (parts(true), parts(false));
    let more = found.more + found.differences.len().saturating_sub(DIFFERENCES);
    let all = std::mem::take(&mut found.differences);
    let difference = |difference: explain::Difference| {
        let part = difference.part;
        let ruled = difference.rule.as_ref().map(|rule| rule.place.line);
        let line = ruled.or_else(|| difference.place.map(|place| place.line));
        let at = line.map(|line| format!(" (line {line})")).unwrap_or_default();
        let mut said = if is_secret(&difference.at) && difference.kind != explain::Kind::Missing {
            // What came is known to nobody as a secret but by its name.
            let what =
                if difference.kind == explain::Kind::Unexpected { "is not expected" } else { "differs" };
            format!("{} {what}; its value is not shown, for it may be secret{at}", difference.at)
        } else {
            // The line of one of them is that of an explanation with no other.
            found.differences = vec![difference];
            found.line().unwrap_or_default()
        };
        index.mask().apply(&mut said);
        Difference { part, said, line }
    };
    let differences = all.into_iter().take(DIFFERENCES).map(difference).collect();
    Some(Near {
        description: index.title(entry).to_string(),
        states: item.states.iter().map(|state| index.mask().applied(&state.name)).collect(),
        pact: contract.name.clone(),
        line: item.at.line + 1,
        matched,
        differs,
        differences,
        more,
    })
}
