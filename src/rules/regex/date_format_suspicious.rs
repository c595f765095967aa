use crate::diagnostic::Applicability;
use crate::model::datetime::{Format, suspicions};
use crate::rules::regex::walk::each_format;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::shorten;

rule! {
    /// The format of a date or time reads well and means something else.
    ///
    /// Letters are those of Java, and upper and lower case differ: `DD` is the day of the year,
    /// `mm` the minute, `YYYY` the week year. The core accepts them and then checks the wrong
    /// thing: `YYYY-MM-DD` takes 2020-01-300. The specification itself prints `HH:ss:mm`, so
    /// such formats travel by copy and paste.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"on": "2020-02-01"},
    ///   "matchingRules": {"body": {"$.on": {"matchers": [{"match": "date", "format": "YYYY-MM-DD"}]}}}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"on": "2020-02-01"},
    ///   "matchingRules": {"body": {"$.on": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// The table of letters in pact_models, time_utils.rs; specification V3 and V4, table of
    /// matchers.
    "date-format-suspicious", "regex", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    let mut told: Vec<String> = Vec::new();
    each_format(cx, &mut |node, text, kind, generates| {
        let found = suspicions(text, kind);
        let Some(first) = found.first() else { return };
        // What the core cannot read at all is another matter.
        if Format::parse(text).is_err() || generates && told.iter().any(|known| known == text) {
            return;
        }
        let message =
            format!("The format '{}' is probably not what was meant: {}", shorten(text), first.problem);
        let mut report = out.report(node.span_within(first.span.clone()), message);
        for other in found.iter().skip(1).take(4) {
            report = report.label(node.span_within(other.span.clone()), other.problem.clone());
        }
        match &first.suggestion {
            Some(format) => {
                let title = format!("Use '{format}': checks what was meant");
                let edits = vec![cx.editor().set(node, &quote(format))];
                report.help(format!("write '{format}'")).fix(Applicability::Unsafe, title, edits);
            }
            None => {
                report.help("letters are those of Java: yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
            }
        }
        told.push(text.to_owned());
    });
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_finding_a_format() {
        check(
            "date-format-suspicious",
            r#"
{"description": "d", "request": {"method": "GET", "path": "/"},
 "response": {"status": 200, "body": {"a": "x", "b": "x"},
  "matchingRules": {"body": {
    "$.a": {"matchers": [{"match": "date", "format": "YYYY-mm-DD"}]},
                                                      ^^^^ warning 'YYYY' is the week year
    "$.b": {"matchers": [{"match": "time", "format": "HH:ss:mm"}]}}},
                                                         ^^^^^ warning
  "generators": {"body": {"$.a": {"type": "Date", "format": "YYYY-mm-DD"}}}}}
"#,
        );
    }
}
