use crate::rules::over_specification::exact_body_values::is_timestamp;
use crate::rules::over_specification::requests::tell_exact_texts;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A request asks for a fixed date that the provider is not told of.
    ///
    /// A date that was in the future when the test was written will be in the past: a provider that checks
    /// it refuses the request one day, and no change of code explains why.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/", "body": {"at": "2024-04-01"}},
    ///   "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "providerStates": [{"name": "s", "params": {"at": "2024-04-01"}}],
    ///   "request": {"method": "POST", "path": "/", "body": {"at": "2024-04-01"}},
    ///   "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation on provider states and their parameters.
    "hard-coded-date", "over-specification", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let message = "This fixed date will age, and the provider hears of it only from the request";
    tell_exact_texts(
        cx,
        is_timestamp,
        message,
        "let a generator make the date, or name it in a parameter of the provider state",
        out,
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn requests_only() {
        check(
            "hard-coded-date",
            r#"
            {"description": "d", "request": {"path": "/", "query": {"at": ["2024-04-01"], "x": ["y"]},
                                                                           ^^^^^^^^^^^^ info
              "body": {"a": "2024-04-01", "b": "2024", "c": "f81d4fae"},
              "matchingRules": {"body": {"$.c": {"matchers": [{"match": "type"}]}}}},
              "response": {"status": 200, "body": {"at": "2024-04-01"}}}"#,
        );
    }
}
