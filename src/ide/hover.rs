//! What is shown under the pointer.

use crate::diagnostic::{Finding, Hint};
use crate::ide::rule_docs;
use crate::rules::{ALL, find};
use crate::text::Span;

/// How many findings at one place are explained.
const MOST: usize = 3;

/// A text to show, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The bytes it is about.
    pub span: Span,
    /// The text.
    pub markdown: String,
}

/// Explains the findings at `offset`, the innermost first, each with what `hints` has for it.
/// `None` where there is none.
pub fn hover(findings: &[Finding], offset: u32, hints: &dyn Fn(&Finding) -> Vec<Hint>) -> Option<Hover> {
    let mut here: Vec<&Finding> = findings.iter().filter(|f| f.span.touches(offset)).collect();
    here.sort_by_key(|finding| finding.span.len());
    let span = here.first()?.span;
    let mut explained: Vec<&str> = Vec::new();
    let mut parts = Vec::new();
    for finding in here.into_iter().take(MOST) {
        let mut part = format!("**{}** {}", finding.rule, finding.message);
        if let Some(help) = &finding.help {
            part.push_str("\n\n");
            part.push_str(help);
        }
        part.push_str(&in_the_test(&hints(finding)));
        if !explained.contains(&finding.rule) {
            explained.push(finding.rule);
            if let Some(rule) = find(finding.rule) {
                part.push_str("\n\n");
                part.push_str(&rule_docs(&ALL[rule].meta));
            }
        }
        parts.push(part);
    }
    Some(Hover { span, markdown: parts.join("\n\n---\n\n") })
}

/// What is told of one place by two sides, as one text about the smaller part.
pub fn joined(first: Option<Hover>, second: Option<Hover>) -> Option<Hover> {
    match (first, second) {
        (Some(first), Some(second)) => Some(Hover {
            span: if first.span.len() <= second.span.len() { first.span } else { second.span },
            markdown: format!("{}\n\n---\n\n{}", first.markdown, second.markdown),
        }),
        (first, second) => first.or(second),
    }
}

/// What to write in the test, as a block of code.
fn in_the_test(hints: &[Hint]) -> String {
    let Some(first) = hints.first() else { return String::new() };
    let code: Vec<&str> = hints.iter().map(|hint| &*hint.code).collect();
    let code = code.join("\n");
    // A fence is longer than any row of its mark inside.
    let mut fence = String::from("```");
    while code.contains(&fence) {
        fence.push('`');
    }
    format!("\n\nIn the test, with {}:\n\n{fence}\n{code}\n{fence}", first.library)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Document, RunOptions, analyse};
    use crate::config::Settings;

    #[test]
    fn explains_the_finding_at_the_offset() {
        let text = r#"{"consumer": {"name": "a", "name": "b"}, "provider": {"name": "c"}}"#;
        let levels = Settings::default().resolve().expect("the defaults are valid");
        let findings = analyse(&Document::new(text), &levels, RunOptions::default()).findings;
        let finding = findings.iter().find(|f| f.rule == "json-duplicate-key").expect("two names");
        let shown = hover(&findings, finding.span.start + 1, &|_| Vec::new()).expect("a hover");
        assert_eq!(shown.span, finding.span);
        assert!(shown.markdown.starts_with("**json-duplicate-key** "), "{}", shown.markdown);
        assert!(shown.markdown.contains("\n## Invalid\n"), "{}", shown.markdown);
        assert_eq!(hover(&findings, 2, &|_| Vec::new()), None);
    }

    #[test]
    fn shows_what_to_write_in_the_test() {
        let hint = |code: &str| Hint { library: "pact-js", code: code.to_owned() };
        let shown = in_the_test(&[hint("name: like(\"```\")"), hint("id: integer(1)")]);
        let wanted = "\n\nIn the test, with pact-js:\n\n````\nname: like(\"```\")\nid: integer(1)\n````";
        assert_eq!(shown, wanted);
    }
}
