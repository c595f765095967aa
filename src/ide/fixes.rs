//! Which fixes are offered for a part of a file.

use crate::analysis::{Document, RunOptions, Wanted, fix};
use crate::config::Levels;
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

/// The edits that make all safe fixes, and those that they make way for, in order of position:
/// the result is that of `--fix`. None if `options` say that the work is no longer wanted.
pub fn all_safe_fixes(doc: &Document, levels: &Levels, options: RunOptions<'_>) -> Vec<TextEdit> {
    let fixed = fix(doc, levels, Wanted::Safe, options);
    let stopped = options.cancelled.is_some_and(|cancelled| cancelled());
    if stopped { Vec::new() } else { fixed.edits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    fn finding(start: u32, applicability: Applicability, edits: Vec<TextEdit>) -> Finding {
        let fixes = vec![FindingFix { title: "fix".to_owned(), applicability, edits }].into();
        let span = Span::new(start, start + 2);
        Finding { fixes, ..Finding::plain(("syntax", "json-syntax"), Severity::Error, span, String::new()) }
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
