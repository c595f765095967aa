//! Putting aside what is not to be heard of.

use std::sync::Arc;

use crate::analysis::document::Document;
use crate::analysis::filter::{Aside, Fate, Filter, Suppressed, SuppressedBy};
use crate::analysis::finish::{Finisher, in_order, is_left_to_the_library};
use crate::analysis::run::{ChunkResult, RunOptions, placed};
use crate::config::Levels;
use crate::diagnostic::{Diagnostic, Finding};
use crate::model::InteractionSummary;

/// What a filter took out of the diagnostics of a file.
#[derive(Default)]
pub(super) struct Sifted {
    /// Placed in the file; not those over the limit.
    taken: Vec<(Diagnostic, SuppressedBy)>,
    /// More than are in `taken`.
    left_out: Aside,
    keep: usize,
}

impl Sifted {
    /// Takes what `filter` says out of `of_file`, and adds what it has to say itself. Tells the
    /// fate of each diagnostic of each chunk.
    pub(super) fn sift(
        &mut self,
        filter: &mut Filter<'_>,
        of_file: &mut Vec<Diagnostic>,
        results: &[Arc<ChunkResult>],
        options: RunOptions<'_>,
    ) -> Vec<Box<[Fate]>> {
        self.keep = if options.suppressed { options.most.unwrap_or(usize::MAX) } else { 0 };
        let mut kept = Vec::with_capacity(of_file.len());
        for mut diagnostic in of_file.drain(..) {
            match filter.fate(&diagnostic) {
                Fate::Kept(severity) => {
                    diagnostic.severity = severity;
                    kept.push(diagnostic);
                }
                fate => self.take(filter, fate, || diagnostic),
            }
        }
        let mut of_chunk = |(at, result): (usize, &Arc<ChunkResult>)| {
            let fates = filter.fates(at, result);
            for (diagnostic, fate) in result.diagnostics.iter().zip(&fates) {
                if !matches!(fate, Fate::Kept(_)) {
                    self.take(filter, *fate, || placed(diagnostic.clone(), at, diagnostic.severity));
                }
            }
            fates
        };
        let fates = results.iter().enumerate().map(&mut of_chunk).collect();
        for diagnostic in filter.unused() {
            match filter.fate(&diagnostic) {
                Fate::Kept(severity) => kept.push(Diagnostic { severity, ..diagnostic }),
                fate => self.take(filter, fate, || diagnostic),
            }
        }
        *of_file = kept;
        fates
    }

    fn take(&mut self, filter: &mut Filter<'_>, fate: Fate, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.keep == 0 {
            return;
        }
        let full = self.taken.len() >= self.keep;
        let by = match fate {
            Fate::Kept(_) | Fate::Off => return,
            Fate::Suppressed(_) if full => return self.left_out.suppressed += 1,
            Fate::InBaseline if full => return self.left_out.in_baseline += 1,
            Fate::Suppressed(index) => SuppressedBy::Pact { reason: filter.reason(index) },
            Fate::InBaseline => SuppressedBy::Baseline,
        };
        self.taken.push((diagnostic(), by));
    }

    /// What was taken, as findings, and how much it is. What nobody would have heard of anyway
    /// is no part of it.
    pub(super) fn finish<'a>(
        self,
        doc: &'a Document,
        summaries: &'a dyn Fn(u32) -> Option<&'a InteractionSummary>,
        note: Option<Finding>,
        levels: &'a Levels,
        options: RunOptions<'_>,
    ) -> (Vec<Suppressed>, Aside) {
        if self.keep == 0 {
            return (Vec::new(), Aside::default());
        }
        let mut finisher = Finisher::new(doc, summaries, levels, options.secrets);
        let library = doc.facts().library.is_some();
        let mut all: Vec<Suppressed> = Vec::new();
        for (diagnostic, by) in self.taken {
            if !(library && is_left_to_the_library(&diagnostic, diagnostic.severity)) {
                all.extend(finisher.finding(diagnostic).map(|finding| Suppressed { finding, by }));
            }
        }
        all.extend(note.map(|finding| Suppressed { finding, by: SuppressedBy::Baseline }));
        all.sort_by(|a, b| in_order(&a.finding, &b.finding));
        all.dedup_by(|a, b| {
            let (a, b) = (&a.finding, &b.finding);
            a.rule == b.rule && a.span == b.span && a.message == b.message
        });
        let mut aside = self.left_out;
        for one in &all {
            match one.by {
                SuppressedBy::Pact { .. } => aside.suppressed += 1,
                SuppressedBy::Baseline => aside.in_baseline += 1,
            }
        }
        (all, aside)
    }
}
