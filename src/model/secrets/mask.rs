//! Hiding secrets in texts that quote a file, and in the file itself.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::model::secrets::{Secret, SecretKind, in_text};
use crate::syntax::decode;
use crate::text::Span;

/// So many bytes in a row that a text shares with a secret are part of it. Messages quote
/// values shortened, so that to look for the whole of it is not enough.
const SHARED: usize = 8;

/// What must not occur in a text.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// All stretches of so many bytes of what is hidden.
    parts: FxHashSet<u64>,
    /// Texts that are hidden only as a whole, each with the bytes of it that are hidden.
    wholes: Vec<(String, Span)>,
}

impl Mask {
    /// A mask for the secrets of one text.
    pub fn new(text: &str, secrets: &[Secret]) -> Mask {
        let mut mask = Mask::default();
        for secret in secrets {
            let raw = secret.span.of(text);
            mask.add(raw, secret);
            if raw.contains('\\') {
                let decoded = decode(raw);
                let shown = secret.hidden.start - secret.span.start;
                let len = decoded.len() as u32;
                let hidden = Span::new(shown.min(len), len);
                mask.add(&decoded, &Secret { span: Span::new(0, len), hidden, ..*secret });
            }
        }
        mask
    }

    /// Whether it hides nothing.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.wholes.is_empty()
    }

    fn add(&mut self, whole: &str, secret: &Secret) {
        let base = secret.span.start;
        let inside = Span::new(secret.hidden.start - base, (secret.hidden.end - base).min(whole.len() as u32));
        let Some(hidden) = whole.get(inside.start as usize..inside.end as usize) else { return };
        // The words of a placeholder are also words of messages and names of fields.
        if secret.kind != SecretKind::Header && hidden.len() >= SHARED {
            self.parts.extend(hidden.as_bytes().windows(SHARED).filter_map(part));
        }
        let quoted = format!("'{whole}'");
        if whole.len() >= SHARED {
            self.wholes.push((whole.to_owned(), inside));
        } else if !hidden.is_empty() {
            self.wholes.push((quoted, inside.shifted(1)));
        }
        // What `shorten` leaves of a long one.
        if secret.kind == SecretKind::Header {
            let ends = [whole.get(..25), whole.get(whole.len().saturating_sub(12)..)];
            for (at, end) in ends.into_iter().flatten().enumerate().filter(|_| whole.len() > 40) {
                let shown = if at == 0 { inside.start.min(25) } else { 0 };
                self.wholes.push((end.to_owned(), Span::new(shown, end.len() as u32)));
            }
        }
    }

    /// Marks what the mask hides of `text`.
    fn mark(&self, text: &str, hidden: &mut Vec<Span>) {
        if !self.parts.is_empty() {
            for (at, window) in text.as_bytes().windows(SHARED).enumerate() {
                if part(window).is_some_and(|part| self.parts.contains(&part)) {
                    hidden.push(Span::new(at as u32, (at + SHARED) as u32));
                }
            }
        }
        for (whole, inside) in &self.wholes {
            for at in memchr::memmem::find_iter(text.as_bytes(), whole) {
                hidden.push(inside.shifted(at as u32));
            }
        }
    }

    /// Whether `text` holds some of what is hidden by one of the masks.
    pub fn any_in(masks: &[&Mask], text: &str) -> bool {
        !marked(masks, text).is_empty()
    }

    /// Hides in `text` what one of the masks hides, and what is a secret by its form alone.
    pub fn apply(masks: &[&Mask], text: &mut String) {
        let hidden = marked(masks, text);
        if !hidden.is_empty() {
            *text = cover(text, &hidden).into_owned();
        }
    }
}

fn part(window: &[u8]) -> Option<u64> {
    window.try_into().ok().map(u64::from_le_bytes)
}

fn marked(masks: &[&Mask], text: &str) -> Vec<Span> {
    let mut hidden = Vec::new();
    masks.iter().for_each(|mask| mask.mark(text, &mut hidden));
    let mut found = Vec::new();
    in_text(text, &mut found);
    hidden.extend(found.iter().map(|secret| secret.hidden));
    hidden
}

/// `text` with every character in `hidden` replaced by a sign that takes as many bytes, so
/// that what is known of lines, columns and offsets holds for both.
pub fn cover<'t>(text: &'t str, hidden: &[Span]) -> Cow<'t, str> {
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut spans = hidden.to_vec();
    spans.sort_unstable_by_key(|span| span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        let (start, end) = (span.start as usize, (span.end as usize).min(text.len()));
        if end <= at || start >= end {
            continue;
        }
        let start = floor(text, start.max(at)).max(at);
        out.push_str(&text[at..start]);
        // A character that is hidden in part is hidden.
        for ch in text[start..].chars() {
            if at.max(start) >= end {
                break;
            }
            out.push(sign(ch));
            at = at.max(start) + ch.len_utf8();
        }
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn sign(ch: char) -> char {
    match ch.len_utf8() {
        _ if matches!(ch, '\n' | '\r') => ch,
        1 => '*',
        2 => '×',
        3 => '＊',
        _ => '𝄪',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::secrets;
    use crate::syntax::parse;
    use crate::text::shorten;

    fn masked(json: &str, message: &str) -> String {
        let tree = parse(json);
        let mask = Mask::new(json, &secrets(json, tree.root(json)));
        let mut out = message.to_owned();
        Mask::apply(&[&mask], &mut out);
        out
    }

    #[test]
    fn shortened_and_cut() {
        let key = ["gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o"].concat();
        let json = format!(r#"{{"t": "{key}"}}"#);
        assert_eq!(masked(&json, &format!("'{key}' is wrong")), format!("'ghp_{}' is wrong", "*".repeat(36)));
        let long = format!("before {key} after");
        let json = format!(r#"{{"t": "{long}"}}"#);
        let said = masked(&json, &shorten(&long));
        assert!(!said.contains("9aXk2LmQ") && said.starts_with("before ghp_***"), "{said}");
    }

    #[test]
    fn placeholders_are_hidden_where_they_are_quoted_whole() {
        let json = r#"{"headers": {"Authorization": "Bearer token", "Cookie": "a=1"}}"#;
        assert_eq!(masked(json, "'Bearer token' is no token"), "'Bearer *****' is no token");
        assert_eq!(masked(json, "'a=1' or a=1"), "'***' or a=1");
        let json = r#"{"headers": {"Authorization": "Bearer \"to\u006ben\""}}"#;
        assert_eq!(masked(json, "'Bearer \"token\"' it was"), "'Bearer *******' it was");
    }

    #[test]
    fn covering_keeps_every_offset() {
        let text = "aé日😀z";
        let all = cover(text, &[Span::new(0, 4), Span::new(2, text.len() as u32 - 1)]);
        assert_eq!(all, "*×＊𝄪z");
        assert_eq!(all.len(), text.len());
        assert_eq!(cover(text, &[Span::new(2, 3), Span::new(4, 5)]), "a×＊😀z");
    }
}
