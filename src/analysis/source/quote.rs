//! String literals: what closes them, and what they mean.

use std::borrow::Cow;

/// How a literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quote {
    /// The byte that closes it.
    pub(super) mark: u8,
    /// How many of it close it.
    pub(super) count: usize,
    /// How many `#` follow them, in Rust.
    pub(super) hashes: usize,
    pub(super) escape: Escape,
    pub(super) holes: Holes,
    /// Whether it may go over several lines.
    pub(super) multiline: bool,
}

/// What stands for a character that could not stand for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    None,
    /// A backslash, with the letters of C and its heirs.
    Backslash,
    /// A backslash before itself or the quote; elsewhere it is itself.
    QuoteOnly,
    /// The quote twice.
    Doubled,
}

/// What in a literal is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holes {
    None,
    /// `${...}`.
    DollarBrace,
    /// `${...}` and `$name`.
    Dollar,
    /// `{$...}`, `${...}` and `$name`.
    Php,
    /// `#{...}`.
    Hash,
    /// `{...}`; a brace is written twice.
    Brace,
}

/// Where a literal stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// After its closing quote, which starts at the first offset.
    Closed(usize, usize),
    /// At code in it, which starts at this offset, after the brace.
    Hole(usize),
    /// At a name in it that is replaced by a value; to be read on after it.
    Name(usize),
    /// At the end of its line or of the file, unclosed.
    Broken(usize),
}

impl Quote {
    /// A literal of one line closed by `mark`, with backslashes and no holes.
    pub(super) const fn plain(mark: u8) -> Quote {
        Quote { mark, count: 1, hashes: 0, escape: Escape::Backslash, holes: Holes::None, multiline: false }
    }

    pub(super) const fn with(self, escape: Escape, holes: Holes) -> Quote {
        Quote { escape, holes, ..self }
    }

    /// The same over several lines, closed by `count` marks.
    pub(super) const fn long(self, count: usize) -> Quote {
        Quote { count, multiline: true, ..self }
    }

    /// Reads on from `at`, which is inside the literal.
    pub(super) fn read(self, bytes: &[u8], mut at: usize) -> Stop {
        let next = |at: usize| bytes.get(at).copied().unwrap_or(0);
        while let Some(&byte) = bytes.get(at) {
            if byte == self.mark && self.closes(bytes, at) {
                if self.escape == Escape::Doubled && next(at + 1) == self.mark {
                    at += 2;
                    continue;
                }
                return Stop::Closed(at, at + self.count + self.hashes);
            }
            match (byte, self.holes) {
                (b'\n', _) if !self.multiline => return Stop::Broken(at),
                (b'\\', _) if matches!(self.escape, Escape::Backslash | Escape::QuoteOnly) => {
                    // A line continued by a backslash goes on behind `\r\n`.
                    at += if next(at + 1) == b'\r' && next(at + 2) == b'\n' { 3 } else { 2 };
                    continue;
                }
                (b'{', Holes::Brace) | (b'}', Holes::Brace) if next(at + 1) == byte => {
                    at += 2;
                    continue;
                }
                (b'{', Holes::Brace) => return Stop::Hole(at + 1),
                (b'#', Holes::Hash) | (b'$', Holes::DollarBrace | Holes::Dollar | Holes::Php)
                    if next(at + 1) == b'{' =>
                {
                    return Stop::Hole(at + 2);
                }
                (b'{', Holes::Php) if next(at + 1) == b'$' => return Stop::Hole(at + 1),
                (b'$', Holes::Dollar | Holes::Php) if is_name_start(next(at + 1)) => {
                    return Stop::Name(at + 1);
                }
                _ => {}
            }
            at += 1;
        }
        Stop::Broken(bytes.len())
    }

    fn closes(self, bytes: &[u8], at: usize) -> bool {
        if self.count == 1 && self.hashes == 0 {
            return true;
        }
        let end = at + self.count;
        let marks = bytes.get(at..end).is_some_and(|part| part.iter().all(|byte| *byte == self.mark));
        // Of four quotes in a row the last three close a literal in triple quotes.
        let last = self.hashes > 0 || bytes.get(end) != Some(&self.mark);
        let hashes =
            bytes.get(end..end + self.hashes).is_some_and(|part| part.iter().all(|byte| *byte == b'#'));
        marks && last && hashes
    }

    /// What the inside of a literal means.
    pub(super) fn decode(self, inside: &str) -> Cow<'_, str> {
        let text = if self.count > 2 && inside.contains('\n') { dedent(inside) } else { inside.into() };
        let text = match self.escape {
            Escape::None => text,
            Escape::Doubled => {
                let mark = self.mark as char;
                let twice: String = [mark, mark].iter().collect();
                if text.contains(&twice) { text.replace(&twice, &mark.to_string()).into() } else { text }
            }
            Escape::Backslash | Escape::QuoteOnly if !text.contains('\\') => text,
            Escape::QuoteOnly => quote_only(&text, self.mark as char).into(),
            Escape::Backslash => unescape(&text).into(),
        };
        if self.holes == Holes::Brace && text.contains(['{', '}']) {
            return text.replace("{{", "{").replace("}}", "}").into();
        }
        text
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// A block of lines without the indentation that all have, and without the lines of the
/// quotes.
fn dedent(inside: &str) -> Cow<'_, str> {
    let Some((before, rest)) = inside.split_once('\n') else { return inside.into() };
    if !before.trim().is_empty() {
        return inside.into();
    }
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let indent = rest.lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
    let lines: Vec<&str> = rest.lines().map(|line| line.get(indent..).unwrap_or("").trim_end()).collect();
    lines.join("\n").trim_end_matches('\n').to_owned().into()
}

fn quote_only(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        let escaped = chars.next_if(|next| ch == '\\' && (*next == '\\' || *next == mark));
        out.push(escaped.unwrap_or(ch));
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let Some(letter) = after.chars().next() else { return out + &rest[at..] };
        let mut used = letter.len_utf8();
        let digits = |skip: usize, count: usize| {
            let digits = after.get(skip..skip + count)?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?).map(|ch| (ch, skip + count))
        };
        let coded = match letter {
            'x' => digits(1, 2),
            'u' if after[1..].starts_with('{') => after.find('}').and_then(|end| {
                let code = u32::from_str_radix(after.get(2..end)?, 16).ok()?;
                Some((char::from_u32(code)?, end + 1))
            }),
            'u' => digits(1, 4),
            'U' => digits(1, 8),
            _ => None,
        };
        match (letter, coded) {
            (_, Some((ch, length))) => {
                out.push(ch);
                used = length;
            }
            ('n', _) => out.push('\n'),
            ('t', _) => out.push('\t'),
            ('r', _) => out.push('\r'),
            ('0', _) => out.push('\0'),
            ('\n', _) => {}
            ('\r', _) => used += usize::from(after[1..].starts_with('\n')),
            _ => out.push(letter),
        }
        rest = &after[used..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_what_they_say() {
        let plain = Quote::plain(b'"');
        assert_eq!(plain.decode(r#"a \"b\" \u0041\x42\u{1F600}\\"#), "a \"b\" AB\u{1F600}\\");
        assert_eq!(plain.decode("a\\\n b\\q\\u00"), "a bqu00");
        assert_eq!(plain.with(Escape::QuoteOnly, Holes::None).decode(r#"it\n \" \\"#), "it\\n \" \\");
        assert_eq!(plain.with(Escape::Doubled, Holes::None).decode(r#"say ""x"""#), "say \"x\"");
        assert_eq!(plain.with(Escape::Backslash, Holes::Brace).decode("a {{id}}"), "a {id}");
        assert_eq!(plain.long(3).decode("\n    a cart\n    exists\n    "), "a cart\nexists");
        assert_eq!(plain.decode("trailing \\"), "trailing \\");
    }

    #[test]
    fn a_literal_ends_where_it_should() {
        let read = |quote: Quote, text: &str| quote.read(text.as_bytes(), 0);
        let plain = Quote::plain(b'"');
        assert_eq!(read(plain, r#"a\"b" c"#), Stop::Closed(4, 5));
        assert_eq!(read(plain, "a\n\""), Stop::Broken(1));
        assert_eq!(read(plain, "a\\"), Stop::Broken(2));
        assert_eq!(read(plain.long(3), "a\"\"b\"\"\"\""), Stop::Closed(5, 8));
        assert_eq!(read(plain.with(Escape::Doubled, Holes::None), "a\"\"b\""), Stop::Closed(4, 5));
        assert_eq!(read(plain.with(Escape::Backslash, Holes::Brace), "{{a}} {b"), Stop::Hole(7));
        assert_eq!(read(plain.with(Escape::Backslash, Holes::Dollar), "costs $5 $x"), Stop::Name(10));
    }
}
