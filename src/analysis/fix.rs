//! Applying fixes, round after round, until there is nothing left to apply.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::document::Document;
use crate::analysis::run::{RunOptions, Secrets, analyse};
use crate::config::Levels;
use crate::diagnostic::{Applicability, Finding, FindingFix};
use crate::text::{Composed, Span, TextEdit, apply_edits};

/// One fix may uncover the next; so often is looked again.
pub const MAX_ROUNDS: usize = 10;

/// Which fixes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that leave the contract as it is.
    Safe,
    /// Also those that make it stricter or looser.
    All,
}

/// Fixes of one kind that were applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The rule whose findings they removed.
    pub rule: &'static str,
    /// What they do.
    pub title: String,
    /// How many there were.
    pub count: usize,
}

/// A document after fixing.
#[derive(Debug)]
pub struct Fixed {
    /// The document; the same as before if nothing was applied.
    pub doc: Document,
    /// What was applied, by rule and title.
    pub applied: Vec<Applied>,
    /// The edits of the text as it was that give the text of `doc`, in order of position.
    pub edits: Vec<TextEdit>,
    /// In how many rounds.
    pub rounds: usize,
    /// No wanted fix is left that could be applied.
    pub settled: bool,
}

impl Fixed {
    /// How many fixes were applied.
    pub fn count(&self) -> usize {
        self.applied.iter().map(|applied| applied.count).sum()
    }
}

/// Applies the wanted fixes of the findings of `doc`. Gives the same bytes every time.
pub fn fix(doc: &Document, levels: &Levels, wanted: Wanted, options: RunOptions<'_>) -> Fixed {
    // The user asks for the text that fixes write, secrets included; nothing of it is shown.
    let options = RunOptions {
        secrets: Secrets::InEdits,
        summary: false,
        profile: false,
        suppressed: false,
        // Most interactions stay as they are from round to round.
        once: false,
        ..options
    };
    let mut fixed =
        Fixed { doc: doc.clone(), applied: Vec::new(), edits: Vec::new(), rounds: 0, settled: false };
    let mut composed = Composed::new(doc.len());
    let mut applied: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    while fixed.rounds < MAX_ROUNDS {
        let findings = analyse(&fixed.doc, levels, options).findings;
        if findings.iter().all(|finding| best(finding, wanted).is_none()) {
            fixed.settled = true;
            break;
        }
        let text = fixed.doc.text();
        let chosen = choose(&findings, wanted, |fix| changes(&text, &fix.edits));
        if chosen.is_empty() {
            fixed.settled = true;
            break;
        }
        let edits: Vec<TextEdit> = chosen.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
        let Some(next) = edited(&fixed.doc, &text, &edits) else { break };
        composed.then(&edits);
        for (finding, fix) in chosen {
            *applied.entry((finding.rule, fix.title.clone())).or_default() += 1;
        }
        fixed.doc = next;
        fixed.rounds += 1;
    }
    fixed.edits = composed.edits();
    let one = |((rule, title), count)| Applied { rule, title, count };
    fixed.applied = applied.into_iter().map(one).collect();
    fixed
}

/// `doc`, whose text is `text`, with edits made; `None` if they do not fit, or leave more syntax
/// errors than there were.
fn edited(doc: &Document, text: &str, edits: &[TextEdit]) -> Option<Document> {
    let next = doc.replaced(apply_edits(text, edits)?);
    (next.syntax_errors() <= doc.syntax_errors()).then_some(next)
}

/// The fixes that can be made at once, at most one a finding, in the order of the findings.
/// A fix is taken whole or not at all; of two in each other's way the first stays.
pub fn choose(
    findings: &[Finding],
    wanted: Wanted,
    fits: impl Fn(&FindingFix) -> bool,
) -> Vec<(&Finding, &FindingFix)> {
    let mut taken: BTreeSet<Span> = BTreeSet::new();
    let mut chosen = Vec::new();
    for finding in findings {
        let Some(fix) = best(finding, wanted) else { continue };
        let free = |edit: &TextEdit| !is_in_the_way(&taken, edit.span);
        if fix.edits.iter().all(free) && is_one_change(&fix.edits) && fits(fix) {
            taken.extend(fix.edits.iter().map(|edit| edit.span));
            chosen.push((finding, fix));
        }
    }
    chosen
}

/// The fix of a finding that is applied: a safe one where there is one.
fn best(finding: &Finding, wanted: Wanted) -> Option<&FindingFix> {
    let first = |applicability| finding.fixes.first_of(applicability);
    first(Applicability::Safe)
        .or_else(|| if wanted == Wanted::All { first(Applicability::Unsafe) } else { None })
        .filter(|fix| !fix.edits.is_empty())
}

/// Whether one of the `taken` spans, which do not overlap, overlaps this one, or meets it so
/// that the order of the edits would matter.
fn is_in_the_way(taken: &BTreeSet<Span>, span: Span) -> bool {
    let before = taken.range(..=Span::new(span.end, u32::MAX)).next_back();
    before.is_some_and(|last| last.end >= span.start)
}

/// Whether the edits of a fix leave each other alone.
fn is_one_change(edits: &[TextEdit]) -> bool {
    let mut spans: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
    spans.sort_unstable();
    spans.windows(2).all(|pair| pair[0].end <= pair[1].start)
}

/// Whether all edits fit the text, and one of them changes it.
fn changes(text: &str, edits: &[TextEdit]) -> bool {
    let old = |edit: &TextEdit| text.get(edit.span.start as usize..edit.span.end as usize);
    edits.iter().all(|edit| old(edit).is_some()) && edits.iter().any(|edit| old(edit) != Some(&*edit.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::diagnostic::Severity;

    fn finding(fixes: &[(Applicability, &[TextEdit])]) -> Finding {
        let fix = |(applicability, edits): &(Applicability, &[TextEdit])| FindingFix {
            title: "fix".to_owned(),
            applicability: *applicability,
            edits: edits.to_vec(),
        };
        Finding {
            fixes: fixes.iter().map(fix).collect::<Vec<_>>().into(),
            ..Finding::plain(("syntax", "json-syntax"), Severity::Error, Span::at(0), String::new())
        }
    }

    fn chosen(findings: &[Finding], wanted: Wanted) -> Vec<Span> {
        let text = "0123456789";
        let chosen = choose(findings, wanted, |fix| changes(text, &fix.edits));
        chosen.iter().flat_map(|(_, fix)| fix.edits.iter().map(|edit| edit.span)).collect()
    }

    #[test]
    fn of_fixes_in_the_way_the_first_is_taken_and_whole() {
        use Applicability::{DisplayOnly, Safe, Unsafe};
        let findings = [
            finding(&[(Safe, &[TextEdit::delete(Span::new(4, 6))])]),
            finding(&[(Safe, &[TextEdit::insert(1, "x"), TextEdit::delete(Span::new(5, 7))])]),
            finding(&[(Safe, &[TextEdit::insert(6, "meets the first")])]),
            finding(&[(Unsafe, &[TextEdit::insert(2, "y")]), (Safe, &[TextEdit::insert(8, "y")])]),
            finding(&[(Unsafe, &[TextEdit::insert(0, "z")])]),
            finding(&[(DisplayOnly, &[TextEdit::insert(3, "z")])]),
            finding(&[(Safe, &[TextEdit::insert(11, "does not fit")])]),
            finding(&[(Safe, &[TextEdit::replace(Span::new(9, 10), "9")])]),
            finding(&[(Safe, &[])]),
        ];
        assert_eq!(chosen(&findings, Wanted::Safe), [Span::new(4, 6), Span::at(8)]);
        assert_eq!(chosen(&findings, Wanted::All), [Span::new(4, 6), Span::at(8), Span::at(0)]);
    }

    #[test]
    fn edits_that_break_the_syntax_are_not_made() {
        let text = "{\"consumer\": {\"name\": \"a\"},}";
        let doc = Document::new(text);
        let with =
            |start, end| edited(&doc, text, &[TextEdit::delete(Span::new(start, end))]).map(|d| d.text());
        let comma = text.len() as u32 - 2;
        assert_eq!(with(comma, comma + 1).as_deref(), Some("{\"consumer\": {\"name\": \"a\"}}"));
        assert_eq!(with(10, 12), None, "without the colon there is one error more");
        assert_eq!(with(comma, comma + 9), None, "the edit does not fit");
    }

    #[test]
    fn a_sound_pact_is_left_alone() {
        let levels = Settings::default().resolve().expect("the default names no rule");
        let text = "{\"consumer\": {\"name\": \"a\"}}\r\n";
        let fixed = fix(&Document::new(text), &levels, Wanted::Safe, RunOptions::default());
        assert_eq!((fixed.doc.text().as_str(), fixed.count(), fixed.settled), (text, 0, true));
    }
}
