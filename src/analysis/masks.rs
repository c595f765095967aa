//! Keeping secrets out of what is told of a document, whatever rule it comes from.

use crate::analysis::document::Document;
use crate::analysis::run::Secrets;
use crate::diagnostic::{Finding, InteractionRef};
use crate::model::secrets::Mask;
use crate::text::Span;

/// The mask of a document, made when there is the first thing to tell.
pub(super) struct Masks<'a> {
    doc: &'a Document,
    secrets: Secrets,
    /// There is nothing to hide.
    idle: bool,
    mask: Option<Mask>,
}

impl<'a> Masks<'a> {
    pub(super) fn new(doc: &'a Document, secrets: Secrets) -> Masks<'a> {
        let clean = doc.spine.secrets().is_empty() && doc.chunks.iter().all(|p| p.chunk.secrets().is_empty());
        Masks { doc, secrets, idle: clean || secrets == Secrets::Shown, mask: None }
    }

    fn mask(&mut self) -> &Mask {
        self.mask.get_or_insert_with(|| {
            let mut mask = Mask::default();
            mask.add(&self.doc.spine.text, self.doc.spine.secrets());
            for placed in &self.doc.chunks {
                mask.add(placed.chunk.text(), placed.chunk.secrets());
            }
            mask
        })
    }

    /// Equal where the same is hidden.
    pub(super) fn key(&mut self) -> u64 {
        if self.idle { 0 } else { self.mask().key().wrapping_add(1) }
    }

    /// Hides what is secret in all texts of a finding but the name of its interaction.
    pub(super) fn apply(&mut self, finding: &mut Finding) {
        if self.idle {
            return;
        }
        let in_edits = self.secrets == Secrets::InEdits;
        let mask = self.mask();
        mask.apply(&mut finding.message);
        finding.help.iter_mut().for_each(|help| mask.apply(help));
        mask.apply(&mut finding.pointer);
        finding.labels.iter_mut().for_each(|label| mask.apply(&mut label.text));
        let mut fixes = std::mem::take(&mut finding.fixes).into_vec();
        if !in_edits {
            fixes.retain(|fix| !fix.edits.iter().any(|edit| mask.is_in(&edit.text)));
        }
        fixes.iter_mut().for_each(|fix| mask.apply(&mut fix.title));
        finding.fixes = fixes.into();
    }

    /// The same for what is said of this document in the findings of another.
    pub(super) fn apply_to(&mut self, texts: &mut [&mut String]) {
        if !self.idle {
            let mask = self.mask();
            texts.iter_mut().for_each(|text| mask.apply(*text));
        }
    }

    /// The same for what an interaction is called.
    pub(super) fn apply_to_reference(&mut self, reference: &mut InteractionRef) {
        if self.idle {
            return;
        }
        let mask = self.mask();
        mask.apply(&mut reference.description);
        reference.states.iter_mut().for_each(|state| mask.apply(state));
    }
}

/// What can be shown of a document: every secret is covered by as many bytes of something
/// else, so that each place is where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The text; empty unless it was wanted.
    pub text: String,
    /// The name of the consumer.
    pub consumer: Option<String>,
    /// The name of the provider.
    pub provider: Option<String>,
}

impl Document {
    /// Names and, if it is needed, text without secrets, unless they are to be shown.
    pub fn shown(&self, secrets: Secrets, with_text: bool) -> Shown {
        let facts = self.facts();
        let text = if with_text { self.text() } else { String::new() };
        let mut shown = Shown { text, consumer: facts.consumer.clone(), provider: facts.provider.clone() };
        let mut masks = Masks::new(self, secrets);
        if masks.idle {
            return shown;
        }
        let in_spine = self.spine.secrets().iter().map(|secret| self.spine_span(secret.hidden));
        let in_chunks = self.chunks.iter().flat_map(|placed| {
            placed.chunk.secrets().iter().map(|secret| secret.hidden.shifted(placed.base))
        });
        let places: Vec<Span> = in_spine.chain(in_chunks).collect();
        let mask = masks.mask();
        if with_text {
            shown.text = mask.apply_to_file(&shown.text, places);
        }
        [&mut shown.consumer, &mut shown.provider].into_iter().flatten().for_each(|name| mask.apply(name));
        shown
    }
}
