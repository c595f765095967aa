//! The configuration file, read for a command.

use std::env;
use std::path::{Path, PathBuf};

use crate::analysis::files::{self, Loaded};
use crate::analysis::handlers::ConfiguredStates;
use crate::cli::inputs::shown;
use crate::config::file::{self, ConfigFile};
use crate::report::escape;

/// The configuration file that counts, its text and what it says.
pub(super) struct Config {
    path: PathBuf,
    text: String,
    file: ConfigFile,
}

impl Config {
    /// The whole of it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The folder that it lies in.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.path.parent()
    }

    /// What it says about handlers of provider states.
    pub(super) fn states(&self) -> ConfiguredStates<'_> {
        ConfiguredStates { path: &self.path, text: &self.text, states: &self.file.states }
    }
}

/// Reads the configuration file that is named, or else the nearest one upward. `None` without
/// one; an error names the file and the line.
pub(super) fn load(named: Option<&Path>) -> Result<Option<Config>, String> {
    let path = match named {
        Some(path) => Some(path.to_owned()),
        // Without a current folder there is none to look in.
        None => env::current_dir().ok().and_then(|here| {
            let path = files::find_config(&here)?;
            Some(relative(&path, &here))
        }),
    };
    let Some(path) = path else { return Ok(None) };
    let name = shown(&path);
    let name = escape(&name);
    let text = match files::load(&path) {
        Ok(Loaded::Text(text, None)) => text,
        Ok(_) => return Err(format!("cannot read {name}: it is not UTF-8 text")),
        Err(error) => return Err(format!("cannot read {name}: {error}")),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    match file::parse(&text) {
        Ok(file) => Ok(Some(Config { path, text, file })),
        Err(error) => Err(format!("{name}:{}", escape(&error.to_string()))),
    }
}

/// `path`, which lies in `here` or above it, as seen from `here`.
fn relative(path: &Path, here: &Path) -> PathBuf {
    let up = path.parent().and_then(|folder| here.strip_prefix(folder).ok()).map(|below| below.components());
    let Some(up) = up else { return path.to_owned() };
    let mut relative: PathBuf = up.map(|_| "..").collect();
    relative.extend(path.file_name());
    relative
}
