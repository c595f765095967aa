//! What a pattern can cost, told from its text alone.
//!
//! A retry limit stops backtracking and nothing else: `(?:(?=a*+)x?){100000}` makes its hundred thousand
//! runs over the text without one retry, and groups that call groups double the work at each level. The
//! engine cannot be interrupted, so such shapes are found before it is asked.
//!
//! This is no parser of Oniguruma's syntax. It reads groups, classes, escapes and repeats well enough to
//! bound the work of a valid pattern; for an invalid one its answer does not matter.

use super::{CompileError, MAX_LEN};

/// The deepest nesting handed to the engine, whose compiler recurses on the C stack.
const MAX_DEPTH: usize = 200;

/// The most calls of groups. Oniguruma's compiler follows each, and a chain of groups that call the next
/// one twice keeps it busy for ever.
const MAX_CALLS: usize = 8;

/// The most work of the engine's compiler, in microseconds as measured on a slow machine.
const MAX_COMPILE: u64 = 200_000;

/// What a pattern costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Steps beside those that take a character off the text.
    extra: Work,
    /// Microseconds of compiling, roughly.
    pub(super) compile: u64,
}

impl Shape {
    /// Steps of one run over a text of `length` bytes between two retries, at worst.
    #[cfg_attr(not(feature = "onig"), expect(dead_code, reason = "only the engine needs it"))]
    pub(super) fn steps(&self, length: u64) -> u64 {
        let length = length + 1;
        let power = length.checked_pow(self.extra.degree).unwrap_or(u64::MAX);
        length.saturating_add(self.extra.factor.saturating_mul(power))
    }
}

/// Reads the shape of a pattern, or refuses to have it compiled.
pub(super) fn checked(pattern: &str) -> Result<Shape, CompileError> {
    if pattern.len() > MAX_LEN {
        return Err(CompileError::TooLong { len: pattern.len() });
    }
    let (reader, flags) = read(pattern);
    if reader.deepest > MAX_DEPTH {
        return Err(CompileError::NotTried("its groups are nested too deeply"));
    }
    if reader.calls > MAX_CALLS {
        return Err(CompileError::NotTried("its groups call each other too often"));
    }
    let compile = reader.compile_time(flags.ignore_case);
    if compile > MAX_COMPILE {
        return Err(CompileError::NotTried("it would take too long to compile"));
    }
    let calls = reader.calls > 0;
    let mut extra = reader.finish().work;
    if (calls && extra != Work::NONE) || (flags.extended && pattern.contains('#')) {
        extra = Work { factor: u64::MAX, degree: 0 };
    }
    Ok(Shape { extra, compile })
}

/// The bracket or parenthesis that is never closed, the innermost if there are several.
#[cfg(feature = "onig")]
pub(super) fn left_open(pattern: &str) -> Option<std::ops::Range<usize>> {
    let (reader, _) = read(pattern);
    let group = reader.stack.last().filter(|_| reader.stack.len() > 1).map(|group| group.start);
    let at = reader.open_class.or(group)?;
    Some(at..at + 1)
}

/// Reads a pattern to its end.
fn read(pattern: &str) -> (Reader<'_>, Flags) {
    let stack = vec![Group::new(Work::NONE, 0)];
    let bytes = pattern.as_bytes();
    let mut reader = Reader { bytes, at: 0, stack, deepest: 0, calls: 0, classes: 0, open_class: None };
    // Comments of the extended mode would need a real parser; without the flag there are none.
    let flags = Flags::of(pattern);
    while reader.at < reader.bytes.len() {
        reader.step(flags.extended);
    }
    (reader, flags)
}

/// `factor * length^degree` steps beside those that take a character off the text for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Work {
    factor: u64,
    degree: u32,
}

impl Work {
    const NONE: Work = Work { factor: 0, degree: 0 };
    const ONE: Work = Work { factor: 1, degree: 0 };
    const RUN: Work = Work { factor: 1, degree: 1 };

    fn plus(self, other: Work) -> Work {
        Work { factor: self.factor.saturating_add(other.factor), degree: self.degree.max(other.degree) }
    }

    fn times(self, other: Work) -> Work {
        Work {
            factor: self.factor.saturating_mul(other.factor),
            degree: (self.degree + other.degree).min(64),
        }
    }
}

/// A piece that a repeat can apply to.
#[derive(Clone, Copy)]
struct Atom {
    work: Work,
    /// May match without taking a character.
    empty: bool,
    /// Holds a repeat, so that one try of it can run over the whole text.
    repeats: bool,
    /// How many repeats are stacked on one another.
    stacked: usize,
}

/// An open group: the alternatives before, and the sequence being read.
struct Group {
    /// Where its parenthesis stands.
    start: usize,
    /// What each start of the group costs by itself; more than nothing for look-around.
    own: Work,
    work: Work,
    empty: bool,
    repeats: bool,
    /// Whether some alternative before may be empty.
    empty_before: bool,
    last: Option<Atom>,
}

impl Group {
    fn new(own: Work, start: usize) -> Group {
        let (work, empty, repeats, empty_before, last) = (Work::NONE, true, false, false, None);
        Group { start, own, work, empty, repeats, empty_before, last }
    }

    /// Adds the atom waiting for a repeat to the sequence.
    fn settle(&mut self) {
        if let Some(atom) = self.last.take() {
            self.work = self.work.plus(atom.work);
            self.empty &= atom.empty;
            self.repeats |= atom.repeats;
        }
    }

    fn alternative(&mut self) {
        self.settle();
        self.empty_before |= self.empty;
        self.empty = true;
    }

    fn close(mut self, end: usize) -> Atom {
        self.alternative();
        let mut atom = Atom { work: self.work, empty: self.empty_before, repeats: self.repeats, stacked: 0 };
        if self.own != Work::NONE {
            // Look-around gives its characters back. Without a repeat in it, it looks at a fixed number.
            let text = end.saturating_sub(self.start) as u64;
            let look = if self.repeats { self.own } else { Work { factor: text, degree: 0 } };
            atom.work = atom.work.times(look).plus(look);
            atom.empty = true;
        }
        atom
    }
}

struct Reader<'p> {
    bytes: &'p [u8],
    at: usize,
    /// Never empty: its first entry is the pattern itself.
    stack: Vec<Group>,
    deepest: usize,
    /// Calls of groups, `\g<name>`.
    calls: usize,
    /// Classes, and what is heavy in them.
    classes: u64,
    /// Where a class starts that never ends.
    open_class: Option<usize>,
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn top(&mut self) -> &mut Group {
        if self.stack.is_empty() {
            self.stack.push(Group::new(Work::NONE, 0));
        }
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    fn atom(&mut self, work: Work, empty: bool) {
        let top = self.top();
        top.settle();
        top.last = Some(Atom { work, empty, repeats: work.degree > 0, stacked: 0 });
    }

    /// Microseconds; fitted to what the engine was measured to take for patterns made of one thing.
    fn compile_time(&self, ignore_case: bool) -> u64 {
        let length = self.bytes.len() as u64;
        if ignore_case { length * 25 + self.classes * 600 } else { length * 2 + self.classes * 40 }
    }

    fn step(&mut self, extended: bool) {
        let byte = self.bytes[self.at];
        match byte {
            b'\\' => self.escape(),
            b'[' => {
                self.class();
                self.atom(Work::NONE, false);
            }
            b'(' => self.open(),
            b')' => {
                self.at += 1;
                if self.stack.len() > 1
                    && let Some(group) = self.stack.pop()
                {
                    let atom = group.close(self.at);
                    let top = self.top();
                    top.settle();
                    top.last = Some(atom);
                }
            }
            b'|' => {
                self.at += 1;
                self.top().alternative();
            }
            b'*' | b'+' | b'?' | b'{' => self.repeat(),
            b'^' | b'$' => {
                self.at += 1;
                self.atom(Work::NONE, true);
            }
            b' ' | b'\t' | b'\n' | b'\r' if extended => self.at += 1,
            _ => {
                self.at += 1;
                self.atom(Work::NONE, false);
            }
        }
    }

    fn escape(&mut self) {
        let kind = self.bytes.get(self.at + 1).copied().unwrap_or_default();
        self.at += 2;
        match kind {
            b'g' if matches!(self.rest().first(), Some(b'<' | b'\'')) => {
                self.calls += 1;
                self.skip_name();
                self.atom(Work::NONE, true);
            }
            b'k' => {
                self.skip_name();
                self.atom(Work::RUN, true);
            }
            b'1'..=b'9' => self.atom(Work::RUN, true),
            b'p' | b'P' | b'x' | b'o' if self.rest().first() == Some(&b'{') => {
                self.classes += 1;
                let length = self.rest().iter().position(|&b| b == b'}');
                self.at += length.map_or(self.rest().len(), |length| length + 1);
                self.atom(Work::NONE, false);
            }
            b'b' | b'B' | b'A' | b'z' | b'Z' | b'G' | b'K' | b'y' | b'Y' => self.atom(Work::NONE, true),
            _ => self.atom(Work::NONE, false),
        }
    }

    /// Skips `<name>` or `'name'`.
    fn skip_name(&mut self) {
        let end = match self.rest().first() {
            Some(b'<') => b'>',
            Some(b'\'') => b'\'',
            _ => return,
        };
        let length = self.rest().iter().skip(1).position(|&b| b == end);
        self.at += length.map_or(self.rest().len(), |length| length + 2);
    }

    /// Skips a class in brackets, which may hold others.
    fn class(&mut self) {
        let start = self.at;
        let mut depth = 0;
        let mut first = false;
        while let Some(&byte) = self.bytes.get(self.at) {
            let literal = std::mem::take(&mut first);
            match byte {
                b'\\' => {
                    self.classes += 1;
                    self.at += 1;
                }
                b'&' if self.rest().starts_with(b"&&") => self.classes += 10,
                b'[' if self.rest().starts_with(b"[:")
                    && let Some(length) = self.rest().windows(2).position(|two| two == b":]") =>
                {
                    self.classes += 1;
                    self.at += length + 1;
                }
                b'[' => {
                    self.classes += 1;
                    depth += 1;
                    if self.bytes.get(self.at + 1) == Some(&b'^') {
                        self.at += 1;
                    }
                    first = true;
                }
                b']' if !(literal && self.bytes[self.at + 1..].contains(&b']')) => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
        self.open_class = Some(start);
    }

    fn open(&mut self) {
        let start = self.at;
        self.at += 1;
        self.top().settle();
        let rest = self.rest();
        let mut own = Work::NONE;
        let mut skip = 0;
        if rest.starts_with(b"?#") {
            let length = rest.iter().position(|&b| b == b')');
            self.at += length.map_or(rest.len(), |length| length + 1);
            return;
        } else if rest.starts_with(b"?=") || rest.starts_with(b"?!") {
            (own, skip) = (Work::RUN, 2);
        } else if rest.starts_with(b"?<=") || rest.starts_with(b"?<!") {
            (own, skip) = (Work { factor: 1, degree: 2 }, 3);
        } else if rest.starts_with(b"?~") {
            (own, skip) = (Work { factor: 1, degree: 2 }, 2);
        } else if rest.starts_with(b"?>") || rest.starts_with(b"?:") {
            skip = 2;
        } else if rest.starts_with(b"?<") || rest.starts_with(b"?'") {
            let end = if rest[1] == b'<' { b'>' } else { b'\'' };
            skip = rest.iter().skip(2).position(|&b| b == end).map_or(2, |length| length + 3);
        } else if rest.starts_with(b"?") {
            let flags = rest[1..].iter().take_while(|b| b.is_ascii_alphabetic() || **b == b'-').count();
            match rest.get(1 + flags) {
                // Flags to the end of the enclosing group: nothing is opened.
                Some(b')') => {
                    self.at += flags + 2;
                    return;
                }
                Some(b':') => skip = flags + 2,
                _ => skip = 1,
            }
        }
        // An absent group runs over the text even if it holds no repeat.
        let absent = rest.starts_with(b"?~");
        self.at += skip;
        let mut group = Group::new(own, start);
        group.repeats = absent;
        self.stack.push(group);
        self.deepest = self.deepest.max(self.stack.len() - 1);
    }

    fn repeat(&mut self) {
        let Some((least, most, length)) = bounds(self.rest()) else {
            // A brace that is no repeat stands for itself.
            self.at += 1;
            return self.atom(Work::NONE, false);
        };
        let braces = self.rest().first() == Some(&b'{');
        self.at += length;
        // Lazy or possessive; after braces a '+' is a repeat of its own.
        match self.rest().first() {
            Some(b'?') => self.at += 1,
            Some(b'+') if !braces => self.at += 1,
            _ => {}
        }
        let depth = self.stack.len();
        let Some(atom) = &mut self.top().last else { return };
        atom.work = match (atom.work == Work::NONE, most) {
            (true, Some(most)) if atom.empty && most > 1 => Work { factor: most, degree: 0 },
            // Each turn takes characters off the text, so all turns together are no more than it has.
            (true, _) => Work::NONE,
            (false, Some(most)) => atom.work.plus(Work::ONE).times(Work { factor: most.max(1), degree: 0 }),
            (false, None) => atom.work.plus(Work::ONE).times(Work::RUN),
        };
        atom.empty |= least == 0;
        atom.repeats |= most != Some(1) && most != Some(0);
        atom.stacked += 1;
        let depth = depth + atom.stacked;
        self.deepest = self.deepest.max(depth - 1);
    }

    fn finish(mut self) -> Atom {
        while self.stack.len() > 1 {
            if let Some(group) = self.stack.pop() {
                let atom = group.close(self.at);
                let top = self.top();
                top.settle();
                top.last = Some(atom);
            }
        }
        self.stack.pop().unwrap_or_else(|| Group::new(Work::NONE, 0)).close(self.at)
    }
}

/// The bounds of a repeat (`None` for no upper bound) and how many bytes it takes.
fn bounds(text: &[u8]) -> Option<(u64, Option<u64>, usize)> {
    match text.first()? {
        b'*' => return Some((0, None, 1)),
        b'+' => return Some((1, None, 1)),
        b'?' => return Some((0, Some(1), 1)),
        _ => {}
    }
    // Longer bounds than these are too big for the engine.
    let close = text.iter().take(24).position(|&b| b == b'}')?;
    let inner = std::str::from_utf8(&text[1..close]).ok()?;
    let number = |digits: &str| match digits {
        "" => Some(None),
        _ if digits.bytes().all(|b| b.is_ascii_digit()) => Some(Some(digits.parse().unwrap_or(u64::MAX))),
        _ => None,
    };
    let (least, most) = match inner.split_once(',') {
        Some((low, high)) => match (number(low)?, number(high)?) {
            (None, None) => return None,
            (low, None) => (low.unwrap_or(0), None),
            // Bounds the wrong way round are swapped.
            (low, Some(high)) => (low.unwrap_or(0).min(high), low.max(Some(high))),
        },
        None => number(inner)?.map(|count| (count, Some(count)))?,
    };
    Some((least, most, close + 1))
}

/// The flags set anywhere in a pattern.
#[derive(Clone, Copy, Default)]
struct Flags {
    extended: bool,
    ignore_case: bool,
}

impl Flags {
    fn of(pattern: &str) -> Flags {
        let mut all = Flags::default();
        for (at, _) in pattern.match_indices("(?") {
            for flag in pattern[at + 2..].bytes().take_while(u8::is_ascii_alphabetic) {
                all.extended |= flag == b'x';
                all.ignore_case |= flag == b'i';
            }
        }
        all
    }
}
