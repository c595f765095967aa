//! Patterns that are one character class after another, matched without the engine.
//!
//! Most patterns of pacts are: `^[A-Z]{3}-\d{4}$`. On short ASCII texts without line breaks they
//! mean the same to every engine, and asking Oniguruma costs ten times as much as the answer.

/// Longer texts are left to the engine, which counts what they cost.
const MAX_TEXT: usize = 128;

/// Most characters that a pattern may be written out to, each being a bit.
const MAX_PLACES: usize = 62;

/// A pattern as places one behind the other, each taking one character out of a set.
#[derive(Debug)]
pub(super) struct Linear {
    /// For each ASCII character the places that take it.
    takes: Box<[u64; 128]>,
    /// Places that may take any number of characters.
    stays: u64,
    /// Places that need not take one.
    skips: u64,
    /// The number of places, as a bit.
    end: u64,
}

/// One bit for each ASCII character.
type Set = u128;

impl Linear {
    /// `None` for any pattern that is more than that, or may be.
    pub(super) fn parse(pattern: &str) -> Option<Linear> {
        let mut rest = pattern.as_bytes();
        rest = rest.strip_prefix(b"^").unwrap_or(rest);
        // A dollar after a backslash is itself; a backslash before a backslash is too rare to matter.
        let anchored = rest.ends_with(b"$") && !rest.ends_with(b"\\$");
        rest = if anchored { &rest[..rest.len() - 1] } else { rest };
        let mut out = Linear { takes: Box::new([0; 128]), stays: 0, skips: 0, end: 0 };
        let mut places = 0;
        while !rest.is_empty() {
            let set = item(&mut rest)?;
            let (least, most) = times(&mut rest)?;
            for at in 0..most.unwrap_or(least + 1) {
                if places == MAX_PLACES {
                    return None;
                }
                let bit = 1 << places;
                (0..128).filter(|ch| set >> ch & 1 == 1).for_each(|ch| out.takes[ch] |= bit);
                out.skips |= if at < least { 0 } else { bit };
                out.stays |= if at == least && most.is_none() { bit } else { 0 };
                places += 1;
            }
        }
        out.end = 1 << places;
        Some(out)
    }

    /// Whether the pattern matches all of `text`; `None` if that is for the engine to say.
    pub(super) fn matches_whole(&self, text: &str) -> Option<bool> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let mut at = self.further(1);
        for byte in text.bytes() {
            let takes = self.takes.get(usize::from(byte)).filter(|_| byte != b'\n')?;
            let taken = at & takes;
            at = self.further((taken & !self.stays) << 1 | taken & self.stays);
            if at == 0 {
                // Whatever comes next, line breaks included.
                return Some(false);
            }
        }
        Some(at & self.end != 0)
    }

    /// With the places that are reached without a character.
    fn further(&self, mut at: u64) -> u64 {
        loop {
            let more = at | (at & self.skips) << 1;
            if more == at {
                return at;
            }
            at = more;
        }
    }
}

const fn range(from: u8, to: u8) -> Set {
    (1 << to << 1) - (1 << from)
}

const DIGITS: Set = range(b'0', b'9');
const WORD: Set = DIGITS | range(b'A', b'Z') | range(b'a', b'z') | 1 << b'_';
const ALL: Set = Set::MAX;

/// What a letter or a sign means after a backslash.
fn escaped(byte: u8) -> Option<Set> {
    match byte {
        b'd' => Some(DIGITS),
        b'w' => Some(WORD),
        _ => byte.is_ascii_punctuation().then(|| 1 << byte),
    }
}

/// Takes what stands for one character off the start.
fn item(rest: &mut &[u8]) -> Option<Set> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    match first {
        b'\\' => {
            let (next, after) = rest.split_first()?;
            *rest = after;
            escaped(*next)
        }
        b'[' => class(rest),
        b'.' => Some(ALL & !(1 << b'\n')),
        b'(' | b')' | b'|' | b'{' | b'}' | b'*' | b'+' | b'?' | b'^' | b'$' | b']' => None,
        _ => (first.is_ascii_graphic() || *first == b' ').then(|| 1 << first),
    }
}

/// The rest of a class, behind its bracket.
fn class(rest: &mut &[u8]) -> Option<Set> {
    let negated = rest.first() == Some(&b'^');
    *rest = if negated { &rest[1..] } else { rest };
    let end = rest.iter().position(|byte| *byte == b']').filter(|end| *end > 0)?;
    let mut inside = &rest[..end];
    *rest = &rest[end + 1..];
    let (mut set, whole) = (0, inside.len());
    while let [first, after @ ..] = inside {
        inside = after;
        set |= match (first, inside) {
            (b'\\', [next, after @ ..]) if *next != b'-' || after.is_empty() => {
                inside = after;
                // What begins a range is a character, not a set.
                if after.first() == Some(&b'-') && after.len() > 1 {
                    return None;
                }
                escaped(*next)?
            }
            (from, [b'-', to, after @ ..]) if from.is_ascii_alphanumeric() => {
                if !to.is_ascii_alphanumeric() || to < from {
                    return None;
                }
                inside = after;
                range(*from, *to)
            }
            // At either end of a class it is itself.
            (b'-', after) if after.is_empty() || after.len() + 1 == whole => 1 << b'-',
            (b'[' | b'&' | b'\\' | b'-', _) => return None,
            _ if first.is_ascii_graphic() || *first == b' ' => 1 << first,
            _ => return None,
        };
    }
    Some(if negated { !set } else { set })
}

/// Takes a count off the start: the least and the greatest number of times.
fn times(rest: &mut &[u8]) -> Option<(usize, Option<usize>)> {
    let (found, after) = match rest {
        [b'*', after @ ..] => ((0, None), after),
        [b'+', after @ ..] => ((1, None), after),
        [b'?', after @ ..] => ((0, Some(1)), after),
        [b'{', ..] => {
            let end = rest.iter().position(|byte| *byte == b'}')?;
            let inside = std::str::from_utf8(&rest[1..end]).ok()?;
            let number = |text: &str| {
                let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
                text.parse::<usize>().ok().filter(|_| digits)
            };
            let (least, most) = match inside.split_once(',') {
                None => (number(inside)?, Some(number(inside)?)),
                Some((least, "")) => (number(least)?, None),
                Some((least, most)) => (number(least)?, Some(number(most)?)),
            };
            if most.is_some_and(|most| most < least.max(1)) {
                return None;
            }
            ((least, most), &rest[end + 1..])
        }
        _ => return Some((1, Some(1))),
    };
    // Lazy, possessive, or a count of a count.
    if matches!(after.first(), Some(b'?' | b'+' | b'*' | b'{')) {
        return None;
    }
    *rest = after;
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::regex::engine::Engine;
    use crate::model::regex::guard::checked;
    use crate::model::regex::{Budget, Verdict};

    const LINEAR: [&str; 26] = [
        "^[A-Z]{3}-\\d{4}$",
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "^[^@ ]+@[a-z.]+$",
        "^/orders/\\d+$",
        "\\w*",
        "a?b?c?",
        "a{2,3}b{1,}",
        "[a-c]*[b-d]*x?",
        ".+",
        "a.c",
        "\\$\\d+\\.\\d{2}$",
        "[\\w.-]+",
        "[-a]b",
        "[^\\d]",
        "a+a*a{0,2}",
        "x",
        "\\[a\\]",
        "a b",
        "[\\.\\-]x",
        "^$",
        "",
        "^",
        "a{0,2}b",
        "[a-z]\\-[a-z]",
        "#&a",
        "\\/a\\?",
    ];

    const TEXTS: [&str; 44] = [
        "",
        "a",
        "b",
        "c",
        "x",
        "abc",
        "ABC-1234",
        "ABC-123",
        "ABC-12345",
        "aab",
        "aaab",
        "aabbb",
        "a b",
        "00000001-0000-4000-8000-000000000001",
        "00000001-0000-5000-8000-000000000001",
        "me@example.com",
        "@example.com",
        "a@b@c",
        "/orders/17",
        "/orders/",
        "abcd",
        "bbbb",
        "x.y-z_1",
        "$1.50",
        "$1.5",
        "[a]",
        "-b",
        "ab",
        "ac",
        "\ta",
        "a\rb",
        "aaaa",
        "aaa",
        "-x",
        ".x",
        "\\x",
        "a-b",
        "#&a",
        "/a?",
        "1",
        "^",
        "$",
        "bcx",
        "a_c",
    ];

    #[test]
    fn the_engine_says_the_same() {
        for pattern in LINEAR {
            let linear = Linear::parse(pattern);
            let linear = linear.unwrap_or_else(|| panic!("{pattern} is linear"));
            let engine = Engine::new(pattern, checked(pattern).expect("it is short")).expect("it compiles");
            for text in TEXTS {
                let wanted = engine.judge(text, &mut Budget::new(), true) == Verdict::Match;
                assert_eq!(linear.matches_whole(text), Some(wanted), "{pattern} on {text:?}");
            }
        }
    }

    #[test]
    fn whatever_is_taken_for_linear_means_the_same_to_the_engine() {
        // All short patterns of signs that mean something.
        let signs =
            ["a", "b", "^", "$", "\\", "d", "w", "[", "]", "-", ".", "*", "+", "?", "{", "2", ",", "}"];
        let mut number = 0u64;
        let mut seen = 0;
        for _ in 0..60_000 {
            // Numbers that jump about, the same each time.
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let length = 1 + (number >> 60) as usize % 7;
            let sign = |at: usize| signs[(number >> (8 * at % 56)) as usize % 251 % signs.len()];
            let pattern: String = (0..length).map(sign).collect();
            let Some(linear) = Linear::parse(&pattern) else { continue };
            let Ok(shape) = checked(&pattern) else { continue };
            let Ok(engine) = Engine::new(&pattern, shape) else { panic!("{pattern} does not compile") };
            seen += 1;
            for text in
                ["", "a", "b", "ab", "aa", "a2", "-", "^", "a-b", "2", "ba", "aab", "{2}", "]", ",", "\\"]
            {
                let wanted = engine.judge(text, &mut Budget::new(), true) == Verdict::Match;
                assert_eq!(linear.matches_whole(text), Some(wanted), "{pattern} on {text:?}");
            }
        }
        assert!(seen > 1_000, "{seen} patterns are linear");
    }

    #[test]
    fn other_patterns_and_texts_are_left_to_the_engine() {
        for pattern in [
            "(a)",
            "a|b",
            "a*?",
            "a++",
            "a{2}{3}",
            "[[:alpha:]]",
            "[a&&b]",
            "\\bx",
            "a^b",
            "a$b",
            "é",
            "\\s",
            "[a-\\d]",
            "[]a]",
            "{2}",
            "a{,2}",
            "(?i)a",
            "a{63}",
            "[z-a]",
            "\\",
            "[a",
            "a{0}",
            "\\x41",
            "[+--]",
        ] {
            assert!(Linear::parse(pattern).is_none(), "{pattern}");
        }
        let any = Linear::parse(".*").expect("it is linear");
        for text in ["a\nb", "é", &"a".repeat(MAX_TEXT + 1)] {
            assert_eq!(any.matches_whole(text), None);
        }
    }
}
