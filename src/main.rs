//! The `pactlens` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    pactlens::cli::main()
}
