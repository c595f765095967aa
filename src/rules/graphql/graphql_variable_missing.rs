use crate::rules::graphql::document::{Document, Operation, outline};
use crate::rules::graphql::request;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::shorten;

rule! {
    /// A GraphQL request does not give a variable that its query requires.
    ///
    /// A variable whose type ends with `!` and that has no default must be given, and not as
    /// null. A server refuses the request without looking any further, while a mock server
    /// answers it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"query": "query GetUser($id: ID!) { user(id: $id) { name } }", "variables": {"ID": "1"}}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"query": "query GetUser($id: ID!) { user(id: $id) { name } }", "variables": {"id": "1"}}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// GraphQL specification, section 6.1.2, `CoerceVariableValues`.
    "graphql-variable-missing", "graphql", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let Some(request) = request(cx) else { return };
    let Ok(document) = outline(&request.text) else { return };
    let Some(operation) = chosen(&document, request.body.get("operationName")) else { return };
    let variables = request.body.get("variables");
    // A text of JSON is read by some servers, and a list by those that take several requests.
    if operation.required.is_empty() || variables.is_some_and(|given| !given.is_object() && !given.is_null())
    {
        return;
    }
    let given =
        |name: &str| variables.and_then(|variables| variables.get(name)).is_some_and(|v| !v.is_null());
    // More variables than this nobody declares, and each is looked for in the object.
    let mut missing = operation.required.iter().take(100).filter(|name| !given(name));
    let Some(first) = missing.next() else { return };
    let more = match missing.count() {
        0 => String::new(),
        1 => " and another variable".to_owned(),
        more => format!(" and {more} other variables"),
    };
    let place = variables.unwrap_or(request.query);
    out.report(
        place.key().unwrap_or(place).span(),
        format!(
            "The query requires '${}'{more}, which the request does not give, so servers refuse it",
            shorten(first)
        ),
    )
    .help("give it in \"variables\", or declare it without '!'");
}

/// The operation that a server runs.
fn chosen<'d, 't>(document: &'d Document<'t>, name: Option<Cursor<'_>>) -> Option<&'d Operation<'t>> {
    match name.and_then(Cursor::as_str).filter(|name| !name.is_empty()) {
        Some(name) => document.operations.iter().find(|operation| operation.name == Some(&*name)),
        None => document.operations.first().filter(|_| document.operations.len() == 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn of_the_operation_that_runs() {
        check(
            "graphql-variable-missing",
            r#"
{"description": "d", "request": {"method": "POST", "body": {"operationName": "B", "variables": {"a": 1, "b": null},
                                                                                  ^^^^^^^^^^^ warning requires '$b' and another
  "query": "query A($x: Int!) { a } query B($a: Int!, $b: Int!, $c: Int! $d: Int) { b }"}}, "response": {}}
"#,
        );
        check(
            "graphql-variable-missing",
            r#"
{"description": "d", "request": {"method": "POST", "body": {"query": "query($x: Int!) { a }"}}, "response": {}}
                                                            ^^^^^^^ warning requires '$x',
"#,
        );
        for fine in [
            r#"{"query": "query($x: Int! = 1, $y: Int) { a }"}"#,
            r#"{"query": "query($x: Int!) { a }", "variables": "{}"}"#,
            r#"{"query": "query A($x: Int!) { a } query B { b }"}"#,
        ] {
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "POST", "body": {fine}}}, "response": {{}}}}"#
            );
            check("graphql-variable-missing", &text);
        }
        for refused in [r#""status": 400"#, r#""body": {"errors": [1]}"#] {
            let body = r#"{"query": "query($x: Int!) { a }"}"#;
            let text = format!(
                r#"{{"description": "d", "request": {{"method": "POST", "body": {body}}}, "response": {{{refused}}}}}"#
            );
            check("graphql-variable-missing", &text);
        }
    }
}
