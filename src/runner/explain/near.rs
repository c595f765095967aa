//! Did you mean: names that came and are likely what is missing.

use crate::syntax::Cursor;
use crate::text::{distance, slips_allowed};

/// So many names are looked at.
const MOST: usize = 200;
/// A name that is no nearer is not told.
const ENOUGH: u32 = 50;

/// Of `candidates` the name that `missing` probably goes by. `kind` is the JSON type of the
/// missing value; names of values of another type must be nearer.
pub(super) fn nearest<'a>(
    missing: &str,
    kind: Option<&str>,
    candidates: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Option<&'a str> {
    let mut best: Option<(u32, &str)> = None;
    for (name, other) in candidates.take(MOST) {
        let same = kind.is_none() || other.is_none() || kind == other;
        let score = nearness(missing, name) + if same { 15 } else { 0 };
        if score >= ENOUGH + 15 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The same for the keys of an object that the example has not.
pub(super) fn renamed(
    missing: &str,
    kind: Option<&str>,
    expected: Cursor<'_>,
    came: Cursor<'_>,
) -> Option<String> {
    let extra: Vec<(String, Option<&str>)> = came
        .members()
        .take(10 * MOST)
        .map(|member| (member.key.name().into_owned(), member.value.and_then(Cursor::json_type)))
        .filter(|(name, _)| expected.get(name).is_none())
        .collect();
    let names = extra.iter().map(|(name, kind)| (name.as_str(), *kind));
    nearest(missing, kind, names).map(str::to_owned)
}

/// How near two names are: 100 where they differ in case and separators alone.
fn nearness(a: &str, b: &str) -> u32 {
    let (of_a, of_b) = (words(a), words(b));
    let (whole_a, whole_b) = (of_a.concat(), of_b.concat());
    if whole_a.is_empty() || whole_b.is_empty() {
        return 0;
    }
    if whole_a == whole_b {
        return 100;
    }
    let (short, long) = if whole_a.chars().count() <= whole_b.chars().count() {
        (&whole_a, &whole_b)
    } else {
        (&whole_b, &whole_a)
    };
    let away = distance(short, long);
    if away <= slips_allowed(short.chars().count()) {
        return 90 - 5 * away as u32;
    }
    let (few, many) = if of_a.len() <= of_b.len() { (&of_a, &of_b) } else { (&of_b, &of_a) };
    let shared = few.iter().filter(|word| many.contains(word)).count();
    if shared == few.len() {
        return 75 - (many.len() - shared).min(10) as u32;
    }
    if short.len() >= 3 && (long.starts_with(short.as_str()) || long.ends_with(short.as_str())) {
        return 60;
    }
    // `createdDate` and `creation_date`.
    let telling = few.iter().any(|word| word.len() >= 4 && many.contains(word));
    if telling && 2 * shared >= many.len() { 50 } else { 0 }
}

/// The words of a name in lower case: `unitPrice`, `unit_price` and `X-Unit-Price` alike.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut fresh = true;
    let mut lower = false;
    for ch in name.chars().take(80) {
        if !ch.is_alphanumeric() {
            fresh = true;
            continue;
        }
        if fresh || (lower && ch.is_uppercase()) {
            out.push(String::new());
        }
        if let Some(word) = out.last_mut() {
            word.extend(ch.to_lowercase());
        }
        (fresh, lower) = (false, !ch.is_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near<'a>(missing: &str, names: &[&'a str]) -> Option<&'a str> {
        nearest(missing, Some("string"), names.iter().map(|name| (*name, Some("string"))))
    }

    #[test]
    fn renamings_are_seen() {
        assert_eq!(near("name", &["email", "full_name", "id"]), Some("full_name"));
        assert_eq!(near("userId", &["user_id", "user"]), Some("user_id"));
        assert_eq!(near("price", &["unitPrice", "total"]), Some("unitPrice"));
        assert_eq!(near("createdDate", &["creation_date"]), Some("creation_date"));
        assert_eq!(near("colour", &["color"]), Some("color"));
        assert_eq!(near("X-Tenant", &["x-tenant-id", "x-request-id"]), Some("x-tenant-id"));
        assert_eq!(near("name", &["nickname"]), Some("nickname"));
    }

    #[test]
    fn strangers_are_not() {
        assert_eq!(near("user_id", &["order_id", "id_card"]), None);
        assert_eq!(near("name", &["email", "active"]), None);
        assert_eq!(near("", &["", "a"]), None);
        assert_eq!(near("on", &["no"]), None);
    }

    #[test]
    fn another_type_must_be_nearer() {
        let one = |name| nearest("name", Some("string"), [(name, Some("object"))].into_iter());
        assert_eq!(one("createdDate"), None);
        assert_eq!(one("Name"), Some("Name"));
    }
}
