//! The tokens of a file, with brackets paired and constants known.

use rustc_hash::FxHashMap;

use crate::analysis::source::Language;
use crate::analysis::source::lexer::{Kind, Token, tokens};
use crate::text::Span;

/// The tokens of a text, by number.
pub(in crate::analysis) struct Source<'a> {
    pub(in crate::analysis) text: &'a str,
    pub(in crate::analysis) language: Language,
    tokens: Vec<Token>,
    /// For a bracket: the token that closes or opens it; for anything else itself.
    partner: Vec<u32>,
    /// Names that stand for one text in all of the file, by the token of the text.
    constants: FxHashMap<&'a str, Option<usize>>,
}

impl<'a> Source<'a> {
    pub(in crate::analysis) fn new(text: &'a str, language: Language) -> Source<'a> {
        let tokens = tokens(text, language);
        let partner = pair(&tokens);
        let mut source = Source { text, language, tokens, partner, constants: FxHashMap::default() };
        source.constants = source.constants();
        source
    }

    pub(in crate::analysis) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(in crate::analysis) fn span(&self, at: usize) -> Option<Span> {
        self.tokens.get(at).map(|token| token.span)
    }

    pub(in crate::analysis) fn word(&self, at: usize) -> Option<&'a str> {
        let token = self.tokens.get(at)?;
        (token.kind == Kind::Word).then(|| token.span.of(self.text))
    }

    pub(in crate::analysis) fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.word(at).is_some_and(|word| words.contains(&word))
    }

    pub(in crate::analysis) fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    pub(in crate::analysis) fn sign(&self, at: usize) -> Option<u8> {
        match self.tokens.get(at)?.kind {
            Kind::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    /// Whether these signs stand here side by side, as those of one operator do.
    pub(in crate::analysis) fn is_operator(&self, at: usize, operator: &[u8]) -> bool {
        let adjacent = |i: usize| {
            i == 0 || {
                let ends = self.span(at + i - 1).map(|span| span.end);
                ends.is_some() && ends == self.span(at + i).map(|span| span.start)
            }
        };
        operator.iter().enumerate().all(|(i, sign)| self.is_sign(at + i, *sign) && adjacent(i))
    }

    /// Whether one `=` stands here that gives something a value.
    pub(in crate::analysis) fn is_assignment(&self, at: usize) -> bool {
        self.is_sign(at, b'=')
            && !self.is_operator(at, b"==")
            && !self.is_operator(at, b"=>")
            && !at.checked_sub(1).is_some_and(|before| {
                [b"==", b"!=", b"<=", b">="].iter().any(|operator| self.is_operator(before, *operator))
            })
    }

    /// A string literal, computed ones included.
    pub(in crate::analysis) fn is_text(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Text(..) | Kind::Dynamic))
    }

    /// The value of a literal that is not computed.
    pub(in crate::analysis) fn value(&self, at: usize) -> Option<String> {
        match self.tokens.get(at)?.kind {
            Kind::Text(quote, inside) => Some(quote.decode(inside.of(self.text)).into_owned()),
            _ => None,
        }
    }

    pub(in crate::analysis) fn is_first(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.first)
    }

    pub(in crate::analysis) fn indent(&self, at: usize) -> u32 {
        self.tokens.get(at).map_or(0, |token| token.indent)
    }

    pub(in crate::analysis) fn opens(&self, at: usize) -> bool {
        matches!(self.sign(at), Some(b'(' | b'[' | b'{'))
    }

    /// The token that closes the bracket at `at`, or the end of the file.
    pub(in crate::analysis) fn close(&self, at: usize) -> usize {
        self.partner.get(at).map_or(self.len(), |partner| *partner as usize)
    }

    /// The token after the one at `at`, or after the brackets that it opens.
    pub(in crate::analysis) fn after(&self, at: usize) -> usize {
        if self.opens(at) { self.close(at).max(at) + 1 } else { at + 1 }
    }

    /// The token that opens the bracket closed at `at`, else `at`.
    pub(in crate::analysis) fn open(&self, at: usize) -> usize {
        self.partner.get(at).map_or(at, |partner| (*partner as usize).min(at))
    }

    /// The name that the token at `at` is or stands for; `None` if it is computed.
    pub(in crate::analysis) fn name_at(&self, at: usize) -> Option<String> {
        if let Some(word) = self.word(at) {
            return self.value((*self.constants.get(word)?)?);
        }
        if self.is_joined(at) { None } else { self.value(at) }
    }

    /// Whether the literal at `at` is a part of a larger text.
    fn is_joined(&self, at: usize) -> bool {
        let after = at + 1;
        let before = at.wrapping_sub(1);
        let plus =
            |at: usize| self.is_sign(at, b'+') || (self.language == Language::Php && self.is_sign(at, b'.'));
        let side_by_side = matches!(self.language, Language::Python | Language::Ruby)
            && ((self.is_text(after) && !self.is_first(after))
                || (self.language == Language::Python && (self.is_text(after) || self.is_text(before))));
        let formatted = self.is_sign(after, b'.')
            && self.is_word(after + 1, &["format", "formatted", "replace", "concat", "replacingOccurrences"]);
        let percent = self.is_sign(after, b'%')
            && matches!(self.language, Language::Python | Language::Ruby)
            && !self.is_first(after);
        plus(after) || plus(before) || side_by_side || formatted || percent
    }

    fn constants(&self) -> FxHashMap<&'a str, Option<usize>> {
        let mut constants: FxHashMap<&'a str, Option<usize>> = FxHashMap::default();
        for at in 1..self.len() {
            if !self.is_text(at + 1) || !self.is_assignment(at) {
                continue;
            }
            let Some(before) = self.word(at - 1) else { continue };
            let name = match at.checked_sub(3).filter(|_| self.is_sign(at - 2, b':')) {
                // `NAME: string = "..."`
                Some(named) => self.word(named).unwrap_or(before),
                None if before == "string" => {
                    at.checked_sub(2).and_then(|named| self.word(named)).unwrap_or(before)
                }
                None => before,
            };
            let text = (!self.is_joined(at + 1)).then_some(at + 1);
            // A name with two values is none to rely on.
            constants.entry(name).and_modify(|known| *known = None).or_insert(text);
        }
        constants
    }
}

/// Pairs the brackets; those without a partner point at the end, or at themselves if they
/// close nothing.
fn pair(tokens: &[Token]) -> Vec<u32> {
    let end = tokens.len() as u32;
    let mut partner: Vec<u32> = (0..end).collect();
    let mut open: Vec<(u8, u32)> = Vec::new();
    let mut counts = [0usize; 3];
    let slot = |sign: u8| match sign {
        b'(' | b')' => Some(0),
        b'[' | b']' => Some(1),
        b'{' | b'}' => Some(2),
        _ => None,
    };
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Sign(sign) = token.kind else { continue };
        let Some(kind) = slot(sign) else { continue };
        if matches!(sign, b'(' | b'[' | b'{') {
            open.push((sign, at as u32));
            counts[kind] += 1;
            partner[at] = end;
        } else if counts[kind] > 0 {
            while let Some((opened, from)) = open.pop() {
                let opened = slot(opened).unwrap_or(kind);
                counts[opened] -= 1;
                partner[from as usize] = at as u32;
                if opened == kind {
                    partner[at] = from;
                    break;
                }
            }
        }
    }
    partner
}
