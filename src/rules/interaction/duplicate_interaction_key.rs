use rustc_hash::FxHashMap;

use crate::model::{InteractionSummary, Version};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::Span;

rule! {
    /// Two interactions of a V4 pact have the same key.
    ///
    /// The key is what tells interactions apart when results are merged into a file that is there
    /// already: the official core takes two with the same key for one, and keeps one of them.
    ///
    /// Interactions that have the same description and states as well are a matter of other rules.
    /// An empty key is none.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"type": "Synchronous/HTTP", "key": "1", "description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"type": "Synchronous/HTTP", "key": "1", "description": "b", "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ], "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"type": "Synchronous/HTTP", "key": "1", "description": "a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"type": "Synchronous/HTTP", "key": "2", "description": "b", "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ], "metadata": {"pactSpecification": {"version": "4.0"}}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Interactions"; `V4Pact::merge` in pact_models, v4/pact.rs.
    "duplicate-interaction-key", "interaction", Warning, Recommended, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if cx.version() != Version::V4 {
        return;
    }
    let mut first: FxHashMap<u64, (u32, Span)> = FxHashMap::default();
    for (index, it) in cx.read() {
        let Some((key, span)) = it.key else { continue };
        let &mut (earlier, earlier_span) = first.entry(key).or_insert((index, span));
        // Copies, and those of one description too, are told by rules of their own.
        let alike = |e: &&InteractionSummary| e.identity == it.identity;
        if earlier == index || cx.interactions.get(earlier as usize).is_some_and(alike) {
            continue;
        }
        out.report_at(
            cx.in_interaction(index, span),
            "Another interaction has the same key, so a merge takes the two for one and drops one",
        )
        .label_at(cx.in_interaction(earlier, earlier_span), "the first one")
        .help("remove 'key', or give each interaction its own");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn not_empty_ones_and_not_copies() {
        check(
            "duplicate-interaction-key",
            r#"
{"metadata": {"pactSpecification": {"version": "4.0"}}, "interactions": [
{"type": "Asynchronous/Messages", "key": "", "description": "a"},
{"type": "Asynchronous/Messages", "key": "", "description": "b"},
{"type": "Asynchronous/Messages", "key": "k", "description": "c"},
{"type": "Asynchronous/Messages", "key": "k", "description": "c"},
{"type": "Asynchronous/Messages", "key": "k", "description": "d"}
                                         ^^^ warning Another interaction
]}"#,
        );
    }
}
