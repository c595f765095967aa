//! Damages real pacts at random and counts how much of what matters pactlens reports.
//!
//! `found [--half tune|report] [--kept N] [--seed N] [--misses N] [--hits N] [--goal] [FOLDER]`

use std::process::ExitCode;

fn main() -> ExitCode {
    pactlens_oracle::found::main(std::env::args().skip(1))
}
