//! What the official core makes of a pact.

use std::panic::{AssertUnwindSafe, RefUnwindSafe, catch_unwind};

use pact_matching::{match_message, match_request, match_response, match_sync_message};
use pact_models::PactSpecification;
use pact_models::bodies::OptionalBody;
use pact_models::generators::{GeneratorCategory, Generators};
use pact_models::interaction::Interaction;
use pact_models::matchingrules::{Category, MatchingRule, MatchingRules};
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::path_exp::DocPath;
use serde_json::Value;

/// A pact of the core.
pub type CorePact = Box<dyn Pact + Send + Sync + RefUnwindSafe>;
/// An interaction of the core.
pub type CoreInteraction = Box<dyn Interaction + Send + Sync + RefUnwindSafe>;

/// What the core reads of an interaction, as far as it has an effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Rules that select something of the example; sorted, one line each.
    pub rules: Vec<String>,
    /// Generators that select something of the example; likewise.
    pub generators: Vec<String>,
    /// Provider states that have a name, in order.
    pub states: Vec<String>,
    /// Everything else that is compared: method, path, query, headers, status, body.
    pub rest: Vec<String>,
    /// Where the example does not satisfy its own rules; only if asked for.
    pub mismatches: Vec<String>,
}

/// A pact as the core reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It loads.
    Pact {
        /// The version it is read as.
        version: String,
        /// What is in it.
        interactions: Vec<Loaded>,
    },
    /// It does not, and the core says why; or it panics.
    Refused(String),
}

/// Which interactions are matched against themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// None.
    None,
    /// The one at this position.
    One(usize),
    /// All.
    All,
}

/// Has the core read `text`.
pub fn read(text: &str, matched: Matched) -> Reading {
    catch_unwind(AssertUnwindSafe(|| load(text, matched))).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("");
        Reading::Refused(format!("panics: {said}"))
    })
}

/// A pact as the core has it, or why it refuses it.
pub fn open(text: &str) -> Result<CorePact, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    load_pact_from_json("pact", &json).map_err(|error| format!("{error:#}"))
}

fn load(text: &str, matched: Matched) -> Reading {
    let pact = match open(text) {
        Ok(pact) => pact,
        Err(error) => return Reading::Refused(error),
    };
    let interactions = pact.interactions();
    let loaded = interactions.iter().enumerate().map(|(at, it)| {
        let wanted = matched == Matched::All || matched == Matched::One(at);
        let mut loaded = model(it, &pact);
        if wanted {
            loaded.mismatches = mismatches(it, it, &pact);
        }
        loaded
    });
    let version = pact.specification_version();
    let version = if version == PactSpecification::Unknown { "unknown".into() } else { version.to_string() };
    Reading::Pact { version, interactions: loaded.collect() }
}

/// What the core finds different between the interaction at `at` of one pact and what the other
/// pact has there. `None` when either does not load.
pub fn compare(expected: &str, actual: &str, at: usize) -> Option<Vec<String>> {
    let load = |text: &str| load_pact_from_json("pact", &serde_json::from_str(text).ok()?).ok();
    let compared = catch_unwind(AssertUnwindSafe(|| {
        let (expected, actual) = (load(expected)?, load(actual)?);
        let one = expected.interactions().into_iter().nth(at)?;
        Some(mismatches(&one, &actual.interactions().into_iter().nth(at)?, &expected))
    }));
    compared.unwrap_or_else(|_| Some(vec!["loading panics".to_owned()]))
}

/// What the core finds different between an interaction and another, mostly itself.
fn mismatches(it: &CoreInteraction, actual: &CoreInteraction, pact: &CorePact) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers");
    let compared = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let mut found = Vec::new();
            if let (Some(http), Some(actual)) = (it.as_v4_http(), actual.as_v4_http()) {
                match match_request(http.request, actual.request, pact, it).await {
                    Ok(result) => found.extend(result.mismatches().iter().map(|m| format!("request: {m:?}"))),
                    Err(error) => found.push(format!("request: {error:#}")),
                }
                match match_response(http.response, actual.response, pact, it).await {
                    Ok(result) => found.extend(result.iter().map(|m| format!("response: {m:?}"))),
                    Err(error) => found.push(format!("response: {error:#}")),
                }
            } else if let (Some(message), Some(actual)) =
                (it.as_v4_sync_message(), actual.as_v4_sync_message())
            {
                let result = match_sync_message(message, actual, pact).await;
                found.extend(result.iter().map(|m| format!("{m:?}")));
            } else if it.is_message() {
                found.extend(match_message(it, actual, pact).await.iter().map(|m| format!("{m:?}")));
            }
            found
        })
    }));
    let mut found = compared.unwrap_or_else(|_| vec!["the comparison panics".to_owned()]);
    for line in &mut found {
        if let Some((at, _)) = line.char_indices().nth(300) {
            line.truncate(at);
        }
    }
    found.sort();
    found
}

fn model(it: &CoreInteraction, pact: &CorePact) -> Loaded {
    let mut loaded = Loaded::default();
    let plugins = pact.requires_plugins();
    let mut add = |part: Part<'_>| part.list(plugins, &mut loaded);
    let mut rest = vec![it.description()];
    let pairs = |map: &Option<std::collections::HashMap<String, Vec<String>>>| -> Vec<String> {
        map.iter().flat_map(|map| map.keys().cloned()).collect()
    };
    if let Some(http) = it.as_v4_http() {
        let (request, response) = (&http.request, &http.response);
        rest.push(format!("{} {} {}", request.method, request.path, response.status));
        let headers = request.headers.iter().chain(&response.headers).flatten();
        rest.extend(headers.map(|(name, values)| format!("{name}: {values:?}")));
        let query = request.query.iter().flatten();
        rest.extend(query.map(|(name, values)| format!("{name}={values:?}")));
        add(Part {
            name: "request",
            headers: pairs(&request.headers),
            query: request.query.iter().flat_map(|map| map.keys().cloned()).collect(),
            metadata: Vec::new(),
            body: &request.body,
            rules: &request.matching_rules,
            generators: &request.generators,
        });
        add(Part {
            name: "response",
            headers: pairs(&response.headers),
            query: Vec::new(),
            metadata: Vec::new(),
            body: &response.body,
            rules: &response.matching_rules,
            generators: &response.generators,
        });
    } else {
        let contents = match (it.as_v4_sync_message(), it.as_v4_async_message()) {
            (Some(message), _) => std::iter::once(message.request).chain(message.response).collect(),
            (None, Some(message)) => vec![message.contents],
            (None, None) => Vec::new(),
        };
        for part in &contents {
            add(Part {
                name: "contents",
                headers: Vec::new(),
                query: Vec::new(),
                metadata: part.metadata.keys().cloned().collect(),
                body: &part.contents,
                rules: &part.matching_rules,
                generators: &part.generators,
            });
        }
    }
    rest.sort();
    loaded.rest.append(&mut rest);
    // The name the core gives to a state whose name it could not read.
    let states = it.provider_states();
    let named = states.iter().filter(|state| state.name != "unknown provider states");
    loaded.states = named.map(|state| state.to_json().to_string()).collect();
    loaded.rules.sort();
    loaded.generators.sort();
    loaded
}

/// A request, a response or the contents of a message.
struct Part<'a> {
    name: &'static str,
    headers: Vec<String>,
    query: Vec<String>,
    metadata: Vec<String>,
    body: &'a OptionalBody,
    rules: &'a MatchingRules,
    generators: &'a Generators,
}

impl Part<'_> {
    fn list(&self, plugins: bool, loaded: &mut Loaded) {
        loaded.rest.push(format!("{:?}", self.body));
        let nodes = self.body_nodes();
        for (category, rules) in &self.rules.rules {
            for (path, list) in &rules.rules {
                if !self.selects(category, path, nodes.as_deref()) {
                    continue;
                }
                // A rule that only a plugin knows does nothing where there is none.
                let known = |rule: &&MatchingRule| plugins || !matches!(rule, MatchingRule::Plugin { .. });
                loaded.rules.extend(list.rules.iter().filter(known).map(|rule| {
                    format!("{} {category} {path} {:?} {}", self.name, list.rule_logic, rule.to_json())
                }));
            }
        }
        for (category, generators) in &self.generators.categories {
            let alike = match category {
                GeneratorCategory::HEADER => Category::HEADER,
                GeneratorCategory::QUERY => Category::QUERY,
                GeneratorCategory::METADATA => Category::METADATA,
                GeneratorCategory::BODY => Category::BODY,
                _ => Category::PATH,
            };
            let selecting =
                generators.iter().filter(|(path, _)| self.selects(&alike, path, nodes.as_deref()));
            loaded.generators.extend(selecting.filter_map(|(path, generator)| {
                Some(format!("{} {alike} {path} {}", self.name, generator.to_json()?))
            }));
        }
    }

    fn selects(&self, category: &Category, path: &DocPath, nodes: Option<&[Vec<String>]>) -> bool {
        let name = path.first_field().unwrap_or_default();
        match category {
            Category::PATH | Category::METHOD | Category::STATUS => true,
            Category::HEADER => self.headers.iter().any(|header| header.eq_ignore_ascii_case(name)),
            Category::QUERY => self.query.iter().any(|known| known == name),
            Category::METADATA => self.metadata.iter().any(|known| known == name),
            // The core reads these and never applies them.
            Category::CONTENTS => false,
            Category::BODY => nodes.is_none_or(|nodes| {
                let fits = |node: &Vec<String>| {
                    path.matches_path_exactly(&node.iter().map(String::as_str).collect::<Vec<_>>())
                };
                path.tokens().len() <= 1 && self.body.is_present() || nodes.iter().any(fits)
            }),
        }
    }

    /// The path of every node of a JSON body; `None` for a body of another kind.
    fn body_nodes(&self) -> Option<Vec<Vec<String>>> {
        let Some(bytes) = self.body.value() else { return Some(Vec::new()) };
        let json: Value = serde_json::from_slice(&bytes).ok()?;
        let mut nodes = Vec::new();
        walk(&json, &mut vec!["$".to_owned()], &mut nodes);
        Some(nodes)
    }
}

fn walk(json: &Value, path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    out.push(path.clone());
    let children: Vec<(String, &Value)> = match json {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (step, child) in children {
        path.push(step);
        walk(child, path, out);
        path.pop();
    }
}
