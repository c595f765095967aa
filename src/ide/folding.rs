//! What can be folded away.

use crate::analysis::Document;
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// Every object and array with something in it, by position; those on one line as well.
pub fn folds(doc: &Document) -> Vec<Span> {
    let mut out = Vec::new();
    let mut add = |root: Cursor<'_>, place: &dyn Fn(Span) -> Span| {
        for id in root.subtree() {
            let node = root.at(NodeId(id));
            if (node.is_object() || node.is_array()) && !node.is_empty_container() {
                out.push(place(node.span()));
            }
        }
    };
    if let Some(root) = doc.spine_root() {
        add(root, &|span| doc.spine_span(span));
    }
    for (chunk, base) in (0..doc.chunk_count()).filter_map(|index| doc.chunk(index)) {
        if let Some(root) = chunk.root() {
            add(root, &|span| span.shifted(base));
        }
    }
    out.sort_unstable_by_key(|span| (span.start, u32::MAX - span.end));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_fold() {
        let text = r#"{"interactions": [{"request": {"a": []}}], "x": [1]}"#;
        let doc = Document::new(text);
        let folded: Vec<&str> = folds(&doc).iter().map(|span| span.of(text)).collect();
        assert_eq!(
            folded,
            [text, r#"[{"request": {"a": []}}]"#, r#"{"request": {"a": []}}"#, r#"{"a": []}"#, "[1]"]
        );
    }
}
