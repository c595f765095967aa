//! The query, from one encoded text to parameters by name, and headers to lists.

use crate::analysis::upgrade::{Changes, Way};
use crate::model::{Version, parameters_of_text, split_header};
use crate::syntax::{Cursor, quote};
use crate::text::TextEdit;

/// The query of a request (`query_from_json` and `v3_query_from_json` in pact_models,
/// query_strings.rs).
pub(super) fn change(request: Cursor<'_>, way: Way<'_>, changes: &mut Changes) {
    let Some(value) = request.get("query") else { return };
    let Some(text) = value.as_str() else {
        if way.from < Version::V3 && value.is_object() {
            let text = "V2 ignores a query that is not one text; from V3 on these parameters are compared";
            changes.note(value, text);
        }
        return;
    };
    let mut parameters: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in parameters_of_text(&text) {
        let value = value.map_or_else(|| "null".to_owned(), |value| quote(&value));
        match parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => parameters.push((name.into_owned(), vec![value])),
        }
    }
    if text.is_empty() {
        // No query; an empty object would be one without parameters.
        if let Some(key) = value.key() {
            changes.remove(request, key);
        }
        return;
    }
    let members = parameters.iter().map(|(name, values)| (&**name, list(values)));
    let object = way.editor.object(request, members);
    changes.edits.push(way.editor.set(value, &object));
}

/// Headers as the core writes those of V4: each a list of its values.
pub(super) fn headers(part: Cursor<'_>, changes: &mut Changes) {
    for member in part.get("headers").into_iter().flat_map(Cursor::members) {
        let Some((value, text)) = member.value.and_then(|value| Some((value, value.as_str()?))) else {
            continue;
        };
        let values: Vec<String> = split_header(&member.key.name(), &text).into_iter().map(quote).collect();
        changes.edits.push(TextEdit::replace(value.span(), list(&values)));
    }
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.join(", "))
}
