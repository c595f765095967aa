//! Tokens and keys that no vendor owns.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::model::secrets::{Secret, SecretKind, is_random, starts_word, vendors};

/// The secret at `at` in the text of a JSON document, where one of the starts was found.
pub(super) fn recognise(text: &str, at: usize) -> Option<Secret> {
    let rest = text.get(at..)?;
    if rest.starts_with("eyJ") {
        return (starts_word(text, at) && !text[..at].ends_with('.')).then(|| jwt(rest, at))?;
    }
    if rest.starts_with("PRIVATE KEY") {
        return private_key(text, at);
    }
    if rest.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("basic ")) {
        return text[..at].ends_with('"').then(|| basic(rest, at))?;
    }
    vendors::recognise(text, at)
}

/// `at` is where "PRIVATE KEY" stands in the first line.
fn private_key(text: &str, at: usize) -> Option<Secret> {
    let near = |bytes: &[u8], what: &str| memchr::memmem::find(bytes, what.as_bytes());
    near(&text.as_bytes()[at.saturating_sub(32)..at], "-----BEGIN ")?;
    let rest = &text[at..];
    let head = near(&rest.as_bytes()[..rest.len().min(40)], "-----")? + 5;
    let body = &rest[head..];
    let lines = body.get(..400).unwrap_or(body);
    // New lines are written as \n here.
    let long =
        lines.split(['\\', '"', '\n', '\r']).take(8).map(|line| line.trim_start_matches(['n', 'r'])).any(
            |line| {
                line.len() >= 40
                    && line.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
            },
        );
    // Looked for last: what is no key costs nothing more.
    long.then(|| {
        let len = memchr::memchr(b'"', body.as_bytes()).unwrap_or(body.len());
        Secret::new(SecretKind::PrivateKey, at, head, at + head + len)
    })
}

fn jwt(rest: &str, at: usize) -> Option<Secret> {
    let len =
        rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let token = rest[..len].trim_end_matches('.');
    let mut parts = token.split('.');
    let (header, payload) = (parts.next()?, parts.next()?);
    let signature = parts.next();
    let json = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, payload) = (json(header)?, json(payload)?);
    let algorithm = header.get("alg")?.as_str()?;
    let signed = !algorithm.eq_ignore_ascii_case("none")
        && signature.is_some_and(|signature| signature.len() >= 22 && is_random(signature))
        && parts.next().is_none();
    // That of jwt.io.
    let sample = payload.get("sub").and_then(Value::as_str) == Some("1234567890");
    Some(Secret {
        until: payload.get("exp").and_then(Value::as_f64).map(|exp| exp as u64),
        told: signed && !sample,
        ..Secret::new(SecretKind::Jwt, at, 3, at + token.len())
    })
}

fn basic(rest: &str, at: usize) -> Option<Secret> {
    let encoded = rest[6..].trim_start();
    let skipped = rest.len() - encoded.len();
    let len = encoded
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'\\'))
        .count();
    // What stands in a document in a string ends with an escaped quote.
    let encoded = encoded[..len].trim_end_matches('\\');
    let ends = rest[skipped + encoded.len()..].trim_start_matches('\\').starts_with('"');
    if encoded.len() < 8 || !ends {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.replace('\\', "")).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let printable = decoded.chars().all(|c| !c.is_control());
    (printable && !is_placeholder(user, password))
        .then(|| Secret::new(SecretKind::Basic, at, skipped, at + skipped + encoded.len()))
}

/// User and password in a URL; `at` is where the `@` stands.
pub(super) fn userinfo(text: &str, at: usize) -> Option<Secret> {
    let before = text.get(..at)?;
    let allowed =
        |b: &u8| b.is_ascii_graphic() && !matches!(b, b'/' | b'"' | b'\\' | b'@' | b'<' | b'>' | b'{');
    let len = before.bytes().rev().take(200).take_while(|b| allowed(b)).count();
    let start = at - len;
    let (user, password) = before[start..].split_once(':')?;
    let scheme = before[..start].strip_suffix("//").or_else(|| before[..start].strip_suffix("\\/\\/"))?;
    (scheme.ends_with(':') && !is_placeholder(user, password))
        .then(|| Secret::new(SecretKind::Userinfo, start, user.len() + 1, at))
}

fn is_placeholder(user: &str, password: &str) -> bool {
    const WORDS: [&str; 17] = [
        "pass", "pwd", "test", "secret", "user", "admin", "foo", "bar", "example", "dummy", "fake", "demo",
        "sample", "changeme", "123", "abc", "${",
    ];
    let password = password.to_ascii_lowercase();
    password.len() < 6
        || password == user.to_ascii_lowercase()
        || WORDS.iter().any(|word| password.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::secrets;

    fn all(text: &str) -> Vec<Secret> {
        secrets(&format!("\"{text}\""), None)
    }

    /// What a rule would speak of.
    fn found(text: &str) -> Option<(SecretKind, Option<u64>)> {
        all(text).iter().find(|s| s.told).map(|s| (s.kind, s.until))
    }

    fn token(header: &str, payload: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.Kx3v9QmZ2LpR7wTcY1nB8aJhF5sDg0Ue4ViXoMqWzE", encode(header), encode(payload))
    }

    #[test]
    fn json_web_tokens() {
        let header = r#"{"alg":"HS256"}"#;
        assert_eq!(
            found(&format!("Bearer {}", token(header, r#"{"sub":"u1"}"#))),
            Some((SecretKind::Jwt, None))
        );
        let dated = token(header, r#"{"exp":1500000000}"#);
        assert_eq!(found(&dated), Some((SecretKind::Jwt, Some(1_500_000_000))));
        for silent in [
            token(r#"{"alg":"none"}"#, "{}"),
            token(header, r#"{"sub":"1234567890","name":"John Doe"}"#),
            "eyJhbGciOiJIUzI1NiJ9.e30.sig".to_owned(),
        ] {
            assert_eq!(found(&silent), None);
            assert_eq!(all(&silent).len(), 1, "hidden all the same");
        }
        assert_eq!(all("eyJhIjoxfQ=="), []);
    }

    #[test]
    fn users_and_passwords() {
        let header = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        assert_eq!(found(&header("deploy:p4ssw0rd-91")), Some((SecretKind::Basic, None)));
        assert_eq!(
            found(&header("deploy:~~?>p4ssw0rd").replace('/', "\\/")),
            Some((SecretKind::Basic, None))
        );
        for fine in ["user:pass", "admin:admin", "me:test123", "a:", "no colon here"] {
            assert_eq!(found(&header(fine)), None, "{fine}");
        }
        assert_eq!(found("Basic plan"), None);
        assert_eq!(found("see https://deploy:Xk2-mQ7v@h.io/x"), Some((SecretKind::Userinfo, None)));
        assert_eq!(found("https://user:password@h.io/x"), None);
        assert_eq!(found("https://h.io/a:b@c"), None);
    }

    #[test]
    fn private_keys() {
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let text = format!("-----BEGIN RSA PRIVATE KEY-----\\n{line}\\n-----END RSA PRIVATE KEY-----");
        assert_eq!(found(&text), Some((SecretKind::PrivateKey, None)));
        assert_eq!(found("-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----"), None);
        assert_eq!(found("the PRIVATE KEY"), None);
    }
}
