//! Texts, patterns and names as the languages of tests write them.

use crate::analysis::source::{Language, is_unseen, string_literal};
use crate::config::Dsl;

/// A string literal.
pub(super) fn string(dsl: Dsl, text: &str) -> String {
    string_literal(language(dsl), text)
}

fn language(dsl: Dsl) -> Language {
    match dsl {
        Dsl::Js => Language::JavaScript,
        Dsl::Python => Language::Python,
        Dsl::Java => Language::Java,
        Dsl::Kotlin => Language::Kotlin,
        Dsl::Go => Language::Go,
        Dsl::Net => Language::CSharp,
        Dsl::Php => Language::Php,
    }
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
