//! Regular expressions with their cache and what may still be spent on them.

use std::sync::Arc;

use crate::model::regex::{Budget, CompileError, Pattern, PatternCache, Verdict};

/// A cache of compiled patterns and a budget of retries.
#[derive(Default)]
pub struct Regexes {
    patterns: PatternCache,
    budget: Budget,
}

impl Regexes {
    /// Grants `retries` anew.
    pub fn refill(&mut self, retries: u64) {
        self.budget = Budget::with_retries(retries);
        self.patterns.renew();
    }

    /// The compiled pattern, or why it does not compile.
    pub fn compile(&mut self, pattern: &str) -> Arc<Result<Pattern, CompileError>> {
        self.patterns.get(pattern, &mut self.budget)
    }

    /// Whether the pattern matches the whole text. Not judged if it does not compile.
    pub fn matches_whole(&mut self, pattern: &str, text: &str) -> Verdict {
        match &*self.patterns.get(pattern, &mut self.budget) {
            Ok(pattern) => pattern.matches_whole(text, &mut self.budget),
            Err(_) => Verdict::NotJudged("the pattern does not compile"),
        }
    }

    /// Whether the pattern matches somewhere in the text.
    pub fn finds(&mut self, pattern: &str, text: &str) -> Verdict {
        match &*self.patterns.get(pattern, &mut self.budget) {
            Ok(pattern) => pattern.finds(text, &mut self.budget),
            Err(_) => Verdict::NotJudged("the pattern does not compile"),
        }
    }
}
