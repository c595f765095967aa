use crate::model::example::{Subject, check_value};
use crate::model::regex::{Budget, Verdict};
use crate::model::{Combine, Matcher, MatcherKind, Role};
use crate::rules::generator::aim::{Aim, Known, aim, each_known};
use crate::rules::generator::sample::{Value, values};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind, parse};
use crate::text::shorten;

rule! {
    /// A generator makes values that the rule for the same place refuses.
    ///
    /// The mock puts generated values into its answers, and the verification into the requests it
    /// sends; nobody holds them against the rules. So the consumer is tested with values that the
    /// provider may never send, or the provider with requests that the consumer never makes.
    ///
    /// A number of values are made as the official core makes them, and only if the rule refuses
    /// every one this is reported. What a provider's state returns is not known and not judged.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"code": "ABC"},
    ///   "matchingRules": {"body": {"$.code": {"matchers": [{"match": "regex", "regex": "[A-Z]+"}]}}},
    ///   "generators": {"body": {"$.code": {"type": "RandomInt"}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"code": "ABC"},
    ///   "matchingRules": {"body": {"$.code": {"matchers": [{"match": "regex", "regex": "[A-Z]+"}]}}},
    ///   "generators": {"body": {"$.code": {"type": "Regex", "regex": "[A-Z]+"}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `GenerateValue` in pact_models, generators/mod.rs; `generate_request` and
    /// `generate_response` in pact_matching, lib.rs.
    "generator-violates-rule", "generator", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_known(cx, &mut |known| {
        let Some(aim) = aim(cx, known) else { return };
        let Some((group, cascaded)) = aim.rule else { return };
        if aim.value.is_container() || says_the_same(cx, known, &group.matchers) {
            return;
        }
        let node = cx.node(known.generator.node);
        let Some(made) = values(&known.kind, node, aim.value, aim.json).filter(|made| !made.is_empty())
        else {
            return;
        };
        let refuses = |matcher: &&Matcher| refuses_all(cx, matcher, &made, &aim, cascaded);
        let refusing = match group.combine {
            Combine::And => group.matchers.iter().find(refuses),
            Combine::Or if group.matchers.iter().all(|matcher| refuses(&matcher)) => group.matchers.first(),
            Combine::Or => None,
        };
        let Some(matcher) = refusing else { return };
        report(cx, known, matcher, &made, aim.value.is_null(), out);
    });
}

/// Whether a pattern or format is the same for both: libraries write it twice.
fn says_the_same(cx: &InteractionCx<'_>, known: &Known<'_>, matchers: &[Matcher]) -> bool {
    let node = cx.node(known.generator.node);
    let own = ["regex", "format"].iter().find_map(|field| node.get(field));
    let Some(own) = own else { return false };
    let plain = |text: &str| text.trim_start_matches('^').trim_end_matches('$').to_owned();
    let own = plain(&own.to_text());
    matchers.iter().any(|matcher| match matcher.kind {
        MatcherKind::Regex(node)
        | MatcherKind::Date(Some(node))
        | MatcherKind::Time(Some(node))
        | MatcherKind::DateTime(Some(node)) => plain(&cx.text(node)) == own,
        _ => false,
    })
}

/// Whether a matcher refuses every value, beyond doubt.
fn refuses_all(
    cx: &InteractionCx<'_>,
    matcher: &Matcher,
    made: &[Value],
    aim: &Aim<'_>,
    cascaded: bool,
) -> bool {
    match &matcher.kind {
        MatcherKind::Regex(pattern) => {
            let compiled = cx.regexes.borrow_mut().compile(&cx.text(*pattern));
            let Ok(compiled) = &*compiled else { return false };
            // Of its own, so that what is asked here changes no other verdict.
            let mut budget = Budget::with_retries(20_000);
            made.iter().all(|value| compiled.matches_whole(&value.text(), &mut budget) == Verdict::NoMatch)
        }
        MatcherKind::Type { .. } => aim.json && made.iter().all(|value| is_of_other_type(value, aim.value)),
        MatcherKind::Include(_)
        | MatcherKind::Number
        | MatcherKind::Integer
        | MatcherKind::Decimal
        | MatcherKind::Boolean
        | MatcherKind::Null
        | MatcherKind::Semver
        | MatcherKind::Date(_)
        | MatcherKind::Time(_)
        | MatcherKind::DateTime(_)
        | MatcherKind::StatusCode(_) => {
            made.iter().all(|value| is_refused(cx, matcher, value, aim, cascaded))
        }
        // Equality is another matter, and the rest speaks of more than one value.
        _ => false,
    }
}

fn is_of_other_type(value: &Value, example: Cursor<'_>) -> bool {
    match (value, example.kind()) {
        // Only null is of the type of null, but then the example says nothing.
        (_, Kind::Null) => false,
        (Value::Number(_), kind) => kind != Kind::Number,
        (Value::Text(_), kind) => kind != Kind::String,
        (Value::Bool(_), kind) => !matches!(kind, Kind::True | Kind::False),
    }
}

fn is_refused(
    cx: &InteractionCx<'_>,
    matcher: &Matcher,
    value: &Value,
    aim: &Aim<'_>,
    cascaded: bool,
) -> bool {
    use crate::model::example::Problem;
    let json = value.json();
    let tree = parse(&json);
    let subject = match tree.root(&json) {
        Some(root) if aim.json => Subject::Json(root),
        _ => Subject::Text(aim.value, value.text()),
    };
    let problem = check_value(cx.root, &matcher.kind, &subject, cascaded, &mut cx.regexes.borrow_mut());
    matches!(problem, Some(Problem::Other(_)))
}

fn report(
    cx: &InteractionCx<'_>,
    known: &Known<'_>,
    matcher: &Matcher,
    made: &[Value],
    null: bool,
    out: &mut Sink<'_>,
) {
    let rule = cx.node(matcher.node);
    let name = matcher.name.map_or("regex".into(), |name| cx.text(name));
    let breaks = match known.part.role {
        Role::Request => "the provider is verified with requests that the consumer does not make",
        Role::Response => "the mock answers with what the provider may not send",
        Role::Contents => "the consumer is tested with messages that the provider may not send",
    };
    let example = made.get(made.len() / 2).map(Value::json).unwrap_or_default();
    let node = cx.node(known.generator.node);
    let kind = node.get("type").unwrap_or(node);
    let message = format!(
        "{} makes values such as {}, which the '{name}' rule refuses: {breaks}",
        known.kind,
        shorten(&example)
    );
    let report = out.report(kind.span(), message).label(rule.span(), "refuses what is generated");
    if null {
        // Libraries write null where the test gives no example, and the core goes by its type.
        report.help("give an example, so that a value of its type is generated").by_library();
    } else {
        report.help("generate what the rule accepts, or remove the generator so that the example is sent");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn bodies() {
        check(
            "generator-violates-rule",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
  "body": {"a": "ABC", "b": "1", "c": 1.5, "d": null, "e": "x", "f": 1, "g": 1, "h": "2024-01-31", "i": "ab", "j": "7"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "[A-Z]+"}]}, "$.b": {"matchers": [{"match": "regex", "regex": "\\d{4}"}]},
    "$.c": {"matchers": [{"match": "decimal"}]}, "$.d": {"matchers": [{"match": "decimal"}]},
    "$.e": {"matchers": [{"match": "type"}]}, "$.f": {"matchers": [{"match": "integer"}]},
    "$.g": {"combine": "OR", "matchers": [{"match": "integer"}, {"match": "null"}]},
    "$.h": {"matchers": [{"match": "date", "format": "dd.MM.yyyy"}]},
    "$.i": {"matchers": [{"match": "regex", "regex": "[a-f0-9]+"}]}, "$.j": {"matchers": [{"match": "equality"}]}}},
  "generators": {"body": {
    "$.a": {"type": "RandomInt"},
                    ^^^^^^^^^^^ warning RandomInt makes values such as "5", which the 'regex' rule refuses
    "$.b": {"type": "RandomInt", "max": 9999},
    "$.c": {"type": "RandomInt"},
                    ^^^^^^^^^^^ warning 'decimal' rule refuses
    "$.d": {"type": "RandomDecimal"},
                    ^^^^^^^^^^^^^^^ warning
    "$.e": {"type": "RandomBoolean"},
                    ^^^^^^^^^^^^^^^ warning such as false
    "$.f": {"type": "RandomInt"},
    "$.g": {"type": "Uuid"},
                    ^^^^^^ warning
    "$.h": {"type": "Date"},
                    ^^^^^^ warning
    "$.i": {"type": "RandomHexadecimal"},
                    ^^^^^^^^^^^^^^^^^^^ warning
    "$.j": {"type": "RandomInt"}}}}}
"#,
        );
    }

    #[test]
    fn requests_and_messages() {
        check(
            "generator-violates-rule",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/users/1", "query": {"page": ["1"]}, "headers": {"X-Id": "ab-1"},
  "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/users/\\d+"}]},
    "query": {"page": {"matchers": [{"match": "integer"}]}}, "header": {"x-id": {"matchers": [{"match": "regex", "regex": "[a-z]{2}-\\d"}]}}},
  "generators": {"path": {"type": "RandomInt"},
                                  ^^^^^^^^^^^ warning the provider is verified with requests
    "query": {"page": {"type": "RandomInt", "min": 1}}, "header": {"X-Id": {"type": "Regex", "regex": "^[a-c]{2}-[1-3]$"}}}},
 "response": {"status": 200, "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}},
  "generators": {"status": {"type": "RandomInt", "min": 400, "max": 404}}}}
                                    ^^^^^^^^^^^ warning the mock answers
"#,
        );
        check(
            "generator-violates-rule",
            r#"@v4
{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": {"at": "x"}, "contentType": "application/json"},
  "matchingRules": {"body": {"$.at": {"matchers": [{"match": "datetime"}]}}},
  "generators": {"body": {"$.at": {"type": "DateTime"}}}}
                                           ^^^^^^^^^^ warning the consumer is tested with messages
"#,
        );
    }
}
