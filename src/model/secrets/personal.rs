//! Personal data that is known by its form: cards and accounts by their check digits, the rest
//! by the way it is written.

use smallvec::SmallVec;

use crate::model::secrets::{Secret, SecretKind, starts_word, tokens, vendors};

/// Finds them, and what else has no literal to be looked for.
pub(super) fn find(text: &str, out: &mut Vec<Secret>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr3_iter(b'@', b'+', b'~', bytes) {
        out.extend(match bytes[at] {
            b'@' => tokens::userinfo(text, at).or_else(|| email(text, at)),
            b'+' => phone(text, at),
            _ => vendors::azure_client_secret(text, at),
        });
    }
    // Each form has four digits in a row, so that to look at every fourth byte is enough.
    let mut at = 3;
    while at < bytes.len() {
        // Four of them at once, as most are none.
        if let Some(&[a, _, _, _, b, _, _, _, c, _, _, _, d]) = bytes.get(at..at + 13)
            && ![a, b, c, d].iter().fold(false, |any, byte| any | byte.is_ascii_digit())
        {
            at += 16;
            continue;
        }
        if !bytes[at].is_ascii_digit() {
            at += 4;
            continue;
        }
        let (start, end) = group(bytes, at);
        if end - start < 4 {
            at += 4;
            continue;
        }
        let found = numbered(text, start, end);
        at = found.map_or(end, |secret| secret.span.end as usize) + 3;
        out.extend(found);
    }
}

/// The digits around `at`.
fn group(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = bytes[..at].iter().rev().take(LONGEST).take_while(|b| b.is_ascii_digit()).count();
    let after = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    (at - before, at + after)
}

/// Longer than any of the numbers.
const LONGEST: usize = 40;

/// What the digits from `start` to `end` are part of.
fn numbered(text: &str, start: usize, end: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    let len = end - start;
    let before = |back: usize| start.checked_sub(back).map(|at| bytes[at]);
    if len == 4 && before(1) == Some(b'-') && before(4) == Some(b'-') {
        return social_security(text, start.checked_sub(7)?);
    }
    // Two letters and two digits begin an account number, and the name of a bank may follow.
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let begins = |back: usize| start.checked_sub(back).filter(|at| letter(*at) && letter(at + 1));
    let starts = match before(1) {
        Some(b' ') => [begins(5), begins(10)],
        Some(b'A'..=b'Z') => [begins(2), begins(8)],
        _ => [None; 2],
    };
    if let Some(found) = starts.into_iter().flatten().find_map(|at| iban(text, at)) {
        return Some(found);
    }
    card(text, start, end)
}

/// Nothing that belongs to a longer word or number follows.
fn ends_word(text: &str, end: usize) -> bool {
    let next = |at: usize| text.as_bytes().get(at).copied();
    match next(end) {
        Some(b'.') => !next(end + 1).is_some_and(|b| b.is_ascii_digit()),
        Some(b) => !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/' | b'=')),
        None => true,
    }
}

/// `starts_word`, and no fraction or decimal point before.
fn starts_number(text: &str, at: usize) -> bool {
    starts_word(text, at) && !text[..at].ends_with(['.', ':', '%', '=', '#'])
}

fn card(text: &str, start: usize, end: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    // At most 19 and a group of 7.
    let mut digits: SmallVec<[u8; 32]> = SmallVec::new();
    let mut last = end;
    if end - start >= 14 {
        digits.extend_from_slice(&bytes[start..end.min(start + 20)]);
    } else if end - start == 4 {
        // Groups of four, or of four, six and five.
        let separator = *bytes.get(end).filter(|b| matches!(b, b' ' | b'-'))?;
        digits.extend_from_slice(&bytes[start..end]);
        while bytes.get(last) == Some(&separator) && digits.len() < 20 {
            let len = bytes[last + 1..].iter().take(7).take_while(|b| b.is_ascii_digit()).count();
            if !(4..=6).contains(&len) {
                break;
            }
            digits.extend_from_slice(&bytes[last + 1..last + 1 + len]);
            last += 1 + len;
        }
    } else {
        return None;
    }
    digits.iter_mut().for_each(|d| *d -= b'0');
    let issued = is_issued(&digits)
        && luhn(&digits)
        && !is_test_card(&digits)
        && starts_number(text, start)
        && ends_word(text, last);
    issued.then(|| Secret::new(SecretKind::Card, start, 0, last))
}

/// Whether an issuer has numbers that begin like this, and of this length.
fn is_issued(digits: &[u8]) -> bool {
    let head = |count: usize| digits.iter().take(count).fold(0u32, |sum, d| sum * 10 + u32::from(*d));
    match digits.len() {
        14 => matches!(head(3), 300..=305) || matches!(head(2), 36 | 38),
        15 => matches!(head(2), 34 | 37),
        16 => {
            digits[0] == 4
                || matches!(head(2), 51..=55 | 62 | 65)
                || matches!(head(4), 2221..=2720 | 6011 | 3528..=3589)
                || matches!(head(3), 644..=649)
        }
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let doubled = |(at, digit): (usize, &u8)| match (at % 2, digit * 2) {
        (0, _) => u32::from(*digit),
        (_, twice @ 10..) => u32::from(twice - 9),
        (_, twice) => u32::from(twice),
    };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// The numbers that payment services publish for tests have few different digits, or runs.
fn is_test_card(digits: &[u8]) -> bool {
    const KNOWN: [&str; 21] = [
        "378282246310005",
        "371449635398431",
        "378734493671000",
        "30569309025904",
        "38520000023237",
        "6011000990139424",
        "3566002020360505",
        "5105105105105100",
        "5200828282828210",
        "4012888888881881",
        "2223003122003222",
        "4988438843884305",
        "4166676667666746",
        "5555341244441115",
        "6011601160116611",
        "4532015112830366",
        "5425233430109903",
        "4539578763621486",
        "4716059997562930",
        "4485040993287642",
        "5454545454545454",
    ];
    let text: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
    let mut seen = [false; 10];
    digits.iter().for_each(|d| seen[usize::from(*d)] = true);
    let few = seen.iter().filter(|s| **s).count() < 6;
    let same = digits.windows(4).any(|four| four.iter().all(|d| *d == four[0]));
    let counted = ["12345", "23456", "34567", "45678", "56789", "98765", "87654"];
    few || same || KNOWN.contains(&text.as_str()) || counted.iter().any(|run| text.contains(run))
}

/// Countries and the length of their account numbers.
const IBANS: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24\
                     FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32\
                     LI21LT20LU20LV21MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24\
                     SE24SI19SK24SM27TN24TR26UA29VA22VG24XK20";

fn iban(text: &str, start: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    let country = bytes.get(start..start + 2)?;
    let entry = IBANS.as_bytes().chunks(4).find(|entry| &entry[..2] == country)?;
    let length = usize::from(entry[2] - b'0') * 10 + usize::from(entry[3] - b'0');
    let mut chars: Vec<u8> = Vec::with_capacity(length);
    let mut end = start;
    for byte in &bytes[start..] {
        // Blanks stand between groups of four.
        let blank = *byte == b' ' && chars.len().is_multiple_of(4) && !chars.is_empty();
        if chars.len() == length || !blank && !byte.is_ascii_digit() && !byte.is_ascii_uppercase() {
            break;
        }
        end += 1;
        if !blank {
            chars.push(*byte);
        }
    }
    let sound = chars.len() == length
        && starts_number(text, start)
        && ends_word(text, end)
        && chars[2..4].iter().all(u8::is_ascii_digit);
    let used = sound && mod_97(&chars) == 1 && !is_sample_iban(&String::from_utf8_lossy(&chars));
    used.then(|| Secret::new(SecretKind::Iban, start, 0, end))
}

/// The remainder of the number that the characters spell, the first four moved to the end.
fn mod_97(chars: &[u8]) -> u32 {
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 });
    chars[4..].iter().chain(&chars[..4]).fold(0, |sum, byte| match value(*byte) {
        digit @ 0..=9 => (sum * 10 + digit) % 97,
        number => (sum * 100 + number) % 97,
    })
}

/// The examples of the registry and of documentation, and those that somebody typed.
fn is_sample_iban(iban: &str) -> bool {
    const KNOWN: [&str; 26] = [
        "DE89370400440532013000",
        "DE75512108001245126199",
        "DE44500105175407324931",
        "DE12500105170648489890",
        "DE27100777770209299700",
        "GB82WEST12345698765432",
        "GB29NWBK60161331926819",
        "GB33BUKB20201555555555",
        "GB94BARC10201530093459",
        "FR1420041010050500013M02606",
        "FR7630006000011234567890189",
        "NL91ABNA0417164300",
        "NL02ABNA0123456789",
        "ES9121000418450200051332",
        "BE68539007547034",
        "BE71096123456769",
        "CH9300762011623852957",
        "AT611904300234573201",
        "PL61109010140000071219812874",
        "SE4550000000058398257466",
        "NO9386011117947",
        "FI2112345600000785",
        "DK5000400440116243",
        "IE29AIBK93115212345678",
        "CZ6508000000192000145399",
        "IT60X0542811101000000123456",
    ];
    let same = iban.as_bytes().windows(6).any(|six| six.iter().all(|b| *b == six[0]));
    KNOWN.contains(&iban) || same || iban.contains("12345") || iban.contains("98765")
}

/// `start` is where the first of three, two and four digits should stand.
fn social_security(text: &str, start: usize) -> Option<Secret> {
    let part = text.get(start..start + 11)?;
    let mut groups = part.split('-');
    let (area, group, serial) = (groups.next()?, groups.next()?, groups.next()?);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let shape = (area.len(), group.len(), serial.len()) == (3, 2, 4)
        && [area, group, serial].map(digits) == [true; 3];
    let given = !matches!(area, "000" | "666" | "123" | "111")
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000";
    let sample = matches!(part, "078-05-1120" | "219-09-9999" | "457-55-5462" | "987-65-4320");
    (shape && given && !sample && starts_number(text, start) && ends_word(text, start + 11))
        .then(|| Secret::new(SecretKind::SocialSecurity, start, 0, start + 11))
}

/// A number with the code of its country; `at` is where the `+` stands.
fn phone(text: &str, at: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    if !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) || !starts_word(text, at) {
        return None;
    }
    let part = |b: &u8| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'(' | b')' | b'.');
    let len = bytes[at + 1..].iter().take(24).take_while(|b| part(b)).count();
    let end = at + 1 + text[at + 1..at + 1 + len].trim_end_matches([' ', '-', '.', '(']).len();
    let digits: String = text[at..end].chars().filter(char::is_ascii_digit).collect();
    // What is kept for films, and what a person types who means none.
    let fictional = digits.contains("55501")
        || digits.contains("555555")
        || digits.contains("12345")
        || digits.contains("0000")
        || digits.contains("1111")
        || digits.starts_with("447700900")
        || digits.starts_with("442079460");
    ((9..=15).contains(&digits.len()) && !fictional && ends_word(text, end))
        .then(|| Secret::new(SecretKind::Phone, at, 1, end))
}

/// Ends of domains that belong to nobody, of words that mean nobody, and of names of files.
const NOBODY: [&str; 30] = [
    "example",
    "test",
    "invalid",
    "localhost",
    "local",
    "internal",
    "domain",
    "acme",
    "foo",
    "bar",
    "baz",
    "email",
    "company",
    "mycompany",
    "yourdomain",
    "mydomain",
    "some",
    "fake",
    "dummy",
    "sample",
    "demo",
    "mailinator",
    "mailtrap",
    "xyz",
    "abc",
    "a",
    "b",
    "x",
    "png",
    "jpg",
];

/// Names of mailboxes that are no person's.
const ROLES: [&str; 14] = [
    "noreply",
    "no-reply",
    "donotreply",
    "support",
    "info",
    "admin",
    "contact",
    "hello",
    "sales",
    "help",
    "test",
    "user",
    "git",
    "postmaster",
];

/// `at` is where the `@` stands.
fn email(text: &str, at: usize) -> Option<Secret> {
    let bytes = text.as_bytes();
    let local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-');
    let len = bytes[..at].iter().rev().take(65).take_while(|b| local(b)).count();
    let mut start = at - len;
    if start > 0 && bytes[start - 1] == b'\\' {
        // The letter of an escape.
        start += 1;
    }
    let name = text.get(start..at)?.to_ascii_lowercase();
    let host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let len = bytes[at + 1..].iter().take(254).take_while(|b| host(b)).count();
    let domain = text[at + 1..at + 1 + len].trim_end_matches(['.', '-']);
    let end = at + 1 + domain.len();
    let lower = domain.to_ascii_lowercase();
    let (_, top) = lower.rsplit_once('.')?;
    let sound = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic());
    let nobody = lower.split('.').any(|label| NOBODY.contains(&label) || label.starts_with("example"));
    let role = ROLES.contains(&name.split('+').next().unwrap_or(""));
    let whole =
        (1..=64).contains(&name.len()) && !matches!(bytes.get(start.wrapping_sub(1)), Some(b'/' | b':'));
    (sound && whole && !nobody && !role).then(|| Secret {
        // A mailbox says who, the domain at most where.
        hidden: crate::text::Span::new(start as u32, at as u32),
        ..Secret::new(SecretKind::Email, start, 0, end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::secrets;

    fn found(text: &str) -> Vec<(SecretKind, String)> {
        let text = format!("\"{text}\"");
        let all = secrets(&text, None).into_iter().filter(|s| s.told);
        all.map(|s| (s.kind, s.span.of(&text).to_owned())).collect()
    }

    #[track_caller]
    fn is(kind: SecretKind, text: &str) {
        assert_eq!(found(&format!("x {text}, y")), [(kind, text.to_owned())]);
        assert_eq!(found(text), [(kind, text.to_owned())]);
    }

    #[test]
    fn cards() {
        is(SecretKind::Card, "4929318670254172");
        is(SecretKind::Card, "4929 3186 7025 4172");
        is(SecretKind::Card, "4929-3186-7025-4172");
        is(SecretKind::Card, "349103768528608");
        for text in [
            "4929318670254175",
            "4111111111111111",
            "4242 4242 4242 4242",
            "5105105105105100",
            "1492931867025417",
            "a4929318670254172",
            "49293186702541720",
            "0.4929318670254172",
            "4929318670254172.5",
            "49293186-7025-4172-8000-4929318670254172",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn accounts() {
        is(SecretKind::Iban, "DE44701512084094006187");
        is(SecretKind::Iban, "DE44 7015 1208 4094 0061 87");
        is(SecretKind::Iban, "NL72RABO0307165264");
        for text in ["DE89370400440532013000", "DE47701500000094006180", "GB82 WEST 1234 5698 7654 32"] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn people() {
        is(SecretKind::Email, "jane.doe@gmail.com");
        is(SecretKind::Phone, "+44 20 7183 8750");
        is(SecretKind::Phone, "+16502530817");
        is(SecretKind::SocialSecurity, "536-22-8726");
        for text in [
            "jane@example.com",
            "jane@shop.example.org",
            "me@test.com",
            "pkg@1.2.3",
            "@scope/name",
            "noreply@github.com",
            "2024-07-20T14:30:00+01:00",
            "+1 202 555 0143",
            "123-45-6789",
            "000-12-3456",
            "1536-22-8726",
            "application/vnd.api+json",
            "logo@2x.png",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("a\\njane@gmail.com").len(), 1);
    }
}
