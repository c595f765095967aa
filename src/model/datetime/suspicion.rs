//! Patterns that read well and mean something else.
//!
//! Most of them the core accepts, and then checks the wrong thing: `YYYY-MM-DD` takes 2020-01-300, and
//! `yyyy-mm-dd` a month 45. The official specification itself prints `HH:ss:mm`, so they travel by copy
//! and paste. Each check is made so that an ordinary pattern is never touched.

use std::ops::Range;

use super::convert;
use super::parse::{is_reserved, longest_run, plain_length, quoted, run_length};
use super::{Format, Kind};

/// A place in a pattern that probably does not mean what its author meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    /// The place, in bytes of the pattern.
    pub span: Range<usize>,
    /// What the letters there mean, for people.
    pub problem: String,
    /// The whole pattern with every suspicion about it repaired, not only this one; `None` when what
    /// that gives is still no pattern the core can read.
    pub suggestion: Option<String>,
}

/// One piece of the pattern, and what to put in its place.
struct Piece<'p> {
    span: Range<usize>,
    text: &'p str,
    what: What,
    replacement: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// A run of a letter the core knows.
    Field(char),
    /// A run of letters it does not know.
    Unknown,
    /// Text in brackets, as moment.js quotes it.
    Bracketed,
    /// Quoted or plain text.
    Literal,
}

/// Everything doubtful about a pattern, in its order; empty for an ordinary pattern.
///
/// All suggestions are the same text, which the core can read and which is free of suspicions. Where the
/// meanings come from: pact_models time_utils.rs, the table at its head and `validate_datetime_string`. The
/// pattern need not be one the core can read, as unquoted letters are among the findings, but with unquoted digits it is a value
/// and no pattern. Time is at most
/// quadratic in its length, and patterns over 200 bytes are not looked at.
pub fn suspicions(pattern: &str, kind: Kind) -> Vec<Suspicion> {
    let (findings, mut repaired) = pass(pattern, kind);
    if findings.is_empty() {
        return Vec::new();
    }
    // One repair can bring out another: 'K' is a zone only once the hours are known to be hours.
    for _ in 0..4 {
        let Some(text) = &repaired else { break };
        let (left, next) = pass(text, kind);
        if left.is_empty() {
            break;
        }
        repaired = next;
    }
    let dated = |text: &String| Format::parse(text).is_ok_and(|format| format.has_fields());
    let suggestion = repaired.filter(|text| dated(text) && pass(text, kind).0.is_empty());
    let finish = |(span, problem)| Suspicion { span, problem, suggestion: suggestion.clone() };
    findings.into_iter().map(finish).collect()
}

/// Places and problems, in order.
type Findings = Vec<(Range<usize>, String)>;

/// What is doubtful at first sight, and the pattern with that repaired.
fn pass(pattern: &str, kind: Kind) -> (Findings, Option<String>) {
    if pattern.len() > 200 {
        return (Vec::new(), None);
    }
    if let Some((span, suggestion)) = convert::strftime(pattern) {
        let problem =
            "'%' has no meaning here; this is a pattern of strftime, and the core reads Java's letters";
        return (vec![(span, problem.to_owned())], suggestion);
    }
    let mut pattern = Pattern { pieces: pieces(pattern), findings: Vec::new(), kind };
    let digits = |piece: &Piece<'_>| {
        piece.what == What::Literal && piece.text.starts_with(|c: char| c.is_ascii_digit())
    };
    if pattern.pieces.iter().any(digits) {
        // A value where a pattern belongs; its letters say nothing.
        return (Vec::new(), None);
    }
    pattern.unknown_letters();
    pattern.other_dialects();
    pattern.minutes_and_months();
    pattern.seconds();
    pattern.days_and_years();
    pattern.half_days();
    let Pattern { pieces, mut findings, .. } = pattern;
    let repaired = pieces.iter().map(|piece| piece.replacement.as_deref().unwrap_or(piece.text)).collect();
    findings.sort_by_key(|(span, _)| span.start);
    (findings, Some(repaired))
}

struct Pattern<'p> {
    pieces: Vec<Piece<'p>>,
    findings: Findings,
    kind: Kind,
}

impl Pattern<'_> {
    fn flag(&mut self, index: usize, replacement: String, problem: impl Into<String>) {
        let piece = &mut self.pieces[index];
        piece.replacement = Some(replacement);
        self.findings.push((piece.span.clone(), problem.into()));
    }

    /// Indexes of the fields that still mean what they say, in order.
    fn fields(&self) -> Vec<usize> {
        let field = |piece: &Piece<'_>| matches!(piece.what, What::Field(_)) && piece.replacement.is_none();
        (0..self.pieces.len()).filter(|&index| field(&self.pieces[index])).collect()
    }

    fn letter(&self, index: usize) -> char {
        match self.pieces[index].what {
            What::Field(letter) => letter,
            _ => ' ',
        }
    }

    fn has(&self, letters: &str) -> bool {
        self.fields().iter().any(|&index| letters.contains(self.letter(index)))
    }

    fn count(&self, index: usize) -> usize {
        self.pieces[index].text.len()
    }

    /// The letters of the fields before and after, a blank where there is none.
    fn neighbours(&self, fields: &[usize], at: usize) -> (char, char) {
        let letter = |index: Option<&usize>| index.map_or(' ', |&index| self.letter(index));
        (letter(at.checked_sub(1).and_then(|at| fields.get(at))), letter(fields.get(at + 1)))
    }

    /// Letters that stand for themselves but are not quoted.
    fn unknown_letters(&mut self) {
        for index in 0..self.pieces.len() {
            if self.pieces[index].what == What::Bracketed {
                let text = self.pieces[index].text;
                let quoted = text.replacen('[', "'", 1).replace(']', "'");
                self.flag(
                    index,
                    quoted,
                    format!("'{text}': text must stand in single quotes, not in brackets"),
                );
            }
        }
        let mut start = 0;
        while start < self.pieces.len() {
            let end = start + self.word_length(start);
            if self.pieces[start..end].iter().any(|piece| piece.what == What::Unknown) {
                self.unknown_word(start, end);
            }
            start = end.max(start + 1);
        }
    }

    /// How many pieces from `start` on are letters without anything between them.
    fn word_length(&self, start: usize) -> usize {
        self.pieces[start..]
            .iter()
            .take_while(|piece| matches!(piece.what, What::Field(_) | What::Unknown))
            .count()
    }

    fn unknown_word(&mut self, start: usize, end: usize) {
        let word: String = self.pieces[start..end].iter().map(|piece| piece.text).collect();
        let dated = |piece: &Piece<'_>| matches!(piece.what, What::Field(c) if piece.text.len() > 1 && "yYMdDHhms".contains(c));
        let separator = ["dT", "DT", "TH", "Th"].iter().any(|pair| word.contains(pair));
        let borrowed = word.starts_with('f') || word == "tt";
        if end - start > 1 && !borrowed && !separator && !self.pieces[start..end].iter().any(dated) {
            // A word such as GMT or "at" of which the core would read some letters.
            let problem = format!("'{word}' is text and must stand in single quotes");
            let span = self.pieces[start].span.start..self.pieces[end - 1].span.end;
            for piece in &mut self.pieces[start..end] {
                piece.replacement = Some(String::new());
            }
            self.pieces[start].replacement = Some(format!("'{word}'"));
            self.findings.push((span, problem));
            return;
        }
        for index in start..end {
            let text = self.pieces[index].text;
            if self.pieces[index].what != What::Unknown {
                continue;
            }
            if text.bytes().all(|b| b == b'f') && self.has("sS") {
                let problem = format!("'{text}' is not a pattern letter; a fraction of a second is 'S'");
                self.flag(index, "S".repeat(text.len()), problem);
            } else if text == "tt" || text == "t" && self.has("hK") {
                let problem = format!("'{text}' is not a pattern letter; AM or PM is 'a'");
                self.flag(index, "a".to_owned(), problem);
            } else {
                let problem = format!("'{text}' is not a pattern letter; text must stand in single quotes");
                self.flag(index, format!("'{text}'"), problem);
            }
        }
    }

    /// Letters of moment.js, Day.js and C# that the core knows with another meaning.
    fn other_dialects(&mut self) {
        let fields = self.fields();
        for (at, &index) in fields.iter().enumerate() {
            let (letter, count) = (self.letter(index), self.count(index));
            let (before, _) = self.neighbours(&fields, at);
            match letter {
                'd' if count == 3 || count == 4 => {
                    let name = "E".repeat(count);
                    let problem =
                        format!("'{}' is refused: the name of the day is '{name}'", self.pieces[index].text);
                    self.flag(index, name, problem);
                }
                'A' if count == 1 && self.has("hK") && !self.has("a") => {
                    self.flag(index, "a".to_owned(), "'A' is the millisecond of the day; AM or PM is 'a'");
                }
                'K' if count == 1 && "sS".contains(before) && index > 0 && self.has("Hhk") => {
                    self.flag(index, "XXX".to_owned(), "'K' is the hour from 0 to 11; a zone is 'XXX'");
                }
                _ => {}
            }
        }
    }

    /// `mm` for months, `MM` for minutes.
    fn minutes_and_months(&mut self) {
        let fields = self.fields();
        let neighbours = |this: &Self, at| this.neighbours(&fields, at);
        let mut minutes = Vec::new();
        for (at, &index) in fields.iter().enumerate() {
            let (before, after) = neighbours(self, at);
            let time = self.kind == Kind::Time && !self.has("yYudD");
            if self.letter(index) == 'M'
                && self.count(index) <= 2
                && "HhKk".contains(before)
                && (after == 's' || after == 'S' || time || (after == ' ' && self.colon_before(index)))
            {
                minutes.push(index);
            }
        }
        let months =
            fields.iter().any(|index| "ML".contains(self.letter(*index)) && !minutes.contains(index));
        let mut wrong = Vec::new();
        for (at, &index) in fields.iter().enumerate() {
            let (before, after) = neighbours(self, at);
            let dated = |c: char| "yYudD".contains(c);
            let timed = |c: char| "HhKksS".contains(c);
            if self.letter(index) == 'm'
                && !months
                && (dated(before) || dated(after))
                && !timed(before)
                && !timed(after)
            {
                wrong.push(index);
            }
        }
        for index in minutes {
            let text = "m".repeat(self.count(index));
            let problem = format!("'{}' is the month; minutes are '{text}'", self.pieces[index].text);
            self.flag(index, text, problem);
        }
        for index in wrong {
            let text = "M".repeat(self.count(index));
            let problem = format!("'{}' is the minute; months are '{text}'", self.pieces[index].text);
            self.flag(index, text, problem);
        }
    }

    fn colon_before(&self, index: usize) -> bool {
        index > 0 && self.pieces[index - 1].text == ":"
    }

    /// Seconds before minutes, and fractions where seconds are meant.
    fn seconds(&mut self) {
        let all: Vec<usize> = (0..self.pieces.len()).filter(|&index| self.meaning(index).is_some()).collect();
        let meaning = |this: &Self, at: usize| all.get(at).and_then(|&index| this.meaning(index));
        let seconds = all.iter().any(|&index| self.meaning(index) == Some('s'));
        let minutes = all.iter().any(|&index| self.meaning(index) == Some('m'));
        for (at, &index) in all.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| meaning(self, at)).unwrap_or(' ');
            let count = self.count(index);
            match self.meaning(index) {
                Some('s') if "HhKk".contains(before) && meaning(self, at + 1) == Some('m') => {
                    let other = all[at + 1];
                    let span = self.pieces[index].span.start..self.pieces[other].span.end;
                    self.pieces[index].replacement = Some("m".repeat(count));
                    self.pieces[other].replacement = Some("s".repeat(self.count(other)));
                    self.findings
                        .push((span, "the seconds ('ss') come before the minutes ('mm')".to_owned()));
                }
                Some('s') if "HhKk".contains(before) && !minutes && self.colon_before(index) => {
                    let text = "m".repeat(count);
                    self.flag(index, text, "'ss' are seconds, right after the hours; minutes are 'mm'");
                }
                Some('s') if before == 's' => {
                    let text = "S".repeat(count);
                    let problem =
                        format!("'{}' are seconds again; a fraction is '{text}'", self.pieces[index].text);
                    self.flag(index, text, problem);
                }
                Some('S') if before == 'm' && !seconds && count <= 2 && self.colon_before(index) => {
                    let text = "s".repeat(count);
                    let problem = format!(
                        "'{}' is a fraction of a second; seconds are '{text}'",
                        self.pieces[index].text
                    );
                    self.flag(index, text, problem);
                }
                _ => {}
            }
        }
    }

    /// The letter a piece has, or will have when an earlier check has repaired it.
    fn meaning(&self, index: usize) -> Option<char> {
        let piece = &self.pieces[index];
        match (&piece.replacement, piece.what) {
            (Some(text), _) => text.chars().next().filter(char::is_ascii_alphabetic),
            (None, What::Field(letter)) => Some(letter),
            (None, _) => None,
        }
    }

    /// The week year and the day of the year in a date of months.
    fn days_and_years(&mut self) {
        let meanings: Vec<char> = (0..self.pieces.len()).filter_map(|index| self.meaning(index)).collect();
        let has = |letters: &str| meanings.iter().any(|&c| letters.contains(c));
        let (months, days, weeks) = (has("ML"), has("d"), has("wW"));
        for index in self.fields() {
            let count = self.count(index);
            match self.letter(index) {
                'Y' if !weeks && (months || days) => {
                    let text = "y".repeat(count);
                    let problem =
                        format!("'{}' is the week year; the year is '{text}'", self.pieces[index].text);
                    self.flag(index, text, problem);
                }
                'D' if months && !days => {
                    let text = "d".repeat(count.min(2));
                    let problem = format!(
                        "'{}' is the day of the year; the day of the month is '{text}'",
                        self.pieces[index].text
                    );
                    self.flag(index, text, problem);
                }
                _ => {}
            }
        }
    }

    /// Hours up to 12 without AM or PM.
    fn half_days(&mut self) {
        if (0..self.pieces.len()).any(|index| self.meaning(index) == Some('a')) {
            return;
        }
        for index in self.fields() {
            let letter = self.letter(index);
            if letter == 'h' || letter == 'K' {
                let text = "H".repeat(self.count(index));
                let range = if letter == 'h' { "1 to 12" } else { "0 to 11" };
                let problem = format!(
                    "'{}' is the hour from {range}, and there is no 'a' for AM or PM; the hour of the day is '{text}'",
                    self.pieces[index].text
                );
                self.flag(index, text, problem);
            }
        }
    }
}

/// Splits a pattern without regard to whether the core can read it.
fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(first) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        let (what, length) = if first.is_ascii_alphabetic() {
            let known = longest_run(first).is_some();
            (if known { What::Field(first) } else { What::Unknown }, run_length(rest, first))
        } else if first == '\'' {
            (What::Literal, quoted(rest).map_or(rest.len(), |(_, length)| length))
        } else if let Some(length) = bracketed(rest) {
            (What::Bracketed, length)
        } else if is_reserved(first) {
            (What::Literal, first.len_utf8())
        } else {
            (What::Literal, plain_length(rest))
        };
        let replacement = None;
        pieces.push(Piece { span: at..at + length, text: &rest[..length], what, replacement });
        at += length;
    }
    pieces
}

/// The length of a text in brackets at the start of `text`, with at least one letter that cannot belong to
/// a pattern: in Java, brackets hold an optional part of the pattern.
fn bracketed(text: &str) -> Option<usize> {
    let inner = &text.strip_prefix('[')?[..text.find(']')? - 1];
    let plain = !inner.contains(['[', '\'']);
    let unknown = inner.chars().any(|c| c.is_ascii_alphabetic() && longest_run(c).is_none());
    (plain && unknown).then_some(inner.len() + 2)
}
