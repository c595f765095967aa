//! Interactions that no test writes any more, among the findings over many files.

use crate::analysis::origin::{TestIndex, Wrote};
use crate::model::InteractionSummary;
use crate::rules::{CrossSink, Located, WorkspaceCx};

/// Files with fewer interactions say too little about where their tests are.
pub const MIN_INTERACTIONS: usize = 10;

/// Reports each interaction whose description is in no test while that of nine in ten others
/// of its file is. `tests` knows those of each file, in order. Says nothing of files whose
/// tests compute descriptions.
pub(super) fn report(cx: &WorkspaceCx<'_>, tests: &[Option<&TestIndex>], out: &mut CrossSink<'_>) {
    for (file, tests) in tests.iter().enumerate() {
        let (Some(tests), Some(summary)) = (tests, cx.files.get(file)) else { continue };
        let consumer = summary.consumer.as_ref().map(|party| party.name.as_str());
        let all = summary.read().map(|(index, it)| Located { file, index, it });
        let all: Vec<Located<'_>> = all.filter(|at| !at.it.description.is_empty()).collect();
        if all.len() < MIN_INTERACTIONS {
            continue;
        }
        let mut computes = false;
        let mut is_written = |it: &InteractionSummary| {
            let wrote = Wrote {
                description: &it.description,
                test_name: it.test_name.as_deref(),
                consumer,
                ..Wrote::default()
            };
            let writers = tests.writers(&wrote);
            computes |= writers.iter().any(|file| file.computes);
            !writers.is_empty()
        };
        let gone: Vec<&Located<'_>> = all.iter().filter(|at| !is_written(at.it)).collect();
        if computes || gone.len() * 10 > all.len() {
            continue;
        }
        let others = format!("{} of the {} interactions", all.len() - gone.len(), all.len());
        for at in gone {
            let name = &at.it.description;
            out.report(
                file,
                at.place(at.it.head),
                format!("No test here describes '{name}', while tests describe {others} of this file"),
                "if its test was renamed or removed, delete this file and run the tests again: libraries \
                 that add to a file leave old interactions in it",
            );
        }
    }
}
