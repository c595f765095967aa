//! What few interactions have in their text: asked before it is looked for in the tree.

use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use crate::model::secrets;
use crate::rules::InteractionCx;
use crate::syntax::{Cursor, Template};

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

impl Sieve {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Sieve; 4] = [Sieve::Secret, Sieve::Marker, Sieve::InternalHost, Sieve::Url];

    /// Whether a text may have it: where this says no, it has not.
    pub(crate) fn catches(self, text: &str) -> bool {
        let any =
            |signs: &[&str]| signs.iter().any(|it| memmem::find(text.as_bytes(), it.as_bytes()).is_some());
        match self {
            Sieve::Secret => secrets::may_hold(text),
            Sieve::Marker => any(&["pact:", "json_class", "\\u"]),
            Sieve::InternalHost => INTERNAL_HOST.is_match(text),
            Sieve::Url => any(&["://", r":\/\/"]),
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

/// The values that texts of one form differ in, as a text of their own. Each stands between
/// quotes or commas, as it does in the whole, so that what is found within one of them is found
/// here too.
pub(crate) fn values(template: &Template, root: Cursor<'_>) -> String {
    let mut out = String::with_capacity(512);
    for value in template.free(root) {
        out.push_str(value.raw());
        out.push(',');
    }
    out
}
