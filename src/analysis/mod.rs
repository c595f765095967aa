//! The API that both front ends call: documents, and what is found in them.

mod document;
mod draft;
mod elsewhere;
pub mod files;
mod finish;
mod input;
mod lines;
mod masks;
mod pointers;
mod run;

#[cfg(test)]
mod tests;

pub use document::{Change, Chunk, Document, SECTIONS};
pub use draft::Draft;
pub use input::input_finding;
pub use run::{Analysis, Profile, RunOptions, Secrets, analyse, is_internal};
