use crate::diagnostic::{Applicability, Severity};
use crate::model::MatcherKind;
use crate::rules::regex::misfit::{Misfit, lost_boundaries, misfit, pattern_of};
use crate::rules::regex::walk::each_matcher;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};

rule! {
    /// A pattern holds a backspace where a word boundary was meant.
    ///
    /// In JSON `\b` is the backspace character. A word boundary of a regular expression must be
    /// written `\\b`; with a single backslash the value must contain a backspace, which no value
    /// does. Other escapes that JSON knows (`\n`, `\t`, `\r`, `\f`) mean the same with one
    /// backslash and with two.
    ///
    /// An error where the example does not match for this reason, else a warning.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "ab 1"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "ab\b.*"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "ab 1"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "ab\\b.*"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 8259, section 7; Oniguruma's doc/RE.
    "regex-control-character", "regex", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut found = 0;
    each_matcher(cx.it, &mut |matcher, _| {
        let MatcherKind::Regex(node) = matcher.kind else { return };
        let node = cx.node(node);
        let Some((first, meant)) = lost_boundaries(node) else { return };
        found += 1;
        let example = if found > MOST { None } else { failing(cx, node) };
        let report = out
            .report(
                node.span_within(first..first + 1),
                "'\\b' is a backspace in JSON, so values must contain one and none matches",
            )
            .help("write '\\\\b' for a word boundary")
            .fix(
                Applicability::Unsafe,
                "Write '\\\\b': accepts the values that were meant",
                vec![cx.editor().set(node, &quote(&meant))],
            );
        match example {
            Some(example) => report.label(example.span(), "this example does not match"),
            None => report.at_most(Severity::Warning),
        };
    });
}

/// So many patterns of one interaction have their examples looked at.
const MOST: u32 = 64;

/// An example that does not match for this reason.
fn failing<'a>(cx: &InteractionCx<'a>, regex: Cursor<'a>) -> Option<Cursor<'a>> {
    let mut all = (0..cx.it.parts.len()).flat_map(|index| cx.mismatches(index));
    let of_this =
        all.find(|m| pattern_of(cx, m) == Some(regex) && misfit(cx, m) == Some(Misfit::LostBoundary));
    of_this.map(|m| cx.node(m.node))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings, pact};

    const TEXT: &str = r#"
{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
  "body": {"a": "ab", "b": "x"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "\bab\\b"}]},
                                                      ^^ error a backspace in JSON
    "$.b[0]": {"matchers": [{"match": "regex", "regex": "x\b"}]},
                                                          ^^ warning
    "$.c": {"matchers": [{"match": "regex", "regex": "[\b]\u0008\n\t"}]}}}}}
"#;

    #[test]
    fn single_backslashes() {
        check("regex-control-character", TEXT);
    }

    #[test]
    fn speaks_for_the_example() {
        let lines = TEXT.lines().filter(|line| !line.trim_start().starts_with('^'));
        let text = pact(&lines.collect::<Vec<_>>().join("\n"), "v3");
        let found = findings("all", &text);
        assert!(!found.iter().any(|f| f.rule == "example-violates-rule"), "{found:#?}");
    }
}
