use crate::model::{ContentType, Part, Role, header_name_eq};
use crate::rules::http::{header_is_ruled, parts, values};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::shorten;

rule! {
    /// The response has a content type that the request does not accept.
    ///
    /// A provider that heeds `Accept` answers 406, or with another type than the contract says.
    /// One of the two headers was most likely copied from somewhere else.
    ///
    /// Only successful responses count. `application/json` and any `+json` type pass for each
    /// other, likewise with XML. Silent where a rule decides about either header.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"Accept": "application/xml"}},
    ///  "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"Accept": "text/html, */*;q=0.1"}},
    ///  "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 12.5.1.
    "accept-mismatch", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    let of = |role: Role| parts(cx.it).find(|part| part.role == role);
    let (Some(request), Some(response)) = (of(Role::Request), of(Role::Response)) else { return };
    let Some(accept) = header(cx, request, "accept") else { return };
    let Some(given) = header(cx, response, "content-type") else { return };
    let status = response.status.and_then(|id| cx.node(id).as_u64()).unwrap_or(200);
    if !(200..=299).contains(&status) {
        return;
    }
    let Some(given) = values(given).next() else { return };
    let Some(given_type) = ContentType::parse(&given.to_text()) else { return };
    let mut any = false;
    for value in values(accept) {
        for range in value.to_text().split(',') {
            // What is no media type may mean anything.
            let Some(range) = ContentType::parse(range) else { return };
            if accepts(&range, &given_type) {
                return;
            }
            any = true;
        }
    }
    if any {
        let message = format!(
            "The request does not accept '{}': a provider that heeds its Accept header answers otherwise",
            shorten(&given_type.to_string())
        );
        out.report(given.span(), message)
            .label(accept.span(), "what the request accepts")
            .help("correct whichever of the two headers is wrong");
    }
}

/// The value of a header that no rule decides about.
fn header<'a>(cx: &InteractionCx<'a>, part: &Part, name: &str) -> Option<Cursor<'a>> {
    let headers = cx.node(part.headers?);
    let member = headers.members().find(|member| header_name_eq(&member.key.name(), name))?;
    member.value.filter(|_| !header_is_ruled(part, name))
}

fn accepts(range: &ContentType, given: &ContentType) -> bool {
    if range.main == "*" || range.sub == "*" && range.main == given.main {
        return true;
    }
    let base = |ct: &ContentType| ct.suffix.clone().unwrap_or_else(|| ct.sub.clone());
    let same = range.main == given.main && range.sub == given.sub && range.suffix == given.suffix;
    same || range.main == given.main && base(range) == base(given) || is_xml(range) && is_xml(given)
}

fn is_xml(ct: &ContentType) -> bool {
    ct.sub == "xml" || ct.suffix.as_deref() == Some("xml") || ct.sub == "xhtml"
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn ranges_and_relatives() {
        let with = |accept: &str, given: &str, status: u16, marks: &str| {
            check(
                "accept-mismatch",
                &format!(
                    "{{\"description\": \"d\", \"request\": {{\"headers\": {{\"accept\": {accept}}}}}, \"response\": {{\"status\": {status}, \"headers\": {{\"content-type\":\n{given}\n{marks}\n}}}}}}"
                ),
            );
        };
        with(
            "\"text/html, application/xml\"",
            "\"application/json\"",
            200,
            "^^^^^^^^^^^^^^^^^^ warning does not accept",
        );
        with("[\"text/html\", \"application/xml\"]", "[\"text/plain\"]", 201, " ^^^^^^^^^^^^ warning");
        with("\"text/html\"", "\"application/json\"", 404, "");
        with("\"application/*\"", "\"application/json\"", 200, "");
        with("\"application/json\"", "\"application/hal+json;charset=utf-8\"", 200, "");
        with("\"application/vnd.a.v1+json\"", "\"application/json\"", 200, "");
        with("\"json\"", "\"text/plain\"", 200, "");
        with("\"\"", "\"text/plain\"", 200, "");
    }
}
