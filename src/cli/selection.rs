//! The flags that say which files a command is about, and where its configuration is.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::configs::{ConfigIndex, Lookup};
use crate::cli::Outcome;
use crate::config::Settings;
use crate::config::glob::{self, Over, Pattern};
use crate::text::Span;

/// Names the configuration file, as `--config` does.
const CONFIG_VARIABLE: &str = "PACTLENS_CONFIG";

#[derive(Debug, Args)]
pub(super) struct SelectionArgs {
    /// Also search what matches this glob, even where git ignores it (repeatable).
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,
    /// Leave out what matches this glob, even when it is named (repeatable).
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Check also what pactlens.toml excludes.
    #[arg(long)]
    no_exclude: bool,
    #[command(flatten)]
    config: ConfigArgs,
    /// Skip named files that are no pacts, and exit 0 if nothing is left: for hooks.
    #[arg(long)]
    pub(super) if_pact: bool,
    /// Exit 0 instead of 3 when there is nothing to check.
    #[arg(long)]
    pub(super) allow_empty: bool,
    /// What to call standard input.
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub(super) stdin_filename: String,
}

/// Where the configuration is.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// The configuration file; by default PACTLENS_CONFIG, else for each pact the nearest
    /// pactlens.toml or .pactlens.toml in its folder or upward.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Read no configuration file.
    #[arg(long)]
    isolated: bool,
}

impl ConfigArgs {
    /// Where to look for it.
    pub(super) fn lookup(&self) -> Lookup {
        if self.isolated {
            return Lookup::Nowhere;
        }
        let variable = || env::var_os(CONFIG_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        match self.config.clone().or_else(variable) {
            Some(path) => Lookup::File(here().join(path)),
            None => Lookup::Nearest,
        }
    }
}

/// The current folder. Without one relative paths lead nowhere in any case.
fn here() -> PathBuf {
    env::current_dir().unwrap_or_else(|_| PathBuf::from("/"))
}

/// What the flags come down to.
pub(super) struct Selection {
    pub(super) index: ConfigIndex,
    pub(super) include: Vec<String>,
    exclude: Vec<Pattern>,
    no_exclude: bool,
    here: PathBuf,
}

impl SelectionArgs {
    /// Reads the flags, for a run with `settings`.
    pub(super) fn resolve(&self, settings: Settings) -> Result<Selection, String> {
        let (lookup, here) = (self.config.lookup(), here());
        let pattern = |glob: &String| {
            Pattern::new(glob, Span::default(), Over::Paths)
                .map_err(|error| format!("--exclude '{glob}': {error}"))
        };
        let exclude = self.exclude.iter().map(pattern).collect::<Result<Vec<_>, _>>()?;
        let index = ConfigIndex::new(lookup, here.clone(), settings).map_err(|error| error.to_string())?;
        Ok(Selection { index, include: self.include.clone(), exclude, no_exclude: self.no_exclude, here })
    }
}

impl SelectionArgs {
    /// What it means that no pact was found, if a named file was `excluded`; said where that is
    /// worth saying.
    pub(super) fn found_nothing(&self, excluded: bool, what_for: &str) -> Outcome {
        // A hook names files, and what is excluded is none of its business.
        if self.if_pact || excluded {
            return Outcome::Fine;
        }
        eprintln!("pactlens: found no pact to {what_for}");
        self.empty()
    }

    /// What it means that there was nothing to check.
    pub(super) fn empty(&self) -> Outcome {
        if self.allow_empty { Outcome::Fine } else { Outcome::Nothing }
    }
}

impl Selection {
    /// Whether configuration is looked for, and not named.
    pub(super) fn is_found(&self) -> bool {
        self.index.is_looked_for()
    }

    /// Whether a file is not to be checked.
    pub(super) fn excludes(&self, path: &Path) -> bool {
        let by_file = !self.no_exclude && self.index.excludes(path);
        by_file || {
            let path = glob::normal(&self.index.absolute(path));
            let here = glob::normal(&self.here);
            glob::any(&self.exclude, glob::below(&here, &path))
        }
    }

    /// The pacts below a folder.
    pub(super) fn find(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let found = self.index.find_pacts(folder, &self.include, true);
        let mut found = found.map_err(|error| format!("cannot search {}: {error}", folder.display()))?;
        found.retain(|path| !self.excludes(path));
        Ok(found)
    }

    /// A path as reports show it: from the current folder where that is shorter.
    pub(super) fn relative(&self, path: &Path) -> PathBuf {
        relative(path, &self.here)
    }
}

/// `path` as seen from `here`, if it lies below it or in a folder above.
fn relative(path: &Path, here: &Path) -> PathBuf {
    if let Ok(below) = path.strip_prefix(here) {
        return below.to_owned();
    }
    let up = path.parent().and_then(|folder| here.strip_prefix(folder).ok()).map(|below| below.components());
    let Some(up) = up else { return path.to_owned() };
    let mut relative: PathBuf = up.map(|_| "..").collect();
    relative.extend(path.file_name());
    relative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_here() {
        let shown = |path: &str| relative(Path::new(path), Path::new("/a/b/c"));
        assert_eq!(shown("/a/b/c/d/x.toml"), Path::new("d/x.toml"));
        assert_eq!(shown("/a/b/x.toml"), Path::new("../x.toml"));
        assert_eq!(shown("/x.toml"), Path::new("../../../x.toml"));
        assert_eq!(shown("/a/z/x.toml"), Path::new("/a/z/x.toml"));
    }
}
