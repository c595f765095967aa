use crate::diagnostic::Applicability;
use crate::model::regex::{Verdict, fixed_length};
use crate::model::{Category, MatcherKind, Role};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// A pattern in a response holds the provider to one shape of an id.
    ///
    /// Consumers seldom read the letters of an id; they pass it on. A pattern such as
    /// `[A-Z]{3}-\d{3}` then only fails the provider on the day its ids change. Dates, times and
    /// UUIDs are left alone, and so are patterns in requests.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "ABC-123"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "[A-Z]{3}-\\d{3}"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": "ABC-123"},
    ///   "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// The Pact documentation, "Matching", on asserting no more than the consumer needs.
    "regex-over-constrains", "regex", Info, Strict, Test, Check::Interaction(check)
}

/// Values of shapes that are standards.
const STANDARDS: [&str; 9] = [
    "urn:uuid:e2490de5-5bd3-43d5-b7c4-526e33f71304",
    "e2490de55bd343d5b7c4526e33f71304",
    "e2490de5-5bd3-43d5-b7c4-526e33f71304",
    "E2490DE5-5BD3-43D5-B7C4-526E33F71304",
    "2024-01-31",
    "20240131",
    "12:30:59",
    "2024-01-31T12:30:59Z",
    "2024-01-31T12:30:59.123Z",
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for (_, part, group) in cx.groups() {
        if group.category != Category::Body || part.role == Role::Request {
            continue;
        }
        let [matcher] = &group.matchers[..] else { continue };
        let MatcherKind::Regex(node) = matcher.kind else { continue };
        let node = cx.node(node);
        // Paths and URLs are read.
        if !node.is_string() || !node.raw().contains(['[', '\\']) || node.raw().contains('/') {
            continue;
        }
        let pattern = cx.regexes.borrow_mut().said(node);
        let Some(length) = fixed_length(&pattern).filter(|length| *length >= 4) else { continue };
        let standard =
            |value: &&str| cx.regexes.borrow_mut().matches_whole(&pattern, value) == Verdict::Match;
        // What has another length is no match, and asking the engine costs more than all the rest.
        if STANDARDS.iter().filter(|value| value.len() == length).any(standard) {
            continue;
        }
        let title = "Use 'type': accepts every value of the example's type";
        out.report(
            node.span(),
            format!(
                "'{}' holds the provider to {length} characters of this shape, and fails it when they change",
                shorten(&pattern)
            ),
        )
        .help("use the matcher 'type' unless the consumer reads these very characters")
        .fix(
            Applicability::Unsafe,
            title,
            vec![cx.editor().set(cx.node(matcher.node), r#"{"match": "type"}"#)],
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn ids_in_responses() {
        check(
            "regex-over-constrains",
            r#"
{"description": "d", "request": {"method": "POST", "path": "/", "body": {"a": "AB12"},
  "matchingRules": {"body": {"$.a": {"matchers": [{"match": "regex", "regex": "[A-Z]{2}\\d{2}"}]}}}},
 "response": {"status": 200, "body": {"a": "AB12", "b": "AB12", "c": "2024-01-31"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "regex", "regex": "^[A-Z]{2}\\d{2}$"}]},
                                                     ^^^^^^^^^^^^^^^^^^ info holds the provider to 4 characters
    "$.b": {"matchers": [{"match": "regex", "regex": "[A-Z]+\\d{2}"}]},
    "$.c": {"matchers": [{"match": "regex", "regex": "\\d{4}-\\d{2}-\\d{2}"}]}}}}}
"#,
        );
    }
}
