//! Values as the official core's generators make them (`GenerateValue` in pact_models,
//! generators/mod.rs): not at random, but chosen so that a rule that refuses them all refuses
//! nearly everything that is generated.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::model::datetime::{Format, Kind as DateKind};
use crate::model::regex::generator_problem;
use crate::syntax::{Cursor, quote};

/// A generated value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A JSON number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A boolean.
    Bool(bool),
}

impl Value {
    /// As JSON text.
    pub(super) fn json(&self) -> String {
        match self {
            Value::Number(text) => text.clone(),
            Value::Text(text) => quote(text),
            Value::Bool(value) => value.to_string(),
        }
    }

    /// As it stands in a header or a path.
    pub(super) fn text(&self) -> String {
        match self {
            Value::Number(text) | Value::Text(text) => text.clone(),
            Value::Bool(value) => value.to_string(),
        }
    }
}

/// Values of the generator `kind`, whose object is `node`, in the place of `example`; `None`
/// where they are not known or it makes none.
pub(super) fn values(kind: &str, node: Cursor<'_>, example: Cursor<'_>, json: bool) -> Option<Vec<Value>> {
    let texts = |all: Vec<String>| Some(all.into_iter().map(Value::Text).collect());
    let size = |name: &str| match node.get(name) {
        None => Some(10),
        Some(field) => field.as_u64().filter(|n| (1..=200).contains(n)).map(|n| n as usize),
    };
    match kind {
        "RandomInt" => {
            let bound = |name: &str, default: i64| match node.get(name) {
                None => Some(default),
                Some(field) => field.raw().parse::<i64>().ok().filter(|n| i32::try_from(*n).is_ok()),
            };
            let numbers = integers(bound("min", 0)?, bound("max", 10)?).into_iter().map(|n| n.to_string());
            let text = example.is_string() || !json;
            Some(numbers.map(|n| if text { Value::Text(n) } else { Value::Number(n) }).collect())
        }
        "RandomDecimal" => {
            let made = decimals(size("digits").filter(|digits| *digits <= 15)?);
            if !json || example.as_f64().is_none() {
                return texts(made);
            }
            let number = |text: String| {
                let short = text.trim_end_matches('0').trim_start_matches('0').to_owned();
                let (whole, fraction) = short.split_once('.').unwrap_or((&short, ""));
                let zero = |part: &str| if part.is_empty() { "0".to_owned() } else { part.to_owned() };
                Value::Number(format!("{}.{}", zero(whole), zero(fraction)))
            };
            Some(made.into_iter().map(number).collect())
        }
        "RandomHexadecimal" => {
            // Sixteen digits, none twice.
            const DIGITS: &str = "0123456789ABCDEF";
            let count = size("digits")?.min(16);
            let turned = (0..16).map(|by| format!("{}{}", &DIGITS[by..], &DIGITS[..by])[..count].to_owned());
            let mixed = ["A0B1C2D3E4F56789", "0A1B2C3D4E5F6789", "9F07B3E1D4A2C856"];
            let all = turned.chain(mixed.map(|text| text[..count].to_owned()));
            // Six and more are hardly ever all of one kind.
            let usual = |text: &String| {
                count < 6
                    || text.contains(|c: char| c.is_ascii_uppercase())
                        && text.contains(|c: char| c.is_ascii_digit())
            };
            texts(all.filter(usual).collect())
        }
        "RandomString" => {
            let count = size("size")?;
            let cycles =
                ["aqzfkx", "AQZFKX", "170395", "aB3xY9", "B7ak2Q", "3fT8yM", "Qzfkxb", "q1z7f3", "A1Z7F3"];
            texts(cycles.iter().map(|cycle| cycle.chars().cycle().take(count).collect()).collect())
        }
        "RandomBoolean" if json => Some(vec![Value::Bool(true), Value::Bool(false)]),
        "RandomBoolean" => texts(vec!["true".to_owned(), "false".to_owned()]),
        "Uuid" => {
            let format = node.get("format").map(Cursor::to_text);
            let all = ["936da01f-9abd-4d9d-80c7-02af85c822a8", "0b4e2c11-4d7a-4f0e-9c1b-5a6d7e8f9012"];
            let shape = |uuid: &str| match format.as_deref() {
                // For what is no text the core forgets the format.
                _ if json && !example.is_string() => uuid.to_owned(),
                Some("simple") => uuid.replace('-', ""),
                Some("upper-case-hyphenated") => uuid.to_uppercase(),
                Some("URN") => format!("urn:uuid:{uuid}"),
                _ => uuid.to_owned(),
            };
            texts(all.iter().map(|uuid| shape(uuid)).collect())
        }
        "Regex" => {
            let pattern = node.get("regex")?.as_str()?;
            if generator_problem(&pattern).is_some() {
                return None;
            }
            texts(from_pattern(&pattern)?)
        }
        "Date" | "Time" | "DateTime" => {
            let (kind, default) = match kind {
                "Date" => (DateKind::Date, "yyyy-MM-dd"),
                "Time" => (DateKind::Time, "HH:mm:ss"),
                // Not the format of a rule without one: the offset has no colon.
                _ => (DateKind::DateTime, "yyyy-MM-dd'T'HH:mm:ss.SSSZ"),
            };
            let expression = node.get("expression").and_then(Cursor::as_str).unwrap_or_default();
            super::date_expression::check(&expression, kind).ok()?;
            let format = match node.get("format") {
                Some(format) => format.as_str()?,
                None => default.into(),
            };
            texts(vec![Format::parse(&format).ok()?.generated()?])
        }
        _ => None,
    }
}

/// Integers from `min` to `max`: all of them if they are few, else the ends of each length and
/// some between.
fn integers(min: i64, max: i64) -> Vec<i64> {
    if max - min <= 64 {
        return (min..=max).collect();
    }
    let mut all = vec![min, max];
    let mut power = 1_i64;
    while power <= 10_000_000_000 {
        all.extend([power - 1, power, 1 - power, -power, power * 5 + power / 3]);
        power *= 10;
    }
    let step = (max - min) / 37;
    all.extend((1..37).map(|turn| min + step * turn + turn % 7));
    all.retain(|n| (min..=max).contains(n));
    all
}

/// Decimals of so many digits, as `generate_decimal` makes them.
fn decimals(digits: usize) -> Vec<String> {
    let mut out = Vec::new();
    for cycle in ["4718", "9000", "1059", "0362"] {
        let all: String = cycle.chars().cycle().take(digits).collect();
        let places = if digits < 3 { 1..2 } else { 1..digits - 1 };
        for place in places {
            if digits == 1 {
                out.push(all.clone());
            } else if !(place > 1 && all.starts_with('0')) {
                out.push(format!("{}.{}", &all[..place], &all[place..]));
            }
        }
    }
    out
}

/// Some texts that match a pattern as the generator reads it.
fn from_pattern(pattern: &str) -> Option<Vec<String>> {
    let stripped = pattern.strip_prefix('^').unwrap_or(pattern);
    let stripped = stripped.strip_suffix('$').unwrap_or(stripped);
    let hir = ParserBuilder::new().unicode(false).build().parse(stripped).ok()?;
    let made = (0..6).filter_map(|variant| {
        let mut out = Vec::new();
        write(&hir, variant, &mut out)?;
        String::from_utf8(out).ok()
    });
    let made: Vec<String> = made.collect();
    (!made.is_empty()).then_some(made)
}

/// Appends a text of `hir`. The parser's limit of 250 levels bounds the recursion.
fn write(hir: &Hir, variant: usize, out: &mut Vec<u8>) -> Option<()> {
    if out.len() > 1_000 {
        return None;
    }
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(class) => {
            let pick = (variant * 7 + out.len() * 3) % 64;
            let ranges: Vec<(u32, u32)> = match class {
                Class::Bytes(class) => {
                    class.ranges().iter().map(|r| (u32::from(r.start()), u32::from(r.end()))).collect()
                }
                Class::Unicode(class) => {
                    class.ranges().iter().map(|r| (r.start() as u32, r.end() as u32)).collect()
                }
            };
            let (low, high) = *ranges.get(pick % ranges.len().max(1))?;
            let code = low + pick as u32 % (high - low + 1);
            let mut bytes = [0; 4];
            out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut bytes).as_bytes());
        }
        HirKind::Look(_) => return None,
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min.saturating_add(20));
            let turns = repetition.min + (variant as u32 * 3 + 1).min(most.saturating_sub(repetition.min));
            for _ in 0..turns.min(1_001) {
                write(&repetition.sub, variant, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, variant, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, variant, out)?;
            }
        }
        HirKind::Alternation(parts) => write(parts.get(variant % parts.len().max(1))?, variant, out)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn made(generator: &str, example: &str) -> Vec<String> {
        let (tree, other) = (parse(generator), parse(example));
        let (node, example) = (tree.root(generator).expect("a root"), other.root(example).expect("a root"));
        let kind = node.get("type").and_then(Cursor::as_str).expect("a type");
        let all = values(&kind, node, example, true).unwrap_or_default();
        all.iter().map(Value::json).collect()
    }

    #[test]
    fn shapes() {
        assert_eq!(made(r#"{"type": "RandomInt", "min": 3, "max": 5}"#, "1"), ["3", "4", "5"]);
        assert_eq!(made(r#"{"type": "RandomInt", "min": 5, "max": 5}"#, "\"1\""), ["\"5\""]);
        assert!(made(r#"{"type": "RandomInt", "min": 0, "max": 9999}"#, "1").iter().any(|n| n.len() == 3));
        assert_eq!(made(r#"{"type": "RandomInt", "min": 9, "max": 1}"#, "1"), [""; 0]);
        assert_eq!(made(r#"{"type": "RandomDecimal", "digits": 2}"#, "1.5")[..2], ["4.7", "9.0"]);
        assert_eq!(made(r#"{"type": "RandomDecimal", "digits": 4}"#, "null")[0], "\"4.718\"");
        assert_eq!(made(r#"{"type": "RandomHexadecimal", "digits": 3}"#, "\"\"")[10], "\"ABC\"");
        assert_eq!(made(r#"{"type": "Uuid", "format": "simple"}"#, "\"\"")[0].len(), 34);
        assert_eq!(made(r#"{"type": "DateTime"}"#, "\"\""), ["\"2024-11-23T14:35:46.123+0100\""]);
        assert_eq!(made(r#"{"type": "Date", "expression": "nonsense"}"#, "\"\""), [""; 0]);
        assert_eq!(made(r#"{"type": "ProviderState", "expression": "${a}"}"#, "\"\""), [""; 0]);
    }

    #[test]
    fn texts_of_patterns_match_them() {
        for pattern in ["^[a-z]{3}-\\d+$", "(ab|cd)*x?", "[A-F0-9]{8}"] {
            let check = regex::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
            let all = from_pattern(pattern).expect("texts");
            assert!(all.iter().all(|text| check.is_match(text)), "{pattern}: {all:?}");
        }
    }
}
