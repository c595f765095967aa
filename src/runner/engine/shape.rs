//! What the core compares a request with by equality alone: what an index may rely on.

use std::collections::HashMap;

use pact_models::bodies::OptionalBody;
use pact_models::matchingrules::{MatchingRule, MatchingRuleCategory, RuleLogic};
use pact_models::path_exp::DocPath;
use pact_models::query_strings::parse_query_string;
use pact_models::v4::http_parts::HttpRequest;
use serde_json::Value;

use super::Subject;
use super::guarded::guarded;

/// A place in a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// All values of a query parameter, in order.
    Query(String),
    /// A value in a JSON body, by the keys that lead to it.
    Body(Vec<String>),
}

/// What a path must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathShape {
    /// This and nothing else.
    Exact(String),
    /// All of these patterns match the whole of it, or, with `any`, one of them does. Nothing is
    /// known where there is none.
    Patterns {
        /// Regular expressions, as Oniguruma reads them.
        patterns: Vec<String>,
        /// One is enough.
        any: bool,
    },
}

/// What must hold of every request that the core takes for this one. More may have to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The method, in lower case.
    pub method: String,
    /// The path.
    pub path: PathShape,
    /// Values that no rule governs, each at another place. Of a parameter an array.
    pub exact: Vec<(Place, Value)>,
    /// Parameters that are there, and governed by a rule. Those that are neither here nor in
    /// `exact` must not be there.
    pub ruled_query: Vec<String>,
    /// Whether there is a rule for any part of it.
    pub has_rules: bool,
}

/// More values of a body tell nothing that these do not.
const MOST_VALUES: usize = 64;
/// Values deeper than this are not looked for.
const DEEPEST: usize = 16;

impl Subject {
    /// The shape of its request; `None` of a message, or where the core fails over it.
    pub fn shape(&self) -> Option<Shape> {
        let http = self.kept.asking().ok()?.http.as_ref()?;
        guarded(|| shape(&http.request)).ok()
    }

    /// The headers, in lower case, that have a say in what the core says of a request; `None`
    /// where all may have. It looks up those that are expected (`match_headers` of pact_matching),
    /// and what the content is (`match_body`).
    pub fn asked_headers(&self) -> Option<Vec<String>> {
        let loaded = self.kept.asking().ok()?;
        let http = loaded.http.as_ref().filter(|_| !loaded.gate.looks_at_headers())?;
        let expected = http.request.headers.iter().flatten().map(|(name, _)| name.to_lowercase());
        Some(expected.chain(["content-type".to_owned()]).collect())
    }

    /// Whether a matching rule governs a value in the body of its response, by the keys and
    /// indices that lead to it.
    pub fn is_response_ruled(&self, path: &[&str]) -> bool {
        let Some(http) = self.kept.whole().ok().and_then(|loaded| loaded.http.as_ref()) else { return false };
        let rules = http.response.matching_rules.rules_for_category("body").unwrap_or_default();
        is_ruled(&rules, &path.iter().fold(DocPath::root(), |path, step| path.join(*step)))
    }

    /// Whether a matching rule governs a header of its response.
    pub fn is_response_header_ruled(&self, name: &str) -> bool {
        let http = self.kept.whole().ok().and_then(|loaded| loaded.http.as_ref());
        let rules = http.and_then(|http| http.response.matching_rules.rules_for_category("header"));
        let is = |path: &DocPath| path.first_field().is_some_and(|it| it.eq_ignore_ascii_case(name));
        rules.is_some_and(|rules| rules.rules.keys().any(is))
    }

    /// Whether a matching rule governs the status of its response.
    pub fn is_response_status_ruled(&self) -> bool {
        let http = self.kept.whole().ok().and_then(|loaded| loaded.http.as_ref());
        let rules = http.and_then(|http| http.response.matching_rules.rules_for_category("status"));
        rules.is_some_and(|rules| !rules.is_empty())
    }

    /// Whether its response is made anew for each request.
    pub fn has_generators(&self) -> bool {
        let http = self.kept.whole().ok().and_then(|loaded| loaded.http.as_ref());
        http.is_none_or(|http| !http.response.generators.categories.is_empty())
    }
}

/// The parameters of a query, as the core reads them.
pub fn parameters(query: Option<&str>) -> HashMap<String, Vec<String>> {
    let parsed = query.and_then(|query| guarded(|| parse_query_string(query)).ok().flatten());
    let values = |list: Vec<Option<String>>| list.into_iter().map(Option::unwrap_or_default).collect();
    parsed.into_iter().flatten().map(|(name, list)| (name, values(list))).collect()
}

fn shape(request: &HttpRequest) -> Shape {
    let rules = |name: &str| request.matching_rules.rules_for_category(name).unwrap_or_default();
    let (path, query, body) = (rules("path"), rules("query"), rules("body"));
    let mut exact = Vec::new();
    let mut ruled_query = Vec::new();
    for (name, values) in request.query.iter().flatten() {
        let place = DocPath::root().join(name.as_str());
        let ruled = (0..values.len()).any(|index| is_ruled(&query, &place.join(index.to_string())));
        if ruled || is_ruled(&query, &place) {
            ruled_query.push(name.clone());
        } else {
            let values = values.iter().map(|value| Value::String(value.clone().unwrap_or_default()));
            exact.push((Place::Query(name.clone()), values.collect()));
        }
    }
    exact.sort_by(|a, b| a.0.cmp(&b.0));
    ruled_query.sort_unstable();
    if let OptionalBody::Present(bytes, ..) = &request.body
        && request.content_type().unwrap_or_default().is_json()
        && let Ok(value) = serde_json::from_slice::<Value>(bytes)
    {
        leaves(&body, &DocPath::root(), &mut Vec::new(), value, &mut exact);
    }
    Shape {
        method: request.method.to_lowercase(),
        path: path_shape(request, &path),
        exact,
        ruled_query,
        has_rules: request.matching_rules.is_not_empty(),
    }
}

/// `CoreMatchingContext::matcher_is_defined` of pact_matching.
fn is_ruled(rules: &MatchingRuleCategory, path: &DocPath) -> bool {
    let path = path.to_vec();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    rules.matcher_is_defined(&path)
}

/// `match_path` of pact_matching: the rules of the category whatever their place.
fn path_shape(request: &HttpRequest, rules: &MatchingRuleCategory) -> PathShape {
    if rules.is_empty() {
        return PathShape::Exact(request.path.clone());
    }
    let mut lists = rules.rules.values();
    // Of several lists the core takes any.
    let (Some(list), None) = (lists.next(), lists.next()) else {
        return PathShape::Patterns { patterns: Vec::new(), any: false };
    };
    let any = list.rule_logic == RuleLogic::Or;
    let pattern = |rule: &MatchingRule| match rule {
        MatchingRule::Regex(pattern) => Some(pattern.clone()),
        _ => None,
    };
    let patterns: Vec<String> = list.rules.iter().filter_map(pattern).collect();
    if any && patterns.len() < list.rules.len() {
        return PathShape::Patterns { patterns: Vec::new(), any };
    }
    PathShape::Patterns { patterns, any }
}

/// The values below objects that no rule governs. A rule for an object governs all below it,
/// so that without one its keys are these and no others (`compare_maps` of pact_matching).
fn leaves(
    rules: &MatchingRuleCategory,
    path: &DocPath,
    keys: &mut Vec<String>,
    value: Value,
    out: &mut Vec<(Place, Value)>,
) {
    if out.len() >= MOST_VALUES || keys.len() > DEEPEST {
        return;
    }
    match value {
        Value::Object(members) => {
            if is_ruled(rules, path) {
                return;
            }
            for (key, value) in members {
                let path = path.join(key.as_str());
                keys.push(key);
                leaves(rules, &path, keys, value, out);
                keys.pop();
            }
        }
        Value::Array(_) => {}
        leaf if !keys.is_empty() && !is_ruled(rules, path) => out.push((Place::Body(keys.clone()), leaf)),
        _ => {}
    }
}
