use crate::model::secrets::SecretKind;
use crate::rules::security::examples;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// An example holds the number of a payment card or of a bank account.
    ///
    /// Pacts are committed, published to a Broker and shown in reports. A number with the right
    /// check digits may be somebody's, copied from a real system. The numbers that payment services
    /// and registries publish for tests are not reported.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/",
    ///   "body": {"card": "4929 3186 7025 4172"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/",
    ///   "body": {"card": "4111 1111 1111 1111"}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// ISO/IEC 7812 and ISO 13616 on the numbers and their check digits.
    "pii-in-example", "security", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if cx.secrets.is_empty() {
        return;
    }
    for secret in examples(cx, |secret| matches!(secret.kind, SecretKind::Card | SecretKind::Iban)) {
        let (what, instead) = match secret.kind {
            SecretKind::Card => ("the number of a payment card", "4111111111111111"),
            _ => ("the number of a bank account", "DE89370400440532013000"),
        };
        out.report(
            secret.span,
            format!("This may be {what} that is in use: its check digits are right, and pacts are published"),
        )
        .help(format!("put a number here that is known to be nobody's, such as {instead}"));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn numbers_and_texts() {
        check(
            "pii-in-example",
            r#"
            {"description": "d", "request": {"path": "/", "query": {"card": ["4929318670254172"]}},
                                                                              ^^^^^^^^^^^^^^^^ warning a payment card
              "response": {"status": 200, "body": {"a": 4929318670254172, "b": "NL72RABO0307165264", "c": 4929318670254175},
                                                        ^^^^^^^^^^^^^^^^ warning a payment card
                                                                                ^^^^^^^^^^^^^^^^^^ warning a bank account
              "matchingRules": {"body": {"$.a": {"matchers": [{"match": "regex", "regex": "4929318670254172"}]}}}}}"#,
        );
    }
}
