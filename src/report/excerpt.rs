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
use crate::report::escape::{clip, columns, push};
use crate::report::position::{Positions, floor};
use crate::report::{FileReport, escape};
use crate::text::Span;

/// A marked span is cut to this many columns.
const MARK_COLUMNS: usize = 120;
/// The words at a mark are cut to this many columns.
const WORD_COLUMNS: usize = 100;
/// Lines this far apart are printed together, with those between them.
const NEAR: u32 = 3;
/// Between the addresses of two pieces, so that no span at an edge touches both.
const GAP: usize = 2;

/// A place to point at. The first mark of an excerpt is the place of the finding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'t> {
    /// Bytes of the file.
    pub(super) span: Span,
    /// What to say there; empty for nothing.
    pub(super) text: &'t str,
}

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
        let cutter = Cutter { file, width };
        let mut cuts: Vec<Cut> = Vec::new();
        for mark in marks {
            let placed = cutter.place(mark);
            if !cuts.iter_mut().any(|cut| cutter.join(cut, &placed)) {
                cuts.push(cutter.around(placed));
            }
        }
        let mut excerpt = Excerpt { pieces: Vec::new(), labels: Vec::new(), severity };
        for mut cut in cuts {
            cut.marks.sort_by_key(|mark| mark.span);
            cut.speak();
            if context {
                cutter.widen(&mut cut);
            }
            // The first piece stands under the header, which has its position.
            let name = (!excerpt.pieces.is_empty()).then(|| {
                let at = positions.at(cut.marks.first().map_or(cut.window.start, |mark| mark.span.start));
                format!("{}:{}:{}", escape(file.path), at.line, at.column)
            });
            excerpt.print(&cutter, &cut, name);
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
    fn print(&mut self, cutter: &Cutter<'_>, cut: &Cut, name: Option<String>) {
        let base = self.pieces.last().map_or(0, |piece| piece.base + piece.text.len() + GAP);
        let mut text = String::new();
        for line in cut.first..=cut.last {
            let whole = cutter.line(line);
            let shown = if cut.is_slice { cut.window } else { whole };
            if shown.start > whole.start {
                text.push('…');
            }
            let mut stops: Vec<(u32, usize)> = Vec::new();
            for (at, ch) in shown.of(cutter.file.text).char_indices() {
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

/// A mark, reduced to what can be shown on its first line.
struct Placed {
    line: u32,
    span: Span,
    text: String,
    primary: bool,
}

/// What becomes a piece.
struct Cut {
    first: u32,
    last: u32,
    /// Whether the only line is too long and just `window` of it is shown.
    is_slice: bool,
    window: Span,
    marks: Vec<Placed>,
}

impl Cut {
    /// Gives words to a silent mark that has company on its line: miette draws a
    /// line down from it, which should end somewhere.
    fn speak(&mut self) {
        let lines: Vec<u32> = self.marks.iter().map(|mark| mark.line).collect();
        for mark in self.marks.iter_mut().filter(|mark| mark.text.is_empty()) {
            if lines.iter().filter(|&&line| line == mark.line).count() > 1 {
                mark.text.push_str("here");
            }
        }
    }
}

struct Cutter<'a> {
    file: &'a FileReport<'a>,
    width: usize,
}

impl Cutter<'_> {
    fn line(&self, line: u32) -> Span {
        self.file.lines.line_span(self.file.text, line)
    }

    /// Whether the bytes of `span` fit the width. Looks at no more of them than it must.
    fn fits(&self, span: Span) -> bool {
        // No character has more than four bytes or less than one column.
        span.len() as usize <= 4 * self.width && cost(span.of(self.file.text)) <= self.width
    }

    fn place(&self, mark: &Mark<'_>) -> Placed {
        let text = self.file.text;
        let start = floor(text, mark.span.start as usize) as u32;
        let line = self.file.lines.line_of(start);
        let whole = self.line(line);
        let start = start.clamp(whole.start, whole.end);
        let limit = floor(text, mark.span.end as usize).clamp(start as usize, whole.end as usize) as u32;
        let most = MARK_COLUMNS.min(self.width * 3 / 4);
        let end = reach(Span::new(start, limit).of(text).char_indices(), most)
            .map_or(limit, |(at, _)| start + at as u32);
        Placed { line, span: Span::new(start, end), text: mark.text.to_owned(), primary: false }
    }

    /// Adds `mark` to `cut` if it can be shown there without covering another mark.
    fn join(&self, cut: &mut Cut, mark: &Placed) -> bool {
        if let Some(same) = cut.marks.iter_mut().find(|other| other.span == mark.span) {
            let glue = if same.text.is_empty() || mark.text.is_empty() { "" } else { "; " };
            same.text = format!("{}{glue}{}", same.text, mark.text);
            return true;
        }
        let covers = |a: Span, b: Span| a.start < b.end.max(b.start + 1) && b.start < a.end.max(a.start + 1);
        if cut.marks.iter().any(|other| covers(other.span, mark.span)) {
            return false;
        }
        if cut.is_slice {
            if mark.line != cut.first || !cut.window.contains(mark.span) {
                return false;
            }
        } else {
            let (first, last) = (cut.first.min(mark.line), cut.last.max(mark.line));
            let is_near = mark.line + NEAR >= cut.first && mark.line <= cut.last + NEAR;
            let mut added = (first..cut.first).chain(cut.last + 1..=last);
            if !is_near || added.any(|line| !self.fits(self.line(line))) {
                return false;
            }
            (cut.first, cut.last) = (first, last);
        }
        cut.marks.push(Placed { text: mark.text.clone(), ..*mark });
        true
    }

    /// A cut that shows `mark`: its line, or the middle of a window into it.
    fn around(&self, mark: Placed) -> Cut {
        let whole = self.line(mark.line);
        let is_slice = !self.fits(whole);
        let window = if is_slice { self.window(whole, mark.span) } else { whole };
        Cut { first: mark.line, last: mark.line, is_slice, window, marks: vec![mark] }
    }

    /// As much of the line `whole` around `mark` as the width allows, with a column
    /// kept free at each end for the sign that something was left out.
    fn window(&self, whole: Span, mark: Span) -> Span {
        let text = self.file.text;
        let room = (self.width - 2).saturating_sub(cost(mark.of(text)));
        let left = |room| {
            let before = Span::new(whole.start, mark.start).of(text);
            reach(before.char_indices().rev(), room)
                .map_or(whole.start, |(at, ch)| whole.start + (at + ch.len_utf8()) as u32)
        };
        let right = |room| {
            let after = Span::new(mark.end, whole.end).of(text);
            reach(after.char_indices(), room).map_or(whole.end, |(at, _)| mark.end + at as u32)
        };
        // What one side does not need goes to the other.
        let spare = |from, to| room - cost(Span::new(from, to).of(text)).min(room);
        let end = right(spare(left(room / 2), mark.start));
        Span::new(left(spare(mark.end, end)), end)
    }

    /// Adds the line above and the line below, where they fit.
    fn widen(&self, cut: &mut Cut) {
        if cut.is_slice {
            return;
        }
        if cut.first > 0 && self.fits(self.line(cut.first - 1)) {
            cut.first -= 1;
        }
        let below = cut.last + 1;
        let is_last_and_empty = below + 1 == self.file.lines.line_count() && self.line(below).is_empty();
        if below < self.file.lines.line_count() && !is_last_and_empty && self.fits(self.line(below)) {
            cut.last = below;
        }
    }
}

/// The first character that does not fit `room` columns any more.
fn reach(chars: impl Iterator<Item = (usize, char)>, room: usize) -> Option<(usize, char)> {
    let mut used = 0;
    chars.into_iter().find(|&(_, ch)| {
        used += columns(ch);
        used > room
    })
}

/// Columns that a short text takes.
fn cost(text: &str) -> usize {
    text.chars().map(columns).sum()
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
