//! Names that the file itself, or other pacts, know: paths, headers, states, parties.

use crate::analysis::Document;
use crate::ide::completion::paths::paths;
use crate::ide::completion::site::Site;
use crate::ide::completion::snippet::Insert;
use crate::ide::completion::{CompletionKind, Known, List, Names};
use crate::model::{Category, Interaction, MATCHERS, Part, Role, RuleStyle, Version, lower};
use crate::syntax::{Cursor, NodeId};

/// Headers that most pacts have one or the other of.
const HEADERS: [&str; 12] = [
    "Accept",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Language",
    "Content-Type",
    "ETag",
    "If-Match",
    "If-None-Match",
    "Location",
    "Retry-After",
    "X-Request-Id",
];

/// Keys at this place that only the example can tell.
pub(super) fn keys(
    doc: &Document,
    site: &Site<'_>,
    bare: bool,
    taken: &dyn Fn(&str) -> bool,
    list: &mut List,
) {
    let Some(section) = site.section else { return };
    let version = doc.facts().version();
    let it = lower(site.root, section, version);
    let Some(object) = site.path.last() else { return };
    let Some(part) = part_of(&it, site) else { return };
    let names: Vec<(String, &str)> = match place(site, part) {
        Place::Rules(Some(category)) => with_template(targets(site.root, part, category), RULE),
        Place::Generators(category) => with_template(targets(site.root, part, category), GENERATOR),
        Place::Rules(None) if is_flat(part, version) => with_template(flat(site.root, part), FLAT),
        Place::Headers => with_template(HEADERS.iter().map(|name| (*name).to_owned()).collect(), "\"$1\""),
        Place::Rules(None) | Place::Elsewhere => return,
    };
    let header = object.key().is_some_and(|key| key.name().to_ascii_lowercase().starts_with("header"));
    for (name, template) in names {
        let same = |key: Cursor<'_>| header && key.name().eq_ignore_ascii_case(&name);
        if !taken(&name) && !object.members().any(|member| !member.key.is_named(&name) && same(member.key)) {
            list.key(&name, CompletionKind::Path, "", bare, template);
        }
    }
}

const RULE: &str = "{\"matchers\": [{\"match\": \"$1\"}]}";
const FLAT: &str = "{\"match\": \"$1\"}";
const GENERATOR: &str = "{\"type\": \"$1\"}";

fn with_template(names: Vec<String>, template: &'static str) -> Vec<(String, &'static str)> {
    names.into_iter().map(|name| (name, template)).collect()
}

/// What the object at hand is.
enum Place {
    /// Matching rules of a category; all of them if there is none.
    Rules(Option<Category>),
    /// Generators of a category.
    Generators(Category),
    /// Headers of a request or response.
    Headers,
    Elsewhere,
}

fn place(site: &Site<'_>, part: &Part) -> Place {
    let Some(object) = site.path.last() else { return Place::Elsewhere };
    let is =
        |node: Option<NodeId>, cursor: Option<&Cursor<'_>>| node.is_some() && node == cursor.map(|c| c.id());
    let above = site.path.len().checked_sub(2).and_then(|at| site.path.get(at));
    let rules = part.rules.as_ref().map(|rules| rules.node);
    let generators = part.generators.as_ref().map(|block| block.node);
    let category = || Category::parse(&object.key()?.name());
    if is(rules, Some(object)) {
        Place::Rules(None)
    } else if is(rules, above) {
        category().map_or(Place::Elsewhere, |category| Place::Rules(Some(category)))
    } else if is(generators, above) {
        category().map_or(Place::Elsewhere, Place::Generators)
    } else if is(part.headers, Some(object)) {
        Place::Headers
    } else {
        Place::Elsewhere
    }
}

/// The part that the object at hand belongs to.
fn part_of<'i>(it: &'i Interaction, site: &Site<'_>) -> Option<&'i Part> {
    let holds = |part: &&Part| site.path.iter().any(|step| step.id() == part.node);
    it.parts.iter().rfind(holds)
}

fn is_flat(part: &Part, version: Version) -> bool {
    version == Version::V2 || part.rules.as_ref().is_some_and(|rules| rules.style == RuleStyle::V2)
}

/// The JSON body that a rule or generator of this name would be about, and the path in it.
pub(super) fn path_in_body<'a>(
    site: &Site<'a>,
    it: &Interaction,
    version: Version,
    name: &str,
) -> Option<(Cursor<'a>, Role, String)> {
    let part = part_of(it, site)?;
    let path = match place(site, part) {
        Place::Rules(Some(Category::Body | Category::Contents))
        | Place::Generators(Category::Body | Category::Contents) => name.to_owned(),
        Place::Rules(None) if is_flat(part, version) => format!("${}", name.strip_prefix("$.body")?),
        _ => return None,
    };
    Some((body(site.root, part)?, part.role, path))
}

/// What rules or generators of a category can be about.
fn targets(root: Cursor<'_>, part: &Part, category: Category) -> Vec<String> {
    let names = |object: Option<NodeId>| {
        let members = object.map(|node| root.at(node).members().collect::<Vec<_>>()).unwrap_or_default();
        members.iter().map(|member| member.key.name().into_owned()).collect()
    };
    match category {
        Category::Body | Category::Contents => body(root, part).map_or_else(Vec::new, paths),
        Category::Header => names(part.headers),
        Category::Query => names(part.query),
        Category::Metadata => names(part.metadata),
        Category::Path | Category::Status | Category::Method => Vec::new(),
    }
}

fn body<'a>(root: Cursor<'a>, part: &Part) -> Option<Cursor<'a>> {
    part.body.as_ref()?.json().map(|node| root.at(node))
}

/// What rules can be about in the form of version 2.
fn flat(root: Cursor<'_>, part: &Part) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(part.path.map(|_| "$.path".to_owned()));
    let headers = targets(root, part, Category::Header);
    out.extend(headers.iter().map(|name| format!("$.headers.{name}")));
    let query = targets(root, part, Category::Query);
    out.extend(query.iter().map(|name| format!("$.query.{name}")));
    let paths = targets(root, part, Category::Body);
    out.extend(paths.iter().map(|path| format!("$.body{}", path.trim_start_matches('$'))));
    out
}

/// Values for `key` that other pacts know.
pub(super) fn values<'k>(site: &Site<'_>, key: Cursor<'_>, known: Known<'k>) -> Vec<&'k str> {
    let container = site.path.last().and_then(|object| object.key());
    let above = site.path.len().checked_sub(2).and_then(|at| site.path.get(at)?.key());
    let is = |key: Option<Cursor<'_>>, name: &str| key.is_some_and(|key| key.is_named(name));
    let of_state = site.section.is_some()
        && (key.is_named("providerState")
            || key.is_named("provider_state")
            || key.is_named("name") && container.is_none() && is(above, "providerStates"));
    let of_party = site.section.is_none()
        && key.is_named("name")
        && (is(container, "consumer") || is(container, "provider"));
    match (of_state, of_party) {
        (true, _) => known(Names::States),
        (_, true) => known(Names::Pacticipants),
        _ => Vec::new(),
    }
}

/// Items of the array at hand.
pub(super) fn items(doc: &Document, site: &Site<'_>, list: &mut List) {
    let Some(array) = site.path.last() else { return };
    let named = |name: &str| array.key().is_some_and(|key| key.is_named(name));
    let version = doc.facts().version();
    let mut offer = |label: &str, template: &str| {
        list.push(label, CompletionKind::Snippet, "", Insert::with_places("", template));
    };
    if site.section.is_none() && named("interactions") {
        match version {
            Version::V4 => {
                offer("HTTP interaction", V4_HTTP);
                offer("message", V4_MESSAGE);
                offer("message with a response", V4_SYNC);
            }
            Version::V3 => offer("interaction", V3_HTTP),
            _ => offer("interaction", V2_HTTP),
        }
    } else if site.section.is_none() && named("messages") {
        offer("message", V3_MESSAGE);
    } else if site.section.is_some() && named("providerStates") {
        offer("provider state", "{\"name\": \"$1\"}");
    } else if site.section.is_some() && named("matchers") {
        for info in MATCHERS.iter().filter(|info| info.since <= version) {
            // What it cannot do without, and the format, which is seldom the default one.
            let field = info.required.or_else(|| info.fields.iter().copied().find(|it| *it == "format"));
            let field = field.map_or_else(String::new, |field| format!(", \"{field}\": {}", room(field)));
            offer(info.name, &format!("{{\"match\": \"{}\"{field}}}", info.name));
        }
    }
}

/// Room for a field of a matcher.
fn room(field: &str) -> &'static str {
    match field {
        "min" | "max" => "$1",
        "variants" | "rules" => "[$1]",
        _ => "\"$1\"",
    }
}

const V2_HTTP: &str = "{
  \"description\": \"$1\",
  \"providerState\": \"$2\",
  \"request\": {\"method\": \"$3\", \"path\": \"$4\"},
  \"response\": {\"status\": $5}
}";
const V3_HTTP: &str = "{
  \"description\": \"$1\",
  \"providerStates\": [{\"name\": \"$2\"}],
  \"request\": {\"method\": \"$3\", \"path\": \"$4\"},
  \"response\": {\"status\": $5}
}";
const V4_HTTP: &str = "{
  \"type\": \"Synchronous/HTTP\",
  \"description\": \"$1\",
  \"providerStates\": [{\"name\": \"$2\"}],
  \"request\": {\"method\": \"$3\", \"path\": \"$4\"},
  \"response\": {\"status\": $5}
}";
const V4_MESSAGE: &str = "{
  \"type\": \"Asynchronous/Messages\",
  \"description\": \"$1\",
  \"providerStates\": [{\"name\": \"$2\"}],
  \"contents\": {\"content\": {$3}, \"contentType\": \"application/json\", \"encoded\": false}
}";
const V4_SYNC: &str = "{
  \"type\": \"Synchronous/Messages\",
  \"description\": \"$1\",
  \"providerStates\": [{\"name\": \"$2\"}],
  \"request\": {\"contents\": {\"content\": {$3}, \"contentType\": \"application/json\", \"encoded\": false}},
  \"response\": [{\"contents\": {\"content\": {$4}, \"contentType\": \"application/json\", \"encoded\": false}}]
}";
const V3_MESSAGE: &str = "{
  \"description\": \"$1\",
  \"providerStates\": [{\"name\": \"$2\"}],
  \"contents\": {$3},
  \"metaData\": {\"contentType\": \"application/json\"}
}";
