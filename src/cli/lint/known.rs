//! The baseline of a run.

use std::path::Path;
use std::sync::Arc;

use crate::analysis::{Overview, Seen, put_aside};
use crate::cli::baseline::{BaselineArgs, Known};
use crate::cli::lint::{Checked, LintArgs};
use crate::cli::selection::Selection;
use crate::config::Levels;

/// The baseline that counts: the one beside or in the configuration of the current folder. A
/// file named by --config may serve many projects, so it does not say where this is.
pub(in crate::cli) fn load(args: &BaselineArgs, selection: &Selection) -> Result<Known, String> {
    let project = selection.index.project_of_folder(Path::new(""));
    let configured = project.baseline_path().map(|path| selection.relative(&path));
    let folder = selection.is_found().then(|| selection.relative(project.folder()));
    args.load(configured, folder.as_deref())
}

/// Writes, prunes or checks the baseline. Tells whether there was something to prune.
pub(super) fn see_to(
    args: &LintArgs,
    known: &Known,
    checked: &mut [Checked],
    searched: bool,
) -> Result<bool, String> {
    // With secrets shown, findings are called by other names than in the baseline.
    if args.show_secrets || !(args.baseline.writes() || known.exists()) {
        return Ok(false);
    }
    let files: Vec<Seen> = checked
        .iter_mut()
        .filter_map(|file| {
            let mut seen = file.seen.take()?;
            seen.note(&file.analysis);
            Some(seen)
        })
        .collect();
    let mut levels: Vec<Arc<Levels>> = checked.iter().filter_map(|file| file.levels.clone()).collect();
    levels.dedup_by(|a, b| Arc::ptr_eq(a, b));
    let overview = Overview { files: &files, levels: &levels, searched };
    if args.baseline.prunes() {
        return known.prune(&overview);
    }
    if !args.baseline.writes() {
        known.remind(&overview);
        return Ok(false);
    }
    checked.iter_mut().filter(|file| file.specification.is_some()).for_each(|it| put_aside(&mut it.analysis));
    let counts = checked.iter().map(|file| file.analysis.aside.in_baseline).filter(|count| *count > 0);
    known.write(&overview, counts.clone().sum(), counts.count())?;
    Ok(false)
}
