//! Showing characters that a terminal would obey instead of print.

use std::borrow::Cow;

/// Whether `ch` acts on a terminal or hides text instead of showing something:
/// control characters, line and paragraph separators, bidirectional controls
/// (which reorder what a reader sees), the byte order mark and the invisible tag
/// characters. The joiners inside emoji are left alone.
pub fn is_hidden(ch: char) -> bool {
    ch.is_control()
        || matches!(ch,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every hidden character written out: `\n`, `\r`, `\t`, else
/// `\u{1b}` with the code point in hexadecimal.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|ch| push(&mut out, ch));
    Cow::Owned(out)
}

/// Appends `ch`, written out when it is hidden.
pub fn push(out: &mut String, ch: char) {
    match ch {
        '\n' | '\r' | '\t' => out.extend(ch.escape_default()),
        _ if is_hidden(ch) => out.extend(ch.escape_unicode()),
        _ => out.push(ch),
    }
}

/// An upper bound of the terminal columns that `ch` takes once shown; at least one,
/// so that a bound on columns also bounds characters.
pub fn columns(ch: char) -> usize {
    match ch {
        ' '..='~' => 1,
        '\t' => 4,
        _ if is_hidden(ch) => ch.escape_unicode().count(),
        // Hangul, the first wide script. Many characters above are narrow: a window
        // that is a little too small does no harm.
        '\u{1100}'.. => 2,
        _ => 1,
    }
}

/// `text` escaped and cut to `max` columns, with `…` where something was left out.
/// Reads no more of `text` than it returns.
pub fn clip(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    let mut safe = 0;
    for ch in text.chars() {
        used += columns(ch);
        if used > max {
            out.truncate(safe);
            out.push('…');
            return out;
        }
        push(&mut out, ch);
        if used < max {
            safe = out.len();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(escape("a\u{1b}[31mb\u{7f}\u{9b}"), r"a\u{1b}[31mb\u{7f}\u{9b}");
        assert_eq!(escape("one\ntwo\tthree\r"), r"one\ntwo\tthree\r");
        assert_eq!(escape("a\u{202e}b\u{2066}c\u{feff}"), r"a\u{202e}b\u{2066}c\u{feff}");
    }

    #[test]
    fn what_can_be_seen_is_not_copied() {
        assert!(matches!(escape(r#"é "日本" 👩‍🚀 \n"#), Cow::Borrowed(_)));
    }

    #[test]
    fn clipping_counts_what_is_shown() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdefg", 6), "abcde…");
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("a\u{1b}b", 8), r"a\u{1b}b");
        assert_eq!(clip("a\u{1b}b", 7), "a…");
        assert_eq!(clip("", 0), "");
    }
}
