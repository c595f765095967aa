//! Asking Oniguruma within limits.

use onig::{MatchParam, Regex, SearchOptions};

use super::guard::Shape;
use super::{Budget, TOO_LONG, Verdict};

/// Retries of the engine allowed in one call.
const CALL_RETRIES: u64 = 100_000;

/// Retries granted one after another, so that what a call costs is known within a factor. The engine does
/// not say how many retries a verdict took; almost every verdict falls in the first round.
const ROUNDS: [u64; 3] = [64, 2_000, CALL_RETRIES];

/// Steps of the engine one call may take at worst, a step being about one character looked at; some tenths
/// of a second.
const CALL_STEPS: u64 = 20_000_000;

/// Entries the engine's backtrack stack may hold; tens of megabytes.
const STACK_ENTRIES: u32 = 500_000;

/// Codes of the engine's errors (oniguruma.h), for what is a limit and not a failure.
const MATCH_STACK_LIMIT_OVER: i32 = -15;
const RETRY_LIMIT_IN_MATCH_OVER: i32 = -17;

#[derive(Debug)]
pub(super) struct Engine {
    regex: Regex,
    shape: Shape,
}

impl Engine {
    /// The error is the engine's message.
    pub(super) fn new(pattern: &str, shape: Shape) -> Result<Engine, String> {
        let regex = Regex::new(pattern).map_err(|error| error.description().to_owned())?;
        Ok(Engine { regex, shape })
    }

    pub(super) fn judge(&self, text: &str, budget: &mut Budget, whole: bool) -> Verdict {
        let length = text.len() as u64;
        // A retry may run over the whole text again, and a search starts at every place.
        let starts = if whole { 1 } else { length + 1 };
        let steps = self.shape.steps(length).saturating_mul(starts);
        let most = (CALL_STEPS / steps.max(1)).min(CALL_RETRIES).min(budget.remaining());
        if most == 0 {
            budget.charge(1);
            return Verdict::NotJudged(TOO_LONG);
        }
        for round in ROUNDS {
            let limit = round.min(most);
            if round > ROUNDS[0] {
                budget.charge(limit.saturating_mul(starts.min(8)));
            }
            match self.ask(text, limit as u32, whole) {
                Ok(true) => return Verdict::Match,
                Ok(false) => return Verdict::NoMatch,
                Err(RETRY_LIMIT_IN_MATCH_OVER) if limit < most => {}
                Err(RETRY_LIMIT_IN_MATCH_OVER | MATCH_STACK_LIMIT_OVER) => break,
                Err(_) => {
                    return Verdict::NotJudged("the engine gave up on it");
                }
            }
        }
        budget.charge(CALL_RETRIES);
        Verdict::NotJudged(TOO_LONG)
    }

    /// Asks the engine; the error is its code.
    fn ask(&self, text: &str, retries: u32, whole: bool) -> Result<bool, i32> {
        let mut limits = MatchParam::default();
        limits.set_retry_limit_in_match(retries);
        limits.set_match_stack_limit(STACK_ENTRIES);
        let answer = if whole {
            // Without this option, `a|ab` would match only the first byte of "ab".
            let options = SearchOptions::SEARCH_OPTION_WHOLE_STRING;
            let end = self.regex.match_with_param(text, 0, options, None, limits);
            end.map(|end| end == Some(text.len()))
        } else {
            let options = SearchOptions::SEARCH_OPTION_NONE;
            let start = self.regex.search_with_param(text, 0, text.len(), options, None, limits);
            start.map(|start| start.is_some())
        };
        answer.map_err(|error| error.code())
    }
}
