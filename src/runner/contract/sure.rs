//! Interactions that the core surely loads, told without having it load them.
//!
//! Of what the core reads only matching rules and generators can be refused; all else it takes
//! as it is, or panics over (`from_json` of `SynchronousHttp`, `RequestResponseInteraction`,
//! `HttpRequest`, `Request` and their responses in pact_models). So an interaction of the usual
//! form is loaded if its rules are, and of rules each that is written differently is shown to
//! the core once. What is not of that form is not known here, and loaded at once.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::analysis::Document;
use crate::model::Version;
use crate::runner::contract::{Contract, Runnable, State};
use crate::syntax::Cursor;

/// What is known of an interaction that the core surely loads.
pub(super) struct Known {
    pub(super) states: Vec<State>,
    /// Its request, where that has no rules and no generators. Otherwise the core has to be
    /// asked about it.
    pub(super) outline: Option<Outline>,
}

/// What a request without rules is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The method, in lower case.
    pub method: String,
    /// The path, which has to be this.
    pub path: String,
    /// There is no query, no header and no body.
    pub is_bare: bool,
}

/// The rules of a pact that the core was shown.
pub(super) struct Shown<'d> {
    head: &'d Map<String, Value>,
    version: Version,
    /// By category, key and rule as they are written; a pact without rules by nothing.
    loads: FxHashMap<[&'d str; 3], bool>,
}

impl<'d> Shown<'d> {
    pub(super) fn new(head: &'d Map<String, Value>, version: Version) -> Shown<'d> {
        Shown { head, version, loads: FxHashMap::default() }
    }

    /// What there is to know of an interaction; `None` where the core has to load it.
    pub(super) fn known(&mut self, root: Cursor<'d>) -> Option<Known> {
        let (mut request, mut response, mut states, mut state) = (None, None, None, None);
        let mut typed = self.version != Version::V4;
        for member in root.members() {
            let value = member.value?;
            let is_first = match &*member.key.name() {
                "request" => request.replace(value).is_none(),
                "response" => response.replace(value).is_none(),
                "providerStates" => states.replace(value).is_none(),
                "providerState" => state.replace(value).is_none(),
                "provider_state" | "pluginConfiguration" | "interactionMarkup" => false,
                "type" if self.version == Version::V4 => {
                    !std::mem::replace(&mut typed, true)
                        && value.as_str().as_deref() == Some("Synchronous/HTTP")
                }
                _ => true,
            };
            if !is_first {
                return None;
            }
        }
        let states = match (states, state) {
            (Some(list), None) if list.is_array() => {
                list.elements().map(provider_state).collect::<Option<_>>()?
            }
            (None, Some(one)) => match one.as_str()? {
                name if name.is_empty() => Vec::new(),
                name => vec![State { name: name.into_owned(), params: Map::new() }],
            },
            (None, None) => Vec::new(),
            _ => return None,
        };
        if !typed || !self.loads(["", "", ""]) || !self.response(response?) {
            return None;
        }
        Some(Known { states, outline: outline(request?, self.version)? })
    }

    fn response(&mut self, response: Cursor<'d>) -> bool {
        let Some(part) = Part::new(response, self.version) else { return false };
        let status = part.status.is_none_or(|it| it.as_u64().is_some_and(|it| it <= u16::MAX.into()));
        status && part.generators.is_none() && part.rules.is_none_or(|rules| self.rules(rules))
    }

    /// Whether the core loads all of these rules.
    fn rules(&mut self, rules: Cursor<'d>) -> bool {
        if !rules.is_object() {
            return false;
        }
        // Which of its two readers the core takes, the first key tells.
        let flat = rules.members().filter(|it| it.key.name().starts_with('$')).count();
        let all = rules.members().count();
        if flat > 0 {
            let mut each = rules.members();
            return flat == all && each.all(|it| self.rule("", it.key, it.value));
        }
        rules.members().all(|category| {
            let named = category.key.raw();
            let Some(entries) = category.value.filter(|it| it.is_object()) else { return false };
            if entries.get("matchers").is_some() {
                return self.loads([named, "", entries.raw()]);
            }
            entries.members().all(|it| self.rule(named, it.key, it.value))
        })
    }

    fn rule(&mut self, category: &'d str, key: Cursor<'d>, rule: Option<Cursor<'d>>) -> bool {
        rule.is_some_and(|rule| self.loads([category, key.raw(), rule.raw()]))
    }

    /// Whether the core loads an interaction with this rule.
    fn loads(&mut self, written: [&'d str; 3]) -> bool {
        if let Some(loads) = self.loads.get(&written) {
            return *loads;
        }
        let rules = match written {
            ["", "", ""] => "{}".to_owned(),
            ["", key, rule] | [key, "", rule] => format!("{{{key}: {rule}}}"),
            [category, key, rule] => format!("{{{category}: {{{key}: {rule}}}}}"),
        };
        let one = format!(
            r#"[{{"type": "Synchronous/HTTP", "request": {{}}, "response": {{"matchingRules": {rules}}}}}]"#
        );
        let mut pact = self.head.clone();
        let read = serde_json::from_str(&one).map(|one| pact.insert("interactions".to_owned(), one));
        let text = Value::Object(pact).to_string();
        let made = read.ok().and_then(|_| Contract::new("", Document::new(text)).ok());
        let loads = made.is_some_and(
            |it| matches!(it.items[..], [ref one] if matches!(one.runnable, Runnable::Ready(_))),
        );
        self.loads.insert(written, loads);
        loads
    }
}

/// The members of a request or response that matter here, each written once at most.
#[derive(Default)]
struct Part<'d> {
    method: Option<Cursor<'d>>,
    path: Option<Cursor<'d>>,
    status: Option<Cursor<'d>>,
    rules: Option<Cursor<'d>>,
    generators: Option<Cursor<'d>>,
    is_bare: bool,
}

impl<'d> Part<'d> {
    fn new(value: Cursor<'d>, version: Version) -> Option<Part<'d>> {
        let mut part = Part { is_bare: true, ..Part::default() };
        let (mut headers, mut body, mut query) = (None, None, None);
        for member in Some(value).filter(|it| it.is_object())?.members() {
            let value = member.value?;
            let slot = match &*member.key.name() {
                "method" => &mut part.method,
                "path" => &mut part.path,
                "status" => &mut part.status,
                "matchingRules" => &mut part.rules,
                "generators" => &mut part.generators,
                "headers" => &mut headers,
                "body" => &mut body,
                "query" => &mut query,
                "requestMatchingRules" | "responseMatchingRules" => return None,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return None;
            }
        }
        part.is_bare = headers.is_none() && body.is_none() && query.is_none();
        part.rules = part.rules.filter(|it| !(it.is_object() && it.is_empty_container()));
        part.generators = part.generators.filter(|it| !(it.is_object() && it.is_empty_container()));
        // Of an empty list the core takes the first.
        let is_header = |it: Cursor<'d>| it.is_string() || it.is_array() && !it.is_empty_container();
        let has_headers =
            |it: Cursor<'d>| it.is_object() && it.members().all(|it| it.value.is_some_and(is_header));
        let has_body = |it: Cursor<'d>| version != Version::V4 || it.is_object();
        (headers.is_none_or(has_headers) && body.is_none_or(has_body)).then_some(part)
    }
}

/// The outline of a request: `Some(None)` where it has none, `None` where it may not be loaded.
fn outline(request: Cursor<'_>, version: Version) -> Option<Option<Outline>> {
    let part = Part::new(request, version)?;
    if part.rules.is_some() || part.generators.is_some() {
        return Some(None);
    }
    let method = part.method.map_or(Some("get".into()), Cursor::as_str)?;
    let path = part.path.map_or(Some("/".into()), Cursor::as_str)?.into_owned();
    let method = method.is_ascii().then(|| method.to_ascii_lowercase())?;
    Some(Some(Outline { method, path, is_bare: part.is_bare }))
}

fn provider_state(value: Cursor<'_>) -> Option<State> {
    let (mut name, mut params) = (None, None);
    for member in Some(value).filter(|it| it.is_object())?.members() {
        let slot = match &*member.key.name() {
            "name" => &mut name,
            "params" => &mut params,
            _ => continue,
        };
        if slot.replace(member.value?).is_some() {
            return None;
        }
    }
    let params = match params {
        None => Map::new(),
        Some(params) => match params.to_value()? {
            Value::Object(params) => params,
            _ => return None,
        },
    };
    Some(State { name: name?.as_str()?.into_owned(), params })
}
