use crate::model::secrets::SecretKind;
use crate::rules::security::examples;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// An example holds an e-mail address, telephone or social security number that may be a person's.
    ///
    /// Pacts are committed, published to a Broker and shown in reports, where personal data has no
    /// business. There are addresses and numbers that are reserved for examples and belong to
    /// nobody.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"email": "jane.doe@gmail.com"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"email": "jane.doe@example.com"}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 2606 on domains for examples; the regulators of telephone numbers on those for films.
    "contact-data-in-example", "security", Warning, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if cx.secrets.is_empty() {
        return;
    }

    let mut found = examples(cx, |secret| {
        matches!(secret.kind, SecretKind::Email | SecretKind::Phone | SecretKind::SocialSecurity)
    });
    let Some(first) = found.next() else { return };
    let (what, instead) = match first.kind {
        SecretKind::Email => ("e-mail address", "an address at example.com"),
        SecretKind::Phone => ("telephone number", "a number such as +12025550143"),
        _ => ("social security number", "a number that is never given out, such as 000-12-3456"),
    };
    let mut report = out
        .report(first.span, format!("This {what} may be a person's, and pacts are published"))
        .help(format!("put {instead} here"));
    for other in found {
        report = report.label(other.span, "this one too");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_finding_an_interaction() {
        check(
            "contact-data-in-example",
            r#"
            {"description": "d", "request": {"path": "/"}, "response": {"status": 200, "body": {
              "ssn": "536-22-8726", "email": "jane@gmail.com", "also": "jane@example.com"
                      ^^^^^^^^^^^ warning This social security number may
            }}}"#,
        );
    }
}
