use std::borrow::Cow;

use crate::diagnostic::Applicability;
use crate::model::MatcherKind;
use crate::rules::regex::js_literal::JsLiteral;
use crate::rules::regex::misfit::{Misfit, misfit, pattern_of};
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::{Span, shorten};

rule! {
    /// A pattern is a JavaScript literal, slashes and flags included.
    ///
    /// In a pact the pattern stands alone: slashes around it are text that the value must have,
    /// and flags after them too. Such a rule refuses the values it was written for.
    ///
    /// Reported where the example fails because of it, or where no value could ever match.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "12"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "/^\\d+$/"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "12"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "^\\d+$"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::Regex` in pact_matching, matchingrules.rs.
    "regex-js-literal", "regex", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        if !node.raw().starts_with("\"/") && !node.raw().starts_with("\"\\/") {
            return;
        }
        let pattern = node.to_text();
        let Some(literal) = JsLiteral::parse(&pattern) else { return };
        let example = misfits(cx, node).next();
        if example.is_some() || literal.never_matches() {
            report(cx, node, literal, example, out);
        }
    });
}

/// Examples that do not match for this reason.
fn misfits<'a>(cx: &InteractionCx<'a>, regex: Cursor<'a>) -> impl Iterator<Item = Span> {
    let all = (0..cx.it.parts.len()).flat_map(|index| cx.mismatches(index));
    let of_this = all.filter(move |m| pattern_of(cx, m) == Some(regex));
    of_this.filter(|m| misfit(cx, m) == Some(Misfit::JsLiteral)).map(|m| m.span(cx.root))
}

fn report(
    cx: &InteractionCx<'_>,
    node: Cursor<'_>,
    literal: JsLiteral<'_>,
    example: Option<Span>,
    out: &mut Sink<'_>,
) {
    let pattern = node.to_text();
    let flags: Cow<'_, str> = match literal.flags {
        "" => "".into(),
        flags => format!(" and the flags '{flags}'").into(),
    };
    let message = format!(
        "The slashes{flags} are part of the pattern '{}', so values must contain them and none matches",
        shorten(&pattern)
    );
    let mut report = out
        .report(node.span(), message)
        .help("leave out the slashes; flags go into the pattern, as in (?i:...)");
    if let Some(example) = example {
        report = report.label(example, "this example does not match");
    }
    if let Some(plain) = literal.pattern() {
        let title = format!("Use '{}': accepts the values that were meant", shorten(&plain));
        report.fix(Applicability::Unsafe, title, vec![cx.editor().set(node, &quote(&plain))]);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn needs_a_failing_example_or_an_impossible_pattern() {
        check(
            "regex-js-literal",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/users/1/",
  "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/users/\\d+/"}]}}},
 "response": {"status": 200, "body": {"a": "Ab", "b": "12", "c": "/x/", "e": "y"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "/[a-b]+/i"}]},
                                                     ^^^^^^^^^^^ error The slashes and the flags 'i'
    "$.b": {"matchers": [{"match": "regex", "regex": "/\\d+/"}]},
                                                     ^^^^^^^^ error The slashes are part
    "$.c": {"matchers": [{"match": "regex", "regex": "/x/"}]},
    "$.d": {"matchers": [{"match": "regex", "regex": "/^x$/"}]},
                                                     ^^^^^^^ error
    "$.e": {"matchers": [{"match": "regex", "regex": "/x/"}]}}}}}
"#,
        );
    }
}
