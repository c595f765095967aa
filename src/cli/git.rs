//! What git knows of files, asked of the `git` executable.
//!
//! Paths go to and come from git as bytes between zero bytes, below the root of the work
//! tree. No question reads or writes a remote, writes the index, or starts a pager, an
//! external diff or a prompt, whatever is configured.

mod blobs;

use std::collections::{HashMap, HashSet};
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::analysis::files;
pub(super) use blobs::{Blob, Blobs};

/// A path below the root of the work tree, with slashes, as git has it.
pub(super) type GitPath = Vec<u8>;

/// Variables that tell git where a repository is; a hook gets them from git.
const PLACES: [&str; 3] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"];

/// So many paths go into one command line.
const PATHS_AT_ONCE: usize = 100;

/// A repository with a work tree.
pub(super) struct Git {
    /// The root of the work tree, as git has it.
    folder: PathBuf,
    /// The same without links.
    root: PathBuf,
    /// Variables of the environment that lead to another place.
    misleading: Vec<&'static str>,
}

/// What a work tree is compared with.
pub(super) struct Base {
    /// Name of a commit or of the empty tree.
    tree: String,
    /// What the user should know about the choice.
    pub(super) note: Option<String>,
}

impl Git {
    /// The repository that the current folder is in.
    pub(super) fn here() -> Result<Git, String> {
        let ask = |misleading: &[&str], what: &str| {
            let mut git = command(misleading);
            answer(git.args(["rev-parse", what]))
        };
        // A hook that goes to another folder still has the variables that git gave it, and
        // with those git takes that folder for the root. They count where nothing else leads
        // to a repository.
        let given = PLACES.iter().any(|name| env::var_os(name).is_some());
        let mut misleading = PLACES.to_vec();
        let folder = match ask(&misleading, "--show-toplevel") {
            Ok(root) => {
                let [by_name, by_place] =
                    [&[][..], &misleading].map(|misleading| ask(misleading, "--absolute-git-dir").ok());
                if given && by_name.is_some() && by_name != by_place {
                    misleading.push("GIT_INDEX_FILE");
                }
                root
            }
            Err(error) if !given => return Err(error),
            Err(_) => {
                misleading.clear();
                ask(&misleading, "--show-toplevel")?
            }
        };
        let folder = path(folder.strip_suffix(b"\n").unwrap_or(&folder));
        let root = files::identity(&folder);
        Ok(Git { folder, root, misleading })
    }

    /// The root of the work tree, without links.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// How git calls a path that leads to `real`, which must be without links. Nothing for the
    /// root itself; `None` outside of the work tree.
    pub(super) fn path_of(&self, real: &Path) -> Option<GitPath> {
        real.strip_prefix(&self.root).ok().map(bytes)
    }

    /// What `name`, a commit, comes down to: the last commit that it and the work tree have in
    /// common.
    pub(super) fn base(&self, name: &str) -> Result<Base, String> {
        let commit = |name: &str| {
            let name = format!("{name}^{{commit}}");
            self.ask(["rev-parse", "--verify", "--quiet", &name]).ok().map(|text| line(&text))
        };
        let base = |tree| Ok(Base { tree, note: None });
        let usable = !name.is_empty() && !name.starts_with('-');
        let Some(named) = usable.then(|| commit(name)).flatten() else {
            if name == "HEAD" && self.ask(["symbolic-ref", "--quiet", "HEAD"]).is_ok() {
                // Nothing has been committed yet, so everything is new.
                return base(line(&self.ask(["hash-object", "-t", "tree", "--stdin"])?));
            }
            return Err(format!(
                "git knows no commit '{name}' here; if it is a branch elsewhere, fetch it first"
            ));
        };
        let Some(head) = commit("HEAD").filter(|head| *head != named) else { return base(named) };
        match self.ask(["merge-base", &named, &head]) {
            Ok(text) => base(line(&text)),
            Err(_) => Ok(Base {
                note: Some(format!(
                    "no commit is known that HEAD and '{name}' have in common (a shallow clone?), so \
                     whatever differs from '{name}' counts as changed"
                )),
                tree: named,
            }),
        }
    }

    /// The tracked files below `folders` that are in the work tree and not as in `base`.
    pub(super) fn changed(&self, base: &Base, folders: &[GitPath]) -> Result<HashSet<GitPath>, String> {
        self.diff(&[&base.tree], folders)
    }

    /// The files below `folders` that are to be committed and not as in the last commit.
    pub(super) fn staged(&self, folders: &[GitPath]) -> Result<HashSet<GitPath>, String> {
        self.diff(&["--cached"], folders)
    }

    fn diff(&self, what: &[&str], folders: &[GitPath]) -> Result<HashSet<GitPath>, String> {
        let mut git = self.command();
        git.args(["diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", "--no-relative"]);
        git.args(["--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all"]);
        let text = answer(git.args(what).arg("--").args(folders.iter().map(|it| path(it))))?;
        Ok(parts(&text).map(<[u8]>::to_vec).collect())
    }

    /// The files of the index below `folders` that are `wanted`, each with the name of its
    /// content; without one where it has none of its own: in a conflict, or as a link.
    pub(super) fn index(
        &self,
        folders: &[GitPath],
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<HashMap<GitPath, Option<String>>, String> {
        let text = self.list(&["--stage"], folders)?;
        let entries = parts(&text).filter_map(entry).filter(|entry| wanted(entry.path));
        Ok(entries
            .map(|Entry { mode, rest, path }| {
                let (name, stage) = rest.split_once(' ').unwrap_or_default();
                let own = stage == "0" && mode.starts_with("100");
                (path.to_vec(), own.then(|| name.to_owned()))
            })
            .collect())
    }

    /// The files below `folders` that git neither tracks nor ignores.
    pub(super) fn untracked(&self, folders: &[GitPath]) -> Result<HashSet<GitPath>, String> {
        let text = self.list(&["--others", "--exclude-standard"], folders)?;
        Ok(parts(&text).map(<[u8]>::to_vec).collect())
    }

    fn list(&self, what: &[&str], folders: &[GitPath]) -> Result<Vec<u8>, String> {
        let mut git = self.command();
        git.args(["ls-files", "-z", "--full-name"]).args(what);
        answer(git.arg("--").args(folders.iter().map(|it| path(it))))
    }

    /// Those of `paths` that are files in `base`, each with the name of its content.
    pub(super) fn in_base(
        &self,
        base: &Base,
        paths: &[&GitPath],
    ) -> Result<HashMap<GitPath, String>, String> {
        let mut found = HashMap::new();
        for some in paths.chunks(PATHS_AT_ONCE) {
            let mut git = self.command();
            git.args(["ls-tree", "-z", "--full-tree", &base.tree, "--"]);
            let text = answer(git.args(some.iter().map(|it| path(it))))?;
            for Entry { mode, rest, path } in parts(&text).filter_map(entry) {
                if let Some(name) = rest.strip_prefix("blob ").filter(|_| mode.starts_with("100")) {
                    found.insert(path.to_vec(), name.to_owned());
                }
            }
        }
        Ok(found)
    }

    /// A way to read contents.
    pub(super) fn blobs(&self) -> Blobs {
        let mut git = self.command();
        git.args(["cat-file", "--batch"]);
        Blobs::new(git)
    }

    fn command(&self) -> Command {
        let mut git = command(&self.misleading);
        git.current_dir(&self.folder);
        git
    }

    fn ask<const N: usize>(&self, arguments: [&str; N]) -> Result<Vec<u8>, String> {
        answer(self.command().args(arguments))
    }
}

/// git for the repository of `folder`, whatever variables say of another.
pub(super) fn within(folder: &Path) -> Command {
    let mut git = command(&PLACES);
    git.current_dir(folder).stderr(Stdio::null());
    git
}

/// git, with an environment in which it answers as it does everywhere.
fn command(misleading: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.arg("--no-pager").stdin(Stdio::null());
    for (name, value) in [
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_LITERAL_PATHSPECS", "1"),
    ] {
        git.env(name, value);
    }
    // These three would contradict the last one.
    let pathspecs = ["GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];
    for name in misleading.iter().chain(&pathspecs) {
        git.env_remove(name);
    }
    git
}

/// What git prints, or what it complains of.
fn answer(git: &mut Command) -> Result<Vec<u8>, String> {
    // This reads both pipes at once, so that neither fills up.
    let Output { status, stdout, stderr } =
        git.output().map_err(|error| format!("cannot start git: {error}"))?;
    if status.success() {
        return Ok(stdout);
    }
    let said = String::from_utf8_lossy(&stderr);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|it| !it.is_empty()).take(6).collect();
    Err(if lines.is_empty() {
        format!("git failed: {status}")
    } else {
        format!("git says: {}", lines.join(" "))
    })
}

/// One entry of a list: `MODE REST<tab>PATH`.
struct Entry<'a> {
    mode: &'a str,
    rest: &'a str,
    path: &'a [u8],
}

fn entry(text: &[u8]) -> Option<Entry<'_>> {
    let tab = text.iter().position(|byte| *byte == b'\t')?;
    let (mode, rest) = std::str::from_utf8(&text[..tab]).ok()?.split_once(' ')?;
    Some(Entry { mode, rest, path: &text[tab + 1..] })
}

/// What stands between zero bytes.
fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == 0).filter(|part| !part.is_empty())
}

fn line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim_end().to_owned()
}

#[cfg(unix)]
fn path(text: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(text))
}

#[cfg(not(unix))]
fn path(text: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(text)))
}

#[cfg(unix)]
fn bytes(path: &Path) -> GitPath {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> GitPath {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

/// A path below `folder`, from how git calls it.
pub(super) fn below(folder: &Path, rest: &[u8]) -> PathBuf {
    if rest.is_empty() { folder.to_owned() } else { folder.join(path(rest)) }
}
