//! Responses with a part taken away: does anybody notice?

use crate::runner::engine::Side;
use crate::runner::mock::index::Index;
use crate::runner::wire::Response;
use crate::syntax::{Cursor, Editor, Kind as Node, parse};
use crate::text::{TextEdit, apply_edits};

/// So many fields of one response are looked at.
const MOST_FIELDS: usize = 500;
/// Fields deeper than this are not looked for.
const DEEPEST: usize = 32;

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is left out.
    Dropped,
    /// It is `null`.
    Nulled,
}

/// A change of the response of one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The field.
    pub field: Field,
    /// What is done to it.
    pub kind: Kind,
}

/// A member of the JSON body of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The entry of the index.
    pub entry: usize,
    /// The keys that lead to it; `None` stands for every element of an array.
    pub path: Vec<Option<String>>,
    /// Whether a matching rule governs it.
    pub is_ruled: bool,
}

impl Field {
    /// The field as a path expression.
    pub fn expression(&self) -> String {
        let mut out = "$".to_owned();
        for step in &self.path {
            match step {
                None => out.push_str("[*]"),
                Some(key) if key.chars().all(|it| it.is_alphanumeric() || it == '_') => {
                    out.extend([".", key]);
                }
                Some(key) => out.extend(["['", key, "']"]),
            }
        }
        out
    }

    /// Whether it is part of another, which it has to be without if that is taken away.
    pub fn is_below(&self, other: &Field) -> bool {
        self.entry == other.entry && self.path.len() > other.path.len() && self.path.starts_with(&other.path)
    }
}

impl Index {
    /// The fields of the response of an entry, each before those that are part of it. None where
    /// the body is not JSON.
    pub fn fields(&self, number: usize) -> Vec<Field> {
        let Some(entry) = self.entries.get(number) else { return Vec::new() };
        let body = match self.ready(entry) {
            Some(ready) => ready.body.clone(),
            None => match entry.subject.response(Side::Consumer, &serde_json::Map::new()) {
                Ok(response) => response.body,
                Err(_) => return Vec::new(),
            },
        };
        let Ok(text) = std::str::from_utf8(&body) else { return Vec::new() };
        let tree = parse(text);
        let mut out = Vec::new();
        if let (true, Some(root)) = (tree.errors.is_empty(), tree.root(text)) {
            let mut path = Vec::new();
            collect(root, &mut path, &mut |path: &[Option<String>]| {
                let is_known = out.iter().any(|field: &Field| field.path == path);
                if !is_known && out.len() < MOST_FIELDS {
                    let example: Vec<&str> = path.iter().map(|step| step.as_deref().unwrap_or("0")).collect();
                    let is_ruled = entry.subject.is_response_ruled(&example);
                    out.push(Field { entry: number, path: path.to_vec(), is_ruled });
                }
            });
        }
        out
    }
}

fn collect(value: Cursor<'_>, path: &mut Vec<Option<String>>, tell: &mut impl FnMut(&[Option<String>])) {
    if path.len() > DEEPEST {
        return;
    }
    match value.kind() {
        Node::Object => {
            for member in value.members() {
                path.push(Some(member.key.name().into_owned()));
                tell(path);
                if let Some(value) = member.value {
                    collect(value, path, tell);
                }
                path.pop();
            }
        }
        Node::Array => {
            path.push(None);
            value.elements().for_each(|element| collect(element, path, tell));
            path.pop();
        }
        _ => {}
    }
}

impl Mutation {
    /// The response without the field, every other byte as it was; untouched where the body is
    /// no JSON.
    pub(super) fn apply(&self, mut response: Response) -> Response {
        let changed = std::str::from_utf8(&response.body).ok().and_then(|text| self.change(text));
        if let Some(changed) = changed {
            response.body = changed.into();
        }
        response
    }

    fn change(&self, text: &str) -> Option<String> {
        let tree = parse(text);
        let root = tree.root(text).filter(|_| tree.errors.is_empty())?;
        let mut edits = Vec::new();
        self.edits(root, root, &self.field.path, &mut edits);
        apply_edits(text, &edits)
    }

    fn edits(&self, root: Cursor<'_>, value: Cursor<'_>, path: &[Option<String>], out: &mut Vec<TextEdit>) {
        match path {
            [Some(name)] => {
                let named = value.members().filter(|member| member.key.name() == *name).last();
                let Some(member) = named else { return };
                match (self.kind, member.value) {
                    (Kind::Dropped, _) => out.push(Editor::new(root).remove(member.key)),
                    (Kind::Nulled, Some(value)) => out.push(TextEdit::replace(value.span(), "null")),
                    (Kind::Nulled, None) => {}
                }
            }
            [Some(name), rest @ ..] => {
                if let Some(value) = value.get(name) {
                    self.edits(root, value, rest, out);
                }
            }
            [None, rest @ ..] => value.elements().for_each(|element| self.edits(root, element, rest, out)),
            [] => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_field_is_changed() {
        let change = |path: &[Option<&str>], kind: Kind, text: &str| {
            let path = path.iter().map(|step| step.map(str::to_owned)).collect();
            Mutation { field: Field { entry: 0, path, is_ruled: false }, kind }.change(text).unwrap()
        };
        let text = r#"{"a": 1.0, "items": [{"b": 1, "c": 12345678901234567890123}, {"c": 2, "b": 3}, 4]}"#;
        assert_eq!(
            change(&[Some("items"), None, Some("b")], Kind::Dropped, text),
            r#"{"a": 1.0, "items": [{"c": 12345678901234567890123}, {"c": 2}, 4]}"#
        );
        assert_eq!(
            change(&[Some("a")], Kind::Nulled, text),
            r#"{"a": null, "items": [{"b": 1, "c": 12345678901234567890123}, {"c": 2, "b": 3}, 4]}"#
        );
    }
}
