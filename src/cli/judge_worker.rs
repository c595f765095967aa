//! `pactlens judge-worker`: what would take a run down is judged here, out of its way.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::Outcome;
use crate::runner::engine::worker::{self, Worker};

/// Judges what comes on standard input until it ends.
pub(super) fn run() -> Outcome {
    let served = worker::serve(std::io::stdin().lock(), std::io::stdout());
    if served.is_ok() { Outcome::Fine } else { Outcome::Trouble }
}

/// The worker for a run of this program; `None` where the program cannot be found.
pub(super) fn of_this_program() -> Option<Arc<Worker>> {
    program().map(|program| Arc::new(Worker::new(program)))
}

/// This program, which has the command that judges.
pub(super) fn program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}
