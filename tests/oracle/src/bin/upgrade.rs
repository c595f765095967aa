//! Whether a file that is brought to a newer version says the same to the official core.

use std::process::ExitCode;

fn main() -> ExitCode {
    pactlens_oracle::upgrade::main(std::env::args().skip(1))
}
