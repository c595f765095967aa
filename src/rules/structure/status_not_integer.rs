use crate::diagnostic::Applicability;
use crate::model::{InteractionKind, Role};
use crate::rules::structure::grammar::{head, shown};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;

rule! {
    /// The status of a response is not a whole number.
    ///
    /// The official core reads the status without looking: a text, `null`, a negative number or
    /// one with a decimal point, even `200.0`, ends the process with a panic instead of a message.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": "200"}}
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
    /// `Response::from_json` in pact_models, response.rs; `HttpResponse::from_json`,
    /// v4/http_parts.rs.
    "status-not-integer", "structure", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || !matches!(cx.it.kind, InteractionKind::Http | InteractionKind::Untyped) {
        return;
    }
    let responses = cx.it.parts.iter().filter(|part| part.role == Role::Response);
    for status in responses.filter_map(|part| part.status).map(|id| cx.node(id)) {
        // What serde_json takes for u64 is exactly a number of digits alone.
        if status.as_u64().is_some() {
            continue;
        }
        let message =
            format!("The status {} is not a whole number: the official core panics on it", shown(status));
        let report = out.report(head(status), message);
        match meant(status) {
            Some(number) => report.help(format!("write {number}")).fix(
                Applicability::Safe,
                format!("Write the status as {number}"),
                vec![cx.editor().set(status, &number.to_string())],
            ),
            None => report
                .help("write a number such as 200, without quotes or decimal point; leave it out for 200"),
        };
    }
}

/// The status that a text or a decimal number stands for.
fn meant(status: Cursor<'_>) -> Option<u16> {
    let number = match status.as_str() {
        Some(text) => text.trim().parse().ok()?,
        None => status.as_f64()?,
    };
    (number.fract() == 0.0 && (100.0..600.0).contains(&number)).then_some(number as u16)
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, findings, pact};

    #[test]
    fn what_the_core_panics_on() {
        let rule = "status-not-integer";
        let with = |status: &str| {
            pact(
                &format!(r#"{{"description": "d", "request": {{}}, "response": {{"status": {status}}}}}"#),
                "v3",
            )
        };
        for status in
            ["\"200\"", "200.0", "200.5", "2e2", "-1", "null", "true", "[200]", "99999999999999999999"]
        {
            assert_eq!(findings(rule, &with(status)).len(), 1, "{status}");
        }
        for status in ["200", "0", "99999"] {
            assert_eq!(findings(rule, &with(status)), [], "{status}");
        }
        for status in ["\"201\"", "201.0", "2.01e2"] {
            assert_eq!(fixed(rule, &with(status)), with("201"));
        }
        check(
            rule,
            "{\"description\": \"d\", \"response\": {\"status\": 2.5}}\n                                            ^^^ error The status 2.5 is not a whole number",
        );
        check(rule, "{\"description\": \"d\", \"response\": {}}");
    }
}
