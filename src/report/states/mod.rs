//! The report on provider states and their handlers.

mod json;
mod stub;
#[cfg(test)]
mod tests;
mod text;

use std::io::{self, Write};

pub use stub::StubLanguage;

use crate::analysis::states::{Missing, Place, PlacedHandler, ProviderStates, Report, State};

/// All there is to tell.
#[derive(Debug, Clone, Copy)]
pub struct StatesReport<'a> {
    /// The states, by provider.
    pub providers: &'a [ProviderStates],
    /// The handlers, by file and position.
    pub handlers: &'a [PlacedHandler],
    /// What a comparison of the two gave.
    pub compared: &'a Report,
    /// Places in source files where the name of a handler is computed.
    pub dynamic: &'a [(String, Place)],
    /// Number of pacts.
    pub pacts: usize,
    /// Number of source files that were read for handlers.
    pub sources: usize,
    /// The language to write stubs in; by default that of most handlers.
    pub stub: Option<StubLanguage>,
}

/// The shape of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatesFormat {
    /// For a person.
    #[default]
    Text,
    /// Everything, for programs; the keys are described at [`render_states`].
    Json,
}

impl StatesFormat {
    /// Every format, in the order of a help text.
    pub const ALL: [StatesFormat; 2] = [StatesFormat::Text, StatesFormat::Json];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            StatesFormat::Text => "text",
            StatesFormat::Json => "json",
        }
    }
}

/// Handlers for states, to be filled in.
pub fn state_stubs(language: StubLanguage, states: &[&State]) -> String {
    stub::write(language, states)
}

/// What is known of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status<'a> {
    Handled,
    Missing(&'a Missing),
    /// No handler is known that could be its provider's.
    Unknown,
}

impl<'a> StatesReport<'a> {
    fn status(&self, provider: usize, state: usize) -> Status<'a> {
        if self.compared.unjudged.contains(&provider) {
            return Status::Unknown;
        }
        let missing = &self.compared.missing;
        let found = missing.binary_search_by(|it| (it.provider, it.state).cmp(&(provider, state)));
        found.map_or(Status::Handled, |at| Status::Missing(&missing[at]))
    }

    /// The handlers of a state.
    fn serving(&self, provider: usize, state: usize) -> Vec<&'a PlacedHandler> {
        self.compared.serving[provider][state].iter().map(|at| &self.handlers[*at]).collect()
    }

    /// The states to write stubs for: those that are missing, or all when no handler is known
    /// but a language is asked for.
    fn unwritten(&self) -> Vec<&'a State> {
        let states = |(at, provider): (usize, &'a ProviderStates)| {
            let wanted = move |(state, _): &(usize, &State)| match self.status(at, *state) {
                // One keystroke is what is missing there.
                Status::Missing(missing) => missing.near.is_none(),
                Status::Unknown => self.handlers.is_empty() && self.stub.is_some(),
                Status::Handled => false,
            };
            provider.states.iter().enumerate().filter(wanted).map(|(_, state)| state).collect::<Vec<_>>()
        };
        self.providers.iter().enumerate().flat_map(states).collect()
    }
}

/// Writes the report. The same input gives the same bytes.
///
/// The JSON report is one object. Keys may be added within a version, none changes its
/// meaning. Lines and columns count from one, columns in characters. Values of parameters are
/// never written, only their names and JSON types.
///
/// | key | holds |
/// |---|---|
/// | `version` | `1` |
/// | `tool` | `{name, version}` |
/// | `summary` | `{pacts, providers, states, sources, handlers, dynamic, missing, near_twins, unused}` |
/// | `providers[]` | `{name, judged, states}`; `name` is null when no pact tells it, `judged` false when no handler is known that could be its |
/// | `states[]` | `{name, status, near, parameters, parameters_differ, handlers, users}`; `status` is `handled`, `missing` or `unknown`, `near` null or the handler that is nearly named so |
/// | `parameters[]` | `{name, types, always}`: the JSON types of the examples, and whether all users pass it |
/// | `users[]` | `{consumer, description, path, line, column, parameters}` |
/// | `handlers[]` | `{name, path, line, column, kind, language, provider}`; `kind` is `annotation`, `call`, `table`, `dispatch` or `config` |
/// | `unused[]` | handlers whose state no pact asks for, one a name |
/// | `dynamic[]` | `{path, line, column}`: places where the name of a handler is computed |
pub fn render_states(
    format: StatesFormat,
    report: &StatesReport<'_>,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        StatesFormat::Text => text::write(report, colour, out),
        StatesFormat::Json => json::write(report, out),
    }
}
