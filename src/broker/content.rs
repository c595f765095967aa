//! By what a Broker knows the content of a pact: the same two hashes that it makes, so that
//! what it would say of a file is known before it is asked (`GenerateSha`, `SortContent`,
//! `Content` and `GenerateInteractionSha` of pact_broker).

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use sha1::{Digest, Sha1};

use crate::syntax::{Cursor, Kind};

/// Members that a Broker adds to the interactions that it gives.
const ID: &str = "_id";

/// What becomes of the identifiers that a Broker adds to interactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// They count, as for the Broker, to which they are part of what is published.
    Count,
    /// They do not, so that what it gave is equal to what it got.
    Ignored,
}

/// The SHA-1 of the content of a pact, in 40 hexadecimal digits: interactions and messages
/// in any order, members in any order, and the version of the specification. Names, other
/// metadata and layout play no part. `None` for a number that
/// is too large for the Broker. The text is to be sound JSON.
pub fn pact_sha(root: Cursor<'_>, ids: Ids) -> Option<String> {
    let member = |name: &str| root.get(name).filter(|it| is_given(*it));
    let (interactions, messages) = (member("interactions"), member("messages"));
    let mut out = String::new();
    if interactions.is_none() && messages.is_none() {
        Writer { sorted: false, ids }.value(root, &mut out)?;
        return Some(hex(&out));
    }
    let writer = Writer { sorted: true, ids };
    out.push('{');
    if let Some(list) = interactions {
        out.push_str("\"interactions\":");
        writer.list(list, true, &mut out)?;
    }
    if let Some(list) = messages {
        out.push_str(if interactions.is_some() { ",\"messages\":" } else { "\"messages\":" });
        writer.list(list, interactions.is_none(), &mut out)?;
    }
    if let Some(version) = specification(root) {
        out.push_str(",\"pact_specification_version\":");
        writer.value(version, &mut out)?;
    }
    out.push('}');
    Some(hex(&out))
}

/// The SHA-1 by which the Broker knows an interaction, which is its `_id`.
pub fn interaction_sha(interaction: Cursor<'_>) -> Option<String> {
    let mut out = String::new();
    Writer { sorted: true, ids: Ids::Ignored }.item(interaction, &mut out)?;
    Some(hex(&out))
}

/// A value as text that is equal for equal values, whatever their layout and the order of
/// members; `None` for what the Broker cannot read.
pub fn canonical(value: Cursor<'_>) -> Option<String> {
    let mut out = String::new();
    Writer { sorted: true, ids: Ids::Count }.value(value, &mut out)?;
    Some(out)
}

/// The version of the specification, from the places where the Broker looks for it.
pub fn specification(root: Cursor<'_>) -> Option<Cursor<'_>> {
    let metadata = root.get("metadata")?;
    let nested = |name: &str| metadata.get(name)?.get("version").filter(|it| is_given(*it));
    let flat = || metadata.get("pactSpecificationVersion").filter(|it| is_given(*it));
    nested("pactSpecification").or_else(|| nested("pact-specification")).or_else(flat)
}

/// What Ruby takes for true.
fn is_given(value: Cursor<'_>) -> bool {
    !value.is_null() && value.as_bool() != Some(false)
}

fn hex(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes JSON as Ruby's library does, without blanks.
#[derive(Clone, Copy)]
struct Writer {
    /// Whether members are in the order of their names.
    sorted: bool,
    ids: Ids,
}

impl Writer {
    /// Interactions or messages, in the order of their texts where they are to be `ordered`.
    fn list(self, list: Cursor<'_>, ordered: bool, out: &mut String) -> Option<()> {
        if !list.is_array() {
            return self.value(list, out);
        }
        let mut texts = Vec::new();
        for item in list.elements() {
            let mut text = String::new();
            self.item(item, &mut text)?;
            texts.push(text);
        }
        if ordered {
            texts.sort_unstable();
        }
        out.push('[');
        out.push_str(&texts.join(","));
        out.push(']');
        Some(())
    }

    fn item(self, item: Cursor<'_>, out: &mut String) -> Option<()> {
        match (item.is_object(), self.ids) {
            (true, Ids::Ignored) => self.object(item, Some(ID), out),
            _ => self.value(item, out),
        }
    }

    fn value(self, node: Cursor<'_>, out: &mut String) -> Option<()> {
        match node.kind() {
            Kind::Object => self.object(node, None, out),
            Kind::Array => {
                out.push('[');
                for (at, item) in node.elements().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    self.value(item, out)?;
                }
                out.push(']');
                Some(())
            }
            Kind::String => {
                string(&node.as_str()?, out);
                Some(())
            }
            Kind::Number => {
                out.push_str(&number(node.raw())?);
                Some(())
            }
            Kind::True | Kind::False | Kind::Null => {
                out.push_str(node.raw());
                Some(())
            }
            _ => None,
        }
    }

    fn object(self, node: Cursor<'_>, without: Option<&str>, out: &mut String) -> Option<()> {
        let mut members: Vec<(Cow<'_, str>, Cursor<'_>)> = Vec::new();
        let mut places: FxHashMap<Cow<'_, str>, usize> = FxHashMap::default();
        for member in node.members() {
            let (name, value) = (member.key.name(), member.value?);
            // Of a name that comes twice the place is the first and the value the last.
            match places.get(name.as_ref()) {
                Some(at) => members[*at].1 = value,
                None => {
                    places.insert(name.clone(), members.len());
                    members.push((name, value));
                }
            }
        }
        if self.sorted {
            members.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        }
        out.push('{');
        let mut first = true;
        for (name, value) in members.iter().filter(|(name, _)| Some(name.as_ref()) != without) {
            out.push_str(if first { "" } else { "," });
            first = false;
            string(name, out);
            out.push(':');
            self.value(*value, out)?;
        }
        out.push('}');
        Some(())
    }
}

/// A string as Ruby's library writes it.
fn string(text: &str, out: &mut String) {
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ch if ch < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(ch))),
            ch => out.push(ch),
        }
    }
    out.push('"');
}

/// A number as Ruby writes it: integers digit by digit, others as `Float#to_s` does. `None`
/// for one that is larger than any it has.
fn number(raw: &str) -> Option<String> {
    if !raw.contains(['.', 'e', 'E']) {
        return Some(if raw == "-0" { "0".to_owned() } else { raw.to_owned() });
    }
    let value: f64 = raw.parse().ok().filter(|it: &f64| it.is_finite())?;
    if value == 0.0 {
        return Some(if value.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned());
    }
    let shortest = format!("{value:e}");
    let (digits, exponent) = shortest.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if (-4..15).contains(&exponent) {
        let plain = format!("{value}");
        return Some(if plain.contains('.') { plain } else { format!("{plain}.0") });
    }
    let point = if digits.contains('.') { "" } else { ".0" };
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!("{digits}{point}e{sign}{:02}", exponent.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn sha(text: &str) -> Option<String> {
        pact_sha(parse(text).root(text)?, Ids::Count)
    }

    /// The SHA-1 of a text.
    fn of(text: &str) -> Option<String> {
        Some(hex(text))
    }

    #[test]
    fn order_names_and_layout_play_no_part() {
        let text = r#"{"consumer": {"name": "a"}, "interactions": [{"d": "z", "a": {"c": 1, "b": [2, 1]}}, {"d": "b"}],
            "metadata": {"x": 1, "pactSpecification": {"version": "3.0.0"}}}"#;
        let plain = r#"{"interactions":[{"a":{"b":[2,1],"c":1},"d":"z"},{"d":"b"}],"pact_specification_version":"3.0.0"}"#;
        assert_eq!(sha(text), of(plain));
        assert_eq!(hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn messages_and_other_objects_are_known_too() {
        assert_eq!(sha(r#"{"messages": ["b", "a"]}"#), of(r#"{"messages":["a","b"]}"#));
        assert_eq!(
            sha(
                r#"{"messages": ["b", "a"], "interactions": [2, 1], "metadata": {"pact-specification": {"version": "2"}}}"#
            ),
            of(r#"{"interactions":[1,2],"messages":["b","a"],"pact_specification_version":"2"}"#)
        );
        assert_eq!(
            sha(r#"{"metadata": {"pactSpecificationVersion": 2.50}, "interactions": {"b": 1, "a": 2}}"#),
            of(r#"{"interactions":{"a":2,"b":1},"pact_specification_version":2.5}"#)
        );
        assert_eq!(
            sha(r#"{"b": 1, "a": 2, "b": 3, "interactions": null}"#),
            of(r#"{"b":3,"a":2,"interactions":null}"#)
        );
    }

    #[test]
    fn identifiers_of_the_broker_can_be_left_out() {
        let (with, without) =
            (r#"{"interactions": [{"_id": "x", "d": 1}]}"#, r#"{"interactions": [{"d": 1}]}"#);
        let ignored = |text: &str| pact_sha(parse(text).root(text)?, Ids::Ignored);
        assert_ne!(sha(with), sha(without));
        assert_eq!(ignored(with), sha(without));
        let text = r#"{"d": 1, "_id": "x"}"#;
        assert_eq!(interaction_sha(parse(text).root(text).unwrap()), of(r#"{"d":1}"#));
    }

    #[test]
    fn numbers_and_strings_are_those_of_ruby() {
        let cases = [
            ("12345678901234567890123", "12345678901234567890123"),
            ("-0", "0"),
            ("-0.0", "-0.0"),
            ("1e2", "100.0"),
            ("1E30", "1.0e+30"),
            ("0.0000001", "1.0e-07"),
            ("0.00001", "1.0e-05"),
            ("0.0001", "0.0001"),
            ("1e15", "1.0e+15"),
            ("1.5e16", "1.5e+16"),
            ("3.140", "3.14"),
            ("123456789012345.5", "123456789012345.5"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(number(raw).as_deref(), Some(wanted), "{raw}");
        }
        assert_eq!(number("1E400"), None);
        let mut out = String::new();
        string("\"\\/\u{8}\u{1f}\u{7f}\u{2028}ä\n", &mut out);
        assert_eq!(out, "\"\\\"\\\\/\\b\\u001f\u{7f}\u{2028}ä\\n\"");
        assert_eq!(sha(r#"{"interactions": [1E400]}"#), None);
    }
}
