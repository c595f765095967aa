//! Secrets and personal data in the text of a pact: where they are, and how to hide them.
//!
//! Found in the text itself, so that a file that is half typed gives nothing away either. What
//! is found is more than what a rule would speak of: an expired token is no risk worth a
//! finding, and still nobody's business.

mod headers;
mod mask;
mod personal;
mod tokens;
mod vendors;

use std::sync::LazyLock;

use regex::Regex;

use crate::syntax::{Cursor, Kind, NodeId, decode, span_in_string};
use crate::text::Span;

pub use headers::{is_credential, names_credentials};
pub use mask::Mask;

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A vendor's key, by its name.
    Vendor(&'static str),
    /// Has the form of a vendor's key, but not its checksum.
    LikeVendor(&'static str),
    /// A private key in PEM.
    PrivateKey,
    /// A JSON Web Token.
    Jwt,
    /// User and password, encoded for a header.
    Basic,
    /// User and password in a URL.
    Userinfo,
    /// A value of a header for credentials that looks drawn by lot.
    Credential,
    /// Any other value of a header for credentials: not worth a word, and still not shown.
    Header,
    /// The number of a payment card.
    Card,
    /// An account number.
    Iban,
    /// The address of a person.
    Email,
    /// A telephone number.
    Phone,
    /// A social security number of the United States.
    SocialSecurity,
}

/// Something not to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// All of it, in bytes of the text.
    pub span: Span,
    /// What must not be shown of it: without the prefix that is the same for all of its kind.
    pub hidden: Span,
    /// Until when it is one, in seconds since 1970-01-01.
    pub until: Option<u64>,
    /// Whether it is worth a word: not where the value is known to be made up.
    pub told: bool,
}

impl Secret {
    fn new(kind: SecretKind, start: usize, shown: usize, end: usize) -> Secret {
        let span = Span::new(start as u32, end as u32);
        let hidden = Span::new((start + shown).min(end) as u32, end as u32);
        Secret { kind, span, hidden, until: None, told: true }
    }
}

/// Where a secret may begin. Literals only, so that the search runs over megabytes in no time.
static STARTS: LazyLock<Regex> = LazyLock::new(|| {
    let literals: Vec<String> = vendors::starts().map(regex::escape).collect();
    Regex::new(&literals.join("|")).expect("the pattern is made of literals")
});

/// All secrets in `text`, ordered by place. `root` is the root of its tree.
pub fn secrets(text: &str, root: Option<Cursor<'_>>) -> Vec<Secret> {
    let mut out = Vec::new();
    in_text(text, &mut out);
    let by_place = |secret: &Secret| (secret.span.start, secret.span.end);
    if let Some(root) = root {
        in_escaped(text, root, &mut out);
        out.sort_by_key(by_place);
        let known = out.len();
        headers::find(root, known, &mut out);
    }
    out.sort_by_key(by_place);
    out
}

/// Whether a text may have secrets in it that are known by their form, spelt as they may be.
pub fn may_hold(text: &str) -> bool {
    let mut out = Vec::new();
    in_text(text, &mut out);
    !out.is_empty() || memchr::memmem::find(text.as_bytes(), b"\\u00").is_some()
}

/// Those that are known by their form alone.
fn in_text(text: &str, out: &mut Vec<Secret>) {
    let mut past = 0;
    for hit in STARTS.find_iter(text) {
        // Several prefixes may begin within one secret.
        if hit.start() < past {
            continue;
        }
        if let Some(secret) = tokens::recognise(text, hit.start()) {
            past = secret.span.end as usize;
            out.push(secret);
        }
    }
    personal::find(text, out);
}

/// A string with more secrets between escapes is hidden as a whole: each would cost a walk
/// through it.
const MOST_ESCAPED: usize = 50;

/// Strings with letters written as numbers, of which the text shows nothing.
fn in_escaped(text: &str, root: Cursor<'_>, out: &mut Vec<Secret>) {
    let is_escaped = |text: &str| {
        let bytes = text.as_bytes();
        // The letters that secrets are made of; those with accents are written so, too.
        memchr::memmem::find_iter(bytes, "\\u00").any(|at| matches!(bytes.get(at + 4), Some(b'2'..=b'7')))
    };
    if !is_escaped(text) {
        return;
    }
    for id in root.subtree() {
        let node = root.at(NodeId(id));
        if !matches!(node.kind(), Kind::String | Kind::Key) || !is_escaped(node.raw()) {
            continue;
        }
        // The quotes are part of what some forms are known by.
        let inner = decode(node.raw());
        let quoted = format!("\"{inner}\"");
        let mut found = Vec::new();
        in_text(&quoted, &mut found);
        if found.len() > MOST_ESCAPED {
            let span = node.span();
            out.push(Secret { kind: SecretKind::Header, span, hidden: span, until: None, told: false });
            continue;
        }
        let back = |span: Span| {
            let inside = |at: u32| (at as usize).saturating_sub(1);
            span_in_string(text, node.span(), inside(span.start)..inside(span.end))
        };
        out.extend(found.into_iter().map(|s| Secret { span: back(s.span), hidden: back(s.hidden), ..s }));
    }
}

/// Whether no word or number reaches over the place before `at`. The last letter of an escape
/// such as `\n` is no part of a word.
fn starts_word(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    match before {
        [.., b'\\', b'n' | b't' | b'r'] => true,
        // In a path a word starts here, in the middle of base64 it does not.
        [start @ .., b'/'] => {
            let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
            start.iter().rev().take(24).filter(|b| base64(b)).count() < 24
        }
        [.., last] => !(last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-' | b'+')),
        [] => true,
    }
}

/// Whether a text is likely drawn by lot, and not `xxxx`, `1234567890` or an example of the
/// documentation.
fn is_random(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut seen = [false; 128];
    bytes.iter().filter(|b| b.is_ascii()).for_each(|b| seen[*b as usize] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    // Neighbours in the alphabet or equal: a run, as people type.
    let runs = bytes.windows(2).filter(|pair| matches!(pair[1].wrapping_sub(pair[0]), 0 | 1 | 255)).count();
    let upper = text.to_ascii_uppercase();
    let words =
        ["EXAMPLE", "XXXX", "TEST", "DUMMY", "FAKE", "SAMPLE", "PLACEHOLDER", "YOUR", "TOKEN", "SECRET"];
    distinct >= 8
        && runs * 3 < bytes.len()
        && !words.iter().any(|word| upper.contains(word))
        && bytes.iter().any(u8::is_ascii_digit)
}
