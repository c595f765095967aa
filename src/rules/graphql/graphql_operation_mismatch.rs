use crate::rules::graphql::document::outline;
use crate::rules::graphql::request;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::{nearest, shorten};

rule! {
    /// The `operationName` of a GraphQL request names no operation of its query.
    ///
    /// A server refuses a request whose operation it cannot find, and one with several operations
    /// that does not say which is meant. A mock server does not look, so the consumer test
    /// passes.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"operationName": "GetUser", "query": "query GetUsers { users { id } }"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"operationName": "GetUsers", "query": "query GetUsers { users { id } }"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// GraphQL specification, section 6.1, `GetOperation`.
    "graphql-operation-mismatch", "graphql", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let Some(request) = request(cx) else { return };
    let Ok(document) = outline(&request.text) else { return };
    let names = || document.operations.iter().filter_map(|operation| operation.name);
    let operation = request.body.get("operationName").filter(|name| !name.is_null());
    let Some(operation) = operation else {
        if document.operations.len() > 1 {
            out.report(
                request.query.key().unwrap_or(request.query).span(),
                format!(
                    "The query has {} operations and 'operationName' does not say which is meant, so servers refuse it",
                    document.operations.len()
                ),
            )
            .help("add \"operationName\", or leave the other operations out");
        }
        return;
    };
    // Many clients send an empty name for none.
    let Some(name) = operation.as_str().filter(|name| !name.is_empty()) else { return };
    // A document of fragments alone is completed elsewhere.
    if document.operations.is_empty() || names().any(|known| known == name) {
        return;
    }
    let report = out
        .report(
            operation.span(),
            format!("The query has no operation '{}', so servers refuse the request", shorten(&name)),
        )
        .label(request.query.key().unwrap_or(request.query).span(), "the query");
    match nearest(&name, names()).or_else(|| names().next().filter(|_| document.operations.len() == 1)) {
        Some(meant) => report.help(format!("the query calls it '{}'", shorten(meant))),
        None => report.help("name the operation in the query, or leave 'operationName' out"),
    };
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    fn body(version: &str, line: &str) -> String {
        let (open, close) = if version == "v4" {
            ("{\"content\": ", ", \"contentType\": \"application/json\"}")
        } else {
            ("", "")
        };
        format!(
            "@{version}\n{{\"type\": \"Synchronous/HTTP\", \"description\": \"d\", \"response\": {{}}, \"request\": {{\"method\": \"post\", \"body\": {open}\n{line}\n{close}}}}}"
        )
    }

    #[test]
    fn names_and_none() {
        for version in ["v3", "v4"] {
            check(
                "graphql-operation-mismatch",
                &body(
                    version,
                    "{\"query\": \"{ a }\", \"operationName\": \"A\"}\n                                    ^^^ warning no operation 'A'",
                ),
            );
            check(
                "graphql-operation-mismatch",
                &body(
                    version,
                    "{\"query\": \"query A { a } query B { b }\"}\n ^^^^^^^ warning has 2 operations",
                ),
            );
        }
        for fine in [
            r#"{"query": "{ a }", "operationName": null}"#,
            r#"{"query": "{ a }", "operationName": ""}"#,
            r#"{"query": "fragment F on U { a }", "operationName": "A"}"#,
            r#"{"query": "{ a ", "operationName": "A"}"#,
            r#"{"query": "red shoes", "operationName": "A"}"#,
            r#"{"query": "query A { a } query B { b }", "operationName": "B"}"#,
        ] {
            check("graphql-operation-mismatch", &body("v3", fine));
        }
    }
}
