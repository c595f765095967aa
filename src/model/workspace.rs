//! What rules over many files know of each.

use std::sync::Arc;

use crate::model::{FileFacts, InteractionSummary, Section, Version};
use crate::syntax::Cursor;
use crate::text::Span;

/// A consumer or a provider as one file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The name.
    pub name: String,
    /// Its value, in the spine.
    pub span: Span,
}

/// A pact without its text and trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// The version the official core reads it as.
    pub version: Version,
    /// Who consumes, if the file says so in a string that is not empty.
    pub consumer: Option<Party>,
    /// Who provides.
    pub provider: Option<Party>,
    /// The name of the library that wrote it, if the metadata tells.
    pub library: Option<String>,
    /// A summary of each interaction, in document order.
    pub interactions: Vec<Arc<InteractionSummary>>,
    /// Whether the core reads `interactions` and `messages`, in this order.
    reads: [bool; 2],
}

impl FileSummary {
    /// The summary of a file with these facts, this spine, and these interactions.
    pub fn new(
        facts: &FileFacts,
        spine: Option<Cursor<'_>>,
        interactions: Vec<Arc<InteractionSummary>>,
    ) -> FileSummary {
        let party = |key: &str| {
            let name = spine?.get(key)?.get("name")?;
            let text = name.as_str().filter(|text| !text.is_empty())?;
            Some(Party { name: text.into_owned(), span: name.span() })
        };
        FileSummary {
            version: facts.version(),
            consumer: party("consumer"),
            provider: party("provider"),
            library: facts.library.as_ref().map(|library| library.name.clone()),
            interactions,
            reads: [Section::Interactions, Section::Messages].map(|section| facts.reads(section)),
        }
    }

    /// The name of the provider; empty if the file does not say.
    pub fn provider_name(&self) -> &str {
        self.provider.as_ref().map_or("", |party| &party.name)
    }

    /// The interactions that the official core reads, each with its index.
    pub fn read(&self) -> impl Iterator<Item = (u32, &InteractionSummary)> {
        let all = self.interactions.iter().enumerate();
        all.filter(|(_, it)| it.live && self.reads[it.section as usize]).map(|(i, it)| (i as u32, &**it))
    }
}
