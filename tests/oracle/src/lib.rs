//! How much of what is wrong with a pact pactlens finds, with the official core as the judge.
//!
//! `found` damages real pacts at random and asks whether what the core stumbles over is
//! reported. `inject` plants one known defect after the other and asks for its name. `fixes`
//! applies the safe fixes and asks whether the core reads a pact as before. `loosen` applies the
//! rules that are proposed for exact bodies and asks whether the core accepts other bodies then.

#![allow(clippy::disallowed_methods, reason = "programs that read files and their arguments")]

pub mod actual;
pub mod compare;
pub mod corpus;
pub mod fixes;
pub mod found;
pub mod inject;
pub mod judge;
pub mod lint;
pub mod loosen;
pub mod mutate;
pub mod place;
pub mod random;
pub mod tree;
pub mod typo;
pub mod upgrade;
pub mod watchdog;
pub mod written;
