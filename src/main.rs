//! The `pactlens` command.
fn main() {}
