//! Where literals start, language by language.

use crate::analysis::source::Language;
use crate::analysis::source::lexer::{Kind, Lexer, is_word};
use crate::analysis::source::quote::{Escape, Holes, Quote, Stop};

/// A literal that starts here; with the length of what opens it or of all of it.
pub(super) enum Opening<'a> {
    /// A string literal.
    Literal(Quote, usize),
    /// Anything in which quotes and brackets do not count.
    Other(usize),
    /// A here-document: what closes it.
    Heredoc(&'a str, usize),
}

/// Quotes or `#` around one literal; more are cut.
const MAX_MARKS: usize = 64;

/// The literal that starts where the lexer is.
pub(super) fn opening<'a>(lexer: &Lexer<'a>) -> Option<Opening<'a>> {
    use Language::{
        CSharp, Go, Groovy, Java, JavaScript, Kotlin, Php, Python, Ruby, Rust, Scala, TypeScript,
    };
    let byte = lexer.peek(0);
    match lexer.language {
        Java | Kotlin | Scala => jvm(lexer, byte),
        Groovy => {
            let holes = if byte == b'"' { Holes::Dollar } else { Holes::None };
            quoted(lexer, byte, b"\"'", Quote::plain(byte).with(Escape::Backslash, holes))
        }
        JavaScript | TypeScript => match byte {
            b'"' | b'\'' => Some(Opening::Literal(Quote::plain(byte), 1)),
            b'`' => {
                let quote = Quote::plain(byte).with(Escape::Backslash, Holes::DollarBrace);
                Some(Opening::Literal(quote.long(1), 1))
            }
            b'/' => pattern(lexer),
            _ => None,
        },
        Python => python(lexer, byte),
        Ruby => ruby(lexer, byte),
        CSharp => csharp(lexer, byte),
        Php => match byte {
            b'\'' => {
                let quote = Quote::plain(byte).with(Escape::QuoteOnly, Holes::None);
                Some(Opening::Literal(quote.long(1), 1))
            }
            b'"' | b'`' => {
                let quote = Quote::plain(byte).with(Escape::Backslash, Holes::Php);
                Some(Opening::Literal(quote.long(1), 1))
            }
            b'<' if lexer.starts("<<<") => heredoc(lexer, 3),
            _ => None,
        },
        Go => match byte {
            b'"' => Some(Opening::Literal(Quote::plain(byte), 1)),
            b'`' => {
                let quote = Quote::plain(byte).with(Escape::None, Holes::None);
                Some(Opening::Literal(quote.long(1), 1))
            }
            b'\'' => character(lexer),
            _ => None,
        },
        Rust => rust(lexer, byte),
    }
}

/// A literal in one of `marks`, or in three of them.
fn quoted<'a>(lexer: &Lexer<'a>, byte: u8, marks: &[u8], quote: Quote) -> Option<Opening<'a>> {
    if !marks.contains(&byte) {
        return None;
    }
    if lexer.peek(1) == byte && lexer.peek(2) == byte {
        return Some(Opening::Literal(quote.long(3), 3));
    }
    Some(Opening::Literal(quote, 1))
}

fn jvm<'a>(lexer: &Lexer<'a>, byte: u8) -> Option<Opening<'a>> {
    let plain = Quote::plain(b'"');
    match (byte, lexer.language) {
        (b'\'', _) => character(lexer),
        (b'"', Language::Kotlin) => {
            let long = lexer.starts("\"\"\"");
            let escape = if long { Escape::None } else { Escape::Backslash };
            quoted(lexer, byte, b"\"", plain.with(escape, Holes::Dollar))
        }
        (b'"', Language::Scala) => {
            // What stands right before the quote says whether there are holes.
            let before = lexer.at.checked_sub(1).and_then(|at| lexer.bytes.get(at));
            let holes = before.is_some_and(|byte| is_word(*byte, lexer.language));
            let holes = if holes { Holes::Dollar } else { Holes::None };
            let escape = if lexer.starts("\"\"\"") { Escape::None } else { Escape::Backslash };
            quoted(lexer, byte, b"\"", plain.with(escape, holes))
        }
        _ => quoted(lexer, byte, b"\"", plain),
    }
}

/// `'x'` or `'\n'`; anything else in single quotes is a sign.
fn character<'a>(lexer: &Lexer<'a>) -> Option<Opening<'a>> {
    if lexer.peek(1) == b'\\' {
        let end = (3..12).find(|ahead| lexer.peek(*ahead) == b'\'')?;
        return Some(Opening::Other(end + 1));
    }
    let ch = lexer.text.get(lexer.at + 1..)?.chars().next()?;
    let end = 1 + ch.len_utf8();
    (ch != '\n' && ch != '\'' && lexer.peek(end) == b'\'').then_some(Opening::Other(end + 1))
}

fn python<'a>(lexer: &Lexer<'a>, byte: u8) -> Option<Opening<'a>> {
    if byte == b'"' || byte == b'\'' {
        return quoted(lexer, byte, b"\"'", Quote::plain(byte));
    }
    let prefix =
        (0..3).find(|ahead| !lexer.peek(*ahead).is_ascii_alphabetic()).filter(|length| *length > 0)?;
    let mark = lexer.peek(prefix);
    let letters = lexer.bytes.get(lexer.at..lexer.at + prefix)?;
    let after_word = lexer.at > 0 && is_word(lexer.bytes[lexer.at - 1], lexer.language);
    if !matches!(mark, b'"' | b'\'') || after_word || letters.iter().any(|l| !b"rRbBuUfFtT".contains(l)) {
        return None;
    }
    let has = |letter: u8| letters.iter().any(|l| l.eq_ignore_ascii_case(&letter));
    let holes = if has(b'f') || has(b't') { Holes::Brace } else { Holes::None };
    // A raw literal keeps its backslashes; one before the quote still guards it, which is
    // rare enough in a name to be left out.
    let escape = if has(b'r') { Escape::None } else { Escape::Backslash };
    let quote = Quote::plain(mark).with(escape, holes);
    let long = lexer.peek(prefix + 1) == mark && lexer.peek(prefix + 2) == mark;
    Some(if long { Opening::Literal(quote.long(3), prefix + 3) } else { Opening::Literal(quote, prefix + 1) })
}

fn ruby<'a>(lexer: &Lexer<'a>, byte: u8) -> Option<Opening<'a>> {
    let double = |mark| Quote::plain(mark).with(Escape::Backslash, Holes::Hash).long(1);
    let single = |mark| Quote::plain(mark).with(Escape::QuoteOnly, Holes::None).long(1);
    match byte {
        b'\'' => Some(Opening::Literal(single(byte), 1)),
        b'"' | b'`' => Some(Opening::Literal(double(byte), 1)),
        b'/' => pattern(lexer),
        b'<' if lexer.starts("<<") => heredoc(lexer, 2),
        b'%' => {
            let close = |open: u8| match open {
                b'(' => Some(b')'),
                b'[' => Some(b']'),
                b'{' => Some(b'}'),
                b'<' => Some(b'>'),
                b'|' | b'!' => Some(open),
                _ => None,
            };
            let mark = close(lexer.peek(2))?;
            match lexer.peek(1) {
                b'q' => Some(Opening::Literal(single(mark), 3)),
                b'Q' => Some(Opening::Literal(double(mark), 3)),
                b'w' | b'W' | b'i' | b'I' | b'r' | b'x' => {
                    if lexer.at < lexer.hopeless.get() {
                        return None;
                    }
                    match single(mark).read(lexer.bytes, lexer.at + 3) {
                        Stop::Closed(_, end) => Some(Opening::Other(end - lexer.at)),
                        _ => {
                            lexer.hopeless.set(lexer.bytes.len());
                            None
                        }
                    }
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn csharp<'a>(lexer: &Lexer<'a>, byte: u8) -> Option<Opening<'a>> {
    if byte == b'\'' {
        return character(lexer);
    }
    let signs = (0..4).find(|ahead| !matches!(lexer.peek(*ahead), b'$' | b'@'))?;
    if lexer.peek(signs) != b'"' {
        return None;
    }
    let has = |sign: u8| (0..signs).any(|ahead| lexer.peek(ahead) == sign);
    let quotes = (signs..).take(MAX_MARKS).take_while(|ahead| lexer.peek(*ahead) == b'"').count();
    let holes = if has(b'$') { Holes::Brace } else { Holes::None };
    let plain = Quote::plain(b'"');
    if quotes >= 3 && !has(b'@') {
        let quote = plain.with(Escape::None, holes).long(quotes);
        return Some(Opening::Literal(quote, signs + quotes));
    }
    if has(b'@') {
        return Some(Opening::Literal(plain.with(Escape::Doubled, holes).long(1), signs + 1));
    }
    Some(Opening::Literal(plain.with(Escape::Backslash, holes), signs + 1))
}

fn rust<'a>(lexer: &Lexer<'a>, byte: u8) -> Option<Opening<'a>> {
    let plain = Quote::plain(b'"').long(1);
    match byte {
        b'"' => Some(Opening::Literal(plain, 1)),
        b'\'' => character(lexer),
        b'r' | b'b' => {
            let after_word = lexer.at > 0 && is_word(lexer.bytes[lexer.at - 1], lexer.language);
            let letters = if byte == b'b' && lexer.peek(1) == b'r' { 2 } else { 1 };
            let hashes = (letters..).take(MAX_MARKS).take_while(|ahead| lexer.peek(*ahead) == b'#').count();
            if after_word || lexer.peek(letters + hashes) != b'"' {
                return None;
            }
            if byte == b'b' && letters == 1 {
                return (hashes == 0).then_some(Opening::Literal(plain, 2));
            }
            let quote = Quote { hashes, ..plain.with(Escape::None, Holes::None) };
            Some(Opening::Literal(quote, letters + hashes + 1))
        }
        _ => None,
    }
}

/// `<<~WORD` and `<<<'WORD'`, after `skip` bytes.
fn heredoc<'a>(lexer: &Lexer<'a>, skip: usize) -> Option<Opening<'a>> {
    let mut at = skip;
    while matches!(lexer.peek(at), b'~' | b'-' | b'"' | b'\'') {
        at += 1;
    }
    let start = lexer.at + at;
    let length = lexer.bytes.get(start..)?.iter().take_while(|byte| is_word(**byte, lexer.language)).count();
    let word = lexer.text.get(start..start + length)?;
    // `list << item` is an append.
    let named = word.starts_with(|ch: char| ch.is_ascii_uppercase() || (at > skip && ch == '_'));
    if !named {
        return None;
    }
    let closing = usize::from(matches!(lexer.peek(at + length), b'"' | b'\''));
    Some(Opening::Heredoc(word, at + length + closing))
}

/// A pattern between slashes, where an operand can stand.
fn pattern<'a>(lexer: &Lexer<'a>) -> Option<Opening<'a>> {
    let operand = lexer.tokens.last().is_none_or(|last| match last.kind {
        Kind::Sign(sign) => !matches!(sign, b')' | b']' | b'}'),
        Kind::Word => {
            let word = last.span.of(lexer.text);
            matches!(word, "return" | "typeof" | "case" | "in" | "of" | "when" | "if" | "and" | "or" | "not")
        }
        _ => false,
    });
    if !operand || lexer.at < lexer.hopeless.get() {
        return None;
    }
    let mut class = false;
    let mut at = lexer.at + 1;
    while let Some(&byte) = lexer.bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => break,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return Some(Opening::Other(at + 1 - lexer.at)),
            _ => {}
        }
        at += 1;
    }
    lexer.hopeless.set(at);
    None
}
