//! The forms that vendors give their keys.

use crate::model::secrets::{Secret, SecretKind, is_random, starts_word};

/// Which characters follow the prefix.
#[derive(Clone, Copy)]
enum Chars {
    /// Letters and digits.
    Alnum,
    /// These and `_`.
    Word,
    /// These and `-`.
    Dashed,
    /// These and `.` and `=`.
    Dotted,
    /// Digits and the letters `a` to `f`, in lower case.
    Hex,
    /// `A` to `Z` and `2` to `7`.
    Base32,
    /// Letters, digits, `+`, `/`, also as JSON may escape it, and `=`.
    Base64,
}

impl Chars {
    fn has(self, byte: u8) -> bool {
        match self {
            Chars::Alnum => byte.is_ascii_alphanumeric(),
            Chars::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Chars::Dashed => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Chars::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'='),
            Chars::Hex => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
            Chars::Base32 => byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'),
            Chars::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\\'),
        }
    }
}

/// Prefix, name, characters after the prefix, least and greatest number of them.
type Form = (&'static str, &'static str, Chars, usize, usize);

const FORMS: [Form; 53] = [
    ("AKIA", "AWS access key", Chars::Base32, 16, 16),
    ("ASIA", "AWS access key", Chars::Base32, 16, 16),
    ("ABIA", "AWS access key", Chars::Base32, 16, 16),
    ("ACCA", "AWS access key", Chars::Base32, 16, 16),
    ("ghp_", "GitHub token", Chars::Alnum, 36, 255),
    ("gho_", "GitHub token", Chars::Alnum, 36, 255),
    ("ghu_", "GitHub token", Chars::Alnum, 36, 255),
    ("ghs_", "GitHub token", Chars::Alnum, 36, 255),
    ("ghr_", "GitHub token", Chars::Alnum, 36, 255),
    ("github_pat_", "GitHub token", Chars::Word, 60, 255),
    ("glpat-", "GitLab token", Chars::Dotted, 20, 300),
    ("gldt-", "GitLab token", Chars::Dashed, 20, 300),
    ("glrt-", "GitLab token", Chars::Dotted, 20, 300),
    ("glptt-", "GitLab token", Chars::Hex, 40, 40),
    ("glsoat-", "GitLab token", Chars::Dashed, 20, 300),
    ("glagent-", "GitLab token", Chars::Dashed, 50, 300),
    ("xoxa-", "Slack token", Chars::Dashed, 24, 255),
    ("xoxb-", "Slack token", Chars::Dashed, 24, 255),
    ("xoxp-", "Slack token", Chars::Dashed, 24, 255),
    ("xoxr-", "Slack token", Chars::Dashed, 24, 255),
    ("xoxs-", "Slack token", Chars::Dashed, 24, 255),
    ("xapp-", "Slack token", Chars::Dashed, 60, 255),
    ("sk_live_", "Stripe key", Chars::Alnum, 24, 255),
    ("rk_live_", "Stripe key", Chars::Alnum, 24, 255),
    ("whsec_", "Stripe webhook secret", Chars::Base64, 32, 64),
    ("AIza", "Google API key", Chars::Dashed, 35, 35),
    ("GOCSPX-", "Google client secret", Chars::Dashed, 28, 28),
    ("ya29.", "Google access token", Chars::Dashed, 40, 2_000),
    ("npm_", "npm token", Chars::Alnum, 36, 36),
    ("pypi-AgE", "PyPI token", Chars::Dashed, 50, 2_000),
    ("sk-ant-", "Anthropic key", Chars::Dashed, 80, 130),
    ("dop_v1_", "DigitalOcean token", Chars::Hex, 64, 64),
    ("doo_v1_", "DigitalOcean token", Chars::Hex, 64, 64),
    ("dor_v1_", "DigitalOcean token", Chars::Hex, 64, 64),
    ("shpat_", "Shopify token", Chars::Hex, 32, 32),
    ("shpss_", "Shopify secret", Chars::Hex, 32, 32),
    ("shpca_", "Shopify token", Chars::Hex, 32, 32),
    ("shppa_", "Shopify token", Chars::Hex, 32, 32),
    ("hf_", "Hugging Face token", Chars::Alnum, 34, 34),
    ("dapi", "Databricks token", Chars::Hex, 32, 32),
    ("hvs.", "Vault token", Chars::Dashed, 24, 300),
    ("ATATT3", "Atlassian token", Chars::Dotted, 100, 300),
    ("sq0csp-", "Square secret", Chars::Dashed, 43, 43),
    ("sq0atp-", "Square token", Chars::Dashed, 22, 22),
    ("PMAK-", "Postman key", Chars::Dashed, 59, 59),
    ("lin_api_", "Linear key", Chars::Alnum, 40, 40),
    ("NRAK-", "New Relic key", Chars::Alnum, 27, 27),
    ("dckr_pat_", "Docker token", Chars::Dashed, 27, 40),
    ("rubygems_", "RubyGems key", Chars::Hex, 48, 48),
    ("glsa_", "Grafana token", Chars::Word, 41, 41),
    ("AccountKey=", "Azure storage key", Chars::Base64, 88, 92),
    ("SharedAccessKey=", "Azure access key", Chars::Base64, 44, 48),
    ("AGE-SECRET-KEY-1", "age secret key", Chars::Alnum, 58, 58),
];

/// No key without a greatest length of its own is longer.
const MOST: usize = 300;

/// Where the other forms begin, those of tokens that no vendor owns included.
const OTHERS: [&str; 10] =
    ["SG.", "\"SK", "T3BlbkFJ", "hooks.slack.com", ":AA", "PRIVATE KEY", "eyJ", "Basic ", "basic ", "BASIC "];

/// Where a secret may begin.
pub(super) fn starts() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|form| form.0).chain(OTHERS)
}

/// The key of a vendor at `at`, where one of [`starts`] stands.
pub(super) fn recognise(text: &str, at: usize) -> Option<Secret> {
    let rest = text.get(at..)?;
    if let Some((prefix, name, chars, least, most)) = FORMS.iter().find(|form| rest.starts_with(form.0)) {
        if !starts_word(text, at) || matches!(chars, Chars::Dotted) && text[..at].ends_with('.') {
            return None;
        }
        let tail = &rest[prefix.len()..];
        // With an end, so that a text made of prefixes costs no more than others.
        let len = tail.bytes().take(most + 1).take_while(|b| chars.has(*b)).count();
        let tail = tail[..len].trim_end_matches(['.', '\\']);
        let fits = (*least..=*most).contains(&tail.len());
        if !fits || !is_random(tail) {
            return None;
        }
        let kind = if has_wrong_checksum(prefix, tail) {
            SecretKind::LikeVendor(name)
        } else {
            SecretKind::Vendor(name)
        };
        return Some(Secret::new(kind, at, prefix.len(), at + prefix.len() + tail.len()));
    }
    let vendor = |name, start, shown, end| Some(Secret::new(SecretKind::Vendor(name), start, shown, end));
    match rest {
        _ if rest.starts_with("SG.") => {
            let len = run(&rest[3..], Chars::Dotted);
            let (id, key) = rest[3..3 + len].split_once('.')?;
            let sound = id.len() == 22 && key.len() == 43 && is_random(key) && starts_word(text, at);
            if sound { vendor("SendGrid key", at, 3, at + 3 + len) } else { None }
        }
        _ if rest.starts_with("\"SK") => {
            let len = run(&rest[3..], Chars::Hex);
            let sound = len == 32 && is_random(&rest[3..35]);
            if sound { vendor("Twilio key", at + 1, 2, at + 3 + len) } else { None }
        }
        _ if rest.starts_with("T3BlbkFJ") => {
            let before = text[..at].bytes().rev().take(MOST).take_while(|b| Chars::Dashed.has(*b)).count();
            let start = at - before;
            let end = at + run(rest, Chars::Dashed);
            let sound = text[start..].starts_with("sk-") && end - start >= 40 && is_random(&text[start..end]);
            if sound { vendor("OpenAI key", start, 3, end) } else { None }
        }
        _ if rest.starts_with("hooks.slack.com") => {
            let len = rest.bytes().take(MOST).take_while(|b| Chars::Base64.has(*b) || *b == b'.').count();
            let path = rest[..len].replace('\\', "");
            let mut parts = path.trim_end_matches('.').split('/').skip(1);
            let sound = parts.next() == Some("services")
                && parts.next()?.starts_with('T')
                && parts.next()?.starts_with('B')
                && parts.next().is_some_and(|key| key.len() >= 20 && is_random(key));
            if sound { vendor("Slack webhook", at, 15, at + len) } else { None }
        }
        _ if rest.starts_with(":AA") => {
            let digits = text[..at].bytes().rev().take(11).take_while(u8::is_ascii_digit).count();
            let len = run(&rest[1..], Chars::Dashed);
            let start = at - digits;
            let sound = (8..=10).contains(&digits) && len == 35 && is_random(&rest[3..36]);
            if sound && starts_word(text, start) {
                vendor("Telegram token", start, digits + 1, at + 36)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn run(text: &str, chars: Chars) -> usize {
    text.bytes().take(MOST).take_while(|b| chars.has(*b)).count()
}

/// The secret of an application at Azure, which has no prefix but `Q~` as its fifth and sixth
/// characters; `at` is where the tilde stands.
pub(super) fn azure_client_secret(text: &str, at: usize) -> Option<Secret> {
    let chars = |b: u8| Chars::Dotted.has(b) && b != b'=' || b == b'~';
    let start = at.checked_sub(5)?;
    let head = text.as_bytes().get(start..at)?;
    let sound = head[4] == b'Q' && head[3].is_ascii_digit() && head.iter().all(|b| chars(*b));
    let len = text.as_bytes().get(at + 1..)?.iter().take(MOST).take_while(|b| chars(**b)).count();
    let end = at + 1 + len;
    let fits = sound && (31..=34).contains(&len) && starts_word(text, start);
    (fits && is_random(&text[start..end]))
        .then(|| Secret::new(SecretKind::Vendor("Azure client secret"), start, 0, end))
}

/// GitHub and npm end their tokens with a checksum of the rest (CRC32 in base 62), so that one
/// that is made up can be told from one that was given out.
fn has_wrong_checksum(prefix: &str, tail: &str) -> bool {
    let summed = (prefix.len() == 4 && prefix.starts_with("gh")) || prefix == "npm_";
    summed && tail.len() == 36 && checksum(&tail[..30]) != tail[30..]
}

fn checksum(text: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let step = |crc: u32| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    let mut crc = text.bytes().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(byte), |c, _| step(c)));
    crc = !crc;
    let mut out = [b'0'; 6];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[(crc % 62) as usize];
        crc /= 62;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::secrets;

    fn found(parts: &[&str]) -> Option<(SecretKind, usize)> {
        let text = format!("\"{}\"", parts.concat());
        secrets(&text, None).first().map(|s| (s.kind, s.hidden.start as usize - 1))
    }

    fn vendor(parts: &[&str]) -> &'static str {
        match found(parts) {
            Some((SecretKind::Vendor(name), _)) => name,
            other => panic!("{parts:?}: {other:?}"),
        }
    }

    #[test]
    fn checksums_of_github_and_npm() {
        // A token that was given out and revoked long ago, as articles on the format show it.
        assert_eq!(checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"), "0mLq17");
        let sound = format!("9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg{}", checksum("9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg"));
        assert_eq!(found(&["gh", "p_", &sound]), Some((SecretKind::Vendor("GitHub token"), 4)));
        assert_eq!(found(&["np", "m_", &sound]), Some((SecretKind::Vendor("npm token"), 4)));
        let made_up = found(&["gh", "p_9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o"]);
        assert_eq!(made_up, Some((SecretKind::LikeVendor("GitHub token"), 4)));
    }

    #[test]
    fn forms() {
        assert_eq!(vendor(&["xox", "b-263594206564-2343594206574-FgqddMF8t08v8N7Oq4i57vs1"]), "Slack token");
        assert_eq!(vendor(&["AIz", "aSyB7qXk2LmQ9vRt4ZsB1nCw8EyUf3HdJg6K"]), "Google API key");
        assert_eq!(vendor(&["AKI", "AQ4NXZ7RTLM2P6VKD"]), "AWS access key");
        assert_eq!(vendor(&["glp", "at-9aXk2LmQ7vRt4ZsB1nCw"]), "GitLab token");
        assert_eq!(
            vendor(&["SG", ".9aXk2LmQ7vRt4ZsB1nCw8E.yUf3HdJg6KpT0o9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJ"]),
            "SendGrid key"
        );
        assert_eq!(vendor(&["S", "K3b1f09ac74e82d516f7ac0938be4d217"]), "Twilio key");
        assert_eq!(vendor(&["aB3", "8Q~x7Lm2Rt9Vk4Zs1Nc6Wy8Ef3Hd5Jg0Kp2Qu"]), "Azure client secret");
        assert_eq!(
            vendor(&[
                "https:\\/\\/hooks.sl",
                "ack.com\\/services\\/T01ABCD\\/B02EFGH\\/9aXk2LmQ7vRt4ZsB1nCw8EyU"
            ]),
            "Slack webhook"
        );
        assert_eq!(vendor(&["sk", "-9aXk2LmQ7vRt4ZsB1nCwT3Blbk", "FJ8EyUf3HdJg6KpT0o2LmQ"]), "OpenAI key");
        assert_eq!(vendor(&["712345689:A", "A9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6Kp"]), "Telegram token");
        assert_eq!(vendor(&["ya2", "9.9aXk2LmQ7vRt4ZsB1nCw8EyUf3HdJg6KpT0o9aXk2LmQ"]), "Google access token");
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "AKIA1234567890123456",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "xoxb-your-token-here-please-1",
            "TAKIAQ4NXZ7RTLM2P6VKD",
            "SKU-1234",
            "hf_short",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        ] {
            assert_eq!(found(&[text]), None, "{text}");
        }
    }
}
