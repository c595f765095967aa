//! Which interactions a choice of provider state leaves.

use std::cmp::Reverse;

use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashSet;

use crate::runner::contract::{Contract, State};
use crate::text::nearest;

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

/// So many provider states are named.
const NAMED: usize = 3;
/// Slips are looked for in so many names.
const MOST_COMPARED: usize = 1_000;

/// What is told of a provider state that no interaction has, nor, with a reason, is a pattern.
pub(super) fn unknown<C>(wanted: &str, contracts: &[C], no_pattern: Option<&str>) -> String
where
    C: std::ops::Deref<Target = Contract>,
{
    let others = others(wanted, contracts.iter().map(|it| &**it));
    let why = no_pattern.map(|why| format!(", and it is no regular expression: {why}")).unwrap_or_default();
    format!("No interaction has the provider state \"{wanted}\" ({others}){why}")
}

/// Which provider states there are beside the one that was asked for: those that may have been
/// meant, or else the first.
fn others<'c>(wanted: &str, contracts: impl Iterator<Item = &'c Contract>) -> String {
    let mut seen = FxHashSet::default();
    let all = contracts.flat_map(|it| &it.items).flat_map(|item| &item.states);
    let all: Vec<&str> = all.map(|state| state.name.as_str()).filter(|name| seen.insert(*name)).collect();
    let slip = nearest(wanted, all.iter().take(MOST_COMPARED).copied());
    let words = |text: &str| -> FxHashSet<String> {
        let words = text.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let of_wanted = words(wanted);
    let common = |name: &str| words(name).intersection(&of_wanted).count();
    let mut near: Vec<(Reverse<usize>, &str)> =
        all.iter().map(|name| (Reverse(common(name)), *name)).collect();
    near.retain(|(Reverse(common), name)| *common * 2 >= of_wanted.len().max(1) && Some(*name) != slip);
    near.sort_by_key(|(common, _)| *common);
    let near: Vec<&str> = slip.into_iter().chain(near.into_iter().map(|(_, name)| name)).collect();
    let listed = |names: &[&str]| {
        let names: Vec<String> = names.iter().take(NAMED).map(|name| format!("\"{name}\"")).collect();
        names.join(", ")
    };
    match (near.is_empty(), all.len()) {
        (_, 0) => "no interaction has any".to_owned(),
        (false, _) => format!("near it: {}", listed(&near)),
        (true, count @ 0..=NAMED) => {
            format!("there {} {}", if count == 1 { "is" } else { "are" }, listed(&all))
        }
        (true, count) => format!("there are {} and {} more", listed(&all), count - NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Document;

    fn contract(states: &[&str]) -> std::sync::Arc<Contract> {
        let states: Vec<_> = states.iter().map(|name| serde_json::json!({ "name": name })).collect();
        let pact = serde_json::json!({
            "interactions": [{ "providerStates": states, "request": {}, "response": {} }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } }
        });
        std::sync::Arc::new(Contract::new("p.json", Document::new(pact.to_string())).unwrap())
    }

    #[test]
    fn states_that_may_have_been_meant_are_named() {
        let contracts = [
            contract(&["order 7 exists", "order 8 exists", "order 8 is paid"]),
            contract(&["a user", "order 7 exists"]),
        ];
        let told = [
            ("ordr 7 exists", r#"near it: "order 7 exists""#),
            ("paid order", r#"near it: "order 8 is paid", "order 7 exists", "order 8 exists""#),
            (
                "nothing like it",
                r#"there are "order 7 exists", "order 8 exists", "order 8 is paid" and 1 more"#,
            ),
        ];
        for (wanted, said) in told {
            assert_eq!(others(wanted, contracts.iter().map(|it| &**it)), said, "{wanted}");
        }
        assert_eq!(others("x", [&*contract(&["a user"])].into_iter()), r#"there is "a user""#);
        assert_eq!(others("x", [&*contract(&[])].into_iter()), "no interaction has any");
    }
}
