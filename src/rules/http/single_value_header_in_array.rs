use crate::diagnostic::Applicability;
use crate::model::header_name_eq;
use crate::rules::http::{header_is_ruled, headers, parts};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};

rule! {
    /// A header with a comma in its one value was split into several.
    ///
    /// Dates have a comma after the day of the week, and so have cookies that expire and the
    /// names of browsers. Some libraries take every comma for the end of a value. The official
    /// core gets the header in one piece and compares it with the first of the pieces, so it
    /// never matches.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/",
    ///   "headers": {"If-Modified-Since": ["Sun", "12 Mar 2023 01:21:35 GMT"]}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/",
    ///   "headers": {"If-Modified-Since": ["Sun, 12 Mar 2023 01:21:35 GMT"]}}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `SINGLE_VALUE_HEADERS` in pact_models, headers.rs; `match_header_maps` in pact_matching,
    /// headers.rs.
    "single-value-header-in-array", "http", Error, Recommended, Library, Check::Interaction(check)
}

/// Headers whose value may hold a comma that ends nothing.
const SINGLE: [&str; 9] = [
    "date",
    "accept-datetime",
    "if-modified-since",
    "if-unmodified-since",
    "expires",
    "retry-after",
    "last-modified",
    "set-cookie",
    "user-agent",
];

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in parts(cx.it) {
        for member in headers(cx, part) {
            let Some(list) = member.value.filter(|value| value.is_array()) else { continue };
            let name = member.key.name();
            if !SINGLE.iter().any(|single| header_name_eq(single, &name)) || header_is_ruled(part, &name) {
                continue;
            }
            let Some(whole) = joined(list) else { continue };
            out.report(
                list.span(),
                format!("'{name}' was split at a comma; the official core gets it in one piece, so it never matches"),
            )
            .help("write it as one value")
            .fix(
                Applicability::Unsafe,
                "Join the pieces: the header can match from then on",
                vec![cx.editor().set(list, &format!("[{}]", quote(&whole)))],
            );
        }
    }
}

/// The one value that the items are pieces of, if they are.
fn joined(list: Cursor<'_>) -> Option<String> {
    let mut out = String::new();
    let mut split = false;
    for (pieces, item) in list.elements().take(64).enumerate() {
        let text = item.as_str()?;
        if pieces > 0 {
            split |= ends_early(&out);
            out.push_str(", ");
        }
        out.push_str(&text);
    }
    split.then_some(out)
}

/// Whether a text ends with the day of the week of a date, or within brackets.
fn ends_early(text: &str) -> bool {
    const DAYS: [&str; 14] = [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let last = text.rsplit(|ch: char| !ch.is_ascii_alphabetic()).next().unwrap_or("");
    let open = text.matches('(').count() > text.matches(')').count();
    open || DAYS.iter().any(|day| day.eq_ignore_ascii_case(last))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn dates_cookies_and_browsers() {
        check(
            "single-value-header-in-array",
            r#"
{"description": "d", "request": {"headers": {"User-Agent": ["X (KHTML", "like Gecko)"]}}, "response": {
                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error split at a comma
  "headers": {"Set-Cookie": ["a=1; Expires=Sun", "12 Mar 2023 01:21:35 GMT"], "set-cookie": ["a=1", "b=2"]}}}
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error
"#,
        );
        check(
            "single-value-header-in-array",
            r#"
{"description": "d", "request": {"headers": {"Date": ["Sun, 12 Mar 2023 01:21:35 GMT"], "X": ["Sun", "Mon"]}}, "response": {}}
"#,
        );
    }
}
