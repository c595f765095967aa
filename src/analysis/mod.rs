//! The API that both front ends call: documents, and what is found in them.

mod again;
mod alike;
mod baseline;
pub mod cache;
pub mod configs;
mod document;
mod draft;
mod elsewhere;
pub mod files;
mod filter;
mod finish;
mod fix;
pub mod handlers;
pub mod hints;
mod input;
mod later;
mod lines;
mod loosen;
mod masks;
pub mod origin;
mod pointers;
mod run;
mod sift;
pub mod source;
pub mod states;
mod unhandled;
mod untested;
mod upgrade;
mod workspace;

#[cfg(test)]
mod tests;

pub use baseline::{Overview, Seen, Stale, prune, put_aside};
pub use document::{Change, Chunk, Document, SECTIONS};
pub use draft::Draft;
pub use filter::{Aside, Suppressed, SuppressedBy};
pub use finish::sort as sort_findings;
pub use fix::{Applied, Fixed, MAX_ROUNDS, Wanted, choose as choose_fixes, fix};
pub use input::{InputFault, input_fault};
pub use loosen::{Loosening, loosen};
pub use run::{Analysis, Profile, RunOptions, Secrets, analyse, is_internal};
pub use untested::MIN_INTERACTIONS;
pub use upgrade::{Note, Refusal, Upgrade, upgrade};
pub use workspace::{AcrossOptions, CrossFinding, Member, across, check_within, place_across, summary_of};
