//! However a text came about, its document and findings are those of a fresh parse.

use proptest::prelude::*;

use crate::analysis::{Change, Document, Draft, RunOptions, analyse};
use crate::config::Settings;
use crate::diagnostic::Finding;
use crate::text::{Encoding, LineIndex, Span};

const PACT: &str = "{\r\n  \"consumer\": {\"name\": \"c\"},\r\n  \"provider\": {\"name\": \"p😀\"},\n  \"interactions\": [\n    \
    {\n      \"description\": \"first é\",\n      \"request\": {\"method\": \"GET\", \"path\": \"/a\"},\n      \
    \"response\": {\"status\": 200, \"body\": {\"id\": 1, \"id\": 2}}\n    },\n    \
    {\"description\": \"second\", \"request\": {\"method\": \"POST\", \"pth\": \"/b\"}, \"response\": {\"status\": 201}},\n    \
    {\r      \"description\": \"third\", \"request\": {}, \"response\": {\"headers\": {\"A\": \"b\"}}\r    }\n  ],\n  \
    \"metadata\": {\"pactSpecification\": {\"version\": \"3.0.0\"}}\n}\n";

const SNIPPETS: [&str; 22] = [
    "",
    "x",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\r\n",
    "\r",
    "1",
    "😀",
    "é",
    "\\",
    "{}",
    "\"a\": 1,",
    "[[",
    "{\"description\": \"new\", \"request\": {}, \"response\": {}},",
    "}, {",
    "null",
];

fn findings(doc: &Document) -> Vec<Finding> {
    let levels = Settings { select: vec!["all".to_owned()], ..Settings::default() }.resolve();
    analyse(doc, &levels.expect("'all' is a selector"), RunOptions::default()).findings
}

fn same(edited: &Document, text: &str) {
    let fresh = Document::new(text);
    assert_eq!(edited.text(), text);
    assert_eq!(edited.len(), fresh.len());
    assert_eq!(edited.is_sound(), fresh.is_sound(), "{text}");
    assert_eq!(edited.spine.tree, fresh.spine.tree, "{text}");
    assert_eq!(edited.spine.facts.key(), fresh.spine.facts.key(), "{text}");
    assert_eq!(edited.chunk_count(), fresh.chunk_count(), "{text}");
    for index in 0..fresh.chunk_count() {
        let (old, new) = (&edited.chunks[index], &fresh.chunks[index]);
        assert_eq!(old.chunk.text(), new.chunk.text());
        assert_eq!(old.chunk.tree.get(), new.chunk.tree.get(), "{text}");
        assert_eq!(old.chunk.tree.errors(), new.chunk.tree.errors(), "{text}");
        assert_eq!(
            (old.base, old.spine_at, old.section, old.index, old.live),
            (new.base, new.spine_at, new.section, new.index, new.live)
        );
    }
    assert_eq!(findings(edited), findings(&fresh), "{text}");
    let lines = LineIndex::new(text);
    for offset in 0..=text.len() as u32 {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let at = lines.position(text, offset, encoding);
            assert_eq!(edited.line_col(offset, encoding), at, "{text} {offset}");
            assert_eq!(edited.offset_at(at, encoding), lines.offset(text, at, encoding), "{text} {offset}");
        }
    }
}

/// A change of `text` near the byte `at`, on boundaries of characters.
fn change(text: &str, at: usize, len: usize, snippet: usize) -> Change {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(at % (text.len() + 1));
    let span = Span::new(start as u32, floor(start + len) as u32);
    Change { span, text: SNIPPETS[snippet % SNIPPETS.len()].to_owned() }
}

fn length() -> impl Strategy<Value = usize> {
    prop_oneof![6 => Just(0usize), 3 => 1usize..4, 1 => 4usize..300]
}

proptest! {
    #[test]
    fn edits_give_what_a_fresh_parse_gives(
        edits in proptest::collection::vec((0usize..900, length(), 0usize..SNIPPETS.len()), 1..6),
    ) {
        let mut text = PACT.to_owned();
        let mut doc = Document::new(PACT);
        let mut draft = Draft::new(doc.clone());
        for (at, len, snippet) in edits {
            let change = change(&text, at, len, snippet);
            // An edit and its undoing: breaking a file and mending it.
            let old = change.span.of(&text).to_owned();
            doc = doc.edit(&change);
            draft.apply(&change);
            text.replace_range(change.span.start as usize..change.span.end as usize, &change.text);
            prop_assert_eq!(draft.text(), text.clone());
            same(&doc, &text);
            let end = change.span.start + change.text.len() as u32;
            let undo = Change { span: Span::new(change.span.start, end), text: old };
            if snippet % 3 == 0 {
                doc = doc.edit(&undo);
                draft.apply(&undo);
                text.replace_range(undo.span.start as usize..undo.span.end as usize, &undo.text);
                same(&doc, &text);
            }
        }
        same(&draft.finish(), &text);
    }
}

#[test]
fn a_misfit_change_does_nothing() {
    let doc = Document::new(PACT);
    for span in [Span::new(0, 9_999), Span::new(9_998, 9_999), Span { start: 3, end: 2 }] {
        same(&doc.edit(&Change { span, text: "x".to_owned() }), PACT);
    }
    let inside = PACT.find('😀').expect("there is one") as u32 + 1;
    same(&doc.edit(&Change { span: Span::at(inside), text: "x".to_owned() }), PACT);
}

#[test]
fn unchanged_interactions_are_shared_and_keep_no_old_file_alive() {
    let doc = Document::new(PACT);
    let broken =
        doc.edit(&Change { span: Span::at(PACT.find("201").expect("status") as u32), text: "x".to_owned() });
    assert!(!broken.is_sound());
    assert!(std::ptr::eq(doc.chunk(0).expect("chunk").0, broken.chunk(0).expect("chunk").0));
    assert!(!std::ptr::eq(doc.chunk(1).expect("chunk").0, broken.chunk(1).expect("chunk").0));
}

/// A V3 file with one interaction that has this response.
fn responding(response: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "c"}}, "provider": {{"name": "p"}}, "interactions": [{{"description": "d",
        "request": {{"method": "GET", "path": "/"}}, "response": {response}}}],
        "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
    )
}

/// Would not end if each of several matchers looked anew at what is below an array.
#[test]
fn matchers_on_nested_arrays_cost_no_more_at_each_level() {
    let body = format!("{}\"x\"{}", "[".repeat(60), "]".repeat(60));
    for (combine, faults) in [("AND", 2), ("OR", 2)] {
        let matchers = r#"{"match": "number"}, {"match": "integer"}"#;
        let rules = format!(r#"{{"$": {{"combine": "{combine}", "matchers": [{matchers}]}}}}"#);
        let text = responding(&format!(
            r#"{{"status": 200, "headers": {{"Content-Type": "application/json"}},
            "body": {body}, "matchingRules": {{"body": {rules}}}}}"#
        ));
        let found = findings(&Document::new(text));
        let count = found.iter().filter(|f| f.rule == "example-violates-rule").count();
        assert_eq!(count, faults, "{combine}: {found:?}");
    }
}
