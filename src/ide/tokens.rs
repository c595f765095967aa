//! Which values of a body are ruled, and which are compared as they are.

use crate::analysis::Document;
use crate::ide::inlay::{Held, each_value};
use crate::ide::view::View;
use crate::text::Span;

/// What a value of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A rule holds for it.
    Ruled,
    /// Only this very value will do.
    Exact,
}

/// The scalar values of bodies in a part of a file, in order of position.
pub fn tokens(doc: &Document, span: Span) -> Vec<(Span, TokenKind)> {
    let mut out = Vec::new();
    for view in View::within(doc, span) {
        for part in &view.it.parts {
            each_value(&view, part, span, &mut |node, held| {
                let kind = match held {
                    Held::Exact => TokenKind::Exact,
                    Held::Ruled { .. } => TokenKind::Ruled,
                };
                let bytes = view.span(node.span());
                if !node.is_container() && bytes.start <= span.end && span.start <= bytes.end {
                    out.push((bytes, kind));
                }
            });
        }
    }
    out.sort_unstable_by_key(|(span, _)| *span);
    out
}
