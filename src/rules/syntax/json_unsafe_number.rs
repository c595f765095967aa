use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::shorten;

rule! {
    /// A number in an example is too large or too exact for JavaScript-based tools.
    ///
    /// Tools written in JavaScript keep every number as a double: of a whole number over 2^53
    /// they keep about sixteen digits and make up the rest. The example that the consumer test
    /// sees is then not the one in the pact, and a writer that reads the file puts the changed
    /// number back.
    ///
    /// Fractions count only if they have more than 17 digits, which no double has.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 12345678901234567890}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"id": 1234567890}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 8259 section 6: integers beyond 2^53 are not interoperable.
    "json-unsafe-number", "syntax", Warning, Recommended, Test, Check::Interaction(check)
}

/// Numbers of fewer bytes always survive: 15 digits do.
const HARMLESS: u32 = 16;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in &cx.it.parts {
        let body = part.body.as_ref().and_then(|body| body.json());
        for root in [body, part.metadata].into_iter().flatten() {
            look(cx.node(root), out);
        }
    }
    for params in cx.it.states.iter().filter_map(|state| state.params) {
        look(cx.node(params), out);
    }
}

fn look(root: Cursor<'_>, out: &mut Sink<'_>) {
    for id in root.subtree() {
        let node = root.at(NodeId(id));
        if node.kind() != Kind::Number || node.span().len() < HARMLESS {
            continue;
        }
        let Some(kept) = changed(node.raw()) else { continue };
        let raw = shorten(node.raw());
        let message = if kept.is_infinite() {
            format!("{raw} is beyond every double; the official core refuses the file because of it")
        } else {
            format!("JavaScript-based tools cannot keep {raw} and read {kept} instead")
        };
        out.report(node.span(), message).help("use a smaller number, as it is only an example");
    }
}

/// What a double makes of a number, if that is not the number.
fn changed(raw: &str) -> Option<f64> {
    let value: f64 = raw.parse().ok()?;
    let digits = |text: &str| -> String {
        let mantissa = text.split(['e', 'E']).next().unwrap_or("");
        let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        all.trim_start_matches('0').trim_end_matches('0').to_owned()
    };
    if value.is_infinite() {
        return Some(value);
    }
    if !raw.contains(['.', 'e', 'E']) {
        let exact: i128 = raw.parse().ok()?;
        return (value as i128 != exact).then_some(value);
    }
    let written = digits(raw);
    (written.len() > 17 && written != digits(&format!("{value:e}"))).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::changed;
    use crate::rules::testing::check;

    #[test]
    fn only_numbers_that_change() {
        for fine in [
            "9007199254740992",
            "9007199254740994",
            "-9007199254740991",
            "10000000000000000000",
            "1607421600.123456",
        ] {
            assert_eq!(changed(fine), None, "{fine}");
        }
        for fine in ["0.30000000000000004", "1.7976931348623157e308", "100.00000000000000000000"] {
            assert_eq!(changed(fine), None, "{fine}");
        }
        for wrong in ["9007199254740993", "12345678901234567890", "0.123456789012345678901", "1e400"] {
            assert!(changed(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn in_bodies_params_and_metadata() {
        check(
            "json-unsafe-number",
            r#"
{"description": "d", "providerStates": [{"name": "s", "params": {"id": 9007199254740993}}],
                                                                       ^^^^^^^^^^^^^^^^ warning read 9007199254740992
  "request": {"path": "/"}, "response": {"status": 200, "body": [12345678901234567, 1234567890123456]}}
                                                                 ^^^^^^^^^^^^^^^^^ warning
"#,
        );
    }
}
