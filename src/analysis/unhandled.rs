//! Provider states without a handler, among the findings over many files.

use rustc_hash::FxHashMap;

use crate::analysis::states::{PlacedHandler, ProviderStates, State, compare};
use crate::rules::{CrossSink, Located, WorkspaceCx};
use crate::text::Span;

/// Reports each state that none of `handlers` handles, where it is used first. Says nothing
/// without handlers.
pub(super) fn report(cx: &WorkspaceCx<'_>, handlers: &[PlacedHandler], out: &mut CrossSink<'_>) {
    if handlers.is_empty() {
        return;
    }
    let mut providers: Vec<ProviderStates> = Vec::new();
    let mut uses: Vec<Vec<(Located<'_>, Span)>> = Vec::new();
    let mut known: FxHashMap<(Option<&str>, &str), ()> = FxHashMap::default();
    let mut places: FxHashMap<Option<&str>, usize> = FxHashMap::default();
    for at in cx.interactions() {
        let provider = cx.files[at.file].provider.as_ref().map(|party| party.name.as_str());
        for state in at.it.states.iter().filter(|state| !state.name.is_empty()) {
            if known.insert((provider, &state.name), ()).is_some() {
                continue;
            }
            let place = *places.entry(provider).or_insert_with(|| {
                providers.push(ProviderStates { name: provider.map(str::to_owned), states: Vec::new() });
                uses.push(Vec::new());
                providers.len() - 1
            });
            providers[place].states.push(State {
                name: state.name.clone(),
                params: Vec::new(),
                params_differ: false,
                users: Vec::new(),
            });
            uses[place].push((at, state.span));
        }
    }
    for missing in compare(&providers, handlers).missing {
        let (at, span) = uses[missing.provider][missing.state];
        let name = &providers[missing.provider].states[missing.state].name;
        let message = format!("No handler is known for the state '{name}', so nothing is set up for it");
        let help = match missing.near.map(|near| &handlers[near]) {
            Some(near) => {
                format!("did you mean '{}' ({}:{})?", near.name, near.path, near.place.line)
            }
            None => "write a handler, or correct the name; `pactlens states` prints a stub".to_owned(),
        };
        out.report(at.file, at.place(span), message, help);
    }
}
