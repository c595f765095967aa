use crate::model::Role;
use crate::rules::http::parts;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// An interaction expects the provider to fail.
    ///
    /// A provider has to be broken on purpose before it answers with 5xx, so such interactions
    /// are hard to verify, and what they check is the consumer: that it copes with an answer of
    /// that kind. A test of the consumer alone does the same.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 500}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 404}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact documentation, "Writing consumer tests": contract tests, not functional tests.
    "server-error-interaction", "http", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Response) {
        let Some(node) = part.status.map(|id| cx.node(id)) else { continue };
        let Some(status) = node.as_u64().filter(|status| (500..=599).contains(status)) else { continue };
        out.report(
            node.span(),
            format!("Status {status} is hard to bring about in a provider, and checks the consumer only"),
        )
        .help("test without Pact how the consumer takes such an answer");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_status_is_marked() {
        check(
            "server-error-interaction",
            r#"
{"description": "d", "request": {}, "response": {"status": 503}}
                                                           ^^^ info Status 503
"#,
        );
    }
}
