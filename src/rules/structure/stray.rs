//! Parts of a pact that strayed into places whose keys are free: bodies, headers, parameters.

use crate::model::Category;
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, Kind, NodeId};

/// Keys of the file's own objects that only mean something in an interaction; each with a word
/// for the place it stands in.
pub(super) fn file_strays(spine: Cursor<'_>) -> impl Iterator<Item = (Cursor<'_>, &'static str)> {
    let places = [
        (Some(spine), "the top level of the file"),
        (spine.get("consumer"), "the consumer"),
        (spine.get("provider"), "the provider"),
        (spine.get("metadata"), "the metadata of the file"),
    ];
    places.into_iter().filter_map(|(node, word)| Some((node?, word))).flat_map(|(place, word)| {
        let inside = place.members().map(|member| member.key);
        inside.filter(|key| is_stray(*key) || is_of_interaction(*key)).map(move |key| (key, word))
    })
}

/// Whether a key belongs in an interaction, and nobody would use it in another sense there.
fn is_of_interaction(key: Cursor<'_>) -> bool {
    const KEYS: [&str; 3] = ["request", "response", "body"];
    (is_state(key) || KEYS.iter().any(|name| key.is_named(name)))
        && key.value().is_some_and(|value| !value.is_null())
}

/// Keys in examples, headers, metadata, parameters and plugin data that only mean something
/// elsewhere in a pact, told by what stands under them; each with a word for the place it
/// stands in.
pub(super) fn strays<'a>(cx: &'a InteractionCx<'_>) -> impl Iterator<Item = (Cursor<'a>, &'static str)> {
    let it = cx.it;
    let parts = it.parts.iter().flat_map(|part| {
        let body = part.body.as_ref().map(|body| body.node);
        [(body, "an example"), (part.headers, HEADERS), (part.metadata, METADATA)]
    });
    let states = it.states.iter().map(|state| (state.params, "the parameters of a state"));
    let plugins = [(it.plugin_configuration, "the configuration of a plugin")];
    let places = parts.chain(states).chain(plugins).filter_map(|(node, word)| Some((cx.node(node?), word)));
    places.flat_map(move |(place, word)| {
        let names = matches!(word, HEADERS | METADATA);
        let mut strays = keys(place).filter(move |key| is_stray(*key) || names && is_state(*key)).peekable();
        // Asked last: nearly always there is nothing to ask about.
        let told = strays.peek().is_some() && !is_about_pacts(place);
        strays.filter(move |_| told).map(move |key| (key, word))
    })
}

const HEADERS: &str = "the headers";
const METADATA: &str = "the metadata of a message";

/// Whether a key names provider states, as no header and no metadata of a message does.
fn is_state(key: Cursor<'_>) -> bool {
    ["providerStates", "providerState", "provider_state"].iter().any(|name| key.is_named(name))
}

/// Whether pacts themselves are what is talked about, as between a Broker and its clients.
fn is_about_pacts(place: Cursor<'_>) -> bool {
    keys(place).any(|key| key.is_named("interactions") || key.is_named("messages"))
}

fn keys(place: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let nodes = place.subtree().map(move |id| place.at(NodeId(id)));
    nodes.filter(|node| node.kind() == Kind::Key)
}

/// Whether a key and what it holds are grammar of a pact beyond doubt.
pub(super) fn is_stray(key: Cursor<'_>) -> bool {
    let Some(value) = key.value().filter(|value| value.is_container()) else { return false };
    let raw = key.raw().as_bytes();
    match raw.get(1) {
        Some(b'$') => is_rule_group(value),
        Some(b'm') if key.is_named("matchingRules") => has_category(value),
        Some(b'm') if key.is_named("matchers") => value.elements().any(is_matcher),
        Some(b'g') if key.is_named("generators") => has_category(value),
        Some(b'p') if key.is_named("providerStates") => {
            value.elements().any(|state| state.get("name").is_some())
        }
        Some(b'p') if key.is_named("pactSpecification") => value.get("version").is_some(),
        _ => false,
    }
}

fn is_rule_group(value: Cursor<'_>) -> bool {
    is_matcher(value) || value.get("matchers").is_some_and(|list| list.elements().any(is_matcher))
}

fn is_matcher(value: Cursor<'_>) -> bool {
    value.get("match").is_some_and(|name| name.kind() == Kind::String)
}

/// Whether an object has rules or generators in it: a part of a pact by name, or a V2 path.
fn has_category(value: Cursor<'_>) -> bool {
    value.members().any(|member| {
        let name = member.key.name();
        let holds = member.value.is_some_and(|value| value.is_object());
        holds && (name.starts_with('$') || Category::parse(&name).is_some())
    })
}
