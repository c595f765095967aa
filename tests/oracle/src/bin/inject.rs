//! Plants one known defect after the other and asks for its name.
//!
//! `inject [--goal] [--misses RULE] [FOLDER]`

use std::process::ExitCode;

fn main() -> ExitCode {
    pactlens_oracle::inject::main(std::env::args().skip(1))
}
