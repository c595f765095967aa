//! Query parameters, in the text of V1 and V2 and the map of V3 and V4.

use std::borrow::Cow;

use crate::syntax::Cursor;

/// Calls `visit` with name and value of each parameter (`parse_query_string` and
/// `v3_query_from_json` in pact_models, query_strings.rs).
pub(super) fn each_parameter(query: Cursor<'_>, visit: &mut dyn FnMut(&str, &str)) {
    if let Some(text) = query.as_str() {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            visit(&decoded(name), &decoded(value));
        }
        return;
    }
    for member in query.members() {
        let Some(value) = member.value else { continue };
        let name = member.key.name();
        if value.is_array() {
            for item in value.elements() {
                visit(&name, &item.to_text());
            }
        } else {
            visit(&name, &value.to_text());
        }
    }
}

/// Percent-decoding as in `decode_query`: `+` is a blank, what does not decode stays.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn of(json: &str) -> Vec<String> {
        let tree = parse(json);
        let mut out = Vec::new();
        each_parameter(tree.root(json).expect("there is a root"), &mut |name, value| {
            out.push(format!("{name}: {value}"));
        });
        out
    }

    #[test]
    fn both_forms() {
        assert_eq!(of(r#""a=1&b=x%20y+z&a=%zz&c""#), ["a: 1", "b: x y z", "a: %zz", "c: "]);
        assert_eq!(of(r#"{"a": ["1", "2"], "b": "+"}"#), ["a: 1", "a: 2", "b: +"]);
        assert_eq!(of("null"), [""; 0]);
    }
}
