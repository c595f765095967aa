//! Texts, patterns and names as the languages of tests write them.

use std::fmt::Write;

use crate::config::Dsl;

/// A string literal: in double quotes everywhere, on one line, with nothing in it that the
/// language would read as something else or that nobody would see.
pub(super) fn string(dsl: Dsl, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // A template in both.
            '$' if matches!(dsl, Dsl::Kotlin | Dsl::Php) => out.push_str("\\$"),
            _ if is_unseen(ch) => code(dsl, ch, &mut out),
            _ => out.push(ch),
        }
    }
    out.push('"');
    out
}

/// Whether a character is better written as a number: it does not show, or it changes the
/// order of what does.
fn is_unseen(ch: char) -> bool {
    ch.is_control()
        || matches!(ch,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The escape of a character by its number. Never of a line feed or quote: Java reads these
/// escapes before anything else, and the literal would end there.
fn code(dsl: Dsl, ch: char, out: &mut String) {
    let code = ch as u32;
    // Writing to a string does not fail.
    let _ = match dsl {
        Dsl::Php => write!(out, "\\u{{{code:x}}}"),
        Dsl::Python | Dsl::Go if code > 0xffff => write!(out, "\\U{code:08x}"),
        _ => ch.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}")),
    };
}

/// A pattern as the language likes to have it: raw where that is possible.
pub(super) fn pattern(dsl: Dsl, pattern: &str) -> String {
    let plain = !pattern.is_empty() && !pattern.chars().any(is_unseen);
    match dsl {
        Dsl::Js if plain && is_javascript(pattern) => javascript(pattern),
        // A raw string cannot end in one backslash, nor hold its quote.
        Dsl::Python if plain && !pattern.contains('"') && !pattern.ends_with('\\') => {
            format!("r\"{pattern}\"")
        }
        Dsl::Go if plain && !pattern.contains('`') => format!("`{pattern}`"),
        Dsl::Net if plain => format!("@\"{}\"", pattern.replace('"', "\"\"")),
        // The library puts slashes around it before it tries it.
        Dsl::Php if plain => php(&slashes_escaped(pattern)),
        _ => string(dsl, pattern),
    }
}

/// Whether a pattern is certainly one of JavaScript too, so that a literal of it is no syntax
/// error in the test.
fn is_javascript(pattern: &str) -> bool {
    // Groups of other kinds, possessive quantifiers, quantified anchors.
    let foreign = ["(?", "*+", "++", "?+", "}+", "^*", "^+", "^?", "^{", "$*", "$+", "$?", "${", "\\b*"];
    let simple = pattern.replace("(?:", "(");
    !pattern.starts_with('*')
        && !foreign.iter().any(|part| simple.contains(part))
        && regex_syntax::ParserBuilder::new().nest_limit(64).build().parse(pattern).is_ok()
}

/// A literal between slashes.
fn javascript(pattern: &str) -> String {
    format!("/{}/", slashes_escaped(pattern))
}

/// With a backslash before each slash that has none.
fn slashes_escaped(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 4);
    let mut escaped = false;
    for ch in pattern.chars() {
        if ch == '/' && !escaped {
            out.push('\\');
        }
        escaped = ch == '\\' && !escaped;
        out.push(ch);
    }
    out
}

/// A literal in single quotes, in which only backslash and quote mean something.
fn php(text: &str) -> String {
    let mut out = String::from("'");
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        let doubled = ch == '\\' && matches!(chars.peek(), None | Some('\\' | '\''));
        if doubled || ch == '\'' {
            out.push('\\');
        }
        out.push(ch);
    }
    out + "'"
}

/// Whether a name can stand where the language wants an identifier.
pub(super) fn is_identifier(dsl: Dsl, name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|ch| ch.is_ascii_alphabetic() || ch == '_');
    first && chars.all(|ch| ch.is_ascii_alphanumeric() || ch == '_') && !is_reserved(dsl, name)
}

/// Words that are no names. In JavaScript every word is one in an object, but for a name that
/// sets the prototype.
fn is_reserved(dsl: Dsl, name: &str) -> bool {
    match dsl {
        Dsl::Js => name == "__proto__",
        Dsl::Python => PYTHON.contains(&name),
        Dsl::Net => CSHARP.contains(&name),
        _ => false,
    }
}

/// <https://docs.python.org/3/reference/lexical_analysis.html#keywords>, and what a method may
/// have as its own.
const PYTHON: [&str; 37] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "self",
    "state",
];

/// <https://learn.microsoft.com/dotnet/csharp/language-reference/keywords/>, those that are
/// reserved everywhere.
const CSHARP: [&str; 77] = [
    "abstract",
    "as",
    "base",
    "bool",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "checked",
    "class",
    "const",
    "continue",
    "decimal",
    "default",
    "delegate",
    "do",
    "double",
    "else",
    "enum",
    "event",
    "explicit",
    "extern",
    "false",
    "finally",
    "fixed",
    "float",
    "for",
    "foreach",
    "goto",
    "if",
    "implicit",
    "in",
    "int",
    "interface",
    "internal",
    "is",
    "lock",
    "long",
    "namespace",
    "new",
    "null",
    "object",
    "operator",
    "out",
    "override",
    "params",
    "private",
    "protected",
    "public",
    "readonly",
    "ref",
    "return",
    "sbyte",
    "sealed",
    "short",
    "sizeof",
    "stackalloc",
    "static",
    "string",
    "struct",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "uint",
    "ulong",
    "unchecked",
    "unsafe",
    "ushort",
    "using",
    "virtual",
    "void",
    "volatile",
    "while",
];
