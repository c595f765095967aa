//! `pactlens mock -- COMMAND`: which fields of the responses a consumer's tests need.

use std::sync::Arc;

use clap::Args;

use crate::cli::Outcome;
use crate::cli::mock::MockArgs;
use crate::runner::Contract;
use crate::runner::mock::Options;

#[derive(Debug, Args)]
pub(super) struct MutateArgs {
    /// Run the command after -- again and again, each time without a field of a response.
    #[arg(long, requires = "command")]
    mutate: bool,
    /// The command, which finds the server's URL in PACT_MOCK_URL.
    #[arg(last = true, requires = "mutate")]
    command: Vec<String>,
}

impl MutateArgs {
    /// The command and its arguments, if there is one.
    pub(super) fn command(&self) -> Option<&[String]> {
        self.mutate.then_some(&self.command[..])
    }
}

pub(super) fn run(_: &MockArgs, _: &[String], _: Vec<Arc<Contract>>, _: Options) -> Outcome {
    Outcome::Trouble
}
