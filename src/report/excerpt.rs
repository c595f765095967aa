//! The parts of a file that a finding is about, cut so that they can be printed.
//!
//! miette prints whole lines, reads all text up to a label, and panics on a label
//! past column 65,535. A minified pact is one line of megabytes. So miette never
//! sees the file: it sees *pieces* of a few lines or of a window into one line,
//! escaped, in an address space of their own. A span across two pieces is refused,
//! which makes miette print them apart.

use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::diagnostic::Severity;
use crate::report::cut::{Cut, Mark, cuts};
use crate::report::escape::{clip, push};
use crate::report::position::Positions;
use crate::report::{FileReport, escape};

/// The words at a mark are cut to this many columns.
const WORD_COLUMNS: usize = 100;
/// Between the addresses of two pieces, so that no span at an edge touches both.
const GAP: usize = 2;

/// What miette is given for one finding. Its own message is empty: the caller
/// prints the header.
#[derive(Debug)]
pub(super) struct Excerpt {
    pieces: Vec<Piece>,
    labels: Vec<LabeledSpan>,
    pub(super) severity: Severity,
}

/// Consecutive lines, or a part of one line, as they are printed.
#[derive(Debug)]
struct Piece {
    /// Where it stands, for the frame; `None` for the piece that the header is about.
    name: Option<String>,
    /// Number of its first line, from zero.
    line: u32,
    /// Address of its first byte.
    base: usize,
    /// The lines, each with its line feed.
    text: String,
}

impl Excerpt {
    /// Cuts out the surroundings of `marks`, at most `width` columns wide. With
    /// `context`, pieces show a line above and below when these fit whole.
    pub(super) fn new(
        file: &FileReport<'_>,
        positions: &mut Positions<'_>,
        severity: Severity,
        marks: &[Mark<'_>],
        width: usize,
        context: bool,
    ) -> Excerpt {
        let mut excerpt = Excerpt { pieces: Vec::new(), labels: Vec::new(), severity };
        for cut in cuts(file, marks, width, context) {
            // The first piece stands under the header, which has its position.
            let name = (!excerpt.pieces.is_empty()).then(|| {
                let at = positions.at(cut.marks.first().map_or(0, |mark| mark.span.start));
                format!("{}:{}:{}", escape(file.path), at.line, at.column)
            });
            excerpt.print(file, &cut, name);
        }
        excerpt
    }

    /// How many marks there are.
    pub(super) fn mark_count(&self) -> usize {
        self.labels.len()
    }

    /// The number, in print order, of the mark of the finding itself.
    pub(super) fn primary(&self) -> usize {
        self.labels.iter().position(LabeledSpan::primary).unwrap_or(0)
    }

    /// Prints a cut into a new piece, and its marks into labels.
    fn print(&mut self, file: &FileReport<'_>, cut: &Cut, name: Option<String>) {
        let base = self.pieces.last().map_or(0, |piece| piece.base + piece.text.len() + GAP);
        let mut text = String::new();
        for line in cut.first..=cut.last {
            let whole = file.lines.line_span(file.text, line);
            let shown = cut.shown(whole);
            if shown.start > whole.start {
                text.push('…');
            }
            let mut stops: Vec<(u32, usize)> = Vec::new();
            for (at, ch) in shown.of(file.text).char_indices() {
                stops.push((shown.start + at as u32, text.len()));
                match ch {
                    '\t' => text.push(ch),
                    _ => push(&mut text, ch),
                }
            }
            stops.push((shown.end, text.len()));
            if shown.end < whole.end {
                text.push('…');
            }
            text.push('\n');
            let address = |offset: u32| {
                let at = stops.partition_point(|&(stop, _)| stop < offset);
                base + stops.get(at).map_or(text.len() - 1, |&(_, address)| address)
            };
            for mark in cut.marks.iter().filter(|mark| mark.line == line) {
                let (start, end) = (address(mark.span.start), address(mark.span.end));
                let words = (!mark.text.is_empty()).then(|| clip(&mark.text, WORD_COLUMNS));
                let span = SourceSpan::new(start.into(), end - start);
                self.labels.push(match mark.primary {
                    true => LabeledSpan::new_primary_with_span(words, span),
                    false => LabeledSpan::new_with_span(words, span),
                });
            }
        }
        self.pieces.push(Piece { name, line: cut.first, base, text });
    }
}

impl SourceCode for Excerpt {
    /// Hands out the piece that holds `span`, whatever context is asked for.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let holds = |piece: &&Piece| piece.base <= start && end <= piece.base + piece.text.len();
        let piece = self.pieces.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        let whole = SourceSpan::new(piece.base.into(), piece.text.len());
        let (data, line, count) = (piece.text.as_bytes(), piece.line as usize, piece.text.lines().count());
        Ok(Box::new(match &piece.name {
            Some(name) => MietteSpanContents::new_named(name.clone(), data, whole, line, 0, count),
            None => MietteSpanContents::new(data, whole, line, 0, count),
        }))
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}

impl miette::Diagnostic for Excerpt {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }
}
