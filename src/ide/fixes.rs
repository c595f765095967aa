//! Which fixes are offered for a part of a file.

use crate::analysis::{Wanted, choose_fixes};
use crate::diagnostic::{Applicability, Finding, FindingFix};
use crate::text::{Span, TextEdit};

/// The fixes of the findings that `span` touches, in order of position.
pub fn quick_fixes(findings: &[Finding], span: Span) -> impl Iterator<Item = (&Finding, &FindingFix)> {
    let applicable = |fix: &&FindingFix| fix.applicability != Applicability::DisplayOnly;
    touching(findings, span)
        .flat_map(move |finding| finding.fixes.iter().filter(applicable).map(move |fix| (finding, fix)))
}

/// The findings that `span` touches, in order of position.
pub fn touching(findings: &[Finding], span: Span) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(move |finding| finding.span.start <= span.end && span.start <= finding.span.end)
}

/// The edits of all safe fixes that can be made at once, in order of position. Of two
/// fixes in each other's way the first stays.
pub fn all_safe_fixes(findings: &[Finding]) -> Vec<TextEdit> {
    let chosen = choose_fixes(findings, Wanted::Safe, |_| true);
    let mut edits: Vec<TextEdit> = chosen.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    fn finding(start: u32, applicability: Applicability, edits: Vec<TextEdit>) -> Finding {
        Finding {
            rule: "json-syntax",
            group: "syntax",
            severity: Severity::Error,
            message: String::new(),
            help: None,
            span: Span::new(start, start + 2),
            labels: Vec::new(),
            fixes: vec![FindingFix { title: "fix".to_owned(), applicability, edits }],
            elsewhere: Vec::new(),
            hints: Vec::new(),
            test: None,
            interaction: None,
            pointer: String::new(),
            value: "",
        }
    }

    #[test]
    fn a_group_is_taken_whole_or_not_at_all() {
        let findings = [
            finding(0, Applicability::Safe, vec![TextEdit::delete(Span::new(4, 6))]),
            finding(
                2,
                Applicability::Safe,
                vec![TextEdit::insert(1, "x"), TextEdit::delete(Span::new(5, 7))],
            ),
            finding(3, Applicability::Unsafe, vec![TextEdit::insert(20, "y")]),
            finding(9, Applicability::Safe, vec![TextEdit::insert(9, "z")]),
        ];
        let spans: Vec<Span> = all_safe_fixes(&findings).iter().map(|edit| edit.span).collect();
        assert_eq!(spans, [Span::new(4, 6), Span::at(9)]);
    }

    #[test]
    fn quick_fixes_are_those_of_the_range() {
        let findings = [
            finding(0, Applicability::Safe, Vec::new()),
            finding(5, Applicability::Unsafe, Vec::new()),
            finding(6, Applicability::DisplayOnly, Vec::new()),
            finding(9, Applicability::Safe, Vec::new()),
        ];
        let found: Vec<u32> = quick_fixes(&findings, Span::at(6)).map(|(f, _)| f.span.start).collect();
        assert_eq!(found, [5]);
    }
}
