//! Patterns compiled once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::keep::keeps;

use super::{Budget, CompileError, Pattern, guard};

/// Compiled patterns by their text, for one thread; the same pattern stands thousands of times in a file.
///
/// Holds at most 4,096 patterns and 64 kB of their text, which bounds what the engine keeps for them, and
/// starts over when either is reached. Of those that somebody is typing it holds a few at a time.
#[derive(Debug, Default)]
pub struct PatternCache {
    patterns: FxHashMap<Box<str>, Entry>,
    bytes: usize,
    /// Those that are not worth remembering.
    passing: Vec<Box<str>>,
    /// Counts the budgets: each pays once for each of its patterns.
    budget: u64,
}

#[derive(Debug)]
struct Entry {
    compiled: Arc<Result<Pattern, CompileError>>,
    cost: u64,
    /// The budget that paid last.
    paid_by: u64,
}

impl PatternCache {
    /// The most patterns held.
    pub const MAX_PATTERNS: usize = 4096;

    /// The most bytes of pattern text held.
    const MAX_BYTES: usize = 64 * 1024;

    /// So many that are being typed are held from one budget to the next.
    const MAX_PASSING: usize = 16;

    /// An empty cache.
    pub fn new() -> PatternCache {
        PatternCache::default()
    }

    /// From here on a new budget pays.
    pub fn renew(&mut self) {
        self.budget += 1;
        if self.passing.len() >= Self::MAX_PASSING {
            // Not sooner: within one budget a pattern is paid for once.
            for pattern in self.passing.drain(..).filter(|it| self.patterns.remove(it).is_some()) {
                self.bytes -= pattern.len();
            }
        }
    }

    /// The pattern compiled, or why it is not, as [`Pattern::compile`] says. Failures are kept as well.
    ///
    /// Compiling is charged to the budget by what it costs, a few hundred retries for an ordinary pattern,
    /// once for each pattern and budget. A pattern that is known already is charged all the same: what is
    /// judged must not depend on what was looked at before.
    pub fn get(&mut self, pattern: &str, budget: &mut Budget) -> Arc<Result<Pattern, CompileError>> {
        let now = self.budget;
        if let Some(known) = self.patterns.get_mut(pattern) {
            if known.paid_by != now {
                if budget.remaining() == 0 {
                    return Arc::new(Err(CompileError::NotTried(super::FILE_TOO_LONG)));
                }
                budget.charge(known.cost);
                known.paid_by = now;
            }
            return Arc::clone(&known.compiled);
        }
        let cost = match guard::checked(pattern) {
            Ok(shape) => shape.compile,
            Err(error) => return Arc::new(Err(error)),
        };
        if budget.remaining() == 0 {
            return Arc::new(Err(CompileError::NotTried(super::FILE_TOO_LONG)));
        }
        let compiled = Pattern::compile(pattern);
        // The search for the place of an error compiles beginnings of the pattern.
        let turns = if matches!(compiled, Err(CompileError::Invalid { .. })) { 12 } else { 1 };
        let cost = cost * turns;
        budget.charge(cost);
        let compiled = Arc::new(compiled);
        if self.patterns.len() >= Self::MAX_PATTERNS || self.bytes + pattern.len() > Self::MAX_BYTES {
            self.patterns.clear();
            self.passing.clear();
            self.bytes = 0;
        }
        self.bytes += pattern.len();
        if !keeps() {
            self.passing.push(pattern.into());
        }
        let entry = Entry { compiled: Arc::clone(&compiled), cost, paid_by: now };
        self.patterns.insert(pattern.into(), entry);
        compiled
    }
}

#[cfg(all(test, feature = "onig"))]
mod tests {
    use super::*;
    use crate::model::keep::keeping;

    #[test]
    fn patterns_that_are_typed_cost_the_same_and_do_not_stay() {
        let [mut kept, mut typed] = [PatternCache::new(), PatternCache::new()];
        for turn in 0..200 {
            let (mut one, mut other) = (Budget::with_retries(20_000), Budget::with_retries(20_000));
            kept.renew();
            typed.renew();
            for length in [turn, turn, turn + 1, 0] {
                let pattern = format!("[a-f]{{{length}}}(x|y)*(");
                for pattern in [&pattern[..pattern.len() - 1], &pattern] {
                    let expected = kept.get(pattern, &mut one);
                    let found = keeping(false, || typed.get(pattern, &mut other));
                    assert_eq!(expected.is_ok(), found.is_ok());
                }
            }
            assert_eq!(one.remaining(), other.remaining());
            assert!(typed.patterns.len() < PatternCache::MAX_PASSING + 8, "{}", typed.patterns.len());
            assert_eq!(typed.bytes, typed.patterns.keys().map(|pattern| pattern.len()).sum::<usize>());
        }
        assert!(kept.patterns.len() > 200);
    }
}
