//! The API that both front ends call: documents, and what is found in them.

pub mod configs;
mod document;
mod draft;
mod elsewhere;
pub mod files;
mod finish;
mod fix;
pub mod handlers;
mod input;
mod lines;
mod masks;
mod pointers;
mod run;
pub mod states;
mod unhandled;
mod workspace;

#[cfg(test)]
mod tests;

pub use document::{Change, Chunk, Document, SECTIONS};
pub use draft::Draft;
pub use finish::sort as sort_findings;
pub use fix::{Applied, Fixed, MAX_ROUNDS, Wanted, choose as choose_fixes, fix};
pub use input::{InputFault, input_fault};
pub use run::{Analysis, Profile, RunOptions, Secrets, analyse, is_internal};
pub use workspace::{AcrossOptions, CrossFinding, Member, across, check_across, place_across, summary_of};
