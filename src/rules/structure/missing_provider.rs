use crate::rules::structure::party;
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// The pact does not name its provider, the application that answers the calls.
    ///
    /// The official core goes on with the name "provider", so verification runs against nobody in
    /// particular, and the Broker cannot tell whose pact it is.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "shop"}, "interactions": []}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "shop"}, "interactions": []}
    /// ```
    ///
    /// ## References
    ///
    /// Specification, "Pact file": both parties are required; `from_json` in pact_models, lib.rs.
    "missing-provider", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    party::check(cx, "provider", out);
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn wants_a_name() {
        let with = |line: &str, marks: &str| {
            check(
                "missing-provider",
                &format!("{{\"consumer\": {{\"name\": \"x\"}}, \"interactions\": [],\n{line}\n{marks}\n}}"),
            );
        };
        with(r#""provider": {"name": "x"}"#, "");
        with(r#""provider": {"name": " "}"#, r#"                     ^^^ error the name is blank"#);
        with(r#""provider": {"name": 5}"#, r#"                     ^ error takes 5 for the text"#);
        with(r#""provider": {}"#, r#"^^^^^^^^^^ error 'provider' has no 'name'"#);
        with(r#""provider": "x""#, r#"            ^^^ error is not an object"#);
        with(r#""providers": {"name": "x"}"#, r#"^^^^^^^^^^^ error did you mean 'provider'?"#);
        check("missing-provider", "{\"consumer\": {\"name\": \"x\"}}\n^ error The pact names no provider");
        check("missing-provider", "{\"name\": \"no pact\"}\n");
    }
}
