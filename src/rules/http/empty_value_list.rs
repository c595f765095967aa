use crate::model::{Body, BodyShape, Category, Content, Part, RuledNames, Version, header_name_eq};
use crate::rules::http::{headers, parameters, parts};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// A header or query parameter is expected with an empty list of values.
    ///
    /// Whatever is sent has a value, if only an empty one, and the official core refuses each
    /// where it expects none at all. A `Content-Type` of this kind even crashes it when it reads
    /// the file; in V4 only where it has to tell the type of a body.
    ///
    /// Silent for a parameter that a rule decides about.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": {"filter": []}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": {"filter": [""]}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_header_maps` and `match_query_values` in pact_matching; `body_from_json` in
    /// pact_models, json_utils.rs and v4/http_parts.rs.
    "empty-value-list", "http", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in parts(cx.it) {
        for member in headers(cx, part) {
            let Some(list) = member.value.filter(|v| v.is_array() && v.is_empty_container()) else {
                continue;
            };
            let name = member.key.name();
            let crashes = header_name_eq(&name, "content-type") && crashes(cx, part);
            let message = if crashes {
                "A Content-Type without a value crashes the official core when it reads this file".to_owned()
            } else {
                format!(
                    "The header '{}' is expected without any value, and none is sent like that",
                    shorten(&name)
                )
            };
            out.report(list.span(), message).help("give the value, or leave the header out");
        }
        // Before V3 a map is not read.
        let query = Some(part).filter(|_| cx.version() >= Version::V3);
        let mut ruled = None;
        for member in query.into_iter().flat_map(|part| parameters(cx, part)) {
            let Some(list) = member.value.filter(|v| v.is_array() && v.is_empty_container()) else {
                continue;
            };
            let name = member.key.name();
            if ruled.get_or_insert_with(|| RuledNames::of(part, Category::Query)).has(&name) {
                continue;
            }
            out.report(
                list.span(),
                format!(
                    "The parameter '{}' is expected without any value, and none is sent like that",
                    shorten(&name)
                ),
            )
            .help("write [\"\"] for an empty value, or leave the parameter out");
        }
    }
}

/// Whether the core looks for the first value (`body_from_json`).
fn crashes(cx: &InteractionCx<'_>, part: &Part) -> bool {
    let untyped = |body: &Body| {
        body.shape == BodyShape::Wrapped && body.declared.is_none() && body.content != Content::Null
    };
    cx.version() < Version::V4 || part.body.as_ref().is_some_and(untyped)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn headers_and_parameters() {
        check(
            "empty-value-list",
            r#"
{"description": "d", "request": {"query": {"a": [], "b": [], "c": [null]}, "headers": {"Accept": []},
                                                ^^ error The parameter 'a'
                                                                                                 ^^ error The header 'Accept'
   "matchingRules": {"query": {"b": {"matchers": [{"match": "type"}]}}}},
 "response": {"headers": {"content-type": []}, "body": "x"}}
                                          ^^ error crashes the official core
"#,
        );
        check(
            "empty-value-list",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"headers": {"content-type": []}},
                                                                                         ^^ error The header
 "response": {"headers": {"content-type": []}, "body": {"content": ""}}}
                                          ^^ error crashes
"#,
        );
    }
}
