use crate::model::{Role, header_name_eq};
use crate::rules::http::{headers, parts};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// A redirect is expected, but not where it leads to.
    ///
    /// The consumer follows `Location`. Without it the mock server redirects to nowhere, and a
    /// provider that redirects to the wrong place, or to none, is verified all the same.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 302}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 302, "headers": {"Location": "/login"}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 15.4.
    "redirect-without-location", "http", Info, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Response) {
        let Some(status) = part.status.map(|id| cx.node(id)) else { continue };
        if !matches!(status.as_u64(), Some(301 | 302 | 303 | 307 | 308)) {
            continue;
        }
        let mut headers = headers(cx, part);
        if !headers.any(|member| header_name_eq(&member.key.name(), "location")) {
            out.report(
                status.span(),
                format!(
                    "Status {} redirects, but no Location is expected, so any target passes, or none",
                    status.raw()
                ),
            )
            .help("expect the Location header, with a regex rule if a part of it varies");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn any_case_will_do() {
        check(
            "redirect-without-location",
            r#"
{"description": "d", "request": {}, "response": {"status": 301, "headers": {"X": "y"}}}
                                                           ^^^ info no Location
"#,
        );
        check(
            "redirect-without-location",
            r#"{"description": "d", "request": {}, "response": {"status": 301, "headers": {"LOCATION": "y"}}}"#,
        );
    }
}
