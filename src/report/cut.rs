//! Which lines, or which part of a line, to show around the places of a finding.

use crate::report::FileReport;
use crate::report::escape::columns;
use crate::report::position::floor;
use crate::text::Span;

/// A marked span is cut to this many columns.
const MARK_COLUMNS: usize = 120;
/// Lines this far apart are printed together, with those between them.
const NEAR: u32 = 3;

/// A place to point at. The first mark of an excerpt is the place of the finding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'t> {
    /// Bytes of the file.
    pub(super) span: Span,
    /// What to say there; empty for nothing.
    pub(super) text: &'t str,
}

/// A mark, reduced to what can be shown on its first line.
pub(super) struct Placed {
    /// Line, from zero.
    pub(super) line: u32,
    /// Bytes of the file, within that line.
    pub(super) span: Span,
    /// What to say there; empty for nothing.
    pub(super) text: String,
    /// Whether it is the place of the finding itself.
    pub(super) primary: bool,
}

/// Lines that are printed together, or a part of one line.
pub(super) struct Cut {
    /// The first line, from zero.
    pub(super) first: u32,
    /// The last line, from zero.
    pub(super) last: u32,
    /// Whether the only line is too long, and just `window` of it is shown.
    is_slice: bool,
    window: Span,
    /// What is marked, by place.
    pub(super) marks: Vec<Placed>,
}

/// Cuts out the surroundings of `marks`, at most `width` columns wide; the first cut
/// has the first mark. With `context`, a cut shows a line above and below when these
/// fit whole.
pub(super) fn cuts(file: &FileReport<'_>, marks: &[Mark<'_>], width: usize, context: bool) -> Vec<Cut> {
    let cutter = Cutter { file, width };
    let mut cuts: Vec<Cut> = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let placed = Placed { primary: at == 0, ..cutter.place(mark) };
        if !cuts.iter_mut().any(|cut| cutter.join(cut, &placed)) {
            cuts.push(cutter.around(placed));
        }
    }
    for cut in &mut cuts {
        cut.marks.sort_by_key(|mark| mark.span);
        cut.speak();
        if context {
            cutter.widen(cut);
        }
    }
    cuts
}

impl Cut {
    /// The part that is shown of a line, the bytes of which are `whole`.
    pub(super) fn shown(&self, whole: Span) -> Span {
        if self.is_slice { self.window } else { whole }
    }

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
