//! From the text of a pattern to its tokens.

use std::fmt;

/// A pattern the core can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub(super) tokens: Vec<Token>,
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Text that must stand in the value exactly.
    Literal(String),
    /// A run of one pattern letter.
    Field {
        /// The letter, always ASCII.
        letter: char,
        /// How often it is repeated, at least 1.
        count: usize,
    },
}

/// Why the core cannot read a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    /// Where the part that cannot be read begins, in bytes from the start of the pattern.
    pub offset: usize,
    /// The pattern from `offset` to its end.
    pub rest: String,
    /// What is wrong there.
    pub problem: FormatProblem,
}

/// What is wrong with a pattern at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatProblem {
    /// The pattern has no character at all.
    Empty,
    /// A letter without a meaning; letters that stand for themselves must be quoted.
    UnknownLetter(char),
    /// A digit, brace or bracket; the core takes them only within quotes.
    Reserved(char),
    /// A quote that opens a text and is never closed.
    UnclosedQuote,
    /// A letter repeated more often than the core allows.
    TooMany {
        /// The letter.
        letter: char,
        /// The longest run of it that the core reads.
        most: usize,
    },
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            FormatProblem::Empty => write!(f, "the pattern is empty"),
            FormatProblem::UnknownLetter(letter) => {
                write!(f, "'{letter}' is not a pattern letter; text must stand in single quotes")
            }
            FormatProblem::Reserved(found) => write!(f, "'{found}' must stand in single quotes"),
            FormatProblem::UnclosedQuote => write!(f, "a single quote is not closed"),
            FormatProblem::TooMany { letter, most } => {
                write!(f, "'{letter}' may be repeated at most {most} times")
            }
        }
    }
}

impl std::error::Error for FormatError {}

impl Format {
    /// Reads a pattern.
    ///
    /// An empty pattern is an error here; a matcher without a format has its kind's
    /// [`default_format`](super::Kind::default_format), which the caller puts in.
    ///
    /// # Errors
    ///
    /// Where and why the core would refuse the pattern (pact_models time_utils.rs `parse_pattern`).
    pub fn parse(pattern: &str) -> Result<Format, FormatError> {
        let fail =
            |offset: usize, problem| FormatError { offset, rest: pattern[offset..].to_owned(), problem };
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(first) = pattern[at..].chars().next() {
            let rest = &pattern[at..];
            let length;
            if first.is_ascii_alphabetic() {
                let most = longest_run(first).ok_or_else(|| fail(at, FormatProblem::UnknownLetter(first)))?;
                length = run_length(rest, first);
                if length > most {
                    return Err(fail(at, FormatProblem::TooMany { letter: first, most }));
                }
                tokens.push(Token::Field { letter: first, count: length });
            } else if first == '\'' {
                let text;
                (text, length) = quoted(rest).ok_or_else(|| fail(at, FormatProblem::UnclosedQuote))?;
                tokens.push(Token::Literal(text));
            } else if is_reserved(first) {
                return Err(fail(at, FormatProblem::Reserved(first)));
            } else {
                length = plain_length(rest);
                tokens.push(Token::Literal(rest[..length].to_owned()));
            }
            at += length;
        }
        if tokens.is_empty() {
            return Err(fail(0, FormatProblem::Empty));
        }
        Ok(Format { tokens })
    }

    /// Whether any letter of the pattern is more than text.
    pub(super) fn has_fields(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Field { .. }))
    }
}

/// The longest run of a pattern letter, `None` for a letter without a meaning.
pub(super) fn longest_run(letter: char) -> Option<usize> {
    Some(match letter {
        'a' | 'c' => 1,
        'w' | 'W' | 'F' | 'd' | 'h' | 'H' | 'k' | 'K' | 'm' | 's' | 'q' | 'V' => 2,
        'O' | 'z' => 4,
        'G' | 'M' | 'L' | 'E' | 'e' | 'Q' | 'x' | 'X' | 'Z' => 5,
        'y' | 'Y' | 'u' | 'D' | 'S' | 'n' | 'N' | 'A' => usize::MAX,
        _ => return None,
    })
}

/// How many bytes of `text` the run of `letter` at its start takes.
pub(super) fn run_length(text: &str, letter: char) -> usize {
    text.bytes().take_while(|&b| char::from(b) == letter).count()
}

/// Digits, braces and brackets are kept back by the core.
pub(super) fn is_reserved(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '{' | '}' | '[' | ']')
}

/// How many bytes at the start of `text` stand for themselves without quotes.
pub(super) fn plain_length(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_alphabetic() || c == '\'' || is_reserved(c)).unwrap_or(text.len())
}

/// The text in quotes at the start of `text`, and how many bytes it takes there.
///
/// Two quotes are one quote; within a quoted text the core folds any run of quotes into one. A doubled
/// quote is read before a closing one and never given back, so `'a''` is an open quote.
pub(super) fn quoted(text: &str) -> Option<(String, usize)> {
    closed_quote(text).or_else(|| text.starts_with("''").then(|| ("'".to_owned(), 2)))
}

fn closed_quote(text: &str) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with("''") {
            if !content.ends_with('\'') {
                content.push('\'');
            }
            at += 2;
        } else if rest.starts_with('\'') {
            return (!content.is_empty()).then_some((content, at + 1));
        } else {
            let length = rest.find('\'')?;
            content.push_str(&rest[..length]);
            at += length;
        }
    }
}
