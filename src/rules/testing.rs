//! How rules are tested: carets under the text for what a rule finds, and the examples
//! in the documentation of every rule.

use crate::analysis::{AcrossOptions, Document, Member, RunOptions, across, analyse};
use crate::config::{Levels, Settings};
use crate::diagnostic::Finding;
pub(crate) use crate::rules::examples::pact;
use crate::rules::examples::{Example, examples};
use crate::rules::{ALL, Check};
use crate::syntax::parse;
use crate::text::apply_edits;

fn levels(rule: &str) -> Levels {
    let settings = Settings { select: vec![rule.to_owned()], ..Settings::default() };
    settings.resolve().expect("the rule is registered")
}

/// What `rule` alone finds in `text`.
pub(crate) fn findings(rule: &str, text: &str) -> Vec<Finding> {
    analyse(&Document::new(text), &levels(rule), RunOptions::default()).findings
}

/// What `rule` alone finds in each of `texts` when they are looked at together.
pub(crate) fn findings_across(rule: &str, texts: &[String]) -> Vec<Vec<Finding>> {
    let levels = levels(rule);
    let member = |(index, text): (usize, &String)| {
        let options = RunOptions { summary: true, ..RunOptions::default() };
        let summary = analyse(&Document::new(text.as_str()), &levels, options).summary;
        Member { name: format!("{index:04}.json").into(), summary: summary.expect("it was asked for") }
    };
    let members: Vec<Member> = texts.iter().enumerate().map(member).collect();
    let document = |index: usize| Some(Document::new(texts[index].as_str()));
    let found = across(&members, &levels, AcrossOptions::default(), &document);
    found.into_iter().map(|found| found.findings).collect()
}

/// `text` after the first fix of the only finding of `rule`, which is gone then.
pub(crate) fn fixed(rule: &str, text: &str) -> String {
    let found = findings(rule, text);
    let [finding] = &found[..] else { panic!("{rule}: one finding, not {found:#?}") };
    let fix = finding.fixes.first().expect("the finding has a fix");
    let out = apply_edits(text, &fix.edits).expect("the edits fit");
    assert_eq!(parse(&out).errors, [], "the result is JSON: {out}");
    assert_eq!(findings(rule, &out), [], "the finding is gone: {out}");
    out
}

/// Checks that `rule` finds in `fixture` exactly what its carets mark.
///
/// A line that starts with `^` (after blanks) marks the bytes above its carets and goes
/// on with severity and part of the message; it is not part of the JSON. Several such
/// lines may follow one line. An interaction alone is put into a pact of the version
/// given by `@v2`, `@v3` or `@v4` on the first line; without one it is V3.
pub(crate) fn check(rule: &str, fixture: &str) {
    let (version, fixture) = match fixture.trim_start().strip_prefix('@') {
        Some(rest) => rest.split_once('\n').expect("the version has its own line"),
        None => ("v3", fixture),
    };
    let (json, expected) = unmarked(fixture);
    let text = pact(&json, version);
    compare(rule, &text, findings(rule, &text), expected);
}

/// Checks that `rule`, one over many files, finds in the files exactly what their carets mark.
pub(crate) fn check_files(rule: &str, fixtures: &[&str]) {
    let (texts, expected): (Vec<String>, Vec<_>) = fixtures.iter().map(|fixture| unmarked(fixture)).unzip();
    let found = findings_across(rule, &texts);
    for ((text, found), expected) in texts.iter().zip(found).zip(expected) {
        compare(rule, text, found, expected);
    }
}

/// What carets mark: the marked bytes, and what is said of them.
type Expected = Vec<(String, String)>;

/// A fixture without its carets, and what they mark.
fn unmarked(fixture: &str) -> (String, Expected) {
    let mut json = String::new();
    let mut expected = Expected::new();
    let mut last = "";
    for line in fixture.lines() {
        let marks = line.trim_start();
        if !marks.starts_with('^') {
            json.push_str(line);
            json.push('\n');
            last = line;
            continue;
        }
        let at = line.len() - marks.len();
        let width = marks.len() - marks.trim_start_matches('^').len();
        let marked = last.get(at..at + width).expect("the carets are under text");
        expected.push((marked.to_owned(), marks.trim_start_matches('^').trim().to_owned()));
    }
    (json, expected)
}

#[track_caller]
fn compare(rule: &str, text: &str, found: Vec<Finding>, expected: Expected) {
    let found: Vec<(String, String)> = found
        .into_iter()
        .map(|f| (f.span.of(text).to_owned(), format!("{} {}", f.severity.name(), f.message)))
        .collect();
    let same = found.len() == expected.len()
        && expected.iter().all(|(marked, says)| {
            let (severity, part) = says.split_once(' ').unwrap_or((says, ""));
            found.iter().any(|(span, message)| {
                span == marked && message.starts_with(severity) && message.contains(part)
            })
        });
    assert!(same, "{rule}\nexpected {expected:#?}\nfound {found:#?}\nin {text}");
}

/// The files that an example of a rule over many files stands for: the items of its array, or
/// itself.
fn files(json: &str) -> Vec<String> {
    let tree = parse(json);
    let root = tree.root(json).expect("an example is JSON");
    if root.is_array() {
        return root.elements().map(|item| item.span().of(json).to_owned()).collect();
    }
    vec![json.to_owned()]
}

#[test]
fn the_examples_of_every_rule_hold() {
    for rule in ALL {
        for Example { invalid, text } in examples(rule.meta.docs) {
            let found = match rule.check {
                Check::Provider(_) | Check::Workspace(_) => {
                    findings_across(rule.meta.name, &files(&text)).concat()
                }
                _ => findings(rule.meta.name, &text),
            };
            let count = found.iter().filter(|f| f.rule == rule.meta.name).count();
            let name = rule.meta.name;
            assert!(invalid == (count > 0), "{name}: {count} findings in its example\n{text}");
            assert!(count <= 1, "{name}: an example shows one finding, not {count}\n{text}");
        }
    }
}

#[test]
fn every_rule_is_documented() {
    let mut names: Vec<_> = ALL.iter().map(|rule| rule.meta.name).collect();
    for rule in ALL {
        let meta = &rule.meta;
        assert!(meta.summary().ends_with('.'), "{}: the summary is a sentence", meta.name);
        assert!(meta.docs.lines().count() >= 3, "{}: says why it matters", meta.name);
        assert!(meta.summary().len() <= 110, "{}: the summary fits a line", meta.name);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len(), "names are unique");
}
