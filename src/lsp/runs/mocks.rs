//! The mock servers that were started from the editor: of a whole pact, or of one interaction.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::analysis::Document;
use crate::lsp::runs::work::Mock;
use crate::model::{Section, Version};

/// What a mock server serves: a pact, by its path, or one interaction of it, by its mark.
pub(in crate::lsp) type Mocked = (Arc<str>, Option<u64>);

/// Mock servers, by what they serve.
#[derive(Debug, Default)]
pub(super) struct Mocks {
    running: FxHashMap<Mocked, Mock>,
    /// Those about to listen, with their ports; 0 is any free one.
    starting: FxHashMap<Mocked, u16>,
}

impl Mocks {
    /// The address of one that listens.
    pub(super) fn url(&self, mocked: &Mocked) -> Option<&str> {
        self.running.get(mocked).map(Mock::url)
    }

    /// Whether single interactions of a pact have one.
    pub(super) fn has_single(&self, path: &str) -> bool {
        self.running.keys().any(|(of, only)| only.is_some() && &**of == path)
    }

    /// Those of a pact and of its interactions.
    pub(super) fn of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a Mocked, &'a Mock)> {
        self.running.iter().filter(move |((of, _), _)| &**of == path)
    }

    /// Takes down that one is about to listen; gives its port. The configured one is for the first:
    /// whoever asks for a second one gets a free one rather than nothing. `None` if it is known.
    pub(super) fn starts(&mut self, mocked: Mocked, wanted: u16) -> Option<u16> {
        if self.starting.contains_key(&mocked) {
            return None;
        }
        let ports = self.starting.values().copied().chain(self.running.values().map(|it| it.port));
        let port = if ports.into_iter().any(|port| port == wanted) { 0 } else { wanted };
        self.starting.insert(mocked, port);
        Some(port)
    }

    /// Takes down what came of starting one.
    pub(super) fn started(&mut self, mocked: Mocked, mock: Option<Mock>) {
        self.starting.remove(&mocked);
        self.running.extend(mock.map(|mock| (mocked, mock)));
    }

    /// Stops one.
    pub(super) fn stop(&mut self, mocked: &Mocked) -> Option<Mock> {
        self.running.remove(mocked)
    }
}

/// What tells an interaction from the others of its pact, also after its request or response was
/// changed: its description and provider states.
pub(in crate::lsp) fn mark(doc: &Document, index: usize) -> u64 {
    let root = doc.chunk(index).and_then(|(chunk, _)| chunk.root());
    let of = |key: &str| root?.get(key);
    let mut hasher = FxHasher::default();
    (doc.position(index).0 == Section::Messages).hash(&mut hasher);
    of("description").map(|it| it.to_text()).hash(&mut hasher);
    let states = ["providerStates", "providerState", "provider_state"];
    states.map(|key| of(key).map(|it| it.raw())).hash(&mut hasher);
    hasher.finish()
}

/// Where the interaction with this mark is now.
pub(super) fn marked(doc: &Document, wanted: u64) -> Option<usize> {
    (0..doc.chunk_count()).find(|index| doc.is_live(*index) && mark(doc, *index) == wanted)
}

/// Whether an interaction has a request that a mock server could answer: a message has none.
pub(in crate::lsp) fn has_request(doc: &Document, index: usize) -> bool {
    if doc.facts().version() != Version::V4 {
        return doc.position(index).0 == Section::Interactions;
    }
    let kind = doc.chunk(index).and_then(|(chunk, _)| chunk.root()?.get("type"));
    !kind.is_some_and(|kind| kind.to_text().ends_with("/Messages"))
}
