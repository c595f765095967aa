use crate::model::{Role, header_name_eq};
use crate::rules::http::{header_is_ruled, headers, is_generated, parts, values};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A request expects the exact value of a header that the HTTP client fills in.
    ///
    /// These headers come from the library that sends the request, not from the consumer's code,
    /// and change when that is updated, or, like the port in `Host`, from run to run. The
    /// provider seldom looks at them.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"User-Agent": "okhttp/4.9.1"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"Accept": "text/html"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110; `match_header_value` in pact_matching, headers.rs.
    "client-header-exact", "http", Info, Strict, Test, Check::Interaction(check)
}

const BY_CLIENT: [&str; 8] = [
    "Host",
    "User-Agent",
    "Connection",
    "Content-Length",
    "Accept-Encoding",
    "Transfer-Encoding",
    "Date",
    "traceparent",
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Request) {
        for member in headers(cx, part) {
            let name = member.key.name();
            let Some(known) = BY_CLIENT.iter().find(|known| header_name_eq(known, &name)) else { continue };
            let zero = |value: crate::syntax::Cursor<'_>| matches!(&*value.to_text(), "" | "0");
            let constant = *known == "Content-Length" && member.value.into_iter().flat_map(values).all(zero);
            if constant || header_is_ruled(part, &name) || is_generated(cx, part, &name) {
                continue;
            }
            out.report(
                member.key.span(),
                format!("'{name}' is filled in by the HTTP client, so the next version of it fails the consumer test"),
            )
            .help("leave it out, or give it a rule");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn only_in_requests_without_a_rule() {
        check(
            "client-header-exact",
            r#"
{"description": "d", "request": {"headers": {"host": "localhost:8080", "Content-Length": "0", "user-agent": "x"},
                                             ^^^^^^ info 'host' is filled in
   "matchingRules": {"header": {"User-Agent": {"matchers": [{"match": "type"}]}}}},
 "response": {"headers": {"Connection": "close"}}}
"#,
        );
    }
}
