//! Headers that carry credentials, wherever an object has a key of their name.

use crate::model::is_uuid;
use crate::model::secrets::{Secret, SecretKind, is_random};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::Span;

/// Headers whose values are never shown.
const HIDDEN: [&str; 5] = ["authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key"];

/// Further headers that carry credentials: shown unless the value looks like one.
const CREDENTIALS: [&str; 20] = [
    "x-auth-token",
    "x-auth-key",
    "x-access-token",
    "x-session-token",
    "x-session-id",
    "x-csrf-token",
    "x-xsrf-token",
    "x-amz-security-token",
    "x-vault-token",
    "x-functions-key",
    "x-goog-api-key",
    "x-gitlab-token",
    "x-shopify-access-token",
    "ocp-apim-subscription-key",
    "private-token",
    "api-key",
    "apikey",
    "auth-token",
    "access-token",
    "aws_secret_access_key",
];

/// Whether the values of a header of this name are never shown, or only where they do not look
/// like credentials.
pub fn is_credential(name: &str) -> bool {
    HIDDEN.iter().chain(&CREDENTIALS).any(|known| known.eq_ignore_ascii_case(name))
}

/// How long the names are that begin with a letter: for each letter a bit a length.
const LENGTHS: [u32; 32] = {
    let mut lengths = [0; 32];
    let mut at = 0;
    while at < HIDDEN.len() + CREDENTIALS.len() {
        let name = if at < HIDDEN.len() { HIDDEN[at] } else { CREDENTIALS[at - HIDDEN.len()] };
        lengths[(name.as_bytes()[0] & 31) as usize] |= 1 << name.len();
        at += 1;
    }
    lengths
};

/// Whether some key of the tree is the name of such a header.
pub fn names_credentials(root: Cursor<'_>) -> bool {
    let mut keys = root.subtree().map(|id| root.at(NodeId(id))).filter(|node| node.kind() == Kind::Key);
    keys.any(|key| is_named(key).is_some())
}

/// Finds their values. The first `known` of the secrets are known by their form, and ordered.
pub(super) fn find(root: Cursor<'_>, known: usize, out: &mut Vec<Secret>) {
    for id in root.subtree() {
        let key = root.at(NodeId(id));
        if key.kind() != Kind::Key {
            continue;
        }
        let Some(hidden) = is_named(key) else { continue };
        let Some(value) = key.value() else { continue };
        // One value, or a list of them; in a rule for the header there is an object.
        if value.is_array() {
            value.elements().filter(|v| v.is_string()).for_each(|v| one(v, hidden, known, out));
        } else if value.is_string() {
            one(value, hidden, known, out);
        }
    }
}

/// Whether the values of this key are credentials, and if so whether all of them are hidden.
fn is_named(key: Cursor<'_>) -> Option<bool> {
    // Most keys have another length; this runs for every key of a file.
    let span = key.span();
    if !(8..=27).contains(&(span.end - span.start)) {
        return None;
    }
    let raw = key.raw().as_bytes();
    let first = raw.get(1).map_or(0, u8::to_ascii_lowercase);
    if !matches!(first, b'a' | b'c' | b's' | b'p' | b'x' | b'o' | b'\\') {
        return None;
    }
    let name = key.name();
    let first = name.bytes().next().unwrap_or_default();
    if LENGTHS[usize::from(first & 31)] >> name.len() & 1 == 0 {
        return None;
    }
    let is = |known: &&str| known.eq_ignore_ascii_case(&name);
    if HIDDEN.iter().any(is) {
        return Some(true);
    }
    CREDENTIALS.iter().any(is).then_some(false)
}

fn one(value: Cursor<'_>, hidden: bool, known: usize, out: &mut Vec<Secret>) {
    let span = value.span();
    let inner = Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1));
    let text = inner.of(value.text());
    if text.trim().is_empty() {
        return;
    }
    // The word for the kind of credentials is shown.
    let scheme = text.split_once(' ').map_or("", |(scheme, _)| scheme);
    let is_word = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let shown = if is_word { scheme.len() + 1 } else { 0 };
    let (start, end) = (inner.start as usize, inner.end as usize);
    // What is known more closely is not said again, nor is what is known to be made up.
    let known = &out[..known];
    let known = &known[known.partition_point(|s| s.span.start < inner.start)..];
    let known = known.iter().take_while(|s| s.span.start < inner.end).any(|s| s.kind != SecretKind::Email);
    let basic = scheme.eq_ignore_ascii_case("basic");
    let real = !known && !basic && looks_real(&text[shown..]);
    if real {
        out.push(Secret::new(SecretKind::Credential, start, shown, end));
    } else if hidden {
        out.push(Secret { told: false, ..Secret::new(SecretKind::Header, start, shown, end) });
    }
}

/// Whether some part of the value is long and looks drawn by lot.
fn looks_real(text: &str) -> bool {
    let parts = text.split(|ch: char| {
        !(ch.is_ascii_alphanumeric() || matches!(ch, '_' | '-' | '.' | '+' | '/' | '\\' | '='))
    });
    // The values of cookies and of parameters stand after a name.
    let values = parts.map(|part| part.trim_matches('=').rsplit_once('=').map_or(part, |(_, value)| value));
    let mut values = values.map(|value| value.trim_matches('='));
    values.any(|value| value.len() >= 20 && !is_uuid(value) && is_mixed(value) && is_random(value))
}

/// Whether letters and digits alternate as they do where nobody chose them, which they do not
/// in `my-token-for-2024`.
fn is_mixed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let class = |b: &u8| match b {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let changes = bytes.windows(2).filter(|pair| class(&pair[0]) != class(&pair[1])).count();
    digits >= 2 && digits < bytes.len() && changes * 4 >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::secrets;
    use crate::syntax::parse;

    fn found(headers: &str) -> Vec<(SecretKind, String)> {
        let text = format!("{{\"headers\": {{{headers}}}}}");
        let tree = parse(&text);
        secrets(&text, tree.root(&text))
            .into_iter()
            .map(|s| (s.kind, s.hidden.of(&text).to_owned()))
            .collect()
    }

    #[test]
    fn values_are_hidden_and_told_if_they_look_real() {
        use SecretKind::{Credential, Header};
        for (header, kind, hidden) in [
            (r#""Authorization": "Bearer token""#, Header, "token"),
            (r#""authorization": ["Bearer {{token}}"]"#, Header, "{{token}}"),
            (r#""AUTHORIZATION": "1234""#, Header, "1234"),
            (r#""Authorization": "Bearer 7f8Kq2LmZ9vRt4sB1nCw8E""#, Credential, "7f8Kq2LmZ9vRt4sB1nCw8E"),
            (
                r#""Authorization": "Bearer my-token-for-the-orders-2024""#,
                Header,
                "my-token-for-the-orders-2024",
            ),
            (
                r#""X-Api-Key": "e2490de5-5bd3-43d5-b7c4-526e33f71304""#,
                Header,
                "e2490de5-5bd3-43d5-b7c4-526e33f71304",
            ),
            (
                r#""X-Auth-Token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b""#,
                Credential,
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            ),
            (
                r#""Cookie": "sid=7f8Kq2LmZ9vRt4sB1nCw8E; theme=dark""#,
                Credential,
                "sid=7f8Kq2LmZ9vRt4sB1nCw8E; theme=dark",
            ),
            (r#""Cookie": "theme=dark""#, Header, "theme=dark"),
        ] {
            assert_eq!(found(header), [(kind, hidden.to_owned())], "{header}");
        }
        for silent in [
            r#""X-Auth-Token": "token""#,
            r#""Authorization": """#,
            r#""Cookie": {"match": "type"}"#,
            r#""X-Other": "7f8Kq2LmZ9vRt4sB1nCw8E""#,
        ] {
            assert_eq!(found(silent), [], "{silent}");
        }
    }
}
