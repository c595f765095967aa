//! Replacements of parts of a text.

use crate::text::Span;

/// One replacement: the bytes of `span` become `text`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    /// What is replaced, in bytes of the old text.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl TextEdit {
    /// Replaces `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> TextEdit {
        TextEdit { span, text: text.into() }
    }

    /// Inserts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> TextEdit {
        TextEdit { span: Span::at(offset), text: text.into() }
    }

    /// Removes `span`.
    pub fn delete(span: Span) -> TextEdit {
        TextEdit { span, text: String::new() }
    }
}

/// Applies `edits` to `text`. Returns `None` when two edits overlap or one does not
/// fit the text, so that nothing is half applied.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len() + edits.iter().map(|e| e.text.len()).sum::<usize>());
    let mut done = 0usize;
    for edit in sorted {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if start < done || end < start {
            return None;
        }
        out.push_str(text.get(done..start)?);
        text.get(start..end)?;
        out.push_str(&edit.text);
        done = end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_position_order() {
        let edits = [TextEdit::insert(5, "!"), TextEdit::replace(Span::new(0, 1), "H")];
        assert_eq!(apply_edits("hello", &edits).as_deref(), Some("Hello!"));
    }

    #[test]
    fn overlapping_or_misfit_edits_change_nothing() {
        let overlap = [TextEdit::delete(Span::new(0, 3)), TextEdit::delete(Span::new(2, 4))];
        assert_eq!(apply_edits("hello", &overlap), None);
        assert_eq!(apply_edits("hello", &[TextEdit::delete(Span::new(3, 9))]), None);
        assert_eq!(apply_edits("é", &[TextEdit::insert(1, "x")]), None);
    }
}
