//! Validation against our schemas. The one file that knows the validator.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::OnceLock;

use jsonschema::json::{Array, Json, Node, NodeIdentity, Object};
use jsonschema::types::JsonType;
use jsonschema::{Validator, error::ValidationErrorKind};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

use crate::model::keep::keeps;
use crate::model::{Category, GroupShape, Interaction, InteractionKind, Part, Section, Version, shape};
use crate::syntax::{Cursor, Elements, Kind, Members};
use crate::text::Span;

/// At most so many violations are taken from one interaction: more only repeat.
const MAX_VIOLATIONS: usize = 20;

/// One place where a file does not keep to the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule that speaks for the constraint (`x-rule` in the schema); empty where the
    /// schema names none.
    pub rule: String,
    /// What to point at: a value, an unknown key, or the bracket of an object that lacks a key.
    pub span: Span,
    /// The schema keyword: `type`, `required`, ...
    pub keyword: String,
    /// Name of the key or position the value stands under; empty at the root.
    pub name: String,
    /// What is wrong, for a reader.
    pub message: String,
}

/// The schemas of one version: for the file as a whole and for each kind of interaction.
pub struct Schemas {
    source: Value,
    spine: OnceLock<Validator<Arena>>,
    parts: [OnceLock<Option<Validator<Arena>>>; PARTS.len()],
    group: OnceLock<Option<Validator<Arena>>>,
}

/// Name of the definition of one group of matching rules.
const GROUP: &str = "ruleGroup";

fn build(schema: &Value) -> Validator<Arena> {
    let options = jsonschema::options_for::<Arena>().with_draft(jsonschema::Draft::Draft7).offline();
    options.build(schema).expect("the schemas in the binary compile")
}

/// A schema that is one of the definitions, with those that it refers to: all of them take ten times
/// the memory for some.
fn referring(name: &str, definitions: &Value) -> Option<Value> {
    definitions.get(name)?;
    let mut needed = Map::new();
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        let Some(definition) = definitions.get(&next).filter(|_| !needed.contains_key(&next)) else {
            continue;
        };
        // Groups of matching rules are many and alike: they are validated apart, and each text once.
        let apart = next == GROUP && name != GROUP;
        let definition = if apart { Value::Bool(true) } else { definition.clone() };
        references(&definition, &mut open);
        needed.insert(next, definition);
    }
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), Value::from("http://json-schema.org/draft-07/schema#"));
    schema.insert("$ref".to_owned(), Value::from(format!("#/definitions/{name}")));
    schema.insert("definitions".to_owned(), Value::Object(needed));
    Some(Value::Object(schema))
}

/// Adds the names of the definitions that a schema refers to.
fn references(schema: &Value, out: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(|it| it.as_str()?.strip_prefix("#/definitions/"));
            out.extend(name.map(str::to_owned));
            members.values().for_each(|value| references(value, out));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, out)),
        _ => {}
    }
}

thread_local! {
    /// Texts of groups that are known to be valid, by the address of the schemas they are
    /// valid by.
    static VALID_GROUPS: RefCell<FxHashMap<usize, FxHashSet<Box<str>>>> = RefCell::default();
}

/// Bounds of that memory: entries, and bytes of one.
const MAX_VALID_GROUPS: usize = 4096;
const MAX_GROUP_TEXT: usize = 512;

impl Schemas {
    /// The schemas of a version, read at first use; each is compiled when it is needed.
    pub fn of(version: Version) -> &'static Schemas {
        static CELLS: [OnceLock<Schemas>; 5] = [const { OnceLock::new() }; 5];
        let (index, text) = match version {
            Version::V1 => (0, include_str!("../../schemas/pact/v1.schema.json")),
            Version::V1_1 => (1, include_str!("../../schemas/pact/v1.1.schema.json")),
            Version::V2 => (2, include_str!("../../schemas/pact/v2.schema.json")),
            Version::V3 => (3, include_str!("../../schemas/pact/v3.schema.json")),
            Version::V4 => (4, include_str!("../../schemas/pact/v4.schema.json")),
        };
        CELLS[index].get_or_init(|| Schemas::read(text))
    }

    fn read(text: &str) -> Schemas {
        let source: Value = serde_json::from_str(text).expect("the schemas in the binary are JSON");
        Schemas { source, spine: OnceLock::new(), parts: Default::default(), group: OnceLock::new() }
    }

    /// The schema itself.
    pub(super) fn source(&self) -> &Value {
        &self.source
    }

    /// What is wrong with the top level of a file.
    pub fn spine_violations(&self, root: Cursor<'_>) -> Vec<Violation> {
        let validator = self.spine.get_or_init(|| {
            let mut spine = self.source.clone();
            for section in ["interactions", "messages"] {
                // The items are validated one by one, each on its own.
                if let Some(array) = spine.pointer_mut(&format!("/properties/{section}")) {
                    array.as_object_mut().map(|array| array.remove("items"));
                }
            }
            build(&spine)
        });
        self.violations(validator, root)
    }

    /// The validator of one of [`PARTS`]; `None` when this version has no such definition.
    fn part(&self, index: usize) -> Option<&Validator<Arena>> {
        self.parts[index].get_or_init(|| self.definition(PARTS[index])).as_ref()
    }

    fn group(&self) -> Option<&Validator<Arena>> {
        self.group.get_or_init(|| self.definition(GROUP)).as_ref()
    }

    fn definition(&self, name: &str) -> Option<Validator<Arena>> {
        referring(name, self.source.get("definitions")?).as_ref().map(build)
    }

    /// What is wrong with the groups of matching rules of a part.
    fn group_violations(&self, root: Cursor<'_>, part: &Part, out: &mut Vec<Violation>) {
        let Some(rules) = part.rules.as_ref().filter(|rules| !rules.groups.is_empty()) else { return };
        let Some(validator) = self.group() else { return };
        let schemas = std::ptr::from_ref(self).addr();
        for group in rules.groups.iter().filter(|group| group.shape != GroupShape::V2Rule) {
            let key = root.at(group.category_key);
            let known = Category::parse(&key.name()).is_some_and(|known| known != Category::Contents);
            // A matcher that stands where a category's groups should is an error of its own.
            let misplaced = key.value().and_then(|c| c.get("match")).is_some_and(Cursor::is_string);
            if !known || misplaced {
                continue;
            }
            let node = root.at(group.node);
            let raw = node.raw();
            let valid = raw.len() <= MAX_GROUP_TEXT && {
                VALID_GROUPS.with_borrow_mut(|known| {
                    let known = known.entry(schemas).or_default();
                    known.contains(raw)
                        || validator.is_valid(Item::Tree(node)) && {
                            if known.len() >= MAX_VALID_GROUPS {
                                known.clear();
                            }
                            !keeps() || known.insert(raw.into())
                        }
                })
            };
            if !valid {
                self.collect(validator, node, out);
            }
        }
    }

    fn violations(&self, validator: &Validator<Arena>, root: Cursor<'_>) -> Vec<Violation> {
        if validator.is_valid(Item::Tree(root)) {
            return Vec::new();
        }
        let mut out = Vec::new();
        self.collect(validator, root, &mut out);
        out
    }

    /// Adds the errors of one validation.
    fn collect(&self, validator: &Validator<Arena>, root: Cursor<'_>, out: &mut Vec<Violation>) {
        for error in validator.iter_errors(Item::Tree(root)) {
            let node = root.follow(error.instance_path().as_str());
            let schema_path = error.schema_path().as_str();
            for (span, name, required) in places(node, error.kind()) {
                out.push(Violation {
                    rule: self.rule(schema_path, required.as_deref()),
                    span,
                    keyword: error.kind().keyword().to_owned(),
                    message: message(error.kind(), node, &name, required.as_deref()),
                    name,
                });
                if out.len() >= MAX_VIOLATIONS {
                    return;
                }
            }
        }
    }

    /// The rule that speaks for the constraint at `schema_path`: the innermost `x-rule`
    /// above it that names its keyword.
    fn rule(&self, schema_path: &str, required: Option<&str>) -> String {
        let keyword = schema_path.rsplit('/').next().unwrap_or("");
        let mut here = &self.source;
        let mut found = "";
        for segment in schema_path.split('/').skip(1) {
            if let Some(named) = here.get("x-rule").and_then(|rule| speaks(rule, keyword, required)) {
                found = named;
            }
            let name = segment.replace("~1", "/").replace("~0", "~");
            let next = here.get(&name).or_else(|| name.parse::<usize>().ok().and_then(|i| here.get(i)));
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        found.to_owned()
    }
}

/// Definitions that interactions are validated against.
const PARTS: [&str; 6] = [
    "interaction",
    "message",
    "synchronousHttp",
    "asynchronousMessage",
    "synchronousMessage",
    "untypedInteraction",
];

fn speaks<'v>(rule: &'v Value, keyword: &str, required: Option<&str>) -> Option<&'v str> {
    match rule {
        Value::String(name) => Some(name),
        Value::Object(map) => match map.get(keyword)? {
            Value::String(name) => Some(name),
            Value::Object(by_key) => {
                required.and_then(|key| by_key.get(key)).or_else(|| by_key.get("*"))?.as_str()
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is wrong with one interaction, by the schema of its kind.
pub fn schema_violations(schemas: &Schemas, root: Cursor<'_>, it: &Interaction) -> Vec<Violation> {
    let typed = schemas.source.pointer("/definitions/synchronousHttp").is_some();
    let name = match (typed, it.kind, it.section) {
        (false, _, Section::Messages) => "message",
        (false, ..) => "interaction",
        (true, InteractionKind::Http, _) => "synchronousHttp",
        (true, InteractionKind::Message, _) if it.type_node.is_some() => "asynchronousMessage",
        (true, InteractionKind::SyncMessage, _) => "synchronousMessage",
        (true, ..) => "untypedInteraction",
    };
    let mut out = Vec::new();
    let index = PARTS.iter().position(|known| *known == name);
    if let Some((index, validator)) = index.and_then(|index| Some((index, schemas.part(index)?))) {
        // Far apart enough for an address to stand for each of its parts.
        let schema = std::ptr::from_ref(schemas).addr() + index;
        if !shape::is_valid(schema, root, it, || validator.is_valid(Item::Tree(root))) {
            schemas.collect(validator, root, &mut out);
        }
    }
    for part in &it.parts {
        if out.len() < MAX_VIOLATIONS {
            schemas.group_violations(root, part, &mut out);
        }
    }
    out
}

/// Where a violation is to be shown: span, name of the place, and the key that is missing.
fn places(node: Cursor<'_>, kind: &ValidationErrorKind) -> Vec<(Span, String, Option<String>)> {
    let name = node.key().map_or_else(String::new, |key| key.name().into_owned());
    match kind {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let unexpected: FxHashSet<&str> = unexpected.iter().map(String::as_str).collect();
            node.members()
                .filter(|member| unexpected.contains(&*member.key.name()))
                .take(MAX_VIOLATIONS)
                .map(|member| (member.key.span(), member.key.name().into_owned(), None))
                .collect()
        }
        ValidationErrorKind::Required { property } => {
            let missing = property.as_str().unwrap_or_default().to_owned();
            vec![(head(node), name, Some(missing))]
        }
        _ => vec![(if node.is_container() { head(node) } else { node.span() }, name, None)],
    }
}

/// What stands for a container: its key, or its opening bracket.
fn head(node: Cursor<'_>) -> Span {
    match node.key() {
        Some(key) => key.span(),
        None => Span::new(node.span().start, (node.span().start + 1).min(node.span().end)),
    }
}

fn message(kind: &ValidationErrorKind, node: Cursor<'_>, name: &str, required: Option<&str>) -> String {
    let subject = if name.is_empty() { "This value".to_owned() } else { format!("'{name}'") };
    match kind {
        ValidationErrorKind::AdditionalProperties { .. } => format!("Unknown key '{name}' is ignored"),
        ValidationErrorKind::Required { .. } => {
            let place = if name.is_empty() { String::new() } else { format!(" in '{name}'") };
            format!("'{}' is missing{place}", required.unwrap_or_default())
        }
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                jsonschema::error::TypeKind::Single(one) => in_words(&one.to_string()).to_owned(),
                jsonschema::error::TypeKind::Multiple(many) => many
                    .iter()
                    .map(|one| in_words(&one.to_string()).to_owned())
                    .collect::<Vec<_>>()
                    .join(" or "),
            };
            format!(
                "{subject} must be {wanted}, not {}: the official core ignores or replaces it silently",
                type_name(node)
            )
        }
        ValidationErrorKind::Enum { options } => format!("{subject} must be one of {options}"),
        ValidationErrorKind::Constant { expected_value } => format!("{subject} must be {expected_value}"),
        ValidationErrorKind::Minimum { limit } => format!("{subject} must be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("{subject} must be at most {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("{subject} must be less than {limit}"),
        ValidationErrorKind::MinItems { limit } => format!("{subject} needs at least {limit} item(s)"),
        ValidationErrorKind::MaxItems { .. } => format!("{subject} is ignored here"),
        ValidationErrorKind::MinLength { .. } => format!("{subject} must not be empty"),
        ValidationErrorKind::Not { .. } | ValidationErrorKind::FalseSchema => {
            format!("{subject} is not allowed here")
        }
        _ => format!("{subject} does not have the form it should have"),
    }
}

/// A type of JSON Schema as one says it.
fn in_words(name: &str) -> &str {
    match name {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        other => other,
    }
}

fn type_name(node: Cursor<'_>) -> &'static str {
    match node.kind() {
        Kind::Object => "an object",
        Kind::Array => "a list",
        Kind::String | Kind::Key => "a text",
        Kind::Number => "a number",
        Kind::True | Kind::False => "a boolean",
        _ => "null",
    }
}

/// Our tree as the validator sees it.
struct Arena;

/// A node of the tree, or a key handed in as text.
#[derive(Clone, Copy)]
enum Item<'a> {
    Tree(Cursor<'a>),
    Text(&'a str),
}

#[derive(Clone, Copy)]
struct ObjectOf<'a>(Cursor<'a>);

#[derive(Clone, Copy)]
struct ArrayOf<'a>(Cursor<'a>);

impl Json for Arena {
    type Node<'a> = Item<'a>;
    type PreparedKey = String;
    type StringBuffer = ();
    const KEYS_PER_LOOKUP: usize = 64;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(_: &mut (), text: &str, f: impl FnOnce(Item<'_>) -> T) -> T {
        f(Item::Text(text))
    }
}

/// Members by name, those without a value left out.
struct NamedItems<'a>(Members<'a>);

struct Items<'a>(Elements<'a>);

impl<'a> Iterator for NamedItems<'a> {
    type Item = (Cow<'a, str>, Item<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.find_map(|member| Some((member.key.name(), Item::Tree(member.value?))))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.0.next().map(Item::Tree)
    }
}

impl<'a> Object<'a, Arena> for ObjectOf<'a> {
    type Node = Item<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = NamedItems<'a>;

    fn len(&self) -> usize {
        self.members().count()
    }

    fn get(&self, key: &String) -> Option<Item<'a>> {
        self.0.get(key).map(Item::Tree)
    }

    fn members(&self) -> Self::MembersIter {
        NamedItems(self.0.members())
    }
}

impl<'a> Array<'a, Arena> for ArrayOf<'a> {
    type Node = Item<'a>;
    type ElementsIter = Items<'a>;

    fn len(&self) -> usize {
        self.0.elements().count()
    }

    fn elements(&self) -> Self::ElementsIter {
        Items(self.0.elements())
    }
}

impl<'a> Node<'a, Arena> for Item<'a> {
    type Object = ObjectOf<'a>;
    type Array = ArrayOf<'a>;
    type Number = serde_json::Number;

    fn as_object(&self) -> Option<ObjectOf<'a>> {
        match self {
            Item::Tree(cursor) if cursor.is_object() => Some(ObjectOf(*cursor)),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<ArrayOf<'a>> {
        match self {
            Item::Tree(cursor) if cursor.is_array() => Some(ArrayOf(*cursor)),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Item::Text(text) => Some(Cow::Borrowed(text)),
            Item::Tree(cursor) => cursor.as_str(),
        }
    }

    fn as_number(&self) -> Option<serde_json::Number> {
        match self {
            Item::Tree(cursor) if cursor.kind() == Kind::Number => serde_json::from_str(cursor.raw()).ok(),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Item::Tree(cursor) => cursor.as_bool(),
            Item::Text(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }

    fn is_number(&self) -> bool {
        self.json_type() == JsonType::Number
    }

    fn json_type(&self) -> JsonType {
        match self {
            Item::Text(_) => JsonType::String,
            Item::Tree(cursor) => match cursor.kind() {
                Kind::Object => JsonType::Object,
                Kind::Array => JsonType::Array,
                Kind::String | Kind::Key => JsonType::String,
                Kind::Number => JsonType::Number,
                Kind::True | Kind::False => JsonType::Boolean,
                _ => JsonType::Null,
            },
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self {
            Item::Text(text) => Value::from(*text),
            // Only ever put into messages of the validator, which are not shown.
            Item::Tree(cursor) if cursor.is_container() => Value::Null,
            Item::Tree(cursor) => cursor.to_value().unwrap_or_default(),
        })
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self, expected) {
            (Item::Text(text), Value::String(expected)) => *text == expected.as_str(),
            (Item::Text(_), _) => false,
            (Item::Tree(cursor), _) => match expected {
                Value::String(expected) => cursor.as_str().is_some_and(|text| text == expected.as_str()),
                _ => cursor.to_value().as_ref() == Some(expected),
            },
        }
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Item::Text(text) => Some(NodeIdentity::new(text.as_ptr() as usize)),
            Item::Tree(cursor) => {
                Some(NodeIdentity::tagged(cursor.text().as_ptr() as usize, cursor.id().0 + 1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lower;
    use crate::syntax::parse;

    fn violations(text: &str) -> Vec<(String, String)> {
        let tree = parse(text);
        let root = tree.root(text).expect("there is a root");
        let it = lower(root, Section::Interactions, Version::V4);
        schema_violations(Schemas::of(Version::V4), root, &it)
            .into_iter()
            .map(|v| (v.rule, v.span.of(text).to_owned()))
            .collect()
    }

    #[test]
    fn violations_carry_rule_and_place() {
        let found = violations(
            r#"{"type": "Synchronous/HTTP", "description": "d", "pending": "yes", "extra": 1,
                "request": {"method": "GET", "path": "/"}, "response": {"status": "200"}}"#,
        );
        let found: Vec<_> = found.iter().map(|(r, s)| (r.as_str(), s.as_str())).collect();
        assert!(found.contains(&("wrong-value-type", "\"yes\"")), "{found:?}");
        assert!(found.contains(&("unknown-key", "\"extra\"")), "{found:?}");
        assert!(found.contains(&("status-not-integer", "\"200\"")), "{found:?}");
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn all_schemas_compile() {
        for version in [Version::V1, Version::V1_1, Version::V2, Version::V3, Version::V4] {
            let schemas = Schemas::of(version);
            assert!((0..PARTS.len()).any(|part| schemas.part(part).is_some()));
            assert!(schemas.group().is_some());
        }
    }
}
