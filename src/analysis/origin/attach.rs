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
    // By array and position in it.
    let mut counts: FxHashMap<(&str, bool), u32> = FxHashMap::default();
    let mut interactions = FxHashMap::default();
    for it in &summary.interactions {
        let count = counts.entry((it.section.name(), it.live)).or_default();
        // Of a key given twice the array that is read counts.
        if it.live || !interactions.contains_key(&(it.section.name(), *count)) {
            interactions.insert((it.section.name(), *count), it);
        }
        *count += 1;
    }
    let consumer = summary.consumer.as_ref().map(|party| party.name.as_str());
    let mut known: FxHashMap<(&str, u32), Option<Elsewhere>> = FxHashMap::default();
    for finding in findings {
        let Some(about) = finding.interaction.as_deref() else { continue };
        let key = (about.section, about.index);
        let test = known.entry(key).or_insert_with(|| {
            let it = interactions.get(&key)?;
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
