//! What a selection at a place grows to, step by step.

use crate::analysis::Document;
use crate::syntax::{Cursor, Kind};
use crate::text::Span;

/// The parts of the file around `offset`, the smallest first, each inside the next: a value, its
/// member, the object or array that it stands in, and so on to the interaction and the file. Never
/// empty.
pub fn selections(doc: &Document, offset: u32) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let offset = offset.min(doc.len());
    let mut add = |span: Span| {
        let inside = |last: &Span| span.start <= last.start && last.end <= span.end && span != *last;
        if !span.is_empty() && span.touches(offset) && out.last().is_none_or(inside) {
            out.push(span);
        }
    };
    let chunk = doc.chunk_at(offset).and_then(|index| Some((index, doc.chunk(index)?)));
    if let Some((index, (chunk, base))) = chunk {
        let section = doc.position(index).0.name();
        if let Some(root) = chunk.root() {
            around(root.node_at(offset - base), offset - base, &mut |span| add(span.shifted(base)));
        }
        add(Span::new(base, base + chunk.text().len() as u32));
        // The array that it stands in is the file's: a key that is given twice has two.
        let members = doc.spine_root().into_iter().flat_map(|root| root.members());
        for member in members.filter(|member| member.key.is_named(section)) {
            let Some(array) = member.value else { continue };
            let span = doc.spine_span(array.span());
            if span.start <= base && base < span.end {
                add(span);
                add(Span::new(doc.spine_span(member.key.span()).start, span.end));
            }
        }
        if let Some(root) = doc.spine_root() {
            add(doc.spine_span(root.span()));
        }
    } else if let (Some(root), Some(at)) = (doc.spine_root(), doc.offset_in_spine(offset)) {
        around(root.node_at(at), at, &mut |span| add(doc.spine_span(span)));
    }
    add(Span::new(0, doc.len()));
    if out.is_empty() {
        out.push(Span::at(offset));
    }
    out
}

/// The parts of a tree around a place in a node of it, the smallest first.
fn around(node: Cursor<'_>, offset: u32, add: &mut dyn FnMut(Span)) {
    let span = node.span();
    let text = node.raw();
    // Between the quotes of a text, which is what somebody wants to replace.
    if text.len() > 2 && text.starts_with('"') && text.ends_with('"') {
        let inner = Span::new(span.start + 1, span.end - 1);
        if inner.touches(offset) {
            add(inner);
        }
    }
    if node.kind() == Kind::Key {
        add(span);
        add(member(node));
    }
    for step in node.path_from_root().iter().rev().filter(|step| step.kind() != Kind::Chunk) {
        add(step.span());
        if let Some(key) = step.key() {
            add(member(key));
        }
    }
}

/// A key and its value.
fn member(key: Cursor<'_>) -> Span {
    let end = key.value().map_or(key.span().end, |value| value.span().end);
    Span::new(key.span().start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        r#" {"interactions": [{"description": "d", "request": {"path": "/a", "query": {}}}], "x": [1, 2]}"#;

    fn around(text: &str, caret: &str) -> Vec<String> {
        let at = text.find(caret).expect("it is there") as u32;
        let doc = Document::new(text);
        selections(&doc, at).iter().map(|span| span.of(text).to_owned()).collect()
    }

    #[test]
    fn a_value_grows_to_its_interaction_and_the_file() {
        let request = r#"{"path": "/a", "query": {}}"#;
        let interaction = format!(r#"{{"description": "d", "request": {request}}}"#);
        let file = TEXT.trim_start();
        let expected = [
            "/a",
            "\"/a\"",
            "\"path\": \"/a\"",
            request,
            &format!("\"request\": {request}"),
            &interaction,
            &format!("[{interaction}]"),
            &format!("\"interactions\": [{interaction}]"),
            file,
            TEXT,
        ];
        assert_eq!(around(TEXT, "a\", \"query"), expected);
        assert_eq!(around(TEXT, "th\": \"/a")[..3], ["path", "\"path\"", "\"path\": \"/a\""]);
        assert_eq!(around(TEXT, "}}}]")[..2], ["{}", "\"query\": {}"]);
        assert_eq!(around(TEXT, "2]}"), ["2", "[1, 2]", "\"x\": [1, 2]", file, TEXT]);
    }

    #[test]
    fn every_part_lies_in_the_next_in_every_text() {
        let twice = TEXT.replace("\"x\": [1, 2]", "\"interactions\": [{\"a\": 1}, {\"b\": [}]");
        for text in [TEXT, &twice] {
            for end in 0..=text.len() {
                let text = &text[..end];
                let doc = Document::new(text);
                for at in 0..=end as u32 + 1 {
                    let found = selections(&doc, at);
                    assert!(
                        found.iter().all(|span| span.touches(at.min(end as u32))),
                        "{text} {at} {found:?}"
                    );
                    let inside = |pair: &[Span]| pair[1].start <= pair[0].start && pair[0].end <= pair[1].end;
                    assert!(found.windows(2).all(inside), "{text} {at} {found:?}");
                    assert_eq!(found.last().map(|span| span.of(text)), Some(text), "{at}");
                }
            }
        }
    }
}
