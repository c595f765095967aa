//! Bodies and contents, from a plain value to V4's object around it.

use crate::analysis::upgrade::Changes;
use crate::model::{Body, BodyShape, Content, ContentType, Format, Section, detected_type, looks_wrapped};
use crate::syntax::{Cursor, Editor, parse, quote};
use crate::text::TextEdit;

/// Puts the value of a body or of contents under `content`, so that the core reads the same
/// bytes of the same type (`body_from_json` in pact_models: json_utils.rs and
/// v4/http_parts.rs).
pub(super) fn change(
    root: Cursor<'_>,
    body: &Body,
    section: Section,
    editor: Editor<'_>,
    changes: &mut Changes,
) {
    let value = root.at(body.node);
    if body.shape != BodyShape::Inline || body.content == Content::Null {
        return;
    }
    if looks_wrapped(value) {
        let text = "This has the form of V4 already and stays: before, the object was compared as it stands, V4 compares what is under 'content'";
        return changes.note(value, text);
    }
    let Some(text) = value.as_str() else {
        let declared = declared(root, body);
        // Of a message whose metadata gives no usable type, each version looks at as many bytes.
        let is_left = section == Section::Messages && body.header.is_some() && declared.is_none();
        let content_type = quote(&declared.unwrap_or_else(|| of_json(value).to_owned()));
        let more = [("contentType", &*content_type), ("encoded", "false")];
        changes.edits.extend(editor.surround(value, "content", &more[usize::from(is_left)..]));
        return;
    };
    if text.is_empty() {
        changes.edits.extend(editor.surround(value, "content", &[]));
        return;
    }
    let content_type = quote(&declared(root, body).unwrap_or_else(|| detected_type(&text).to_owned()));
    let more = |encoded| [("contentType", &*content_type), ("encoded", encoded)];
    let document = match (body.format, body.content) {
        (Format::Json, Content::Opaque(_)) => Some(text.trim().to_owned()),
        // The core puts the text between quotes, whatever is in it.
        (Format::Json, _) => Some(format!("\"{text}\"")),
        _ => None,
    };
    let Some(document) = document else {
        let is_base64 = body.bytes(root).is_some_and(|(_, as_written)| !as_written);
        changes.edits.extend(editor.surround(
            value,
            "content",
            &more(if is_base64 { "\"base64\"" } else { "false" }),
        ));
        return;
    };
    let encoded = if parse(&document).errors.is_empty() { "false" } else { "\"json\"" };
    let content = if encoded == "false" { document } else { quote(&document) };
    if content != value.raw() {
        // What is wrapped around goes with it, so that there is one edit at the place.
        let more: String =
            more(encoded).iter().map(|(key, text)| format!(", {}: {text}", quote(key))).collect();
        changes.edits.push(TextEdit::replace(value.span(), format!("{{\"content\": {content}{more}}}")));
    } else {
        changes.edits.extend(editor.surround(value, "content", &more(encoded)));
    }
}

/// The type that the header or the metadata gives, if it is one.
fn declared(root: Cursor<'_>, body: &Body) -> Option<String> {
    let text = body.header.map(|id| root.at(id).to_text())?;
    ContentType::parse(&text).map(|_| text.trim().to_owned())
}

/// What the core takes a JSON value for that has no type: it looks at the written form, whose
/// keys are in order.
fn of_json(value: Cursor<'_>) -> &'static str {
    let first = value.members().map(|member| member.key.name()).min();
    match first {
        Some(key) => detected_type(&format!("{{{}:", quote(&key))),
        None => detected_type(value.raw()),
    }
}
