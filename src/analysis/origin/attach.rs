//! Telling findings the test they come from.

use rustc_hash::FxHashMap;

use crate::analysis::origin::{TestIndex, Wrote};
use crate::diagnostic::{Elsewhere, Finding};
use crate::model::FileSummary;

/// Gives each finding in an interaction the test that wrote it. `pact` is the path of the
/// file, as those in the index are written.
pub fn attach(findings: &mut [Finding], summary: &FileSummary, pact: &str, tests: &TestIndex) {
    if tests.is_empty() || findings.iter().all(|finding| finding.interaction.is_none()) {
        return;
    }
    let consumer = summary.consumer.as_ref().map(|party| party.name.as_str());
    let mut starts = FxHashMap::default();
    let mut known: FxHashMap<(&str, u32), Option<Elsewhere>> = FxHashMap::default();
    for finding in findings {
        let Some(about) = finding.interaction.as_deref() else { continue };
        // Of a key given twice the array that is read counts.
        let start = *starts.entry(about.section).or_insert_with(|| {
            summary.interactions.iter().position(|it| it.live && it.section.name() == about.section)
        });
        let test = known.entry((about.section, about.index)).or_insert_with(|| {
            let it = summary.interactions.get(start? + about.index as usize)?;
            // A description with a secret in it is told otherwise than it is.
            if it.description != about.description && !about.description.contains('*') {
                return None;
            }
            let states: Vec<&str> = it.states.iter().map(|state| state.name.as_str()).collect();
            tests.find(&Wrote {
                description: &it.description,
                states: &states,
                test_name: it.test_name.as_deref(),
                consumer,
                pact,
            })
        });
        finding.test = test.clone();
    }
}
