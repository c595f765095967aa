//! String literals, as languages write them.

use std::fmt::Write;

use crate::analysis::source::Language;

/// A string literal: in double quotes everywhere, on one line, with nothing in it that the
/// language would read as something else or that nobody would see.
pub(crate) fn string_literal(language: Language, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Templates.
            '$' if matches!(language, Language::Kotlin | Language::Groovy | Language::Php) => {
                out.push_str("\\$")
            }
            '#' if language == Language::Ruby => out.push_str("\\#"),
            _ if is_unseen(ch) => code(language, ch, &mut out),
            _ => out.push(ch),
        }
    }
    out.push('"');
    out
}

/// Whether a character is better written as a number: it does not show, or it changes the
/// order of what does.
pub(in crate::analysis) fn is_unseen(ch: char) -> bool {
    ch.is_control()
        || matches!(ch,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The escape of a character by its number. Never of a line feed or quote: Java reads these
/// escapes before anything else, and the literal would end there.
fn code(language: Language, ch: char, out: &mut String) {
    let code = ch as u32;
    // Writing to a string does not fail.
    let _ = match language {
        Language::Ruby | Language::Php | Language::Rust => write!(out, "\\u{{{code:x}}}"),
        Language::Python | Language::Go if code > 0xffff => write!(out, "\\U{code:08x}"),
        _ => ch.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}")),
    };
}
