//! The tests that wrote the pacts of a run.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use rustc_hash::FxHashMap;

use crate::analysis::MIN_INTERACTIONS;
use crate::analysis::files;
use crate::analysis::origin::{TestIndex, attach, read_tests, test_root};
use crate::cli::git;
use crate::cli::inputs::shown;
use crate::config::Levels;
use crate::diagnostic::Finding;
use crate::model::FileSummary;
use crate::rules::find;
use crate::text::Encoding;
#[cfg(feature = "runner")]
use crate::{analysis::origin::Wrote, diagnostic::Elsewhere};

#[derive(Debug, Args)]
pub(super) struct OriginArgs {
    /// Do not look for the tests that wrote the pacts.
    #[arg(long)]
    no_tests: bool,
}

/// Looks for tests: reads those of a repository when the first finding in it asks for them,
/// so that a run without findings reads none.
pub(super) struct Origins {
    /// The current folder; `None` when no tests are looked for.
    here: Option<PathBuf>,
    indexes: FxHashMap<PathBuf, TestIndex>,
}

impl OriginArgs {
    /// What looks for tests as the user wishes.
    pub(super) fn origins(&self) -> Origins {
        let here = env::current_dir().ok().filter(|_| !self.no_tests);
        Origins { here: here.map(|here| files::identity(&here)), indexes: FxHashMap::default() }
    }
}

impl Origins {
    /// Gives each finding in an interaction of a pact the test that wrote it. `path` is the
    /// file, or `None` for standard input, and `name` what reports call it.
    pub(super) fn attach(
        &mut self,
        findings: &mut [Finding],
        summary: &FileSummary,
        path: Option<&Path>,
        name: &str,
    ) {
        if findings.iter().all(|finding| finding.interaction.is_none()) {
            return;
        }
        self.read(path);
        let Some((here, tests)) = self.here.as_deref().zip(self.tests(path)) else { return };
        let name = path.map_or_else(|| name.to_owned(), |path| show(&files::identity(path), here));
        attach(findings, summary, &name, tests);
    }

    /// The test that wrote an interaction; of `wrote` the path of the pact is put in here.
    #[cfg(feature = "runner")]
    pub(super) fn find(&mut self, path: &Path, wrote: &Wrote<'_>) -> Option<Elsewhere> {
        self.read(Some(path));
        let (here, tests) = self.here.as_deref().zip(self.tests(Some(path)))?;
        tests.find(&Wrote { pact: &show(&files::identity(path), here), ..*wrote })
    }

    /// The tests that may have written each of these pacts, where a rule asks for them.
    pub(super) fn of_pacts<'a>(
        &mut self,
        pacts: impl Iterator<Item = (&'a FileSummary, Option<&'a Path>)>,
        mut levels: impl Iterator<Item = &'a Levels>,
    ) -> Vec<Option<&TestIndex>> {
        let rule = find("interaction-without-test");
        if !levels.any(|levels| rule.is_some_and(|rule| levels.of(rule).is_some())) {
            return Vec::new();
        }
        let large = |summary: &FileSummary| summary.interactions.len() >= MIN_INTERACTIONS;
        let paths: Vec<_> = pacts.map(|(summary, path)| large(summary).then_some(path)).collect();
        paths.iter().flatten().for_each(|path| self.read(*path));
        paths.iter().map(|path| path.and_then(|path| self.tests(path))).collect()
    }

    /// Reads the tests that may have written a pact, unless they are known.
    fn read(&mut self, pact: Option<&Path>) {
        let (Some(root), Some(here)) = (self.root(pact), &self.here) else { return };
        let show = |path: &Path| show(path, here);
        self.indexes.entry(root).or_insert_with_key(|root| {
            let mut index = TestIndex::default();
            index.put_all(read_tests(root, Encoding::Utf32, &show, &|| false));
            index
        });
    }

    /// The tests that may have written a pact, if they were read.
    fn tests(&self, pact: Option<&Path>) -> Option<&TestIndex> {
        self.indexes.get(&self.root(pact)?)
    }

    fn root(&self, pact: Option<&Path>) -> Option<PathBuf> {
        let here = self.here.as_ref()?;
        let pact = pact.map_or_else(|| here.join("-"), files::identity);
        test_root(&pact, here).filter(|root| is_project(root))
    }
}

/// How reports call `path`; both absolute.
fn show(path: &Path, here: &Path) -> String {
    shown(&relative(path, here))
}

/// Whether a folder is no more than a project: all that somebody has is not searched.
fn is_project(root: &Path) -> bool {
    root.parent().is_some() && env::home_dir().is_none_or(|home| files::identity(&home) != root)
}

/// `path` as seen from `here`; both absolute.
fn relative(path: &Path, here: &Path) -> PathBuf {
    let shared = path.components().zip(here.components()).take_while(|(a, b)| a == b).count();
    let up = here.components().skip(shared).map(|_| "..");
    let mut relative: PathBuf = up.collect();
    relative.extend(path.components().skip(shared));
    relative
}

/// For each of `paths` whether git knows that it does not keep it: ignored or not added.
/// `false` for all where there is no git or no repository.
pub(super) fn untracked<'a>(paths: impl Iterator<Item = Option<&'a Path>>) -> Vec<bool> {
    let mut out = Vec::new();
    let mut repositories: FxHashMap<PathBuf, Vec<(usize, PathBuf)>> = FxHashMap::default();
    for (at, path) in paths.enumerate() {
        out.push(false);
        let Some(path) = path.map(files::identity) else { continue };
        let root = path.parent().and_then(files::find_repository);
        let below = root.as_ref().and_then(|root| path.strip_prefix(root).ok()).map(Path::to_owned);
        if let (Some(root), Some(below)) = (root, below) {
            repositories.entry(root).or_default().push((at, below));
        }
    }
    for (root, files) in repositories {
        // A command line has a limit, so it is split.
        for files in files.chunks(500) {
            let mut git = git::within(&root);
            let kept = git.args(["ls-files", "-z", "--"]).args(files.iter().map(|(_, path)| path)).output();
            let Some(kept) = kept.ok().filter(|kept| kept.status.success()) else { continue };
            let kept = String::from_utf8_lossy(&kept.stdout).into_owned();
            let kept: Vec<&Path> = kept.split('\0').map(Path::new).collect();
            for (at, path) in files {
                out[*at] = !kept.contains(&path.as_path());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_here() {
        let seen = |path: &str, here: &str| relative(Path::new(path), Path::new(here));
        assert_eq!(seen("/a/b/c.ts", "/a/b"), Path::new("c.ts"));
        assert_eq!(seen("/a/x/c.ts", "/a/b/d"), Path::new("../../x/c.ts"));
    }
}
