//! What failed the last time, in the user's cache folder.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::analysis::cache;
use crate::analysis::files::{self, Loaded};
use crate::runner::contract::{Contract, Item};
use crate::runner::verify::outcome::{PactResult, Verdict};

/// The format of a memory.
const VERSION: u32 = 1;
/// So many pacts are remembered.
const MOST_PACTS: usize = 500;

/// Which interactions of one pact failed when they were last run. They are known by hashes of
/// their descriptions and states, so that no secret is written down.
pub(super) struct Failed {
    folder: Option<PathBuf>,
    name: String,
    kept: Kept,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    pact: String,
    failed: BTreeSet<u64>,
}

impl Failed {
    /// What is remembered of the pact that is called `key`; nothing, if that cannot be read.
    pub(super) fn of(key: String) -> Failed {
        Failed::open(cache::folder("verify"), key)
    }

    fn open(folder: Option<PathBuf>, key: String) -> Failed {
        let name = format!("{:016x}.json", hash(&key));
        let read = folder.as_ref().and_then(|folder| match files::load(&folder.join(&name)) {
            Ok(Loaded::Text(text, None)) => serde_json::from_str::<Kept>(&text).ok(),
            _ => None,
        });
        let fits = |kept: &Kept| kept.version == VERSION && kept.pact == key;
        let none = || Kept { version: VERSION, pact: key.clone(), failed: BTreeSet::new() };
        Failed { folder, name, kept: read.filter(fits).unwrap_or_else(none) }
    }

    /// Positions in the contract's `items` of those that failed.
    pub(super) fn items(&self, contract: &Contract) -> Vec<usize> {
        let keys = keys(contract);
        (0..contract.items.len()).filter(|at| self.kept.failed.contains(&keys[*at])).collect()
    }

    /// Takes note of a run: what was not run keeps its place, what is gone from the pact loses
    /// it.
    pub(super) fn learn(mut self, result: &PactResult) {
        let keys = keys(&result.contract);
        let before = self.kept.failed.clone();
        let there: BTreeSet<u64> = keys.iter().copied().collect();
        self.kept.failed.retain(|key| there.contains(key));
        for result in &result.results {
            match &result.verdict {
                Verdict::Passed => self.kept.failed.remove(&keys[result.item]),
                Verdict::NotRun(_) => false,
                _ => self.kept.failed.insert(keys[result.item]),
            };
        }
        if self.kept.failed == before {
            return;
        }
        let (Some(folder), Ok(text)) = (&self.folder, serde_json::to_string(&self.kept)) else { return };
        // Where it cannot be written, all are verified the next time.
        if cache::write(folder, &self.name, &text).is_ok() {
            cache::prune(folder, MOST_PACTS);
        }
    }
}

/// The keys of all interactions; of twins each has its own, by their order.
fn keys(contract: &Contract) -> Vec<u64> {
    let mut twins: HashMap<u64, u32> = HashMap::new();
    let key = |item: &Item| {
        let states: Vec<_> = item
            .states
            .iter()
            .map(|state| (&state.name, serde_json::to_string(&state.params).ok()))
            .collect();
        let key = hash((item.section.name(), &item.description, states));
        let twin = twins.entry(key).or_default();
        *twin += 1;
        hash((key, *twin))
    };
    contract.items.iter().map(key).collect()
}

fn hash(it: impl Hash) -> u64 {
    // This one is the same in every process.
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::analysis::Document;
    use crate::runner::verify::outcome::InteractionResult;

    fn result(contract: &Arc<Contract>, verdicts: [(usize, Verdict); 2]) -> PactResult {
        let one = |(item, verdict)| InteractionResult {
            item,
            verdict,
            pending: false,
            exchange: None,
            states: Vec::new(),
            took: Duration::ZERO,
        };
        PactResult { contract: Arc::clone(contract), results: verdicts.map(one).into() }
    }

    #[test]
    fn failures_are_remembered_until_they_pass() {
        let folder = tempfile::tempdir().unwrap();
        let open = |key: &str| Failed::open(Some(folder.path().to_owned()), key.to_owned());
        let one =
            r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}"#;
        let pact = format!(
            r#"{{"consumer": {{"name": "c"}}, "provider": {{"name": "p"}}, "interactions": [{one}, {one}, {one}]}}"#
        );
        let contract = Arc::new(Contract::new("p", Document::new(pact)).unwrap());
        let away = || Verdict::NoAnswer(String::new());
        open("/p").learn(&result(&contract, [(0, away()), (2, away())]));
        assert_eq!(open("/p").items(&contract), [0, 2]);
        open("/p").learn(&result(&contract, [(0, Verdict::Passed), (1, away())]));
        assert_eq!(open("/p").items(&contract), [1, 2]);
        assert!(open("/q").items(&contract).is_empty());
        let path = folder.path().join(open("/p").name);
        std::fs::write(path, "[]").unwrap();
        assert!(open("/p").items(&contract).is_empty(), "what is no memory is none");
    }
}
