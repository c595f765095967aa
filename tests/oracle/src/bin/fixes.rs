//! Applies the safe fixes to real pacts, and to made ones with one defect each, and asks the
//! official core whether they are as good as before.
//!
//! `fixes [FOLDER]`

use std::process::ExitCode;

fn main() -> ExitCode {
    pactlens_oracle::fixes::main(std::env::args().skip(1))
}
