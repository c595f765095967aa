//! What one source file has to tell of interactions.

use rustc_hash::FxHashSet;

use crate::analysis::origin::{Mention, MentionKind, TestFile, hash, loose_hash, name_hash, names, words};
use crate::analysis::source::{Language, Source};
use crate::text::{Encoding, LineCol, LineIndex, Span, width};

/// Most literals of one file that are kept.
pub const MAX_LITERALS: usize = 20_000;

/// Most names of consumers of one file that are kept.
const MAX_CONSUMERS: usize = 200;

/// Longer texts are no descriptions. In bytes.
const MAX_TEXT: usize = 2_000;

/// Most literals that one description is put together from.
const MAX_PARTS: usize = 50;

/// What a text in `language` tells of interactions. Linear in its length, whatever it holds.
pub fn scan(text: &str, language: Language, encoding: Encoding) -> TestFile {
    if text.len() > u32::MAX as usize || !words::may_test(text.as_bytes()) {
        return TestFile::default();
    }
    let source = Source::new(text, language);
    let mut found = Found::new(&source);
    found.calls();
    names::declared(&source, &mut |name, within, span| {
        let within = within.map_or(0, loose_hash);
        found.mentions.push((name_hash(name), within, MentionKind::Test, span));
    });
    found.literals();
    found.finish(text, encoding)
}

/// A search going on.
struct Found<'a> {
    source: &'a Source<'a>,
    /// Hash, hash of the class around, kind and place.
    mentions: Vec<(u64, u64, MentionKind, Span)>,
    /// Tokens that are known to be something else than a description.
    taken: FxHashSet<usize>,
    literals: Vec<(u64, u32)>,
    consumers: Vec<(u32, u64)>,
    computes: bool,
}

impl<'a> Found<'a> {
    fn new(source: &'a Source<'a>) -> Found<'a> {
        Found {
            source,
            mentions: Vec::new(),
            taken: FxHashSet::default(),
            literals: Vec::new(),
            consumers: Vec::new(),
            computes: false,
        }
    }

    /// Finds what is passed to the words that this is about.
    fn calls(&mut self) {
        let source = self.source;
        for at in 0..source.len() {
            let Some(word) = source.word(at) else { continue };
            let folded = words::fold(word);
            if words::describes(source, at, &folded) {
                self.take(at, MentionKind::Call);
            } else if words::names_test(source, at, &folded) {
                self.take(at, MentionKind::Test);
            } else if matches!(folded.as_str(), "given" | "state" | "providerstate")
                && let Some(argument) = argument(source, at)
            {
                self.taken.insert(argument);
            } else if words::names_consumer(source, at, &folded)
                && let Some((name, _)) = argument(source, at).and_then(|at| text_at(source, at))
            {
                let start = source.span(at).map_or(0, |span| span.start);
                self.consumers.push((start, loose_hash(&name)));
            }
        }
    }

    /// Takes the argument of the word at `at` for what it is called.
    fn take(&mut self, at: usize, kind: MentionKind) {
        let Some(argument) = argument(self.source, at) else { return };
        let Some((text, end)) = text_at(self.source, argument) else {
            self.computes |= kind == MentionKind::Call;
            return;
        };
        let [Some(from), Some(to)] = [argument, end - 1].map(|at| self.source.span(at)) else { return };
        self.taken.extend(argument..end);
        let hash = if kind == MentionKind::Test { name_hash(&text) } else { hash(&text) };
        self.mentions.push((hash, 0, kind, Span::new(from.start, to.end)));
    }

    /// Keeps all literals by hash, and those that may be descriptions as such.
    fn literals(&mut self) {
        for at in 0..self.source.len() {
            if self.literals.len() >= MAX_LITERALS {
                break;
            }
            let Some(span) = self.source.span(at).filter(|span| span.len() as usize <= MAX_TEXT) else {
                continue;
            };
            let Some(text) = self.source.value(at) else { continue };
            self.literals.push((hash(&text), span.start));
            if !self.taken.contains(&at) && text.trim().contains(' ') && self.source.name_at(at).is_some() {
                self.mentions.push((hash(&text), 0, MentionKind::Text, span));
            }
        }
    }

    fn finish(mut self, text: &str, encoding: Encoding) -> TestFile {
        let lines = LineIndex::new(text);
        self.mentions.sort_by_key(|(_, _, kind, span)| (*span, *kind));
        self.mentions.truncate(MAX_LITERALS);
        let mut places = Columns { text, lines: &lines, encoding, last: (0, 0), line: 0 };
        let mention = |(hash, within, kind, span): (u64, u64, MentionKind, Span)| {
            let start = places.at(span.start);
            let end = places.at(span.end);
            Mention { hash, within, kind, start, end }
        };
        let mentions = self.mentions.into_iter().map(mention).collect();
        let mut literals: Vec<(u64, u32)> =
            self.literals.into_iter().map(|(hash, start)| (hash, lines.line_of(start))).collect();
        literals.sort_unstable();
        let consumers = self.consumers.into_iter().map(|(start, hash)| (lines.line_of(start), hash));
        let (consumers, computes) = (consumers.take(MAX_CONSUMERS).collect(), self.computes);
        TestFile { mentions, literals, consumers, computes, verifies: words::verifies(text) }
    }
}

/// The first token of what is passed to the word at `at`, or given to the key of that name.
fn argument(source: &Source<'_>, at: usize) -> Option<usize> {
    let next = at + 1;
    // `uponReceiving("...")`, generic ones of C# and Go included in what is not seen.
    if source.is_sign(next, b'(') {
        let first = next + 1;
        // `description = "..."`, `description: "..."`
        let named = source.word(first).is_some()
            && (source.is_assignment(first + 1) || source.is_sign(first + 1, b':'))
            && !source.is_sign(first + 2, b':');
        return Some(if named { first + 2 } else { first });
    }
    // `upon_receiving "..."`
    if source.is_text(next) && !source.is_first(next) {
        return matches!(source.language, Language::Ruby | Language::Groovy | Language::Scala)
            .then_some(next);
    }
    // `uponReceiving: "..."`, `"uponReceiving" => "..."`, `consumer = "..."`
    if source.is_operator(next, b"=>") {
        return Some(next + 2);
    }
    if source.is_operator(next, b"::") {
        return None;
    }
    (source.is_sign(next, b':') || source.is_assignment(next)).then_some(next + 1)
}

/// The text that starts at `at`, literals put together, and the token after it. `None` if any
/// of it is computed.
fn text_at(source: &Source<'_>, at: usize) -> Option<(String, usize)> {
    let (text, end) = if source.word(at).is_some() {
        let mut last = at;
        // `Names.A_REQUEST`; no path is longer.
        for _ in 0..8 {
            if !source.is_sign(last + 1, b'.') || source.word(last + 2).is_none() {
                break;
            }
            last += 2;
        }
        (source.name_at(last)?, last + 1)
    } else {
        joined(source, at)?
    };
    if text.is_empty() || text.len() > MAX_TEXT || !ends(source, end) {
        return None;
    }
    Some((text, end))
}

/// The literals from `at` on that make one text, and the token after them.
fn joined(source: &Source<'_>, mut at: usize) -> Option<(String, usize)> {
    let mut text = source.value(at)?;
    for _ in 0..MAX_PARTS {
        let next = at + 1;
        let plus = source.is_sign(next, b'+')
            || (source.is_sign(next, b'.') && source.language == Language::Php)
            || (source.is_sign(next, b'\\') && source.language == Language::Ruby);
        let beside = source.is_text(next)
            && (source.language == Language::Python
                || (source.language == Language::Ruby && !source.is_first(next)));
        let more = match (plus, beside) {
            (true, _) if source.is_text(next + 1) => next + 1,
            (false, true) => next,
            _ => return Some((text, next)),
        };
        text.push_str(&source.value(more)?);
        if text.len() > MAX_TEXT {
            return None;
        }
        at = more;
    }
    None
}

/// Whether a text ends before `at`, so that nothing is added to it or taken from it.
fn ends(source: &Source<'_>, at: usize) -> bool {
    if source.is_sign(at, b'.') {
        let harmless = ["to_string", "to_owned", "into", "freeze", "trimIndent", "stripIndent", "toString"];
        let wraps = ["as_str", "as_ref", "clone"];
        return source.is_first(at) || source.is_word(at + 1, &harmless) || source.is_word(at + 1, &wraps);
    }
    match source.sign(at) {
        Some(sign) => matches!(sign, b',' | b')' | b'}' | b']' | b';' | b'{') || source.is_first(at),
        // The end of the file, of the line, or a block.
        None => at >= source.len() || source.is_first(at) || source.is_word(at, &["do", "as"]),
    }
}

/// Lines and columns of places that come in order. A line may be as long as the file, so
/// its characters are counted once.
struct Columns<'a> {
    text: &'a str,
    lines: &'a LineIndex,
    encoding: Encoding,
    /// Offset and column of the last place.
    last: (u32, u32),
    line: u32,
}

impl Columns<'_> {
    fn at(&mut self, offset: u32) -> LineCol {
        let line = self.lines.line_of(offset);
        let (from, col) = if line == self.line && offset >= self.last.0 {
            self.last
        } else {
            (self.lines.line_span(self.text, line).start, 0)
        };
        let passed = self.text.get(from as usize..offset as usize).unwrap_or("");
        (self.line, self.last) = (line, (offset, col + width(passed, self.encoding)));
        LineCol { line, col: self.last.1 }
    }
}
