//! Provider states over many pacts, and the handlers that a provider has for them.

mod compare;
mod places;

use std::collections::{BTreeMap, BTreeSet};

pub use compare::{Missing, Report, compare};
pub use places::Places;

use crate::analysis::document::Document;
use crate::analysis::handlers::HandlerKind;
use crate::analysis::source::Language;
use crate::model::{StatesStyle, lower};
use crate::syntax::Cursor;
use crate::text::{Encoding, Span};

/// A line and a column, both from one; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// One interaction that asks for one state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateUse {
    /// The name of the state.
    pub name: String,
    /// The names of its parameters and the JSON types of their examples, by name.
    pub params: Vec<(String, &'static str)>,
    /// The description of the interaction, at most 500 characters of it: each of its states
    /// carries it.
    pub description: String,
    /// Where the name stands, in bytes of the file.
    pub span: Span,
    /// The same as a person writes it.
    pub place: Place,
}

/// The states that one pact asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PactStates {
    /// How the file is called.
    pub path: String,
    /// The consumer, if it has a name.
    pub consumer: Option<String>,
    /// The provider, if it has a name.
    pub provider: Option<String>,
    /// One entry a state of an interaction, in document order.
    pub uses: Vec<StateUse>,
}

impl PactStates {
    /// Reads them from a pact. Interactions that the official core does not read are left out.
    pub fn of(path: impl Into<String>, doc: &Document) -> PactStates {
        let facts = doc.facts();
        let mut uses = Vec::new();
        for index in 0..doc.chunk_count() {
            let (section, _) = doc.position(index);
            let Some((chunk, base)) = doc.chunk(index) else { continue };
            let Some(root) = chunk.root().filter(|_| facts.reads(section) && doc.is_live(index)) else {
                continue;
            };
            let it = lower(root, section, facts.version());
            let list = it.states_node.is_some_and(|(_, style)| style == StatesStyle::List);
            let description = it.description.map(|id| cut(&root.at(id).to_text())).unwrap_or_default();
            let start = doc.line_col(base, Encoding::Utf32);
            let start = Place { line: start.line + 1, column: start.col + 1 };
            let mut places = Places::new(chunk.text(), start);
            for state in &it.states {
                let Some(name) = state.name.map(|id| root.at(id)) else { continue };
                let place = places.at(name.span().start);
                uses.push(StateUse {
                    name: name.to_text().into_owned(),
                    params: state.params.filter(|_| list).map_or_else(Vec::new, |id| params(root.at(id))),
                    description: description.clone(),
                    span: name.span().shifted(base),
                    place,
                });
            }
        }
        let (consumer, provider) = (facts.consumer.clone(), facts.provider.clone());
        PactStates { path: path.into(), consumer, provider, uses }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(500) {
        Some((end, _)) => text[..end].to_owned() + "…",
        None => text.to_owned(),
    }
}

fn params(params: Cursor<'_>) -> Vec<(String, &'static str)> {
    // Of a key that is given twice the last value counts.
    let members = params
        .members()
        .filter_map(|it| Some((it.key.name().into_owned(), it.value?.json_type().unwrap_or("unknown"))));
    members.collect::<BTreeMap<_, _>>().into_iter().collect()
}

/// The states that consumers ask of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderStates {
    /// The provider, if it has a name.
    pub name: Option<String>,
    /// Its states, by name.
    pub states: Vec<State>,
}

/// A state by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The name.
    pub name: String,
    /// All parameters that any of its users passes, by name.
    pub params: Vec<Parameter>,
    /// Whether its users pass different sets of parameters.
    pub params_differ: bool,
    /// Who asks for it, by consumer, file and position.
    pub users: Vec<User>,
}

/// A parameter of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// The JSON types of its examples, in alphabetical order.
    pub types: Vec<&'static str>,
    /// Whether every user passes it.
    pub always: bool,
}

/// An interaction that asks for a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct User {
    /// The consumer, if it has a name.
    pub consumer: Option<String>,
    /// How the file is called.
    pub path: String,
    /// Where the name of the state stands.
    pub place: Place,
    /// The same in bytes of the file.
    pub span: Span,
    /// The description of the interaction.
    pub description: String,
    /// The names of the parameters it passes.
    pub params: Vec<String>,
}

/// Sorts states by provider and name.
pub fn index(pacts: &[PactStates]) -> Vec<ProviderStates> {
    type Uses<'a> = Vec<(&'a PactStates, &'a StateUse)>;
    let mut providers: BTreeMap<&Option<String>, BTreeMap<&str, Uses<'_>>> = BTreeMap::new();
    for pact in pacts {
        let states = providers.entry(&pact.provider).or_default();
        for state in &pact.uses {
            states.entry(&state.name).or_default().push((pact, state));
        }
    }
    let state = |(name, uses): (&str, Uses<'_>)| {
        let mut types: BTreeMap<&str, (BTreeSet<&'static str>, usize)> = BTreeMap::new();
        for (name, kind) in uses.iter().flat_map(|(_, state)| &state.params) {
            let (kinds, count) = types.entry(name).or_default();
            kinds.insert(kind);
            *count += 1;
        }
        let params: Vec<Parameter> = types
            .into_iter()
            .map(|(name, (kinds, count))| Parameter {
                name: name.to_owned(),
                types: kinds.into_iter().collect(),
                always: count == uses.len(),
            })
            .collect();
        let mut users: Vec<User> = uses.iter().map(|(pact, state)| user(pact, state)).collect();
        users.sort();
        users.dedup();
        State {
            name: name.to_owned(),
            params_differ: params.iter().any(|param| !param.always),
            params,
            users,
        }
    };
    providers
        .into_iter()
        .map(|(name, states)| ProviderStates {
            name: name.clone(),
            states: states.into_iter().map(state).collect(),
        })
        .collect()
}

fn user(pact: &PactStates, state: &StateUse) -> User {
    User {
        consumer: pact.consumer.clone(),
        path: pact.path.clone(),
        place: state.place,
        span: state.span,
        description: state.description.clone(),
        params: state.params.iter().map(|(name, _)| name.clone()).collect(),
    }
}

/// A handler, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacedHandler {
    /// How the file is called.
    pub path: String,
    /// Where the name stands in it.
    pub place: Place,
    /// The name of the state.
    pub name: String,
    /// The form; `None` for one that is named in the configuration.
    pub kind: Option<HandlerKind>,
    /// The language; `None` for one that is named in the configuration.
    pub language: Option<Language>,
    /// The provider it is for; `None` when that is not known, so that it serves any.
    pub provider: Option<String>,
}

impl PlacedHandler {
    /// Whether it may serve this provider.
    pub fn serves(&self, provider: Option<&str>) -> bool {
        self.provider.is_none() || self.provider.as_deref() == provider
    }
}
