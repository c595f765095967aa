//! `pactlens broker` against a Pact Broker that is in this process.

mod deploy;
mod fake;
mod places;
mod publish;
mod recorded;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::Run;

/// Runs `pactlens broker` in a folder, without what the environment says of Brokers and CI.
fn run_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pactlens"));
    command.arg("broker").args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env_clear().env("NO_COLOR", "1").env("XDG_CACHE_HOME", folder.join(".cache"));
    let kept = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];
    command.envs(kept.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.envs(variables.iter().copied()).output().unwrap().into()
}

/// The same in an empty folder.
fn run(arguments: &[&str]) -> Run {
    run_in(tempfile::tempdir().unwrap().path(), arguments, &[])
}

/// What a run says on both streams.
fn all(run: &Run) -> String {
    format!("{}{}", run.stdout, run.stderr)
}
