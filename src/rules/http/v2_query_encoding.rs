use crate::model::Version;
use crate::rules::http::requests;
use crate::rules::{Check, InteractionCx, Sink, rule};

rule! {
    /// The query text of a V1 or V2 pact is not encoded as every tool reads it.
    ///
    /// Before V3 the query is the text of the URL. A `+` is a blank to some tools and a plus to
    /// others; blanks and letters outside of ASCII do not occur in a URL at all.
    ///
    /// ## Invalid
    ///
    /// ```json v2
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": "q=red+shoes"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v2
    /// {"description": "d", "request": {"method": "GET", "path": "/", "query": "q=red%20shoes"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// `decode_query` in pact_models, query_strings.rs; RFC 3986 section 2.
    "v2-query-encoding", "http", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || cx.version() >= Version::V3 {
        return;
    }
    for node in requests(cx.it).filter_map(|part| part.query).map(|id| cx.node(id)) {
        let Some(text) = node.as_str() else { continue };
        let odd = |ch: &char| matches!(ch, '+' | ' ') || ch.is_control() || !ch.is_ascii();
        let Some((at, ch)) = text.char_indices().find(|(_, ch)| odd(ch)) else { continue };
        let (message, help) = match ch {
            '+' => (
                "'+' is a blank to some tools and a plus to others",
                "write %20 for a blank and %2B for a plus",
            ),
            ' ' => ("A blank does not occur in a query, so tools encode it as they like", "write %20"),
            _ => (
                "This character does not occur in a query, so tools encode it as they like",
                "percent-encode it",
            ),
        };
        out.report(node.span_within(at..at + ch.len_utf8()), message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn the_first_one_is_marked() {
        check(
            "v2-query-encoding",
            r#"@v2
{"description": "d", "request": {"query": "a=1&b=x y+z"}, "response": {}}
                                                  ^ info A blank
"#,
        );
        check(
            "v2-query-encoding",
            r#"{"description": "d", "request": {"query": {"a": ["b+c"]}}, "response": {}}"#,
        );
    }
}
