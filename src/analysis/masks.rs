//! Keeping secrets out of findings, whatever rule they come from.

use rustc_hash::FxHashMap;

use crate::analysis::document::Document;
use crate::analysis::run::Secrets;
use crate::diagnostic::{Anchor, Diagnostic, Finding, InteractionRef};
use crate::model::secrets::Mask;

/// The masks of a document, each made when the first finding about its part asks.
pub(super) struct Masks<'a> {
    doc: &'a Document,
    secrets: Secrets,
    /// There is nothing to hide.
    idle: bool,
    made: FxHashMap<Anchor, Mask>,
}

impl<'a> Masks<'a> {
    pub(super) fn new(doc: &'a Document, secrets: Secrets) -> Masks<'a> {
        let clean = doc.spine.secrets().is_empty() && doc.chunks.iter().all(|p| p.chunk.secrets().is_empty());
        Masks { doc, secrets, idle: clean || secrets == Secrets::Shown, made: FxHashMap::default() }
    }

    /// The parts of the file that a diagnostic may quote: those it points at.
    pub(super) fn places(&self, diagnostic: &Diagnostic) -> Vec<Anchor> {
        if self.idle {
            return Vec::new();
        }
        let labels = diagnostic.labels.iter().map(|label| label.place.anchor);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|(anchor, _)| *anchor);
        let mut places: Vec<Anchor> = labels.chain(edits).collect();
        places.extend([Anchor::Spine, diagnostic.place.anchor]);
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Makes the masks of these parts and hands out those that hide something.
    fn of(&mut self, places: &[Anchor]) -> Vec<&Mask> {
        for place in places {
            let doc = self.doc;
            self.made.entry(*place).or_insert_with(|| match place {
                Anchor::Spine => Mask::new(&doc.spine.text, doc.spine.secrets()),
                Anchor::Chunk(index) => {
                    let chunk = &doc.chunks[*index as usize].chunk;
                    Mask::new(chunk.text(), chunk.secrets())
                }
            });
        }
        places.iter().filter_map(|place| self.made.get(place)).filter(|mask| !mask.is_empty()).collect()
    }

    /// Hides in all texts of a finding what is secret in these parts of the file.
    pub(super) fn apply(&mut self, places: &[Anchor], finding: &mut Finding) {
        if self.idle {
            return;
        }
        let in_edits = self.secrets == Secrets::InEdits;
        let masks = self.of(places);
        Mask::apply(&masks, &mut finding.message);
        finding.help.iter_mut().for_each(|help| Mask::apply(&masks, help));
        Mask::apply(&masks, &mut finding.pointer);
        finding.labels.iter_mut().for_each(|label| Mask::apply(&masks, &mut label.text));
        if !in_edits {
            finding.fixes.retain(|fix| !fix.edits.iter().any(|edit| Mask::any_in(&masks, &edit.text)));
        }
        finding.fixes.iter_mut().for_each(|fix| Mask::apply(&masks, &mut fix.title));
    }

    /// The same for what an interaction is called.
    pub(super) fn apply_to_reference(&mut self, index: u32, reference: &mut InteractionRef) {
        if self.idle {
            return;
        }
        let masks = self.of(&[Anchor::Spine, Anchor::Chunk(index)]);
        Mask::apply(&masks, &mut reference.description);
        reference.states.iter_mut().for_each(|state| Mask::apply(&masks, state));
    }
}
