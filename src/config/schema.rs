//! The JSON schema of `pactlens.toml`, made from what the reader knows.

use serde_json::{Map, Value, json};

use crate::config::Dsl;
use crate::config::file::{
    CONSUMER_KEYS, FailOn, Generated, Key, MOCK_KEYS, OVERRIDE_KEYS, ROOT_KEYS, RULE_KEYS, RuleLevel,
    STATES_KEYS, VERIFY_KEYS,
};
use crate::model::regex::Target;
use crate::rules::{ALL, Meta, OptionKind, Preset, groups};

/// The schema, in draft 7, for editors that complete and check TOML by one.
pub fn schema() -> Value {
    let mut root = object(&ROOT_KEYS, of_root);
    let definitions = json!({
        "level": { "enum": names(&RuleLevel::ALL) },
        "texts": { "type": "array", "items": { "type": "string" } },
        "oneOrMore": {
            "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
        },
        "dsl": {
            "enum": std::iter::once("auto").chain(Dsl::ALL.map(Dsl::name)).collect::<Vec<_>>(),
        },
        "setting": setting(&[]),
        "rules": rules(),
        "override": override_schema(),
        "consumer": object(&CONSUMER_KEYS, |_| reference("dsl")),
        "stateSources": object(&STATES_KEYS, |_| reference("texts")),
    });
    root["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    root["title"] = json!("pactlens.toml");
    root["definitions"] = definitions;
    root
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn names<T>(all: &[(&'static str, T)]) -> Vec<&'static str> {
    all.iter().map(|(name, _)| *name).collect()
}

/// A table with these keys and no others.
fn object(keys: &[Key], of: impl Fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> =
        keys.iter().map(|key| (key.name.to_owned(), described(of(key.name), key.doc))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// What stands beside a reference does not count in draft 7, so that goes one level down.
fn described(value: Value, doc: &str) -> Value {
    let mut value = if value.get("$ref").is_some() { json!({ "allOf": [value] }) } else { value };
    value["description"] = json!(doc);
    value
}

fn of_root(key: &str) -> Value {
    let preset = {
        let names: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
        json!({ "type": "string", "pattern": format!("^({})(@[0-9]+\\.[0-9]+(\\.[0-9]+)?)?$", names.join("|")) })
    };
    match key {
        "root" => json!({ "type": "boolean" }),
        "preset" => preset,
        "fail-on" => json!({ "enum": names(&FailOn::ALL) }),
        "generated" => json!({ "enum": names(&Generated::ALL) }),
        "dsl" => reference("dsl"),
        "extends" | "include" | "exclude" => reference("oneOrMore"),
        "consumers" => json!({ "type": "object", "additionalProperties": reference("consumer") }),
        "regex-targets" => {
            json!({ "type": "array", "items": { "enum": Target::ALL.map(Target::name) } })
        }
        "rules" => reference("rules"),
        "overrides" => json!({ "type": "array", "items": reference("override") }),
        "verify" => object(&VERIFY_KEYS, |_| json!({ "type": "string" })),
        "mock" => object(&MOCK_KEYS, |_| json!({ "type": "integer", "minimum": 0, "maximum": u16::MAX })),
        "states" => {
            let mut states = object(&STATES_KEYS, |_| reference("texts"));
            states["additionalProperties"] = reference("stateSources");
            states
        }
        _ => json!({ "type": "string" }),
    }
}

fn override_schema() -> Value {
    let mut schema = object(&OVERRIDE_KEYS, |key| match key {
        "rules" => reference("rules"),
        "reason" => json!({ "type": "string" }),
        // Tools show a date of TOML to a schema as a text.
        "until" => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        _ => reference("oneOrMore"),
    });
    schema["required"] = json!(["rules"]);
    schema
}

fn rules() -> Value {
    let mut properties = Map::new();
    let all = "How loud those rules are to be that are on; on turns on all of them, off turns all off.";
    for group in std::iter::once("all").chain(groups()) {
        let doc = if group == "all" {
            format!("All rules. {all}")
        } else {
            format!("The rules of the group {group}. {all}")
        };
        properties.insert(group.to_owned(), described(reference("setting"), &doc));
    }
    for meta in ALL.iter().map(|rule| &rule.meta) {
        properties.insert(meta.name.to_owned(), of_rule(meta));
    }
    let (with_options, plain): (Vec<&Meta>, Vec<&Meta>) =
        ALL.iter().map(|rule| &rule.meta).partition(|meta| !meta.options.is_empty());
    let qualified = |meta: &&Meta| format!("{}/{}", meta.group, meta.name);
    let mut patterns: Map<String, Value> =
        with_options.iter().map(|meta| (format!("^{}$", qualified(meta)), of_rule(meta))).collect();
    let plain: Vec<String> = plain.iter().map(qualified).collect();
    patterns.insert(format!("^({})$", plain.join("|")), reference("setting"));
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
        "additionalProperties": false,
    })
}

fn of_rule(meta: &Meta) -> Value {
    let options: Vec<(&str, Value)> = meta
        .options
        .iter()
        .map(|option| {
            let value = match option.kind {
                OptionKind::Number { default, least } => {
                    json!({ "type": "integer", "minimum": least, "maximum": u32::MAX, "default": default })
                }
                OptionKind::Texts => reference("texts"),
            };
            let mut doc = option.doc.to_owned();
            doc[..1].make_ascii_uppercase();
            (option.name, described(value, &format!("{doc}.")))
        })
        .collect();
    let setting = if options.is_empty() { reference("setting") } else { setting(&options) };
    described(setting, meta.summary())
}

/// A level, or a table with a level and options.
fn setting(options: &[(&str, Value)]) -> Value {
    let mut table = object(&RULE_KEYS, |_| reference("level"));
    for (name, value) in options {
        table["properties"][*name] = value.clone();
    }
    json!({ "anyOf": [reference("level"), table] })
}
