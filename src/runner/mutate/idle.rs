//! Rules that an answer puts to no test.

use serde_json::{Value, json};

use crate::http::wire::{Response, header};
use crate::model::{Category, RuleGroup, Target, lower_rules, resolve_body};
use crate::runner::engine::{Part, Subject};
use crate::syntax::parse;

/// A rule of the pact that nothing in the answer meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleRule {
    /// What it is about: body or header.
    pub part: Part,
    /// Its path, or the name of the header.
    pub at: String,
}

/// The rules for the answer whose path picks nothing in its body, or whose header is not
/// there. Nothing is said of bodies other than JSON.
pub(super) fn rules(subject: &Subject, answer: &Response) -> Vec<IdleRule> {
    let Some(rules) = written(subject) else { return Vec::new() };
    // Both in one text, because the model reads paths where they are written.
    let body = std::str::from_utf8(&answer.body).ok();
    let body = body.filter(|body| serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok());
    let text = format!(r#"{{"body": {}, "rules": {rules}}}"#, body.unwrap_or("null"));
    let tree = parse(&text);
    let Some(root) = tree.root(&text) else { return Vec::new() };
    let (Some(json), Some(block)) = (root.get("body"), root.get("rules").map(lower_rules)) else {
        return Vec::new();
    };
    let hits = resolve_body(json, &block.groups).hits;
    let idle = |(group, hits): (&RuleGroup, u32)| {
        if !group.is_live() {
            return None;
        }
        let key = root.at(group.key).name();
        match (group.category, &group.target) {
            (Category::Body, Target::Path(_)) if body.is_some() && hits == 0 => {
                Some(IdleRule { part: Part::Body, at: key.into_owned() })
            }
            (Category::Header, Target::Name(name)) if header(&answer.headers, name).is_none() => {
                Some(IdleRule { part: Part::Header, at: name.clone() })
            }
            _ => None,
        }
    };
    block.groups.iter().zip(hits).filter_map(idle).collect()
}

/// The rules for the answer, as JSON.
fn written(subject: &Subject) -> Option<String> {
    let pact: Value = serde_json::from_str(subject.pact_text()).ok()?;
    let element = pact.get("interactions").or_else(|| pact.get("messages"))?.get(0)?;
    let answer = match element.get("response") {
        // Of the answers to a synchronous message only the first is compared.
        Some(Value::Array(list)) => list.first()?,
        Some(response) => response,
        None => element,
    };
    let rules = answer.get("matchingRules").or_else(|| answer.get("responseMatchingRules"));
    Some(rules.unwrap_or(&json!({})).to_string())
}
