use crate::model::{MatcherKind, Role};
use crate::rules::generator::aim::{aim, each_known};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// A generated value of a response or message is compared by equality.
    ///
    /// Without a rule, or with `equality`, the provider must return exactly the example. The mock
    /// gives the consumer another value each time. So the consumer is tested with values that the
    /// provider may not send, and the provider is held to one that the consumer never sees.
    ///
    /// Generators for what a provider's state returns, and for the URL of the mock, are left alone.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 5}, "generators": {"body": {"$.id": {"type": "RandomInt"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 5}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}},
    ///   "generators": {"body": {"$.id": {"type": "RandomInt"}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `generate_response` in pact_matching, lib.rs; `verify_response_from_provider` in
    /// pact_verifier, lib.rs, which compares with the stored example.
    "generator-on-asserted-value", "generator", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_known(cx, &mut |known| {
        if known.part.role == Role::Request || matches!(&*known.kind, "ProviderState" | "MockServerURL") {
            return;
        }
        let Some(aim) = aim(cx, known) else { return };
        let equality = aim.rule.is_none_or(|(group, cascaded)| {
            group.matchers.iter().all(|matcher| {
                matches!(matcher.kind, MatcherKind::Equality) || cascaded && !matcher.kind.cascades()
            })
        });
        if !equality {
            return;
        }
        let node = cx.node(known.generator.node);
        out.report(
            node.get("type").unwrap_or(node).span(),
            format!(
                "The mock sends generated values here, but the provider must return exactly {}: no rule says otherwise",
                shorten(aim.value.raw())
            ),
        )
        .label(aim.value.span(), "compared by equality")
        .help("add a rule that accepts what is generated, or remove the generator");
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn responses_and_messages() {
        check(
            "generator-on-asserted-value",
            r#"
{"description": "d", "request": {"path": "/", "body": {"q": 1}, "generators": {"body": {"$.q": {"type": "RandomInt"}}}},
 "response": {"status": 200, "headers": {"X-A": "1", "X-B": "2"}, "body": {"a": 1, "b": 1, "c": {"d": 1}, "e": "x"},
  "matchingRules": {"header": {"X-B": {"matchers": [{"match": "type"}]}},
    "body": {"$.b": {"matchers": [{"match": "equality"}]}, "$.c": {"matchers": [{"match": "type"}]}}},
  "generators": {"header": {"X-A": {"type": "RandomInt"}, "X-B": {"type": "RandomInt"}},
                                            ^^^^^^^^^^^ info must return exactly "1"
   "body": {"$.a": {"type": "RandomInt"}, "$.b": {"type": "RandomInt"},
                            ^^^^^^^^^^^ info must return exactly 1
                                                          ^^^^^^^^^^^ info must return exactly 1
            "$.c.d": {"type": "RandomInt"}, "$.e": {"type": "ProviderState", "expression": "${e}"}}}}}
"#,
        );
    }
}
