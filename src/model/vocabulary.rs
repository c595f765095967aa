//! What may stand where in a pact, and what it means, read from the schemas.

use serde_json::Value;

use crate::model::{Schemas, Section, Version};
use crate::syntax::Cursor;

/// How many schemas may hold for one place; the schemas here come nowhere near.
const MOST: usize = 64;

/// The words of one version of the specification.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    schema: &'static Value,
}

/// A word and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The key, or the value.
    pub name: &'static str,
    /// What it means; empty where nothing is said.
    pub meaning: &'static str,
    /// For a key: the kind of value it takes first (`string`, `object`, ...), where there is one.
    pub takes: &'static str,
}

impl Vocabulary {
    /// That of a version.
    pub fn of(version: Version) -> Vocabulary {
        Vocabulary { schema: Schemas::of(version).source() }
    }

    /// The keys that the object at the end of `path` may have, in the order of the schema.
    /// `path` leads there from the root of the file, or of an element of `section`, both
    /// ends included.
    pub fn keys(&self, section: Option<Section>, path: &[Cursor<'_>]) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        for schema in self.schemas(section, path) {
            for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if member.get("not").is_none() && words.iter().all(|word| word.name != name) {
                    words.push(self.word(name, member));
                }
            }
        }
        words
    }

    /// The values that the schema names for the value under `key` of the object at the end of
    /// `path`.
    pub fn values(&self, section: Option<Section>, path: &[Cursor<'_>], key: &str) -> Vec<Word> {
        let mut here = Vec::new();
        for schema in self.schemas(section, path) {
            if let Some(child) = child(schema, key) {
                self.expand(child, None, &mut here);
            }
        }
        let mut words: Vec<Word> = Vec::new();
        for schema in here {
            for (name, meaning) in schema.get("x-values").and_then(Value::as_object).into_iter().flatten() {
                if words.iter().all(|word| word.name != name) {
                    words.push(Word { name, meaning: meaning.as_str().unwrap_or_default(), takes: "" });
                }
            }
        }
        words
    }

    fn word(&self, name: &'static str, member: &'static Value) -> Word {
        let mut schemas = Vec::new();
        self.expand(member, None, &mut schemas);
        let takes = schemas.iter().find_map(|schema| match schema.get("type")? {
            Value::String(one) => Some(one.as_str()),
            several => several.get(0)?.as_str(),
        });
        let meaning = self.description(member).unwrap_or_default();
        Word { name, meaning, takes: takes.unwrap_or_default() }
    }

    fn description(&self, schema: &'static Value) -> Option<&'static str> {
        let own = schema.get("description").and_then(Value::as_str);
        own.or_else(|| self.referred(schema)?.get("description")?.as_str())
    }

    fn referred(&self, schema: &Value) -> Option<&'static Value> {
        self.schema.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
    }

    /// The schemas that hold for the value at the end of `path`.
    fn schemas(&self, section: Option<Section>, path: &[Cursor<'_>]) -> Vec<&'static Value> {
        let items = |section: Section| self.schema.get("properties")?.get(section.name())?.get("items");
        let start = section.map_or(Some(self.schema), items);
        let (Some(start), Some(first)) = (start, path.first()) else { return Vec::new() };
        let mut here = Vec::new();
        self.expand(start, Some(*first), &mut here);
        for step in &path[1..] {
            let key = step.key().map(|key| key.name());
            let mut next = Vec::new();
            for schema in &here {
                let child = match &key {
                    Some(key) => child(schema, key),
                    None => schema.get("items"),
                };
                if let Some(child) = child {
                    self.expand(child, Some(*step), &mut next);
                }
            }
            here = next;
        }
        here
    }

    /// A schema and those that it stands for, as far as they hold for `node`.
    fn expand(&self, schema: &'static Value, node: Option<Cursor<'_>>, out: &mut Vec<&'static Value>) {
        if out.len() >= MOST {
            return;
        }
        out.push(schema);
        if let Some(referred) = self.referred(schema) {
            self.expand(referred, node, out);
        }
        for several in ["allOf", "anyOf", "oneOf"] {
            for one in schema.get(several).and_then(Value::as_array).into_iter().flatten() {
                self.expand(one, node, out);
            }
        }
        if let Some(condition) = schema.get("if") {
            let holds = node.filter(|node| is_named(schema, *node)).and_then(|node| holds(condition, node));
            let branches = [("then", holds != Some(false)), ("else", holds != Some(true))];
            for (branch, _) in branches.iter().filter(|(_, taken)| *taken) {
                if let Some(branch) = schema.get(branch) {
                    self.expand(branch, node, out);
                }
            }
        }
    }
}

/// The schema for the value under `key`.
fn child(schema: &'static Value, key: &str) -> Option<&'static Value> {
    let named = schema.get("properties").and_then(|properties| properties.get(key));
    // The only patterns here are those of paths, which tell their parts apart and nothing else.
    let patterned = || schema.get("patternProperties")?.as_object()?.values().next();
    named
        .or_else(|| schema.get("additionalProperties").filter(|more| more.is_object()))
        .or_else(|| patterned().filter(|_| key.starts_with('$')))
}

/// Whether a value that tells kinds of objects apart is that of one of them, where there are
/// several: one that is misspelt may become any, as if it were not there.
fn is_named(schema: &Value, node: Cursor<'_>) -> bool {
    if schema.get("else").is_none() {
        return true;
    }
    let mut each = std::iter::successors(Some(schema), |schema| schema.get("else"));
    each.any(|schema| schema.get("if").and_then(|condition| holds(condition, node)) == Some(true))
}

/// Whether a condition on a constant member, the only kind that tells interactions apart,
/// holds for `node`; `None` for any other condition, and where the member is not there yet.
fn holds(condition: &Value, node: Cursor<'_>) -> Option<bool> {
    let properties = condition.get("properties")?.as_object()?;
    let mut all = true;
    for (key, value) in properties {
        let wanted = value.get("const")?.as_str()?;
        all &= node.get(key)?.as_str().as_deref() == Some(wanted);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn names(words: &[Word]) -> Vec<String> {
        words.iter().map(|word| word.name.to_owned()).collect()
    }

    #[test]
    fn keys_depend_on_version_and_place() {
        let text = r#"{"type": "Synchronous/Messages", "request": {}}"#;
        let tree = parse(text);
        let root = tree.root(text).expect("a root");
        let v4 = Vocabulary::of(Version::V4);
        let keys = names(&v4.keys(Some(Section::Interactions), &[root]));
        assert!(keys.contains(&"pending".to_owned()) && !keys.contains(&"consumer".to_owned()), "{keys:?}");
        let request = root.get("request").expect("a request");
        let keys = names(&v4.keys(Some(Section::Interactions), &[root, request]));
        assert!(keys.contains(&"contents".to_owned()) && !keys.contains(&"method".to_owned()), "{keys:?}");
        let v3 = Vocabulary::of(Version::V3);
        let keys = names(&v3.keys(Some(Section::Interactions), &[root, request]));
        assert!(keys.contains(&"method".to_owned()) && !keys.contains(&"contents".to_owned()), "{keys:?}");
        let keys = names(&v3.keys(None, &[root]));
        assert!(keys.contains(&"consumer".to_owned()), "{keys:?}");
    }

    #[test]
    fn what_has_no_type_yet_may_become_any() {
        let text = r#"{"description": "d", "request": {}}"#;
        let tree = parse(text);
        let root = tree.root(text).expect("a root");
        let v4 = Vocabulary::of(Version::V4);
        let keys = names(&v4.keys(Some(Section::Interactions), &[root]));
        for key in ["type", "request", "response", "contents", "metadata"] {
            assert!(keys.contains(&key.to_owned()), "{keys:?}");
        }
        let request = root.get("request").expect("a request");
        let keys = names(&v4.keys(Some(Section::Interactions), &[root, request]));
        assert!(keys.contains(&"method".to_owned()) && keys.contains(&"contents".to_owned()), "{keys:?}");
    }

    #[test]
    fn a_type_that_is_misspelt_may_become_any() {
        let v4 = Vocabulary::of(Version::V4);
        let keys = |kind: &str| {
            let text = format!(r#"{{"type": "{kind}", "request": {{}}}}"#);
            let tree = parse(&text);
            let root = tree.root(&text).expect("a root");
            let request = root.get("request").expect("a request");
            [vec![root], vec![root, request]].map(|path| names(&v4.keys(Some(Section::Interactions), &path)))
        };
        let [root, request] = keys("Synchronous/HTP");
        for key in ["request", "contents"] {
            assert!(root.contains(&key.to_owned()), "{root:?}");
        }
        assert!(request.contains(&"method".to_owned()), "{request:?}");
        let [root, request] = keys("Synchronous/HTTP");
        assert!(!root.contains(&"contents".to_owned()) && !request.contains(&"contents".to_owned()));
        let [root, _] = keys("Asynchronous/Messages");
        assert!(root.contains(&"contents".to_owned()) && !root.contains(&"request".to_owned()), "{root:?}");
    }

    #[test]
    fn every_key_means_something_in_every_version() {
        let text = "{}";
        let tree = parse(text);
        let root = tree.root(text).expect("a root");
        for version in [Version::V1, Version::V1_1, Version::V2, Version::V3, Version::V4] {
            for section in [None, Some(Section::Interactions)] {
                let words = Vocabulary::of(version).keys(section, &[root]);
                assert!(words.len() >= 3, "{version:?} {section:?}");
                let silent = words.iter().filter(|word| word.meaning.is_empty());
                assert_eq!(silent.count(), 0, "{version:?} {section:?}");
            }
        }
    }

    #[test]
    fn values_are_those_of_the_schema() {
        let text = r#"{"type": "", "request": {"method": ""}}"#;
        let tree = parse(text);
        let root = tree.root(text).expect("a root");
        let v4 = Vocabulary::of(Version::V4);
        assert_eq!(v4.values(Some(Section::Interactions), &[root], "type").len(), 3);
        let request = root.get("request").expect("a request");
        let v3 = Vocabulary::of(Version::V3);
        let methods = names(&v3.values(Some(Section::Interactions), &[root, request], "method"));
        assert!(methods.contains(&"PATCH".to_owned()), "{methods:?}");
    }
}
