//! What to write in a consumer test so that the pact it writes no longer has a finding, in the
//! language and library of that test.
//!
//! A finding becomes a `change::Change`, which knows no language (`by_rule`), and the change
//! a line of code (`write`, `jvm`). Made for findings that are shown, one by one; nothing
//! is judged or parsed again but the one interaction that a fix changes.

mod by_rule;
mod change;
mod choose;
mod infer;
mod interaction;
mod jvm;
mod literal;
mod strftime;
#[cfg(test)]
mod tests;
mod workspace;
mod write;

use crate::analysis::document::Document;
use crate::analysis::masks::Masks;
use crate::analysis::run::{RunOptions, Secrets, analyse};
use crate::config::{Dsl, Settings};
use crate::diagnostic::{Finding, Hint};
use crate::model::{Library, Version};
use crate::rules::{Example, Meta, examples};
use change::Change;
use choose::Dialect;
pub use choose::{Clues, choose};
use interaction::Place;
pub use workspace::Workspaces;

/// A finding has no more hints than this.
const MOST: usize = 8;
/// Longer code is no hint. In bytes.
const LONGEST: usize = 300;

/// So much text of interactions is gone through for one document, each finding costing the
/// whole of its own: a file with more to say has said enough. In bytes.
const MAX_WORK: usize = 64 << 20;

/// What there is to change in the tests of one document, in no language yet: which it will be
/// may depend on where the tests are found to be.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// By the number of the finding.
    of: Vec<(usize, Vec<Alternatives>)>,
    version: Option<Version>,
    library: Option<Library>,
}

/// The same change in several ways, the best first: a library may have no words for it.
type Alternatives = Vec<Change>;

impl Changes {
    /// What findings of `doc` ask for. `secrets` is what becomes of them in the rest of the
    /// report; cheap for findings in the order of the file.
    pub fn new(doc: &Document, findings: &[Finding], secrets: Secrets) -> Changes {
        let mut masks = Masks::new(doc, secrets);
        let mut last: Option<Place<'_>> = None;
        let (mut of, mut work) = (Vec::new(), 0);
        for (number, finding) in findings.iter().enumerate().filter(|(_, it)| by_rule::has_hints(it.rule)) {
            let Some(index) = doc.chunk_at(finding.span.start) else { continue };
            work += doc.chunks[index].chunk.text().len();
            if work > MAX_WORK {
                break;
            }
            if last.as_ref().is_none_or(|last| last.index != index) {
                last = Place::new(doc, index);
            }
            let Some(place) = last.as_ref().filter(|place| place.holds(finding.span)) else { continue };
            let mut changes = by_rule::changes(place, finding);
            for change in changes.iter_mut().flatten() {
                change.each_text(&mut |text| masks.apply_to(&mut [text]));
            }
            if !changes.is_empty() {
                of.push((number, changes));
            }
        }
        let facts = doc.facts();
        Changes { of, version: Some(facts.version()), library: facts.library.clone() }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Gives the findings, which are those that this was made of, their hints: none where the
    /// language is not known. What the configuration and the folders around the pact tell of
    /// it is known outside.
    pub fn write(&self, findings: &mut [Finding], configured: Option<Dsl>, workspace: Option<Dsl>) {
        let Some(version) = self.version else { return };
        for (number, changes) in &self.of {
            let Some(finding) = findings.get_mut(*number) else { continue };
            let test = finding.test.as_ref().map(|test| &*test.file);
            let clues = Clues { configured, library: self.library.as_ref(), test, workspace };
            if let Some(dsl) = choose(clues) {
                finding.hints = written(Dialect::new(dsl, version, self.library.as_ref()), changes);
            }
        }
    }
}

/// What a rule's own examples of what is wrong come to in a library of today; none where the
/// remedy is not in the test.
pub fn of_rule(rule: &Meta, dsl: Dsl) -> Vec<Hint> {
    let settings = Settings { select: vec![rule.name.to_owned()], ..Settings::default() };
    let Some(levels) = settings.resolve().ok().filter(|_| by_rule::has_hints(rule.name)) else {
        return Vec::new();
    };
    let of = |example: Example| {
        let doc = Document::new(example.text);
        let findings = analyse(&doc, &levels, RunOptions::default()).findings;
        let changes = Changes::new(&doc, &findings, Secrets::Hidden);
        let today = Dialect { dsl, v3: true, old: false };
        changes.of.first().map_or_else(Vec::new, |(_, changes)| written(today, changes))
    };
    let wrong = examples(rule.docs).into_iter().filter(|example| example.invalid);
    wrong.map(of).find(|hints| !hints.is_empty()).unwrap_or_default()
}

/// The hints for one finding of a document.
pub fn of_finding(
    doc: &Document,
    finding: &Finding,
    configured: Option<Dsl>,
    workspace: Option<Dsl>,
    secrets: Secrets,
) -> Vec<Hint> {
    let mut one = [finding.clone()];
    Changes::new(doc, &one, secrets).write(&mut one, configured, workspace);
    let [finding] = one;
    finding.hints
}

fn written(dialect: Dialect, changes: &[Alternatives]) -> Vec<Hint> {
    let mut hints: Vec<Hint> = Vec::new();
    for ways in changes {
        let mut codes = ways.iter().filter_map(|change| write::code(dialect, change));
        let Some(code) = codes.find(|code| code.len() <= LONGEST) else { continue };
        if hints.iter().all(|known| known.code != code) {
            hints.push(Hint { library: dialect.dsl.library(), code });
        }
        if hints.len() == MOST {
            break;
        }
    }
    hints
}
