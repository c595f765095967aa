//! Documents that were closed a moment ago.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::lsp::event::Uri;

/// How long what was said of a closed document stands. Editors close and open a file that was
/// written anew outside of them; its findings must not vanish between the two.
const GRACE: Duration = Duration::from_millis(100);

/// Documents that were closed, and of which something is said that is to be taken back.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// With the hash of what the client was told.
    told: FxHashMap<Uri, u64>,
    until: Option<Instant>,
}

impl Gone {
    /// A document was closed.
    pub(super) fn left(&mut self, uri: &Uri, told: u64) {
        self.told.insert(Uri::clone(uri), told);
        self.until = Some(Instant::now() + GRACE);
    }

    /// A document is open again: gives the hash of what is still said of it.
    pub(super) fn returned(&mut self, uri: &Uri) -> Option<u64> {
        let told = self.told.remove(uri);
        self.until = self.until.filter(|_| !self.told.is_empty());
        told
    }

    /// When it is time to take back what was said; `None` if there is nothing.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// All of them, which are forgotten with that.
    pub(super) fn take(&mut self) -> Vec<Uri> {
        self.until = None;
        self.told.drain().map(|(uri, _)| uri).collect()
    }
}
