use crate::rules::http::{expected_body, requests};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// A GET, HEAD or TRACE request carries a body.
    ///
    /// HTTP gives such a body no meaning. Some clients drop it, some servers and proxies refuse
    /// or ignore it. A few interfaces, searches above all, are made that way on purpose.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "body": {"id": 1}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/", "body": {"id": 1}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 9.3.1.
    "get-request-body", "http", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in requests(cx.it) {
        let Some(body) = expected_body(cx, part) else { continue };
        // Without a method the core takes GET; that it is missing is what is wrong then.
        let Some(method) = part.method.map(|id| cx.node(id).to_text()) else { continue };
        if ["GET", "HEAD", "TRACE"].iter().any(|name| method.eq_ignore_ascii_case(name)) {
            let message = format!(
                "A body of a {} request means nothing in HTTP; some clients drop it and some servers refuse it",
                shorten(&method).to_ascii_uppercase()
            );
            out.report(body.key().unwrap_or(body).span(), message)
                .help("send it with POST or as query, unless the provider is made this way");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn ignores_what_is_as_good_as_nothing() {
        check(
            "get-request-body",
            r#"
{"description": "d", "request": {"method": "get", "body": "x"}, "response": {}}
                                                  ^^^^^^ info of a GET request
"#,
        );
        check(
            "get-request-body",
            r#"{"description": "d", "request": {"method": "GET", "body": {}}, "response": {}}"#,
        );
    }
}
