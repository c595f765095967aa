//! What a rule said of one interaction, to be said of others of the same form: at the same nodes,
//! wherever these stand in their texts.

use crate::diagnostic::Diagnostic;
use crate::syntax::{Cursor, NodeId};
use crate::text::Span;

/// A diagnostic without places.
pub(super) struct Again {
    said: Diagnostic,
    /// The start and the end of each of its spans.
    places: Box<[[Offset; 2]]>,
}

/// An offset in a text by a node near by: bytes from its start, or from its end.
#[derive(Clone, Copy)]
struct Offset {
    node: NodeId,
    from_end: bool,
    by: u32,
}

impl Again {
    /// What `said` says of the interaction at `root`, whose text has no error. No span may begin or
    /// end within a value that is no part of the form.
    pub(super) fn new(said: &Diagnostic, root: Cursor<'_>) -> Again {
        let mut said = said.clone();
        let places = spans(&mut said).map(|span| [span.start, span.end].map(|at| Offset::of(at, root)));
        let places = places.collect();
        Again { said, places }
    }

    /// The same of another interaction of the form.
    pub(super) fn of(&self, root: Cursor<'_>) -> Diagnostic {
        let mut said = self.said.clone();
        for (span, [start, end]) in spans(&mut said).zip(&self.places) {
            *span = Span::new(start.within(root), end.within(root));
        }
        said
    }
}

/// All spans of a diagnostic, always in the same order.
fn spans(diagnostic: &mut Diagnostic) -> impl Iterator<Item = &mut Span> {
    let labels = diagnostic.labels.iter_mut().map(|label| &mut label.place.span);
    let edits = diagnostic.fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|(_, edit)| &mut edit.span);
    std::iter::once(&mut diagnostic.place.span).chain(labels).chain(edits)
}

impl Offset {
    fn of(offset: u32, root: Cursor<'_>) -> Offset {
        let node = root.last_from(offset);
        let span = node.span();
        let from_end = offset >= span.end;
        let by = if from_end { offset - span.end } else { offset.saturating_sub(span.start) };
        Offset { node: node.id(), from_end, by }
    }

    fn within(self, root: Cursor<'_>) -> u32 {
        let span = root.at(self.node).span();
        self.by + if self.from_end { span.end } else { span.start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Anchor, Applicability};
    use crate::rules::{ALL, Sink, find};
    use crate::syntax::parse;
    use crate::text::TextEdit;

    #[test]
    fn the_same_is_said_of_the_same_nodes() {
        let texts = [
            r#"{"a": "x", "b": [1, {"c" : true}] }"#,
            r#"{"a": "a longer one", "b": [-22.5, {"c" : true}] }"#,
        ];
        let trees = texts.map(parse);
        let roots = [0, 1].map(|at| trees[at].root(texts[at]).expect("it is not empty"));
        let meta = &ALL[find("unknown-key").expect("it exists")].meta;
        // Every place that is not within a value that differs.
        let places = |text: &str| -> Vec<u32> {
            let at = |what: &str| text.find(what).expect("it is there");
            let (before, end) = (at(": \"") + 2, at(", \"b\""));
            let (one, after) = (at("[") + 1, at(", {"));
            let all = (0..=before).chain(end..=one).chain(after..=text.len());
            all.map(|at| at as u32).collect()
        };
        let [here, there] = texts.map(places);
        assert_eq!(here.len(), there.len());
        assert!(here.len() > 25);
        for (at, (start, moved)) in here.iter().zip(&there).enumerate() {
            let (end, moved_end) = (here[here.len() - 1 - at / 2], there[there.len() - 1 - at / 2]);
            if *start > end {
                continue;
            }
            let mut out = Vec::new();
            let span = Span::new(*start, end);
            let mut sink = Sink::new(meta, meta.severity, Anchor::Chunk(0), &mut out);
            let edit = TextEdit { span: Span::at(end), text: "new".to_owned() };
            sink.report(span, "said").label(Span::at(*start), "here").fix(
                Applicability::Safe,
                "Mend",
                vec![edit],
            );
            drop(sink);
            let mut again = Again::new(&out[0], roots[0]).of(roots[1]);
            let found: Vec<Span> = spans(&mut again).map(|span| *span).collect();
            let moved_span = Span::new(*moved, moved_end);
            assert_eq!(found, [moved_span, Span::at(*moved), Span::at(moved_end)], "{span:?}");
            assert_eq!(Again::new(&out[0], roots[0]).of(roots[0]), out[0]);
        }
    }
}
