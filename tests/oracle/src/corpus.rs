//! The real pacts that lie beside the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use crate::random::hash;

/// Which half of the files. Rules are written with an eye on the first; only the other
/// tells how well they do on what nobody has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// For whoever writes rules.
    Tune,
    /// For the figure.
    Report,
}

impl Half {
    /// The half a file is in. Versions of one file (`name~commit.json`) stay together.
    pub fn of(file: &str) -> Half {
        let stem = file.trim_end_matches(".json").split('~').next().unwrap_or(file);
        if hash(stem) >> 17 & 1 == 0 { Half::Tune } else { Half::Report }
    }
}

/// The folder of real pacts: `given`, or `PACTLENS_SHARED`, or `../shared` beside the checkout.
pub fn folder(given: Option<PathBuf>) -> Option<PathBuf> {
    let beside = || {
        std::env::var_os("PACTLENS_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
    };
    let folder = given.unwrap_or_else(|| beside().join("corpus"));
    let pacts = folder.join("pacts");
    if pacts.is_dir() { Some(pacts) } else { folder.is_dir().then_some(folder) }
}

/// Names and texts of the JSON files in a folder, by name.
pub fn read(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<(String, String)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.ends_with(".json").then_some(())?;
            Some((name, fs::read_to_string(entry.path()).ok()?))
        })
        .collect();
    files.sort();
    files
}
