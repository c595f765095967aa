//! What came of runs, by interaction: it holds as long as the interaction is as it was run.

use rustc_hash::FxHashMap;

use crate::analysis::Document;
use crate::diagnostic::Severity;
use crate::lsp::convert::place;
use crate::lsp::event::{ClientFacts, Note, Related};
use crate::text::Span;

/// The code of what a run tells.
const CODE: &str = "verify";

/// What came of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lsp) enum Verified {
    /// The provider keeps to it.
    Passed,
    /// It does not.
    Failed,
    /// It does not, or nobody knows, and it does not have to yet.
    Pending,
    /// Nobody knows.
    Unknown,
}

/// Something that a run tells of an interaction.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) severity: Severity,
    /// Where, in bytes of the interaction.
    pub(super) span: Span,
    pub(super) message: String,
    /// Further places in the interaction.
    pub(super) labels: Vec<(Span, String)>,
}

/// What came of one interaction, which had the text with this hash.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) hash: u64,
    pub(super) verified: Verified,
    pub(super) told: Vec<Told>,
}

/// What came of the interactions of a pact.
#[derive(Debug, Default)]
pub(super) struct Results(FxHashMap<u64, Outcome>);

impl Results {
    /// Takes in what a run came to.
    pub(super) fn take(&mut self, outcomes: Vec<Outcome>) {
        self.0.extend(outcomes.into_iter().map(|outcome| (outcome.hash, outcome)));
    }

    /// What came of an interaction as it is now.
    pub(super) fn of(&self, doc: &Document, chunk: usize) -> Option<Verified> {
        Some(self.0.get(&doc.chunk(chunk)?.0.hash())?.verified)
    }

    /// What there is to tell of a document as it is now.
    pub(super) fn notes(&self, doc: &Document, client: &ClientFacts) -> Vec<Note> {
        let mut notes = Vec::new();
        for index in (0..doc.chunk_count()).filter(|index| doc.is_live(*index)) {
            let Some((chunk, base)) = doc.chunk(index) else { continue };
            let Some(outcome) = self.0.get(&chunk.hash()) else { continue };
            let range = |span: Span| place::range_of(doc, span.shifted(base), client.encoding);
            for told in &outcome.told {
                let related = told.labels.iter().map(|(span, text)| Related {
                    path: None,
                    range: range(*span),
                    text: text.clone(),
                });
                notes.push(Note {
                    range: range(told.span),
                    severity: told.severity,
                    code: CODE,
                    page: None,
                    message: told.message.clone(),
                    related: if client.related { related.collect() } else { Vec::new() },
                });
            }
        }
        notes
    }
}
