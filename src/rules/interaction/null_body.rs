use crate::model::{BodyShape, Category, Content, Part, Role};
use crate::rules::http::body_on_bodyless::is_bodyless;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A body is `null`, which means that no body must be there.
    ///
    /// The official core takes `null` for an empty body: it refuses every other one, the JSON
    /// document `null` included. When it writes a V4 file again, nothing is left of the body, and
    /// from then on any body passes.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": null}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": ""}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_body_content` in pact_matching, lib.rs; `to_v4_json` in pact_models, bodies.rs.
    "null-body", "interaction", Info, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let Some(body) = part.body.as_ref().filter(|body| body.content == Content::Null) else { continue };
        // Where there can be no body, none is what was meant; and rules for a body that must
        // not be there are told of.
        if is_ruled(part) || part.role == Role::Response && is_bodyless(cx, part) {
            continue;
        }
        let node = cx.node(body.node);
        let null = if body.shape == BodyShape::Wrapped { node.get("content").unwrap_or(node) } else { node };
        out.report(
            null.span(),
            "'null' means that there must be no body: the official core refuses even the JSON 'null'",
        )
        .help("leave the body out if any will do, or write \"\" for an empty one");
    }
}

fn is_ruled(part: &Part) -> bool {
    let mut groups = part.rules.iter().flat_map(|rules| &rules.groups);
    groups.any(|group| group.category == Category::Body && group.is_live())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn in_any_version() {
        check(
            "null-body",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"body": {"content": null}}, "response": {"body": null}}
                                                                                 ^^^^ info there must be no body
                                                                                                              ^^^^ info
"#,
        );
    }

    #[test]
    fn not_where_there_can_be_no_body_or_rules_for_it_are_told_of() {
        check(
            "null-body",
            r#"
{"description": "d", "request": {"body": null, "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}},
 "response": {"status": 204, "body": null}}
"#,
        );
    }
}
