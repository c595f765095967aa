//! Where things are, and how the binary is run.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Prints a line that shows even when the test passes, unlike what `eprintln!` prints.
pub fn say(line: &str) {
    let mut terminal = io::stderr();
    writeln!(terminal, "{line}").unwrap();
}

/// A file or folder of the material that lies beside the checkout, or where
/// `PACTLENS_SHARED` says. `None`, with a loud line, when it is not there.
pub fn shared(part: &str) -> Option<PathBuf> {
    let base = std::env::var_os("PACTLENS_SHARED")
        .map_or_else(|| root().parent().unwrap_or(root()).join("shared"), PathBuf::from);
    let path = base.join(part);
    if path.exists() {
        return Some(path);
    }
    say(&format!("SKIPPED: {} is not here, so a test looked at less than it can", path.display()));
    None
}

/// The `.json` files below `folder`, sorted.
pub fn json_files(folder: &Path) -> Vec<PathBuf> {
    files(folder, "json")
}

/// The files below `folder` with this extension, sorted; none if there is no folder.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a run of the binary gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Run {
    fn from(Output { status, stdout, stderr }: Output) -> Run {
        Run {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

impl Run {
    /// Fails with everything the run printed unless it ended with `code`.
    #[track_caller]
    pub fn expect(self, code: i32) -> Run {
        let Run { code: got, stdout, stderr } = &self;
        assert_eq!(*got, code, "wrong exit code\n-- stdout\n{stdout}\n-- stderr\n{stderr}");
        self
    }

    /// The report of `--format json`.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {}", self.stdout))
    }
}

/// Runs the binary in `folder` with `stdin` as its input.
pub fn pactlens_with(folder: &Path, arguments: &[&str], stdin: Stdio) -> Run {
    let run = Command::new(env!("CARGO_BIN_EXE_pactlens"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(stdin)
        .output();
    run.unwrap().into()
}

/// Runs the binary in `folder`.
pub fn pactlens(folder: &Path, arguments: &[&str]) -> Run {
    pactlens_with(folder, arguments, Stdio::null())
}

/// Marsaglia's xorshift: the same seed gives the same inputs on every machine.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.next() % limit.max(1)
    }
}
