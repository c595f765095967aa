//! Pacts that change while they are served.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crate::cli::inputs::Input;
use crate::cli::mock::log::clock;
use crate::cli::mock::pacts::Pacts;
use crate::report::escape;
use crate::runner::Contract;
use crate::runner::mock::Handle;
use crate::text::counted;

/// How often files are looked at.
const EACH: Duration = Duration::from_millis(250);
/// Folders are searched every so many times.
const SEARCH: u32 = 4;
/// A file that is broken or gone for so many looks is said to be; less is how files are written.
const PATIENCE: u32 = 4;

/// What tells that a file was written: its time and size.
type Stamp = Option<(SystemTime, u64)>;

struct Known {
    stamp: Stamp,
    contract: Option<Arc<Contract>>,
    /// For how many looks it has been broken or gone, and why.
    fault: Option<(u32, String)>,
}

/// Looks at the files as long as it is to.
pub(super) fn run(pacts: &mut Pacts, handle: &Handle, on: &AtomicBool) {
    let contracts: HashMap<String, Arc<Contract>> = handle
        .indices()
        .iter()
        .flat_map(|it| &it.contracts)
        .map(|it| (it.name.clone(), Arc::clone(it)))
        .collect();
    let known = |input: &Input| {
        let contract = contracts.get(&input.shown).cloned();
        (input.path.clone(), Known { stamp: None, contract, fault: None })
    };
    let mut known: HashMap<PathBuf, Known> = pacts.inputs.iter().map(known).collect();
    let mut round = 0u32;
    while on.load(Ordering::Relaxed) {
        round = round.wrapping_add(1);
        if round.is_multiple_of(SEARCH) && pacts.has_folders() {
            pacts.find();
        }
        if look(pacts, &mut known) {
            let served = pacts.inputs.iter().filter_map(|input| known.get(&input.path)?.contract.clone());
            match handle.replace(served.collect()) {
                Ok(()) => {}
                Err(error) => eprintln!("pactlens: {}", escape(&error)),
            }
        }
        std::thread::sleep(EACH);
    }
}

fn stamp(input: &Input) -> Stamp {
    let meta = std::fs::metadata(&input.path).ok()?;
    Some((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), meta.len()))
}

/// Reads what has changed; whether there is something else to serve.
fn look(pacts: &mut Pacts, known: &mut HashMap<PathBuf, Known>) -> bool {
    let mut changed = false;
    // Standard input cannot be read twice.
    for input in pacts.inputs.iter().filter(|input| !input.stdin) {
        let now = stamp(input);
        let is_new = !known.contains_key(&input.path);
        let one =
            known.entry(input.path.clone()).or_insert(Known { stamp: None, contract: None, fault: None });
        // What is broken is read again each time: a write may keep time and size.
        if now == one.stamp && one.fault.is_none() && !is_new {
            continue;
        }
        one.stamp = now;
        let read =
            if now.is_some() { pacts.read_one(input) } else { Err(format!("{} is gone", input.shown)) };
        match read {
            Ok(contract) => {
                let same = match (&contract, &one.contract) {
                    (Some(new), Some(old)) => new.document.text() == old.document.text(),
                    (None, None) => true,
                    _ => false,
                };
                one.fault = None;
                if !same {
                    one.contract = contract;
                    changed = true;
                    tell(input, one.contract.as_deref());
                }
            }
            Err(why) => {
                let looks = one.fault.as_ref().map_or(1, |(looks, _)| looks.saturating_add(1));
                if looks == PATIENCE {
                    let kept = if one.contract.is_some() { "; the last good one stays" } else { "" };
                    eprintln!("{} {}{kept}", clock(SystemTime::now()), escape(&why));
                }
                one.fault = Some((looks, why));
            }
        }
    }
    // Files of a folder that are no longer found there.
    let before = known.len();
    known.retain(|path, _| pacts.inputs.iter().any(|input| input.path == *path));
    changed || known.len() < before
}

fn tell(input: &Input, contract: Option<&Contract>) {
    let what = match contract {
        Some(contract) => counted(contract.items.len(), "interaction"),
        None => "no pact any more".to_owned(),
    };
    eprintln!("{} {} was read again: {what}", clock(SystemTime::now()), escape(&input.shown));
}
