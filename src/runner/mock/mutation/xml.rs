//! Bodies of XML, by the names that the core gives elements and attributes (`match_xml` of
//! pact_matching).

use roxmltree::{Document, Node};

use crate::model::is_modest_xml;
use crate::runner::mock::mutation::Kind;
use crate::text::{Span, TextEdit, apply_edits};

/// Elements deeper than this are not looked for.
const DEEPEST: usize = 32;

fn read(text: &str) -> Option<Document<'_>> {
    if is_modest_xml(text) { Document::parse(text).ok() } else { None }
}

fn named(mark: &str, namespace: Option<&str>, local: &str) -> String {
    namespace.map_or_else(|| format!("{mark}{local}"), |it| format!("{mark}{it}:{local}"))
}

fn name(element: Node<'_, '_>) -> String {
    named("", element.tag_name().namespace(), element.tag_name().name())
}

/// Tells the elements below the root and all attributes, each before those that are part of it,
/// some more than once. The first name is that of the root; those of attributes have an `@`.
pub(super) fn nodes(text: &str, tell: &mut impl FnMut(&[String])) {
    if let Some(document) = read(text) {
        collect(document.root_element(), &mut vec![name(document.root_element())], tell);
    }
}

fn collect(element: Node<'_, '_>, path: &mut Vec<String>, tell: &mut impl FnMut(&[String])) {
    if path.len() > DEEPEST {
        return;
    }
    for attribute in element.attributes() {
        path.push(named("@", attribute.namespace(), attribute.name()));
        tell(path);
        path.pop();
    }
    for child in element.children().filter(Node::is_element) {
        path.push(name(child));
        tell(path);
        collect(child, path, tell);
        path.pop();
    }
}

/// The text without the elements or attributes of this path, or with nothing inside of them;
/// `None` if it is no XML.
pub(super) fn change(text: &str, path: &[String], kind: Kind) -> Option<String> {
    let document = read(text)?;
    let mut edits = Vec::new();
    if path.first() == Some(&name(document.root_element())) {
        change_below(text, document.root_element(), path.get(1..)?, kind, &mut edits);
    }
    apply_edits(text, &edits)
}

fn change_below(text: &str, element: Node<'_, '_>, path: &[String], kind: Kind, out: &mut Vec<TextEdit>) {
    let span = |start: usize, end: usize| Span::new(start as u32, end as u32);
    let Some((step, rest)) = path.split_first() else { return };
    if step.starts_with('@') {
        let fits = |it: &roxmltree::Attribute<'_, '_>| named("@", it.namespace(), it.name()) == *step;
        for attribute in element.attributes().filter(fits) {
            let (whole, value) = (attribute.range(), attribute.range_value());
            out.push(match kind {
                Kind::Dropped => {
                    let start = text.get(..whole.start).map_or(whole.start, |before| before.trim_end().len());
                    TextEdit::delete(span(start, whole.end))
                }
                Kind::Emptied => TextEdit::delete(span(value.start, value.end)),
            });
        }
        return;
    }
    for child in element.children().filter(|child| child.is_element() && name(*child) == *step) {
        match (rest.is_empty(), kind) {
            (false, _) => change_below(text, child, rest, kind, out),
            (true, Kind::Dropped) => out.push(TextEdit::delete(span(child.range().start, child.range().end))),
            (true, Kind::Emptied) => {
                if let (Some(first), Some(last)) = (child.first_child(), child.last_child()) {
                    out.push(TextEdit::delete(span(first.range().start, last.range().end)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<?xml version='1.0'?>\n<o xmlns:n=\"urn:n\" id='1'  k=\"2\"><n:item a='&amp;'>x<b/></n:item><!-- c --><n:item/></o>";

    #[test]
    fn elements_and_attributes_are_told() {
        let mut told = Vec::new();
        nodes(TEXT, &mut |path| told.push(path[1..].join(" ")));
        assert_eq!(told, ["@id", "@k", "urn:n:item", "urn:n:item @a", "urn:n:item b", "urn:n:item"]);
        nodes("<a><b></a>", &mut |path| panic!("{path:?}"));
        nodes(&"<a>".repeat(100_000), &mut |path| panic!("{path:?}"));
    }

    #[test]
    fn only_the_node_is_changed() {
        let change = |path: &[&str], kind| {
            let path: Vec<String> = ["o"].iter().chain(path).map(|step| (*step).to_owned()).collect();
            let changed = change(TEXT, &path, kind).unwrap();
            changed.split_once('\n').unwrap().1.replace(" xmlns:n=\"urn:n\"", "")
        };
        assert_eq!(change(&["urn:n:item"], Kind::Dropped), "<o id='1'  k=\"2\"><!-- c --></o>");
        assert_eq!(
            change(&["urn:n:item"], Kind::Emptied),
            "<o id='1'  k=\"2\"><n:item a='&amp;'></n:item><!-- c --><n:item/></o>"
        );
        assert_eq!(
            change(&["@k"], Kind::Dropped),
            "<o id='1'><n:item a='&amp;'>x<b/></n:item><!-- c --><n:item/></o>"
        );
        assert_eq!(
            change(&["urn:n:item", "@a"], Kind::Emptied),
            "<o id='1'  k=\"2\"><n:item a=''>x<b/></n:item><!-- c --><n:item/></o>"
        );
    }
}
