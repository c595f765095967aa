use crate::diagnostic::Applicability;
use crate::rules::http::{path_is_ruled, requests};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;
use crate::text::shorten;

rule! {
    /// The path of a request does not start with a slash.
    ///
    /// The path of every request over HTTP starts with `/`, and the official core compares the
    /// two as they are, so the mock server refuses every request. A verifier joins address and
    /// path and asks for a host of another name.
    ///
    /// Silent where a rule decides about the path.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "users/1"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/users/1"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9112 section 3.2.1; `match_path` in pact_matching, lib.rs.
    "path-not-absolute", "http", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in requests(cx.it) {
        let Some(node) = part.path.map(|id| cx.node(id)).filter(|node| node.is_string()) else { continue };
        let path = node.to_text();
        // `OPTIONS *` is the one request without a slash.
        if path.starts_with('/') || &*path == "*" || path_is_ruled(part) {
            continue;
        }
        let message = match &*path {
            "" => {
                "The path is empty; the path of a request is at least '/', so no request matches".to_owned()
            }
            _ => format!("The path '{}' does not start with '/', so no request matches", shorten(&path)),
        };
        let report = out.report(node.span(), message);
        if path.contains("://") {
            report.help("leave scheme and host out: the path starts after them");
            continue;
        }
        let absolute = format!("/{path}");
        let title = format!("Use '{}': requests can match from then on", shorten(&absolute));
        report.help(format!("write '{}'", shorten(&absolute))).fix(
            Applicability::Unsafe,
            title,
            vec![cx.editor().set(node, &quote(&absolute))],
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn relative_empty_and_full() {
        let text = |path: &str, marks: &str| {
            format!(
                "{{\"description\": \"d\", \"request\": {{\"path\": \"{path}\"}}, \"response\": {{\"status\": 200}}}}\n{marks}\n"
            )
        };
        let at = " ".repeat(41);
        check("path-not-absolute", &text("a", &format!("{at}^^^ error 'a' does not start")));
        check("path-not-absolute", &text("", &format!("{at}^^ error is empty")));
        check("path-not-absolute", &text("http://h/a", &format!("{at}^^^^^^^^^^^^ error")));
        check("path-not-absolute", &text("/", ""));
        check("path-not-absolute", &text("*", ""));
    }

    #[test]
    fn a_rule_decides() {
        check(
            "path-not-absolute",
            r#"@v2
{"description": "d", "request": {"path": "a", "matchingRules": {"$.path": {"match": "regex", "regex": ".*"}}},
 "response": {"status": 200}}
"#,
        );
    }
}
