//! Telling secrets from texts that only look a little like them.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use regex::Regex;
use serde_json::Value;

/// Where a secret may begin. Literals only, so that the search runs over megabytes in no time.
pub(super) static STARTS: LazyLock<Regex> = LazyLock::new(|| {
    let literals = "AKIA|ASIA|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|xoxa-|xoxb-|xoxp-|xoxr-|xoxs-|sk_live_\
                    |rk_live_|AIza|npm_|PRIVATE KEY|eyJ|Basic |basic ";
    Regex::new(literals).expect("the pattern is a constant")
});

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SecretKind {
    /// A vendor's key, by its name.
    Vendor(&'static str),
    /// A private key in PEM.
    PrivateKey,
    /// A JSON Web Token.
    Jwt,
    /// User and password.
    Basic,
}

impl SecretKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            SecretKind::Vendor(name) => name,
            SecretKind::PrivateKey => "private key",
            SecretKind::Jwt => "JSON Web Token",
            SecretKind::Basic => "user and password",
        }
    }

    /// Whether its form alone gives it away.
    pub(super) fn is_certain(self) -> bool {
        matches!(self, SecretKind::Vendor(_) | SecretKind::PrivateKey)
    }
}

/// A secret in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) kind: SecretKind,
    /// Its length in bytes.
    pub(super) len: usize,
    /// Whether its first four characters say nothing.
    pub(super) shown: bool,
}

/// Prefix, name, least and greatest number of characters after the prefix.
const VENDORS: [(&str, &str, usize, usize); 18] = [
    ("AKIA", "AWS access key", 16, 16),
    ("ASIA", "AWS access key", 16, 16),
    ("ghp_", "GitHub token", 36, 255),
    ("gho_", "GitHub token", 36, 255),
    ("ghu_", "GitHub token", 36, 255),
    ("ghs_", "GitHub token", 36, 255),
    ("ghr_", "GitHub token", 36, 255),
    ("github_pat_", "GitHub token", 60, 255),
    ("glpat-", "GitLab token", 20, 64),
    ("xoxa-", "Slack token", 24, 255),
    ("xoxb-", "Slack token", 24, 255),
    ("xoxp-", "Slack token", 24, 255),
    ("xoxr-", "Slack token", 24, 255),
    ("xoxs-", "Slack token", 24, 255),
    ("sk_live_", "Stripe key", 24, 255),
    ("rk_live_", "Stripe key", 24, 255),
    ("AIza", "Google API key", 35, 35),
    ("npm_", "npm token", 36, 36),
];

/// The secret at `at` in the text of a JSON document, where one of [`STARTS`] was found.
pub(super) fn recognise(text: &str, at: usize, today: u64) -> Option<Secret> {
    let rest = text.get(at..)?;
    if rest.starts_with("eyJ") {
        return starts_word(text, at).then(|| jwt(rest, today))?;
    }
    if rest.starts_with("PRIVATE KEY") {
        return private_key(text, at);
    }
    if rest.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("basic ")) {
        return text[..at].ends_with('"').then(|| basic(rest))?;
    }
    let (prefix, name, least, most) = *VENDORS.iter().find(|(prefix, ..)| rest.starts_with(prefix))?;
    let tail = &rest[prefix.len()..];
    let dashes = matches!(prefix, "glpat-" | "AIza") || prefix.starts_with("xox");
    let len = tail
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_' || (dashes && *b == b'-'))
        .count();
    let upper = least != 16 || tail[..len].bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let random = (least..=most).contains(&len) && upper && is_random(&tail[..len]);
    (random && starts_word(text, at)).then_some(Secret {
        kind: SecretKind::Vendor(name),
        len: prefix.len() + len,
        shown: true,
    })
}

fn starts_word(text: &str, at: usize) -> bool {
    !text[..at]
        .bytes()
        .next_back()
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/'))
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

/// `at` is where "PRIVATE KEY" stands in the first line.
fn private_key(text: &str, at: usize) -> Option<Secret> {
    text[..at].rfind("-----BEGIN ").filter(|start| at - start < 32)?;
    let rest = &text[at..];
    let body = &rest[rest.find("-----")? + 5..];
    // New lines are written as \n here.
    let long = body.split(['\\', '"']).take(4).map(|line| line.trim_start_matches(['n', 'r'])).any(|line| {
        line.len() >= 40 && line.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
    });
    let len = body.find('"').map_or(rest.len(), |end| rest.len() - body.len() + end);
    long.then_some(Secret { kind: SecretKind::PrivateKey, len, shown: false })
}

fn jwt(rest: &str, today: u64) -> Option<Secret> {
    let len =
        rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let token = rest[..len].trim_end_matches('.');
    let mut parts = token.split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || signature.len() < 22 || !is_random(signature) {
        return None;
    }
    let json = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, payload) = (json(header)?, json(payload)?);
    let signed = header.get("alg")?.as_str().is_some_and(|alg| !alg.eq_ignore_ascii_case("none"));
    let sample = payload.get("sub").and_then(Value::as_str) == Some("1234567890");
    let start_of_day = (today * 24 * 60 * 60) as f64;
    let expired = payload.get("exp").and_then(Value::as_f64).is_some_and(|exp| exp < start_of_day);
    (signed && !sample && !expired).then_some(Secret {
        kind: SecretKind::Jwt,
        len: token.len(),
        shown: false,
    })
}

fn basic(rest: &str) -> Option<Secret> {
    let encoded = rest[6..].trim_start();
    let skipped = rest.len() - encoded.len();
    let len =
        encoded.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).count();
    if len < 8 || !encoded[len..].starts_with('"') {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(&encoded[..len]).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let printable = decoded.chars().all(|c| !c.is_control());
    (printable && !is_placeholder(user, password)).then_some(Secret {
        kind: SecretKind::Basic,
        len: skipped + len,
        shown: false,
    })
}

fn is_placeholder(user: &str, password: &str) -> bool {
    const WORDS: [&str; 16] = [
        "pass", "pwd", "test", "secret", "user", "admin", "foo", "bar", "example", "dummy", "fake", "demo",
        "sample", "changeme", "123", "abc",
    ];
    let password = password.to_ascii_lowercase();
    password.len() < 6
        || password == user.to_ascii_lowercase()
        || WORDS.iter().any(|word| password.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21.
    const TODAY: u64 = 20_778;

    fn found(text: &str) -> Option<(SecretKind, usize)> {
        let text = format!("\"{text}\"");
        STARTS.find_iter(&text).find_map(|hit| recognise(&text, hit.start(), TODAY)).map(|s| (s.kind, s.len))
    }

    fn token(header: &str, payload: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.Kx3v9QmZ2LpR7wTcY1nB8aJhF5sDg0Ue4ViXoMqWzE", encode(header), encode(payload))
    }

    #[test]
    fn vendors() {
        assert!(found(&["xox", "b-263594206564-2343594206574-FgqddMF8t08v8N7Oq4i57vs1"].concat()).is_some());
        assert!(found(&["AIz", "aSyB7qXk2LmQ9vRt4ZsB1nCw8EyUf3HdJg6K"].concat()).is_some());
        assert_eq!(found("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(found("AKIA1234567890123456"), None);
        assert_eq!(found("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), None);
        assert_eq!(found("ghp_abcdefghijklmnopqrstuvwxyz0123456789"), None);
        assert_eq!(found("xoxb-your-token-here-please-1"), None);
        assert_eq!(found("TAKIAQ4NXZ7RTLM2P8VKD"), None);
    }

    #[test]
    fn json_web_tokens() {
        let header = r#"{"alg":"HS256"}"#;
        assert!(found(&format!("Bearer {}", token(header, r#"{"sub":"u1"}"#))).is_some());
        assert!(found(&token(header, r#"{"exp":99999999999}"#)).is_some());
        assert_eq!(found(&token(header, r#"{"exp":1500000000}"#)), None);
        assert_eq!(found(&token(r#"{"alg":"none"}"#, "{}")), None);
        assert_eq!(found(&token(header, r#"{"sub":"1234567890","name":"John Doe"}"#)), None);
        assert_eq!(found("eyJhbGciOiJIUzI1NiJ9.e30.sig"), None);
        assert_eq!(found("eyJhIjoxfQ=="), None);
    }

    #[test]
    fn users_and_passwords() {
        let header = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        assert!(matches!(found(&header("deploy:p4ssw0rd-91")), Some((SecretKind::Basic, _))));
        for fine in ["user:pass", "admin:admin", "me:test123", "a:", "no colon here"] {
            assert_eq!(found(&header(fine)), None, "{fine}");
        }
        assert_eq!(found("Basic plan"), None);
    }

    #[test]
    fn private_keys() {
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        assert!(
            found(&format!("-----BEGIN RSA PRIVATE KEY-----\\n{line}\\n-----END RSA PRIVATE KEY-----"))
                .is_some()
        );
        assert_eq!(found("-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----"), None);
        assert_eq!(found("the PRIVATE KEY"), None);
    }
}
