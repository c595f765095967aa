use rustc_hash::FxHashMap;

use crate::diagnostic::{Anchor, Applicability};
use crate::model::Version;
use crate::rules::interaction::twins::{Twin, twins};
use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Cursor, Kind, NodeId};
use crate::text::{Span, TextEdit};

rule! {
    /// An interaction is there twice.
    ///
    /// Equal interactions check nothing that one of them does not check. They come about when a
    /// library appends to an existing file; releases of the official core before 1.3.16 do so
    /// when descriptions are not in order. In a V4 file of such a release nobody but the library
    /// can change it, so it is left to `library-notes`.
    ///
    /// The order of keys, the layout and the Broker's `_id` do not count.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}},
    ///   {"description": "d", "request": {"path": "/", "method": "GET"}, "response": {"status": 200}}
    /// ]}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
    ///   {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ]}
    /// ```
    ///
    /// ## References
    ///
    /// `V4Pact::merge` in pact_models, v4/pact.rs; pact-foundation/pact-reference issue 550.
    "exact-duplicate-interaction", "interaction", Warning, Recommended, Test, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let mut holes: Option<Vec<u32>> = None;
    let appended = core_appends(cx);
    for group in twins(cx, |it| Some(it.identity)) {
        let mut seen: FxHashMap<u64, &Twin<'_>> = FxHashMap::default();
        for twin in &group {
            let Some(original) = seen.get(&twin.detail.content) else {
                seen.insert(twin.detail.content, twin);
                continue;
            };
            let message = "The same interaction is there before, so this one checks nothing";
            let report = out
                .report_at(cx.in_interaction(twin.index, twin.it.head), message)
                .label_at(cx.in_interaction(original.index, original.it.head), "the first one")
                .help("remove it; if a tool wrote it, delete the file and run the consumer tests anew");
            let report = if appended { report.by_library() } else { report };
            let holes = holes.get_or_insert_with(|| places(cx));
            if let Some(edit) = holes.get(twin.index as usize).and_then(|at| comma_before(cx, *at)) {
                let whole = TextEdit::delete(Span::new(0, twin.detail.len));
                let edits = vec![(Anchor::Spine, edit), (Anchor::Chunk(twin.index), whole)];
                report.fix_at(Applicability::Safe, "Remove this copy", edits);
            }
        }
    }
}

/// Whether the core that wrote the file appends what is there already.
fn core_appends(cx: &FileCx<'_>) -> bool {
    let models = || {
        let metadata = cx.spine?.get("metadata")?;
        metadata.get("pactRust")?.get("models")?.as_str().map(|v| v.into_owned())
    };
    let Some(models) = models().filter(|_| cx.version() == Version::V4) else { return false };
    let numbers: Vec<u32> = models.split('.').map_while(|n| n.parse().ok()).collect();
    numbers.len() == 3 && numbers < vec![1, 3, 16]
}

/// Where in the spine each interaction was taken out.
fn places(cx: &FileCx<'_>) -> Vec<u32> {
    let Some(root) = cx.spine else { return Vec::new() };
    let nodes = root.subtree().map(|id| root.at(NodeId(id)));
    nodes.filter(|node| node.kind() == Kind::Chunk).map(|node| node.span().start).collect()
}

/// Deletes the comma before an interaction, and what is blank between.
fn comma_before(cx: &FileCx<'_>, at: u32) -> Option<TextEdit> {
    let text = cx.spine.map(Cursor::text)?;
    let before = text.get(..at as usize)?.trim_end_matches([' ', '\t', '\r', '\n']);
    let comma = before.strip_suffix(',')?.len();
    Some(TextEdit::delete(Span::new(comma as u32, at)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, findings};
    use crate::text::apply_edits;

    const THREE: &str = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
  {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}},
  {"description": "e", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}},
  {"_id": "1", "description": "d", "request": {"path": "/", "method": "GET"}, "response": {"status": 200}} ,
  {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
]}"#;

    #[test]
    fn each_later_one() {
        let marked = THREE
            .replace("200}} ,\n", "200}},\n                              ^^^ warning is there before\n")
            .replace("200}}\n]", "200}}\n                  ^^^ warning is there before\n]");
        check("exact-duplicate-interaction", &marked);
    }

    /// What pact-js 13 to 16 leave behind when descriptions are not in order.
    #[test]
    fn of_a_core_that_appends() {
        let file = |version: &str, models: &str| {
            let one = r#"{"type": "Asynchronous/Messages", "description": "d", "contents": {"content": "a", "contentType": "text/plain", "encoded": false}}"#;
            format!(
                r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{one}, {one}],
                "metadata": {{"pactRust": {{"models": "{models}"}}, "pactSpecification": {{"version": "{version}"}}}}}}"#
            )
        };
        let rules = |text: String| -> Vec<_> {
            let found = findings("exact-duplicate-interaction", &text);
            found.iter().map(|f| f.rule).filter(|r| *r == "exact-duplicate-interaction").collect()
        };
        assert!(rules(file("4.0", "1.3.11")).is_empty());
        assert_eq!(rules(file("4.0", "1.3.16")).len(), 1);
        assert_eq!(rules(file("4.0", "new")).len(), 1);
    }

    #[test]
    fn the_fix_takes_the_comma_along() {
        let mut text = THREE.to_owned();
        let found = findings("exact-duplicate-interaction", &text);
        for finding in found.iter().rev() {
            text = apply_edits(&text, &finding.fixes[0].edits).expect("the edits fit");
        }
        let expected = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
  {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}},
  {"description": "e", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
]}"#;
        assert_eq!(text.replace("} \n", "}\n"), expected);
    }
}
