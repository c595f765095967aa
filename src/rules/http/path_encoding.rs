use crate::diagnostic::{Applicability, Severity};
use crate::rules::http::{path_is_ruled, requests};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, quote};
use crate::text::shorten;

rule! {
    /// The path of a request is not as it stands in a URL.
    ///
    /// Clients encode blanks, braces, quotes, angle brackets and letters outside of ASCII before
    /// they send a path, and the official core compares what was sent with `path` as it is. So a
    /// path with such a character in it equals none. A `%` that does not start an encoded byte
    /// is no path at all, and `%25` before two hexadecimal digits was most likely encoded twice.
    ///
    /// Silent where a rule decides about the path. In files of pact-jvm, whose mock server
    /// decodes the path, it is advice only.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/tags/red shoes"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/tags/red%20shoes"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 3986 section 3.3; `match_path` in pact_matching, lib.rs.
    "path-encoding", "http", Warning, Recommended, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() {
        return;
    }
    for part in requests(cx.it) {
        let Some(node) = part.path.map(|id| cx.node(id)).filter(|node| node.is_string()) else { continue };
        let path = node.to_text();
        // What does not start with a slash or goes on with a query is wrong in another way.
        if !path.starts_with('/') || path.contains(['?', '#']) || path_is_ruled(part) {
            continue;
        }
        let Some((problem, start, end)) = problem(&path) else { continue };
        report(cx, node, &path, (problem, start, end), out);
    }
}

#[derive(Clone, Copy)]
enum Problem {
    Character,
    Template,
    Percent,
    Twice,
}

/// Whether every client encodes it in a path.
fn is_encoded(ch: char) -> bool {
    matches!(ch, ' ' | '"' | '<' | '>' | '`' | '{' | '}') || ch.is_control() || !ch.is_ascii()
}

/// The first thing that is wrong, and its bytes.
fn problem(path: &str) -> Option<(Problem, usize, usize)> {
    let bytes = path.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut twice = None;
    for (at, ch) in path.char_indices() {
        if ch == '{'
            && let Some(end) = path[at..].find('}')
        {
            return Some((Problem::Template, at, at + end + 1));
        }
        if is_encoded(ch) {
            return Some((Problem::Character, at, at + ch.len_utf8()));
        }
        if ch == '%' {
            if !hex(at + 1) || !hex(at + 2) {
                return Some((Problem::Percent, at, at + 1));
            }
            if &bytes[at + 1..at + 3] == b"25" && hex(at + 3) && hex(at + 4) {
                twice = twice.or(Some((Problem::Twice, at, at + 5)));
            }
        }
    }
    twice
}

fn report(
    cx: &InteractionCx<'_>,
    node: Cursor<'_>,
    path: &str,
    (problem, start, end): (Problem, usize, usize),
    out: &mut Sink<'_>,
) {
    let part = &path[start..end];
    let message = match problem {
        Problem::Template => format!(
            "'{}' in the path is a placeholder that nothing fills, so no request matches",
            shorten(part)
        ),
        Problem::Character => format!(
            "The path contains {}, which clients send as '{}'; the official core compares paths as sent, so none matches",
            name(part),
            encoded(part)
        ),
        Problem::Percent => {
            "'%' in a path starts an encoded byte; this one does not, so no client sends such a path"
                .to_owned()
        }
        Problem::Twice => {
            format!("'{part}' in the path looks encoded twice: it stands for the text '%{}'", &part[3..])
        }
    };
    let report = out.report(node.span_within(start..end), message);
    let report = match problem {
        Problem::Template => {
            report.help("write the path of one request, with a rule or a generator if it varies")
        }
        Problem::Percent => report.help("write %25 for a percent sign"),
        Problem::Twice => report.help(format!("write '%{}' if that is what clients send", &part[3..])),
        Problem::Character => {
            let whole = encoded(path);
            report.help(format!("write '{}'", shorten(&whole))).fix(
                Applicability::Unsafe,
                format!("Use '{}': requests can match from then on", shorten(&whole)),
                vec![cx.editor().set(node, &quote(&whole))],
            )
        }
    };
    let jvm = cx.facts.library.as_ref().is_some_and(|library| library.name == "pact-jvm");
    if jvm || matches!(problem, Problem::Twice) {
        report.at_most(Severity::Info);
    }
}

fn name(part: &str) -> String {
    match part {
        " " => "a blank".to_owned(),
        _ if part.chars().all(char::is_control) => "a control character".to_owned(),
        _ => format!("'{part}'"),
    }
}

/// `path` with what clients encode encoded.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for ch in path.chars() {
        if is_encoded(ch) {
            let mut buffer = [0; 4];
            for byte in ch.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(ch);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    fn path(path: &str, marks: &str) {
        let text =
            format!("{{\"description\": \"d\", \"request\": {{\"path\": \"{path}\"}}, \"response\": {{}}}}");
        let at = " ".repeat(42);
        check("path-encoding", &if marks.is_empty() { text } else { format!("{text}\n{at}{marks}\n") });
    }

    #[test]
    fn each_problem() {
        path("/a b", "  ^ warning a blank, which clients send as '%20'");
        path("/a/{id}/b", "   ^^^^ warning a placeholder");
        path("/a%2", "  ^ warning starts an encoded byte");
        path("/a%2520b", "  ^^^^^ info looks encoded twice");
        path("/a%20b/%25/(c);d=1,2/~e|f@g:h", "");
        path("a b", "");
        path("/a b?c", "");
    }

    #[test]
    fn a_rule_decides() {
        check(
            "path-encoding",
            r#"
{"description": "d", "request": {"path": "/a b", "matchingRules": {"path": {"matchers": [{"match": "type"}]}}}, "response": {}}
"#,
        );
    }
}
