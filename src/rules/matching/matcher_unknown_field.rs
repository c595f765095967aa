use crate::diagnostic::Applicability;
use crate::model::{MatcherKind, matcher_info};
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::nearest;

rule! {
    /// A field of a matcher is not one that the matcher uses, so it has no effect.
    ///
    /// The official core ignores it without a word. Reported are misspelt fields, fields of
    /// other matchers, and limits that matchers do not know; harmless extras are not.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "minn": 1}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"ids": [1]},
    ///   "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": 1}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 4, "Supported matching rules"; `MatchingRule::create_rule` in pact_models.
    "matcher-unknown-field", "matching", Warning, Recommended, Test, Check::Interaction(check)
}

/// Fields that say what a value must be like, each with the matchers that listen to it.
const LIMITS: [(&str, &str); 16] = [
    ("regex", "only a 'regex' matcher has a pattern"),
    ("pattern", "only a 'regex' matcher has a pattern, under 'regex'"),
    ("format", "only 'date', 'time' and 'datetime' have a format"),
    ("min", "only 'type' has bounds, for the number of items"),
    ("max", "only 'type' has bounds, for the number of items"),
    ("minimum", "no matcher bounds numbers; a 'regex' rule can"),
    ("maximum", "no matcher bounds numbers; a 'regex' rule can"),
    ("minLength", "no matcher bounds a length; a 'regex' rule can"),
    ("maxLength", "no matcher bounds a length; a 'regex' rule can"),
    ("length", "no matcher bounds a length; a 'regex' rule can"),
    ("digits", "no matcher counts digits; a 'regex' rule can"),
    ("scale", "no matcher counts digits; a 'regex' rule can"),
    ("precision", "no matcher counts digits; a 'regex' rule can"),
    ("enum", "no matcher takes a list of values; a 'regex' rule can"),
    ("status", "only 'statusCode' has a class of status codes"),
    ("variants", "only 'arrayContains' has variants"),
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    each_matcher(cx, &mut |matcher| {
        let Some(name) = matcher.name else { return };
        let Some(used) = used(&cx.text(name), &matcher.kind) else { return };
        let node = cx.node(matcher.node);
        // Nearly all matchers have their name and what they use.
        for key in node.members().map(|member| member.key) {
            if !key.is_named("match") && !used.iter().any(|known| key.is_named(known)) && cx.is_read() {
                unused(cx, node, &cx.text(name), key, used, out);
            }
        }
    });
}

/// The fields that a matcher reads; `None` if that is not known: only a plugin knows, or the file
/// does not load.
fn used(name: &str, kind: &MatcherKind) -> Option<&'static [&'static str]> {
    let is_known = !matches!(kind, MatcherKind::Plugin | MatcherKind::Invalid(_));
    matcher_info(name).filter(|_| is_known).map(|info| info.fields)
}

fn unused(
    cx: &InteractionCx<'_>,
    node: Cursor<'_>,
    matcher: &str,
    key: Cursor<'_>,
    used: &[&'static str],
    out: &mut Sink<'_>,
) {
    let field = key.name();
    let message = format!("'{matcher}' does not use '{field}', so it has no effect");
    let free = used.iter().copied().filter(|known| node.get(known).is_none());
    if let Some(near) = nearest(&field, free) {
        out.report(key.span(), message).help(format!("did you mean '{near}'?")).fix(
            Applicability::Unsafe,
            format!("Write '{near}', so that it takes effect"),
            vec![cx.editor().rename(key, near)],
        );
    } else if let Some((_, why)) = LIMITS.iter().find(|(known, _)| *known == field) {
        out.report(key.span(), message).help(format!("{why}; remove the field, or use another matcher"));
    } else {
        out.report(key.span(), message).help("remove it, or move it to where it belongs");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn slips_and_limits() {
        check(
            "matcher-unknown-field",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "Min": 1}]},
                                                       ^^^^^ warning 'type' does not use 'Min'
                "$.b": {"matchers": [{"match": "integer", "max": 5}]},
                                                          ^^^^^ warning 'integer' does not use 'max'
                "$.c": {"matchers": [{"match": "date", "formt": "yyyy"}]},
                                                       ^^^^^^^ warning 'formt'
                "$.d": {"matchers": [{"match": "eachValue", "rules": [{"match": "type", "pattern": "a"}]}]},
                                                                                        ^^^^^^^^^ warning 'pattern'
                "$.e": {"matchers": [{"match": "type", "$.f": {}}]},
                                                       ^^^^^ warning '$.f'
                "$.f": {"matchers": [{"match": "regex", "pattern": "x"}]},
                "$.g": {"matchers": [{"match": "columns", "min": 1}]},
                "$.h": {"matchers": [{"match": "timestamp", "timestamp": "yyyy"}]}
              }}}}"#,
        );
    }
}
