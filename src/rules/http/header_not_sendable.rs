use crate::model::is_header_name;
use crate::rules::http::{headers, is_generated, parts, values};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::shorten;

rule! {
    /// A header has a name or a value that HTTP does not allow.
    ///
    /// Names are made of letters, digits and a few signs; values have no line breaks and no other
    /// control characters. Clients and servers refuse to send anything else, so the mock server
    /// cannot answer with such a header, no consumer sends it, and no provider returns it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"Accept:": "text/html"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/", "headers": {"Accept": "text/html"}},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 9110 sections 5.1 and 5.5.
    "header-not-sendable", "http", Error, Minimal, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.has_plugins() {
        return;
    }
    for part in parts(cx.it) {
        for member in headers(cx, part) {
            let name = member.key.name();
            if !is_header_name(&name) {
                bad_name(member.key, &name, out);
                continue;
            }
            // A control character can only be written as an escape.
            let escaped =
                member.value.into_iter().flat_map(values).filter(|value| value.raw().contains('\\'));
            for value in escaped.filter(|value| value.is_string()) {
                let text = value.to_text();
                // Blanks around a value do not count, to HTTP as to the core.
                let trimmed = text.trim_end();
                let Some((at, ch)) = trimmed
                    .char_indices()
                    .skip_while(|(_, ch)| ch.is_whitespace())
                    .find(|(_, ch)| is_forbidden(*ch))
                else {
                    continue;
                };
                if is_generated(cx, part, &name) {
                    continue;
                }
                let what = if matches!(ch, '\r' | '\n') { "a line break" } else { "a control character" };
                out.report(
                    value.span_within(at..at + ch.len_utf8()),
                    format!(
                        "The value of '{}' contains {what}, which no header can carry: nothing can send it",
                        shorten(&name)
                    ),
                )
                .help("write the value on one line");
            }
        }
    }
}

fn bad_name(key: Cursor<'_>, name: &str, out: &mut Sink<'_>) {
    let message = match name {
        "" => "A header without a name cannot be sent, so nothing matches".to_owned(),
        _ => format!(
            "'{}' is no name of a header in HTTP: nothing can send it, so nothing matches",
            shorten(name)
        ),
    };
    let trimmed = name.trim_matches(|ch: char| ch == ':' || ch.is_whitespace());
    let report = out.report(key.span(), message);
    if is_header_name(trimmed) {
        report.help(format!("write '{}'", shorten(trimmed)));
    } else {
        report.help("use letters, digits and '-'");
    }
}

fn is_forbidden(ch: char) -> bool {
    ch.is_ascii_control() && ch != '\t'
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn names_and_values() {
        check(
            "header-not-sendable",
            r#"
{"description": "d", "request": {"headers": {"X A": "1", "X-B": ["a\tb", "a\nb"], "X-C": "a\n"}},
                                             ^^^^^ error no name of a header
                                                                           ^^ error a line break
 "response": {"headers": {"Content-Type ": "x", "X-D": "\u0000"}}}
                          ^^^^^^^^^^^^^^^ error 'Content-Type '
                                                        ^^^^^^ error a control character
"#,
        );
    }
}
