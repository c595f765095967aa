//! Regular expressions with their cache and what may still be spent on them.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::datetime::{Format, FormatError};
use crate::model::keep::keeps;
use crate::model::regex::{Budget, CompileError, Pattern, PatternCache, Verdict};
use crate::syntax::Cursor;

/// A cache of compiled patterns and a budget of retries.
#[derive(Default)]
pub struct Regexes {
    patterns: PatternCache,
    budget: Budget,
    /// Formats of dates by their text, which repeat as patterns do.
    formats: FxHashMap<Box<str>, Arc<Result<Format, FormatError>>>,
    /// What patterns with escapes in them say, by how they are written.
    said: FxHashMap<Box<str>, Arc<str>>,
}

/// The text of a pattern.
pub enum Said<'a> {
    /// As it stands in the file.
    There(Cow<'a, str>),
    /// Without its escapes.
    Kept(Arc<str>),
}

impl Deref for Said<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Said::There(text) => text,
            Said::Kept(text) => text,
        }
    }
}

/// The texts of so many patterns are kept, and of none that is longer, in bytes.
const MAX_SAID: usize = 1_024;
const MAX_SAID_TEXT: usize = 256;

/// So many formats are kept, and none that is longer.
const MAX_FORMATS: usize = 256;
const MAX_FORMAT_TEXT: usize = 64;

impl Regexes {
    /// Grants `retries` anew.
    pub fn refill(&mut self, retries: u64) {
        self.budget = Budget::with_retries(retries);
        self.patterns.renew();
    }

    /// Retries left.
    pub fn remaining(&self) -> u64 {
        self.budget.remaining()
    }

    /// The format of dates with this text, or why it is none.
    pub fn date_format(&mut self, text: &str) -> Arc<Result<Format, FormatError>> {
        if let Some(known) = self.formats.get(text) {
            return Arc::clone(known);
        }
        let format = Arc::new(Format::parse(text));
        if text.len() <= MAX_FORMAT_TEXT && keeps() {
            if self.formats.len() >= MAX_FORMATS {
                self.formats.clear();
            }
            self.formats.insert(text.into(), Arc::clone(&format));
        }
        format
    }

    /// The text of the pattern that a node is: nearly every pattern has a backslash, which is
    /// written as two, and most patterns are there many times.
    pub fn said<'a>(&mut self, pattern: Cursor<'a>) -> Said<'a> {
        let raw = pattern.raw();
        if !(pattern.is_string() && pattern.is_escaped()) || raw.len() > MAX_SAID_TEXT {
            return Said::There(pattern.to_text());
        }
        if let Some(known) = self.said.get(raw) {
            return Said::Kept(Arc::clone(known));
        }
        let text: Arc<str> = pattern.to_text().into();
        if keeps() {
            if self.said.len() >= MAX_SAID {
                self.said.clear();
            }
            self.said.insert(raw.into(), Arc::clone(&text));
        }
        Said::Kept(text)
    }

    /// The compiled pattern, or why it does not compile.
    pub fn compile(&mut self, pattern: &str) -> Arc<Result<Pattern, CompileError>> {
        self.patterns.get(pattern, &mut self.budget)
    }

    /// Whether the pattern matches the whole text. Not judged if it does not compile.
    pub fn matches_whole(&mut self, pattern: &str, text: &str) -> Verdict {
        match &*self.patterns.get(pattern, &mut self.budget) {
            Ok(pattern) => self.is_whole(pattern, text),
            Err(_) => Verdict::NotJudged("the pattern does not compile"),
        }
    }

    /// Whether a pattern that [`compile`](Regexes::compile) gave matches the whole text.
    pub fn is_whole(&mut self, pattern: &Pattern, text: &str) -> Verdict {
        pattern.matches_whole(text, &mut self.budget)
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
