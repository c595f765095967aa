//! The paths of the core's mismatches, such as `$.items[1]['a b']`.

use crate::model::Fragment;
use crate::syntax::Cursor;

/// A step in a body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Seg {
    /// To the value of a key, or a child of an element.
    Key(String),
    /// To an item.
    Index(usize),
}

impl Seg {
    pub(super) fn fragment(&self) -> Fragment<'_> {
        match self {
            Seg::Key(name) => Fragment::Key(name),
            Seg::Index(index) => Fragment::Index(u32::try_from(*index).unwrap_or(u32::MAX)),
        }
    }

    /// Appends the step as the core writes it (`DocPath::push_field`).
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Seg::Index(index) => out.push_str(&format!("[{index}]")),
            Seg::Key(name) if is_plain(name) => {
                out.push('.');
                out.push_str(name);
            }
            Seg::Key(name) => out.push_str(&format!("['{}']", name.replace('\'', "\\'"))),
        }
    }
}

fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|ch| ch.is_alphabetic() || matches!(ch, '_' | '@' | '#'))
        && chars.all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '-' | ':' | '@' | '#'))
}

/// The steps of a path as the core writes them; what is no path is no steps.
pub(super) fn steps(path: &str) -> Vec<Seg> {
    let mut out = Vec::new();
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("['") {
            let (name, after) = unquoted(quoted);
            out.push(Seg::Key(name));
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']').unwrap_or((inner, ""));
            out.push(index.parse().map_or_else(|_| Seg::Key(index.to_owned()), Seg::Index));
            rest = after;
        } else {
            let inner = rest.strip_prefix('.').unwrap_or(rest);
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            if end > 0 {
                out.push(Seg::Key(inner[..end].to_owned()));
            }
            rest = &inner[end..];
            if end == 0 && !rest.starts_with('[') {
                rest = rest.get(1..).unwrap_or("");
            }
        }
    }
    out
}

/// A name up to its closing `']`, and what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, ch)) = chars.next() {
        match ch {
            '\\' => name.extend(chars.next().map(|(_, ch)| ch)),
            '\'' => {
                let rest = &text[at + 1..];
                return (name, rest.strip_prefix(']').unwrap_or(rest));
            }
            _ => name.push(ch),
        }
    }
    (name, "")
}

/// The path of steps.
pub(super) fn written(steps: &[Seg]) -> String {
    let mut out = "$".to_owned();
    steps.iter().for_each(|step| step.write(&mut out));
    out
}

/// The value one step further.
pub(super) fn child<'a>(node: Cursor<'a>, step: &Seg) -> Option<Cursor<'a>> {
    match step {
        Seg::Key(name) => node.get(name),
        Seg::Index(index) if node.is_object() => node.get(&index.to_string()),
        Seg::Index(index) => node.elements().nth(*index),
    }
}

/// The value at the end of the steps.
pub(super) fn follow<'a>(root: Cursor<'a>, steps: &[Seg]) -> Option<Cursor<'a>> {
    steps.iter().try_fold(root, child)
}

/// What the value there is compared with: where an example has no item or key of this name, the
/// first one stands for all, as in the core (`match_list_contents`,
/// `compare_maps_with_matchingrule`).
pub(super) fn template<'a>(root: Cursor<'a>, steps: &[Seg]) -> Option<Cursor<'a>> {
    steps.iter().try_fold(root, |node, step| {
        let first = || if node.is_array() { node.elements().next() } else { node.members().next()?.value };
        child(node, step).or_else(first)
    })
}
