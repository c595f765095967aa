use crate::model::is_uuid;
use crate::rules::over_specification::requests::tell_exact_texts;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A request asks for a fixed UUID that the provider is not told of.
    ///
    /// The provider must know this very id, or the request fails: an id that a provider state carries as a
    /// parameter, or that comes from it by a generator, needs no such agreement.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/", "body": {"at": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"}},
    ///   "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "providerStates": [{"name": "s", "params": {"at": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"}}],
    ///   "request": {"method": "POST", "path": "/", "body": {"at": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"}},
    ///   "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation on provider states and their parameters.
    "hard-coded-uuid", "over-specification", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let message = "The provider must know this very UUID, and hears of it only from the request";
    tell_exact_texts(cx, is_uuid, message, "put the id into the parameters of the provider state", out);
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn requests_only() {
        check(
            "hard-coded-uuid",
            r#"
            {"description": "d", "request": {"path": "/", "query": {"at": ["f81d4fae-7dec-41d0-a765-00a0c91e6bf6"], "x": ["y"]},
                                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info
              "body": {"a": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "b": "2024", "c": "f81d4fae"},
              "matchingRules": {"body": {"$.c": {"matchers": [{"match": "type"}]}}}},
              "response": {"status": 200, "body": {"at": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"}}}"#,
        );
    }
}
