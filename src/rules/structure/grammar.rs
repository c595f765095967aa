//! The keys of each object of a pact, and where a key that strayed belongs.

use crate::model::{FileFacts, InteractionKind, Role, StatesStyle, V4_KEYS, Version};
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, Kind};
use crate::text::Span;

/// Which object of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    /// The element of `interactions` or `messages`.
    Interaction,
    /// A request over HTTP.
    Request,
    /// A response over HTTP.
    Response,
    /// A request or response message, of V4's `Synchronous/Messages`.
    Contents,
    /// An item of `providerStates`.
    State,
}

impl Object {
    /// The word for messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Object::Interaction => "an interaction",
            Object::Request => "a request",
            Object::Response => "a response",
            Object::Contents => "a message",
            Object::State => "a provider state",
        }
    }
}

/// Keys that name the version of the specification, in any spelling.
pub(crate) const VERSION_KEYS: [&str; 3] =
    ["pactSpecification", "pact-specification", "pactSpecificationVersion"];

/// So many findings of one rule are told of one interaction: more only repeat.
pub(super) const MAX_FINDINGS: usize = 20;

/// The types of V4 interactions.
pub(crate) const INTERACTION_TYPES: [&str; 3] =
    ["Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"];

const SHARED: [&str; 5] = ["description", "providerStates", "providerState", "provider_state", "_id"];
const HTTP: [&str; 2] = ["request", "response"];
const MESSAGE: [&str; 4] = ["contents", "metadata", "matchingRules", "generators"];
const REQUEST: [&str; 7] = ["method", "path", "query", "headers", "body", "matchingRules", "generators"];
const RESPONSE: [&str; 5] = ["status", "headers", "body", "matchingRules", "generators"];

/// The objects of an interaction whose keys the specification lists.
pub(super) fn objects<'a>(cx: &InteractionCx<'a>) -> Vec<(Object, Cursor<'a>)> {
    let mut out = vec![(Object::Interaction, cx.root)];
    for part in &cx.it.parts {
        let node = cx.node(part.node);
        // The response of an untyped interaction may be a list: then it is of messages.
        let messages = cx.it.kind == InteractionKind::SyncMessage || node.key().is_none();
        match part.role {
            Role::Contents => {}
            _ if messages => out.push((Object::Contents, node)),
            Role::Request => out.push((Object::Request, node)),
            Role::Response => out.push((Object::Response, node)),
        }
    }
    if let Some((list, StatesStyle::List)) = cx.it.states_node {
        out.extend(
            cx.node(list).elements().filter(|item| item.is_object()).map(|item| (Object::State, item)),
        );
    }
    out
}

/// The keys that `object` may have, as lists.
pub(super) fn known(cx: &InteractionCx<'_>, object: Object) -> Vec<&'static [&'static str]> {
    let v4 = cx.version() == Version::V4;
    match object {
        Object::Interaction => {
            let mut lists: Vec<&[&str]> = vec![&SHARED, &V4_KEYS];
            if !matches!(cx.it.kind, InteractionKind::Message) {
                lists.push(&HTTP);
            }
            if matches!(cx.it.kind, InteractionKind::Message | InteractionKind::Untyped) {
                lists.push(&MESSAGE);
            }
            if cx.it.kind == InteractionKind::Message && !v4 {
                lists.push(&["metaData"]);
            }
            lists
        }
        Object::Request if v4 => vec![&REQUEST],
        Object::Request => vec![&REQUEST, &["requestMatchingRules"]],
        Object::Response if v4 => vec![&RESPONSE],
        Object::Response => vec![&RESPONSE, &["responseMatchingRules"]],
        Object::Contents => vec![&MESSAGE],
        Object::State => vec![&["name", "params"]],
    }
}

/// Where `name` belongs if it has strayed into `object`.
pub(super) fn home(cx: &InteractionCx<'_>, object: Object, name: &str) -> Option<&'static str> {
    if object == Object::State {
        return None;
    }
    if VERSION_KEYS.contains(&name) {
        return Some("the metadata of the file");
    }
    let v4 = cx.version() == Version::V4;
    match object {
        Object::Interaction => match cx.it.kind {
            _ if matches!(name, "consumer" | "provider" | "interactions" | "messages") => {
                Some("the top level of the file")
            }
            InteractionKind::Http => match name {
                "contents" if v4 => Some("a message"),
                "metadata" => Some("the top level of the file"),
                "status" => Some("'response'"),
                "method" | "path" | "query" => Some("'request'"),
                "requestMatchingRules" if !v4 => Some("'request'"),
                "responseMatchingRules" if !v4 => Some("'response'"),
                "headers" | "body" | "matchingRules" | "generators" => Some("'request' or 'response'"),
                _ => None,
            },
            InteractionKind::SyncMessage if MESSAGE.contains(&name) => {
                Some("'request' or an item of 'response'")
            }
            InteractionKind::Message if HTTP.contains(&name) => Some("an interaction over HTTP"),
            _ => None,
        },
        _ if SHARED[..4].contains(&name) || V4_KEYS.contains(&name) => Some("the interaction around it"),
        Object::Request => match name {
            "status" => Some("'response'"),
            "response" => Some("the interaction around it"),
            "responseMatchingRules" if !v4 => Some("'response'"),
            _ => None,
        },
        Object::Response => match name {
            "method" | "path" | "query" => Some("'request'"),
            "request" => Some("the interaction around it"),
            "requestMatchingRules" if !v4 => Some("'request'"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the interaction has the form of V4 in an older file: then the version is what is
/// wrong, and what its parts lack in the older form says nothing more.
pub(super) fn is_of_v4(cx: &InteractionCx<'_>) -> bool {
    let kind = cx.it.type_node.map(|id| cx.text(id));
    cx.version() != Version::V4 && kind.is_some_and(|kind| INTERACTION_TYPES.contains(&&*kind))
}

/// Whether a value says nothing, so that nothing is lost where it is not read.
pub(crate) fn is_void(value: Option<Cursor<'_>>) -> bool {
    value.is_none_or(|v| v.is_null() || v.is_empty_container())
}

/// What to point at for a value as a whole: the key of an object or array, its opening
/// bracket where it has none, and all of anything else.
pub(super) fn head(node: Cursor<'_>) -> Span {
    match node.key() {
        _ if !node.is_container() => node.span(),
        Some(key) => key.span(),
        None => Span::new(node.span().start, (node.span().start + 1).min(node.span().end)),
    }
}

/// The kind of a value, with its article.
pub(super) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "an object",
        Kind::Array => "a list",
        Kind::String | Kind::Key => "a text",
        Kind::Number => "a number",
        Kind::True | Kind::False => "true or false",
        Kind::Null => "null",
        _ => "something else",
    }
}

/// The value as written, on one line and cut to what fits a message.
pub(super) fn shown(node: Cursor<'_>) -> String {
    let start: String =
        node.raw().chars().take(31).map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
    match start.char_indices().nth(30) {
        Some((at, _)) => format!("{}...", start[..at].trim_end()),
        None => start,
    }
}

/// How the file is read: `V3`, or `V3 (pact-jvm: V2)` where the tools differ.
pub(super) fn reading(facts: &FileFacts) -> String {
    let (core, jvm) = (facts.version(), facts.detected.jvm);
    if jvm == as_jvm(core) {
        core.name().to_owned()
    } else {
        format!("{} (pact-jvm: {})", core.name(), jvm.name())
    }
}

/// What pact-jvm calls a version: it reads V1 and V1.1 as V2.
pub(super) fn as_jvm(version: Version) -> Version {
    version.max(Version::V2)
}

/// The version keys that stand at the top level instead of in the metadata.
pub(super) fn stray_version(spine: Cursor<'_>) -> Option<Cursor<'_>> {
    spine.members().map(|m| m.key).find(|key| VERSION_KEYS.iter().any(|name| key.is_named(name)))
}

/// A key of `object` that is a slip of `name`, which is not there itself.
pub(super) fn slip<'a>(object: Cursor<'a>, name: &'static str) -> Option<Cursor<'a>> {
    if object.get(name).is_some() {
        return None;
    }
    object.members().map(|m| m.key).find(|key| crate::text::nearest(&key.name(), [name]).is_some())
}

/// Whether the file has any key of a pact at its top level. Where it has none, one
/// finding says so.
pub(super) fn is_pact(spine: Option<Cursor<'_>>) -> bool {
    let keys = ["consumer", "provider", "interactions", "messages"];
    spine.is_some_and(|root| root.members().any(|m| keys.iter().any(|key| m.key.is_named(key))))
}
