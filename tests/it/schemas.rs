//! Our schemas: every constraint has a rule that speaks for it, every property a
//! description.

use std::fs;

use pactlens::rules::find;
use serde_json::Value;

use crate::common::{json_files, root};

const CONSTRAINTS: &[&str] = &[
    "type",
    "enum",
    "const",
    "required",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "not",
];

struct Walk {
    file: String,
    problems: Vec<String>,
    constraints: usize,
}

impl Walk {
    /// `inherited` is the nearest `x-rule` above.
    fn schema(&mut self, at: &str, schema: &Value, inherited: &Value) {
        let Some(map) = schema.as_object() else { return };
        let own = map.get("x-rule").unwrap_or(inherited);
        for banned in ["anyOf", "oneOf"] {
            if map.contains_key(banned) {
                self.problems.push(format!("{} {at}: {banned} gives errors nobody can read", self.file));
            }
        }
        for (keyword, value) in map {
            let closed = keyword == "additionalProperties" && *value == Value::Bool(false);
            if CONSTRAINTS.contains(&keyword.as_str()) || closed {
                self.constraints += 1;
                self.constraint(&format!("{at}/{keyword}"), keyword, value, own, inherited);
            }
        }
        for (keyword, value) in map {
            let here = format!("{at}/{keyword}");
            match (keyword.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        let bare = property.is_object() && property.get("description").is_none();
                        if bare
                            && property.get("$ref").is_none()
                            && !here.contains("/then/")
                            && !here.contains("/else/")
                        {
                            self.problems.push(format!("{} {here}/{name}: no description", self.file));
                        }
                        self.schema(&format!("{here}/{name}"), property, own);
                    }
                }
                ("patternProperties" | "definitions", Value::Object(schemas)) => {
                    for (name, schema) in schemas {
                        self.schema(&format!("{here}/{name}"), schema, own);
                    }
                }
                ("allOf", Value::Array(schemas)) => {
                    for (index, schema) in schemas.iter().enumerate() {
                        self.schema(&format!("{here}/{index}"), schema, own);
                    }
                }
                ("items" | "additionalProperties" | "then" | "else", _) => self.schema(&here, value, own),
                _ => {}
            }
        }
    }

    fn constraint(&mut self, at: &str, keyword: &str, value: &Value, own: &Value, inherited: &Value) {
        let named: Vec<&str> =
            [own, inherited].iter().find_map(|rule| names(rule, keyword, value)).unwrap_or_default();
        if named.is_empty() {
            self.problems.push(format!("{} {at}: no rule speaks for it", self.file));
        }
        for name in named {
            if find(name).is_none() {
                self.problems.push(format!("{} {at}: '{name}' is no rule", self.file));
            }
        }
    }
}

/// The rules that `rule` names for a keyword.
fn names<'v>(rule: &'v Value, keyword: &str, value: &Value) -> Option<Vec<&'v str>> {
    match rule {
        Value::String(name) => Some(vec![name]),
        Value::Object(map) => match map.get(keyword)? {
            Value::String(name) => Some(vec![name]),
            Value::Object(by_key) => value
                .as_array()?
                .iter()
                .map(|key| by_key.get(key.as_str()?).or_else(|| by_key.get("*"))?.as_str())
                .collect(),
            _ => None,
        },
        _ => None,
    }
}

fn walk(file: &str, schema: &Value) -> Walk {
    let mut walk = Walk { file: file.to_owned(), problems: Vec::new(), constraints: 0 };
    walk.schema("", schema, &Value::Null);
    walk
}

#[test]
fn every_constraint_has_a_rule_and_every_property_a_description() {
    let mut seen = 0;
    for path in json_files(&root().join("schemas/pact")) {
        let schema: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let walk = walk(&path.file_name().unwrap().to_string_lossy(), &schema);
        assert!(walk.problems.is_empty(), "{:#?}", walk.problems);
        assert!(walk.constraints > 30, "{}: {} constraints", walk.file, walk.constraints);
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[test]
fn an_unannotated_constraint_is_caught() {
    let schema =
        serde_json::json!({"properties": {"a": {"type": "string"}}, "x-rule": {"required": "unknown-key"}});
    assert_eq!(walk("x", &schema).problems.len(), 2, "no description and no rule");
    let schema = serde_json::json!({"type": "object", "x-rule": "no-such-rule"});
    assert_eq!(walk("x", &schema).problems.len(), 1);
}
