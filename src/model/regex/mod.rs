//! The one door to the regular expressions of matchers.
//!
//! A pattern of a pact means what Oniguruma says it means, with Ruby's syntax, because the official core
//! compiles it with `onig::Regex::new` and asks `is_match`, which wants the *whole* value to match
//! (pact_matching matchingrules.rs, the arms of `MatchingRule::Regex`). No other part of pactlens talks to
//! the engine, for an engine that backtracks, written in C, needs care:
//!
//! - `is_match` and `find` of the crate panic when a retry limit is hit; only the `_with_param` calls are used.
//! - Compiling has no limit at all, so patterns over [`MAX_LEN`] bytes are never compiled.
//! - Retries are limited per call and per file ([`Budget`]), and the work that needs no retry (look-around
//!   within counted loops) is bounded beforehand by looking at the pattern ([`guard`]).
//!
//! What cannot be said is [`Verdict::NotJudged`], never a guess. Without the feature `onig` nothing compiles
//! ([`CompileError::Unavailable`]).

mod cache;
mod error_span;
mod generator;
mod guard;


pub use cache::PatternCache;
pub use error_span::error_span;
pub use generator::generator_problem;

use std::fmt;

/// The longest pattern that is compiled, in bytes.
pub const MAX_LEN: usize = 4096;

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

/// How many retries the patterns of one file may still take.
///
/// Holds the time a hostile file can take to a few seconds. Once it is empty every question is answered
/// [`Verdict::NotJudged`].
#[derive(Debug, Clone)]
pub struct Budget {
    retries: u64,
}

impl Budget {
    /// What one file gets, in retries.
    pub const PER_FILE: u64 = 2_000_000;

    /// A fresh budget for one file.
    pub fn new() -> Budget {
        Budget::with_retries(Budget::PER_FILE)
    }

    /// A budget of `retries`, for a part of a file or for tests.
    pub fn with_retries(retries: u64) -> Budget {
        Budget { retries }
    }

    /// Retries left.
    pub fn remaining(&self) -> u64 {
        self.retries
    }

    fn charge(&mut self, retries: u64) {
        self.retries = self.retries.saturating_sub(retries);
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::new()
    }
}

/// What the engine says about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The pattern matches.
    Match,
    /// The pattern does not match.
    NoMatch,
    /// Nobody can say within the limits; the text says why, as the end of a sentence ("... because").
    NotJudged(&'static str),
}

/// Why there is no [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileError {
    /// Oniguruma refuses it; the core then reports a mismatch for every value.
    Invalid {
        /// The engine's own words.
        message: String,
        /// Where, in bytes of the pattern, if [`error_span`] can tell.
        offset: Option<usize>,
    },
    /// More than [`MAX_LEN`] bytes; not handed to the engine.
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Groups or repeats nested so deeply that compiling could exhaust the stack; not handed to the engine.
    TooDeep {
        /// How deep they are nested.
        depth: usize,
    },
    /// pactlens was built without the feature `onig`.
    Unavailable,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Invalid { message, .. } => f.write_str(message),
            CompileError::TooLong { len } => {
                write!(f, "the pattern has {len} bytes, and over {MAX_LEN} none is compiled")
            }
            CompileError::TooDeep { depth } => write!(f, "the pattern is nested {depth} levels deep"),
            CompileError::Unavailable => f.write_str("this build has no engine for regular expressions"),
        }
    }
}

impl std::error::Error for CompileError {}

/// A compiled pattern. `Send` and `Sync`; matching takes `&self`.
#[derive(Debug)]
pub struct Pattern {
    #[cfg_attr(not(feature = "onig"), expect(dead_code, reason = "nothing compiles without the engine"))]
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// No character of it is special, so that the text itself is the pattern.
    #[cfg_attr(not(feature = "onig"), expect(dead_code, reason = "nothing compiles without the engine"))]
    Literal(Box<str>),
    #[cfg(feature = "onig")]
    Engine(engine::Engine),
}

impl Pattern {
    /// Compiles a pattern as the core does (`onig::Regex::new`, Ruby's syntax, UTF-8).
    ///
    /// # Errors
    ///
    /// When the engine refuses it, or when it is not safe to hand it to the engine.
    #[cfg(feature = "onig")]
    pub fn compile(pattern: &str) -> Result<Pattern, CompileError> {
        let shape = guard::checked(pattern)?;
        if !pattern.contains(is_special) {
            return Ok(Pattern { kind: Kind::Literal(pattern.into()) });
        }
        match engine::Engine::new(pattern, shape) {
            Ok(engine) => Ok(Pattern { kind: Kind::Engine(engine) }),
            Err(message) => {
                let offset = error_span(pattern).map(|span| span.start);
                Err(CompileError::Invalid { message, offset })
            }
        }
    }

    /// Compiles nothing, as this build has no engine.
    ///
    /// # Errors
    ///
    /// Always: [`CompileError::Unavailable`], or why no build would compile it.
    #[cfg(not(feature = "onig"))]
    pub fn compile(pattern: &str) -> Result<Pattern, CompileError> {
        guard::checked(pattern)?;
        Err(CompileError::Unavailable)
    }

    /// Whether the pattern matches `text` from its first to its last byte, which is what the core asks.
    pub fn matches_whole(&self, text: &str, budget: &mut Budget) -> Verdict {
        self.judge(text, budget, true)
    }

    /// Whether the pattern matches anywhere in `text`, as engines that search see it. Only texts up to a few
    /// thousand bytes are judged, since every place is a new start.
    pub fn finds(&self, text: &str, budget: &mut Budget) -> Verdict {
        self.judge(text, budget, false)
    }

    #[cfg(feature = "onig")]
    fn judge(&self, text: &str, budget: &mut Budget, whole: bool) -> Verdict {
        if budget.retries == 0 {
            return Verdict::NotJudged("the regular expressions of this file take too long");
        }
        budget.charge(1 + text.len() as u64 / 256);
        match &self.kind {
            Kind::Literal(literal) => {
                let found = if whole { text == &**literal } else { text.contains(&**literal) };
                if found { Verdict::Match } else { Verdict::NoMatch }
            }
            Kind::Engine(engine) => engine.judge(text, budget, whole),
        }
    }

    #[cfg(not(feature = "onig"))]
    fn judge(&self, _text: &str, _budget: &mut Budget, _whole: bool) -> Verdict {
        Verdict::NotJudged("this build has no engine for regular expressions")
    }
}

#[cfg(feature = "onig")]
fn is_special(c: char) -> bool {
    matches!(c, '\\' | '^' | '$' | '.' | '|' | '?' | '*' | '+' | '(' | ')' | '[' | ']' | '{' | '}')
}

#[cfg(feature = "onig")]
mod engine {
    use onig::{MatchParam, Regex, SearchOptions};

    use super::guard::Shape;
    use super::{Budget, CALL_RETRIES, CALL_STEPS, ROUNDS, STACK_ENTRIES, Verdict};

    /// Codes of the engine's errors (oniguruma.h), for what is a limit and not a failure.
    const MATCH_STACK_LIMIT_OVER: i32 = -15;
    const RETRY_LIMIT_IN_MATCH_OVER: i32 = -17;

    const TOO_LONG: &str = "the engine would take too long on it";

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
}
