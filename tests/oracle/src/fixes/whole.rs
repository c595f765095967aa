//! Whether the core reads a pact after a fix as it did before.

use std::collections::HashSet;

use crate::judge::{Loaded, Matched, Reading};
use crate::watchdog::Watchdog;

/// What fixing a file came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As good as before, or better.
    Fine,
    /// Likewise, with rules that are written otherwise.
    Rewritten,
    /// The core took too long over it, or says something else each time.
    Unknown,
    /// Worse, and how.
    Worse(String),
}

/// What the core makes of a text. Some mismatches come and go with the order of a hash map:
/// three looks, and what shows in any of them.
pub fn judged(core: &mut Watchdog, text: &str) -> Option<Reading> {
    looks(core, text, 3)
}

fn looks(core: &mut Watchdog, text: &str, many: usize) -> Option<Reading> {
    let mut reading = core.judge(text, Matched::All)?;
    for _ in 1..many {
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

/// Compares what the core makes of a file before and after; looks more often before it calls
/// that worse.
pub fn compare(core: &mut Watchdog, text: &str, before: &Reading, after: &Reading) -> Outcome {
    match compared(before, after) {
        Outcome::Worse(_) => {
            looks(core, text, 20).map_or(Outcome::Unknown, |before| compared(&before, after))
        }
        other => other,
    }
}

fn compared(before: &Reading, after: &Reading) -> Outcome {
    let (Reading::Pact { version, interactions: old }, after) = (before, after) else {
        return Outcome::Fine;
    };
    let Reading::Pact { version: version_after, interactions: new } = after else {
        let Reading::Refused(why) = after else { return Outcome::Unknown };
        return Outcome::Worse(format!("does not load any more: {why}"));
    };
    if version != version_after {
        return Outcome::Worse(format!("read as {version_after}, before as {version}"));
    }
    // Of copies one is as good as all.
    let same = old.len() == new.len();
    let kept = |list| if same { Vec::from_iter(list) } else { without_copies(list) };
    let (old, new) = (kept(old), kept(new));
    if old.len() != new.len() {
        return Outcome::Worse(format!("{} interactions, before {}", new.len(), old.len()));
    }
    for (at, (old, new)) in old.iter().zip(&new).enumerate() {
        if let (true, Some(mismatch)) = (old.mismatches.is_empty(), new.mismatches.first()) {
            return Outcome::Worse(format!("interaction {at} matched itself: {mismatch}"));
        }
        let lists = [(&old.rest, &new.rest), (&old.states, &new.states), (&old.generators, &new.generators)];
        for (old, new) in lists {
            if old != new {
                let lost = old.iter().find(|line| !new.contains(line));
                let other = new.iter().find(|line| !old.contains(line));
                return Outcome::Worse(format!("interaction {at} has {other:?}, before {lost:?}"));
            }
        }
    }
    let rewritten = old.iter().zip(&new).any(|(old, new)| old.rules != new.rules);
    if rewritten { Outcome::Rewritten } else { Outcome::Fine }
}

/// For each interaction before, the one that stands for it afterwards: the same position, or
/// where one was taken out, one that the core reads alike.
pub fn pairs(before: &Reading, after: &Reading) -> Vec<(usize, usize)> {
    let (Reading::Pact { interactions: old, .. }, Reading::Pact { interactions: new, .. }) = (before, after)
    else {
        return Vec::new();
    };
    if old.len() == new.len() {
        return (0..old.len()).map(|at| (at, at)).collect();
    }
    let alike = |one: &Loaded, other: &Loaded| {
        (&one.rest, &one.states, &one.rules, &one.generators)
            == (&other.rest, &other.states, &other.rules, &other.generators)
    };
    let pair = |(at, one)| Some((at, new.iter().position(|other| alike(one, other))?));
    old.iter().enumerate().filter_map(pair).collect()
}
