use crate::diagnostic::{Finding, Hint, InteractionRef};
use crate::report::fixture::{ORDERS, Owned, header_finding, marked, order_finding, rendered, span_of};
use crate::report::{FileReport, Format, Options, PactRef, Summary};
use crate::text::Span;

use std::time::Duration;

/// The report about `findings` in `text`, without the totals.
fn report(text: impl Into<String>, findings: Vec<Finding>) -> String {
    let file = Owned::new(text, findings);
    let file = FileReport { pact: None, path: "a.json", ..file.report() };
    let out = rendered(Format::Text, &[file], &Options::default());
    let (findings, _totals) = out.split_once("\nFound ").expect("there are totals");
    findings.to_owned()
}

/// The report about one finding, which must stay small and free of control characters.
fn small(text: impl Into<String>, finding: Finding) -> String {
    let out = report(text, vec![finding]);
    assert!(out.len() < 4_000, "{} bytes", out.len());
    assert!(out.lines().all(|line| line.chars().count() <= 180), "a line is too wide:\n{out}");
    assert!(!out.contains(|ch: char| ch.is_control() && !matches!(ch, '\n' | '\t')), "{out:?}");
    out
}

/// A line of JSON of at least `len` bytes with `needle` from byte `at` on.
fn long_line(len: usize, needles: &[(usize, &str)]) -> String {
    let mut line = "0123456789".repeat(len / 10 + 1);
    for (at, needle) in needles {
        line.replace_range(*at..at + needle.len(), needle);
    }
    line
}

#[test]
fn a_finding_has_header_snippets_and_notes() {
    let file = Owned::new(ORDERS, vec![header_finding(), order_finding()]);
    let expected = r#"
pacts/web-orders.json:6:20 error[exact-timestamp]: The response body can never match twice
   ╭────
 5 │       "id": 101,
 6 │       "createdAt": "2026-11-21T20:31:18Z"
   ·                    ───────────┬──────────
   ·                               ╰── compared by equality
 7 │     },
   ╰────
    ╭─[pacts/web-orders.json:12:15]
 11 │     "matchingRules": {
 12 │       "body": { "$.id": {} }
    ·               ────┬───
    ·                   ╰── no rule here covers it
 13 │     }
    ╰────
  = web -> orders · "a request to create an order" · given "a cart exists"
  = help: Cover `$.createdAt` by a type or datetime rule
  = fix available: Add a type rule for `$.createdAt` [--fix=all]

pacts/web-orders.json:9:14 warning[header-text]: A header value has \u{1b}[31mcharacters\nthat no header carries
    ╭────
  8 │     "headers": {
  9 │       "X-Ü": "日本"
    ·              ──────
 10 │     },
    ╰────
  = web -> orders
  = fix available: Remove the header [--fix]

Found 1 error, 1 warning in 1 of 7 pacts. 1 fixable with --fix. 14 ms
"#;
    assert_eq!(rendered(Format::Text, &[file.report()], &Options::default()), expected.trim_start());
}

#[test]
fn colours_change_nothing_but_colours() {
    let file = Owned::new(ORDERS, vec![header_finding(), order_finding()]);
    let plain = rendered(Format::Text, &[file.report()], &Options::default());
    let options = Options { colour: true, ..Options::default() };
    let coloured = rendered(Format::Text, &[file.report()], &options);
    assert!(coloured.contains("\u{1b}[1;31merror[exact-timestamp]\u{1b}[0m: "));
    let pattern = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("the pattern is fine");
    assert_eq!(pattern.replace_all(&coloured, ""), plain);
}

#[test]
fn the_place_of_the_finding_has_the_colour_of_its_severity() {
    let text = r#"{ "a": 1, "b": 2 }"#;
    let file = Owned::new(text, vec![marked(span_of(text, "2"), &[(span_of(text, "1"), "and")])]);
    let out = rendered(Format::Text, &[file.report()], &Options { colour: true, ..Options::default() });
    let underline = out.lines().nth(3).expect("there is an underline");
    assert!(underline.contains("\u{1b}[36m       ┬\u{1b}[0m\u{1b}[33m"), "{underline:?}");
}

#[test]
fn near_places_share_a_snippet() {
    let text = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n";
    let finding = marked(
        span_of(text, "2"),
        &[(span_of(text, "\"c\""), "first"), (span_of(text, "3"), "then"), (span_of(text, "2"), "")],
    );
    let expected = r#"
a.json:3:8 warning[test-rule]: Something is wrong
   ╭────
 2 │   "a": 1,
 3 │   "b": 2,
   ·        ─
 4 │   "c": 3
   ·   ─┬─  ┬
   ·    │   ╰── then
   ·    ╰── first
 5 │ }
   ╰────
"#;
    assert_eq!(small(text, finding), expected.trim_start());
}

#[test]
fn places_within_one_another_are_printed_apart() {
    let text = r#"{ "body": { "id": 1 } }"#;
    let finding = marked(span_of(text, r#"{ "id": 1 }"#), &[(span_of(text, "1"), "exact")]);
    let expected = r#"
a.json:1:11 warning[test-rule]: Something is wrong
   ╭────
 1 │ { "body": { "id": 1 } }
   ·           ───────────
   ╰────
   ╭─[a.json:1:19]
 1 │ { "body": { "id": 1 } }
   ·                   ┬
   ·                   ╰── exact
   ╰────
"#;
    assert_eq!(small(text, finding), expected.trim_start());
}

#[test]
fn a_span_over_several_lines_is_shown_by_its_first() {
    let text = "{\n  \"body\": {\n    \"id\": 1\n  }\n}";
    let finding = marked(Span::new(12, 29), &[]);
    let expected = r#"
a.json:2:11 warning[test-rule]: Something is wrong
   ╭────
 1 │ {
 2 │   "body": {
   ·           ─
 3 │     "id": 1
   ╰────
"#;
    assert_eq!(small(text, finding), expected.trim_start());
}

#[test]
fn two_labels_a_megabyte_apart_on_one_line() {
    let text = long_line(1_200_000, &[(100, "HERE"), (1_100_000, "THERE")]);
    let labels = [(span_of(&text, "HERE"), "from here"), (span_of(&text, "THERE"), "to there")];
    let out = small(text, marked(Span::new(100, 104), &labels));
    let expected = "
a.json:1:101 warning[test-rule]: Something is wrong
   ╭────
 1 │ …8901234567890123456789012345678901234567890123456789HERE4567890123456789012345678901234567890123456789012345…
   ·                                                      ──┬─
   ·                                                        ╰── from here
   ╰────
   ╭─[a.json:1:1100001]
 1 │ …901234567890123456789012345678901234567890123456789THERE5678901234567890123456789012345678901234567890123456…
   ·                                                     ──┬──
   ·                                                       ╰── to there
   ╰────
";
    assert_eq!(out, expected.trim_start());
}

#[test]
fn a_label_of_300_kilobytes() {
    let text = long_line(400_000, &[]);
    let huge = Span::new(50_000, 350_000);
    let out = small(text.as_str(), marked(huge, &[(huge, "all of it")]));
    let underline = out.lines().nth(3).expect("there is an underline");
    assert_eq!(underline.matches(['─', '┬']).count(), 82, "{out}");
    assert!(out.contains("╰── all of it"), "{out}");
    // And as the place of another label.
    small(text, marked(Span::at(7), &[(huge, "all of it")]));
}

#[test]
fn column_70_000() {
    let text = format!("{{\n{}", long_line(80_002, &[(70_000, "HERE")]));
    let out = small(text.as_str(), marked(span_of(&text, "HERE"), &[]));
    let expected = "
a.json:2:70001 warning[test-rule]: Something is wrong
   ╭────
 2 │ …8901234567890123456789012345678901234567890123456789HERE4567890123456789012345678901234567890123456789012345…
   ·                                                      ────
   ╰────
";
    assert_eq!(out, expected.trim_start());
}

#[test]
fn fifty_megabytes_on_one_line() {
    let len = 50_000_000;
    let text = long_line(len, &[(len - 1_000, "HERE")]);
    let at = Span::new(len as u32 - 1_000, len as u32 - 996);
    let whole = Span::new(0, text.len() as u32);
    let file = Owned::new(text, vec![marked(at, &[(Span::at(9), "from here")]), marked(whole, &[(at, "")])]);
    let file = FileReport { pact: None, path: "a.json", ..file.report() };
    let out = rendered(Format::Text, &[file], &Options::default());
    assert!(out.contains("a.json:1:49999001 warning[test-rule]"), "{out}");
    assert!(out.len() < 8_000, "{} bytes", out.len());
}

#[test]
fn tabs_and_line_ends() {
    let text = "{\r\n\t\"a\":\t1,\r\n\t\"b\": 2\r}";
    let expected = r#"
a.json:2:7 warning[test-rule]: Something is wrong
   ╭────
 1 │ {
 2 │     "a":    1,
   ·             ┬
   ·             ╰── one
 3 │     "b": 2
   ·          ┬
   ·          ╰── two
 4 │ }
   ╰────
"#;
    let finding = marked(span_of(text, "1"), &[(span_of(text, "1"), "one"), (span_of(text, "2"), "two")]);
    assert_eq!(small(text, finding), expected.trim_start());
    // Between the two bytes of a line end, and on them.
    for start in 10..14 {
        small(text, marked(Span::new(start, start + 1), &[]));
    }
}

#[test]
fn wide_characters() {
    let text = r#"{ "名前": "日本語🚀", "x": "é" }"#;
    let finding = marked(span_of(text, "\"日本語🚀\""), &[(span_of(text, "\"é\""), "short")]);
    let expected = r#"
a.json:1:9 warning[test-rule]: Something is wrong
   ╭────
 1 │ { "名前": "日本語🚀", "x": "é" }
   ·           ─────┬────       ─┬─
   ·                │            ╰── short
   ·                ╰── here
   ╰────
"#;
    assert_eq!(small(text, finding), expected.trim_start());
    // Cut windows end between characters, and spans may start inside one.
    let text = "日本🚀".repeat(100_000);
    for start in 500_000..500_012 {
        small(text.as_str(), marked(Span::new(start, start + 700), &[]));
    }
    // Marks that take no column at all.
    small("e\u{301}".repeat(5_000), marked(Span::new(9_000, 9_400), &[(Span::new(3, 4), "")]));
}

#[test]
fn the_end_of_the_file() {
    let expected = r#"
a.json:1:7 warning[test-rule]: Something is wrong
   ╭────
 1 │ {"a":1
   ·       ▲
   ·       ╰── expected `}`
   ╰────
"#;
    let at_end = |text: &str| Span::at(text.len() as u32);
    let text = r#"{"a":1"#;
    let out = small(text, marked(at_end(text), &[(at_end(text), "expected `}`")]));
    assert_eq!(out, expected.trim_start());
    // After the last line feed, on a long line, and past the end.
    let out = small("{\n", marked(Span::at(2), &[]));
    assert_eq!(out.lines().nth(3), Some(" 2 │"), "{out}");
    assert_eq!(out.lines().nth(4), Some("   · ▲"), "{out}");
    let long = long_line(100_000, &[]);
    let out = small(long.as_str(), marked(at_end(&long), &[]));
    assert!(out.lines().nth(3).is_some_and(|line| line.ends_with('▲')), "{out}");
    small("{\n", marked(Span::new(90, 100), &[(Span::new(95, 99), "gone")]));
}

#[test]
fn an_empty_file_has_a_header_only() {
    let out = small("", marked(Span::at(0), &[(Span::at(0), "here")]));
    assert_eq!(out, "a.json:1:1 warning[test-rule]: Something is wrong\n");
}

#[test]
fn control_characters_are_shown() {
    let text = "{ \"a\u{1b}[31m\": \"\u{202e}x\u{0}\" }";
    let finding = Finding {
        message: "Key `a\u{1b}[31m`".into(),
        help: Some("Not \u{7}".into()),
        ..marked(span_of(text, "\"\u{202e}x\u{0}\""), &[(span_of(text, "\"a\u{1b}[31m\""), "\u{9b}1m")])
    };
    let expected = r#"
a.json:1:13 warning[test-rule]: Key `a\u{1b}[31m`
   ╭────
 1 │ { "a\u{1b}[31m": "\u{202e}x\u{0}" }
   ·   ──────┬──────  ────────┬───────
   ·         │                ╰── here
   ·         ╰── \u{9b}1m
   ╰────
  = help: Not \u{7}
"#;
    assert_eq!(small(text, finding), expected.trim_start());
}

#[test]
fn what_does_not_fit_is_cut() {
    let lines: Vec<String> = (0..400).map(|at| format!("  \"key {at}\": \"{}\",", "日".repeat(60))).collect();
    let text = lines.join("\n");
    let label = "a long explanation ".repeat(50);
    let labels: Vec<(Span, &str)> =
        (0..40).map(|at| (span_of(&text, &format!("key {}\"", at * 10)), label.as_str())).collect();
    let finding = marked(span_of(&text, "key 200\""), &labels);
    let finding = Finding {
        message: "wrong ".repeat(10_000),
        help: Some("mend ".repeat(10_000).into()),
        interaction: Some(std::sync::Arc::new(InteractionRef {
            section: "messages",
            index: 7,
            description: String::new(),
            states: vec!["state ".repeat(10_000); 9],
        })),
        ..finding
    };
    let out = report(text, vec![finding]);
    assert!(out.len() < 4_100, "{} bytes", out.len());
    assert!(out.contains("messages[7] · given \"state state"), "{out}");
    assert!(out.contains(", 6 more\n"), "{out}");
    assert!(out.contains(" more places\n"), "{out}");
}

#[test]
fn totals_tell_what_was_looked_at() {
    let totals = |summary: Summary| super::totals(&[], &summary, &Options::default());
    let summary = Summary { files_checked: 7, elapsed: Duration::from_millis(3), ..Summary::default() };
    assert_eq!(totals(summary), "Found nothing in 7 pacts. 3 ms");
    let summary = Summary { files_checked: 1, files_skipped: 2, ..summary };
    assert_eq!(totals(summary), "Found nothing in 1 pact. Skipped 2 files that hold no pact. 3 ms");
    let elapsed = Duration::from_millis(12_345);
    let summary = Summary { errors: 2, warnings: 1, infos: 3, files_skipped: 0, elapsed, ..summary };
    assert_eq!(totals(summary), "Found 2 errors, 1 warning, 3 infos in 0 of 1 pact. 12.3 s");
}

#[test]
fn names_that_are_missing_are_left_out() {
    let known = PactRef { consumer: Some("we\u{1b}b"), ..PactRef::default() };
    assert_eq!(super::whose(Some(&known), None), r"we\u{1b}b -> ?");
    assert_eq!(super::whose(Some(&PactRef::default()), None), "");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_and_no_span_is_too_odd(
        parts in proptest::collection::vec(("[ -~]{0,9}|\\PC{0,3}|[\r\n\t\u{0}]{0,2}", 1..400_usize), 0..12),
        spans in proptest::collection::vec((0..3_000_u32, 0..3_000_u32), 1..9),
        width in 0..300_usize,
    ) {
        let text: String = parts.iter().map(|(part, times)| part.repeat(*times)).collect();
        let labels: Vec<(Span, &str)> =
            spans.iter().map(|&(start, len)| (Span::new(start, start + len), "label")).collect();
        let file = Owned::new(text, vec![marked(labels[0].0, &labels[1..])]);
        let options = Options { width, ..Options::default() };
        for format in Format::ALL {
            let out = rendered(format, &[file.report()], &options);
            proptest::prop_assert!(format != Format::Text || out.len() < 4_200, "{} bytes", out.len());
        }
    }
}

#[test]
fn code_for_the_test_stands_under_the_finding() {
    let hint = |code: String| Hint { library: "pact-js", code };
    let hints = (0..7).map(|n| hint(format!("n{n}: like(\"\u{1b}\")"))).collect();
    let file = Owned::new(ORDERS, vec![Finding { hints, ..header_finding() }]);
    let shown = rendered(Format::Text, &[file.report()], &Options::default());
    assert!(shown.contains("  = pact-js: n0: like(\"\\u{1b}\")\n  = pact-js: n1: "), "{shown}");
    assert!(shown.contains("n4: like") && !shown.contains("n5: like"), "{shown}");
    assert!(shown.contains("  = pact-js: 2 more like these\n") && shown.contains("[--fix]"), "{shown}");
    // What a library generates is not mended in the file.
    let report = FileReport { generated: true, ..file.report() };
    let shown = rendered(Format::Text, &[report], &Options::default());
    assert!(shown.contains("n0: like") && !shown.contains("--fix"), "{shown}");
    let unhinted = Owned::new(ORDERS, vec![header_finding()]);
    let report = FileReport { generated: true, ..unhinted.report() };
    let shown = rendered(Format::Text, &[report], &Options::default());
    assert!(shown.contains(" [--fix --fix-generated]") && !shown.contains("with --fix."), "{shown}");
}
