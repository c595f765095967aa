//! The API that both front ends call: documents, and what is found in them.

mod document;
mod elsewhere;
pub mod files;
mod finish;
mod input;
mod run;

pub use document::{Change, Chunk, Document, SECTIONS};
pub use input::input_finding;
pub use run::{Analysis, Profile, RunOptions, analyse, is_internal};
