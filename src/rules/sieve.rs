//! What few interactions have in their text: asked before it is looked for in the tree.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};
use regex::Regex;

use crate::model::secrets;
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, Kind, Template};

/// Something that only an interaction with a certain text in it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sieve {
    /// A secret known by its own form.
    Secret,
    /// What only a test library writes, however it is spelt.
    Marker,
    /// What a private address starts with or an internal name ends with.
    InternalHost,
    /// A URL.
    Url,
}

/// A hint of an internal host.
pub(crate) static INTERNAL_HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"192\.168\.|172\.|"10\.|//10\.|\\/10\.|\.internal|\.corp|\.intranet"#).expect("a constant")
});

static MARKERS: LazyLock<[Finder<'_>; 3]> =
    LazyLock::new(|| ["pact:", "json_class", "\\u"].map(memmem::Finder::new));

static URLS: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["://", r":\/\/"].map(memmem::Finder::new));

impl Sieve {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Sieve; 4] = [Sieve::Secret, Sieve::Marker, Sieve::InternalHost, Sieve::Url];

    /// Whether a text may have it: where this says no, it has not.
    pub(crate) fn catches(self, text: &str) -> bool {
        let any = |signs: &[Finder<'_>]| signs.iter().any(|it| it.find(text.as_bytes()).is_some());
        match self {
            Sieve::Secret => secrets::may_hold(text),
            Sieve::Marker => any(&*MARKERS),
            Sieve::InternalHost => INTERNAL_HOST.is_match(text),
            Sieve::Url => any(&*URLS),
        }
    }
}

/// What the part that all texts of one form have in common may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caught(u8);

impl Caught {
    /// As far as the first of them shows it, which is looked at as a whole.
    pub(crate) fn in_form(cx: &InteractionCx<'_>) -> Caught {
        let caught = |sieve: Sieve| match sieve {
            Sieve::Secret => !cx.secrets.is_empty() || secrets::names_credentials(cx.root),
            other => cx.may_hold(other),
        };
        Caught(Sieve::ALL.iter().filter(|it| caught(**it)).fold(0, |all, it| all | 1 << *it as u8))
    }

    /// Whether this is caught there.
    pub(crate) fn has(self, sieve: Sieve) -> bool {
        self.0 >> sieve as u8 & 1 == 1
    }
}

/// The values that texts of one form differ in, as a text of their own, but for those that no
/// sieve could catch. Each stands between quotes or commas, as it does in the whole, so that what
/// is found within one of them is found here too.
pub(crate) fn values(template: &Template, root: Cursor<'_>) -> String {
    let mut out = String::with_capacity(1024);
    for value in template.free(root) {
        let raw = value.raw();
        if !is_plain(value.kind(), raw.as_bytes()) {
            out.push_str(raw);
            out.push(',');
        }
    }
    out
}

/// Whether a value is as most are, a few words or a short number, so that no sieve could catch it.
///
/// What is caught has one of the [`SIGNS`] in it, or is a number of a person, or a key. Such numbers
/// have four digits in a row, and the shortest of them nine and two dashes. The shortest key has
/// twenty characters, but for what follows the word `Basic`.
fn is_plain(kind: Kind, raw: &[u8]) -> bool {
    if kind == Kind::Number {
        // Of numbers only payment cards are secrets.
        return raw.len() < 14;
    }
    if raw.iter().fold(false, |any, byte| any | SIGNS[usize::from(*byte)]) {
        return false;
    }
    // Wherever twenty characters or four digits begin, ten of them or one are met.
    let has_key = || raw.chunks_exact(10).any(|ten| !ten.contains(&b' '));
    let has_number = || raw.iter().skip(3).step_by(4).any(u8::is_ascii_digit);
    let is_basic = || raw.get(1..6).is_some_and(|start| start.eq_ignore_ascii_case(b"basic"));
    raw.len() < 13 || !(raw.len() >= 22 && has_key() || has_number() || is_basic())
}

/// What stands in addresses, markers, telephone numbers and the keys of some vendors.
const SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let mut rest: &[u8] = b"@+~:._\\";
    while let [first, more @ ..] = rest {
        signs[*first as usize] = true;
        rest = more;
    }
    signs
};
