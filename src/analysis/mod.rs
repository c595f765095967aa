//! The API that both front ends call: documents, and what is found in them.

mod document;
mod finish;
mod run;

pub use document::{Change, Chunk, Document, SECTIONS};
pub use run::{Analysis, Profile, RunOptions, analyse, is_internal};
