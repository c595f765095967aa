use crate::rules::structure::party;
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// The pact does not name its consumer, the application that makes the calls.
    ///
    /// The official core goes on with the name "consumer", so verification runs against nobody in
    /// particular, and the Broker cannot tell whose pact it is.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"provider": {"name": "shop"}, "interactions": []}
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
    "missing-consumer", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    party::check(cx, "consumer", out);
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn wants_a_name() {
        let with = |line: &str, marks: &str| {
            check(
                "missing-consumer",
                &format!("{{\"provider\": {{\"name\": \"x\"}}, \"interactions\": [],\n{line}\n{marks}\n}}"),
            );
        };
        with(r#""consumer": {"name": "x"}"#, "");
        with(r#""consumer": {"name": " "}"#, r#"                     ^^^ error the name is blank"#);
        with(r#""consumer": {"name": 5}"#, r#"                     ^ error takes 5 for the text"#);
        with(r#""consumer": {}"#, r#"^^^^^^^^^^ error 'consumer' has no 'name'"#);
        with(r#""consumer": "x""#, r#"            ^^^ error is not an object"#);
        with(r#""consumers": {"name": "x"}"#, r#"^^^^^^^^^^^ error did you mean 'consumer'?"#);
        check("missing-consumer", "{\"provider\": {\"name\": \"x\"}}\n^ error The pact names no consumer");
        check("missing-consumer", "{\"name\": \"no pact\"}\n");
    }
}
