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

#[cfg(all(test, feature = "onig"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_compiled_before_changes_no_verdict() {
        let patterns = ["[a-f]{8}(-[a-f]{4}){3}", r"\d+(\.\d+)*", "^[^@]+@[^@]+$", "(a|b|c)*d"];
        let verdicts = |regexes: &mut Regexes, retries| {
            regexes.refill(retries);
            patterns.map(|pattern| regexes.matches_whole(pattern, "1.2.3"))
        };
        let mut warm = Regexes::default();
        verdicts(&mut warm, 1_000_000);
        let mut not_judged = 0;
        for retries in [1, 10, 100, 200, 400, 800, 1_600, 5_000] {
            let cold = verdicts(&mut Regexes::default(), retries);
            assert_eq!(verdicts(&mut warm, retries), cold, "{retries} retries");
            not_judged += cold.iter().filter(|v| matches!(v, Verdict::NotJudged(_))).count();
        }
        assert!(not_judged > 0, "the budgets include some that do not suffice");
        assert!(verdicts(&mut warm, 5_000).iter().all(|v| !matches!(v, Verdict::NotJudged(_))));
    }
}
