//! What rules over a whole file know of each interaction.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};

use crate::model::{
    Interaction, InteractionKind, MatcherKind, Part, Role, RuleStyle, Section, StatesStyle, Target, Wanted,
    each_parameter, header_name_eq, resolve_body,
};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::Span;

/// A provider state by name, with a hash of its parameters. Equal for equal names and
/// parameters, wherever they stand.
#[derive(Debug, Clone)]
pub struct StateSummary {
    /// The name; empty when it has none.
    pub name: String,
    /// Equal for equal parameters.
    pub params: u64,
    /// Names of the parameters, sorted.
    pub keys: Vec<String>,
    /// The name's value, or the state's.
    pub span: Span,
}

impl PartialEq for StateSummary {
    fn eq(&self, other: &StateSummary) -> bool {
        (&self.name, self.params) == (&other.name, other.params)
    }
}

impl Eq for StateSummary {}

impl Hash for StateSummary {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, self.params).hash(state);
    }
}

/// An interaction without its tree. Spans are relative to the interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionSummary {
    /// The array it stands in.
    pub section: Section,
    /// Whether it stands in the array that is read: a key given twice keeps its last value.
    pub live: bool,
    /// What kind it is.
    pub kind: InteractionKind,
    /// Its description; empty when it has none.
    pub description: String,
    /// The description's value, or the first byte of the interaction.
    pub head: Span,
    /// Its provider states, in order.
    pub states: Vec<StateSummary>,
    /// V4: the test that wrote it, as `comments.testname` has it.
    pub test_name: Option<String>,
    /// Equal for equal type, description and states: what a merge tells interactions
    /// apart by.
    pub identity: u64,
    /// HTTP: equal for requests that no provider can tell apart, rules included.
    pub request: Option<u64>,
    /// HTTP: the statuses that are accepted, where that is known.
    pub status: Option<StatusSet>,
    /// HTTP: equal for equal method and path.
    pub endpoint: Option<u64>,
    /// V4: a hash of `key` and its place, unless it is empty.
    pub key: Option<(u64, Span)>,
    /// The key of a `pactSpecification` that stands inside the interaction.
    pub misplaced_version: Option<Span>,
    /// The first key here that only V4 knows, unless its value is `null`.
    pub v4_key: Option<(&'static str, Span)>,
    /// What V2 and V3 read differently: a key, and what it holds.
    pub version_matters: Option<(&'static str, Span)>,
    /// The first query that is written as one text, as V1 and V2 have it.
    pub text_query: Option<Span>,
    /// The first key here that came with V3, unless its value is empty.
    pub v3_key: Option<(&'static str, Span)>,
    /// The plugins that `pluginConfiguration` is for.
    pub plugins: Vec<(String, Span)>,
    /// HTTP: query parameters that are passed as a list: repeated, or named `x[]`.
    pub lists: Vec<(String, Span)>,
}

/// The statuses that a response may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusSet {
    /// First and last of each stretch of statuses.
    pub ranges: Vec<(u64, u64)>,
    /// The status in the file.
    pub span: Span,
}

impl StatusSet {
    /// The statuses that both accept.
    pub fn common(&self, other: &StatusSet) -> Vec<(u64, u64)> {
        let pairs = self.ranges.iter().flat_map(|a| other.ranges.iter().map(move |b| (a, b)));
        pairs.map(|(a, b)| (a.0.max(b.0), a.1.min(b.1))).filter(|(from, to)| from <= to).collect()
    }
}

/// What is costly to know of an interaction and seldom needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InteractionDetail {
    /// Equal for equal contents; order of keys, layout and the Broker's `_id` do not count.
    pub content: u64,
    /// HTTP: equal where method, path, query and status are; where they are not, a merge in
    /// the core stumbles over equal identities.
    pub merge: u64,
    /// A hash of the V4 `key`, if it has one.
    pub key: Option<u64>,
    /// Its length in bytes.
    pub len: u32,
    /// HTTP: what a JSON response body asks of its nodes, ordered by path.
    pub wanted: Vec<Wanted>,
}

/// Looks closer at one interaction.
pub fn detail(root: Cursor<'_>, it: &Interaction) -> InteractionDetail {
    let key = root.get("key").filter(|key| !key.is_null() && !key.to_text().is_empty());
    let mut detail = InteractionDetail {
        content: content_hash(root, true),
        merge: merge_hash(root, it),
        key: key.map(|key| content_hash(key, false)),
        len: root.span().end,
        wanted: Vec::new(),
    };
    for part in it.parts.iter().filter(|part| part.role == Role::Response) {
        if let Some(json) = part.body.as_ref().and_then(|body| body.json()) {
            let groups = part.rules.as_ref().map_or(&[][..], |rules| &rules.groups);
            detail.wanted = resolve_body(root.at(json), groups).wanted(root, part);
        }
    }
    detail
}

fn lists(root: Cursor<'_>, it: &Interaction) -> Vec<(String, Span)> {
    let mut out = Vec::new();
    for query in it.parts.iter().filter_map(|part| part.query).map(|id| root.at(id)) {
        let mut last = String::new();
        each_parameter(query, &mut |name, _| {
            if name.ends_with("[]") || name == last {
                out.push((name.to_owned(), query.span()));
            }
            name.clone_into(&mut last);
        });
    }
    out.dedup();
    out
}

/// Method, path, query and status, read as the core reads them (`conflicts_with` in
/// pact_models, sync_interaction.rs).
fn merge_hash(root: Cursor<'_>, it: &Interaction) -> u64 {
    let mut hasher = FxHasher::default();
    for part in &it.parts {
        let text = |id: Option<NodeId>| id.map(|id| root.at(id).to_text());
        match part.role {
            Role::Request => {
                text(part.method)
                    .map_or_else(|| "GET".to_owned(), |m| m.to_ascii_uppercase())
                    .hash(&mut hasher);
                text(part.path).as_deref().unwrap_or("/").hash(&mut hasher);
                let mut sum = 0u64;
                if let Some(query) = part.query {
                    each_parameter(root.at(query), &mut |name, value| {
                        let mut pair = FxHasher::default();
                        (name, value).hash(&mut pair);
                        sum = sum.wrapping_add(pair.finish());
                    });
                }
                sum.hash(&mut hasher);
            }
            Role::Response => text(part.status).as_deref().unwrap_or("200").hash(&mut hasher),
            Role::Contents => {}
        }
    }
    hasher.finish()
}

impl InteractionSummary {
    /// The summary of something that cannot be read at all.
    pub fn empty(it: &Interaction) -> InteractionSummary {
        InteractionSummary {
            section: it.section,
            live: false,
            kind: it.kind,
            description: String::new(),
            head: Span::at(0),
            states: Vec::new(),
            test_name: None,
            identity: 0,
            request: None,
            status: None,
            endpoint: None,
            key: None,
            misplaced_version: None,
            v4_key: None,
            version_matters: None,
            text_query: None,
            v3_key: None,
            plugins: Vec::new(),
            lists: Vec::new(),
        }
    }
}

/// Summarises one interaction.
pub fn summarise(root: Cursor<'_>, it: &Interaction) -> InteractionSummary {
    let description = it.description.map(|d| root.at(d));
    let mut summary = InteractionSummary {
        live: true,
        description: description.and_then(|d| d.as_str()).map_or_else(String::new, |d| d.into_owned()),
        head: description.map_or(Span::new(0, 1.min(root.span().end)), Cursor::span),
        states: it.states.iter().map(|state| state_summary(root, it, *state)).collect(),
        ..InteractionSummary::empty(it)
    };
    for member in root.members() {
        match &*member.key.name() {
            "pactSpecification" | "pact-specification" | "pactSpecificationVersion" => {
                summary.misplaced_version = Some(member.key.span());
            }
            name => {
                if name == "key" {
                    let key = member.value.filter(|key| !key.is_null() && !key.to_text().is_empty());
                    summary.key = key.map(|key| (content_hash(key, false), key.span()));
                }
                if name == "comments" {
                    let test = member.value.and_then(|comments| comments.get("testname"));
                    summary.test_name = test.and_then(|test| Some(test.as_str()?.into_owned()));
                }
                let known = V4_KEYS.iter().find(|known| **known == name);
                if let Some(name) = known.filter(|_| member.value.is_some_and(|v| !v.is_null())) {
                    let found = (*name, member.key.span());
                    // The type says most about what the file was meant to be.
                    if *name == "type" || summary.v4_key.is_none() {
                        summary.v4_key = Some(found);
                    }
                }
            }
        }
    }
    summary.version_matters = it.parts.iter().find_map(|part| version_matters(root, part));
    summary.text_query = it.parts.iter().find_map(|part| text_query(root, part));
    summary.v3_key = v3_key(root, it);
    let configured = it.plugin_configuration.map(|id| root.at(id)).into_iter().flat_map(Cursor::members);
    summary.plugins =
        configured.take(MAX_PLUGINS).map(|m| (m.key.name().into_owned(), m.key.span())).collect();
    summary.lists = lists(root, it);
    let mut identity = FxHasher::default();
    (it.kind, &summary.description, &summary.states).hash(&mut identity);
    summary.identity = identity.finish();
    if matches!(it.kind, InteractionKind::Http | InteractionKind::Untyped) {
        for part in &it.parts {
            match part.role {
                Role::Request => {
                    summary.request = Some(request_hash(root, part));
                    let mut hasher = FxHasher::default();
                    endpoint(root, part, &mut hasher);
                    summary.endpoint = Some(hasher.finish());
                }
                Role::Response => summary.status = statuses(root, part),
                Role::Contents => {}
            }
        }
    }
    summary
}

/// So many plugins of one interaction are remembered.
const MAX_PLUGINS: usize = 20;

/// Keys of an interaction that only V4 knows.
pub const V4_KEYS: [&str; 7] =
    ["type", "key", "pending", "comments", "pluginConfiguration", "transport", "interactionMarkup"];

/// What of a part V2 and V3 read differently: V2 has no rules by category and takes the
/// query as encoded text.
fn version_matters(root: Cursor<'_>, part: &Part) -> Option<(&'static str, Span)> {
    let key = |id: NodeId| root.at(id).key().map(Cursor::span);
    if let Some(rules) = part.rules.as_ref().filter(|rules| rules.style == RuleStyle::V3) {
        return Some(("rules by category", key(rules.node)?));
    }
    let query = part.query.map(|id| root.at(id)).filter(|q| !q.is_null() && !q.is_empty_container())?;
    match query.as_str() {
        None => Some(("a query that is no text", key(query.id())?)),
        Some(text) if text.contains(['%', '+']) => Some(("an encoded query", key(query.id())?)),
        Some(_) => None,
    }
}

/// The key of a query that is one text and not empty.
fn text_query(root: Cursor<'_>, part: &Part) -> Option<Span> {
    let query = part.query.map(|id| root.at(id)).filter(|query| query.is_string())?;
    query.key().filter(|_| !query.to_text().is_empty()).map(Cursor::span)
}

/// A list of provider states or generators: both came with V3.
fn v3_key(root: Cursor<'_>, it: &Interaction) -> Option<(&'static str, Span)> {
    let key = |name: &'static str, id: NodeId| {
        let value = root.at(id);
        let filled = value.is_container() && !value.is_empty_container();
        Some((name, value.key().filter(|_| filled)?.span()))
    };
    let states = it.states_node.filter(|(_, style)| *style == StatesStyle::List);
    let states = states.and_then(|(id, _)| key("providerStates", id));
    let mut generators = it.parts.iter().filter_map(|part| part.generators.as_ref());
    states.or_else(|| generators.find_map(|block| key("generators", block.node)))
}

fn state_summary(root: Cursor<'_>, it: &Interaction, state: crate::model::ProviderState) -> StateSummary {
    let single = it.states_node.is_some_and(|(_, style)| style != StatesStyle::List);
    let name = state.name.map(|n| root.at(n).to_text().into_owned()).unwrap_or_default();
    let params = state.params.filter(|_| !single).map(|p| root.at(p));
    let params = params.filter(|p| !p.is_null() && !p.is_empty_container());
    let mut keys: Vec<String> =
        params.into_iter().flat_map(Cursor::members).map(|m| m.key.name().into_owned()).collect();
    keys.sort_unstable();
    let span = root.at(state.name.unwrap_or(state.node)).span();
    StateSummary { name, params: params.map_or(0, |p| content_hash(p, false)), keys, span }
}

/// The statuses that the part accepts; `None` where a rule decides that is not about
/// classes of statuses alone.
fn statuses(root: Cursor<'_>, part: &Part) -> Option<StatusSet> {
    let status = root.at(part.status?);
    let groups = part.rules.iter().flat_map(|r| &r.groups);
    let mut ruled = groups.filter(|g| g.category == crate::model::Category::Status && g.is_live());
    let span = status.span();
    match (ruled.next(), ruled.next()) {
        (None, _) => status.as_u64().map(|exact| StatusSet { ranges: vec![(exact, exact)], span }),
        (Some(group), None) => match &group.matchers[..] {
            [one] => match &one.kind {
                MatcherKind::StatusCode(class) => {
                    // A long list would be compared with each other one.
                    let ranges = class.ranges();
                    (1..=20).contains(&ranges.len()).then_some(StatusSet { ranges, span })
                }
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn endpoint(root: Cursor<'_>, part: &Part, hasher: &mut FxHasher) {
    let text = |id: Option<NodeId>| id.map(|id| root.at(id).to_text());
    text(part.method).map_or_else(|| "GET".to_owned(), |m| m.to_ascii_uppercase()).hash(hasher);
    text(part.path).as_deref().unwrap_or("/").hash(hasher);
}

/// A hash of everything the provider's choice of an answer can depend on.
fn request_hash(root: Cursor<'_>, part: &Part) -> u64 {
    let mut hasher = FxHasher::default();
    endpoint(root, part, &mut hasher);
    for node in [part.query, part.body.as_ref().map(|b| b.node), part.rules.as_ref().map(|r| r.node)] {
        node.map(|id| root.at(id))
            .filter(|n| !n.is_null() && !n.is_empty_container())
            .map(|n| content_hash(n, false))
            .hash(&mut hasher);
    }
    part.generators.as_ref().map(|g| content_hash(root.at(g.node), false)).hash(&mut hasher);
    let mut headers = 0u64;
    for member in part.headers.map(|h| root.at(h)).into_iter().flat_map(Cursor::members) {
        let name = member.key.name().to_ascii_lowercase();
        let value = member.value.map_or(0, |v| content_hash(v, false));
        headers = headers.wrapping_add(pair_hash(&name, value));
    }
    headers.hash(&mut hasher);
    hasher.finish()
}

fn pair_hash(name: &str, value: u64) -> u64 {
    let mut hasher = FxHasher::default();
    (name, value).hash(&mut hasher);
    hasher.finish()
}

/// A hash of a JSON value in which the order of keys and the layout do not count. With
/// `top` the Broker's `_id` is left out.
pub fn content_hash(node: Cursor<'_>, top: bool) -> u64 {
    let mut hasher = FxHasher::default();
    match node.kind() {
        Kind::Object => {
            let mut sum = 0u64;
            for member in node.members() {
                let name = member.key.name();
                if top && header_name_eq(&name, "_id") {
                    continue;
                }
                let value = member.value.map_or(0, |v| content_hash(v, false));
                sum = sum.wrapping_add(pair_hash(&name, value));
            }
            (1u8, sum).hash(&mut hasher);
        }
        Kind::Array => {
            2u8.hash(&mut hasher);
            for item in node.elements() {
                content_hash(item, false).hash(&mut hasher);
            }
        }
        Kind::String => (3u8, node.to_text()).hash(&mut hasher),
        _ => (4u8, node.raw()).hash(&mut hasher),
    }
    hasher.finish()
}

/// The names of headers, parameters or metadata that have a rule of their own.
pub fn ruled_names(part: &Part, category: crate::model::Category) -> impl Iterator<Item = &str> {
    let groups = part.rules.iter().flat_map(|rules| &rules.groups);
    groups.filter(move |g| g.category == category && g.is_live()).filter_map(|g| match &g.target {
        Target::Name(name) => Some(name.as_str()),
        _ => None,
    })
}

/// The names of headers, parameters or metadata that have a rule of their own, to ask for
/// many names.
#[derive(Debug)]
pub struct RuledNames<'a> {
    /// Headers in lower case.
    names: FxHashSet<Cow<'a, str>>,
    ignore_case: bool,
}

impl<'a> RuledNames<'a> {
    /// Those of `part` under `category`.
    pub fn of(part: &'a Part, category: crate::model::Category) -> RuledNames<'a> {
        let ignore_case = category == crate::model::Category::Header;
        let names = ruled_names(part, category).map(|name| {
            if ignore_case { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
        });
        RuledNames { names: names.collect(), ignore_case }
    }

    /// Whether `name` has a rule.
    pub fn has(&self, name: &str) -> bool {
        if self.names.is_empty() {
            return false;
        }
        if self.ignore_case {
            self.names.contains(&*name.to_ascii_lowercase())
        } else {
            self.names.contains(name)
        }
    }
}
