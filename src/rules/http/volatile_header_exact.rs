use crate::diagnostic::Applicability;
use crate::model::{Category, Part, Role, header_name_eq, ruled_names};
use crate::rules::http::{parts, requests, values};
use crate::rules::{Check, InteractionCx, OptionKind, RuleOption, Sink, rule};
use crate::syntax::Cursor;
use crate::text::Span;

rule! {
    /// A response expects the exact value of a header that changes with every response.
    ///
    /// The time, the server's name and version, ids of requests, cookies and what the connection
    /// adds differ from response to response and from machine to machine. Without a rule they are
    /// compared by equality, so the verification fails for reasons that are not in the contract.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Content-Type": "text/plain"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "text/plain"}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 and RFC 9111; `match_header_value` in pact_matching, headers.rs.
    "volatile-header-exact", "http", Warning, Recommended, Test, Check::Interaction(check), [HEADERS]
}

static HEADERS: RuleOption = RuleOption {
    rule: "volatile-header-exact",
    name: "headers",
    kind: OptionKind::Texts,
    doc: "further headers that change with every response",
};

const VOLATILE: [&str; 13] = [
    "Date",
    "ETag",
    "Last-Modified",
    "Expires",
    "Age",
    "Set-Cookie",
    "Server",
    "Via",
    "X-Request-Id",
    "traceparent",
    "Content-Length",
    "Connection",
    "Transfer-Encoding",
];

/// Headers about the connection, which say nothing of the response.
const OF_CONNECTION: [&str; 4] = ["connection", "transfer-encoding", "via", "server"];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Response) {
        let Some(headers) = part.headers.map(|id| cx.node(id)) else { continue };
        let exact = headers.members().map(|m| m.key).filter(|key| is_volatile(cx, part, *key));
        let mut exact = exact.take(VOLATILE.len());
        let Some(first) = exact.next() else { continue };
        let rest: Vec<Cursor<'_>> = exact.collect();
        let message = match rest.len() {
            0 if OF_CONNECTION.iter().any(|name| header_name_eq(name, &first.name())) => format!(
                "'{}' is set by servers and proxies on the way, but its exact value is expected",
                first.name()
            ),
            0 => format!(
                "'{}' changes from response to response, but its exact value is expected",
                first.name()
            ),
            1 => format!(
                "'{}' and another header change from response to response, but exact values are expected",
                first.name()
            ),
            n => format!(
                "'{}' and {n} other headers change from response to response, but exact values are expected",
                first.name()
            ),
        };
        let mut report = out.report(first.span(), message).help("leave it out, or give it a regex rule");
        for key in &rest {
            report = report.label(key.span(), "this one too");
        }
        if rest.is_empty() {
            let title = format!("Remove '{}': any value, or none, is accepted", first.name());
            report.fix(Applicability::Unsafe, title, vec![cx.editor().remove(first)]);
        }
    }
}

fn is_volatile(cx: &InteractionCx<'_>, part: &Part, key: Cursor<'_>) -> bool {
    let Span { start, end } = key.span();
    let further = cx.options.texts(&HEADERS);
    if further.is_empty() && !(5..=19).contains(&(end - start)) {
        return false;
    }
    let name = key.name();
    let mut volatile = VOLATILE.into_iter().chain(further.iter().map(String::as_str));
    let Some(known) = volatile.find(|known| header_name_eq(known, &name)) else { return false };
    // These say "never", and that does not change.
    let value = key
        .value()
        .map(|value| if value.is_array() { value.elements().next().unwrap_or(value) } else { value });
    let constant = value.is_none_or(|value| matches!(&*value.to_text(), "" | "0" | "-1" | "[]"));
    if constant && matches!(known, "Expires" | "Age" | "Content-Length") {
        return false;
    }
    // Of a secret it is told that it needs a made-up value and a rule; and the answer to a
    // conditional request repeats its tag.
    let secret = value.is_some_and(|value| {
        let from = cx.secrets.partition_point(|secret| secret.span.start < value.span().start);
        cx.secrets[from..].iter().take_while(|s| s.span.end <= value.span().end).any(|secret| secret.told)
    });
    if secret || known == "ETag" && value.is_some_and(|value| is_asked_for(cx, &value.to_text())) {
        return false;
    }
    let generated = part
        .generators
        .iter()
        .flat_map(|block| &block.generators)
        .any(|generator| generator.key.is_some_and(|key| header_name_eq(&cx.node(key).name(), &name)));
    !generated && !ruled_names(part, Category::Header).any(|ruled| header_name_eq(ruled, &name))
}

/// Whether the request asks about this very tag (If-None-Match, If-Match).
fn is_asked_for(cx: &InteractionCx<'_>, tag: &str) -> bool {
    let headers = requests(cx.it).filter_map(|part| part.headers).flat_map(|id| cx.node(id).members());
    let mut conditions = headers.filter(|member| {
        let name = member.key.name();
        header_name_eq(&name, "if-none-match") || header_name_eq(&name, "if-match")
    });
    conditions.any(|member| {
        let mut tags = member.value.into_iter().flat_map(values);
        tags.any(|value| value.to_text().contains(tag))
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_finding_a_response() {
        check(
            "volatile-header-exact",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"Date": "now"}}, "response": {"status": 200,
  "headers": {"X": "1", "etag": "\"abc\"", "Server": "nginx", "Via": "1.1 x", "Expires": "0", "Age": "1", "Date": "x"},
                        ^^^^^^ warning 'etag' and 2 other headers
  "matchingRules": {"header": {"date": {"matchers": [{"match": "regex", "regex": ".*"}]}}},
  "generators": {"header": {"Age": {"type": "RandomInt"}}}}}
"#,
        );
    }

    #[test]
    fn the_tag_that_the_request_asks_about() {
        check(
            "volatile-header-exact",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"If-None-Match": "\"abc\""}}, "response": {"status": 304,
  "headers": {"ETag": "\"abc\""}}}
"#,
        );
    }
}
