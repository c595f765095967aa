use crate::diagnostic::Applicability;
use crate::model::{Category, Part, Role};
use crate::rules::http::{expected_body, parts, requests};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A body is expected of a response that has none in HTTP.
    ///
    /// Responses with status 204 or 304, and every response to HEAD, end with their headers.
    /// Servers do not send a body with them and clients do not read one, so the official core
    /// never sees the body that it looks for, and the verification always fails.
    ///
    /// An empty body, `null` and `{}` are left alone.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "DELETE", "path": "/users/1"},
    ///  "response": {"status": 204, "body": {"deleted": true}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "DELETE", "path": "/users/1"},
    ///  "response": {"status": 200, "body": {"deleted": true}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9112 section 6.3; `match_body_content` in pact_matching, lib.rs.
    "body-on-bodyless", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Response) {
        let Some(body) = expected_body(cx, part) else { continue };
        if !is_bodyless(cx, part) {
            continue;
        }
        let what = match status(cx, part) {
            Some(status @ (101 | 204 | 304)) => format!("A response with status {status}"),
            _ => "A response to HEAD".to_owned(),
        };
        let span = body.key().unwrap_or(body).span();
        let report = out
            .report(span, format!("{what} has no body in HTTP, so the one expected here never arrives"))
            .help("remove the body, or expect a status that comes with one");
        if let Some(key) = body.key() {
            let title = "Remove the body: nothing is expected of it from then on";
            report.fix(Applicability::Unsafe, title, vec![cx.editor().remove(key)]);
        }
    }
}

/// Whether HTTP knows no body for the response.
pub(crate) fn is_bodyless(cx: &InteractionCx<'_>, part: &Part) -> bool {
    matches!(status(cx, part), Some(101 | 204 | 304)) || answers_head(cx)
}

/// The status, where it is compared as it is.
fn status(cx: &InteractionCx<'_>, part: &Part) -> Option<u64> {
    let mut groups = part.rules.iter().flat_map(|rules| &rules.groups);
    if groups.any(|group| group.category == Category::Status && group.is_live()) {
        return None;
    }
    cx.node(part.status?).as_u64()
}

fn answers_head(cx: &InteractionCx<'_>) -> bool {
    let mut methods = requests(cx.it).filter_map(|part| part.method);
    methods.any(|method| cx.node(method).to_text().eq_ignore_ascii_case("head"))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn statuses_and_head() {
        check(
            "body-on-bodyless",
            r#"
{"description": "d", "request": {"path": "/"}, "response": {"status": 304, "body": "x"}}
                                                                           ^^^^^^ warning status 304
"#,
        );
        check(
            "body-on-bodyless",
            r#"
{"description": "d", "request": {"method": "head", "path": "/"}, "response": {"status": 200, "body": [1]}}
                                                                                             ^^^^^^ warning to HEAD
"#,
        );
        for fine in ["{}", "null", "\"\""] {
            check(
                "body-on-bodyless",
                &format!(
                    r#"{{"description": "d", "request": {{}}, "response": {{"status": 204, "body": {fine}}}}}"#
                ),
            );
        }
    }

    #[test]
    fn a_status_that_is_only_an_example() {
        check(
            "body-on-bodyless",
            r#"@v4
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/"}, "response": {"status": 204,
 "body": {"content": {"a": 1}, "contentType": "application/json"},
 "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}}}
"#,
        );
    }
}
