//! Reading the tests of a workspace.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::analysis::files::{self, Loaded};
use crate::analysis::origin::{TestFile, scan};
use crate::analysis::source::{Language, MAX_SOURCE_SIZE, find_sources, is_source};
use crate::text::Encoding;

/// Most files with tests that are kept.
pub const MAX_TEST_FILES: usize = 20_000;

/// The tests below `root`, under the paths that `show` gives them, with columns in `encoding`.
/// Honours `.gitignore`; what is installed or built is not looked at. `stop` is asked between
/// files.
pub fn read_tests(
    root: &Path,
    encoding: Encoding,
    show: &(dyn Fn(&Path) -> String + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<(Arc<str>, TestFile)> {
    let sources = find_sources(root, &[]).unwrap_or_default();
    let read = |(path, language): &(PathBuf, Language)| {
        if stop() {
            return None;
        }
        let file = read_file(path, *language, encoding);
        (!file.is_empty()).then(|| (Arc::<str>::from(show(path)), file))
    };
    sources.par_iter().filter_map(read).collect()
}

/// What one file tells; nothing if it is none of those that [`read_tests`] reads below one of
/// `roots`.
pub fn read_test_file(path: &Path, roots: &[PathBuf], encoding: Encoding) -> TestFile {
    let Some(language) = Language::of_path(path) else { return TestFile::default() };
    let file = read_file(path, language, encoding);
    // What git ignores is seldom a test, so that is asked last.
    if !file.is_empty() && roots.iter().any(|root| is_source(root, path)) {
        file
    } else {
        TestFile::default()
    }
}

fn read_file(path: &Path, language: Language, encoding: Encoding) -> TestFile {
    match files::load(path) {
        Ok(Loaded::Text(text, _)) if text.len() as u64 <= MAX_SOURCE_SIZE => scan(&text, language, encoding),
        _ => TestFile::default(),
    }
}

/// The folder in which the test that wrote `pact` is looked for: the repository that the pact
/// lies in, else the folder of the configuration file above it, else `here` if it lies there.
/// Both paths must be absolute.
pub fn test_root(pact: &Path, here: &Path) -> Option<PathBuf> {
    let folder = pact.parent()?;
    files::find_repository(folder)
        .or_else(|| Some(folder.ancestors().find_map(files::config_in)?.parent()?.to_owned()))
        .or_else(|| folder.starts_with(here).then(|| here.to_owned()))
}
