use crate::diagnostic::Applicability;
use crate::rules::http::requests;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::{nearest, shorten};

rule! {
    /// The method of a request is no registered HTTP method.
    ///
    /// Any word is a method to HTTP and to the official core, so a slip is only seen when the
    /// mock server refuses the request of the consumer. Upper and lower case do not matter to the
    /// core.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GETT", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "get", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// IANA, Hypertext Transfer Protocol (HTTP) Method Registry; `match_method` in pact_matching,
    /// lib.rs.
    "unknown-http-method", "http", Warning, Recommended, Test, Check::Interaction(check)
}

/// The common ones first; `PURGE` is not registered, but caches know it.
const METHODS: [&str; 42] = [
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "ORDERPATCH",
    "PRI",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
    "BAN",
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in requests(cx.it) {
        let Some(node) = part.method.map(|id| cx.node(id)).filter(|node| node.is_string()) else { continue };
        let method = node.to_text();
        if METHODS.iter().any(|known| known.eq_ignore_ascii_case(&method)) {
            continue;
        }
        let message = format!(
            "'{}' is no registered HTTP method, so a request with the right one is refused",
            shorten(&method)
        );
        let report = out.report(node.span(), message);
        match nearest(&method, METHODS) {
            Some(meant) => {
                let edits = vec![cx.editor().set(node, &quote(meant))];
                let title = format!("Use '{meant}': matches other requests");
                report.help(format!("did you mean '{meant}'?")).fix(Applicability::Unsafe, title, edits);
            }
            None => {
                report.help("use a method that clients and servers know");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn slips() {
        check(
            "unknown-http-method",
            r#"
{"description": "d", "request": {"method": "PSOT", "path": "/"}, "response": {"status": 200}}
                                           ^^^^^^ warning 'PSOT' is no registered
"#,
        );
        for fine in ["post", "PROPFIND", "QUERY"] {
            let text =
                format!(r#"{{"description": "d", "request": {{"method": "{fine}"}}, "response": {{}}}}"#);
            check("unknown-http-method", &text);
        }
    }
}
