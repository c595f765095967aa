//! `--changed` and `--staged` of `pactlens lint`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::files;
use crate::cli::git::{Base, Git, GitPath, below};
use crate::cli::inputs::{Input, Part};
use crate::cli::memory::{Digest, Memory};
use crate::report::escape;

/// So many folders are named to git; with more it is asked about everything.
const MOST_FOLDERS: usize = 50;

/// What the flags mean, for the end of the help.
pub(super) const HELP: &str = "\
What --changed and --staged see:
  tracked files    --changed: those that differ, as they are on disk, from the last commit that
                   REF and HEAD have in common; REF is what the work goes into, as origin/main.
                   --staged: those that differ in the index from HEAD; the index is what is read.
  untracked files  --changed: all that REF does not hold with the same content. --staged: none.
  ignored files    Of generated pacts that git ignores it knows nothing. Unless REF holds the file,
                   one counts as changed until a run with one of these flags, and with the same
                   rules, configuration and --fail-on, found nothing in it at or above --fail-on,
                   and again when its content is another. What fails a run is thus found by the
                   next one too. Hashes of contents lie in the user's cache folder; where there is
                   none, as in most CI, all ignored pacts count as changed.
  All pacts are still looked at together: reported are findings in changed files, and those in
  other files that point to a changed one.";

#[derive(Debug, Args)]
pub(super) struct ChangedArgs {
    /// Check only what differs from the commit REF, by default HEAD; implies --if-pact.
    #[arg(
        long,
        value_name = "REF",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "HEAD",
        conflicts_with = "staged"
    )]
    changed: Option<String>,
    /// Check only what is staged for the next commit, as it is in git's index; implies --if-pact.
    #[arg(long)]
    staged: bool,
}

/// The files of a run, as far as they count.
pub(super) struct Narrowed {
    pub(super) inputs: Vec<Input>,
    /// What the user should know.
    pub(super) note: Option<String>,
    pub(super) ignored: Option<Ignored>,
}

/// The files that are known by their content only.
pub(super) struct Ignored {
    memory: Memory,
    /// What they are called below the root, by what reports call them.
    names: HashMap<String, String>,
}

impl ChangedArgs {
    /// Whether only a part of the files counts.
    pub(super) fn on(&self) -> bool {
        self.staged || self.changed.is_some()
    }

    /// What is wrong with the flags, if files are `written`.
    pub(super) fn misused(&self, paths: &[PathBuf], written: bool) -> Option<&'static str> {
        let stdin = paths.iter().any(|path| path.as_os_str() == "-");
        if self.on() && stdin {
            return Some("--changed and --staged are about files; standard input is none");
        }
        (self.staged && written).then_some(
            "--fix writes files, and --staged reads what is in git's index: use --changed --fix, then git add",
        )
    }

    /// Finds out which of `inputs`, found at `paths`, count. `way` stands for how they are
    /// checked.
    pub(super) fn narrow(
        &self,
        inputs: Vec<Input>,
        paths: &[PathBuf],
        way: impl FnOnce() -> u64,
    ) -> Result<Narrowed, String> {
        let Some(base) = self.changed.as_deref().or(self.staged.then_some("HEAD")) else {
            return Ok(Narrowed { inputs, note: None, ignored: None });
        };
        let flag = if self.staged { "--staged" } else { "--changed" };
        let said = |error: String| format!("{flag} cannot tell what changed: {}", escape(&error));
        let git = Git::here().map_err(said)?;
        let here = [PathBuf::from(".")];
        let places = Places::new(&git, if paths.is_empty() { &here } else { paths }).map_err(said)?;
        let base = git.base(base).map_err(said)?;
        let lost = paths.iter().find_map(|path| path.to_str().filter(|_| path.symlink_metadata().is_err()));
        if let Some(name) = lost.filter(|name| !self.staged && git.base(name).is_ok()) {
            let name = escape(name);
            return Err(format!("'{name}' is no file; if the commit is meant, write --changed={name}"));
        }
        let memory = Memory::of(git.root(), way());
        let mut names = HashMap::new();
        let mut narrowed = self.split(&git, &base, &places, inputs).map_err(said)?;
        let known: Vec<&GitPath> =
            narrowed.iter().filter(|(_, _, ignored)| *ignored).map(|it| &it.1).collect();
        let mut in_base = git.in_base(&base, &known).map_err(said)?;
        let blobs = git.blobs();
        for (input, path, ignored) in &mut narrowed {
            if !*ignored {
                continue;
            }
            if let Some(blob) = in_base.remove(path) {
                let digest = blobs.blob(blob).load().ok().as_ref().and_then(Digest::of);
                input.part = Part::Unless(digest.into_iter().collect());
            } else if let (Part::Unless(known), Ok(path)) = (&mut input.part, String::from_utf8(path.clone()))
            {
                known.extend(memory.get(&path));
                names.insert(input.shown.clone(), path);
            }
        }
        let mut inputs: Vec<Input> = narrowed.into_iter().map(|it| it.0).collect();
        if inputs.iter().all(|input| input.part == Part::Beside) {
            inputs.clear();
        }
        Ok(Narrowed { inputs, note: base.note, ignored: Some(Ignored { memory, names }) })
    }

    /// What git says of each file: whether it is changed, and otherwise whether its content
    /// has to tell.
    fn split(
        &self,
        git: &Git,
        base: &Base,
        places: &Places<'_>,
        inputs: Vec<Input>,
    ) -> Result<Vec<(Input, GitPath, bool)>, String> {
        let folders = places.folders();
        let changed = if self.staged { git.staged(&folders)? } else { git.changed(base, &folders)? };
        let mut known: HashMap<PathBuf, PathBuf> = HashMap::new();
        let mut found: HashMap<GitPath, Input> = HashMap::new();
        let mut order = Vec::new();
        for input in inputs {
            let path = places.git.path_of(&real(&input.path, &mut known));
            let path = path.ok_or_else(|| format!("'{}' is not in this repository", input.shown))?;
            order.push(path.clone());
            found.entry(path).or_insert(input);
        }
        let index = git.index(&folders, |path| found.contains_key(path) || changed.contains(path))?;
        let untracked = git.untracked(&folders)?;
        let blobs = git.blobs();
        let mut result = Vec::new();
        for path in order {
            let Some(mut input) = found.remove(&path) else { continue };
            let mut ignored = false;
            match index.get(&path) {
                Some(content) => {
                    input.part = if changed.contains(&path) { Part::Checked } else { Part::Beside };
                    let content = content.clone().filter(|_| self.staged);
                    input.blob = content.map(|name| blobs.blob(name));
                }
                None if untracked.contains(&path) && self.staged => continue,
                None => {
                    ignored = true;
                    let new = untracked.contains(&path);
                    input.part = if new { Part::Checked } else { Part::Unless(Vec::new()) };
                }
            }
            result.push((input, path, ignored));
        }
        if self.staged {
            // What is no longer on disk is committed all the same.
            let gone = changed.iter().filter_map(|path| Some((path, index.get(path)?.clone()?)));
            for (path, content) in gone {
                if let Some(input) = places.gone(path) {
                    result.push((Input { blob: Some(blobs.blob(content)), ..input }, path.clone(), false));
                }
            }
            result.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        }
        Ok(result)
    }
}

impl Ignored {
    /// Takes note of what a run has seen: the digests of files that were checked, and which
    /// of them it is not to forget.
    pub(super) fn learn(self, seen: Vec<(String, Option<Digest>)>, failed: &HashSet<&str>) {
        let seen = seen.into_iter().filter_map(|(shown, digest)| {
            let path = self.names.get(&shown)?;
            Some((path.clone(), digest.filter(|_| !failed.contains(shown.as_str()))))
        });
        self.memory.learn(seen.collect());
    }
}

/// A path without links but for its last part, which git tracks as a link. `known` holds
/// folders that were looked up.
fn real(path: &Path, known: &mut HashMap<PathBuf, PathBuf>) -> PathBuf {
    let Some(name) = path.file_name() else { return files::identity(path) };
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !known.contains_key(folder) {
        // Of a folder that is gone, what is left of the way to it counts.
        let left = folder.ancestors().map(|it| if it.as_os_str().is_empty() { Path::new(".") } else { it });
        let left = left.zip(folder.ancestors()).find(|(there, _)| files::is_folder(there));
        let rest = left.and_then(|(_, name)| folder.strip_prefix(name).ok());
        let real = left.zip(rest).map(|((there, _), rest)| files::identity(there).join(rest));
        known.insert(folder.to_owned(), real.unwrap_or_else(|| folder.to_owned()));
    }
    known[folder].join(name)
}

/// The files and folders that the user is about.
struct Places<'a> {
    git: &'a Git,
    /// Each as the user calls it, as git does, and whether it is a folder.
    all: Vec<(&'a Path, GitPath, bool)>,
}

impl<'a> Places<'a> {
    fn new(git: &'a Git, paths: &'a [PathBuf]) -> Result<Places<'a>, String> {
        let place = |path: &'a PathBuf| {
            let folder = files::is_folder(path);
            let real = if folder { files::identity(path) } else { real(path, &mut HashMap::new()) };
            let outside =
                || format!("'{}' is not in the repository '{}'", path.display(), git.root().display());
            Ok((path.as_path(), git.path_of(&real).ok_or_else(outside)?, folder))
        };
        Ok(Places { git, all: paths.iter().map(place).collect::<Result<_, String>>()? })
    }

    /// What to ask git about; nothing for everything.
    fn folders(&self) -> Vec<GitPath> {
        let all = self.all.len() > MOST_FOLDERS || self.all.iter().any(|(_, path, _)| path.is_empty());
        if all { Vec::new() } else { self.all.iter().map(|(_, path, _)| path.clone()).collect() }
    }

    /// A file of the index that is not on disk, if the user is about it.
    fn gone(&self, path: &GitPath) -> Option<Input> {
        if below(self.git.root(), path).symlink_metadata().is_ok() {
            return None;
        }
        self.all.iter().find_map(|(shown, place, folder)| {
            if !folder {
                return (place == path).then(|| Input::new(shown.to_path_buf(), true));
            }
            let rest = path.strip_prefix(place.as_slice())?;
            let rest = if place.is_empty() { rest } else { rest.strip_prefix(b"/")? };
            let input = Input::new(below(shown, rest), false);
            files::is_candidate(&below(Path::new(""), rest)).then_some(input)
        })
    }
}
