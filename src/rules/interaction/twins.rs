//! Interactions that are alike in some respect, and a closer look at them.

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::model::{InteractionDetail, InteractionSummary};
use crate::rules::FileCx;

/// An interaction with what is costly to know of it.
pub(super) struct Twin<'a> {
    /// Its index in the file.
    pub(super) index: u32,
    /// Its summary.
    pub(super) it: &'a InteractionSummary,
    /// Details.
    pub(super) detail: InteractionDetail,
}

/// The interactions that are read, in groups of at least two that agree in `key` and in their
/// states. Only these are looked at closely, so a file without any costs next to nothing.
pub(super) fn twins<'a>(
    cx: &FileCx<'a>,
    key: impl Fn(&InteractionSummary) -> Option<u64>,
) -> impl Iterator<Item = Vec<Twin<'a>>> {
    let mut first: FxHashMap<u64, u32> =
        FxHashMap::with_capacity_and_hasher(cx.interactions.len(), FxBuildHasher);
    let mut groups: Vec<Vec<u32>> = Vec::new();
    // Where the group of a first interaction is, once there is one.
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    for (index, it) in cx.read() {
        let Some(key) = key(it) else { continue };
        let earlier = *first.entry(key).or_insert(index);
        // Two hashes may be equal by chance.
        if earlier == index || cx.interactions.get(earlier as usize).is_none_or(|e| e.states != it.states) {
            continue;
        }
        let place = *places.entry(earlier).or_insert_with(|| {
            groups.push(vec![earlier]);
            groups.len() - 1
        });
        groups[place].push(index);
    }
    let (interactions, detail) = (cx.interactions, cx.detail);
    groups.into_iter().map(move |group| {
        let twin =
            |index: u32| Some(Twin { index, it: *interactions.get(index as usize)?, detail: detail(index) });
        group.into_iter().filter_map(twin).collect()
    })
}
