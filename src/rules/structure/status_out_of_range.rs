use crate::diagnostic::Severity;
use crate::model::{Category, InteractionKind, Part, Role};
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// The status of a response is no HTTP status.
    ///
    /// Statuses go from 100 to 599. No server can answer with less than 100 or more than 999, so
    /// the interaction can never be verified, and the official core cuts numbers over 65535 to
    /// another status without a word. A status that a matching rule or a generator stands in for
    /// may be any number.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 20}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 15; `Response::from_json` in pact_models, response.rs.
    "status-out-of-range", "structure", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || !matches!(cx.it.kind, InteractionKind::Http | InteractionKind::Untyped) {
        return;
    }
    for part in cx.it.parts.iter().filter(|part| part.role == Role::Response) {
        let Some(status) = part.status.map(|id| cx.node(id)) else { continue };
        let Some(number) = status.as_u64().filter(|number| !(100..=599).contains(number)) else { continue };
        if number > u64::from(u16::MAX) {
            let message =
                format!("The status {number} is too large: the official core reads it as {}", number as u16);
            out.report(status.span(), message).help("write a status from 100 to 599");
        } else if !stood_in_for(cx, part) {
            let seldom = (600..=999).contains(&number);
            let message = if seldom {
                format!("{number} is no HTTP status; a provider that answers it breaks clients and proxies")
            } else {
                format!("{number} is no HTTP status: no provider can answer it, so verification always fails")
            };
            let report = out.report(status.span(), message).help("write a status from 100 to 599");
            if seldom {
                report.at_most(Severity::Warning);
            }
        }
    }
}

/// Whether the number is only an example, or replaced before it is used.
fn stood_in_for(cx: &InteractionCx<'_>, part: &Part) -> bool {
    let mut groups = part.rules.iter().flat_map(|rules| &rules.groups);
    let generators = part.generators.iter().flat_map(|block| &block.categories);
    groups.any(|group| group.category == Category::Status && group.is_live())
        || generators.map(|key| cx.node(*key)).any(|key| key.name().eq_ignore_ascii_case("status"))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn ranges() {
        let with = |line: &str, marks: &str| {
            check(
                "status-out-of-range",
                &format!("{{\"description\": \"d\", \"response\": {{\n{line}\n{marks}\n}}}}"),
            );
        };
        with(r#""status": 99"#, "          ^^ error 99 is no HTTP status: no provider");
        with(r#""status": 1000"#, "          ^^^^ error no provider");
        with(r#""status": 999"#, "          ^^^ warning 999 is no HTTP status");
        with(r#""status": 99999"#, "          ^^^^^ error reads it as 34463");
        with(r#""status": 100"#, "");
        with(r#""status": 599"#, "");
        with(
            r#""status": 0, "matchingRules": {"status": {"matchers": [{"match": "statusCode", "status": "error"}]}}"#,
            "",
        );
        with(r#""status": 0, "generators": {"status": {"type": "RandomInt"}}"#, "");
        with(
            r#""status": 70000, "generators": {"status": {"type": "RandomInt"}}"#,
            "          ^^^^^ error too large",
        );
    }
}
