//! The shape of an interaction: what of it a schema looks at.
//!
//! Interactions of one file are alike. Where two have the same shape, one validation is enough.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use crate::model::keep::keeps;
use crate::model::{Body, BodyShape, Category, Interaction, RuleStyle, StatesStyle};
use crate::syntax::{Cursor, Kind, NodeId};

/// Longer ones are not worth keeping.
const MAX_LEN: usize = 2_048;

/// So many are kept.
const MAX_SHAPES: usize = 512;

/// One shape, as bytes.
type Shape = Box<[u8]>;

thread_local! {
    /// Shapes of valid interactions, each after what it is valid by; and room to write one.
    static VALID: RefCell<(FxHashSet<Shape>, Vec<u8>)> = RefCell::default();
}

/// Whether an interaction is valid by a schema; asked only if none of its shape was before.
pub(super) fn is_valid(
    schema: usize,
    root: Cursor<'_>,
    it: &Interaction,
    validate: impl FnOnce() -> bool,
) -> bool {
    VALID.with_borrow_mut(|(known, room)| {
        room.clear();
        room.extend_from_slice(&schema.to_ne_bytes());
        if !shape(root, it, room) {
            return validate();
        }
        if known.contains(&room[..]) {
            return true;
        }
        let valid = validate();
        if valid && keeps() {
            if known.len() >= MAX_SHAPES {
                known.clear();
            }
            known.insert(room[..].into());
        }
        valid
    })
}

/// Writes the shape of an interaction: the schemas say the same of two with the same shape.
/// `false` if it is too long to be of use.
///
/// Whole values are part of it, but for those of which the schemas know the kind alone; a test
/// holds the schemas to that.
fn shape(root: Cursor<'_>, it: &Interaction, out: &mut Vec<u8>) -> bool {
    let mut writer = Writer { loose: Vec::with_capacity(8), categories: Vec::new(), out };
    writer.loose.extend(it.description.filter(|id| is_filled(root.at(*id))));
    if let Some((_, StatesStyle::List)) = it.states_node {
        writer.loose.extend(it.states.iter().flat_map(|state| [state.name, state.params]).flatten());
    }
    for part in &it.parts {
        writer.loose.extend(part.path);
        writer.loose.extend(part.body.as_ref().and_then(free));
        let rules = part.rules.as_ref().filter(|rules| rules.style == RuleStyle::V3);
        for key in rules.into_iter().flat_map(|rules| &rules.categories).map(|id| root.at(*id)) {
            if key.is_named(Category::Body.name()) {
                writer.categories.extend(key.value().map(Cursor::id));
            }
        }
    }
    writer.write(root)
}

/// Whether a text has something other than blanks in it, beyond doubt.
fn is_filled(text: Cursor<'_>) -> bool {
    let raw = text.raw();
    text.is_string() && !raw.contains('\\') && raw.bytes().any(|b| b.is_ascii_alphanumeric())
}

/// The value of a body that may be anything.
fn free(body: &Body) -> Option<NodeId> {
    matches!(body.shape, BodyShape::Inline | BodyShape::Wrapped).then(|| body.example())?
}

struct Writer<'o> {
    /// Values of which the kind is enough.
    loose: Vec<NodeId>,
    /// Rules of bodies, by path: each is validated by itself.
    categories: Vec<NodeId>,
    out: &'o mut Vec<u8>,
}

impl Writer<'_> {
    fn write(&mut self, node: Cursor<'_>) -> bool {
        let kind = node.kind();
        self.out.push(kind as u8);
        if self.loose.contains(&node.id()) {
            return true;
        }
        match kind {
            Kind::Object => {
                let by_path = self.categories.contains(&node.id());
                for member in node.members() {
                    let key = member.key.raw();
                    if by_path && key.starts_with("\"$") {
                        continue;
                    }
                    self.out.extend_from_slice(key.as_bytes());
                    // A key without a value is as good as none, and yet another shape.
                    let fits = member.value.is_none_or(|value| self.write(value));
                    if !fits {
                        return false;
                    }
                }
                self.out.push(b'}');
            }
            Kind::Array => {
                if !node.elements().all(|item| self.write(item)) {
                    return false;
                }
                self.out.push(b']');
            }
            Kind::String | Kind::Number => {
                self.out.extend_from_slice(node.raw().as_bytes());
                self.out.push(0);
            }
            Kind::True | Kind::False | Kind::Null => {}
            _ => return false,
        }
        self.out.len() <= MAX_LEN
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::model::{Section, Version, lower};
    use crate::syntax::parse;

    fn shape_of(text: &str, version: Version) -> Vec<u8> {
        let tree = parse(text);
        let root = tree.root(text).expect("there is a root");
        let mut out = Vec::new();
        assert!(shape(root, &lower(root, Section::Interactions, version), &mut out));
        out
    }

    #[test]
    fn alike_are_interactions_that_differ_in_free_values() {
        let text = |description, path, body: &str, rules: &str, status: &str| {
            format!(
                r#"{{"type": "Synchronous/HTTP", "description": {description}, "providerStates": [{{"name": {path}, "params": {{"p": {path}}}}}],
                "request": {{"method": "GET", "path": {path}}}, "response": {{"status": {status},
                "body": {{"content": {body}}}, "matchingRules": {{"body": {{{rules}}}}}}}}}"#
            )
        };
        let one = shape_of(&text("\"a\"", "\"/1\"", r#"{"a": [1]}"#, "", "200"), Version::V4);
        let other = text("\"b\"", "\"/2\"", r#"{"b": "x"}"#, r#""$.b": {"matchers": []}"#, "200");
        assert_eq!(one, shape_of(&other, Version::V4));
        for different in [
            text("\" \"", "\"/1\"", "{}", "", "200"),
            text("\"a\"", "1", "{}", "", "200"),
            text("\"a\"", "\"/1\"", "null", "", "200"),
            text("\"a\"", "\"/1\"", "{}", r#""matchers": []"#, "200"),
            text("\"a\"", "\"/1\"", "{}", "", "700"),
        ] {
            assert_ne!(one, shape_of(&different, Version::V4), "{different}");
        }
    }

    #[test]
    fn schemas_say_no_more_of_free_values_than_their_kind() {
        const FREE: [(&[&str], &str); 6] = [
            (&["request"], "path"),
            (&["providerState"], "name"),
            (&["providerState"], "params"),
            (&["message"], "contents"),
            (&["body"], "content"),
            (
                &["interaction", "message", "synchronousHttp", "asynchronousMessage", "synchronousMessage"],
                "description",
            ),
        ];
        for (file, text) in [
            ("v1", include_str!("../../schemas/pact/v1.schema.json")),
            ("v1.1", include_str!("../../schemas/pact/v1.1.schema.json")),
            ("v2", include_str!("../../schemas/pact/v2.schema.json")),
            ("v3", include_str!("../../schemas/pact/v3.schema.json")),
            ("v4", include_str!("../../schemas/pact/v4.schema.json")),
        ] {
            let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
            let only = |places: &[&str], name: &str, allowed: &[&str]| {
                for place in places {
                    let found = schema.pointer(&format!("/definitions/{place}/properties/{name}"));
                    let mut keys = found.and_then(Value::as_object).into_iter().flat_map(|one| one.keys());
                    let odd = keys.find(|key| {
                        !["description", "x-rule"].contains(&key.as_str()) && !allowed.contains(&key.as_str())
                    });
                    assert_eq!(odd, None, "{file}: {place}: {name}");
                }
            };
            for (places, name) in FREE {
                let pattern = if name == "description" { "pattern" } else { "type" };
                only(places, name, &["type", pattern]);
            }
            if file != "v4" {
                only(&["request", "response"], "body", &[]);
            }
            let category = schema.pointer("/definitions/category");
            let of_path = r##"{"additionalProperties":{"$ref":"#/definitions/ruleGroup"}}"##;
            let rest = category.and_then(|c| c.pointer("/else/else")).map(Value::to_string);
            assert!(category.is_none() || rest.as_deref() == Some(of_path), "{file}: {rest:?}");
        }
    }
}
