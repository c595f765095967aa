//! Loosens every body that is reported as too exact, and asks the official core whether it accepts
//! other values then, and what stays exact no other.
//!
//! `loosen [--goal] [FOLDER]`

use std::process::ExitCode;

fn main() -> ExitCode {
    pactlens_oracle::loosen::main(std::env::args().skip(1))
}
