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
//!   within counted loops) is bounded beforehand by looking at the pattern (`guard`).
//!
//! What cannot be said is [`Verdict::NotJudged`], never a guess. Without the feature `onig` nothing compiles
//! ([`CompileError::Unavailable`]).

mod ambiguity;
mod cache;
#[cfg(feature = "onig")]
mod engine;
mod error_span;
mod generator;
mod guard;
#[cfg(feature = "onig")]
mod linear;
mod portability;
mod shape;

#[cfg(test)]
mod tests;

#[cfg(feature = "runner")]
pub(crate) use ambiguity::turns;
pub use ambiguity::{Runaway, runaway};
pub use cache::PatternCache;
pub use error_span::error_span;
pub use generator::generator_problem;
pub use portability::{Construct, Target, Targets, constructs};
pub use shape::{Hidden, fixed_length, hidden_alternative};

use std::fmt;

/// The longest pattern that is compiled, in bytes.
pub const MAX_LEN: usize = 4096;

/// Why nothing is judged any more once a budget is empty.
const FILE_TOO_LONG: &str = "the regular expressions of this file take too long";

/// Why a text is not judged that the engine could not be done with.
const TOO_LONG: &str = "the engine would take too long on it";

/// With fewer retries left, the engine itself is asked.
#[cfg(feature = "onig")]
const CALM: u64 = 64;

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
        /// Where, in bytes of the pattern, if `error_span` can tell.
        offset: Option<usize>,
    },
    /// More than [`MAX_LEN`] bytes; not handed to the engine.
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Not handed to the engine, as compiling it could take for ever or exhaust the stack, or as the file's
    /// budget is used up. The text says why, as the end of a sentence ("... because").
    NotTried(&'static str),
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
            CompileError::NotTried(why) => write!(f, "the pattern is not compiled: {why}"),
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
    /// And where the pattern is simple enough, what answers in the place of the engine.
    #[cfg(feature = "onig")]
    Engine(engine::Engine, Option<linear::Linear>),
}

/// Whether a pattern may be handed to the engine at all, told from its text.
///
/// # Errors
///
/// When compiling it could take for ever or exhaust the stack.
pub fn may_compile(pattern: &str) -> Result<(), CompileError> {
    guard::checked(pattern).map(|_| ())
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
            Ok(engine) => Ok(Pattern { kind: Kind::Engine(engine, linear::Linear::parse(pattern)) }),
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
        self.judge(text, budget, true, true)
    }

    /// Whether the pattern matches anywhere in `text`, as engines that search see it. Only texts up to a few
    /// thousand bytes are judged, since every place is a new start.
    pub fn finds(&self, text: &str, budget: &mut Budget) -> Verdict {
        self.judge(text, budget, false, false)
    }

    /// Whether the engine tries over and over on `text`, which should be short. Costs nothing of any budget.
    pub fn runs_away(&self, text: &str) -> bool {
        let verdict = self.judge(text, &mut Budget::with_retries(30_000), true, false);
        matches!(verdict, Verdict::NotJudged(TOO_LONG))
    }

    /// With `quick`, the engine is not asked where the answer is plain.
    #[cfg(feature = "onig")]
    fn judge(&self, text: &str, budget: &mut Budget, whole: bool, quick: bool) -> Verdict {
        if budget.retries == 0 {
            return Verdict::NotJudged(FILE_TOO_LONG);
        }
        budget.charge(1 + text.len() as u64 / 256);
        match &self.kind {
            Kind::Literal(literal) => {
                let found = if whole { text == &**literal } else { text.contains(&**literal) };
                if found { Verdict::Match } else { Verdict::NoMatch }
            }
            // Not with the last of a budget, which the engine may need more of than there is.
            Kind::Engine(engine, linear) => {
                let linear = linear.as_ref().filter(|_| quick && budget.retries > CALM);
                match linear.and_then(|linear| linear.matches_whole(text)) {
                    Some(true) => Verdict::Match,
                    Some(false) => Verdict::NoMatch,
                    None => engine.judge(text, budget, whole),
                }
            }
        }
    }

    #[cfg(not(feature = "onig"))]
    fn judge(&self, _text: &str, _budget: &mut Budget, _whole: bool, _quick: bool) -> Verdict {
        Verdict::NotJudged("this build has no engine for regular expressions")
    }
}

#[cfg(feature = "onig")]
fn is_special(c: char) -> bool {
    matches!(c, '\\' | '^' | '$' | '.' | '|' | '?' | '*' | '+' | '(' | ')' | '[' | ']' | '{' | '}')
}
