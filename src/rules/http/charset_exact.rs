use crate::diagnostic::Applicability;
use crate::model::{Role, header_name_eq};
use crate::rules::http::{header_is_ruled, headers, parts, values};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::quote;

rule! {
    /// A response must name its charset, though that seldom matters.
    ///
    /// Where a header is expected with a parameter, the official core refuses an answer that
    /// leaves the parameter out. JSON has no charset at all, and frameworks start and stop to add
    /// it from one release to the next. Without the parameter both forms are accepted.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json; charset=utf-8"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"Content-Type": "application/json"}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_parameter_header` in pact_matching, headers.rs; RFC 8259 section 11.
    "charset-exact", "http", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it).filter(|part| part.role == Role::Response) {
        for member in headers(cx, part) {
            let is_type = member.key.raw().len() == 14 && header_name_eq(&member.key.name(), "content-type");
            let Some(value) = member.value.filter(|_| is_type) else { continue };
            let Some(value) = values(value).next().filter(|v| v.is_string()) else { continue };
            let text = value.to_text();
            let Some((essence, at)) = charset(&text) else { continue };
            if header_is_ruled(part, "content-type") {
                continue;
            }
            out.report(
                value.span_within(at..text.len()),
                "A provider that leaves the charset out is refused, though it may well mean the same",
            )
            .help(format!("write '{essence}', which accepts both"))
            .fix(
                Applicability::Unsafe,
                format!("Use '{essence}': any charset, or none, is accepted"),
                vec![cx.editor().set(value, &quote(essence))],
            );
        }
    }
}

/// The media type before its only parameter, a charset, and where that begins.
fn charset(text: &str) -> Option<(&str, usize)> {
    let (essence, parameter) = text.split_once(';')?;
    let only = !parameter.contains(';');
    let name = parameter.trim_start();
    let charset = name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("charset="));
    (only && charset).then(|| (essence.trim_end(), text.len() - name.len()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn in_responses_without_a_rule() {
        check(
            "charset-exact",
            r#"
{"description": "d", "request": {"headers": {"Content-Type": "text/plain; charset=x"}}, "response": {"headers": {"content-type": ["text/plain;Charset=UTF-8"]}}}
                                                                                                                                              ^^^^^^^^^^^^^ info leaves the charset out
"#,
        );
        check(
            "charset-exact",
            r#"
{"description": "d", "request": {}, "response": {"headers": {"Content-Type": "a/b; charset=x; q=1"},
  "matchingRules": {"header": {"content-type": {"matchers": [{"match": "type"}]}}}}}
"#,
        );
    }
}
