use rustc_hash::FxHashSet;

use crate::diagnostic::Severity;
use crate::model::{Section, Version};
use crate::rules::interaction::twins::{Twin, twins};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::text::shorten;

rule! {
    /// Two different interactions have the same description and provider states.
    ///
    /// Description and states are what tools tell interactions apart by. When results are merged
    /// into an existing file, one of the two replaces the other; before V4, and where method,
    /// path, query or status differ, the official core refuses the merge altogether, and that is
    /// an error. In reports nobody can tell which of the two failed.
    ///
    /// In V4 interactions with a `key` are told apart by it.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "get a user", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"description": "get a user", "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "get user a", "request": {"method": "GET", "path": "/a"}, "response": {"status": 200}},
    ///   {"description": "get user b", "request": {"method": "GET", "path": "/b"}, "response": {"status": 200}}
    /// ]}
    /// ```
    ///
    /// ## References
    ///
    /// `conflicts_with` in pact_models, sync_interaction.rs; `merge` in sync_pact.rs, v4/pact.rs
    /// and message_pact.rs; specification V4: the description must be unique.
    "duplicate-interaction-identity", "interaction", Error, Recommended, Test, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    for group in twins(cx, |it| (!it.description.is_empty()).then_some(it.identity)) {
        let Some((original, later)) = group.split_first() else { continue };
        // Copies are a matter of their own.
        let mut contents = FxHashSet::from_iter([original.detail.content]);
        for twin in later.iter().filter(|twin| contents.insert(twin.detail.content)) {
            if original.it.description != twin.it.description || told_apart(cx, original, twin) {
                continue;
            }
            let refused = is_refused(cx, original, twin);
            let message = format!(
                "Another interaction is called '{}' in the same states; {}",
                shorten(&twin.it.description),
                if refused {
                    "the official core refuses to merge this file"
                } else {
                    "a merge keeps only one of them"
                }
            );
            let report = out
                .report_at(cx.in_interaction(twin.index, twin.it.head), message)
                .label_at(cx.in_interaction(original.index, original.it.head), "the first one")
                .help("say in the description what is different, or give it a provider state of its own");
            if !refused {
                report.at_most(Severity::Warning);
            }
        }
    }
}

/// Whether something else tells the two apart, or says more about them.
fn told_apart(cx: &FileCx<'_>, a: &Twin<'_>, b: &Twin<'_>) -> bool {
    let keys = (a.detail.key, b.detail.key);
    let by_key = cx.version() == Version::V4 && matches!(keys, (Some(a), Some(b)) if a != b);
    // Two answers to one request: `ambiguous-request`.
    let exclude = matches!((&a.it.status, &b.it.status), (Some(a), Some(b)) if a.common(b).is_empty());
    by_key || (a.it.request.is_some() && a.it.request == b.it.request && exclude)
}

/// Whether a merge in the core ends with an error because of the two.
fn is_refused(cx: &FileCx<'_>, a: &Twin<'_>, b: &Twin<'_>) -> bool {
    cx.version() < Version::V4 && a.it.section == Section::Interactions && a.detail.merge != b.detail.merge
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    fn file(version: &str, rest: &str) -> String {
        format!(
            r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "metadata": {{"pactSpecification": {{"version": "{version}"}}}},
"interactions": [{rest}]}}"#
        )
    }

    #[test]
    fn an_error_only_where_a_merge_fails() {
        check(
            "duplicate-interaction-identity",
            &file(
                "2.0.0",
                r#"
{"description": "d", "request": {"path": "/", "query": "a=1&b=2"}, "response": {"status": 200}},
{"description": "d", "request": {"path": "/", "query": "b=2&a=1"}, "response": {"status": 200, "body": 1}},
                ^^^ warning a merge keeps only one
{"description": "d", "request": {"path": "/", "query": "b=2"}, "response": {"status": 200}},
                ^^^ error refuses to merge
{"description": "d", "providerState": "s", "request": {"path": "/x"}, "response": {"status": 200}}
"#,
            ),
        );
    }

    #[test]
    fn keys_tell_v4_interactions_apart() {
        check(
            "duplicate-interaction-identity",
            &file(
                "4.0",
                r#"
{"type": "Synchronous/HTTP", "key": "1", "description": "d", "request": {"path": "/"}, "response": {"status": 200}},
{"type": "Synchronous/HTTP", "key": "2", "description": "d", "request": {"path": "/x"}, "response": {"status": 200}},
{"type": "Synchronous/HTTP", "description": "d", "request": {"path": "/y"}, "response": {"status": 200}},
                                            ^^^ warning
{"type": "Asynchronous/Messages", "description": "d", "contents": {}}
"#,
            ),
        );
    }
}
