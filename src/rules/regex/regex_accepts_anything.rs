use crate::diagnostic::{Applicability, Severity};
use crate::model::{Category, Format, MatcherKind, Version};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A pattern for a value of a body matches everything.
    ///
    /// `.*` reads like "any string", but the official core holds it against the text of any value:
    /// numbers, booleans and null pass as well, and only strings with line breaks are refused.
    /// `type` says what is meant: any value of the example's type. `.+` is noted in V4 files, where
    /// `notEmpty` is there for it.
    ///
    /// Patterns for headers, parameters and paths are left alone: there everything is text.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"name": "Ann"},
    ///   "matchingRules": {"body": {"$.name": {"matchers": [{"match": "regex", "regex": ".*"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"name": "Ann"},
    ///   "matchingRules": {"body": {"$.name": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `MatchingRule::Regex` in pact_matching, json.rs.
    "regex-accepts-anything", "regex", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for (_, part, group) in cx.groups().filter(|(_, _, group)| group.category == Category::Body) {
        if part.body.as_ref().is_none_or(|body| body.format != Format::Json) {
            continue;
        }
        for matcher in &group.matchers {
            let MatcherKind::Regex(node) = matcher.kind else { continue };
            let node = cx.node(node);
            // None of them is longer, however it is written.
            if node.raw().len() > 32 || !node.is_string() {
                continue;
            }
            let pattern = node.to_text();
            let Some(empty_too) = anything(&pattern) else { continue };
            let newer = cx.version() == Version::V4;
            if !empty_too && !newer {
                continue;
            }
            let edits = || vec![cx.editor().set(cx.node(matcher.node), instead(empty_too))];
            let alone = group.matchers.len() == 1;
            if empty_too {
                let message = format!(
                    "'{pattern}' matches every value without line breaks, numbers and null too, so this rule checks nothing"
                );
                let report = out
                    .report(node.span(), message)
                    .help("use the matcher 'type' for any value of this type");
                if alone {
                    let title = "Use 'type': stricter about the type, and strings may have line breaks";
                    report.fix(Applicability::Unsafe, title, edits());
                }
            } else {
                let message =
                    format!("'{pattern}' matches every value that is not empty, numbers and null too");
                let report = out
                    .report(node.span(), message)
                    .at_most(Severity::Info)
                    .help("use the matcher 'notEmpty'");
                if alone {
                    let title = "Use 'notEmpty': refuses null, and strings may have line breaks";
                    report.fix(Applicability::Unsafe, title, edits());
                }
            }
        }
    }
}

fn instead(empty_too: bool) -> &'static str {
    if empty_too { r#"{"match": "type"}"# } else { r#"{"match": "notEmpty"}"# }
}

/// Whether a pattern matches everything (`true`), or everything but nothing (`false`).
fn anything(pattern: &str) -> Option<bool> {
    let mut inner = pattern;
    for flags in ["(?m)", "(?s)", "(?i)"] {
        inner = inner.strip_prefix(flags).unwrap_or(inner);
    }
    for start in ["^", "\\A"] {
        inner = inner.strip_prefix(start).unwrap_or(inner);
    }
    for end in ["$", "\\z", "\\Z"] {
        inner = inner.strip_suffix(end).unwrap_or(inner);
    }
    let group = inner.strip_suffix(')').and_then(|inner| inner.strip_prefix('('));
    if let Some(group) = group.filter(|group| !group.contains(['(', ')'])) {
        inner = group.strip_prefix("?:").unwrap_or(group);
    }
    let sets = ["(.|\\n)", "(?:.|\\n)", "(.|\\s)", "[\\s\\S]", "[\\S\\s]", "[\\w\\W]", "[\\d\\D]", "."];
    match sets.iter().find_map(|set| inner.strip_prefix(set))? {
        "*" | "*?" | "{0,}" => Some(true),
        "+" | "+?" | "{1,}" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::anything;
    use crate::rules::testing::check;

    #[test]
    fn spellings() {
        for pattern in [".*", "^.*$", "(.*)", "^(?:.*?)$", "[\\s\\S]*", "(?m).*", "(.|\\n)*"] {
            assert_eq!(anything(pattern), Some(true), "{pattern}");
        }
        assert_eq!(anything("^.+$"), Some(false));
        for pattern in ["", ".", ".*a", "a.*", "(.*)(.*)", "\\w*", "^", ".*.+"] {
            assert_eq!(anything(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn bodies_only() {
        check(
            "regex-accepts-anything",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/a",
  "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": ".*"}]}}},
 "response": {"status": 200, "body": {"content": {"a": "x", "b": "y"}, "contentType": "application/json"},
  "matchingRules": {"body": {"$.a": {"matchers": [{"match": "regex", "regex": ".*"}]},
                                                                              ^^^^ warning so this rule checks nothing
    "$.b": {"matchers": [{"match": "regex", "regex": "^.+$"}]}}}}}
                                                     ^^^^^^ info
"#,
        );
    }
}
