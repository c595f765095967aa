use rustc_hash::FxHashMap;

use crate::diagnostic::Severity;
use crate::rules::http::parts;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::shorten;

rule! {
    /// A header is there twice, in different case.
    ///
    /// Names of headers are one name whatever their case. The official core keeps both entries
    /// and compares each with the same actual header, so unless the values are equal one of them
    /// always fails. Equal values are only a warning.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "headers": {"X-Total": "1", "x-total": "2"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///   "response": {"status": 200, "headers": {"X-Total": ["1", "2"]}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 section 5.1; `match_header_maps` in pact_matching, headers.rs.
    "duplicate-header", "http", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for headers in parts(cx.it).filter_map(|part| part.headers) {
        let headers = cx.node(headers);
        if headers.members().count() <= 32 {
            few(headers, out);
        } else {
            many(headers, out);
        }
    }
}

/// Compares each with each, which needs no memory.
fn few(headers: Cursor<'_>, out: &mut Sink<'_>) {
    for (index, later) in headers.members().enumerate().skip(1) {
        let name = later.key.name();
        let same = |key: &Cursor<'_>| {
            key.raw().len() == later.key.raw().len() && key.name().eq_ignore_ascii_case(&name)
        };
        let earlier = headers.members().take(index).map(|m| m.key).find(same);
        if let Some(earlier) = earlier.filter(|key| key.name() != name) {
            report(earlier, later.key, out);
        }
    }
}

fn many(headers: Cursor<'_>, out: &mut Sink<'_>) {
    let mut seen: FxHashMap<String, Cursor<'_>> = FxHashMap::default();
    for member in headers.members() {
        let earlier = *seen.entry(member.key.name().to_ascii_lowercase()).or_insert(member.key);
        if earlier.name() != member.key.name() {
            report(earlier, member.key, out);
        }
    }
}

fn report(earlier: Cursor<'_>, later: Cursor<'_>, out: &mut Sink<'_>) {
    let raw = |key: Cursor<'_>| key.value().map(|value| value.raw().to_owned());
    let name = later.name();
    let equal = raw(earlier) == raw(later);
    let message = if equal {
        format!("The header '{}' is there twice, in different case", shorten(&name))
    } else {
        format!(
            "The header '{}' is there twice; the official core compares one actual header with both, so one fails",
            shorten(&name)
        )
    };
    let report = out
        .report(later.span(), message)
        .label(earlier.span(), "the first one")
        .help("keep one; several values of a header stand in one entry");
    if equal {
        report.at_most(Severity::Warning);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn ignores_case() {
        check(
            "duplicate-header",
            r#"
{"description": "d", "request": {"path": "/", "headers": {"A": "1", "B": "2", "a": "1"}},
                                                                              ^^^ warning 'a' is there twice
 "response": {"status": 200, "headers": {"A": "1", "Ab": "2"}}}
"#,
        );
    }

    #[test]
    fn also_among_many() {
        let headers: Vec<String> = (0..40).map(|i| format!("\"X-{i}\": \"v\"")).collect();
        let line = format!(
            r#"{{"description": "d", "request": {{"headers": {{{}, "x-7": "w"}}}}, "response": {{}}}}"#,
            headers.join(", ")
        );
        let at = line.find("\"x-7\"").expect("it is there");
        check("duplicate-header", &format!("{line}\n{}^^^^^ error\n", " ".repeat(at)));
    }
}
