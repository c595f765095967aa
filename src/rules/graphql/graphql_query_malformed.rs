use crate::rules::graphql::document::outline;
use crate::rules::graphql::request;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// The query text of a GraphQL request has an open bracket or text.
    ///
    /// No server can read it, whatever the provider: the verification fails, or the real request
    /// of the consumer was another one.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"query": "query GetUsers { users { id }"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"query": "query GetUsers { users { id } }"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// GraphQL specification, section 2.
    "graphql-query-malformed", "graphql", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let Some(request) = request(cx) else { return };
    let Err(broken) = outline(&request.text) else { return };
    let span = request.query.span_within(broken.at..broken.at + 1);
    out.report(span, format!("The query is no GraphQL: {}, so no server can read it", broken.what))
        .help("copy the query from the consumer's code as a whole");
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_bracket_is_marked() {
        check(
            "graphql-query-malformed",
            r#"
{"description": "d", "request": {"method": "POST", "body": {"query": "query {\n a(b: \"c\") {\n }"}}, "response": {}}
                                                                            ^ warning never closed
"#,
        );
        check(
            "graphql-query-malformed",
            r#"
{"description": "d", "request": {"method": "POST", "body": {"query": "{ smile :( and { more"}}, "response": {}}
                                                                      ^ warning never closed
"#,
        );
        check(
            "graphql-query-malformed",
            r#"{"description": "d", "request": {"method": "POST", "body": {"query": {"query": "{"}}}, "response": {}}"#,
        );
    }
}
