//! Source text to words, signs and string literals, for a dozen languages: enough to know
//! what is text, what is code and what is a comment. Linear, and never fails.

use std::cell::Cell;

use crate::analysis::source::Language;
use crate::analysis::source::literal::{self, Opening};
use crate::analysis::source::quote::{Quote, Stop};
use crate::text::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, keyword or number.
    Word,
    /// A string literal without anything computed; with the span of its inside.
    Text(Quote, Span),
    /// A string literal in which something is computed.
    Dynamic,
    /// A character that is none of the above.
    Sign(u8),
    /// A literal of no interest: a character, a pattern, a string that is never closed.
    Other,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// How far its line is indented, in bytes.
    pub(super) indent: u32,
    /// Whether it is the first of its line.
    pub(super) first: bool,
}

pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) text: &'a str,
    pub(super) language: Language,
    pub(super) at: usize,
    pub(super) tokens: Vec<Token>,
    /// Literals whose code is being read: how they go on, and how many braces are open.
    open: Vec<(Quote, usize)>,
    line_start: usize,
    first: bool,
    indent: u32,
    /// Words that close the here-documents which start on the next line.
    heredocs: Vec<&'a str>,
    /// Before this offset no literal that needs an end is looked for any more: one was, and
    /// there was no end. It keeps the work linear.
    pub(super) hopeless: Cell<usize>,
}

/// Reads the tokens of a text.
pub(super) fn tokens(text: &str, language: Language) -> Vec<Token> {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        text,
        language,
        at: 0,
        tokens: Vec::new(),
        open: Vec::new(),
        line_start: 0,
        first: true,
        indent: 0,
        heredocs: Vec::new(),
        hopeless: Cell::new(0),
    };
    if language == Language::Php {
        lexer.skip_to_php();
    }
    while lexer.step() {}
    lexer.tokens
}

impl<'a> Lexer<'a> {
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn step(&mut self) -> bool {
        let Some(&byte) = self.bytes.get(self.at) else { return false };
        match byte {
            b'\n' => {
                self.at += 1;
                self.new_line();
            }
            _ if byte.is_ascii_whitespace() => self.at += 1,
            _ if self.comment(byte) => {}
            _ => {
                if self.first {
                    self.indent = (self.at - self.line_start) as u32;
                }
                self.token(byte);
            }
        }
        true
    }

    fn new_line(&mut self) {
        self.line_start = self.at;
        self.first = true;
        for word in std::mem::take(&mut self.heredocs) {
            self.skip_heredoc(word);
        }
    }

    fn token(&mut self, byte: u8) {
        match literal::opening(self) {
            Some(Opening::Literal(quote, length)) => {
                let start = self.at;
                self.at += length;
                self.string(quote, start, false);
                return;
            }
            Some(Opening::Other(length)) => {
                let start = self.at;
                self.at = self.bytes.len().min(start + length);
                self.push(Kind::Other, start);
                return;
            }
            Some(Opening::Heredoc(word, length)) => {
                self.heredocs.push(word);
                let start = self.at;
                self.at += length;
                self.push(Kind::Other, start);
                return;
            }
            None => {}
        }
        let start = self.at;
        if is_word(byte, self.language) {
            while self.bytes.get(self.at).is_some_and(|byte| is_word(*byte, self.language)) {
                self.at += 1;
            }
            self.push(Kind::Word, start);
            return;
        }
        self.at += 1;
        if let Some((_, depth)) = self.open.last_mut() {
            match byte {
                b'{' => *depth += 1,
                b'}' if *depth == 0 => {
                    let quote = self.open.pop().map(|(quote, _)| quote);
                    self.push(Kind::Sign(b')'), start);
                    if let Some(quote) = quote {
                        self.string(quote, start, true);
                    }
                    return;
                }
                b'}' => *depth -= 1,
                _ => {}
            }
        }
        self.push(Kind::Sign(byte), start);
    }

    /// Reads a literal on from inside; `computed` says that a part of it was.
    fn string(&mut self, quote: Quote, start: usize, mut computed: bool) {
        let inside = self.at;
        let resumed = computed;
        loop {
            match quote.read(self.bytes, self.at) {
                Stop::Closed(end, after) => {
                    self.at = after;
                    let kind = if computed {
                        Kind::Dynamic
                    } else {
                        Kind::Text(quote, Span::new(inside as u32, end as u32))
                    };
                    if !resumed {
                        self.push(kind, start);
                    }
                    break;
                }
                Stop::Name(after) => {
                    computed = true;
                    self.at = after;
                }
                Stop::Hole(after) => {
                    self.at = after;
                    if !resumed {
                        self.push(Kind::Dynamic, start);
                    }
                    self.push(Kind::Sign(b'('), after - 1);
                    self.open.push((quote, 0));
                    break;
                }
                Stop::Broken(end) => {
                    self.at = end.max(self.at);
                    if !resumed {
                        self.push(Kind::Other, start);
                    }
                    break;
                }
            }
        }
        // Literals of several lines start no new one for what follows them.
        if let Some(last) = self.text.get(start..self.at).and_then(|text| text.rfind('\n')) {
            self.line_start = start + last + 1;
        }
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let span = Span::new(start as u32, self.at as u32);
        self.tokens.push(Token { kind, span, indent: self.indent, first: self.first });
        self.first = false;
    }

    /// Skips a comment; says whether there was one.
    fn comment(&mut self, byte: u8) -> bool {
        use Language::{CSharp, JavaScript, Php, Python, Ruby, TypeScript};
        let hash = match self.language {
            Python | Ruby => true,
            Php => self.peek(1) != b'[',
            CSharp => self.first,
            JavaScript | TypeScript => self.at == 0 && self.peek(1) == b'!',
            _ => false,
        };
        let slashes = !matches!(self.language, Python | Ruby);
        match (byte, self.peek(1)) {
            (b'#', _) if hash => self.skip_line(),
            (b'/', b'/') if slashes => self.skip_line(),
            (b'/', b'*') if slashes => self.skip_block(),
            (b'?', b'>') if self.language == Php => self.skip_to_php(),
            (b'=', b'b') if self.language == Ruby && self.first && self.starts("=begin") => {
                self.skip_past("\n=end");
                self.skip_line();
            }
            (b'_', b'_') if self.language == Ruby && self.first && self.starts("__END__") => {
                self.at = self.bytes.len();
            }
            _ => return false,
        }
        true
    }

    pub(super) fn starts(&self, with: &str) -> bool {
        self.bytes[self.at..].starts_with(with.as_bytes())
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        let mut length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if self.language == Language::Php {
            // The end of the code ends a comment too.
            length = memchr::memmem::find(&rest[..length], b"?>").unwrap_or(length);
        }
        self.at += length;
    }

    fn skip_block(&mut self) {
        use Language::{Kotlin, Rust, Scala};
        let nests = matches!(self.language, Kotlin | Rust | Scala);
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            let Some(next) = memchr::memchr2(b'/', b'*', &self.bytes[self.at..]) else { break };
            self.at += next;
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') if depth == 0 || nests => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth = depth.saturating_sub(1);
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
    }

    fn skip_past(&mut self, text: &str) {
        let found = memchr::memmem::find(&self.bytes[self.at..], text.as_bytes());
        self.at = found.map_or(self.bytes.len(), |found| self.at + found + text.len());
    }

    fn skip_to_php(&mut self) {
        self.skip_past("<?");
    }

    /// Skips lines up to one that holds `word` alone, as a here-document ends.
    fn skip_heredoc(&mut self, word: &str) {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = rest[..length].trim_ascii();
            let ends = line.strip_prefix(word.as_bytes());
            if ends.is_some_and(|after| !after.first().is_some_and(|byte| is_word(*byte, self.language))) {
                // What follows the word goes on with the code.
                let indent = length - rest[..length].trim_ascii_start().len();
                self.at += indent + word.len();
                return;
            }
            self.at += length;
            self.line_start = self.at;
        }
    }
}

/// Whether a byte is part of a name.
pub(super) fn is_word(byte: u8, language: Language) -> bool {
    use Language::{Groovy, Java, JavaScript, Php, TypeScript};
    byte.is_ascii_alphanumeric()
        || byte == b'_'
        || byte >= 0x80
        || (byte == b'$' && matches!(language, Groovy | Java | JavaScript | Php | TypeScript))
}
