use crate::diagnostic::{Applicability, Severity};
use crate::model::{MATCHERS, MatcherKind};
use crate::rules::matching::visit::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::nearest;

/// Names that people expect to work, and what does.
const EXPECTED: [(&str, &str); 15] = [
    ("int", "integer"),
    ("long", "integer"),
    ("float", "decimal"),
    ("double", "decimal"),
    ("bool", "boolean"),
    ("like", "type"),
    ("somethingLike", "type"),
    ("string", "type"),
    ("eachLike", "type"),
    ("term", "regex"),
    ("dateTime", "datetime"),
    ("status", "statusCode"),
    ("value", "equality"),
    ("equals", "equality"),
    ("exact", "equality"),
];

rule! {
    /// A matcher has a name that the official core does not know.
    ///
    /// The core takes the name for a plugin's, and comparing fails with "is not a standard matching
    /// rule" whatever the provider sends. Names are case-sensitive.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "intger"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// Pact specification 4, "Supported matching rules"; `MatchingRule::create` in pact_models.
    "unknown-matcher", "matching", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_matcher(cx, &mut |matcher| {
        if matcher.kind != MatcherKind::Plugin {
            return;
        }
        let Some(node) = matcher.name.map(|id| cx.node(id)) else { return };
        unknown(cx, node, out);
    });
}

/// What only pact-jvm knows (`EqualsIgnoreOrderMatcher` and its kind in MatchingRules.kt).
const OF_JVM: &str = "ignore-order";

fn unknown(cx: &InteractionCx<'_>, node: Cursor<'_>, out: &mut Sink<'_>) {
    let name = node.to_text();
    let near = known_as(&name);
    let plugins = cx.has_plugins();
    // Where there are plugins, a name that resembles nothing is most likely theirs.
    if plugins && near.is_none() {
        return;
    }
    let message = if name == OF_JVM {
        "'ignore-order' is a matcher of pact-jvm only: in the official core comparing it always fails"
            .to_owned()
    } else if plugins {
        format!("'{name}' is no matcher of the official core, so it must come from a plugin")
    } else {
        format!(
            "'{name}' is no matcher, so comparing always fails: the official core takes it for a plugin's"
        )
    };
    let mut report = out.report(node.span(), message);
    if plugins {
        report = report.at_most(Severity::Warning);
    }
    // Two services that both use pact-jvm understand each other.
    let library = cx.facts.library.as_ref().map(|library| &*library.name);
    if name == OF_JVM && library == Some("pact-jvm") {
        report = report.at_most(Severity::Info);
    }
    match near {
        Some(near) => {
            report.help(format!("did you mean '{near}'?")).fix(
                Applicability::Unsafe,
                format!("Write '{near}', so that values can match"),
                vec![cx.editor().set(node, &quote(near))],
            );
        }
        None if name == OF_JVM => {
            report.help("verify with pact-jvm, or write 'arrayContains' of version 4, which looks for items in any order");
        }
        None => {
            report.help("write a matcher of the specification: type, regex, integer, date, ...");
        }
    }
}

/// The matcher that a name was meant for.
fn known_as(name: &str) -> Option<&'static str> {
    let meant = |name: &str| {
        EXPECTED.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(name)).map(|(_, right)| *right)
    };
    meant(name)
        .or_else(|| nearest(name, MATCHERS.iter().map(|info| info.name)))
        .or_else(|| meant(nearest(name, EXPECTED.iter().map(|(wrong, _)| *wrong))?))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn names_are_case_sensitive() {
        check(
            "unknown-matcher",
            r#"
            {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "Integer"}]},
                                               ^^^^^^^^^ error 'Integer' is no matcher
                "$.b": {"matchers": [{"match": "somethingLike"}]},
                                               ^^^^^^^^^^^^^^^ error 'somethingLike' is no matcher
                "$.c": {"matchers": [{"match": "ignore-order"}]},
                                               ^^^^^^^^^^^^^^ error pact-jvm only
                "$.d": {"matchers": [{"match": "real"}]}
              }}}}"#,
        );
    }

    #[test]
    fn inside_of_other_matchers() {
        check(
            "unknown-matcher",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "eachValue", "rules": [{"match": "typ"}]}]},
                                                                                ^^^^^ error 'typ' is no matcher
                "$.b": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": {"matchers": [{"match": "regx"}]}}}]}]}
                                                                                                                                 ^^^^^^ error 'regx' is no matcher
              }}}}"#,
        );
    }

    #[test]
    fn plugins_bring_their_own() {
        check(
            "unknown-matcher",
            r#"@v4
            {"type": "Synchronous/HTTP", "description": "d", "pluginConfiguration": {"csv": {}}, "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "column-width"}]},
                "$.b": {"matchers": [{"match": "intger"}]}
                                               ^^^^^^^^ warning must come from a plugin
              }}}}"#,
        );
    }
}
