//! Date and time patterns, read the way the official core reads them.
//!
//! The letters look like those of Java's `DateTimeFormatter`, but the core has its own reader, and it is
//! both laxer and stricter than Java: `D` and `m` accept what a user meant by `d` and `M`, `Z` refuses the
//! letter Z, hours of an offset end at 11. A finding about an example must follow the core, so this module
//! gives the same verdict as pact_models 1.3.17 `time_utils.rs` `validate_datetime`, held by a table of
//! the core's verdicts (`tests/fixtures/datetime-verdicts.tsv`).
//!
//! [`Format`] answers what the core would say; [`suspicions`] says where a pattern that may well be
//! accepted is probably not what its author meant.

mod convert;
mod parse;
mod sample;
mod suspicion;
mod validate;
mod zones;

#[cfg(test)]
mod tests;

pub use parse::{Format, FormatError, FormatProblem};
pub use suspicion::{Suspicion, suspicions};

/// The format of a `date` matcher that names none (pact_matching json.rs, `MatchingRule::Date`).
pub const DEFAULT_DATE: &str = "yyyy-MM-dd";

/// The format of a `time` matcher that names none (pact_matching json.rs, `MatchingRule::Time`).
pub const DEFAULT_TIME: &str = "HH:mm:ss";

/// The format of a `datetime` (or `timestamp`) matcher that names none (pact_matching json.rs,
/// `MatchingRule::Timestamp`).
pub const DEFAULT_DATETIME: &str = "yyyy-MM-dd'T'HH:mm:ssXXX";

/// Which of the three matchers (or generators) a pattern belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The matcher `date`.
    Date,
    /// The matcher `time`.
    Time,
    /// The matcher `datetime`, also spelled `timestamp`.
    DateTime,
}

impl Kind {
    /// The format the core uses when the rule has none or an empty one.
    pub fn default_format(self) -> &'static str {
        match self {
            Kind::Date => DEFAULT_DATE,
            Kind::Time => DEFAULT_TIME,
            Kind::DateTime => DEFAULT_DATETIME,
        }
    }
}
