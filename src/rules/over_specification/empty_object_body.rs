use crate::model::{Format, Role};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A response expects `{}`, which accepts every object.
    ///
    /// Keys that are not expected are ignored in a response, so an expectation without keys says
    /// nothing but that the body is an object. The core's newer engine reads it the other way round
    /// and wants the object to be empty.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `compare_maps` in pact_matching, json.rs; pact-reference issue 113.
    "empty-object-body", "over-specification", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for (index, part) in cx.it.parts.iter().enumerate().filter(|(_, part)| part.role != Role::Request) {
        let body = part.body.as_ref().filter(|body| body.format == Format::Json);
        let Some(node) = body.and_then(|body| body.json()).map(|id| cx.node(id)) else { continue };
        if !node.is_object() || !node.is_empty_container() {
            continue;
        }
        let ruled = cx.body(index).and_then(|body| body.nodes.first()?.best).is_some();
        if !ruled {
            out.report(
                node.span(),
                "'{}' accepts every object: what is not expected is ignored, so nothing of this body is compared",
            )
            .help("leave the body out if it does not matter, or name the keys that the consumer reads");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn of_responses_without_a_rule() {
        check(
            "empty-object-body",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d",
              "request": {"method": "POST", "path": "/", "body": {"content": {}}},
              "response": {"status": 200, "body": {"content": {}, "contentType": "application/json"}}}
                                                              ^^ info '{}' accepts every object"#,
        );
    }
}
