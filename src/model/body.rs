//! Bodies of requests and responses, contents of messages.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::content_type::sniff;
use crate::model::{ContentType, Format, Version};
use crate::syntax::{Cursor, Kind, NodeId};

/// How the body stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyShape {
    /// V1 to V3: the value itself is the body.
    Inline,
    /// V4: `{content, contentType, encoded}`.
    Wrapped,
    /// V4, an object that has only attributes of a body but no `content`: no body at all.
    AttributesOnly,
    /// V4, but the value is not a body object; the core takes the whole value as the body,
    /// versions before pact_models 1.3.14 took none.
    Unwrapped,
}

/// What the body is, as the core reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// Nothing is expected of the body.
    Missing,
    /// No body, or a JSON `null`.
    Null,
    /// An empty body.
    Empty,
    /// A document in the tree of the file: JSON, at this node.
    Json(NodeId),
    /// Something in a string: text, base64, or JSON written as text.
    Opaque(NodeId),
}

/// A body and its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The value under `body` or `contents`.
    pub node: NodeId,
    /// How it stands in the file.
    pub shape: BodyShape,
    /// What it is.
    pub content: Content,
    /// How it is compared.
    pub format: Format,
    /// V4: the value of `contentType` in the body object.
    pub declared: Option<NodeId>,
    /// The value of the `Content-Type` header, or of the message's metadata.
    pub header: Option<NodeId>,
    /// V4: the value of `encoded`.
    pub encoded: Option<NodeId>,
}

impl Body {
    /// The root of the example if it is a JSON document in the tree.
    pub fn json(&self) -> Option<NodeId> {
        match self.content {
            Content::Json(node) => Some(node),
            _ => None,
        }
    }

    /// The node that holds the example, in whatever form.
    pub fn example(&self) -> Option<NodeId> {
        match self.content {
            Content::Json(node) | Content::Opaque(node) => Some(node),
            _ => None,
        }
    }

    /// The bytes that the string of a body stands for, and whether they are that string as it
    /// is; `None` for a body that is no string, and for one that is not encoded as it says.
    pub fn bytes<'a>(&self, root: Cursor<'a>) -> Option<(Cow<'a, [u8]>, bool)> {
        let Content::Opaque(node) = self.content else { return None };
        let text = match root.at(node).as_str()? {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        if self.shape == BodyShape::Inline {
            // What is not known to be text is bytes, in base64 if it looks like it.
            let is_text = !matches!(self.format, Format::Binary | Format::Multipart);
            return Some(match STANDARD.decode(&text) {
                Ok(bytes) if !is_text => (Cow::Owned(bytes), false),
                _ => (text, true),
            });
        }
        let encoded = self.encoded.map(|id| root.at(id)).filter(|node| node.as_bool() != Some(false));
        match encoded.map(|node| node.to_text().to_ascii_lowercase()).as_deref() {
            None | Some("json") => Some((text, true)),
            Some("base64") => Some((Cow::Owned(STANDARD.decode(&text).ok()?), false)),
            _ => None,
        }
    }
}

/// Whether a value has the form of a V4 body beyond doubt, in whatever version it stands.
pub fn looks_wrapped(value: Cursor<'_>) -> bool {
    let mut names = value.members().map(|member| member.key.name());
    value.get("content").is_some()
        && value.members().count() > 1
        && names.all(|name| matches!(&*name, "content" | "contentType" | "contentTypeHint" | "encoded"))
}

/// Reads a body (`body_from_json` in pact_models: json_utils.rs for V1 to V3,
/// v4/http_parts.rs for V4). `header` is the first `Content-Type` value.
pub(super) fn lower_body(value: Cursor<'_>, header: Option<Cursor<'_>>, version: Version) -> Body {
    let header_type = header.and_then(|h| ContentType::parse(&h.to_text()));
    let mut body = Body {
        node: value.id(),
        shape: BodyShape::Inline,
        content: Content::Missing,
        format: Format::Text,
        declared: None,
        header: header.map(Cursor::id),
        encoded: None,
    };
    if version == Version::V4 {
        wrapped(value, header_type, &mut body);
    } else {
        inline(value, header_type, &mut body);
    }
    body
}

fn inline(value: Cursor<'_>, header: Option<ContentType>, body: &mut Body) {
    let Some(text) = value.as_str() else {
        if value.is_null() {
            body.content = Content::Null;
            return;
        }
        body.format = header.map_or(Format::Json, |h| h.format());
        body.content = Content::Json(value.id());
        return;
    };
    if text.is_empty() {
        body.content = Content::Empty;
        return;
    }
    body.format = header.map_or_else(|| sniff(&text), |h| h.format());
    // A string that is itself the text of a JSON object or string is that document.
    let document = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'"'))
        && crate::syntax::parse(&text).errors.is_empty();
    body.content = if body.format == Format::Json && !document {
        Content::Json(value.id())
    } else {
        Content::Opaque(value.id())
    };
}

fn wrapped(value: Cursor<'_>, header: Option<ContentType>, body: &mut Body) {
    let mut content = None;
    let mut only_attributes = true;
    if value.is_object() {
        for member in value.members() {
            let Some(child) = member.value else { continue };
            match &*member.key.name() {
                "content" => content = Some(child),
                "contentType" => body.declared = Some(child.id()),
                "encoded" => body.encoded = Some(child.id()),
                "contentTypeHint" => {}
                _ => only_attributes = false,
            }
        }
    }
    let Some(content) = content else {
        if value.is_null() {
            body.shape = BodyShape::Wrapped;
            body.content = Content::Null;
        } else if value.is_object() && only_attributes {
            body.shape = BodyShape::AttributesOnly;
        } else {
            body.shape = BodyShape::Unwrapped;
            body.declared = None;
            body.encoded = None;
            body.format = header.map_or(Format::Json, |h| h.format());
            // The core compares the written form of the value, which for JSON is the value.
            body.content = Content::Json(value.id());
        }
        return;
    };
    body.shape = BodyShape::Wrapped;
    // A type that does not parse is not replaced by that of the header.
    let known = match body.declared {
        Some(id) => ContentType::parse(&value.at(id).to_text()),
        None => header,
    };
    let encoded = body.encoded.map(|id| value.at(id)).filter(|e| e.as_bool() != Some(false));
    if content.is_null() {
        body.content = Content::Null;
        return;
    }
    let Some(text) = content.as_str() else {
        body.format = known.map_or(Format::Json, |ct| ct.format());
        body.content = Content::Json(content.id());
        return;
    };
    // Only where the type is given, and not guessed, is a text the JSON string of itself.
    let given = known.is_some();
    body.format = known.map_or_else(|| sniff(&text), |ct| ct.format());
    body.content = if text.is_empty() {
        Content::Empty
    } else if given && body.format == Format::Json && encoded.is_none() && content.kind() == Kind::String {
        Content::Json(content.id())
    } else {
        Content::Opaque(content.id())
    };
}
