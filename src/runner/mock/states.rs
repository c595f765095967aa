//! Which interactions a choice of provider state leaves.

use regex::{Regex, RegexBuilder};

use crate::runner::contract::{Contract, State};

/// A pattern for provider states compiles to at most so many bytes: it comes with a request.
const MAX_PATTERN: usize = 1 << 20;

/// The interactions that are served.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    wanted: Option<Wanted>,
    /// Those without a provider state are served beside those that were chosen.
    stateless: bool,
}

#[derive(Debug, Clone)]
enum Wanted {
    Name(String),
    Pattern(Regex),
}

impl Choice {
    /// Those with a provider state of this name; where no pact has one, those with a state in
    /// which this pattern is found. `Err` says why it is no pattern.
    pub fn of(text: &str, contracts: &[impl AsRef<Contract>], stateless: bool) -> Result<Choice, String> {
        let mut states = contracts.iter().flat_map(|it| &it.as_ref().items).flat_map(|item| &item.states);
        if states.any(|state| state.name == text) {
            return Ok(Choice { wanted: Some(Wanted::Name(text.to_owned())), stateless });
        }
        let pattern = RegexBuilder::new(text).size_limit(MAX_PATTERN).build();
        let pattern = pattern.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            other => other.to_string().lines().last().unwrap_or_default().to_owned(),
        })?;
        Ok(Choice { wanted: Some(Wanted::Pattern(pattern)), stateless })
    }

    /// Whether every interaction is served, as nothing was chosen.
    pub(super) fn is_any(&self) -> bool {
        self.wanted.is_none()
    }

    /// Whether an interaction in these states is served, and if so whether it was chosen.
    pub(super) fn allows(&self, states: &[State]) -> Option<bool> {
        let Some(wanted) = &self.wanted else { return Some(true) };
        let has = |state: &State| match wanted {
            Wanted::Name(name) => state.name == *name,
            Wanted::Pattern(pattern) => pattern.is_match(&state.name),
        };
        if states.iter().any(has) {
            return Some(true);
        }
        // The official stub server takes a state without a name for none.
        let none = states.iter().all(|state| state.name.is_empty());
        (self.stateless && none).then_some(false)
    }
}
