use rustc_hash::FxHashMap;

use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::{Span, shorten};

rule! {
    /// A list is passed as `ids=1&ids=2` in one request and as `ids[]=1` in another.
    ///
    /// To most providers these are two parameters, and only one of them is read. Often one of
    /// the two comes from an older client library or from a test written by hand.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "request": {"method": "GET", "path": "/", "query": {"ids": ["1", "2"]}}, "response": {"status": 200}},
    ///   {"description": "b", "request": {"method": "GET", "path": "/", "query": {"ids[]": ["1"]}}, "response": {"status": 200}}
    /// ]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "a", "request": {"method": "GET", "path": "/", "query": {"ids": ["1", "2"]}}, "response": {"status": 200}},
    ///   {"description": "b", "request": {"method": "GET", "path": "/", "query": {"ids": ["1"]}}, "response": {"status": 200}}
    /// ]}
    /// ```
    ///
    /// ## References
    ///
    /// `parse_query_string` in pact_models, query_strings.rs: names are compared as they are.
    "query-bracket-style-mixed", "http", Info, Strict, Test, Check::File(check)
}

/// The first place of a list in either style.
#[derive(Default)]
struct Seen {
    repeated: Option<(u32, Span)>,
    brackets: Option<(u32, Span)>,
    told: bool,
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let mut seen: FxHashMap<&str, Seen> = FxHashMap::default();
    for (index, it) in cx.read() {
        for (name, span) in &it.lists {
            let base = name.strip_suffix("[]");
            let entry = seen.entry(base.unwrap_or(name)).or_default();
            let slot = if base.is_some() { &mut entry.brackets } else { &mut entry.repeated };
            slot.get_or_insert((index, *span));
            let (Some(one), Some(other), false) = (entry.repeated, entry.brackets, entry.told) else {
                continue;
            };
            entry.told = true;
            let earlier = if base.is_some() { one } else { other };
            out.report_at(
                cx.in_interaction(index, *span),
                format!(
                    "The list '{}' is passed with '[]' here and without it there: to most providers that is two parameters",
                    shorten(base.unwrap_or(name))
                ),
            )
            .label_at(cx.in_interaction(earlier.0, earlier.1), "in the other style")
            .help("use the style that the provider reads in both");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn texts_and_maps() {
        check(
            "query-bracket-style-mixed",
            r#"
{"metadata": {"pactSpecification": {"version": "2.0.0"}}, "interactions": [
{"description": "a", "request": {"query": "id[]=1&x=1"}, "response": {}},
{"description": "b", "request": {"query": "id=1&x[]=1"}, "response": {}},
{"description": "c", "request": {"query": "id=1&id=2"}, "response": {}}
                                          ^^^^^^^^^^^ info The list 'id'
]}"#,
        );
    }
}
