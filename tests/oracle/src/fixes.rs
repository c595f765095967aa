//! The programme `fixes`: a safe fix makes no pact worse in the eyes of the core.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;

use pactlens::analysis::{Document, RunOptions, Wanted, fix};
use pactlens::rules::Preset;

use crate::corpus::{folder, read};
use crate::inject::planted;
use crate::judge::{Loaded, Matched, Reading};
use crate::lint::levels;
use crate::watchdog::Watchdog;

/// Pacts with a planted defect, a class.
const PLANTED: u64 = 20;

/// What fixing a file came to.
enum Verdict {
    /// As good as before, or better.
    Fine,
    /// Likewise, with rules that are written otherwise.
    Rewritten,
    /// The core took too long over it, or says something else each time.
    Unknown,
    /// Worse, and how.
    Worse(String),
}

/// Some mismatches come and go with the order of a hash map: three looks, and what shows in
/// any of them.
pub fn judged(core: &mut Watchdog, text: &str) -> Option<Reading> {
    let mut reading = core.judge(text, Matched::All)?;
    for _ in 0..2 {
        let again = core.judge(text, Matched::All)?;
        if let (Reading::Pact { interactions, .. }, Reading::Pact { interactions: more, .. }) =
            (&mut reading, again)
        {
            for (one, other) in interactions.iter_mut().zip(more) {
                one.mismatches.extend(other.mismatches);
                one.mismatches.sort();
                one.mismatches.dedup();
            }
        }
    }
    Some(reading)
}

fn without_copies(interactions: &[Loaded]) -> Vec<&Loaded> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for it in interactions {
        if seen.insert((&it.rest, &it.states, &it.rules, &it.generators)) {
            kept.push(it);
        }
    }
    kept
}

fn compare(before: &Reading, after: &Reading) -> Verdict {
    let (Reading::Pact { version, interactions: old }, after) = (before, after) else {
        return Verdict::Fine;
    };
    let Reading::Pact { version: version_after, interactions: new } = after else {
        let Reading::Refused(why) = after else { return Verdict::Unknown };
        return Verdict::Worse(format!("does not load any more: {why}"));
    };
    if version != version_after {
        return Verdict::Worse(format!("read as {version_after}, before as {version}"));
    }
    // Of copies one is as good as all.
    let (old, new) = (without_copies(old), without_copies(new));
    if old.len() != new.len() {
        return Verdict::Worse(format!("{} interactions, before {}", new.len(), old.len()));
    }
    for (at, (old, new)) in old.iter().zip(&new).enumerate() {
        let known: HashSet<&String> = old.mismatches.iter().collect();
        // How a mismatch is told may name the rule that was written otherwise.
        if new.mismatches.len() > old.mismatches.len()
            && let Some(mismatch) = new.mismatches.iter().find(|mismatch| !known.contains(mismatch))
        {
            return Verdict::Worse(format!("interaction {at}: {mismatch}"));
        }
        let lists = [(&old.rest, &new.rest), (&old.states, &new.states), (&old.generators, &new.generators)];
        for (old, new) in lists {
            if old != new {
                let lost = old.iter().find(|line| !new.contains(line));
                let other = new.iter().find(|line| !old.contains(line));
                return Verdict::Worse(format!("interaction {at} has {other:?}, before {lost:?}"));
            }
        }
    }
    let rewritten = old.iter().zip(&new).any(|(old, new)| old.rules != new.rules);
    if rewritten { Verdict::Rewritten } else { Verdict::Fine }
}

/// Runs the programme.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let real = folder(arguments.map(PathBuf::from).next()).map(|folder| read(&folder));
    if real.is_none() {
        println!("SKIPPED in part: no real pacts");
    }
    let pacts = real.into_iter().flatten().chain(planted(PLANTED));
    let levels = levels(Preset::Strict);
    let mut core = Watchdog::default();
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let (mut files, mut touched, mut unknown, mut worse) = (0, 0, 0, 0);
    for (name, text) in pacts {
        files += 1;
        let options = RunOptions { one_core: true, ..RunOptions::default() };
        let fixed = fix(&Document::new(text.as_str()), &levels, Wanted::Safe, options);
        if fixed.count() == 0 {
            continue;
        }
        touched += 1;
        for applied in &fixed.applied {
            let [fixes, files, _] = counts.entry(applied.rule).or_default();
            *fixes += applied.count;
            *files += 1;
        }
        let verdict = match (judged(&mut core, &text), judged(&mut core, &fixed.doc.text())) {
            (Some(before), Some(after)) => compare(&before, &after),
            _ => Verdict::Unknown,
        };
        let rules = || fixed.applied.iter().map(|it| it.rule).collect::<Vec<_>>().join(", ");
        if matches!(verdict, Verdict::Rewritten) {
            for applied in &fixed.applied {
                counts.entry(applied.rule).or_default()[2] += 1;
            }
        }
        match verdict {
            Verdict::Fine | Verdict::Rewritten if fixed.settled => {}
            Verdict::Fine | Verdict::Rewritten => {
                worse += 1;
                println!("{name}: does not settle in {} rounds [{}]", fixed.rounds, rules());
            }
            Verdict::Unknown => unknown += 1,
            Verdict::Worse(how) => {
                worse += 1;
                println!("{name}: {how} [{}]", rules());
            }
        }
    }
    println!("{:>9} {:>9} {:>9}  rule", "fixes", "files", "rewritten");
    for (rule, [fixes, files, rewritten]) in counts {
        println!("{fixes:>9} {files:>9} {rewritten:>9}  {rule}");
    }
    println!("rewritten: files whose rules the core reads in other words, with the same verdict");
    println!("{touched} of {files} files fixed, {worse} worse, {unknown} unknown");
    if worse == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
