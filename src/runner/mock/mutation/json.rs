//! Bodies of JSON.

use crate::runner::mock::mutation::Kind;
use crate::syntax::{Cursor, Editor, Kind as Node, parse};
use crate::text::{TextEdit, apply_edits};

/// Members deeper than this are not looked for.
const DEEPEST: usize = 32;

/// Tells the members of a text, each before those that are part of it, some more than once.
pub(super) fn members(text: &str, tell: &mut impl FnMut(&[Option<String>])) {
    let tree = parse(text);
    if let (true, Some(root)) = (tree.errors.is_empty(), tree.root(text)) {
        collect(root, &mut Vec::new(), tell);
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

/// The text without the member, or with `null` in its place; `None` if it is no JSON.
pub(super) fn change(text: &str, path: &[Option<String>], kind: Kind) -> Option<String> {
    let tree = parse(text);
    let root = tree.root(text).filter(|_| tree.errors.is_empty())?;
    let mut out = Vec::new();
    edits(kind, root, root, path, &mut out);
    apply_edits(text, &out)
}

fn edits(kind: Kind, root: Cursor<'_>, value: Cursor<'_>, path: &[Option<String>], out: &mut Vec<TextEdit>) {
    match path {
        [Some(name)] => {
            let named = value.members().filter(|member| member.key.name() == *name).last();
            let Some(member) = named else { return };
            match (kind, member.value) {
                (Kind::Dropped, _) => out.push(Editor::new(root).remove(member.key)),
                (Kind::Emptied, Some(value)) => out.push(TextEdit::replace(value.span(), "null")),
                (Kind::Emptied, None) => {}
            }
        }
        [Some(name), rest @ ..] => {
            if let Some(value) = value.get(name) {
                edits(kind, root, value, rest, out);
            }
        }
        [None, rest @ ..] => value.elements().for_each(|element| edits(kind, root, element, rest, out)),
        [] => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_member_is_changed() {
        let change = |path: &[Option<&str>], kind: Kind, text: &str| {
            let path: Vec<_> = path.iter().map(|step| step.map(str::to_owned)).collect();
            change(text, &path, kind).unwrap()
        };
        let text = r#"{"a": 1.0, "items": [{"b": 1, "c": 12345678901234567890123}, {"c": 2, "b": 3}, 4]}"#;
        assert_eq!(
            change(&[Some("items"), None, Some("b")], Kind::Dropped, text),
            r#"{"a": 1.0, "items": [{"c": 12345678901234567890123}, {"c": 2}, 4]}"#
        );
        assert_eq!(
            change(&[Some("a")], Kind::Emptied, text),
            r#"{"a": null, "items": [{"b": 1, "c": 12345678901234567890123}, {"c": 2, "b": 3}, 4]}"#
        );
    }
}
