use crate::model::{Body, BodyShape, Content, ContentType, Part, Version};
use crate::rules::http::parts;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::shorten;

rule! {
    /// A JSON body has no content type, and the official core takes it for plain text.
    ///
    /// Without a content type the core looks at how the body begins. An object whose first key,
    /// in alphabetical order, does not begin with a letter, a digit or `_` is no JSON to it: no
    /// matching rule below `$` is applied, and an actual body of type `application/json` is
    /// refused because of its type.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "body": {"@id": "/users/1", "name": "Ann"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/ld+json"}, "body": {"@id": "/users/1", "name": "Ann"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `JSONREGEXP` and `detect_content_type_from_string` in pact_models, content_types.rs.
    "json-taken-for-text", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for first in parts(cx.it).filter_map(|part| misleading_key(cx, part)) {
        let v4 = cx.version() == Version::V4;
        out.report(
            first.span(),
            format!(
                "A body without content type that begins with the key '{}' is plain text to the official core: its rules are not applied",
                shorten(&first.name())
            ),
        )
        .help(if v4 {
            "add \"contentType\": \"application/json\" to the body"
        } else {
            "add a Content-Type header"
        });
    }
}

/// The key because of which the core takes a body for text.
pub(super) fn misleading_key<'a>(cx: &InteractionCx<'a>, part: &Part) -> Option<Cursor<'a>> {
    let body = part.body.as_ref()?;
    let Content::Json(json) = body.content else { return None };
    let json = cx.node(json);
    if !json.is_object()
        || !matches!(body.shape, BodyShape::Inline | BodyShape::Wrapped)
        || has_type(cx, body)
    {
        return None;
    }
    first_key(json).filter(|key| !is_word(*key))
}

/// Whether the type of a body is given in a form that is one.
pub(super) fn has_type(cx: &InteractionCx<'_>, body: &Body) -> bool {
    let mut given = [body.declared, body.header].into_iter().flatten().map(|id| cx.node(id).to_text());
    given.any(|text| ContentType::parse(&text).is_some())
}

/// The key that is written first: the core sorts them.
fn first_key(object: Cursor<'_>) -> Option<Cursor<'_>> {
    object.members().map(|member| member.key).min_by(|a, b| a.name().cmp(&b.name()))
}

fn is_word(key: Cursor<'_>) -> bool {
    key.name().starts_with(|ch: char| ch == '_' || ch.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_first_key_in_order_decides() {
        check(
            "json-taken-for-text",
            r#"
{"description": "d", "request": {"path": "/", "body": {"a": 1, "$ref": 2}}, "response": {"body": {"_a": 1, "b": {"@c": 1}}}}
                                                               ^^^^^^ warning the key '$ref'
"#,
        );
        check(
            "json-taken-for-text",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/"},
 "response": {"body": {"content": {"@a": 1}, "contentType": "application/json"}}}
"#,
        );
    }
}
