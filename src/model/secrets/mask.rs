//! Hiding secrets in texts that quote a file, and in the file itself.

use std::ops::Deref;

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::model::secrets::{Secret, SecretKind, in_text, secrets};
use crate::syntax::{decode, parse};
use crate::text::Span;

/// So many bytes in a row that a text shares with a secret are part of it. Messages quote
/// values shortened, so that to look for the whole of it is not enough.
const SHARED: usize = 8;

/// Texts of less than this many bytes that are hidden only where they are quoted. More are
/// not looked for.
const MOST_SHORT: usize = 64;

/// What must not occur in a text.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// All stretches of so many bytes of what is hidden.
    parts: FxHashSet<u64>,
    /// Texts that are hidden only as a whole, by a stretch of theirs.
    wholes: FxHashMap<u64, Vec<Whole>>,
    /// The same, too short for that.
    short: Vec<Whole>,
    /// Hashes of what was added already.
    known: FxHashSet<u64>,
}

/// A text, the bytes of it that are hidden, and where in it the stretch stands.
#[derive(Debug, Clone)]
struct Whole {
    text: String,
    hidden: Span,
    at: usize,
}

impl Mask {
    /// Equal for masks of the same secrets, in whatever order they were added.
    pub fn key(&self) -> u64 {
        self.known.iter().fold(0, |sum, hash| sum.wrapping_add(*hash))
    }

    /// A text with what is hidden covered.
    pub fn applied(&self, text: &str) -> String {
        let mut text = text.to_owned();
        self.apply(&mut text);
        text
    }

    /// Adds the secrets of one text.
    pub fn add(&mut self, text: &str, secrets: &[Secret]) {
        for secret in secrets {
            let raw = secret.span.of(text);
            let mut hasher = FxHasher::default();
            (raw, secret.hidden.len(), secret.kind == SecretKind::Header).hash(&mut hasher);
            if !self.known.insert(hasher.finish()) {
                continue;
            }
            self.add_one(raw, secret);
            if raw.contains('\\') {
                let decoded = decode(raw);
                let shown = secret.hidden.start - secret.span.start;
                let len = decoded.len() as u32;
                let hidden = Span::new(shown.min(len), len);
                self.add_one(&decoded, &Secret { span: Span::new(0, len), hidden, ..*secret });
            }
        }
    }

    fn add_one(&mut self, whole: &str, secret: &Secret) {
        let base = secret.span.start;
        let end = (secret.hidden.end - base).min(whole.len() as u32);
        let inside = Span::new((secret.hidden.start - base).min(end), end);
        let hidden = inside.of(whole);
        // The words of a placeholder are also words of messages and names of fields.
        if secret.kind != SecretKind::Header && hidden.len() >= SHARED {
            self.parts.extend(hidden.as_bytes().windows(SHARED).filter_map(part));
        }
        if whole.len() >= SHARED {
            self.add_whole(whole.to_owned(), inside);
        } else if !hidden.is_empty() {
            self.add_whole(format!("'{whole}'"), inside.shifted(1));
        }
        // What `shorten` leaves of a long one.
        if secret.kind == SecretKind::Header && whole.len() > 40 {
            let ends = [(0, whole.get(..25)), (1, whole.get(whole.len() - 12..))];
            for (at, end) in ends.into_iter().filter_map(|(at, end)| Some((at, end?))) {
                let shown = if at == 0 { inside.start.min(25) } else { 0 };
                self.add_whole(end.to_owned(), Span::new(shown, end.len() as u32));
            }
        }
    }

    fn add_whole(&mut self, text: String, hidden: Span) {
        // What is hidden differs more than what is shown.
        let start = hidden.start as usize;
        let at = if text.len() >= start + SHARED { start } else { text.len().saturating_sub(SHARED) };
        match text.as_bytes().get(at..at + SHARED).and_then(part) {
            Some(part) => self.wholes.entry(part).or_default().push(Whole { text, hidden, at }),
            None if self.short.len() < MOST_SHORT => self.short.push(Whole { text, hidden, at: 0 }),
            None => {}
        }
    }

    /// What the mask hides of `text`; of what is hidden only as a whole only with `wholes`.
    fn marked(&self, text: &str, wholes: bool) -> Vec<Span> {
        let mut hidden = Vec::new();
        for (at, window) in text.as_bytes().windows(SHARED).enumerate() {
            let Some(part) = part(window) else { continue };
            if self.parts.contains(&part) {
                hidden.push(Span::new(at as u32, (at + SHARED) as u32));
            }
            let bucket = if wholes { self.wholes.get(&part) } else { None };
            for whole in bucket.into_iter().flatten() {
                let start = at
                    .checked_sub(whole.at)
                    .filter(|start| text.as_bytes()[*start..].starts_with(whole.text.as_bytes()));
                hidden.extend(start.map(|start| whole.hidden.shifted(start as u32)));
            }
        }
        for whole in self.short.iter().filter(|_| wholes) {
            for at in memchr::memmem::find_iter(text.as_bytes(), &whole.text) {
                hidden.push(whole.hidden.shifted(at as u32));
            }
        }
        hidden
    }

    /// What must not be shown of a message: what is known, and what is a secret by its form.
    fn marked_in_message(&self, text: &str) -> Vec<Span> {
        let mut hidden = self.marked(text, true);
        let mut found = Vec::new();
        in_text(text, &mut found);
        hidden.extend(found.iter().map(|secret| secret.hidden));
        hidden
    }

    /// Whether `text` holds some of what is hidden.
    pub fn is_in(&self, text: &str) -> bool {
        !self.marked_in_message(text).is_empty()
    }

    /// Hides in a message what is known to be secret, and what is a secret by its form alone.
    pub fn apply<T: From<String> + Deref<Target = str>>(&self, text: &mut T) {
        let hidden = self.marked_in_message(text);
        if !hidden.is_empty() {
            *text = cover(text, hidden).into();
        }
    }

    /// A whole text without its secrets, whether they are known, stand in it, or are secrets by
    /// their form.
    pub fn whole(&self, text: &str) -> String {
        let tree = parse(text);
        let places = secrets(text, tree.root(text)).iter().map(|it| it.hidden).collect();
        let mut out = self.apply_to_file(text, places);
        self.apply(&mut out);
        out
    }

    /// The text of a file without its secrets, at `places`, nor copies of them elsewhere.
    pub fn apply_to_file(&self, text: &str, places: Vec<Span>) -> String {
        let mut hidden = places;
        hidden.extend(self.marked(text, false));
        cover(text, hidden)
    }
}

fn part(window: &[u8]) -> Option<u64> {
    window.try_into().ok().map(u64::from_le_bytes)
}

/// `text` with every character in `hidden` replaced by a sign that takes as many bytes, so
/// that what is known of lines, columns and offsets holds for both.
fn cover(text: &str, mut spans: Vec<Span>) -> String {
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
    out
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
    use crate::text::shorten;

    fn masked(json: &str, message: &str) -> String {
        let tree = parse(json);
        let mut mask = Mask::default();
        mask.add(json, &secrets(json, tree.root(json)));
        let mut out = message.to_owned();
        mask.apply(&mut out);
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
    fn a_secret_is_one_in_a_path_too() {
        let key = ["gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o"].concat();
        assert_eq!(masked("{}", &format!("/login/{key}")), format!("/login/ghp_{}", "*".repeat(36)));
        let inside = format!("{}/{key}", "aB3d".repeat(8));
        assert_eq!(masked("{}", &inside), inside, "base64");
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
        let all = cover(text, vec![Span::new(0, 4), Span::new(2, text.len() as u32 - 1)]);
        assert_eq!(all, "*×＊𝄪z");
        assert_eq!(all.len(), text.len());
        assert_eq!(cover(text, vec![Span::new(2, 3), Span::new(4, 5)]), "a×＊😀z");
    }
}
