use crate::rules::graphql::request;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A GraphQL query over several lines is compared character by character.
    ///
    /// Blanks and line breaks mean nothing in GraphQL. Without a rule for `query` they count:
    /// whoever formats the query anew, or updates the library that prints it, fails the consumer
    /// test and, once that is mended, makes a new version of the pact.
    ///
    /// A regex with `\s+` in the place of blanks compares what matters; the GraphQL helpers of
    /// the libraries write such a rule.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"query": "query {\n  users { id }\n}"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/graphql", "body":
    ///   {"query": "query {\n  users { id }\n}"},
    ///   "matchingRules": {"body": {"$.query": {"matchers": [{"match": "regex", "regex": "query\\s*\\{\\s*users\\s*\\{\\s*id\\s*\\}\\s*\\}"}]}}}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// GraphQL specification, section 2.1.2; `compare_json` in pact_matching, json.rs.
    "graphql-query-exact", "graphql", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let Some(request) = request(cx).filter(|request| request.text.trim().contains('\n')) else { return };
    let Some(resolution) = cx.body(request.index) else { return };
    let groups = cx.it.parts[request.index].rules.as_ref().map_or(&[][..], |rules| &rules.groups);
    let exact = resolution.rule_for(request.query.id()).is_some_and(|rule| resolution.is_exact(rule, groups));
    if exact {
        out.report(
            request.query.key().unwrap_or(request.query).span(),
            "This GraphQL query is compared with its blanks and line breaks, which mean nothing: formatting it anew breaks the test",
        )
        .help("give it a regex rule with \\s+ for blanks, or use the GraphQL helper of the library");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_line_is_fine() {
        check(
            "graphql-query-exact",
            r#"{"description": "d", "request": {"method": "POST", "body": {"query": "{ a }\n"}}, "response": {}}"#,
        );
    }
}
