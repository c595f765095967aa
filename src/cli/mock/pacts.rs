//! The pacts that are served, read from the disk.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::cli::config;
use crate::cli::inputs::{Input, inputs};
use crate::cli::judge_worker;
use crate::cli::selection::{Selection, SelectionArgs};
use crate::cli::{Outcome, trouble};
use crate::config::{Settings, today};
use crate::runner::Contract;
use crate::runner::engine::Worker;

/// Where pacts come from.
pub(super) struct Pacts {
    paths: Vec<PathBuf>,
    selection: Selection,
    stdin_filename: String,
    if_pact: bool,
    /// Judges what cannot be judged in this process.
    worker: Option<Arc<Worker>>,
    /// The files, in the order in which they are served.
    pub(super) inputs: Vec<Input>,
    /// A file that was named is excluded.
    pub(super) excluded_named: bool,
    /// The port that the configuration of the current folder names.
    pub(super) port: Option<u16>,
}

/// What was read.
pub(super) struct Read {
    pub(super) contracts: Vec<Arc<Contract>>,
    /// Why files are not among them.
    pub(super) faults: Vec<String>,
}

impl Pacts {
    /// Finds them; what is wrong was told.
    pub(super) fn new(paths: &[PathBuf], args: &SelectionArgs) -> Result<Pacts, Outcome> {
        let settings = Settings { today: today(), ..Settings::default() };
        let selection = args.resolve(settings).map_err(|error| trouble(&error))?;
        let found = inputs(paths, &selection, &args.stdin_filename);
        let (inputs, excluded_named) = found.map_err(|error| trouble(&error))?;
        // The folder has a configuration even if no pact is in it.
        let project = selection.index.project_of_folder(std::path::Path::new("."));
        let port = project.runs().mock_port.map(|port| port.value);
        if !config::tell(&selection) {
            return Err(Outcome::Trouble);
        }
        let stdin_filename = args.stdin_filename.clone();
        Ok(Pacts {
            paths: paths.to_vec(),
            selection,
            stdin_filename,
            if_pact: args.if_pact,
            worker: judge_worker::of_this_program(),
            inputs,
            excluded_named,
            port,
        })
    }

    /// Looks for files anew.
    pub(super) fn find(&mut self) {
        if let Ok((inputs, _)) = inputs(&self.paths, &self.selection, &self.stdin_filename) {
            self.inputs = inputs;
        }
    }

    /// Whether there are folders to look into.
    pub(super) fn has_folders(&self) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|path| path.is_dir())
    }

    /// Reads all of them.
    pub(super) fn read(&self) -> Read {
        let results: Vec<_> = self.inputs.par_iter().map(|input| self.read_one(input)).collect();
        let mut read = Read { contracts: Vec::new(), faults: Vec::new() };
        for result in results {
            match result {
                Ok(Some(contract)) => read.contracts.push(contract),
                Ok(None) => {}
                Err(fault) => read.faults.push(fault),
            }
        }
        read
    }

    /// Reads one; `None` for what is no pact and need not be.
    pub(super) fn read_one(&self, input: &Input) -> Result<Option<Arc<Contract>>, String> {
        if input.excluded {
            return Ok(None);
        }
        let Some((document, _)) = input.pact(self.if_pact)? else { return Ok(None) };
        let made = Contract::later(input.shown.clone(), document).map(|mut contract| {
            if let Some(worker) = &self.worker {
                contract.set_worker(worker);
            }
            Some(Arc::new(contract))
        });
        made.map_err(|fault| fault.placed(&input.shown))
    }
}
