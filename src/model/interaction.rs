//! Interactions and messages.

use crate::model::body::lower_body;
use crate::model::{Body, GeneratorBlock, RuleBlock, Version, header_name_eq, lower_generators, lower_rules};
use crate::syntax::{Cursor, NodeId};

/// The array an element stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// `interactions`.
    Interactions,
    /// `messages`, known to V3 only.
    Messages,
}

impl Section {
    /// The key at the top level.
    pub const fn name(self) -> &'static str {
        match self {
            Section::Interactions => "interactions",
            Section::Messages => "messages",
        }
    }
}

/// What kind of interaction an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InteractionKind {
    /// Request and response over HTTP.
    Http,
    /// One message (V3 `messages`, V4 `Asynchronous/Messages`).
    Message,
    /// A request message and its responses (V4 `Synchronous/Messages`).
    SyncMessage,
    /// A V4 element whose `type` is missing or not one of the three: the core refuses the
    /// file. Its parts are read as far as their shape tells what they are.
    Untyped,
}

impl InteractionKind {
    /// The word for programs.
    pub const fn name(self) -> &'static str {
        match self {
            InteractionKind::Http => "http",
            InteractionKind::Message => "message",
            InteractionKind::SyncMessage => "synchronous-message",
            InteractionKind::Untyped => "untyped",
        }
    }
}

/// Which half of an interaction a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// What the consumer sends.
    Request,
    /// What the provider answers.
    Response,
    /// What a message carries.
    Contents,
}

impl Role {
    /// The word for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Request => "request",
            Role::Response => "response",
            Role::Contents => "message",
        }
    }
}

/// How provider states are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatesStyle {
    /// `providerStates`, a list.
    List,
    /// `providerState`, one string.
    Single,
    /// `provider_state`, one string.
    Snake,
}

/// A provider state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderState {
    /// The item of the list, or the single string.
    pub node: NodeId,
    /// Its name, if it is where the core looks for it.
    pub name: Option<NodeId>,
    /// Its parameters.
    pub params: Option<NodeId>,
}

/// A request, a response, or the contents of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which half it is.
    pub role: Role,
    /// The object that holds it; for a message of one part the element itself.
    pub node: NodeId,
    /// Value of `method`.
    pub method: Option<NodeId>,
    /// Value of `path`.
    pub path: Option<NodeId>,
    /// Value of `query`.
    pub query: Option<NodeId>,
    /// Value of `headers`.
    pub headers: Option<NodeId>,
    /// Value of `status`.
    pub status: Option<NodeId>,
    /// Value of `metadata` or `metaData`, for messages.
    pub metadata: Option<NodeId>,
    /// The body or contents, if the key is there.
    pub body: Option<Body>,
    /// The matching rules, if the key is there.
    pub rules: Option<RuleBlock>,
    /// The generators, if the key is there.
    pub generators: Option<GeneratorBlock>,
}

/// One element of `interactions` or `messages`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    /// What kind it is.
    pub kind: InteractionKind,
    /// Where it stands.
    pub section: Section,
    /// Value of `type`.
    pub type_node: Option<NodeId>,
    /// Value of `description`.
    pub description: Option<NodeId>,
    /// Value of `transport`.
    pub transport: Option<NodeId>,
    /// Value of `pluginConfiguration`.
    pub plugin_configuration: Option<NodeId>,
    /// Value under the key for provider states, and how the key is spelt.
    pub states_node: Option<(NodeId, StatesStyle)>,
    /// The provider states that the core finds there.
    pub states: Vec<ProviderState>,
    /// Request, responses, or message contents, in that order.
    pub parts: Vec<Part>,
}

impl Interaction {
    /// An interaction of which nothing is known.
    pub fn empty(section: Section) -> Interaction {
        Interaction {
            kind: InteractionKind::Untyped,
            section,
            type_node: None,
            description: None,
            transport: None,
            plugin_configuration: None,
            states_node: None,
            states: Vec::new(),
            parts: Vec::new(),
        }
    }
}

/// Reads one element of `interactions` or `messages`.
pub fn lower(root: Cursor<'_>, section: Section, version: Version) -> Interaction {
    let mut it = Interaction::empty(section);
    let (mut request, mut response) = (None, None);
    let mut states: [Option<NodeId>; 3] = [None; 3];
    for member in root.members() {
        let Some(value) = member.value else { continue };
        let id = Some(value.id());
        match &*member.key.name() {
            "type" => it.type_node = id,
            "description" => it.description = id,
            "transport" => it.transport = id,
            "pluginConfiguration" => it.plugin_configuration = id,
            "providerStates" => states[0] = id,
            "providerState" => states[1] = id,
            "provider_state" => states[2] = id,
            "request" => request = Some(value),
            "response" => response = Some(value),
            _ => {}
        }
    }
    let styles = [StatesStyle::List, StatesStyle::Single, StatesStyle::Snake];
    it.states_node = states.iter().zip(styles).find_map(|(node, style)| node.map(|n| (n, style)));
    it.states = it.states_node.map_or_else(Vec::new, |(node, style)| lower_states(root.at(node), style));
    it.kind = kind(root, &it, version, request.is_some(), response);

    let v4 = version == Version::V4;
    match it.kind {
        InteractionKind::Message => it.parts.push(lower_part(root, Role::Contents, "contents", version)),
        _ => {
            let key = if it.kind == InteractionKind::SyncMessage { "contents" } else { "body" };
            if let Some(request) = request.filter(|r| r.is_object()) {
                it.parts.push(lower_part(request, Role::Request, key, version));
            }
            match response {
                Some(list) if list.is_array() && v4 => {
                    for item in list.elements().filter(|item| item.is_object()) {
                        it.parts.push(lower_part(item, Role::Response, "contents", version));
                    }
                }
                Some(one) if one.is_object() => {
                    it.parts.push(lower_part(one, Role::Response, key, version));
                }
                _ => {}
            }
        }
    }
    it
}

fn kind(
    root: Cursor<'_>,
    it: &Interaction,
    version: Version,
    has_request: bool,
    response: Option<Cursor<'_>>,
) -> InteractionKind {
    if version != Version::V4 {
        return match it.section {
            Section::Interactions => InteractionKind::Http,
            Section::Messages => InteractionKind::Message,
        };
    }
    match it.type_node.and_then(|n| root.at(n).as_str()).as_deref() {
        Some("Synchronous/HTTP") => InteractionKind::Http,
        Some("Asynchronous/Messages") => InteractionKind::Message,
        Some("Synchronous/Messages") => InteractionKind::SyncMessage,
        _ if it.section == Section::Messages => InteractionKind::Message,
        _ if !has_request && response.is_none() && root.get("contents").is_some() => InteractionKind::Message,
        _ => InteractionKind::Untyped,
    }
}

/// `ProviderState::from_json` of pact_models, provider_states.rs.
fn lower_states(value: Cursor<'_>, style: StatesStyle) -> Vec<ProviderState> {
    if style != StatesStyle::List {
        let named = value.as_str().is_some_and(|s| !s.is_empty());
        let state = ProviderState { node: value.id(), name: Some(value.id()), params: None };
        return if named { vec![state] } else { Vec::new() };
    }
    let item = |item: Cursor<'_>| ProviderState {
        node: item.id(),
        name: item.get("name").map(Cursor::id),
        params: item.get("params").map(Cursor::id),
    };
    value.elements().map(item).collect()
}

fn lower_part(node: Cursor<'_>, role: Role, body_key: &str, version: Version) -> Part {
    let mut part = Part {
        role,
        node: node.id(),
        method: None,
        path: None,
        query: None,
        headers: None,
        status: None,
        metadata: None,
        body: None,
        rules: None,
        generators: None,
    };
    let (mut body, mut rules, mut legacy_rules) = (None, None, None);
    for member in node.members() {
        let Some(value) = member.value else { continue };
        let id = Some(value.id());
        match &*member.key.name() {
            "method" => part.method = id,
            "path" => part.path = id,
            "query" => part.query = id,
            "headers" => part.headers = id,
            "status" => part.status = id,
            "metadata" | "metaData" => part.metadata = id,
            "matchingRules" => rules = Some(value),
            "requestMatchingRules" if role == Role::Request => legacy_rules = Some(value),
            "responseMatchingRules" if role == Role::Response => legacy_rules = Some(value),
            "generators" => part.generators = Some(lower_generators(value)),
            name if name == body_key => body = Some(value),
            _ => {}
        }
    }
    let content_type = if body_key == "contents" {
        part.metadata.and_then(|m| message_content_type(node.at(m)))
    } else {
        part.headers.and_then(|h| header_value(node.at(h), "content-type"))
    };
    part.body = body.map(|value| lower_body(value, content_type, version));
    part.rules = rules.or(legacy_rules).map(lower_rules);
    part
}

/// The first value of a header.
fn header_value<'a>(headers: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
    let member = headers.members().filter(|m| header_name_eq(&m.key.name(), name)).last()?;
    let value = member.value?;
    if value.is_array() { value.elements().next() } else { Some(value) }
}

fn message_content_type(metadata: Cursor<'_>) -> Option<Cursor<'_>> {
    let is_type =
        |name: &str| name.eq_ignore_ascii_case("contenttype") || name.eq_ignore_ascii_case("content-type");
    metadata.members().filter(|m| is_type(&m.key.name())).last()?.value
}
