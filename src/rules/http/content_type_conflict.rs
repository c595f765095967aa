use crate::model::ContentType;
use crate::rules::http::{expected_body, header_is_ruled};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// The content type of a body is not that of the header or metadata beside it.
    ///
    /// The official core expects the type of the header from the header, and the type of the body
    /// from the same header. No message can have both, so every one is refused.
    ///
    /// Silent where the two are compatible: other parameters, `text/xml` beside
    /// `application/xml`, a body of `application/json` under `application/hal+json`. Silent where
    /// a rule decides about the header.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "headers": {"Content-Type": ["text/plain"]},
    ///   "body": {"content": {"id": 1}, "contentType": "application/json"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200, "headers": {"Content-Type": ["application/hal+json"]},
    ///   "body": {"content": {"id": 1}, "contentType": "application/json"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_body` in pact_matching, lib.rs; `is_equivalent_to` in pact_models, content_types.rs.
    "content-type-conflict", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in &cx.it.parts {
        let Some(body) = &part.body else { continue };
        let (Some(declared), Some(header)) = (body.declared, body.header) else { continue };
        let (declared, header) = (cx.node(declared), cx.node(header));
        let types = (ContentType::parse(&declared.to_text()), ContentType::parse(&header.to_text()));
        let (Some(of_body), Some(of_header)) = types else { continue };
        if is_compatible(&of_body, &of_header)
            || header_is_ruled(part, "content-type")
            || part.metadata.is_some() && metadata_is_ruled(part)
            || expected_body(cx, part).is_none()
        {
            continue;
        }
        let (of_body, of_header) = (of_body.to_string(), of_header.to_string());
        out.report(
            declared.span(),
            format!(
                "The body is '{}' but its header says '{}': the official core demands both at once, so nothing matches",
                shorten(&of_body),
                shorten(&of_header)
            ),
        )
        .label(header.span(), "the other type")
        .help("make the two the same");
    }
}

fn metadata_is_ruled(part: &crate::model::Part) -> bool {
    let is_type = |name: &str| name.to_ascii_lowercase().replace('-', "") == "contenttype";
    crate::model::ruled_names(part, crate::model::Category::Metadata).any(is_type)
}

/// Whether a message of type `header` passes where a body of type `body` is expected.
fn is_compatible(body: &ContentType, header: &ContentType) -> bool {
    if body.is_unknown() || header.is_unknown() || is_xml(body) && is_xml(header) {
        return true;
    }
    let same_main = body.main == header.main;
    let same_sub = body.sub == header.sub;
    // The base type of `hal+json` is `json`.
    same_main && (same_sub || header.suffix.as_ref() == Some(&body.sub))
}

fn is_xml(ct: &ContentType) -> bool {
    matches!(&*ct.main, "application" | "text") && ct.sub == "xml"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn what_goes_together() {
        let pair = |a, b| {
            let types = (ContentType::parse(a), ContentType::parse(b));
            is_compatible(&types.0.expect("a type"), &types.1.expect("a type"))
        };
        assert!(pair("application/json", "application/json; charset=utf-8"));
        assert!(pair("application/json", "application/problem+json"));
        assert!(pair("application/problem+json", "application/problem+json"));
        assert!(pair("text/xml", "application/xml"));
        assert!(pair("*/*", "text/plain"));
        assert!(!pair("application/hal+json", "application/json"));
        assert!(!pair("application/json", "text/json"));
    }

    #[test]
    fn a_rule_decides() {
        check(
            "content-type-conflict",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/", "headers": {"content-type": "text/plain"},
 "body": {"content": {"a": 1}, "contentType": "application/json"}},
                                              ^^^^^^^^^^^^^^^^^^ warning says 'text/plain'
 "response": {"headers": {"Content-Type": "text/plain"}, "body": {"content": {"a": 1}, "contentType": "application/json"},
  "matchingRules": {"header": {"Content-Type": {"matchers": [{"match": "regex", "regex": ".*"}]}}}}}
"#,
        );
    }
}
