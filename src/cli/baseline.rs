//! `--baseline` and its kin of `pactlens lint`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::files::{self, Loaded};
use crate::analysis::{Overview, Stale, prune};
use crate::cli::inputs::shown;
use crate::config::{BASELINE_NAME, Baseline};
use crate::report::escape;
use crate::text::counted;

/// Most stale entries that are listed; the file has them all.
const MAX_LISTED: usize = 20;

#[derive(Debug, Default, Args)]
pub(super) struct BaselineArgs {
    /// A file of known findings, which are not reported; by default .pactlens-baseline.json
    /// beside the configuration file, or else in the current folder, if there is one.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Report known findings too.
    #[arg(long, conflicts_with_all = ["baseline", "baseline_write", "baseline_prune"])]
    no_baseline: bool,
    /// Write all that is found to the baseline, so that it is known from now on. What it has
    /// about other pacts stays in it.
    #[arg(long, conflicts_with_all = ["baseline_prune", "show_secrets", "diff"])]
    baseline_write: bool,
    /// Take out of the baseline what is not found any more, and exit 1 if there was any.
    #[arg(long, conflicts_with_all = ["show_secrets", "diff"])]
    baseline_prune: bool,
}

/// The baseline of a run.
pub(super) struct Known {
    path: PathBuf,
    /// Its text; `None` while there is no such file.
    text: Option<String>,
    baseline: Baseline,
}

impl BaselineArgs {
    /// Whether all that is found is to be written down.
    pub(super) fn writes(&self) -> bool {
        self.baseline_write
    }

    /// Whether the run is for taking out what is stale.
    pub(super) fn prunes(&self) -> bool {
        self.baseline_prune
    }

    /// Reads the baseline that counts: the named one, else the configured one, else that beside
    /// the configuration file, which lies in `folder`. An error names the file and the line.
    pub(super) fn load(&self, configured: Option<PathBuf>, folder: Option<&Path>) -> Result<Known, String> {
        let named = self.baseline.is_some();
        let beside = || folder.unwrap_or(Path::new("")).join(BASELINE_NAME);
        let path = self.baseline.clone().or(configured).unwrap_or_else(beside);
        let missing = Known { path: path.clone(), text: None, baseline: Baseline::default() };
        if self.no_baseline {
            return Ok(missing);
        }
        let name = name(&path);
        let text = match files::load(&path) {
            Ok(Loaded::Text(text, None)) => text,
            Ok(_) => return Err(format!("cannot read {name}: it is not UTF-8 text")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if named && !self.baseline_write {
                    return Err(format!("cannot read {name}: {error}; --baseline-write writes one"));
                }
                return Ok(missing);
            }
            Err(error) => return Err(format!("cannot read {name}: {error}")),
        };
        match Baseline::parse(&text) {
            Ok(baseline) => Ok(Known { path, text: Some(text), baseline }),
            Err(error) => Err(format!("{name}:{}", escape(&error.to_string()))),
        }
    }
}

impl Known {
    /// What is known.
    pub(super) fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Its text, if there is a file.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Whether there is a file.
    pub(super) fn exists(&self) -> bool {
        self.text.is_some()
    }

    /// Writes down all that a run found in `pacts` pacts, `count` findings, and says so.
    pub(super) fn write(&self, overview: &Overview<'_>, count: usize, pacts: usize) -> Result<(), String> {
        self.put(&overview.baseline(&self.baseline))?;
        let [findings, pacts] = [counted(count, "finding"), counted(pacts, "pact")];
        eprintln!("pactlens: {findings} in {pacts} written to {}", name(&self.path));
        Ok(())
    }

    /// Takes out what is stale, and tells whether anything was.
    pub(super) fn prune(&self, overview: &Overview<'_>) -> Result<bool, String> {
        let stale = overview.stale(&self.baseline);
        if stale.is_empty() {
            return Ok(false);
        }
        self.put(&prune(&self.baseline, &stale))?;
        let count = counted(missing(&stale), "known finding");
        eprintln!("pactlens: {count} no longer found, taken out of {}:", name(&self.path));
        for one in stale.iter().take(MAX_LISTED) {
            eprintln!("  {}", line(one));
        }
        if stale.len() > MAX_LISTED {
            eprintln!("  and {} more", stale.len() - MAX_LISTED);
        }
        Ok(true)
    }

    /// Says how much of the baseline is stale, if any of it is.
    pub(super) fn remind(&self, overview: &Overview<'_>) {
        let stale = overview.stale(&self.baseline);
        if !stale.is_empty() {
            let count = counted(missing(&stale), "known finding");
            let name = name(&self.path);
            eprintln!("pactlens: {count} of {name} no longer found: --baseline-prune takes them out");
        }
    }

    fn put(&self, baseline: &Baseline) -> Result<(), String> {
        let text = baseline.to_text();
        let written = match &self.text {
            Some(old) if *old == text => Ok(()),
            Some(old) => files::replace(&self.path, old, &text),
            None => files::create(&self.path, &text),
        };
        written.map_err(|error| format!("cannot write {}: {error}", name(&self.path)))
    }
}

/// How many findings are gone.
fn missing(stale: &[Stale]) -> usize {
    stale.iter().map(|one| (one.entry.count - one.left) as usize).sum()
}

/// An entry on one line.
fn line(stale: &Stale) -> String {
    let entry = &stale.entry;
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "?".to_owned());
    let mut out = format!("{}: {} -> {}", entry.rule, name(&entry.consumer), name(&entry.provider));
    if let Some(description) = &entry.description {
        out += &format!(" · \"{description}\"");
    }
    out += &format!(" · {}", entry.path);
    if stale.left > 0 {
        out += &format!(" ({} of {} left)", stale.left, entry.count);
    }
    let mut line = escape(&out).into_owned();
    if let Some((end, _)) = line.char_indices().nth(200) {
        line.truncate(end);
        line.push('…');
    }
    line
}

fn name(path: &Path) -> String {
    escape(&shown(path)).into_owned()
}
