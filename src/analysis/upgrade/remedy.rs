//! Remedies that rules name, as fixes of findings.

use std::collections::BTreeMap;

use crate::analysis::document::Document;
use crate::analysis::upgrade::upgrade;
use crate::diagnostic::{Applicability, FindingFix, Remedy};
use crate::model::{Source, Version};

/// A larger file gets no fix of the whole file with each analysis: `pactlens upgrade` does it.
const MAX_LEN: u32 = 512 << 10;

/// So many findings of a file get the same fix of the whole file, which is made only once.
const MAX_TIMES: usize = 20;

/// The remedies of a document, each made when it is first asked for.
#[derive(Default)]
pub(in crate::analysis) struct Remedies {
    made: BTreeMap<Remedy, (Option<FindingFix>, usize)>,
}

impl Remedies {
    /// The fix that a remedy comes to, if there is one.
    pub(in crate::analysis) fn fix(&mut self, doc: &Document, remedy: Remedy) -> Option<FindingFix> {
        let (fix, times) = self.made.entry(remedy).or_insert_with(|| (make(doc, remedy), 0));
        *times += 1;
        if *times > MAX_TIMES { None } else { fix.clone() }
    }
}

fn make(doc: &Document, remedy: Remedy) -> Option<FindingFix> {
    if doc.len() > MAX_LEN {
        return None;
    }
    let from = doc.facts().version();
    let to = match remedy {
        Remedy::MakeV4 => Version::V4,
        Remedy::Declare { .. } => from,
    };
    let upgrade = upgrade(doc, to).ok().filter(|upgrade| !upgrade.edits.is_empty())?;
    let title = match remedy {
        Remedy::MakeV4 => {
            let told = match upgrade.notes.len() {
                0 => String::new(),
                1 => "; one place is then read otherwise, which `pactlens upgrade` tells".to_owned(),
                n => format!("; {n} places are then read otherwise, which `pactlens upgrade` tells"),
            };
            format!("Make the whole file {}{told}", to.name())
        }
        Remedy::Declare { .. } if doc.facts().detected.source == Source::Declared => {
            format!("Leave the file {}, and remove other versions from it", from.name())
        }
        Remedy::Declare { .. } => {
            format!(
                "Declare the file as {}, which the official core takes it for, and remove other versions from it",
                from.name()
            )
        }
    };
    let applicability = match remedy {
        Remedy::Declare { meant: true } => Applicability::Safe,
        _ => Applicability::Unsafe,
    };
    Some(FindingFix { title, applicability, edits: upgrade.edits })
}
