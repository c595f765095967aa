//! What a Broker refuses with words that do not help, found before it is asked.

use serde::de::IgnoredAny;

use crate::cli::broker::shown;
use crate::syntax::{Cursor, parse};

/// Containers within containers that the Broker reads: `max_nesting` of `JSON.parse`, which it
/// leaves as it is (`PACT_PARSING_OPTIONS` of pact_broker). It calls a pact that is deeper no JSON.
const MOST_NESTING: usize = 50;

/// What the Broker cannot read, and where; it would say that all of it is no JSON.
pub(super) fn unreadable(text: &str, is_text: bool) -> Option<(usize, String)> {
    if !is_text {
        let at = text.find('\u{fffd}').unwrap_or(0);
        return Some((
            at,
            "a byte is not UTF-8, in which pacts are written; the Broker refuses it".to_owned(),
        ));
    }
    if text.starts_with('\u{feff}') {
        return Some((0, "a byte order mark comes first, and the Broker takes all of it for no JSON; `pactlens lint --fix` takes it away".to_owned()));
    }
    if let Some(at) = too_deep(text) {
        let why = format!(
            "containers are nested more than {MOST_NESTING} deep here, which the Broker calls no JSON; a matching rule on a \
             container makes what is in it superfluous"
        );
        return Some((at, why));
    }
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    let at = parse(text).errors.first().map_or(0, |it| it.span.start as usize);
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    Some((
        at,
        format!(
            "this is no JSON, and the Broker says no more than that ({said}); `pactlens lint` says what is wrong"
        ),
    ))
}

/// Where the first container is that is too deep.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                if depth > MOST_NESTING {
                    return Some(at);
                }
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The name of a consumer or provider, if the Broker takes it.
pub(super) fn party(root: Cursor<'_>, key: &str) -> Result<String, String> {
    let name = root.get(key).and_then(|it| it.get("name")).and_then(|it| it.as_str());
    let name = name.filter(|it| !it.trim().is_empty());
    let name =
        name.ok_or_else(|| format!("the pact does not name its {key}, so the Broker has no place for it"))?;
    match name.contains(|ch: char| ch.is_control()) {
        true => Err(format!(
            "the name of the {key}, '{}', has control characters, which the Broker refuses",
            shown(&name)
        )),
        false => Ok(name.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_broker_cannot_read_is_placed() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(unreadable(&deep(50), true).is_none());
        assert_eq!(unreadable(&deep(51), true).unwrap().0, 50);
        assert!(unreadable("{\"a\": \"[\\\"[\"}", true).is_none());
        for (text, at) in [
            ("\u{feff}{}", 0),
            ("{\n // x\n}", 3),
            ("{\"a\": 1,}", 7),
            ("{\"a\": NaN}", 6),
            ("", 0),
            ("{}\n{}", 3),
        ] {
            assert_eq!(unreadable(text, true).unwrap().0, at, "{text:?}");
        }
        assert_eq!(unreadable("ab\u{fffd}", false).unwrap().0, 2);
    }
}
