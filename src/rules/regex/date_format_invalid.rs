use crate::diagnostic::Applicability;
use crate::model::datetime::{Format, suspicions};
use crate::rules::regex::walk::each_format;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::shorten;

rule! {
    /// The format of a date or time is no pattern that the official core can read.
    ///
    /// The core reads formats with its own parser, letter by letter: text must stand in single
    /// quotes, and letters without a meaning are refused. That happens only when a value is
    /// compared, so the file loads, and then every value fails; a generator keeps the example.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"at": "2020-02-01T10"},
    ///   "matchingRules": {"body": {"$.at": {"matchers": [{"match": "timestamp", "timestamp": "yyyy-MM-ddTHH"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"at": "2020-02-01T10"},
    ///   "matchingRules": {"body": {"$.at": {"matchers": [{"match": "timestamp", "timestamp": "yyyy-MM-dd'T'HH"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `parse_pattern` and `validate_datetime` in pact_models, time_utils.rs.
    "date-format-invalid", "regex", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut told: Vec<String> = Vec::new();
    each_format(cx, &mut |node, text, kind, generates| {
        let Err(error) = Format::parse(text) else { return };
        // The generator of a value usually repeats the format of its rule.
        if generates && told.iter().any(|known| known == text) {
            return;
        }
        let outcome = if generates { "so no value is generated" } else { "so every value is refused" };
        let message =
            format!("The official core cannot read the format '{}': {error}, {outcome}", shorten(text));
        let suggestion = suspicions(text, kind).into_iter().find_map(|s| s.suggestion);
        let length = error.rest.chars().next().map_or(0, char::len_utf8);
        let span = match length {
            0 => node.span(),
            _ => node.span_within(error.offset..error.offset + length),
        };
        let report = out.report(span, message);
        match suggestion {
            Some(format) => {
                let title = format!("Use '{format}': accepts the values that were meant");
                let edits = vec![cx.editor().set(node, &quote(&format))];
                report.help(format!("write '{format}'")).fix(Applicability::Unsafe, title, edits);
            }
            None => {
                report.help("put text into single quotes; fields are letters as in yyyy-MM-dd'T'HH:mm:ss");
            }
        }
        told.push(text.to_owned());
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn matchers_and_generators() {
        check(
            "date-format-invalid",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"},
 "response": {"status": 200, "body": {"a": "x", "b": "x", "c": ""},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "date", "format": "yyyy-MM-ddTHH"}]},
                                                                ^ error cannot read the format 'yyyy-MM-ddTHH'
    "$.c": {"matchers": [{"match": "date", "format": ""}, {"match": "time"}]},
    "$.b": {"matchers": [{"match": "time", "format": "HH:mm"}]}}},
  "generators": {"body": {
    "$.a": {"type": "Date", "format": "yyyy-MM-ddTHH"},
    "$.b": {"type": "Time", "format": "HH[mm]"}}}}}
                                         ^ error so no value is generated
"#,
        );
    }

    #[test]
    fn inside_of_variants() {
        check(
            "date-format-invalid",
            r#"@v4
{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": ["x"], "contentType": "application/json"},
  "matchingRules": {"body": {"$": {"matchers": [{"match": "arrayContains", "variants": [{"index": 0, "rules":
    {"$": {"matchers": [{"match": "date", "format": "yyyyT"}]}}}]}]}}}}
                                                         ^ error
"#,
        );
    }
}
