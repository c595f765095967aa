use crate::model::{Category, MatcherKind};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A matching rule is set for the method, where rules are never used.
    ///
    /// The official core compares the method of a request with the example as text, whatever the
    /// rule says, so only the method of the example is accepted.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "PUT", "path": "/",
    ///   "matchingRules": {"method": {"matchers": [{"match": "regex", "regex": "PUT|PATCH"}]}}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "PUT", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_method` in pact_matching, lib.rs.
    "method-rule-ignored", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    for (_, part, group) in cx.groups().filter(|(_, _, group)| group.category == Category::Method) {
        // Equality is what is done anyway.
        let exact = group.matchers.iter().all(|m| m.kind == MatcherKind::Equality);
        if !cx.is_read() || exact || part.method.is_none() {
            continue;
        }
        let method = part.method.map(|id| cx.text(id)).unwrap_or_default();
        out.report(
            cx.node(group.key).span(),
            format!("Rules for the method are never used: only '{method}' itself is accepted"),
        )
        .help("remove the rule, and write one interaction for each method");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn rules_that_would_change_something() {
        check(
            "method-rule-ignored",
            r#"
            {"description": "d", "request": {"method": "PUT", "path": "/", "matchingRules": {
                "method": {"": {"matchers": [{"match": "type"}]}},
                           ^^ warning only 'PUT' itself
                "path": {"matchers": [{"match": "type"}]}
              }}, "response": {"status": 200}}"#,
        );
        check(
            "method-rule-ignored",
            r#"
            {"description": "d", "request": {"method": "PUT", "path": "/", "matchingRules": {
                "method": {"matchers": [{"match": "equality"}]}
              }}, "response": {"status": 200}}"#,
        );
    }
}
