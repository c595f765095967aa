//! Query parameters, in the text of V1 and V2 and the map of V3 and V4.

use std::borrow::Cow;

use crate::syntax::Cursor;

/// Calls `visit` with name and value of each parameter (`parse_query_string` and
/// `v3_query_from_json` in pact_models, query_strings.rs).
pub(super) fn each_parameter(query: Cursor<'_>, visit: &mut dyn FnMut(&str, &str)) {
    if let Some(text) = query.as_str() {
        for (name, value) in parameters_of_text(&text) {
            visit(&name, &value.unwrap_or_default());
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

/// The parameters of a query that is one encoded text, as V1 and V2 write it, each with its
/// value; `None` where there is no equals sign (`parse_query_string`).
pub fn parameters_of_text(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Option<Cow<'_, str>>)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| match pair.split_once('=') {
        Some((name, value)) => (decoded(name), Some(decoded(value))),
        None => (decoded(pair), None),
    })
}

/// Percent-decoding as in `decode_query`: `+` is a blank, what does not decode stays, and a
/// letter that is not ASCII becomes its lowest byte, which mostly leaves all as it was.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) && text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars();
    let mut out = Vec::with_capacity(text.len());
    while let Some(ch) = chars.next() {
        let mut pair = || chars.next();
        match ch {
            '%' => match (pair(), pair()) {
                (Some(high), Some(low)) => match (high.to_digit(16), low.to_digit(16)) {
                    (Some(high), Some(low)) => out.push((high * 16 + low) as u8),
                    _ => out.extend([b'%', high as u8, low as u8]),
                },
                (Some(only), _) => out.extend([b'%', only as u8]),
                (None, _) => out.push(b'%'),
            },
            '+' => out.push(b' '),
            other => out.push(other as u8),
        }
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

    #[test]
    fn decodes_as_the_core_does() {
        for (text, expected) in [
            ("a%20b+c", "a b c"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%%41", "%%41"),
            ("%zz", "%zz"),
            ("%E6%96%87", "文"),
            ("%E6", "%E6"),
            ("caf\u{e9}%20x", "caf\u{e9}%20x"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
