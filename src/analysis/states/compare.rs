//! States that no handler handles, and handlers of states that nobody asks for.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::states::{PlacedHandler, ProviderStates};
use crate::text::distance;

/// Most pairs of names that are compared letter by letter; more would take longer than a
/// suggestion is worth.
const MAX_PAIRS: usize = 200_000;

/// A state without a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The provider, by its position in what was compared.
    pub provider: usize,
    /// The state, by its position among those of the provider.
    pub state: usize,
    /// The handler whose name is nearly the same, by its position.
    pub near: Option<usize>,
}

/// What a comparison gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// States that no handler handles, of the providers that are judged.
    pub missing: Vec<Missing>,
    /// Providers, by position, of which nothing can be said: no handler is known that could be
    /// theirs.
    pub unjudged: Vec<usize>,
    /// The handlers of each state, by position: one list a state, for each provider.
    pub serving: Vec<Vec<Vec<usize>>>,
    /// Handlers, by position, whose state no pact asks for; each name once. One that is the
    /// near twin of a missing state is not among them.
    pub unused: Vec<usize>,
}

/// Holds the states against the handlers.
pub fn compare(providers: &[ProviderStates], handlers: &[PlacedHandler]) -> Report {
    let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, handler) in handlers.iter().enumerate() {
        by_name.entry(&handler.name).or_default().push(at);
    }
    let serving = |provider: Option<&str>, name: &str| {
        let known = by_name.get(name).into_iter().flatten();
        known.copied().filter(|at| handlers[*at].serves(provider)).collect::<Vec<usize>>()
    };
    let mut used: FxHashSet<usize> = FxHashSet::default();
    let mut report = Report::default();
    for provider in providers {
        let one = provider.states.iter().map(|state| serving(provider.name.as_deref(), &state.name));
        let one: Vec<Vec<usize>> = one.collect();
        used.extend(one.iter().flatten());
        report.serving.push(one);
    }

    let twins = Twins::new(handlers);
    let mut pairs = MAX_PAIRS;
    let known = |states: &[Vec<usize>]| states.iter().any(|serving| !serving.is_empty());
    let any_known = report.serving.iter().any(|states| known(states));
    let any_general = handlers.iter().any(|handler| handler.provider.is_none());
    let owners: FxHashSet<&str> = handlers.iter().filter_map(|handler| handler.provider.as_deref()).collect();
    let mut near_twins: FxHashSet<usize> = FxHashSet::default();
    for (at, (provider, handled)) in providers.iter().zip(&report.serving).enumerate() {
        let name = provider.name.as_deref();
        let own = name.is_some_and(|name| owners.contains(name));
        if !own && !any_general {
            report.unjudged.push(at);
            continue;
        }
        let states =
            provider.states.iter().zip(handled).enumerate().filter(|(_, (_, serving))| serving.is_empty());
        let missing: Vec<Missing> = states
            .map(|(state, (it, _))| Missing {
                provider: at,
                state,
                near: twins.of(&it.name, &mut pairs, |at| handlers[at].serves(name)),
            })
            .collect();
        // The handlers at hand are those of another provider.
        let foreign = !own && any_known && !known(handled) && missing.iter().all(|it| it.near.is_none());
        if foreign && !missing.is_empty() {
            report.unjudged.push(at);
            continue;
        }
        near_twins.extend(missing.iter().filter_map(|it| it.near));
        report.missing.extend(missing);
    }

    let mut told: FxHashSet<(&str, Option<&str>)> = FxHashSet::default();
    let twin_names: FxHashSet<&str> = near_twins.iter().map(|at| handlers[*at].name.as_str()).collect();
    for (at, handler) in handlers.iter().enumerate() {
        let spare = !used.contains(&at) && !twin_names.contains(handler.name.as_str());
        if spare && !handler.name.is_empty() && told.insert((&handler.name, handler.provider.as_deref())) {
            report.unused.push(at);
        }
    }
    report
}

/// The names of handlers, ready to be held against others.
struct Twins {
    /// By name without case, blanks, signs and articles.
    folded: FxHashMap<String, Vec<usize>>,
    /// By number of words.
    words: FxHashMap<usize, Vec<(usize, Vec<String>)>>,
}

impl Twins {
    fn new(handlers: &[PlacedHandler]) -> Twins {
        let mut twins = Twins { folded: FxHashMap::default(), words: FxHashMap::default() };
        let mut seen: FxHashSet<(&str, Option<&str>)> = FxHashSet::default();
        for (at, handler) in handlers.iter().enumerate() {
            if seen.insert((&handler.name, handler.provider.as_deref())) {
                let words = words(&handler.name);
                twins.folded.entry(words.concat()).or_default().push(at);
                twins.words.entry(words.len()).or_default().push((at, words));
            }
        }
        twins
    }

    /// The handler whose name is most likely meant by `name`.
    fn of(&self, name: &str, pairs: &mut usize, serves: impl Fn(usize) -> bool) -> Option<usize> {
        let wanted = words(name);
        let folded = wanted.concat();
        if folded.is_empty() {
            return None;
        }
        if let Some(at) = self.folded.get(&folded).and_then(|all| all.iter().copied().find(|at| serves(*at)))
        {
            return Some(at);
        }
        let mut best: Option<(usize, usize)> = None;
        for (at, words) in self.words.get(&wanted.len()).into_iter().flatten() {
            let Some(left) = pairs.checked_sub(1) else { break };
            *pairs = left;
            let slips = slips(&wanted, words).filter(|_| serves(*at));
            if let Some(slips) = slips.filter(|slips| best.is_none_or(|(least, _)| *slips < least)) {
                best = Some((slips, *at));
            }
        }
        best.map(|(_, at)| at)
    }
}

/// Words in lower case, without signs and articles.
fn words(name: &str) -> Vec<String> {
    let apostrophe = |ch: char| matches!(ch, '\'' | '\u{2019}');
    let parts = name.split(|ch: char| !ch.is_alphanumeric() && !apostrophe(ch));
    let folded =
        parts.map(|part| part.chars().filter(|ch| !apostrophe(*ch)).flat_map(char::to_lowercase).collect());
    folded.filter(|word: &String| !matches!(word.as_str(), "" | "a" | "an" | "the")).collect()
}

/// How many letters differ, if it is at most two, in long words only. Another number, another
/// short word, or "invalid" for "valid" is another state.
fn slips(a: &[String], b: &[String]) -> Option<usize> {
    let mut slips = 0;
    for (a, b) in a.iter().zip(b).filter(|(a, b)| a != b) {
        let shorter = a.len().min(b.len());
        let opposite = a.ends_with(b.as_str()) || b.ends_with(a.as_str());
        let number = [a, b].iter().any(|word| word.contains(|ch: char| ch.is_ascii_digit()));
        if shorter < 4 || opposite || number || a.len().abs_diff(b.len()) > 2 {
            return None;
        }
        slips += distance(a, b);
        if slips > 2 {
            return None;
        }
    }
    Some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::states::{Place, State};

    fn provider(name: &str, states: &[&str]) -> ProviderStates {
        let state = |name: &&str| State {
            name: (*name).to_owned(),
            params: Vec::new(),
            params_differ: false,
            users: Vec::new(),
        };
        ProviderStates { name: Some(name.to_owned()), states: states.iter().map(state).collect() }
    }

    fn handler(name: &str, provider: Option<&str>) -> PlacedHandler {
        PlacedHandler {
            path: "handlers.py".to_owned(),
            place: Place::default(),
            name: name.to_owned(),
            kind: None,
            language: None,
            provider: provider.map(str::to_owned),
        }
    }

    fn near(state: &str, name: &str) -> bool {
        let report = compare(&[provider("p", &[state])], &[handler(name, None)]);
        assert_eq!(report.missing.len(), 1, "{state} / {name}");
        assert_eq!(report.unused.is_empty(), report.missing[0].near.is_some());
        report.missing[0].near.is_some()
    }

    #[test]
    fn twins_are_near_and_opposites_are_not() {
        for (state, name) in [
            ("An event", "an event"),
            ("a cart exists", "cart exists"),
            ("order 7 exists", "order 7  exists."),
            ("no orders exist", "no orders exists"),
            ("a user exits", "a user exists"),
            ("user_is_logged_in", "user is logged in"),
            ("user doesn't exist", "user doesnt exist"),
        ] {
            assert!(near(state, name), "{state} / {name}");
        }
        for (state, name) in [
            ("user 101 exists", "user 102 exists"),
            ("a user exists", "no user exists"),
            ("the token is valid", "the token is invalid"),
            ("a cart exists", "a user exists"),
            ("user exists", "user is created"),
            ("", "x"),
        ] {
            assert!(!near(state, name), "{state} / {name}");
        }
    }

    #[test]
    fn providers_are_judged_by_their_own_handlers() {
        let providers = [provider("orders", &["a", "b"]), provider("users", &["c"])];
        let handlers = [handler("a", None), handler("old", None)];
        let report = compare(&providers, &handlers);
        assert_eq!(report.missing.iter().map(|it| (it.provider, it.state)).collect::<Vec<_>>(), [(0, 1)]);
        assert_eq!((report.unjudged, report.unused), (vec![1], vec![1]));

        let report = compare(&providers, &[handler("a", Some("orders")), handler("a", Some("users"))]);
        assert_eq!(report.missing.len(), 2);
        assert_eq!((report.unjudged, report.unused), (vec![], vec![1]));
        assert_eq!(compare(&providers, &[]).unjudged, [0, 1]);
    }

    #[test]
    fn many_names_take_no_time() {
        let names: Vec<String> = (0..20_000).map(|i| format!("item{i} some thing")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let handlers: Vec<PlacedHandler> = names.iter().map(|n| handler(&format!("{n} x"), None)).collect();
        assert_eq!(compare(&[provider("p", &names)], &handlers).missing.len(), 20_000);
    }
}
