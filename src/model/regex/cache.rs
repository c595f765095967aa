//! Patterns compiled once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Budget, CompileError, Pattern, guard};

/// Compiled patterns by their text, for one thread; the same pattern stands thousands of times in a file.
///
/// Holds at most 4,096 patterns and 64 kB of their text, which bounds what the engine keeps for them, and
/// starts over when either is reached.
#[derive(Debug, Default)]
pub struct PatternCache {
    patterns: FxHashMap<Box<str>, Arc<Result<Pattern, CompileError>>>,
    bytes: usize,
}

impl PatternCache {
    /// The most patterns held.
    pub const MAX_PATTERNS: usize = 4096;

    /// The most bytes of pattern text held.
    const MAX_BYTES: usize = 64 * 1024;

    /// An empty cache.
    pub fn new() -> PatternCache {
        PatternCache::default()
    }

    /// The pattern compiled, or why it is not, as [`Pattern::compile`] says. Failures are kept as well.
    ///
    /// Compiling is charged to the budget by what it costs, a few hundred retries for an ordinary pattern. With
    /// an empty budget only patterns already known are given.
    pub fn get(&mut self, pattern: &str, budget: &mut Budget) -> Arc<Result<Pattern, CompileError>> {
        if let Some(known) = self.patterns.get(pattern) {
            return Arc::clone(known);
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
        budget.charge(cost * turns);
        let compiled = Arc::new(compiled);
        if self.patterns.len() >= Self::MAX_PATTERNS || self.bytes + pattern.len() > Self::MAX_BYTES {
            self.patterns.clear();
            self.bytes = 0;
        }
        self.bytes += pattern.len();
        self.patterns.insert(pattern.into(), Arc::clone(&compiled));
        compiled
    }
}
