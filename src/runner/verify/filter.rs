//! Which interactions are verified (`FilterInfo` of pact_verifier).

use regex::Regex;

use crate::runner::contract::Item;

/// Which interactions are verified; by default all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Their description has a match of this.
    pub description: Option<Regex>,
    /// Which states they have.
    pub state: StateFilter,
    /// Their description has one of these texts in it; none is no wish.
    pub only: Vec<String>,
}

/// Which states an interaction has.
#[derive(Debug, Clone, Default)]
pub enum StateFilter {
    /// Any, or none.
    #[default]
    All,
    /// The name of one has a match of this.
    Named(Regex),
    /// None.
    Stateless,
}

impl Filter {
    /// Whether an interaction is verified.
    pub fn picks(&self, item: &Item) -> bool {
        let described = |pattern: &Regex| pattern.is_match(&item.description);
        let by_state = match &self.state {
            StateFilter::All => true,
            StateFilter::Named(pattern) => item.states.iter().any(|state| pattern.is_match(&state.name)),
            StateFilter::Stateless => item.states.is_empty(),
        };
        let named =
            self.only.is_empty() || self.only.iter().any(|text| item.description.contains(text.as_str()));
        self.description.as_ref().is_none_or(described) && by_state && named
    }
}
