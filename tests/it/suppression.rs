//! Findings that the pact itself does not want to hear of.

use pactlens::analysis::{Analysis, Change, Document, RunOptions, SuppressedBy, analyse};
use pactlens::config::{Levels, Settings};
use pactlens::rules::Preset;
use pactlens::text::Span;

/// A V4 pact with a misspelt key in its request, another in its response, and `comments`.
fn pact(comments: &str, metadata: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [
  {{"type": "Synchronous/HTTP", "description": "an order", "comments": {comments},
   "request": {{"method": "GET", "path": "/", "hedders": {{}}}}, "response": {{"status": 200, "boddy": {{}}}}}},
  {{"type": "Synchronous/HTTP", "description": "another",
   "request": {{"method": "GET", "path": "/a"}}, "response": {{"status": 200, "boddy": {{}}}}}}
], "metadata": {{{metadata}"pactSpecification": {{"version": "4.0"}}}}}}"#
    )
}

fn levels(select: &str) -> Levels {
    let select = select.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Settings { select, ..Settings::default() }.resolve().unwrap()
}

fn found(text: &str) -> Analysis {
    let options = RunOptions { suppressed: true, ..RunOptions::default() };
    analyse(&Document::new(text), &levels(""), options)
}

/// The rules of the findings, in order.
fn rules(analysis: &Analysis) -> Vec<&str> {
    analysis.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn without_a_suppression_all_is_told() {
    let found = found(&pact("{}", ""));
    assert_eq!(rules(&found), ["unknown-key"; 3]);
    assert!(found.suppressed.is_empty());
}

#[test]
fn every_form_suppresses_in_its_interaction() {
    for (comments, reason) in [
        (r#"{"pactlens": {"ignore": ["unknown-key"], "reason": "old \"client\""}}"#, Some("old \"client\"")),
        (r#"{"pactlens": "ignore structure/unknown-key: old"}"#, Some("old")),
        (r#"{"pactlens": "ignore structure"}"#, None),
        (r#"{"text": ["see the wiki", "pactlens-ignore unknown-key: old"], "testname": "t"}"#, Some("old")),
        (r#"{"references": {"Jira": {"A": "A-1"}, "pactlens": {"ignore": "unknown-key"}}}"#, None),
    ] {
        let found = found(&pact(comments, ""));
        assert_eq!(rules(&found), ["unknown-key"], "{comments}");
        assert_eq!(found.findings[0].pointer, "/interactions/1/response/boddy");
        assert_eq!(found.suppressed.len(), 2, "{comments}");
        assert_eq!((found.aside.suppressed, found.aside.in_baseline), (2, 0));
        let by = SuppressedBy::Pact { reason: reason.map(str::to_owned) };
        assert!(found.suppressed.iter().all(|one| one.by == by), "{:?}", found.suppressed);
    }
}

#[test]
fn metadata_suppresses_in_the_whole_file() {
    for metadata in [
        r#""pactlens": {"ignore": ["unknown-key"]}, "#,
        r#""pactlens": {"ignore": "[\"unknown-key\"]"}, "#,
        r#""pactlens": "ignore unknown-key", "#,
    ] {
        let found = found(&pact("{}", metadata));
        assert_eq!(rules(&found), [""; 0], "{metadata}");
        assert_eq!(found.suppressed.len(), 3);
    }
}

#[test]
fn comments_before_v4_suppress_nothing() {
    let text = pact(r#"{"pactlens": {"ignore": ["unknown-key"]}}"#, "").replace("\"4.0\"", "\"3.0.0\"");
    let found = found(&text);
    assert!(found.suppressed.is_empty());
    assert!(rules(&found).contains(&"v4-fields-in-older-file"), "{:?}", rules(&found));
    // What a file says of itself counts in every version.
    let text = pact("{}", r#""pactlens": "ignore structure", "#).replace("\"4.0\"", "\"3.0.0\"");
    assert!(!rules(&self::found(&text)).contains(&"v4-fields-in-older-file"));
}

#[test]
fn what_suppresses_nothing_is_told_and_can_be_removed() {
    for (comments, selector, after) in [
        (
            r#"{"pactlens": {"ignore": ["unknown-key", "null-body"]}}"#,
            "\"null-body\"",
            r#"{"pactlens": {"ignore": ["unknown-key"]}}"#,
        ),
        (
            r#"{"pactlens": {"ignore": ["null-body"]}, "testname": "t"}"#,
            "\"null-body\"",
            r#"{"testname": "t"}"#,
        ),
        (
            r#"{"pactlens": "ignore null-body, unknown-key: x"}"#,
            "null-body",
            r#"{"pactlens": "ignore unknown-key: x"}"#,
        ),
        (
            r#"{"pactlens": "ignore unknown-key, null-body: x"}"#,
            "null-body",
            r#"{"pactlens": "ignore unknown-key: x"}"#,
        ),
        (r#"{"text": ["a", "pactlens-ignore null-body"]}"#, "null-body", r#"{"text": ["a"]}"#),
        (
            r#"{"references": {"Jira": {"A": "B"}, "pactlens": {"ignore": "null-body"}}}"#,
            "null-body",
            r#"{"references": {"Jira": {"A": "B"}}}"#,
        ),
    ] {
        let text = pact(comments, "");
        let found = found(&text);
        let unused: Vec<_> = found.findings.iter().filter(|it| it.rule == "unused-suppression").collect();
        assert_eq!(unused.len(), 1, "{comments}: {:?}", rules(&found));
        assert_eq!(unused[0].span.of(&text), selector.trim_matches('"'), "{comments}");
        let mut mended = text.clone();
        let edits = &unused[0].fixes[0].edits;
        let [edit] = edits.as_slice() else { panic!("{edits:?}") };
        mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        assert_eq!(mended, pact(after, ""));
        assert!(!rules(&self::found(&mended)).contains(&"unused-suppression"));
    }
}

#[test]
fn what_cannot_be_judged_is_not_called_unused() {
    // Off, over many files, unknown, and in a file that is not JSON.
    let rules_of = |comments: &str, broken: bool| {
        let text = pact(comments, "");
        let text = if broken { text.replace("\"another\",", "\"another\" x,") } else { text };
        found(&text).findings.iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    for comments in [
        r#"{"pactlens": "ignore description-style"}"#,
        r#"{"pactlens": "ignore provider-state-near-duplicate, workspace"}"#,
        r#"{"pactlens": "ignore unused-suppression"}"#,
    ] {
        assert!(!rules_of(comments, false).contains(&"unused-suppression"), "{comments}");
    }
    assert!(rules_of(r#"{"pactlens": "ignore null-body"}"#, false).contains(&"unused-suppression"));
    assert!(!rules_of(r#"{"pactlens": "ignore null-body"}"#, true).contains(&"unused-suppression"));
}

#[test]
fn slips_are_told_with_what_was_meant() {
    let found = found(&pact(r#"{"pactlens": {"ignore": ["unknwon-key"]}}"#, ""));
    let one = found.findings.iter().find(|it| it.rule == "invalid-suppression").unwrap();
    assert_eq!(one.help.as_deref(), Some("did you mean 'unknown-key'?"));
    assert_eq!(found.findings.iter().filter(|it| it.rule == "unknown-key").count(), 3);
    let found = self::found(&pact(r#"{"pactlens": "unknown-key"}"#, r#""pactlens": 3, "#));
    assert_eq!(found.findings.iter().filter(|it| it.rule == "invalid-suppression").count(), 2);
}

#[test]
fn broken_json_cannot_be_suppressed() {
    let text = pact(r#"{"pactlens": "ignore json-syntax, all"}"#, r#""pactlens": "ignore all", "#);
    let text = text.replace("\"another\",", "\"another\"");
    let found = found(&text);
    assert_eq!(rules(&found), ["json-syntax"]);
}

#[test]
fn a_note_about_the_library_loses_what_is_suppressed() {
    let text = |comments: &str| {
        format!(
            r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [
  {{"type": "Synchronous/HTTP", "description": "b", "comments": {comments}, "request": {{"method": "GET", "path": "/"}},
   "response": {{"status": 200, "body": {{"contentType": "application/json", "content": {{"a": [1]}}}},
    "matchingRules": {{"body": {{"$.a": {{"combine": "AND", "matchers": [{{"min": 1}}]}}}}}}}}}},
  {{"type": "Synchronous/HTTP", "description": "a", "request": {{"method": "GET", "path": "/a"}}, "response": {{"status": 204}}}}
], "metadata": {{"pact-jvm": {{"version": "4.0.0"}}, "pactSpecification": {{"version": "4.0"}}}}}}"#
        )
    };
    let levels = Settings { preset: Some(Preset::Strict), ..Settings::default() }.resolve().unwrap();
    let note = |text: &str| {
        let options = RunOptions { suppressed: true, ..RunOptions::default() };
        let found = analyse(&Document::new(text), &levels, options);
        assert!(!rules(&found).contains(&"unused-suppression"));
        let mut notes = found.findings.into_iter().filter(|it| it.rule == "library-notes");
        notes.next().expect("there is a note").message
    };
    let message = note(&text("{}"));
    assert!(
        message.contains("rule-without-match") && message.contains("interactions-not-sorted"),
        "{message}"
    );
    let message = note(&text(r#"{"pactlens": "ignore rule-without-match"}"#));
    assert!(
        !message.contains("rule-without-match") && message.contains("interactions-not-sorted"),
        "{message}"
    );
}

#[test]
fn what_was_found_before_an_edit_is_sifted_anew() {
    // A document that was analysed with one suppression, edited to another, and back.
    let texts = [
        pact("{}", ""),
        pact(r#"{"pactlens": "ignore unknown-key"}"#, ""),
        pact(r#"{"pactlens": "ignore null-body"}"#, ""),
    ];
    let mut doc = Document::new(texts[0].as_str());
    for text in texts.iter().chain(texts.iter().rev()) {
        let whole = Span::new(0, doc.len());
        doc = doc.edit(&Change { span: whole, text: text.clone() });
        let options = RunOptions { suppressed: true, ..RunOptions::default() };
        let [cached, fresh] =
            [&doc, &Document::new(text.as_str())].map(|doc| analyse(doc, &levels(""), options));
        assert_eq!((cached.findings, cached.suppressed), (fresh.findings, fresh.suppressed));
    }
}

#[test]
fn no_rule_takes_offence_at_suppressions() {
    let forms = r#"{"pactlens": {"ignore": ["regex"], "reason": "r"}, "text": ["pactlens-ignore regex"],
        "references": {"pactlens": {"ignore": "regex"}}}"#;
    let [with, without] =
        [pact(forms, r#""pactlens": {"ignore": ["regex"]}, "#), pact("{}", "")].map(|text| {
            let found = analyse(&Document::new(text), &levels("all"), RunOptions::default());
            let others = found.findings.iter().filter(|it| it.rule != "unused-suppression");
            others.map(|it| it.rule).collect::<Vec<_>>()
        });
    assert_eq!(with, without);
}
