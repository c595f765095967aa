//! A pact made ready to run: every interaction alone, each with the place it stands at.

mod plain;
mod sure;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::analysis::Document;
use crate::model::{Interaction, InteractionKind, Matcher, MatcherKind, Section, lower};
use crate::runner::engine::{Half, Subject, Worker};
use crate::syntax::{Cursor, SyntaxErrorKind};
use crate::text::{Encoding, LineCol, Span};

pub use plain::Plain;
pub use sure::Outline;
use sure::{Known, Shown};

/// So many interactions at least are read by one thread: each shows the core the rules anew.
const SOME: usize = 256;

/// A pact file made ready to run.
#[derive(Debug, Clone)]
pub struct Contract {
    /// How the file is called in what is told of it: its path as it was given.
    pub name: String,
    /// The file, for places and explanations.
    pub document: Document,
    /// Name of the consumer; empty where the file does not say.
    pub consumer: String,
    /// Name of the provider; empty where the file does not say.
    pub provider: String,
    /// Its interactions and messages, as far as the core reads them, in the order of the file.
    pub items: Vec<Item>,
}

/// An interaction or message of a contract.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its number among the chunks of the document.
    pub chunk: usize,
    /// The array it stands in.
    pub section: Section,
    /// Its position there.
    pub index: u32,
    /// What kind it is.
    pub kind: InteractionKind,
    /// Its description; empty where it has none.
    pub description: String,
    /// Its provider states, as the core reads them.
    pub states: Vec<State>,
    /// Whether it is marked as pending (V4): a failure is told and not counted.
    pub pending: bool,
    /// How it is carried, where it says so (V4).
    pub transport: Option<String>,
    /// Its first byte to its last, in the file.
    pub span: Span,
    /// Where its description is, or it itself where it has none.
    pub at: LineCol,
    /// What there is to run.
    pub runnable: Runnable,
    /// What its request is found by, where that is known without the core.
    pub outline: Option<Outline>,
}

/// A provider state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What it is called.
    pub name: String,
    /// Its parameters.
    pub params: Map<String, Value>,
}

/// Whether an interaction can be run.
#[derive(Debug, Clone)]
pub enum Runnable {
    /// It can.
    Ready(Subject),
    /// It cannot; why.
    Not(NotRun),
}

/// Why an interaction is not run. It is never counted as fine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRun {
    /// Its contents are made and compared by a plugin.
    Plugin {
        /// What the plugin is called.
        name: String,
        /// Its version, if the pact says.
        version: Option<String>,
    },
    /// It is carried by something else than HTTP.
    Transport(String),
    /// It has a matcher that only a plugin could know.
    Matcher(String),
    /// The core does not load it; what it says.
    Refused(String),
}

impl std::fmt::Display for NotRun {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotRun::Plugin { name, version: Some(version) } => write!(out, "needs plugin {name} {version}"),
            NotRun::Plugin { name, version: None } => write!(out, "needs plugin {name}"),
            NotRun::Transport(name) => write!(out, "needs transport {name}"),
            NotRun::Matcher(name) => {
                write!(out, "the official core does not know the matcher '{name}'; only a plugin could")
            }
            NotRun::Refused(why) => write!(out, "the official core does not load it: {why}"),
        }
    }
}

/// Why a file is no contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFault {
    /// What is wrong.
    pub message: String,
    /// Where in the file, columns in characters.
    pub at: LineCol,
}

impl ContractFault {
    /// In a line, after the name of the file, the place counted from one.
    pub fn placed(&self, name: &str) -> String {
        format!("{name}:{}:{}: {}", self.at.line + 1, self.at.col + 1, self.message)
    }
}

impl Contract {
    /// Makes the pact in `document` ready. Only a text that is no JSON object is refused as a
    /// whole; an interaction that the core refuses is [`Runnable::Not`], and the others go on.
    pub fn new(name: impl Into<String>, document: Document) -> Result<Contract, ContractFault> {
        Contract::of(name, document, |_| true)
    }

    /// The same with those interactions alone whose chunk is `wanted`.
    pub fn of(
        name: impl Into<String>,
        document: Document,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Contract, ContractFault> {
        Contract::read(name.into(), document, wanted, false)
    }

    /// The same as [`new`](Contract::new) with interactions that the core loads when they are
    /// first needed, for those who need few of them, or need them soon.
    pub fn later(name: impl Into<String>, document: Document) -> Result<Contract, ContractFault> {
        Contract::read(name.into(), document, |_| true, true)
    }

    fn read(
        name: String,
        document: Document,
        wanted: impl Fn(usize) -> bool,
        later: bool,
    ) -> Result<Contract, ContractFault> {
        // Where only the core's reader gives up, the rest of the file can be run.
        let fatal = |(chunk, span, kind): (Option<usize>, Span, &SyntaxErrorKind)| {
            (chunk.is_none() || !is_json(kind)).then_some(span)
        };
        let fault = |message: &str, offset| ContractFault {
            message: message.to_owned(),
            at: document.line_col(offset, Encoding::Utf32),
        };
        if let Some(span) = document.syntax_problems().filter_map(fatal).min_by_key(|span| span.start) {
            return Err(fault("The file is not JSON, so nothing of it can be run", span.start));
        }
        let Some(root) = document.spine_root().filter(|root| root.is_object()) else {
            return Err(fault("The file is not a JSON object, so it is no pact", 0));
        };
        let facts = document.facts();
        let mut unread: HashMap<usize, String> = HashMap::new();
        for (chunk, _, kind) in document.syntax_problems() {
            unread.entry(chunk.unwrap_or(usize::MAX)).or_insert_with(|| kind.to_string());
        }
        let head = Arc::new(head(root));
        let chunks: Vec<usize> = (0..document.chunk_count()).filter(|chunk| wanted(*chunk)).collect();
        let read = |some: &[usize]| -> Vec<Item> {
            let mut shown = later.then(|| Shown::new(&head, facts.version()));
            let read = |chunk: &usize| {
                let (section, index) = document.position(*chunk);
                let wanted = document.is_live(*chunk) && facts.reads(section);
                wanted.then(|| {
                    item(&document, &head, *chunk, section, index, unread.get(chunk), shown.as_mut())
                })?
            };
            some.iter().filter_map(read).collect()
        };
        let some = chunks.len().div_ceil(rayon::current_num_threads()).max(SOME);
        let items = if later { chunks.par_chunks(some).flat_map_iter(read).collect() } else { read(&chunks) };
        Ok(Contract {
            name,
            consumer: facts.consumer.clone().unwrap_or_default(),
            provider: facts.provider.clone().unwrap_or_default(),
            items,
            document,
        })
    }

    /// Has what cannot be judged in this process judged by `worker`.
    pub fn set_worker(&mut self, worker: &Arc<Worker>) {
        for item in &mut self.items {
            if let Runnable::Ready(subject) = &mut item.runnable {
                subject.set_worker(worker);
            }
        }
    }
}

/// What a pact of one of its interactions has beside that.
fn head(root: Cursor<'_>) -> Map<String, Value> {
    let member = |key: &str| Some((key.to_owned(), root.get(key)?.to_value()?));
    ["consumer", "provider", "metadata"].into_iter().filter_map(member).collect()
}

/// Whether a text with this error is JSON by its grammar.
fn is_json(kind: &SyntaxErrorKind) -> bool {
    matches!(
        kind,
        SyntaxErrorKind::TooDeep | SyntaxErrorKind::NumberOutOfRange | SyntaxErrorKind::LoneSurrogate(_)
    )
}

fn item<'d>(
    document: &'d Document,
    head: &Arc<Map<String, Value>>,
    number: usize,
    section: Section,
    index: u32,
    unread: Option<&String>,
    shown: Option<&mut Shown<'d>>,
) -> Option<Item> {
    let (chunk, base) = document.chunk(number)?;
    let root = chunk.root()?;
    let text = |key: &str| root.get(key).and_then(Cursor::as_str).map(|text| text.into_owned());
    let described = root.get("description").unwrap_or(root);
    let transport = text("transport");
    let more = needs_more(root, head, transport.as_deref());
    let more = more.or_else(|| unread.map(|why| NotRun::Refused(why.clone())));
    let known = match shown {
        Some(shown) if more.is_none() && section == Section::Interactions => shown.known(root),
        _ => None,
    };
    let mut item = Item {
        chunk: number,
        section,
        index,
        kind: InteractionKind::Http,
        description: text("description").unwrap_or_default(),
        states: Vec::new(),
        pending: root.get("pending").and_then(Cursor::as_bool).unwrap_or(false),
        transport,
        span: Span::new(base, base + chunk.text().len() as u32),
        at: document.line_col_in(number, described),
        runnable: Runnable::Not(NotRun::Refused(String::new())),
        outline: None,
    };
    if let Some(Known { states, outline: Some(outline) }) = known {
        let subject = later(document, head, number, section)?;
        return Some(Item { runnable: Runnable::Ready(subject), outline: Some(outline), states, ..item });
    }
    let model = lower(root, section, document.facts().version());
    item.kind = model.kind;
    if let Some(reason) = more.or_else(|| unknown_matcher(root, &model)) {
        return Some(Item { runnable: Runnable::Not(reason), ..item });
    }
    if let Some(Known { states, .. }) = known {
        let subject = later(document, head, number, section)?;
        if subject.load_request().is_ok() {
            return Some(Item { runnable: Runnable::Ready(subject), states, ..item });
        }
    }
    match alone(root, head, section) {
        Ok(subject) => Some(Item { states: subject.states(), runnable: Runnable::Ready(subject), ..item }),
        Err(why) => Some(Item { runnable: Runnable::Not(NotRun::Refused(why)), ..item }),
    }
}

/// What an interaction needs that is not here.
fn needs_more(root: Cursor<'_>, head: &Map<String, Value>, transport: Option<&str>) -> Option<NotRun> {
    let listed = head.get("metadata").and_then(|it| it.get("plugins")).and_then(Value::as_array);
    let text = |plugin: &Value, key: &str| plugin.get(key).and_then(Value::as_str).map(str::to_owned);
    let configured = root.get("pluginConfiguration").filter(|it| it.is_object());
    if let Some(plugin) = configured.and_then(|it| it.members().next()) {
        let name = plugin.key.name().into_owned();
        let known = listed.into_iter().flatten().find(|it| text(it, "name").as_deref() == Some(&name));
        return Some(NotRun::Plugin { version: known.and_then(|it| text(it, "version")), name });
    }
    // Markup is what plugins write beside what they make, also one that needs no configuration.
    if let Some(plugin) = listed.and_then(|it| it.first()).filter(|_| root.get("interactionMarkup").is_some())
    {
        let name = shortened(&text(plugin, "name").unwrap_or_default());
        return Some(NotRun::Plugin { name, version: text(plugin, "version") });
    }
    // The official verifier asks its plugins who carries a transport, and what nobody
    // carries it runs as HTTP (`verify_interaction` of pact_verifier, lib.rs).
    let foreign = |name: &&str| {
        listed.is_some_and(|plugins| !plugins.is_empty())
            && !["http", "https", "message", "async-message", "sync-message"].contains(name)
    };
    transport.filter(foreign).map(|name| NotRun::Transport(shortened(name)))
}

/// A matcher that only a plugin could know, wherever it stands in the interaction.
fn unknown_matcher(root: Cursor<'_>, model: &Interaction) -> Option<NotRun> {
    let groups = model.parts.iter().filter_map(|part| part.rules.as_ref()).flat_map(|rules| &rules.groups);
    let matcher = groups.flat_map(|group| &group.matchers).find_map(foreign_matcher)?;
    let name = matcher.name.map(|name| root.at(name).to_text()).unwrap_or_default();
    Some(NotRun::Matcher(shortened(&name)))
}

fn foreign_matcher(matcher: &Matcher) -> Option<&Matcher> {
    match &matcher.kind {
        MatcherKind::Plugin => Some(matcher),
        MatcherKind::EachKey(inner) | MatcherKind::EachValue(inner) => inner.iter().find_map(foreign_matcher),
        MatcherKind::ArrayContains(variants) => {
            let groups = variants.iter().filter_map(|variant| variant.rules.as_ref()).flatten();
            groups.flat_map(|group| &group.matchers).find_map(foreign_matcher)
        }
        _ => None,
    }
}

/// A name for a message: what a file made to annoy has there may be endless.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    }
}

/// The interaction in a pact of its own.
fn alone(root: Cursor<'_>, head: &Map<String, Value>, section: Section) -> Result<Subject, String> {
    // What the core says of the only interaction there, and that it will be ignored, is no use.
    let own = |said: String| {
        said.replace("Interaction 0 ", "it ").replace(". It will be ignored. Source: pact", "")
    };
    let value = root.to_value().ok_or("it is not JSON")?;
    Subject::load(&pact_of(value, head, section)).map_err(own)
}

/// The same, to be loaded when it is needed.
fn later(
    document: &Document,
    head: &Arc<Map<String, Value>>,
    number: usize,
    section: Section,
) -> Option<Subject> {
    let (chunk, head) = (document.kept_chunk(number)?, Arc::clone(head));
    Some(Subject::later(move |half| {
        let root = chunk.root()?;
        let value = match half {
            Half::Both => root.to_value()?,
            Half::Request => {
                let mut rest = without(root, "response")?;
                rest.insert("response".to_owned(), json!({ "status": 200 }));
                Value::Object(rest)
            }
            Half::Response => {
                let kind = root.get("type").and_then(Cursor::to_value).unwrap_or_default();
                json!({ "type": kind, "response": without(root.get("response")?, "matchingRules")? })
            }
        };
        Some(pact_of(value, &head, section))
    }))
}

/// The members of an object but for those of this name.
fn without(value: Cursor<'_>, name: &str) -> Option<Map<String, Value>> {
    let wanted = value.members().filter(|member| member.key.name() != name);
    wanted.map(|member| Some((member.key.name().into_owned(), member.value?.to_value()?))).collect()
}

fn pact_of(interaction: Value, head: &Map<String, Value>, section: Section) -> Value {
    let mut pact = head.clone();
    pact.insert(section.name().to_owned(), Value::Array(vec![interaction]));
    Value::Object(pact)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACT: &str = r#"{
  "consumer": {"name": "web"}, "provider": {"name": "users"},
  "interactions": [
    {"description": "one", "providerStates": [{"name": "there", "params": {"id": 7}}],
     "request": {"method": "GET", "path": "/a"}, "response": {"status": 200, "body": {"id": 1}}},
    {"description": "two", "request": {"method": "GET", "path": "/b"}, "response": {"status": null}}
  ],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}"#;

    #[test]
    fn a_bad_interaction_leaves_the_others_alone() {
        let contract = Contract::new("p.json", Document::new(PACT)).unwrap();
        assert_eq!((contract.consumer.as_str(), contract.provider.as_str()), ("web", "users"));
        let [one, two] = &contract.items[..] else { panic!("{:?}", contract.items) };
        assert!(matches!(one.runnable, Runnable::Ready(_)), "{one:?}");
        assert_eq!(
            one.states,
            [State { name: "there".into(), params: Map::from_iter([("id".into(), 7.into())]) }]
        );
        assert_eq!((one.at.line, two.at.line), (3, 5));
        assert!(matches!(&two.runnable, Runnable::Not(NotRun::Refused(_))), "{two:?}");
    }

    #[test]
    fn a_broken_text_is_refused_with_its_place() {
        let fault = Contract::new("p.json", Document::new("{\n \"consumer\": ]}")).unwrap_err();
        assert!(fault.placed("p.json").starts_with("p.json:2:2: The file is not JSON"), "{fault:?}");
    }

    #[test]
    fn what_needs_a_plugin_is_not_run() {
        let text = r#"{"interactions": [{"type": "Synchronous/HTTP", "description": "x",
            "pluginConfiguration": {"protobuf": {}}, "request": {}, "response": {}},
            {"type": "Synchronous/Messages", "description": "y", "transport": "grpc"}],
            "metadata": {"pactSpecification": {"version": "4.0"},
            "plugins": [{"name": "protobuf", "version": "0.2.0"}]}}"#;
        let contract = Contract::new("p.json", Document::new(text)).unwrap();
        let said: Vec<String> = contract
            .items
            .iter()
            .filter_map(
                |item| if let Runnable::Not(why) = &item.runnable { Some(why.to_string()) } else { None },
            )
            .collect();
        assert_eq!(said, ["needs plugin protobuf 0.2.0", "needs transport grpc"]);
    }

    #[test]
    fn a_transport_that_no_plugin_claims_is_http() {
        let text = r#"{"interactions": [{"type": "Synchronous/HTTP", "description": "x", "transport": "grpc",
            "request": {}, "response": {}}], "metadata": {"pactSpecification": {"version": "4.0"}}}"#;
        let contract = Contract::new("p.json", Document::new(text)).unwrap();
        assert!(matches!(contract.items[0].runnable, Runnable::Ready(_)), "{:?}", contract.items);
    }

    #[test]
    fn a_matcher_that_the_core_does_not_know_is_named() {
        let rules = [
            (r#"{"match": "isbn"}"#, "isbn"),
            (r#"{"match": "eachValue", "rules": [{"match": "isbn"}]}"#, "isbn"),
            (
                r#"{"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": {"matchers": [{"match": "isbn"}]}}}]}"#,
                "isbn",
            ),
            (r#"{"match": "type"}"#, ""),
        ];
        for (rule, wanted) in rules {
            let text = format!(
                r#"{{"interactions": [{{"type": "Synchronous/HTTP", "description": "x", "request": {{}},
                "response": {{"body": {{"content": {{"a": [1]}}}}, "matchingRules": {{"body": {{"$.a": {{"matchers": [{rule}]}}}}}}}}}}],
                "metadata": {{"pactSpecification": {{"version": "4.0"}}}}}}"#
            );
            let contract = Contract::new("p.json", Document::new(text)).unwrap();
            match &contract.items[0].runnable {
                Runnable::Not(NotRun::Matcher(name)) => assert_eq!(name, wanted),
                Runnable::Ready(_) => assert_eq!("", wanted),
                other => panic!("{other:?}"),
            }
        }
    }
}
