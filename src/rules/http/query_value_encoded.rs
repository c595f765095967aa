use crate::diagnostic::Applicability;
use crate::model::{Category, RuledNames, Version, decoded};
use crate::rules::http::{generated_names, parameters, requests, values};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::shorten;

rule! {
    /// A query parameter of a V3 or V4 pact is percent-encoded.
    ///
    /// Before V3 the query was a piece of the URL, encoded. From V3 on it is a map of plain names
    /// and values: the official core decodes the actual query before it compares, and encodes the
    /// expected one before it sends it. A value with `%20` in it means just that, three
    /// characters, and no blank.
    ///
    /// Silent for a parameter with a rule or a generator.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": {"q": ["red%20shoes"]}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": {"q": ["red shoes"]}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V3, "Query strings are stored as a map"; `v3_query_from_json` and
    /// `parse_query_string` in pact_models, query_strings.rs.
    "query-value-encoded", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.version() < Version::V3 {
        return;
    }
    for part in requests(cx.it) {
        let (mut ruled, mut generated) = (None, None);
        for member in parameters(cx, part) {
            let name = member.key.name();
            let mut is_free = || {
                let ruled = ruled.get_or_insert_with(|| RuledNames::of(part, Category::Query));
                let generated = generated.get_or_insert_with(|| generated_names(cx, part));
                !ruled.has(&name) && !generated.contains(&name.to_ascii_lowercase())
            };
            if is_encoded(&name) && is_free() {
                report(cx, member.key, &name, "name", out);
            }
            let encoded = member.value.into_iter().flat_map(values).filter(|value| value.is_string());
            for value in encoded.filter(|value| value.raw().contains('%')) {
                let text = value.to_text();
                if is_encoded(&text) && is_free() {
                    report(cx, value, &text, "value", out);
                }
            }
        }
    }
}

fn report(cx: &InteractionCx<'_>, node: Cursor<'_>, text: &str, what: &str, out: &mut Sink<'_>) {
    // A plus means itself here, unlike in what `decoded` reads.
    let plain = decoded(&text.replace('+', "%2B")).into_owned();
    let message = format!(
        "This {what} is percent-encoded, but from V3 on it is not decoded: '{}' does not match it",
        shorten(&plain)
    );
    out.report(node.span(), message).help(format!("write '{}'", shorten(&plain))).fix(
        Applicability::Unsafe,
        format!("Use '{}': matches other requests", shorten(&plain)),
        vec![cx.editor().set(node, &quote(&plain))],
    );
}

/// Whether each `%` starts an encoded byte, and there is one, and all of it decodes.
fn is_encoded(text: &str) -> bool {
    let mut rest = text.split('%');
    let plain = rest.next().is_none_or(str::is_ascii);
    let hex = |piece: &str| {
        piece.len() >= 2 && piece.is_ascii() && piece.bytes().take(2).all(|b| b.is_ascii_hexdigit())
    };
    plain && text.contains('%') && rest.all(hex) && !text.contains([' ', '&']) && decoded(text) != text
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn names_and_values() {
        check(
            "query-value-encoded",
            r#"
{"description": "d", "request": {"query": {"a%5B%5D": ["x"], "b": ["100%", "50% off%20", "%C3%A9"], "c": "a%2Bb+c", "d": ["%20"]},
                                           ^^^^^^^^^ warning This name is percent-encoded
                                                                                         ^^^^^^^^ warning 'é' does not match
                                                                                                         ^^^^^^^^^ warning 'a+b+c'
  "matchingRules": {"query": {"d": {"matchers": [{"match": "type"}]}}}}, "response": {}}
"#,
        );
        check(
            "query-value-encoded",
            r#"@v2
{"description": "d", "request": {"query": "a=b%20c"}, "response": {}}
"#,
        );
    }
}
